"""Every rule of the deliveries: a row that breaks it, and one nearly the same that does not."""

import csv
import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.engine.rules.test_innlesing import ANNEN_RAD
from vigo_pipeline.contract import kodeverk, nudb
from vigo_pipeline.contract.grensesnitt import grensesnitt, tabellposter
from vigo_pipeline.contract.spesifikasjon import Leveranse, Regel
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine import duck
from vigo_pipeline.engine.derive.account import REGNSKAP
from vigo_pipeline.engine.derive.recipe import promised_schema, recipe
from vigo_pipeline.engine.judge.judge import Kontroll, judge
from vigo_pipeline.engine.judge.layout import lay_out
from vigo_pipeline.engine.judge.looked_at import who
from vigo_pipeline.engine.judge.macros import TABELLER
from vigo_pipeline.engine.judge.verdict_basis import Domsgrunnlag, Ventet, basis, contract
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.rules.evaluate import find
from vigo_pipeline.engine.rules.findings import read, write_judged
from vigo_pipeline.engine.rules.generate import expand
from vigo_pipeline.engine.rules.nudb import columns
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.engine.words import words

pytestmark = pytest.mark.slow(40)

EXAMPLES = Path(__file__).parents[2] / "examples" / "leveranser"
REGISTER = Register.installed()
AAR = Skoleaar.parse("2025-2026")
OPPSETT = {"modus": "test", "ukjente_kolonner": "antatt"}
# What an example may set that is said of the whole delivery.
OM_ALT = {*OPPSETT, "runde", "ventet", "ikke_ventet"}
KURS = {"skoleaar": "20252026", "skolenr": "03018", "programomraadekode": "STUSP1----"}
ELEV = KURS | {
    "avgiverfylke": "03",
    "elevnavn": "Åsen Kari",
    "organisasjonsnummer": "974590867",
    "startdato": date(2025, 8, 18),
    "rettstype": "U",
    "elevstatus": "E",
    "kursprosent": Decimal("100.00"),
    "antall_fag": 2,
    "fagstatuser": "E",
}
FAG = KURS | {
    "avgiverfylke": "03",
    "fagkode": "NOR1260",
    "fagstatus": "E",
    "er_linja_aktiv": "J",
    "fag_startdato": date(2025, 8, 18),
}
RESULTAT = {n: v for n, v in ELEV.items() if n != "elevstatus"} | {
    "utdanningsprogramkode": "ST",
    "trinn": 2,
    "elevstatus": "E",
    "fullfoertkode": "B",
    "bevistype": "KB",
    "karakterpoeng": Decimal("40.00"),
    "antall_stryk": 0,
    "maalform": "B",
    "fravaer_dager": 0,
    "fravaer_timer": 0,
    "fravaer_dager_totalt": 5,
    "fravaer_timer_totalt": 20,
    "har_iop": "N",
}
KARAKTER = FAG | {"grunnlag_kursprosent": "J", "karakter_standpunkt": "4", "termin": "V"}
FYLKE = {"skoleaar": "20252026", "avgiverfylke": "03", "hjemstedsfylke": "03"}
KONTRAKT = FYLKE | {
    "telledato_uttrekk": date(2025, 10, 1),
    "kontraktsnr": "K-1",
    "kontraktstype": "L",
    "programomraadekode": "HSHEA3----",
    "godkjentdato": date(2024, 9, 1),
    "laeretid_fra": date(2024, 8, 15),
    "laeretid_til": date(2026, 8, 14),
    "modulstrukturert": "N",
    "ny_laerling": "N",
}
PROVE = FYLKE | {
    "telledato_fom": date(2024, 10, 1),
    "telledato_tom": date(2025, 9, 30),
    "programomraadekode": "HSHEA3----",
    "provenr": 1,
    "provedato": date(2025, 6, 10),
    "provekandidattype": "L",
    "provestatus": "BE",
    "modulstrukturert": "N",
    "kontrakt_loeper": "N",
}
SOEKER = FYLKE | {
    "oenskenr": 1,
    "programomraadekode": "HSHEA3----",
    "oenskestatus": "19",
    "laeretid_fra": date(2025, 8, 15),
    "formidlet": "J",
    "modulstrukturert": "N",
}
OENSKE = FYLKE | {
    "skoleaar": "20252026",
    "oenskenr": 1,
    "programomraadekode": "STUSP1----",
    "oenskestatus": "18",
}
UNGDOM = {"skoleaar": "20252026", "avgiverfylke": "03", "tilmeldingsaarsak": "OSON"} | {
    "tilmeldt_dato": date(2025, 9, 1),
    "ot_status": "OTUK",
    "i_maalgruppen": "J",
    "kontakt_oppnaadd": "N",
}
VOKSEN = {"skoleaar": "20252026", "avgiverfylke": "03", "soekt_dato": date(2025, 3, 1)} | {
    "har_voksenrett": "J",
    "voksen_utfall": "J",
}
BEDRIFT = {"skoleaar": "20252026", "avgiverfylke": "03", "orgnr_bedrift": "310000019"} | {
    "programomraadekode": "HSHEA3----",
    "godkjent_fra": date(2015, 1, 1),
}
KONTOR = {"skoleaar": "20252026", "avgiverfylke": "03", "godkjent_fra": date(2015, 1, 1)} | {
    "er_aktiv": "J",
    "antall_medlemmer": 3,
}
MERKNAD = KURS | {"avgiverfylke": "03", "vmm_kode": "VMM03"}
GRUNNLAG: dict[str, list[dict[str, Any]]] = {
    "ssbelev": [
        {"rad": 1, "fnr": "01810850066"} | ELEV,
        {"rad": 2, "fnr": "14880859820"} | ELEV | {"elevnavn": "Øvrebø Ola"},
    ],
    "ssbelevfag": [
        {"rad": 1, "fnr": "01810850066"} | FAG,
        {"rad": 2, "fnr": "14880859820"} | FAG,
    ],
    "ssbresultat": [
        {"rad": 1, "fnr": "01810850066"} | RESULTAT,
        {"rad": 2, "fnr": "14880859820"} | RESULTAT | {"elevnavn": "Øvrebø Ola"},
    ],
    "ssbresultatfag": [
        {"rad": 1, "fnr": "01810850066"} | KARAKTER,
        {"rad": 2, "fnr": "14880859820"} | KARAKTER,
    ],
    "ssbresultatvmm": [{"rad": 1, "fnr": "01810850066"} | MERKNAD],
    "ssbkontrakt": [
        {"rad": 1, "fnr": "01810850066"} | KONTRAKT,
        {"rad": 2, "fnr": "14880859820"} | KONTRAKT | {"kontraktsnr": "K-2"},
    ],
    "ssbavlagteprover": [{"rad": 1, "fnr": "01810850066"} | PROVE],
    "udirformidling": [
        {"rad": 1, "fnr": "01810850066"} | SOEKER,
        {"rad": 2, "fnr": "14880859820"} | SOEKER,
    ],
    "otdata": [
        {"rad": 1, "fnr": "01810850066"} | UNGDOM,
        {"rad": 2, "fnr": "14880859820"} | UNGDOM,
    ],
    "voksensoekere": [{"rad": 1, "fnr": "01810850066", "soeknad_id": "V-1"} | VOKSEN],
    "soekerskole": [
        {"rad": 1, "fnr": "01810850066"} | OENSKE,
        {"rad": 2, "fnr": "14880859820"} | OENSKE,
    ],
    "soekerfag": [
        {"rad": 1, "fnr": "01810850066"}
        | OENSKE
        | {"programomraadekode": "HSHEA3----", "oenskestatus": "4"}
    ],
    "laerebedrifter": [{"rad": 1} | BEDRIFT],
    "opplaeringskontor": [
        {"rad": 1, "orgnr_opplaeringskontor": "319000011"} | KONTOR,
        {"rad": 2, "orgnr_opplaeringskontor": "319000038"}
        | KONTOR
        | {"er_aktiv": "N", "nedlagt_dato": date(2025, 6, 30)},
    ],
    "regnskap": [{"rad": 1, "fylke": "03", "inn": 2, "ut": 2, "utelatt": 0}],
    "regnskap_inn": [
        {"rad": 1, "fylke": "03", "tabell": "elevkurs", "lest": 2, "avvist": 0}
        | {"slaatt_sammen": 0, "godtatt": 2, "i_sentralbasen": 2}
    ],
    "mottak": [{"rad": 1, "fylke": "03", "har_rapportert": True, "avviste_filer": 0}],
    "krympet": [{"rad": 1, "avgiverfylke": "03", "foer": 30, "naa": 30, "borte": 0, "enheter": 0}],
}
GRUNNLAG |= {n: GRUNNLAG[lev.som] for n, lev in REGISTER.leveranser.items() if lev.som}
# What is said of many rows at once is proved on many rows: here, and in test_skoler.py.
FORDELINGER = {"FULL-004", "FULL-005", "FULL-006", "FULL-007"}
I_FYLKET = {
    "KONT-015": "ssbkontrakt",
    "PROV-008": "ssbavlagteprover",
    "FORM-008": "udirformidling",
    "LBED-003": "laerebedrifter",
}
SKJEMA = {
    **{n: promised_schema(lev) for n, lev in REGISTER.leveranser.items()},
    "regnskap": REGNSKAP,
}


