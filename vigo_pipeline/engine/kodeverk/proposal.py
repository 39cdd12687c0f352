"""What a fetch proposes to take in, list by list, as it is kept until somebody says so."""

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.contract.strict import Strict
from vigo_pipeline.engine import code_lists
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.partial import remove
from vigo_pipeline.engine.store import fingerprint, read_bytes, write_bytes

FIL = "forslag.json"


class NothingProposed(VigoError):
    """There is no proposal, or it is not of the lists that are in force."""


class Kodeendring(Strict):
    """One code that is new, changed, or in force no longer.

    ``hva_er_nytt``: its name, or what it says before and after. ``slutter``: its last day.
    ``rader``: how many of our rows have it. ``steder``: the rules and queries that name it.
    """

    kode: str
    hva: Literal["ny", "endret", "avsluttes"]
    hva_er_nytt: str
    slutter: date | None
    rader: int
    steder: tuple[str, ...]


class Listeforslag(Strict):
    """What would become of one list.

    ``ikke_hentet``: why a table of it was not fetched; what is in force stays. ``merknader``: what
    is worth knowing. ``se_paa``: what must be looked at: the list is taken in only by its name.
    ``bekreftet``: codes that were ASSUMED and are confirmed. ``grunnlag`` and ``sum``: sha256 of
    the list in force that it was made from, and of what would be laid over the package's own; no
    sum when nothing is proposed. ``felt``: the fields of each table's records.
    """

    poster: int = 0
    endringer: tuple[Kodeendring, ...] = ()
    bekreftet: int = 0
    ikke_hentet: tuple[str, ...] = ()
    merknader: tuple[str, ...] = ()
    se_paa: tuple[str, ...] = ()
    grunnlag: str = ""
    sum: str = ""
    felt: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    def of(self, hva: str) -> list[Kodeendring]:
        """Return the codes of one kind."""
        return [e for e in self.endringer if e.hva == hva]


class Forslag(Strict):
    """A fetch: on which day, from where, and what it proposes of each list."""

    dag: date
    fra: str
    lister: dict[str, Listeforslag]

    @property
    def ventende(self) -> list[str]:
        """Return the lists that something is proposed of."""
        return [n for n, f in self.lister.items() if f.sum]


def basis(liste: str) -> str:
    """Return the sha256 of a list in force: of the package's own rows, and of all of them."""
    egne, naa = kodeverk.rows(liste, som_pakket=True), kodeverk.rows(liste)
    return fingerprint(repr((egne, naa)).encode())


def keep(hjem: Path, forslag: Forslag, filer: dict[str, bytes]) -> None:
    """Write a proposal, the lists first: without its own file it is none."""
    mappe = _folder(hjem)
    remove(mappe / FIL)
    for liste, innhold in filer.items():
        write_bytes(mappe / f"{liste}.csv", innhold)
    write_bytes(mappe / FIL, forslag.model_dump_json(indent=1).encode())


def kept(hjem: Path) -> Forslag:
    """Return the latest proposal.

    Raises:
        NothingProposed: there is none.
    """
    try:
        return Forslag.model_validate_json(read_bytes(_folder(hjem) / FIL))
    except (FileNotFoundError, ValidationError):
        raise NothingProposed(
            "Det er ikke noe forslag å ta inn. Kjør vigo kodeverk hent først."
        ) from None


def take_in(
    hjem: Path, valgt: list[str], *, hvem: str, dag: date
) -> tuple[code_lists.Sett, list[str]]:
    """Take in what is proposed of some lists, and return the set and the lists.

    Args:
        hjem: the installation's home.
        valgt: the lists; when none are named, all that ask for no look.
        hvem: who says so.
        dag: the day it is.

    Raises:
        NothingProposed: there is no proposal of them, or it was made of other lists than those in
            force.
        TakenInMeanwhile: somebody else takes in at the same time.
    """
    forslag = kept(hjem)
    lister = valgt or [n for n in forslag.ventende if not forslag.lister[n].se_paa]
    ukjent = [n for n in lister if n not in forslag.ventende]
    if ukjent or not lister:
        raise NothingProposed(_told(forslag, ukjent))
    filer = {n: _proposed(hjem, forslag, n) for n in lister}
    felt = {t: f for n in lister for t, f in forslag.lister[n].felt.items()}
    sett = code_lists.take_in(hjem, filer, hvem=hvem, dag=dag, fra=forslag.fra, felt=felt)
    # What is taken in is proposed no longer; the rest still is.
    resten = {
        n: f.model_copy(update={"sum": "", "endringer": (), "se_paa": ()}) if n in filer else f
        for n, f in forslag.lister.items()
    }
    keep(hjem, forslag.model_copy(update={"lister": resten}), {})
    return sett, lister


def _proposed(hjem: Path, forslag: Forslag, liste: str) -> bytes:
    egen = forslag.lister[liste]
    innhold = b""
    fil = _folder(hjem) / f"{liste}.csv"
    if fil.exists():
        innhold = read_bytes(fil)
    if fingerprint(innhold) != egen.sum or basis(liste) != egen.grunnlag:
        raise NothingProposed(
            f"Forslaget til {liste} er laget av en annen liste enn den som gjelder nå, eller er "
            "endret etterpå. Kjør vigo kodeverk hent på nytt, og se hva som foreslås."
        )
    return innhold


def _told(forslag: Forslag, ukjent: list[str]) -> str:
    venter = ", ".join(forslag.ventende) or "ingen"
    if ukjent:
        return f"Det er ikke noe forslag til {', '.join(ukjent)}. Lister med forslag: {venter}."
    if forslag.ventende:
        return f"Alle listene med forslag må ses på, og tas inn ved navn: {venter}."
    return "Forslaget har ingen endringer: listene er som i kilden."


def _folder(hjem: Path) -> Path:
    return code_lists.folder(hjem) / "forslag"
