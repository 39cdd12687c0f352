"""The application's role adds to the ledger and changes nothing in it; the owner migrates."""

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from tests.conftest import address, execute
from tests.howto import blocks
from tests.sentral import FOERSTE
from vigo_pipeline.engine.database.embedded.server import close_server
from vigo_pipeline.engine.database.server import NotOwner, connect, database_url
from vigo_pipeline.engine.database.tables import HOVEDBOK, KJEDEN
from vigo_pipeline.engine.ledger.chain import LedgerChanged
from vigo_pipeline.engine.ledger.closings import close
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.intact import demand_whole
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.send.approval import approve
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.run import run_flow

pytestmark = pytest.mark.slow

# The names that the page gives them.
PROGRAM, EIER, BASE = "vigo_program", "vigo_eier", "vigo"


@pytest.fixture
def eget(server: str, tmp_path: Path) -> Iterator[Innstillinger]:
    """A server of one's own, as the page sets it up: one role for the program, one that owns."""
    [sql] = [b.text for b in blocks("how-to/deploy.md") if b.name == "sql"]
    execute(server, *(s for s in re.sub(r"--.*", "", sql).split(";") if s.strip()))
    program, eier = (
        sa.make_url(address(server, BASE)).set(username=n).render_as_string(hide_password=False)
        for n in (PROGRAM, EIER)
    )
    yield Innstillinger(hjem=tmp_path, inn=tmp_path, database_url=program, database_eier_url=eier)
    execute(server, f"drop database {BASE} with (force)")
    execute(server, f"drop role {PROGRAM}", f"drop role {EIER}")


def refused(url: str, *setninger: str) -> None:
    for setning in setninger:
        with psycopg.connect(url) as con, pytest.raises(psycopg.errors.InsufficientPrivilege):
            con.execute(setning)  # type: ignore[call-overload]  # the attacks below


def test_what_a_database_sets_does_not_decide_what_is_read(eget: Innstillinger) -> None:
    base = sa.make_url(str(eget.database_eier_url)).database
    with psycopg.connect(str(eget.database_eier_url), autocommit=True) as con:
        for valg in ("datestyle = 'German'", "search_path = pg_temp", "row_security = on"):
            con.execute(f"alter database {base} set {valg}")  # type: ignore[call-overload]
    engine = connect(eget)
    with engine.connect() as sesjon:
        assert sesjon.exec_driver_sql("select '2025-10-01'::date::text").scalar() == "2025-10-01"
        assert sesjon.exec_driver_sql("show search_path").scalar() == "public"
    with psycopg.connect(str(eget.database_eier_url)) as con:
        con.execute("alter table sentralbase.elev enable row level security")
    with engine.connect() as sesjon, pytest.raises(sa.exc.ProgrammingError, match="row-level"):
        sesjon.exec_driver_sql("select fnr from sentralbase.elev")
    engine.dispose()


def test_the_application_may_add_and_change_nothing(eget: Innstillinger) -> None:
    engine = connect(eget)
    close(engine, "oktober", FOERSTE, hvem="Kari", vannmerke=1)
    for tabell in (*HOVEDBOK, *KJEDEN):
        refused(
            str(eget.database_url),
            str(sa.update(tabell).values({next(iter(tabell.c)): sa.null()})),
            str(sa.delete(tabell)),
            f"truncate {tabell}",
            f"drop table {tabell}",
            f"alter table {tabell} disable trigger all",
            f"create trigger x before insert on {tabell} execute function ledger.bare_tilfoey()",
        )
    refused(
        str(eget.database_url),
        "insert into ledger.kjede values (2, 'dom', '1', 'x', true, 'x', 'x')",
        "select ledger.kjed('dom', '1', '{\"a\": 1}', true)",
        "create or replace function ledger.bare_tilfoey() returns trigger language sql as ''",
        "set session_replication_role = replica",
        "create table ledger.ny (nr int)",
        "update public.alembic_version set version_num = '0001'",
    )
    pipeline = Pipeline(Register.installed(), eget)
    assert len(demand_whole(pipeline).hoder) == 1
    pipeline.engine.dispose()
    engine.dispose()


def test_a_role_that_does_not_own_the_tables_is_told_who_must_migrate(eget: Innstillinger) -> None:
    uten = eget.model_copy(update={"database_eier_url": None})
    with pytest.raises(NotOwner, match="VIGO_DATABASE_EIER_URL"):
        connect(uten)
    connect(eget).dispose()
    connect(uten).dispose()


def test_a_home_with_its_own_server_runs_as_a_role_that_is_no_superuser(
    dropped: Path, tmp_path: Path, register: Register
) -> None:
    hjem = tmp_path / "hjem"
    oppsett = Innstillinger(
        hjem=hjem, inn=dropped, avgivere=("03", "18", "waade"), bruker="Nattkjøringen"
    )
    pipeline = Pipeline(register, oppsett)
    try:
        assert run_flow(pipeline, "oktober", FOERSTE).exit_code == 0
        approve(pipeline, register.leveranse("ssbelev"), FOERSTE, hvem="Kari")
        with pipeline.engine.connect() as con:
            hvem = con.exec_driver_sql("select current_user, current_setting('is_superuser')").one()
        assert tuple(hvem) == ("vigo", "off")
        url = database_url(oppsett)
        refused(url, "update ledger.dom set bestaatt = true", "delete from ledger.utlevering")
        with psycopg.connect(url) as con:
            con.execute("insert into ledger.unntak_trukket (unntak, hvem) values (1, 'Ola')")
        with pytest.raises(LedgerChanged, match="unntak_trukket 1 er lagt til utenom vigo"):
            demand_whole(pipeline)
    finally:
        pipeline.engine.dispose()
        close_server(hjem)