def value(verdi: str, som: object) -> object:
    """Return a text from the example as the type of what it replaces."""
    if isinstance(som, bool):
        return verdi == "ja"
    typer: dict[type, Any] = {int: int, Decimal: Decimal, date: date.fromisoformat}
    return typer.get(type(som), str)(verdi) if verdi else None


def found(
    stamme: str,
    tabell: str,
    rad: int,
    felt: str,
    bare: Collection[str] = (),
    *,
    foer: bool = False,
) -> set[tuple[str, int]]:
    """Return the rules that are found, with their rows, when fields of one row are set.

    ``felt``: ``column=value``, ``table.column=value`` for the same row of another table, or
    ``1.column=value`` for row 1 of the same one.
    ``ventet=03 11`` and ``ikke_ventet=18``: who was expected, and who of the collection was not.
    ``bare``: ask these rules only, and all when none is named.
    ``foer``: the same rows were delivered in the round before, and last year.
    """
    satt = dict(f.split("=", 1) for f in felt.split(",") if f)
    om_alt = {n: satt.pop(n) for n in OM_ALT if n in satt}
    rader = {navn: [dict(r) for r in liste] for navn, liste in GRUNNLAG.items()}
    for sted, verdi in satt.items():
        annen, _, navn = sted.rpartition(".")
        er_rad = annen.isdigit()
        rett = rader[tabell if er_rad else annen or tabell][int(annen) - 1 if er_rad else rad - 1]
        put(rett, navn, verdi)
    alle = REGISTER.regler("leveranser", stamme, str(AAR))
    return found_in(stamme, rader, [r for r in alle if not bare or r.id in bare], om_alt, foer=foer)


