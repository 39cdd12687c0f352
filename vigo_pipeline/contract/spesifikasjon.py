"""Specs of flows: what a collection, a delivery and a rule say in TOML."""

from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Literal, Self, get_args

from pydantic import Field, StrictBool, StrictInt, field_validator, model_validator

from vigo_pipeline.contract.enhet import unit
from vigo_pipeline.contract.fault import DATOFORMAT, REGEL_ID, WrongSpec, at, unknown
from vigo_pipeline.contract.grensesnitt import Post, tabellposter
from vigo_pipeline.contract.strict import Strict
from vigo_pipeline.contract.toml_file import as_model, parse, read_text
from vigo_pipeline.contract.variabel import Variabel, variabler

Alvor = Literal["FATAL", "FEIL", "ADVARSEL", "INFO"]
# The gravest first.
ALVOR: tuple[str, ...] = get_args(Alvor)
STENGER: frozenset[str] = frozenset({"FATAL", "FEIL"})

EKSPORT = "{eksport}"
# What is proposed for an encoding that is none.
TEGNSETT = ("iso-8859-1", "utf-8", "cp1252")
# What may part two fields: it becomes part of a query.
SKILLETEGN = (";", ",", "|", "\t")


class Avgivere(Strict):
    """Who must report: every fylke of the skoleår, and others by name."""

    fylker: StrictBool
    andre: tuple[str, ...] = ()


class Innsamling(Strict):
    """One collection from the schools. The file's name is its name.

    ``poster``: the line types its files may have. ``omfang`` says what a file's silence means:
    ``hele`` = a row that is gone has ended, ``endringer`` = only what is in the file changes,
    ``tillegg`` = as ``endringer``, and another collection's silence does not end its rows.
    ``etter``: collections that come before it in the skoleår. ``kontroll``: the tables and columns
    that it is held against them with, ``tabell`` as of now, ``samling.tabell`` as of then, or
    ``i_fjor.samling.tabell`` as the skoleår before ended it.
    ``rapporter``: queries over those tables that make a report per avgiver. ``eksport``: what its
    files are made with, as its rules call it.
    """

    stamme: str
    tittel: str
    eier: str = Field(min_length=1)
    eksport: str
    mappe: str
    poster: tuple[str, ...]
    omfang: Literal["hele", "endringer", "tillegg"]
    etter: tuple[str, ...] = ()
    kontroll: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    rapporter: tuple[str, ...] = ()
    avgivere: Avgivere

    @property
    def tabellposter(self) -> tuple[Post, ...]:
        """Return the line types of its files that become tables.

        Raises:
            KeyError: the spec names a line type that does not exist.
        """
        return tuple(tabellposter()[kode] for kode in self.poster)


class Leveransekolonne(Strict):
    """One position of a delivery file. Mark A = ASSUMED: no source confirms the position.

    ``tittel``: the receiver's heading, when it is not the variable's own.
    """

    nr: StrictInt
    variabel: str
    merke: Literal["C", "D", "A"]
    fra: str
    oblig: StrictBool = False
    tittel: str | None = None

    @property
    def innhold(self) -> Variabel:
        """Return the variable in this position."""
        return variabler()[self.variabel]

    @property
    def gjentar_forrige(self) -> bool:
        """Say whether the column repeats what the delivery before said."""
        return self.fra.startswith("forrige leveranse")

    @property
    def overskrift(self) -> str:
        """Return the column's heading in the file."""
        return self.tittel or self.innhold.tittel


class Leveransefil(Strict):
    """How the bytes of a delivery are laid out. ``datoformat``: as in strftime."""

    navn: str
    layout_versjon: str
    skilletegn: str
    tegnsett: str
    overskrift: StrictBool
    avsluttende_skilletegn: StrictBool
    linjeskift: Literal["crlf", "lf"]
    datoformat: str = Field(default="%Y%m%d", pattern=DATOFORMAT)

    @field_validator("skilletegn")
    @classmethod
    def _is_one_character(cls, tegn: str) -> str:
        if tegn not in SKILLETEGN:
            lovlige = " ".join(f"«{t}»".replace("\t", "\\t") for t in SKILLETEGN)
            raise ValueError(f"«{tegn}» er ikke blant {lovlige}.")
        return tegn

    @field_validator("tegnsett")
    @classmethod
    def _is_an_encoding(cls, navn: str) -> str:
        # A file is written piece by piece: a mark that begins each piece would stand inside it.
        with suppress(LookupError):
            if "aa".encode(navn) == 2 * "a".encode(navn):
                return navn
        raise ValueError(unknown("et tegnsett", navn, TEGNSETT))


