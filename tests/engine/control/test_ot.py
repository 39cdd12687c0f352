"""The status in OT is held against the schools, the contracts and what has been reached."""

from tests.engine.control.conftest import hand_in
from tests.skolefil import AAR, elev, fag, kurs, line, persons
from vigo_pipeline.engine.control.control import control
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.rules.findings import read
from vigo_pipeline.engine.store import Partisjon

RUNDE = {"oktober": "1-levering", "ungdom": "august", "kontrakt": "1-levering", "ot": "november"}
DAG, DAGEN_ETTER = "20251115", "20251116"


def load(base: Pipeline, samling: str, *linjer: str) -> None:
    hand_in(base, samling, Partisjon("2025-2026", RUNDE[samling]), *linjer)


def young(fnr: str, status: str) -> str:
    faste = {"skoleaar": AAR, "avgiverfylke": "03", "fnr": fnr, "ot_enhet": "03200"}
    faste |= {"tilmeldingsaarsak": "OESL", "tilmeldt_dato": "20251020", "ot_status": status}
    kontakt = "" if status == "OTUK" else "20251027"
    return line("$OT", **faste | {"ot_status_dato": "20251027", "kontakt_dato": kontakt})


def contract(fnr: str, slutt: str) -> str:
    faste = {"skoleaar": AAR, "avgiverfylke": "03", "kontraktsnr": f"K-{fnr[-3:]}", "fnr": fnr}
    faste |= {"kontraktstype": "L", "programomraadekode": "HSHEA3----", "hjemstedsfylke": "03"}
    tid = {"laeretid_fra": "20250815", "laeretid_til": "20270814", "godkjentdato": "20250801"}
    hevet = {"kontrakt_avsluttet": slutt, "avslutningskode": "FV", "hevet_av": "L"} if slutt else {}
    return line("$LK", **faste | tid | {"orgnr_bedrift": "310000019"} | hevet)


def reached(fnr: str, dag: str) -> str:
    faste = {"skoleaar": AAR, "avgiverfylke": "03", "fnr": fnr, "hjemstedsfylke": "03"}
    slutt = {"sluttkompetanse": "S", "sluttkompetanse_dato": dag} if dag else {}
    return line("$UR", **faste | {"grunnskole_fullfoert": "20230618", "personstatus": "B"} | slutt)


def found(base: Pipeline) -> dict[str, set[str]]:
    """Return the rules that each person breaks."""
    partisjon = Partisjon("2025-2026", "november")
    control(base, base.register.innsamlinger["ot"], partisjon)
    base.engine.dispose()
    ut: dict[str, set[str]] = {}
    for rad in read(base.oppsett, "ot", partisjon, "sentralbase"):
        ut.setdefault(rad["fnr"], set()).add(rad["regel"])
    return ut


# Status in OT, what else is registered of the person, until when, and the rules that are broken.
SAKER = [
    ("OTOV", "kurs", "", {"OTST-007"}),
    ("OTUK", "kurs", DAGEN_ETTER, {"OTST-007"}),
    ("OTNO", "kurs", DAG, set()),
    ("OTEV", "kurs", "", set()),
    ("OTEV", "kurs", DAG, {"OTST-009"}),
    ("OTEV", "ingenting", "", {"OTST-009"}),
    ("ELVG_IM", "kurs", "", set()),
    ("OTOV", "kontrakt", "", {"OTST-008"}),
    ("OTOV", "kontrakt", DAG, set()),
    ("OTOV", "ingenting", "", set()),
    ("OTLL", "kontrakt", "", set()),
    ("OTLL", "kontrakt", DAG, {"OTST-010"}),
    ("OTLL", "ingenting", "", {"OTST-010"}),
    ("OTOV", "kompetanse", DAG, {"OTST-011"}),
    ("OTOV", "kompetanse", DAGEN_ETTER, set()),
    ("OTFA_IM", "kompetanse", DAG, set()),
]


def test_the_status_fits_the_school_the_contract_and_what_has_been_reached(base: Pipeline) -> None:
    hvem = list(zip(persons(len(SAKER)), SAKER, strict=True))
    har = {
        h: [(p, til) for p, (_, hva, til, _) in hvem if hva == h]
        for h in ("kurs", "kontrakt", "kompetanse")
    }
    load(
        base,
        "oktober",
        *(elev(p) for p, _ in har["kurs"]),
        *(kurs(p, avbruddsdato=til) for p, til in har["kurs"]),
        *(fag(p) for p, _ in har["kurs"]),
    )
    load(base, "kontrakt", *(contract(p, til) for p, til in har["kontrakt"]))
    load(base, "ungdom", *(reached(p, til) for p, til in har["kompetanse"]))
    load(base, "ot", *(young(p, sak[0]) for p, sak in hvem))
    assert found(base) == {p: brutt for p, (*_, brutt) in hvem if brutt}


def test_what_has_not_come_says_nothing(base: Pipeline) -> None:
    hvem = zip(persons(3), ("OTOV", "OTEV", "OTLL"), strict=True)
    load(base, "ot", *(young(*h) for h in hvem))
    assert found(base) == {}