def put(rad: dict[str, Any], navn: str, verdi: str) -> None:
    """Set a field of a row, as the type that it has."""
    mal = dict.fromkeys(
        ("avbruddsdato", "fag_avbruddsdato", "formidlet_dato", "rkv_dato"), date.min
    ) | {"elevtimer": 0}
    rad[navn] = value(verdi, rad.get(navn, mal.get(navn, "")))


def found_in(
    stamme: str,
    rader: Mapping[str, list[dict[str, Any]]],
    regler: Iterable[Regel],
    om_alt: Mapping[str, str],
    *,
    foer: bool = False,
) -> set[tuple[str, int]]:
    """Return which of these rules are found, with their rows, when this is delivered."""
    leveranse = REGISTER.leveranser[stamme]
    egne = {stamme, *leveranse.sammen_med, "regnskap", "regnskap_inn", "mottak", "krympet"}
    tabeller = {n: pa.Table.from_pylist(rader[n], schema=SKJEMA.get(n)) for n in egne}
    if foer:
        tabeller["i_fjor"] = tabeller[stamme]
        tabeller["forrige_runde"] = tabeller[stamme].select(who(leveranse))
    oppsett = OPPSETT | {n: v for n, v in om_alt.items() if n in OPPSETT}
    innstillinger = Innstillinger(hjem=Path(), inn=Path(), **oppsett)  # type: ignore[arg-type]
    ventet = (om_alt.get(n, v) for n, v in (("ventet", "03"), ("ikke_ventet", "")))
    grunnlag = basis(
        recipe(leveranse, REGISTER.spoerringer, AAR),
        *(regler, AAR, innstillinger, Ventet(*(tuple(v.split()) for v in ventet))),
        runde=om_alt.get("runde", "endelig"),
    )
    # To sum up schools and fylker takes longer than the rest, and few rules look at that.
    mottakers = nudb.installed() if grunnlag.mottaker else None
    om_skoler = any({s.tabell, *words(s.sql)} & {*TABELLER} for s in grunnlag.sjekker)
    with duck.connect() as con:
        sjekker, _ = lay_out(con, grunnlag, tabeller, mottakers, of_schools=om_skoler)
        return {(f["regel"], f["rad"]) for f in find(con, sjekker).to_pylist()}


