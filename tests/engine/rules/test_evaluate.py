"""Rules become checks, and checks find every bad row; a rule that is wrong itself is named."""

from collections.abc import Iterator

import duckdb
import pyarrow as pa
import pytest

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.contract.spesifikasjon import Regel
from vigo_pipeline.contract.variabel import variabler
from vigo_pipeline.engine import duck
from vigo_pipeline.engine.rules.evaluate import FUNN, RuleFailed, evaluate
from vigo_pipeline.engine.rules.generate import Kontrakt, Kontraktskolonne, expand

TOM = Kontrakt(form={}, innhold={})


def rule(**felt: object) -> Regel:
    faste = {"id": "TST-001", "tittel": "x", "alvor": "FEIL", "eier": "skole"}
    return Regel.model_validate(faste | {"galt": "x", "rett": "x", "kilde": "x"} | felt)


def contract(*navn: str, oblig: bool = False) -> Kontrakt:
    kolonner = [Kontraktskolonne(variabler()[n], oblig) for n in navn]
    return Kontrakt(form={"t": kolonner}, innhold={"t": kolonner})


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """Rows 1 to 4 of table t, and a code list with one code."""
    with duck.connect() as con:
        con.execute("create schema kodeverk")
        con.execute("create table kodeverk.morsmaal as select 'NOB' as kode")
        con.register(
            "t",
            pa.table(
                {
                    "rad": [1, 2, 3, 4],
                    "morsmaalskode": ["NOB", "QQQ", None, "QQQ"],
                    "startdato": ["20250818", "2025-08-18", "20250230", None],
                }
            ),
        )
        yield con


def rows(con: duckdb.DuckDBPyConnection, regel: Regel, kontrakt: Kontrakt = TOM) -> list[int]:
    funn = evaluate(con, [regel], kontrakt)
    assert funn.schema == FUNN
    return funn["rad"].to_pylist()


@pytest.mark.parametrize(
    "regel",
    [
        rule(bryter={"t": "morsmaalskode = 'QQQ'"}),
        rule(bryter={"t": "morsmaalskode = 'QQQ'"}, kolonne="morsmaalskode"),
        rule(spoerring={"t": "select rad from t where morsmaalskode = 'QQQ'"}),
        rule(spoerring={"t": "select t.rad from t, t as u where t.morsmaalskode = 'QQQ'"}),
    ],
    ids=["row", "values", "query", "query that finds a row many times"],
)
def test_every_bad_row_is_found_once(con: duckdb.DuckDBPyConnection, regel: Regel) -> None:
    assert rows(con, regel) == [2, 4]


@pytest.mark.parametrize("kolonne", [None, "morsmaalskode"])
def test_a_blank_can_be_what_is_bad_and_is_not_bad_by_chance(
    con: duckdb.DuckDBPyConnection, kolonne: str | None
) -> None:
    assert rows(con, rule(bryter={"t": "morsmaalskode is null"}, kolonne=kolonne)) == [3]
    assert rows(con, rule(bryter={"t": "morsmaalskode <> 'NOB'"}, kolonne=kolonne)) == [2, 4]


def test_a_query_that_finds_rows_that_are_not_there_is_refused(
    con: duckdb.DuckDBPyConnection,
) -> None:
    with pytest.raises(RuleFailed, match="TST-001"):
        rows(con, rule(spoerring={"t": "select 99 as rad"}))


def test_form_and_blanks_follow_from_the_contract(con: duckdb.DuckDBPyConnection) -> None:
    assert rows(con, rule(genereres="format"), contract("startdato")) == [2, 3]
    assert rows(con, rule(genereres="oblig"), contract("startdato", oblig=True)) == [4]
    assert rows(con, rule(genereres="oblig"), contract("startdato")) == []


def test_a_date_in_a_column_of_dates_has_its_form(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("create table d as select 1 as rad, date '2025-08-18' as startdato")
    kolonner = [Kontraktskolonne(variabler()["startdato"], oblig=False)]
    kontrakt = Kontrakt(form={"d": kolonner}, innhold={})
    assert rows(con, rule(genereres="format"), kontrakt) == []


def test_a_list_without_codes_is_not_asked() -> None:
    assert kodeverk.load("morsmaal").num_rows == 0
    assert expand(rule(kodeverk=["morsmaal"]), contract("morsmaalskode")) == []


def test_a_list_that_lacks_codes_never_shuts_the_gate(
    con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kodeverk, "load", lambda _: pa.table({"kode": ["NOB"]}))
    assert kodeverk.lister()["morsmaal"].ufullstendig
    funn = evaluate(con, [rule(kodeverk=["morsmaal"])], contract("morsmaalskode")).to_pylist()
    assert [(f["rad"], f["alvor"]) for f in funn] == [(2, "ADVARSEL"), (4, "ADVARSEL")]


def test_findings_come_in_the_same_order(con: duckdb.DuckDBPyConnection) -> None:
    regler = [rule(id=f"TST-00{n}", bryter={"t": "morsmaalskode = 'QQQ'"}) for n in (3, 1, 2)]
    funn = evaluate(con, regler, TOM)
    assert funn == funn.sort_by([("regel", "ascending"), ("rad", "ascending")])
