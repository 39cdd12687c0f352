"""What stood at the place is told; what could be a person never is."""

from datetime import date

import duckdb
import pyarrow as pa

from vigo_pipeline.contract.spesifikasjon import Regel
from vigo_pipeline.engine.rules.evaluate import FUNN
from vigo_pipeline.engine.rules.found import found

RADER = pa.table(
    {
        "rad": [1, 2],
        "fnr": ["01810012345", "01810012345"],
        "elevnavn": ["Berg Kari", None],
        "elevstatus": ["S", "Kari B"],
        "avbruddsdato": pa.array([None, date(2025, 10, 3)], pa.date32()),
        "klassekode": ["Berg Kari", None],
        "fagkode": ["NOR1260", None],
    }
)


def rule(vilkaar: str, **mer: object) -> Regel:
    felt = {"tittel": "t", "galt": "g", "alvor": "FEIL", "eier": "skole", "rett": "r", "kilde": "k"}
    return Regel(id="STAT-900", bryter={"ssbelev": vilkaar}, **felt | mer)  # type: ignore[arg-type]


def told(regel: Regel) -> list[str]:
    with duckdb.connect() as con:
        con.register("ssbelev", RADER)
        kolonne = regel.kolonne
        funn = [("STAT-900", "FEIL", "ssbelev", kolonne, rad) for rad in (1, 2)]
        tabell = pa.Table.from_pylist(
            [dict(zip(FUNN.names, f, strict=True)) for f in funn], schema=FUNN
        )
        svar = found(con, tabell, [regel])
    return [r["detalj"] for r in sorted(svar.to_pylist(), key=lambda r: r["rad"])]


def test_dates_and_codes_are_told_by_what_they_are_and_what_is_no_code_is_not() -> None:
    assert told(rule("elevstatus = 'S' and avbruddsdato is null or klassekode is null")) == [
        "Elevstatus: S, Avbruddsdato på programområdet: tomt, Klassekode: fylt ut",
        "Elevstatus: fylt ut, Avbruddsdato på programområdet: 03.10.2025, Klassekode: tomt",
    ]


def test_a_person_is_not_told_of_and_a_rule_of_persons_alone_says_nothing() -> None:
    assert told(rule("fnr is null or elevnavn is null")) == []
    assert told(rule("not name_ok(elevnavn)", kolonne="elevnavn")) == []


def test_what_a_finding_names_itself_is_not_told_once_more() -> None:
    assert told(rule("elevstatus = 'S' and fagkode is null")) == [
        "Elevstatus: S",
        "Elevstatus: fylt ut",
    ]
    assert told(rule("fagkode is null")) == ["Fagkode: NOR1260", "Fagkode: tomt"]


def test_what_is_of_many_rows_is_no_rows() -> None:
    assert told(rule("elevstatus = 'S'", felles=("skolenr",))) == []