@cache
def row_rules(stamme: str) -> dict[str, Regel]:
    """Return the rules that look at a row and at no other row."""
    leveranse = REGISTER.leveranser[stamme]
    kontrakt = contract(leveranse, columns(leveranse, nudb.installed()))
    return {
        r.id: r
        for r in REGISTER.regler("leveranser", stamme, str(AAR))
        if all(s.art != "spoerring" and not ANNEN_RAD.search(s.sql) for s in expand(r, kontrakt))
    }


def is_of_a_row(e: dict[str, str], felt: str) -> bool:
    """Say whether an example sets fields of a delivered row only, and its rule looks no further."""
    steder = {f.split("=", 1)[0] for f in felt.split(",") if f}
    return (
        e["regel"] in row_rules(e["stamme"])
        and e["tabell"] == e["stamme"]
        and not any(s in OM_ALT or "." in s for s in steder)
    )


@cache
def rows_found_together(stamme: str) -> dict[tuple[str, int, str], set[str]]:
    """Return the rules that are found in each example's row, by table, row and what is set.

    To judge takes long, so what one row decides is asked of all examples at once.
    """
    rader = {navn: [dict(r) for r in liste] for navn, liste in GRUNNLAG.items()}
    nye: dict[tuple[str, int, str], int] = {}
    for e in examples(stamme):
        for felt in (f for f in (e["bryter"], e["bryter_ikke"]) if is_of_a_row(e, f)):
            sted = (e["tabell"], int(e["rad"]), felt)
            if sted in nye:
                continue
            nye[sted] = 1000 + len(nye)
            ny = GRUNNLAG[e["tabell"]][int(e["rad"]) - 1] | {"rad": nye[sted]}
            for navn, _, verdi in (f.partition("=") for f in felt.split(",") if f):
                put(ny, navn, verdi)
            rader[e["tabell"]].append(ny)
    funn = found_in(stamme, rader, row_rules(stamme).values(), {})
    return {sted: {regel for regel, rad in funn if rad == nr} for sted, nr in nye.items()}


@cache
def found_alone(stamme: str, tabell: str, rad: int, felt: str) -> set[tuple[str, int]]:
    """Return what is found of the rules that have the same as an example, and look further."""
    spurt = {
        e["regel"]
        for e in examples(stamme)
        if (e["tabell"], int(e["rad"])) == (tabell, rad)
        if felt in (e["bryter"], e["bryter_ikke"]) and not is_of_a_row(e, felt)
    }
    return found(stamme, tabell, rad, felt, spurt)


def rows(e: dict[str, str], felt: str) -> set[int]:
    """Return the rows that break an example's rule."""
    stamme, tabell, rad = e["stamme"], e["tabell"], int(e["rad"])
    if is_of_a_row(e, felt):
        brutt = rows_found_together(stamme)[tabell, rad, felt]
        return {rad} if e["regel"] in brutt else set()
    alle = found_alone(stamme, tabell, rad, felt)
    return {nr for brutt, nr in alle if brutt == e["regel"]}


@cache
def examples(stamme: str) -> list[dict[str, str]]:
    if stamme in REGISTER.leveranser and REGISTER.leveranser[stamme].som:
        return []
    with (EXAMPLES / stamme / "rules.csv").open(encoding="utf-8", newline="") as file:
        return [{"stamme": stamme} | rad for rad in csv.DictReader(file, delimiter=";")]


@pytest.mark.parametrize("stamme", REGISTER.leveranser)
def test_the_base_rows_break_nothing(stamme: str) -> None:
    assert found(stamme, stamme, 1, "") == set()


@pytest.mark.parametrize("stamme", REGISTER.leveranser)
def test_nothing_is_wrong_when_nothing_has_changed(stamme: str) -> None:
    assert found(stamme, stamme, 1, "", foer=True) == set()


@pytest.mark.parametrize(
    "e",
    [e for stamme in REGISTER.leveranser for e in examples(stamme)],
    ids=lambda e: f"{e['stamme']} {e['regel']} {e['bryter']}",
)
def test_a_rule_is_broken_by_one_row_and_not_by_its_neighbour(e: dict[str, str]) -> None:
    # What concerns two rows of one person, or the whole delivery, shows at each of its rows.
    ventet = {n: {1, 2} for n in ("PERS-003", "PERS-004", "DATO-019", "DATO-020", "DUB-001")}
    ventet |= {"LEV-001": {1}, "KONT-009": {1, 2}, "FORM-006": {1, 2}}
    ventet |= {"OTST-005": {1, 2}, "SOKE-003": {1, 2}}
    assert rows(e, e["bryter"]) == ventet.get(e["regel"], {int(e["rad"])})
    assert rows(e, e["bryter_ikke"]) == set()


