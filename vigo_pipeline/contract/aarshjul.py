"""The VIGO årshjul: events, rounds and the skoleår the pipeline knows, read from aarshjul.toml."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, StrictBool, StrictInt, ValidationError, model_validator

from vigo_pipeline.contract.fault import Fault, WrongSpec, of_fields
from vigo_pipeline.contract.maalgruppe import Maalgruppe
from vigo_pipeline.contract.strict import Strict
from vigo_pipeline.contract.toml_file import as_model, read_toml

FIL = Path(__file__).with_name("aarshjul.toml")
Merke = Literal["S", "D", "A"]
Regel = Literal[
    "dag",
    "fast",
    "foerste_arbeidsdag",
    "siste_arbeidsdag",
    "tirsdag_siste_hele_uke",
    "uker_etter",
    "loepende",
]
# A round a month, on the last working day or the first.
MAANEDLIG = {"maanedlig": "siste_arbeidsdag", "maanedlig_start": "foerste_arbeidsdag"}
# Which skoleår the data are of, beside the one that the day falls in.
FORSKYVNING = {"neste": -1, "skoleaar": 0, "forrige": 1}
# What is to be done where it lacks a skoleår.
LEGG_TIL = (
    "Legg det til i vigo_pipeline/contract/aarshjul.toml, slik docs/how-to/nytt-skoleaar.md sier."
)
# What is counted on the day that it is due.
PAA_FRISTEN = "frist"
# The months in the order of the skoleår.
MAANEDER = (
    *("august", "september", "oktober", "november", "desember", "januar"),
    *("februar", "mars", "april", "mai", "juni", "juli"),
)
# Their numbers in the calendar.
MAANEDSNUMMER = {navn: (nr + 7) % 12 + 1 for nr, navn in enumerate(MAANEDER)}


class KjentDato(Strict):
    """A public date: a fact, with its source."""

    dag: date
    kilde: str
    merke: Merke = "S"


class Hendelse(Strict):
    """One event of the skoleår. Without a public date ``regel`` derives one, which is ASSUMED.

    ``dato`` is by the skoleår the day falls in; ``gjelder`` says which skoleår the data are of.
    ``filfrist``: it is due for the files of a round, which has another event for the rest.
    ``utgaatt``: its round is known, since homes have run it, and no longer due.
    """

    id: str
    hva: str
    fra: str
    til: str
    maaned: StrictInt = Field(ge=1, le=12)
    dag: StrictInt = Field(default=15, ge=1, le=31)
    regel: Regel = "dag"
    arbeidsdag: Literal["foer", "ingen"] = "foer"
    etter: str | None = None
    uker: StrictInt = 0
    flyt: str | None = None
    runde: str | None = None
    telledato: str | None = Field(default=None, pattern=rf"^(\d{{2}}-\d{{2}}|{PAA_FRISTEN})$")
    gjelder: Literal["skoleaar", "forrige", "neste"] = "skoleaar"
    merke: Merke
    kilde: str | None = None
    dato: dict[str, KjentDato] = Field(default_factory=dict)
    filfrist: StrictBool = False
    utgaatt: StrictBool = False


class Aarshjul(Strict):
    """The whole calendar.

    ``varsles``: working days before a deadline on which alerts go out, negative after it.
    ``etterslep_dager``: how far back a missed day is caught up. ``unntak_dager``: how long a waiver
    may hold. ``uten_udir``: the months in which nothing goes to Udir.
    """

    kilde: str
    skoleaar: tuple[str, ...]
    varsles: tuple[StrictInt, ...] = Field(min_length=1)
    etterslep_dager: StrictInt = Field(ge=0)
    unntak_dager: StrictInt = Field(ge=1)
    uten_udir: frozenset[StrictInt] = frozenset()
    runder: tuple[str, ...]
    rundenavn: dict[str, str]
    hendelse: tuple[Hendelse, ...]
    maalgruppe: tuple[Maalgruppe, ...] = ()

    @model_validator(mode="after")
    def _check_references(self) -> Self:
        ider = [h.id for h in self.hendelse]
        doble = sorted({i for i in ider if ider.count(i) > 1})
        feil = [f"{i}: står to ganger" for i in doble]
        rundene = {(h.flyt, h.runde) for h in self.hendelse if not h.filfrist}
        for h in self.hendelse:
            if h.regel == "uker_etter" and h.etter not in ider:
                feil.append(f"{h.id}: etter = «{h.etter}» finnes ikke")
            if h.runde is not None and h.runde not in self.runder:
                feil.append(f"{h.id}: runden «{h.runde}» finnes ikke")
            if h.filfrist and (h.flyt, h.runde) not in rundene:
                feil.append(f"{h.id}: filfrist for en runde som ikke finnes")
            if h.regel == "loepende" and h.runde is not None:
                feil.append(f"{h.id}: en runde kan ikke være løpende")
            feil += [f"{h.id}: skoleår «{a}» finnes ikke" for a in h.dato if a not in self.skoleaar]
        feil += [f"rundenavn: «{r}» finnes ikke" for r in self.rundenavn if r not in self.runder]
        if feil:
            raise ValueError("; ".join(feil))
        return self

    def finn(self, id_: str) -> Hendelse:
        """Return an event by its id.

        Raises:
            KeyError: there is none.
        """
        return {h.id: h for h in self.hendelse}[id_]


@cache
def aarshjul() -> Aarshjul:
    """Return the årshjul.

    Raises:
        WrongSpec: aarshjul.toml has an unknown or missing field, or a reference to something it
            does not have.
    """
    facts = read_toml(FIL)
    alle = _events(facts)
    udir = {
        n for m in facts.get("maalgruppe", []) if m.get("id") == "udir" for n in m["deltar_som"]
    }
    ferdige = [
        h.model_copy(update={"utgaatt": h.til in udir and h.maaned in facts["uten_udir"]})
        for h in alle
    ]
    return as_model(FIL, facts | {"hendelse": ferdige}, Aarshjul)


def _events(facts: dict[str, Any]) -> list[Hendelse]:
    """Return every event, those of a round a month once for each.

    Raises:
        WrongSpec: some are not whole.
    """
    ut: list[Hendelse] = []
    feil: list[Fault] = []
    for nr, raa in enumerate(facts.get("hendelse", [])):
        try:
            ut += [Hendelse(**h) for h in _months(raa)]
        except ValidationError as galt:
            feil += of_fields(FIL, facts, Hendelse, galt, ("hendelse", nr))
    if feil:
        raise WrongSpec(sorted({*feil}))
    return ut


def _months(fakta: dict[str, Any]) -> list[dict[str, Any]]:
    """Return an event, or one for each month when it is a round a month."""
    regel = MAANEDLIG.get(str(fakta.get("regel")))
    if regel is None:
        return [{**fakta}]
    start = regel == "foerste_arbeidsdag"
    return [
        fakta
        | {"id": f"{fakta.get('id')}.{navn}", "runde": navn, "regel": regel, "maaned": nr}
        | ({"telledato": f"{nr:02d}-01"} if start else {})
        for navn, nr in MAANEDSNUMMER.items()
    ]


def skoleaar() -> tuple[str, ...]:
    """Return the skoleår that flows are partitioned by."""
    return aarshjul().skoleaar


@cache
def hendelser(flyt: str) -> tuple[Hendelse, ...]:
    """Return a flow's events in the order in which a skoleår's data are due.

    Those of rounds that are no longer due are among them: a home may have run them.
    """
    egne = [h for h in aarshjul().hendelse if h.flyt == flyt and h.runde and not h.filfrist]
    return tuple(sorted(egne, key=lambda h: (FORSKYVNING[h.gjelder], (h.maaned - 8) % 12)))


def round_name(runde: str) -> str:
    """Return what people call a round.

    >>> round_name("1-levering"), round_name("juni")
    ('1. levering', 'juni')
    """
    return aarshjul().rundenavn.get(runde, runde)


def runder(flyt: str) -> tuple[str, ...]:
    """Return a flow's rounds, first to last, with those that are no longer due."""
    return tuple(h.runde or "" for h in hendelser(flyt))