class Leveranse(Strict):
    """One delivery: what goes to whom, from which tables, in which positions.

    ``mottakere``: audiences of the årshjul by ``navn``; each gets the same file, and answers for
    itself.
    ``krever_godkjenning``: it is sent only when somebody else than who ran it has approved it.
    ``nudb_datasett``: what SSB makes of it, by its name in ssb-nudb-config.
    ``som``: another delivery that this one is the same as, but for what its own file says; the
    query is the other's. ``per_skole``: its rows at a school are made of that school's rows, its
    pupils and the school's rows of the delivery before, and of nothing else, so one school's can be
    made without the others'. ``maaned``: the date whose month it is counted by in the control of
    statistics, beside fylke and fag; without it there is none.
    """

    stamme: str
    som: str | None = None
    maaned: str | None = None
    per_skole: StrictBool = False
    tittel: str
    mottakere: tuple[str, ...] = Field(min_length=1)
    eier: str = Field(min_length=1)
    samling: str
    grunnlag: str
    leser: dict[str, tuple[str, ...]]
    avleder: tuple[str, ...] = ()
    sammen_med: tuple[str, ...] = ()
    krever_godkjenning: StrictBool = False
    nudb_datasett: str | None = None
    noekkel: tuple[str, ...]
    kontrollkolonner: tuple[str, ...] = ()
    utelatt: dict[str, str] = Field(default_factory=dict)
    fil: Leveransefil
    kolonner: tuple[Leveransekolonne, ...]

    @property
    def til(self) -> str:
        """Return in words who it goes to, as an event of the årshjul says it."""
        return in_words(self.mottakere)

    @property
    def spoerring(self) -> str:
        """Return the stem of its query."""
        return self.som or self.stamme

    @property
    def navn(self) -> list[str]:
        """Return the delivered variables in file order."""
        return [k.variabel for k in sorted(self.kolonner, key=lambda k: k.nr)]

    @property
    def overskrifter(self) -> list[str]:
        """Return the headings in file order."""
        return [k.overskrift for k in sorted(self.kolonner, key=lambda k: k.nr)]

    @property
    def antatte(self) -> list[str]:
        """Return the delivered variables whose position or content is ASSUMED."""
        return [k.variabel for k in sorted(self.kolonner, key=lambda k: k.nr) if k.merke == "A"]


class Regel(Strict):
    """One rule: what breaks it, what it means and how to put it right.

    ``tittel`` says what is right, ``galt`` what is wrong with a row that breaks it.
    Exactly one of the four says when it is broken. ``bryter``: per table, a condition on one row
    (on the distinct values of ``kolonne`` when that is named). ``spoerring``: per table, a query
    that yields the ``rad`` of each bad row. ``kodeverk``: the value of every column with one of
    these code lists must be in it. ``genereres``: what the contract says of every column's form,
    or the receiver's contract of what it gets (``mottaker_…``).
    ``hvorfor``: how such a row usually comes about. ``foelger_av``: rules that, broken by the same
    person, are the root of this one: put those right first. ``foelger_av_filfeil``: it is broken
    because files of the avgiver were rejected. ``opplyser``: what it finds is lawful and there to
    explain a number; nothing is wrong. ``felles``: it speaks of many rows at once, which have these
    columns of the key in common beside the fylke; what it finds names them, and no person.
    ``viser``: what it tells of the file that breaks it, a column or a kind of fact.
    ``mottakers``: the receiver asks the same, so the rule is told in the receiver's view too.
    ``innen``: whether the query finds a row by no other rows than those of its person, or of its
    school; when one school has been corrected it is asked of that one only. Of the whole when left
    out, as it must be for what counts a fylke or looks for one person among others.
    """

    id: str = Field(pattern=REGEL_ID)
    tittel: str
    galt: str
    alvor: Alvor
    eier: Literal["skole", "fylke", "Novari"]
    kolonne: str | None = None
    bryter: dict[str, str] = Field(default_factory=dict)
    spoerring: dict[str, str] = Field(default_factory=dict)
    kodeverk: tuple[str, ...] = ()
    genereres: (
        Literal["format", "oblig", "noeyaktig", "hel_tekst", "mottaker_lengde", "mottaker_tomt"]
        | None
    ) = None
    betyr: str = ""
    hvorfor: str = ""
    rett: str
    foelger_av: tuple[str, ...] = ()
    foelger_av_filfeil: StrictBool = False
    opplyser: StrictBool = False
    felles: tuple[str, ...] | None = None
    mottakers: StrictBool = False
    innen: Literal["person", "skole"] | None = None
    viser: str | None = None
    kilde: str
    alias: tuple[str, ...] = ()
    merke: Literal["C", "D", "A", "C/D", "C/A", "D/A"] = "D"
    gjelder_fra: str | None = None
    gjelder_til: str | None = None

    @property
    def enhet(self) -> str:
        """Return what it counts, as ``amount`` says it."""
        return unit((*self.bryter, *self.spoerring))

    @model_validator(mode="after")
    def _one_condition(self) -> Self:
        given = [self.bryter, self.spoerring, self.kodeverk, self.genereres]
        if sum(bool(g) for g in given) != 1:
            raise ValueError(f"{self.id}: akkurat én av bryter, spoerring, kodeverk, genereres.")
        if self.innen and not self.spoerring:
            raise ValueError(f"{self.id}: innen sier noe om en spoerring, og regelen har ingen.")
        return self

    def gjelder(self, skoleaar: str) -> bool:
        """Say whether the rule is in force in a skoleår such as ``2025-2026``."""
        fra, til = self.gjelder_fra or "", self.gjelder_til or "9999"
        return fra <= skoleaar <= til

    def told_in(self, innsamling: Innsamling) -> Self:
        """Return the rule in a collection's words, with what its files are made with."""
        return self.model_copy(update={"rett": self.rett.replace(EKSPORT, innsamling.eksport)})

    def overlaps(self, annen: Self) -> bool:
        """Say whether both are in force in some skoleår."""
        senest_fra = max(self.gjelder_fra or "", annen.gjelder_fra or "")
        return senest_fra <= min(self.gjelder_til or "9999", annen.gjelder_til or "9999")

    @property
    def vilkaar(self) -> tuple[object, ...]:
        """Return what says when it is broken."""
        return self.bryter, self.spoerring, self.kodeverk, self.genereres, self.kolonne