@pytest.mark.parametrize("stamme", REGISTER.leveranser)
def test_every_rule_has_an_example(stamme: str) -> None:
    """A rule that several deliveries share is proved on one of them."""
    regler = REGISTER.regler("leveranser", stamme, str(AAR))
    leveranse = REGISTER.leveranser[stamme]
    kontrakt = contract(leveranse, columns(leveranse, nudb.installed()))
    sjekkes = [r for r in regler if expand(r, kontrakt)]
    paa_mange = FORDELINGER | {e["regel"] for e in examples("skoler")}
    vist = [
        r
        for annen in REGISTER.leveranser
        for r in REGISTER.regler("leveranser", annen, str(AAR))
        if r.id in {e["regel"] for e in examples(annen)} | paa_mange | I_FYLKET.keys()
    ]
    mangler = [r.id for r in sjekkes if r not in vist]
    assert not mangler, f"rules without an example: {mangler}"


@pytest.mark.parametrize("stamme", REGISTER.leveranser)
def test_a_code_that_a_blank_does_not_take_back_is_judged_in_the_delivery(stamme: str) -> None:
    """The file that brought it may be replaced by one that says nothing of it."""
    leveranse = REGISTER.leveranser[stamme]
    regler = REGISTER.regler("leveranser", stamme, str(AAR))
    spurt = {s.sql for r in regler for s in expand(r, contract(leveranse))}
    bevart = {k.variabel: k for k in leveranse.kolonner if is_kept(k.fra) and k.innhold.kodeverk}
    uten = [
        navn
        for navn, k in bevart.items()
        if len(kodeverk.load(k.innhold.kodeverk or ""))
        and not any(f"{navn} not in (" in sql for sql in spurt)
    ]
    assert not uten, f"codes that VIGO keeps and no rule of {stamme} looks at: {uten}"


def is_kept(fra: str) -> bool:
    """Say whether a delivered column is of a field whose blank leaves what VIGO has."""
    felt = re.match(r"(\$\w\w)\.(\d+)", fra)
    if not felt:
        return False
    verdier = tabellposter()[felt[1]].verdier
    return any(k.nr == int(felt[2]) and grensesnitt().ved_blank(k) == "behold" for k in verdier)


def shares(koder: str, **felt: str) -> list[dict[str, Any]]:
    """Return one elevkurs per fullførtkode, and what they have in common."""
    rader = [RESULTAT | felt | {"fullfoertkode": kode} for kode in koder]
    return [{"rad": n, "fnr": f"{n:011d}"} | r for n, r in enumerate(rader, start=1)]


def found_in_shares(regel: str, naa: str, foer: str) -> list[int]:
    """Return the rows at which a rule on shares speaks, this year against last."""
    funn = judge_shares(regel, shares(naa), shares(foer))[0].funn
    return sorted(f["rad"] for f in funn.to_pylist())


def judge_shares(
    regel: str, naa: list[dict[str, Any]], foer: list[dict[str, Any]]
) -> tuple[Kontroll, dict[str, pa.Table]]:
    """Return what the gate says of this year against last, and the tables it looked at."""
    leveranse = REGISTER.leveranser["ssbresultat"]
    rader = GRUNNLAG | {"ssbresultat": naa, "i_fjor": foer}
    egne = {"ssbresultat", *leveranse.sammen_med, "regnskap", "regnskap_inn", "mottak", "i_fjor"}
    skjema = SKJEMA | {"i_fjor": SKJEMA["ssbresultat"]}
    tabeller = {n: pa.Table.from_pylist(rader[n], schema=skjema.get(n)) for n in egne}
    regler = [r for r in REGISTER.regler("leveranser", "ssbresultat", str(AAR)) if r.id == regel]
    return judge(given(leveranse, regler), tabeller), tabeller


def given(leveranse: Leveranse, regler: Iterable[Regel], runde: str = "endelig") -> Domsgrunnlag:
    """Return what a delivery of one fylke is judged by in a test."""
    oppskrift = recipe(leveranse, REGISTER.spoerringer, AAR)
    oppsett = Innstillinger(hjem=Path(), inn=Path())
    return basis(oppskrift, regler, AAR, oppsett, Ventet(()), runde=runde)


