"""Write the first files of something new: all of them or none, and never over what is there."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from vigo_pipeline.contract.fault import unknown
from vigo_pipeline.contract.grensesnitt import tabellposter
from vigo_pipeline.domain.bokstaver import spelt
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.store import write_bytes

STAMME = re.compile(r"[a-z][a-z0-9_]{2,29}")
# What steps call tables of their own: a delivery of that name would stand in the place of one.
OPPTATT = frozenset(
    {
        "alle",
        "antatt",
        "felt",
        "fil",
        "forrige",
        "forrige_runde",
        "funn",
        "fylker",
        "i_fjor",
        "kodeverk",
        "krympet",
        "linje",
        "mappe",
        "mottak",
        "person",
        "publisert",
        "rader",
        "regnskap",
        "regnskap_inn",
        "skoler",
        "tegn",
        "treff",
        "utelatt_avgiver",
    }
)


class Refused(VigoError):
    """Something new cannot be made as it was asked for."""


@dataclass
class Nytt:
    """Files to make and texts to add, by path; ``hva``: each in a few words."""

    filer: dict[Path, str] = field(default_factory=dict)
    tillegg: dict[Path, str] = field(default_factory=dict)
    hva: dict[Path, str] = field(default_factory=dict)

    def make(self, fil: Path, tekst: str, hva: str) -> None:
        """Plan a file."""
        self.filer[fil], self.hva[fil] = tekst, hva

    def add(self, fil: Path, tekst: str, hva: str) -> None:
        """Plan an addition at the end of a file."""
        self.tillegg[fil], self.hva[fil] = tekst, hva

    def write(self) -> None:
        """Write all of it.

        Raises:
            Refused: a file is there already; nothing is written.
        """
        if finnes := [fil for fil in self.filer if fil.exists()]:
            raise Refused(f"{finnes[0]} finnes fra før. Velg et annet navn, eller rett den fila.")
        for fil, tekst in self.filer.items():
            write_bytes(fil, tekst.encode())
        for fil, tekst in self.tillegg.items():
            write_bytes(fil, (fil.read_text("utf-8").rstrip("\n") + "\n" + tekst).encode())


def template(navn: str, **verdier: object) -> str:
    """Return what a template beside this file becomes. It is TOML or SQL, so nothing is escaped."""
    miljoe = Environment(  # noqa: S701  # no HTML
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return miljoe.get_template(f"{navn}.jinja").render(verdier)


def listed(navn: Mapping[str, object] | tuple[str, ...] | list[str]) -> str:
    """Return names as a list of TOML has them, without the brackets.

    >>> listed(["a", "b"])
    '"a", "b"'
    """
    return ", ".join(f'"{n}"' for n in navn)


def demand_name(register: Register, stamme: str) -> None:
    """Refuse a name that cannot be one, or that something has.

    Raises:
        Refused: says what it may be.
    """
    for mappe, navnene in (
        ("innrapportering", register.innsamlinger),
        ("leveranser", register.leveranser),
    ):
        if stamme in navnene:
            raise Refused(f"«{stamme}» finnes fra før: assets/{mappe}/{stamme}.toml.")
    if not STAMME.fullmatch(stamme):
        ordene = re.sub(r"[- ]", "_", spelt(stamme.casefold()))
        rettet = re.sub(r"[^a-z0-9_]", "", ordene).lstrip("_0123456789")
        mente = f" Mente du «{rettet}»?" if STAMME.fullmatch(rettet) else ""
        raise Refused(
            f"«{stamme}» kan ikke være et navn: tre til tretti tegn, bare a–z, 0–9 og _, og først "
            f"en bokstav.{mente}"
        )
    tabeller = {p.tabell for p in tabellposter().values()}
    avledet = {p.stem for p in (register.assets / "leveranser" / "avledet").glob("*.sql")}
    if stamme in tabeller | avledet | OPPTATT | _keywords():
        raise Refused(f"«{stamme}» betyr noe annet i spørringer og regler. Velg et annet navn.")


def demand_collection(register: Register, navn: str) -> None:
    """Refuse a collection that is none.

    Raises:
        Refused: says what was perhaps meant.
    """
    if navn not in register.innsamlinger:
        kjente = ", ".join(sorted(register.innsamlinger))
        raise Refused(
            f"{unknown('en innsamling', navn, register.innsamlinger)} De som finnes: {kjente}."
        )


def _keywords() -> set[str]:
    """Return the words that SQL keeps for itself."""
    with duckdb.connect() as con:
        ord_ = con.execute(
            "select keyword_name from duckdb_keywords() where keyword_category = 'reserved'"
        )
        return {rad[0] for rad in ord_.fetchall()}
