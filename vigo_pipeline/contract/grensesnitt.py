"""The line types of dropped files: Grensesnitt SAS, and the project's own for what has none."""

from functools import cache, cached_property
from pathlib import Path
from typing import Literal

from pydantic import StrictBool, StrictInt

from vigo_pipeline.contract.strict import Strict
from vigo_pipeline.contract.toml_file import as_model, read_toml
from vigo_pipeline.contract.variabel import Variabel, variabler

FIL = Path(__file__).with_name("grensesnitt.toml")
EGNE = Path(__file__).with_name("egne_poster.toml")


class Kolonne(Strict):
    """One position of a post. A position without a variable is not in use."""

    nr: StrictInt
    variabel: str | None = None
    oblig: StrictBool = False
    dekkes_av: str | None = None
    ved_blank: str | None = None
    skriv: Literal["alltid", "naar_blank"] = "alltid"
    importeres: StrictBool = True
    ssb: tuple[str, ...] = ()

    @property
    def innhold(self) -> Variabel:
        """Return the variable in this position.

        Raises:
            KeyError: the position is not in use, or variables.toml lacks the name.
        """
        return variabler()[self.variabel or ""]


# The year and the school first: a load touches one school or one fylke in one skoleår.
ORDEN = (
    *("skoleaar", "fylkesnr", "avgiverfylke", "skolenr", "soeknad_id", "kontraktsnr"),
    *("orgnr_opplaeringskontor", "orgnr_bedrift", "fnr", "programomraadekode", "fagkode"),
    *("vmm_kode", "vedtaksdato", "voksenrettstype", "provenr", "oenskenr"),
)


class Post(Strict):
    """One line type: TOF, $EL, $EK, $KL or $VM."""

    kode: str
    tabell: str
    doc: str
    noekkel: tuple[str, ...]
    kolonner: tuple[Kolonne, ...]

    @cached_property
    def antall_felt(self) -> int:
        """Return how many fields a line has, the line identifier included."""
        return max(k.nr for k in self.kolonner)

    @cached_property
    def felt(self) -> tuple[str, ...]:
        """Return the variables by position, blank for the identifier and what is not in use."""
        i_bruk = {k.nr: k.variabel or "" for k in self.i_bruk}
        return ("", *(i_bruk.get(nr, "") for nr in range(2, self.antall_felt + 1)))

    @cached_property
    def i_bruk(self) -> tuple[Kolonne, ...]:
        """Return the positions that hold a variable."""
        return tuple(k for k in self.kolonner if k.variabel)

    @cached_property
    def ordnet_noekkel(self) -> tuple[str, ...]:
        """Return the key in the order that its rows lie and are looked up in."""
        foerst = [n for n in ORDEN if n in self.noekkel]
        return (*foerst, *(n for n in self.noekkel if n not in foerst))

    @cached_property
    def verdier(self) -> tuple[Kolonne, ...]:
        """Return the positions that VIGO imports beside the key."""
        return tuple(k for k in self.i_bruk if k.importeres and k.variabel not in self.noekkel)

    @cached_property
    def importert(self) -> tuple[str, ...]:
        """Return the names that VIGO keeps: the key first, then the values in order."""
        return self.noekkel + tuple(k.variabel or "" for k in self.verdier)


class Filformat(Strict):
    """How the bytes of a file are laid out, and what may lie in an avgiver's folder.

    ``maks_filer``: files in one folder. ``maks_like_funn``: findings of one rule in one file that
    are kept one by one. ``erklaering``: how a declaration of no changes may be named, whatever the
    case; ``erklaerer``: what it may say. ``etterlatt``: what operating systems and editors leave
    behind; ``underveis``: names of what is still on its way. Both are patterns as in file names,
    whatever the case.
    """

    skilletegn: str
    tegnsett: Literal["iso-8859-1", "utf-8"]
    linjeskift: Literal["crlf", "lf"]
    filnavn: str
    maks_megabyte: StrictInt
    maks_filer: StrictInt
    maks_like_funn: StrictInt
    erklaering: str
    erklaerer: str
    etterlatt: tuple[str, ...]
    underveis: tuple[str, ...]


class Antatt(Strict):
    """What the interface leaves open and this project assumes."""

    ved_blank: str


class Grensesnitt(Strict):
    """The whole import format. ``skrives_ogsaa``: other ways to write its version."""

    versjon: str
    skrives_ogsaa: tuple[str, ...] = ()
    kilde: str
    fil: Filformat
    antatt: Antatt
    post: tuple[Post, ...]

    def poster(self) -> dict[str, Post]:
        """Return the posts that become tables, by line identifier."""
        return {p.kode: p for p in self.post if p.noekkel}

    @property
    def tof(self) -> Post:
        """Return the start row."""
        return next(p for p in self.post if not p.noekkel)

    def tabell(self, navn: str) -> Post:
        """Return the post that fills a table.

        Raises:
            KeyError: no post fills it.
        """
        return {p.tabell: p for p in self.post}[navn]

    def ved_blank(self, kolonne: Kolonne) -> str:
        """Return what a blank does in VIGO: ``behold``, ``blank`` or the value to set."""
        return kolonne.ved_blank or self.antatt.ved_blank


class Poster(Strict):
    """Line types of the project's own."""

    post: tuple[Post, ...]


@cache
def grensesnitt() -> Grensesnitt:
    """Return Grensesnitt SAS.

    Raises:
        WrongSpec: grensesnitt.toml has an unknown or missing field.
    """
    return as_model(FIL, read_toml(FIL), Grensesnitt)


@cache
def linjetyper() -> tuple[Post, ...]:
    """Return every line type: those of Grensesnitt SAS, and those of egne_poster.toml.

    Raises:
        WrongSpec: one of the files has an unknown or missing field.
    """
    return (*grensesnitt().post, *as_model(EGNE, read_toml(EGNE), Poster).post)


@cache
def tabellposter() -> dict[str, Post]:
    """Return the line types that become tables in the Sentralbase, by line identifier."""
    return {p.kode: p for p in linjetyper() if p.noekkel}


@cache
def places() -> dict[str, dict[str, int]]:
    """Return, by line identifier, the position of each variable in a line, from 1."""
    return {p.kode: {k.variabel or "": k.nr for k in p.i_bruk} for p in linjetyper()}
