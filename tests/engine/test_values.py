"""A value that a rule or query reads is declared, and set in the step where it is read."""

import dataclasses
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from tests.overfoering import as_tables
from vigo_pipeline.contract.spesifikasjon import Regel
from vigo_pipeline.contract.variabel import schema
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine import duck
from vigo_pipeline.engine import values as verdier
from vigo_pipeline.engine.derive.derive import derive
from vigo_pipeline.engine.derive.recipe import promised_schema, recipe
from vigo_pipeline.engine.judge import macros
from vigo_pipeline.engine.kodeverk.programomraader import checklist
from vigo_pipeline.engine.overfoering.compute import select
from vigo_pipeline.engine.overfoering.spesifikasjon import Overfoering
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.rules.evaluate import RuleFailed, evaluate
from vigo_pipeline.engine.rules.generate import Kontrakt
from vigo_pipeline.engine.values import Steg, UnknownValue, read_by, set_in, values
from vigo_pipeline.reports.ottall import figures

REGISTER = Register.installed()
AAR = Skoleaar(2025)
STEG_FOR: dict[str, Steg] = {
    "innrapportering": "innlesing",
    "sentralbase": "kontroll",
    "leveranser": "port",
}
MAPPER: dict[str, Steg] = {
    "leveranser": "utledning",
    "overfoering_ot": "overfoering",
}
# Of reports, by query; that of a collection is made where the collection is controlled.
RAPPORTER: dict[str, Steg] = {"programomraader": "programomraader", "otdata": "ottall"}
RAPPORTER |= {navn: "kontroll" for i in REGISTER.innsamlinger.values() for navn in i.rapporter}


def queries() -> Iterator[tuple[str, Steg, str]]:
    """Yield all that is installed: what it is, the step it runs in, and its SQL."""
    for (trinn, stamme), regler in REGISTER.suiter().items():
        for regel in regler:
            steg: Steg = "mottaker" if regel.mottakers else STEG_FOR[trinn]
            for sql in (*regel.bryter.values(), *regel.spoerring.values()):
                yield f"{trinn}/{stamme} {regel.id}", steg, sql
    for sti in sorted(REGISTER.assets.rglob("*.sql")):
        mappe = sti.relative_to(REGISTER.assets).parts[0]
        steg = RAPPORTER[sti.stem] if mappe == "rapporter" else MAPPER[mappe]
        yield str(sti.name), steg, sti.read_text("utf-8")
    for navn, sql in macros.queries().items():
        yield navn, "port", sql
    for navn, sql in duck.MAKROER.items():
        yield navn, "innlesing", sql
    yield "foerste_skoledag", "innlesing", duck.FOERSTE_SKOLEDAG


def test_all_that_is_read_is_declared_and_set_where_it_is_read() -> None:
    feil = {
        f"{hva} ({steg}): {navn}"
        for hva, steg, sql in queries()
        for navn in read_by(sql) - set_in(steg)
    }
    assert not feil, "not in verdier.toml, or not set in the step. Misspelt?"


def test_all_that_is_declared_is_read_by_somebody() -> None:
    lest = {(navn, steg) for _, steg, sql in queries() for navn in read_by(sql)}
    ubrukt = values().keys() - {navn for navn, _ in lest}
    assert not ubrukt, "declared in verdier.toml and read by nobody. Renamed in one place only?"


@pytest.mark.parametrize(
    ("lest", "sagt"),
    [
        ("skolaar", "«skolaar» finnes ikke"),
        ("avgiver", "«avgiver» er ikke satt her, bare i innlesing"),
    ],
    ids=["misspelt", "of another step"],
)
@pytest.mark.parametrize("form", ["bryter", "kolonne", "spoerring"])
def test_a_rule_that_would_be_silent_stops(form: str, lest: str, sagt: str) -> None:
    vilkaar = f"fnr <> GETVARIABLE( '{lest}' )"
    egne: dict[str, dict[str, object]] = {
        "bryter": {"bryter": {"t": vilkaar}},
        "kolonne": {"bryter": {"t": vilkaar}, "kolonne": "fnr"},
        "spoerring": {"spoerring": {"t": f"from t select rad where {vilkaar}"}},
    }
    faste = {"tittel": "x", "galt": "x", "rett": "x", "kilde": "x", "alvor": "FEIL"}
    regel = Regel.model_validate({"id": "TST-001", "eier": "skole"} | faste | egne[form])
    with duck.connect() as con:
        duck.set_skoleaar(con, "port", AAR, runde="endelig")
        con.execute("create table t as select 1 as rad, '1' as fnr")
        with pytest.raises(RuleFailed, match=f"TST-001 .*{sagt}"):
            evaluate(con, [regel], Kontrakt(form={}, innhold={}))


@pytest.mark.parametrize("sql", ["select getvariable('t' || 'o')", "select getvariable(navn)"])
def test_a_value_that_is_not_named_is_unknown(sql: str) -> None:
    with (
        duck.connect() as con,
        pytest.raises(UnknownValue, match=r"x.sql, linje 1: verdien «\?» finnes ikke"),
    ):
        verdier.demand_set(con, "x.sql", sql)


def test_a_step_sets_what_it_is_declared_to_and_no_more() -> None:
    with duck.connect() as con, pytest.raises(UnknownValue, match="«avgiver» settes i steget port"):
        duck.set_skoleaar(con, "port", AAR, avgiver="03")


def test_queries_outside_the_rules_stop_too() -> None:
    rader = promised_schema(REGISTER.leveranse("otdata")).empty_table()
    with pytest.raises(UnknownValue, match=r"otdata.sql, linje 1: .*«teledato»"):
        figures(rader, date(2025, 10, 1), "select getvariable('teledato')")
    with pytest.raises(UnknownValue, match=r"programomraader.sql, linje 1: .*«dato»"):
        checklist(rader, AAR, "select getvariable('dato')")


@pytest.mark.slow
@pytest.mark.parametrize(
    "fil",
    [
        *("grunner/ikke_soekt.sql", "feilkilder/doed.sql", "avledet/kurs.sql"),
        *("avledet/kandidat.sql", "liste.sql"),
    ],
)
def test_a_query_of_the_transfer_stops_too(fil: str, tmp_path: Path) -> None:
    kopi = Path(shutil.copytree(REGISTER.assets / "overfoering_ot", tmp_path / "overfoering_ot"))
    sql = kopi / fil
    sql.write_text(sql.read_text("utf-8") + "-- getvariable('datoen')", "utf-8")
    spek = Overfoering.read(kopi)
    with pytest.raises(UnknownValue, match=f"overfoering_ot/{fil}, linje .*«datoen»"):
        select(spek, as_tables([]), date(2025, 10, 1))


def test_a_deliverys_query_stops_too() -> None:
    leveranse = REGISTER.leveranse("laerebedrifter")
    oppskrift = recipe(leveranse, REGISTER.spoerringer, AAR)
    sql = {**oppskrift.sql, "alle": "select getvariable('modus')"}
    tabeller = {
        navn: pa.schema([*schema(list(kolonner)), ("avgiver", pa.string())]).empty_table()
        for navn, kolonner in leveranse.leser.items()
    }
    with pytest.raises(
        UnknownValue, match=r"laerebedrifter.sql, linje 1: .*«modus» er ikke satt her"
    ):
        derive(dataclasses.replace(oppskrift, sql=sql), tabeller, None)
