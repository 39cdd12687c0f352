"""What a person has been in: school, lære, applications, the chain of adults, deliveries."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from vigo_pipeline.engine.innsyn.opplysninger import Opplysninger
from vigo_pipeline.reports.parts.koder import day, named, year
from vigo_pipeline.reports.parts.table import Kolonne, Tabell

Rad = dict[str, Any]
Hent = Callable[[Rad], str]
JA_NEI = {"J": "ja", "N": "nei"}


def _code(kolonne: str, liste: str) -> Hent:
    return lambda r: named(liste, r[kolonne])


def _day(kolonne: str) -> Hent:
    return lambda r: day(r[kolonne])


def _text(kolonne: str) -> Hent:
    return lambda r: "" if r[kolonne] is None else str(r[kolonne])


# Heading, width and content of each column.
Felt = tuple[str, int, Hent]
AAR: Felt = ("Skoleår", 12, lambda r: year(r["skoleaar"]))
FYLKE: Felt = ("Fylke", 8, _text("avgiverfylke"))
SKOLE: Felt = ("Skole", 34, _code("skolenr", "skoler"))
OMRAADE: Felt = ("Programområde", 34, _code("programomraadekode", "programomraader"))


def _table(navn: str, felt: Sequence[Felt], rader: Iterable[Rad], forklaring: str = "") -> Tabell:
    kolonner = [Kolonne(tittel, bredde) for tittel, bredde, _ in felt]
    innhold = [[hent(r) for *_, hent in felt] for r in rader]
    return Tabell(navn, kolonner, innhold, forklaring)


def _latest_first(rader: Iterable[Rad], *etter: str) -> list[Rad]:
    return sorted(rader, key=lambda r: [str(r[n] or "") for n in etter], reverse=True)


def school(o: Opplysninger) -> Tabell:
    """Return each elevkurs, the latest first."""
    felt = (
        *(AAR, SKOLE, OMRAADE, ("Start", 12, _day("startdato"))),
        ("Avbrutt", 12, _day("avbruddsdato")),
        ("Årsak", 24, _code("avbruddsaarsak", "avbruddsaarsaker")),
        ("Fullført", 24, _code("fullfoertkode", "fullfoertkoder")),
        ("Bevis", 16, _code("bevistype", "bevistyper")),
        ("Rettstype", 16, _code("rettstype_importert", "rettstyper")),
    )
    return _table("Elevkurs", felt, _latest_first(o.rader["elevkurs"], "skoleaar", "startdato"))


def subjects(o: Opplysninger) -> Tabell:
    """Return each fag with its status and its grades, the latest skoleår first."""
    felt = (
        *(AAR, ("Fag", 34, _code("fagkode", "fag"))),
        ("Status", 24, _code("fagstatus", "fagstatuser")),
        ("Start", 12, _day("fag_startdato")),
        ("Avbrutt", 12, _day("fag_avbruddsdato")),
        ("Standpunkt", 10, _text("karakter_standpunkt")),
        ("Skriftlig", 10, _text("karakter_skriftlig")),
        ("Muntlig", 10, _text("karakter_muntlig")),
        ("Annen", 10, _text("karakter_annen")),
    )
    return _table("Fag", felt, _latest_first(o.rader["elevkursfag"], "skoleaar", "fagkode"))


def contracts(o: Opplysninger) -> Tabell:
    """Return each contract as it was told of last."""
    siste = {(r["avgiverfylke"], r["kontraktsnr"]): r for r in _by_year(o.rader["laerekontrakt"])}
    felt = (
        *(FYLKE, ("Kontrakt", 16, _text("kontraktsnr"))),
        *(("Type", 24, _code("kontraktstype", "kontraktstyper")), OMRAADE),
        ("Fra", 12, _day("laeretid_fra")),
        ("Til", 12, _day("laeretid_til")),
        ("Avsluttet", 12, _day("kontrakt_avsluttet")),
        ("Kode", 24, _code("avslutningskode", "avslutningskoder")),
        ("Rekvalifisering", 14, lambda r: JA_NEI.get(r["rekvalifisering"] or "", "")),
    )
    return _table("Kontrakter", felt, _latest_first(siste.values(), "laeretid_fra"))


def tests(o: Opplysninger) -> Tabell:
    """Return each prøve as it was told of last."""
    noekkel = ("avgiverfylke", "programomraadekode", "provenr")
    siste = {tuple(r[n] for n in noekkel): r for r in _by_year(o.rader["avlagt_prove"])}
    felt = (
        *(FYLKE, OMRAADE, ("Nr.", 6, _text("provenr")), ("Dag", 12, _day("provedato"))),
        ("Resultat", 24, _code("provestatus", "proveresultater")),
        ("Brev", 24, _code("brevtype", "brevtyper")),
    )
    return _table("Prøver", felt, _latest_first(siste.values(), "provedato"))


def _by_year(rader: Iterable[Rad]) -> list[Rad]:
    return sorted(rader, key=lambda r: r["skoleaar"])


def applications(o: Opplysninger) -> Tabell:
    """Return each wish for a school or a læreplass, and what came of it."""
    felt = (
        *(AAR, FYLKE, ("Til", 12, _text("til")), ("Ønske", 8, _text("oenskenr"))),
        *(SKOLE, OMRAADE, ("Status", 44, _code("oenskestatus", "oenskestatuser"))),
    )
    rader = [r | {"til": "skole"} for r in o.rader["soker_skole"]]
    rader += [r | {"til": "læreplass", "skolenr": None} for r in o.rader["soker_laereplass"]]
    rader.sort(key=lambda r: (r["skoleaar"], r["til"], r["oenskenr"]))
    return _table("Søknader", felt, rader)


def intake(o: Opplysninger) -> Tabell:
    """Return the intake to schools, and what the schools have corrected in it."""
    felt = (
        *(AAR, SKOLE, OMRAADE, ("Inntak", 24, _code("inntaksstatus", "inntaksstatuser"))),
        ("Ajourhold", 34, _code("ajourholdskode", "ajourholdskoder")),
        ("Dag", 12, _day("ajourholdsdato")),
    )
    return _table("Inntak", felt, _latest_first(o.rader["inntak"], "skoleaar"))


# Table, its day, what it is called, and what came of it.
KJEDE: tuple[tuple[str, str, str, Hent], ...] = (
    ("voksensoeknad", "soekt_dato", "Søknad", _code("opplaeringstype", "opplaeringstyper")),
    (
        "rettsvedtak",
        "vedtaksdato",
        "Vedtak om rett",
        lambda r: (
            f"{named('voksenrettstyper', r['voksenrettstype'])}: "
            f"{JA_NEI.get(r['utfall'], r['utfall'])}"
        ),
    ),
    (
        "realkompetansevurdering",
        "vurdert_dato",
        "Vurdering",
        lambda r: f"{named('fag', r['fagkode'])}: {named('rkv_resultater', r['rkv_resultat'])}",
    ),
    (
        "inntaksvedtak",
        "vedtaksdato",
        "Vedtak om inntak",
        lambda r: (
            f"{named('programomraader', r['programomraadekode'])}: "
            f"{JA_NEI.get(r['utfall'], r['utfall'])}"
        ),
    ),
    ("delegering", "delegert_dato", "Delegering", _code("skolenr", "skoler")),
)


def adults(o: Opplysninger) -> Tabell:
    """Return the chain of each application from an adult, step by step."""
    rader = [
        (year(r["skoleaar"]), r["fylkesnr"], r["soeknad_id"], nr, r[dag], ledd, ble(r))
        for nr, (tabell, dag, ledd, ble) in enumerate(KJEDE)
        for r in o.rader[tabell]
    ]
    rader.sort(key=lambda r: (r[:3], r[4] is None, r[4] or 0, r[3]))
    kolonner = (
        *(Kolonne("Skoleår", 12), Kolonne("Fylke", 8), Kolonne("Søknad", 14)),
        *(Kolonne("Dag", 12), Kolonne("Ledd", 20), Kolonne("Hva", 60)),
    )
    innhold = [(a, f, s, day(d), ledd, hva) for a, f, s, _, d, ledd, hva in rader]
    return Tabell(
        "Voksenopplæring", kolonner, innhold, "Søknad, rett, vurdering, inntak og delegering."
    )


def deliveries(o: Opplysninger) -> Tabell:
    """Return the published deliveries in which the person stands, and who has got them."""
    kolonner = (
        *(Kolonne("Leveranse", 24), Kolonne("Skoleår", 12), Kolonne("Runde", 14)),
        *(Kolonne("Nr.", 6), Kolonne("Linjer", 24), Kolonne("Sendt til", 20)),
    )
    rader = [
        (
            *(s.utgitt.leveranse, s.utgitt.partisjon.skoleaar, s.utgitt.partisjon.runde),
            *(str(s.utgitt.nr), _count(s.linjer), ", ".join(s.ute)),
        )
        for s in o.leveranser
    ]
    return Tabell(
        "Leveranser", kolonner, rader, "Det som er publisert, også det som ikke er sendt."
    )


def _count(linjer: int | None) -> str:
    return "radene er endret på disk" if linjer is None else str(linjer)
