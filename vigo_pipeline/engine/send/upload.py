"""Files are brought over a line so that each lies there whole, once, under its one name.

What was begun in an earlier try is gone on with, when it is the beginning of the same bytes. What
the other side may have done without our knowing is found out by what lies there, and by nothing
else.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import asyncssh

from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.send.line import Linje, NotTaken, Refused
from vigo_pipeline.engine.send.moves import LEVERANSENS, Dagbok, Fil, Kommandoer, Staar, Vare

ENDELSE = ".part"
STYKKE = 1 << 18


class NameTaken(VigoError):
    """Something else lies there under the file's name. It is never written over."""


class NothingThere(VigoError):
    """It may have been given its name and taken away, or not: only the receiver knows."""


def has_come(vare: Vare, staar: Staar | None) -> bool:
    """Say whether a file has come over, so that it is not asked for again.

    Raises:
        Refused: another file has, under its name.
    """
    if staar is None or staar.steg != "framme":
        return False
    if staar.fil.klartekst_sha256 != vare.klartekst_sha256:
        raise Refused(f"{vare.navn} er sendt før med et annet innhold. Publiser på nytt.")
    return True


@dataclass
class Overfoering:
    """One try to bring files over a line, with the diary it is entered in."""

    linje: Linje
    dagbok: Dagbok
    forsoek: int
    kommandoer: Kommandoer = LEVERANSENS
    staar: dict[str, Staar] = field(default_factory=dict)

    async def bring(self, varer: Sequence[Vare]) -> None:
        """Bring files over in this order, each whole before the next is begun.

        Raises:
            NameTaken: something else has a file's name.
            NothingThere: a file may have been there and is not.
            Refused, NotTaken, LineBroken: as ``Linje.ask``.
        """
        self.staar = self.dagbok.latest()
        for vare in varer:
            foer = self.staar.get(vare.navn)
            if not has_come(vare, foer):
                await self._bring(vare, foer)

    async def _bring(self, vare: Vare, foer: Staar | None) -> None:
        if foer is not None and await self._found(foer):
            return
        begynt = await self._size(self._path(vare.navn) + ENDELSE)
        if foer is not None and foer.kan_vaere_omdoept and begynt is None:
            raise NothingThere(
                f"{vare.navn} ligger ikke hos {self.linje.oppsett.vert}, men kan ha ligget der: "
                "linja falt da den skulle få navnet sitt. Spør mottakeren om de har hentet den, "
                f"og svar med «{self.kommandoer.avklar}»."
            )
        egen = foer is not None and foer.fil.goes_as(vare)
        innhold = vare.les(foer.fil.sha256) if foer and egen else None
        if innhold is None:
            innhold, begynt = vare.krypter(), None
        fil = Fil(
            vare.navn,
            vare.klartekst_sha256,
            hashlib.sha256(innhold).hexdigest(),
            vare.noekkel,
            len(innhold),
        )
        self.dagbok.enter(fil, "begynt", self.forsoek)
        if foer is None and await self._size(self._path(vare.navn)) is not None:
            self.dagbok.enter(fil, "opptatt", self.forsoek)
            raise self._taken(vare.navn)
        await self._upload(fil, innhold, begynt or 0)
        await self._name(fil)

    async def _found(self, foer: Staar) -> bool:
        """Say whether a file came through in an earlier try, and enter that it did."""
        try:
            ligger = await self._lies_there(foer.fil)
        except NameTaken:
            # Ours may have been there before it.
            if not foer.kan_vaere_omdoept:
                self.dagbok.enter(foer.fil, "opptatt", self.forsoek)
            raise
        if ligger:
            self.dagbok.enter(foer.fil, "framme", self.forsoek)
            await self._remove_begun(foer.fil.navn)
        return ligger

    async def _lies_there(self, fil: Fil) -> bool:
        """Say whether a file lies under its name with exactly our bytes.

        Raises:
            NameTaken: something else does.
        """
        sti = self._path(fil.navn)
        if await self._size(sti) is None:
            return False
        if await self._sum(sti, fil.antall_bytes) != fil.sha256:
            raise self._taken(fil.navn)
        return True

    async def _upload(self, fil: Fil, innhold: bytes, begynt: int) -> None:
        """Write what is missing of a file beside its name, and prove that all is there."""
        sti = self._path(fil.navn) + ENDELSE
        fra = begynt if begynt <= len(innhold) else 0
        await self._write(sti, innhold, fra)
        if await self._sum(sti, len(innhold)) == fil.sha256:
            return
        if fra:
            # It was not the beginning of these bytes.
            await self._write(sti, innhold, 0)
            if await self._sum(sti, len(innhold)) == fil.sha256:
                return
        await self._remove_begun(fil.navn)
        raise NotTaken(f"{fil.navn} ble en annen på veien til {self.linje.oppsett.vert}.")

    async def _write(self, sti: str, innhold: bytes, fra: int) -> None:
        ask = self.linje.ask
        rettigheter = asyncssh.SFTPAttrs(permissions=0o600)
        fil = await ask(self.linje.sftp.open(sti, "r+b" if fra else "wb", rettigheter))
        try:
            for start in range(fra, len(innhold), STYKKE):
                await ask(fil.write(innhold[start : start + STYKKE], start))
        finally:
            await ask(fil.close())

    async def _name(self, fil: Fil) -> None:
        """Give a whole file its name; the other side does not do it when the name is taken."""
        sti = self._path(fil.navn)
        self.dagbok.enter(fil, "omdoepes", self.forsoek)
        try:
            await self.linje.ask(self.linje.sftp.rename(sti + ENDELSE, sti))
        except (NotTaken, Refused) as feil:
            try:
                ligger = await self._lies_there(fil)
            except NameTaken:
                self.dagbok.enter(fil, "opptatt", self.forsoek)
                raise
            if not ligger:
                self.dagbok.enter(fil, "avbrutt", self.forsoek, str(feil))
                raise
        self.dagbok.enter(fil, "framme", self.forsoek)

    async def _remove_begun(self, navn: str) -> None:
        sti = self._path(navn) + ENDELSE
        if await self._size(sti) is not None:
            await self.linje.ask(self.linje.sftp.remove(sti))

    async def _size(self, sti: str) -> int | None:
        """Return how many bytes lie there; None when nothing does."""

        async def size() -> int | None:
            try:
                return (await self.linje.sftp.lstat(sti)).size or 0
            except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
                return None

        return await self.linje.ask(size())

    async def _sum(self, sti: str, ventet: int) -> str:
        """Return the sha256 of what lies there; nothing when it is not of the size expected."""
        if await self._size(sti) != ventet:
            return ""
        ask, sum_ = self.linje.ask, hashlib.sha256()
        fil = await ask(self.linje.sftp.open(sti, "rb"))
        try:
            for start in range(0, ventet, STYKKE):
                lest = await ask(fil.read(STYKKE, start))
                sum_.update(lest if isinstance(lest, bytes) else lest.encode())
        finally:
            await ask(fil.close())
        return sum_.hexdigest()

    def _path(self, navn: str) -> str:
        return f"{self.linje.oppsett.mappe}/{navn}"

    def _taken(self, navn: str) -> NameTaken:
        return NameTaken(
            f"Hos mottakeren ligger det noe annet med navnet {navn}. Det skrives aldri over. Spør "
            "mottakeren hva det er, og be dem ta det bort; kjør så "
            f"«{self.kommandoer.send}» igjen."
        )
