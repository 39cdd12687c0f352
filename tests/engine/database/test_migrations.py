"""The migrations give exactly the schema that the code reads and writes."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from vigo_pipeline.engine.database.lock_numbers import Laas, take
from vigo_pipeline.engine.database.newest import NewerDatabase, bring_up_to_date, newest
from vigo_pipeline.engine.database.schema import alembic_config, upgrade
from vigo_pipeline.engine.database.server import sqlalchemy_url
from vigo_pipeline.engine.database.tables import TABELLER, metadata

EGNE = {"sentralbase", "ledger"}


@pytest.fixture
def engine(empty_database: str) -> Iterator[sa.Engine]:
    engine = sa.create_engine(sqlalchemy_url(empty_database))
    yield engine
    engine.dispose()


def tables(con: sa.Connection) -> set[str]:
    return {f"{s}.{t}" for s in EGNE for t in sa.inspect(con).get_table_names(schema=s)}


def differences(con: sa.Connection) -> list[object]:
    def ours(navn: str | None, slag: str, _: object) -> bool:
        return slag != "schema" or navn in EGNE

    valg = {"include_schemas": True, "include_name": ours, "compare_server_default": True}
    return list(compare_metadata(MigrationContext.configure(con, opts=valg), metadata))


def test_an_empty_database_becomes_what_the_code_expects(engine: sa.Engine) -> None:
    upgrade(engine)
    with engine.connect() as con:
        assert differences(con) == []
        assert tables(con) == set(metadata.tables)


def test_a_difference_would_be_seen(engine: sa.Engine) -> None:
    upgrade(engine)
    with engine.connect() as con:
        con.exec_driver_sql("alter table sentralbase.elev alter column postnr type varchar(4)")
        con.exec_driver_sql("drop index sentralbase.elev_gjeldende")
        assert len(differences(con)) == 2


def test_upgrading_twice_changes_nothing(engine: sa.Engine) -> None:
    bring_up_to_date(engine)
    bring_up_to_date(engine)
    with engine.connect() as con:
        assert differences(con) == []


def test_a_load_is_waited_for_only_when_there_is_something_to_do(
    empty_database: str, engine: sa.Engine
) -> None:
    utaalmodig = sa.create_engine(
        sqlalchemy_url(empty_database), connect_args={"options": "-c lock_timeout=50"}
    )
    with engine.begin() as con:
        take(con, Laas.LASTING_OG_MIGRERING)
        with pytest.raises(sa.exc.OperationalError, match="lock timeout"):
            bring_up_to_date(utaalmodig)
    bring_up_to_date(utaalmodig)
    with engine.begin() as con:
        take(con, Laas.LASTING_OG_MIGRERING)
        bring_up_to_date(utaalmodig)
    utaalmodig.dispose()


def test_there_and_back_and_there_again(engine: sa.Engine) -> None:
    upgrade(engine)
    with engine.begin() as con:
        config = alembic_config()
        config.attributes["connection"] = con
        command.downgrade(config, "base")
    with engine.connect() as con:
        assert tables(con) == set()
    upgrade(engine)
    with engine.connect() as con:
        assert differences(con) == []


def test_a_key_has_one_current_row(engine: sa.Engine) -> None:
    upgrade(engine)
    rad = {"fnr": "x", "avgiver": "03", "kilde_hash": 1, "innlest_av": 1}
    with engine.connect() as con:
        con.execute(sa.insert(TABELLER["elev"]), rad)
        con.execute(sa.insert(TABELLER["elev"]), rad | {"avsluttet_av": 2})
        with pytest.raises(sa.exc.IntegrityError):
            con.execute(sa.insert(TABELLER["elev"]), rad)


VERSJONER = sorted(Path(alembic_config().get_main_option("script_location") or "").glob("*/0*.py"))


@pytest.mark.parametrize("fil", VERSJONER, ids=lambda fil: fil.stem)
def test_a_migration_is_whole_in_itself_and_never_changes_with_the_code(fil: Path) -> None:
    hentet = set()
    for node in ast.walk(ast.parse(fil.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            hentet.add(node.module or ".")
        elif isinstance(node, ast.Import):
            hentet |= {alias.name for alias in node.names}
    assert {navn.split(".")[0] for navn in hentet} <= {
        "alembic",
        "collections",
        "sqlalchemy",
        "typing",
    }


def test_the_chain_takes_the_lock_that_is_declared_for_it(engine: sa.Engine) -> None:
    upgrade(engine)
    with engine.connect() as con:
        kropp = con.exec_driver_sql("select prosrc from pg_proc where proname = 'kjed'").scalar()
    assert f"pg_advisory_xact_lock({Laas.KJEDE.value})" in str(kropp)


def test_the_newest_is_the_one_that_alembic_ends_with() -> None:
    assert ScriptDirectory.from_config(alembic_config()).get_heads() == [newest()]


def test_a_database_of_a_newer_version_is_refused_in_words(empty_database: str) -> None:
    engine = sa.create_engine(sqlalchemy_url(empty_database))
    with engine.begin() as con:
        con.execute(sa.text("create table alembic_version (version_num varchar(32))"))
        con.execute(sa.text("insert into alembic_version values ('9999')"))
    with pytest.raises(NewerDatabase, match=r"migrering 9999.*VIGO_HOME"):
        bring_up_to_date(engine)
    engine.dispose()


def test_code_that_reads_no_arrow_files_is_refused(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring_up_to_date(engine)
    # The last migration of the releases that looked for a person in Parquet files alone.
    monkeypatch.setattr("vigo_pipeline.engine.database.newest.newest", lambda: "0023")
    with pytest.raises(NewerDatabase, match="kjenner dem til 0023"):
        bring_up_to_date(engine)
