"""A keyed token for a person: the same in all that one installation makes, and no way back.

Whoever has the key can make the token of a number; nobody can make the number of it. A new key may
be taken into use: tokens of the keys that are kept are still found.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.ledger.seal import Segl, make_key, read_keys
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import is_open

# Letters only: no row of digits that could be taken for a number.
_BOKSTAVER = str.maketrans("0123456789abcdef", "bcdfghjklmnpqrst")
LENGDE = 12


class TokenKeyUnusable(VigoError):
    """The file of the tokens' keys cannot be used."""


@dataclass(frozen=True)
class Persontoken:
    """Makes the tokens of an installation.

    ``noekler``: those that are kept, the one in force first. ``seglet``: the key of the ledger's
    seal, which tokens were made with before they had keys of their own.
    """

    noekler: tuple[Segl, ...] = field(repr=False)
    seglet: Segl = field(repr=False)

    @classmethod
    def of(cls, oppsett: Innstillinger) -> Self:
        """Return what makes the tokens of an installation; its first key is made when it has none.

        Raises:
            SealKeyUnusable: the key of the ledger's seal cannot be used.
            TokenKeyUnusable: a key of tokens cannot be used, or is on another machine.
        """
        sti = oppsett.tokennoekler
        if not sti.exists() and oppsett.lager:
            raise TokenKeyUnusable(
                f"{sti} finnes ikke. Maskiner som deler et objektlager, har de samme nøklene, og "
                "en ny blir ikke laget: den ville gitt andre kjennetegn enn på de andre. Legg fila "
                "fra maskinen som tok lageret i bruk, her, og kjør «chmod 600» på den."
            )
        make_first(oppsett)
        return cls(keys_in(sti), Segl.first(oppsett.hjem))

    @property
    def id(self) -> str:
        """Return the id of the key in force: it tells keys apart and gives nothing away."""
        return self.noekler[0].id

    @property
    def kept(self) -> tuple[Segl, ...]:
        """Return every key that a token can be found by."""
        return (*self.noekler, self.seglet)

    def on(self, fnr: str) -> str:
        """Return the token of a number."""
        return _made(self.noekler[0], fnr)

    def all_on(self, fnr: str) -> list[str]:
        """Return the tokens of a number under every key that is kept, that in force first."""
        return [_made(noekkel, fnr) for noekkel in self.kept]

    @staticmethod
    def is_one(tekst: str) -> bool:
        """Say whether a text has the form of a token."""
        return re.fullmatch(rf"p-[bcdfghjklmnpqrst]{{{LENGDE}}}", tekst) is not None

    def find(self, token: str, numre: Iterable[str]) -> str | None:
        """Return the number among these that has or had a token, None when none has."""
        return next((fnr for fnr in numre if token in self.all_on(fnr)), None)


def make_first(oppsett: Innstillinger) -> None:
    """Make the first key of an installation's tokens, when it has none."""
    if not oppsett.tokennoekler.exists():
        make_key(oppsett.tokennoekler)


def keys_in(sti: Path) -> tuple[Segl, ...]:
    """Return the keys of a file, the one in force first: it is the last line.

    Raises:
        TokenKeyUnusable: the file holds something else, or others can read it.
    """
    if is_open(sti.stat()):
        raise TokenKeyUnusable(
            f"{sti} kan leses eller endres av andre, og da kan de finne ut hvem et kjennetegn er. "
            f"Kjør «chmod 600 {sti}», og ta i bruk en ny nøkkel: «vigo kjennetegn bytt»."
        )
    noekler = read_keys(sti)
    if not noekler:
        raise TokenKeyUnusable(
            f"{sti} har noe annet enn nøklene til kjennetegn, én på hver linje. Hent fila fra "
            "sikkerhetskopien; uten den kan ingen finne igjen kjennetegn som er laget."
        )
    return tuple(reversed(noekler))


def _made(noekkel: Segl, fnr: str) -> str:
    return f"p-{noekkel.on(f'person|{fnr}')[:LENGDE].translate(_BOKSTAVER)}"