def rounds_due(flyt: str) -> tuple[str, ...]:
    """Return a flow's rounds that are run, first to last.

    >>> "april" in runder("kontrakt_maaned"), "april" in rounds_due("kontrakt_maaned")
    (True, False)
    """
    return tuple(h.runde or "" for h in hendelser(flyt) if not h.utgaatt)


def reporters(hendelse: Hendelse) -> frozenset[str]:
    """Return whose files are due in an event, ``fylker`` and ``waade``; none when it is VIGO's own.

    >>> sorted(reporters(aarshjul().finn("privat.november")))
    ['waade']
    """
    alle = aarshjul().maalgruppe
    return frozenset(m.avgivere for m in alle if m.avgivere and hendelse.fra in m.deltar_som)


def is_among(avgiver: str, hvem: frozenset[str]) -> bool:
    """Say whether an avgiver is one of ``reporters``; everybody is, where nobody is named.

    >>> is_among("03", frozenset({"fylker"})), is_among("waade", frozenset({"fylker"}))
    (True, False)
    """
    return not hvem or ("fylker" if avgiver.isdigit() else avgiver) in hvem


def expected_in(flyt: str, runde: str) -> frozenset[str]:
    """Return whose files a round expects; none when no event of it says.

    >>> sorted(expected_in("loepende", "november")), sorted(expected_in("loepende", "mars"))
    (['fylker', 'waade'], ['fylker'])
    """
    egne = (h for h in aarshjul().hendelse if (h.flyt, h.runde) == (flyt, runde))
    return frozenset().union(*map(reporters, egne))
