"""Rules become checks, and checks find every bad row; a rule that is wrong itself is named."""

from collections.abc import Iterator

import duckdb
import pyarrow as pa
import pytest

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.contract.spesifikasjon import Regel
from vigo_pipeline.contract.variabel import variabler
from vigo_pipeline.engine import duck
from vigo_pipeline.engine.rules import evaluate as evaluate_
from vigo_pipeline.engine.rules.evaluate import FUNN, RuleFailed, evaluate, find
from vigo_pipeline.engine.rules.generate import Kontrakt, Kontraktskolonne, expand

TOM = Kontrakt(form={}, innhold={})


def rule(**felt: object) -> Regel:
    faste = {"id": "TST-001", "tittel": "x", "alvor": "FEIL", "eier": "skole"}
    return Regel.model_validate(faste | {"galt": "x", "rett": "x", "kilde": "x"} | felt)


def contract(*navn: str, oblig: bool = False) -> Kontrakt:
    kolonner = [Kontraktskolonne(variabler()[n], oblig) for n in navn]
    return Kontrakt(form={"t": kolonner}, innhold={"t": kolonner})


@pytest.fixture(params=[evaluate_.FEW, 0], ids=["few rows", "many rows"])
def con(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Rows 1 to 4 of table t, few or many as tables go, and a code list with one code."""
    monkeypatch.setattr(evaluate_, "FEW", request.param)
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
        rule(bryter={"t": "(morsmaalskode = 'QQQ') is not distinct\nfrom true"}),
        rule(bryter={"t": "morsmaalskode not in (select kode from kodeverk.morsmaal)"}),
        rule(spoerring={"t": "select rad from t where morsmaalskode = 'QQQ'"}),
        rule(spoerring={"t": "select t.rad from t, t as u where t.morsmaalskode = 'QQQ'"}),
    ],
    ids=[
        "row",
        "values",
        "row that compares",
        "row that looks elsewhere",
        "query",
        "query with a row many times",
    ],
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


WRONG = {
    "row": rule(id="TST-002", bryter={"t": "finnes_ikke > 0"}),
    "row that looks elsewhere": rule(id="TST-002", bryter={"t": "rad in (select 1 from u)"}),
    "values": rule(id="TST-002", bryter={"t": "startdato::date is null"}, kolonne="startdato"),
    "query": rule(id="TST-002", spoerring={"t": "select rad from u"}),
    "table": rule(id="TST-002", bryter={"u": "rad > 0"}),
}


@pytest.mark.parametrize("feil", WRONG.values(), ids=WRONG)
def test_the_rule_that_is_wrong_is_named(con: duckdb.DuckDBPyConnection, feil: Regel) -> None:
    rett = [
        rule(bryter={"t": "rad < 0"}),
        rule(bryter={"t": "rad in (select -1)"}),
        rule(spoerring={"t": "select rad from t where false"}),
    ]
    with pytest.raises(RuleFailed, match="TST-002"):
        evaluate(con, [*rett, feil, *rett], TOM)


def test_a_table_without_rows_is_asked_only_by_who_wants_to_know_that_it_can_be(
    con: duckdb.DuckDBPyConnection,
) -> None:
    con.execute("create table tom as from t where false")
    sjekker = expand(rule(bryter={"tom": "finnes_ikke > 0"}), TOM)
    assert find(con, sjekker).num_rows == 0
    with pytest.raises(RuleFailed, match="TST-001"):
        find(con, sjekker, also_empty=True)


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
    monkeypatch.setattr(kodeverk, "has_codes", lambda _: True)
    assert kodeverk.lister()["morsmaal"].ufullstendig
    funn = evaluate(con, [rule(kodeverk=["morsmaal"])], contract("morsmaalskode")).to_pylist()
    assert [(f["rad"], f["alvor"]) for f in funn] == [(2, "ADVARSEL"), (4, "ADVARSEL")]


def test_findings_come_in_the_same_order(con: duckdb.DuckDBPyConnection) -> None:
    regler = [rule(id=f"TST-00{n}", bryter={"t": "morsmaalskode = 'QQQ'"}) for n in (3, 1, 2)]
    funn = evaluate(con, regler, TOM)
    assert funn == funn.sort_by([("regel", "ascending"), ("rad", "ascending")])


@pytest.mark.parametrize(
    ("vilkaar", "rader"),
    [
        ("startdato is not null and morsmaalskode = 'QQQ'", [2]),
        ("klassekode is not null and morsmaalskode = 'QQQ'", []),
        ("klassekode is not null and (rad = 1 or rad = 2)", []),
        ("klassekode is not null and rad = 1 or morsmaalskode = 'QQQ'", [2, 4]),
        ("klassekode is not null and rad = 1 -- (\n or morsmaalskode = 'QQQ'", [2, 4]),
    ],
)
def test_a_column_without_values_decides_only_what_must_have_one(
    con: duckdb.DuckDBPyConnection, vilkaar: str, rader: list[int]
) -> None:
    con.execute("create view u as select *, null::varchar as klassekode from t")
    funn = evaluate(con, [rule(bryter={"u": vilkaar})], TOM)
    assert funn["rad"].to_pylist() == rader
    # The same where nobody has to count.
    for_haanden = {"u": con.sql("from u").to_arrow_table()}
    sjekker = expand(rule(bryter={"u": vilkaar}), TOM)
    assert find(con, sjekker, for_haanden=for_haanden) == funn
    assert find(con, sjekker, for_haanden={"u": for_haanden["u"][:0]}).num_rows == 0


def test_a_column_that_a_table_at_hand_does_not_have_is_told_of(
    con: duckdb.DuckDBPyConnection,
) -> None:
    sjekker = expand(rule(bryter={"t": "finnes_ikke is not null and rad > 0"}), TOM)
    with pytest.raises(RuleFailed, match="TST-001"):
        find(con, sjekker, for_haanden={"t": con.sql("from t").to_arrow_table()})