class UtenRegel(Strict):
    """A control that somebody may look for and that no rule can be: why not, and who names it.

    ``mottakers``: the receiver asks it, and ``alvor`` is how grave it is there.
    """

    id: str = Field(pattern=REGEL_ID)
    tittel: str
    hvorfor: str
    alvor: Alvor | None = None
    mottakers: StrictBool = False
    kilde: str
    merke: Literal["C", "D", "A", "C/D", "C/A", "D/A"]


def in_words(navn: Sequence[str]) -> str:
    """Return names as a sentence lists them.

    >>> in_words(["SSB", "Udir"]), in_words(["Udir"])
    ('SSB og Udir', 'Udir')
    """
    *foerste, siste = navn
    return f"{', '.join(foerste)} og {siste}" if foerste else siste


def read_innsamling(path: Path) -> Innsamling:
    """Return the collection that a TOML file describes; its stem is its name.

    Raises:
        WrongSpec: the file is not whole; every key that is wrong is named.
    """
    return _innsamling(path, read_text(path))


def read_leveranse(path: Path) -> Leveranse:
    """Return the delivery that a TOML file describes; its stem is its name.

    Raises:
        WrongSpec: the file, or that of the delivery it is the same as, is not whole.
    """
    tekst = read_text(path)
    data = parse(path, tekst)
    som = data.get("som")
    if som and not path.with_name(f"{som}.toml").exists():
        andre = [p.stem for p in path.parent.glob("*.toml")]
        raise WrongSpec([at(path, data, ("som",), unknown("en leveranse", str(som), andre))])
    if not som:
        return _leveranse(path, tekst, "")
    annen = path.with_name(f"{som}.toml")
    if "som" in parse(annen, read_text(annen)):
        raise WrongSpec([at(path, data, ("som",), f"«{som}» er selv som en annen.")])
    # What is wrong with the other is told as of its own file.
    read_leveranse(annen)
    return _leveranse(path, tekst, read_text(annen))


# A Dagster process asks for the specs at every tick and step. They are known by what the files
# say, so an edited file is read anew.
def _named(path: Path, data: dict[str, Any]) -> dict[str, Any]:
    """Return what a spec says, with its name.

    Raises:
        WrongSpec: the file gives itself another name than it has.
    """
    if "stamme" in data:
        raise WrongSpec([at(path, data, ("stamme",), "navnet er filas, og står ikke i den.")])
    return data | {"stamme": path.stem}


@cache
def _innsamling(path: Path, tekst: str) -> Innsamling:
    return as_model(path, _named(path, parse(path, tekst)), Innsamling)


@cache
def _leveranse(path: Path, tekst: str, felles: str) -> Leveranse:
    return as_model(path, _named(path, parse(path, felles) | parse(path, tekst)), Leveranse)