@pytest.mark.parametrize(
    ("regel", "sagt"),
    [
        ("FULL-004", {("", "")}),
        ("FULL-005", {("46012", "")}),
        ("FULL-006", {("46012", RESULTAT["programomraadekode"])}),
        ("FULL-007", {("46012", "")}),
    ],
)
def test_what_is_said_of_many_names_the_place_and_no_pupil(
    regel: str, sagt: set[tuple[str, str]], tmp_path: Path
) -> None:
    def two_schools(koder: str) -> list[dict[str, Any]]:
        oslo = shares("B" * 30 + "M" * 30, skolenr="03018", avgiverfylke="03")
        bergen = shares(koder, skolenr="46012", avgiverfylke="46")
        return [r | {"rad": n, "fnr": f"{n:011d}"} for n, r in enumerate([*oslo, *bergen], start=1)]

    kontroll, tabeller = judge_shares(regel, two_schools("M" * 60), two_schools("B" * 50 + "M" * 9))
    oppsett = Innstillinger(hjem=tmp_path, inn=tmp_path)
    partisjon = Partisjon(str(AAR), "endelig")
    leveranse = REGISTER.leveranser["ssbresultat"]
    regler = REGISTER.regler("leveranser", "ssbresultat", str(AAR))
    steder = {"rader": tabeller["ssbresultat"]} | kontroll.makro
    write_judged(oppsett, partisjon, leveranse, regler, steder, kontroll.funn)
    funn = list(read(oppsett, leveranse.samling, partisjon, "ssbresultat"))
    assert {f["regel"] for f in funn} == {regel}
    assert {(f["avgiver"], f["fnr"], f["linje"]) for f in funn} == {("46", "", "")}
    assert {(f["skolenr"], f["programomraadekode"]) for f in funn} == sagt


@pytest.mark.parametrize("regel", sorted(FORDELINGER - {"FULL-007"}))
def test_a_share_may_move_ten_points_and_as_far_as_chance_takes_it(regel: str) -> None:
    mange = "B" * 1600 + "M" * 400
    assert found_in_shares(regel, "B" * 1400 + "M" * 600, mange) == []
    assert found_in_shares(regel, "B" * 1399 + "M" * 601, mange) == [1, 1400]
    foer = "B" * 16 + "M" * 4
    assert found_in_shares(regel, "B" * 7 + "M" * 13, foer) == []
    assert found_in_shares(regel, "B" * 3 + "M" * 17, foer) == [1, 4]
    assert found_in_shares(regel, "B" * 3 + "M" * 16, foer) == []
    assert found_in_shares(regel, "B" * 3 + "M" * 17, "") == []


@pytest.mark.parametrize("regel", sorted(FORDELINGER - {"FULL-007"}))
def test_a_code_that_nobody_had_or_has_has_moved_too(regel: str) -> None:
    assert found_in_shares(regel, "M" * 20 + "H" * 20, "B" * 32 + "I" * 8) == [1, 21]
    assert found_in_shares(regel, "M" * 40, "B" * 40) == [1]


def test_a_school_of_twenty_has_more_than_one_fullfoertkode() -> None:
    assert found_in_shares("FULL-007", "B" * 20, "") == [1]
    assert found_in_shares("FULL-007", "B" * 19 + "M", "") == []
    assert found_in_shares("FULL-007", "B" * 19, "") == []


@pytest.mark.parametrize(("regel", "stamme"), I_FYLKET.items())
def test_a_fylke_may_grow_or_shrink_by_a_fifth(regel: str, stamme: str) -> None:
    leveranse = REGISTER.leveranser[stamme]
    [mal, *_] = GRUNNLAG[stamme]

    def found_when(foer: int, naa: int) -> list[int]:
        rader = {stamme: naa, "i_fjor": foer}
        tabeller = {
            n: pa.Table.from_pylist(
                [mal | {"rad": nr} for nr in range(1, antall + 1)], schema=SKJEMA[stamme]
            )
            for n, antall in rader.items()
        }
        andre = {*leveranse.sammen_med, "regnskap", "regnskap_inn", "mottak"}
        tabeller |= {n: pa.Table.from_pylist(GRUNNLAG[n], schema=SKJEMA.get(n)) for n in andre}
        regler = [r for r in REGISTER.regler("leveranser", stamme, str(AAR)) if r.id == regel]
        kontroll = judge(given(leveranse, regler), tabeller)
        return kontroll.funn["rad"].to_pylist()

    assert found_when(50, 40) == found_when(50, 60) == found_when(49, 1) == []
    assert found_when(50, 39) == found_when(50, 61) == [1]
