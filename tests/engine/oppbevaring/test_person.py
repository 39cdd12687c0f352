"""A person who is deleted by decision is in no file, table or log of the home."""

import shutil
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from tests.conftest import Copier
from tests.engine.oppbevaring.test_rydd import said
from tests.howto import settings
from tests.kanarifugl import content, database, forms
from tests.sentral import ENDELIG, FOERSTE
from tests.stopp import stalled
from vigo_pipeline.cli.kommandoer import app
from vigo_pipeline.cli.person import OnTheCommandLine
from vigo_pipeline.engine.database.server import close_server, owner_url
from vigo_pipeline.engine.database.tables import TABELLER
from vigo_pipeline.engine.errors import ChangedOnDisk
from vigo_pipeline.engine.innsyn.hvem import PersonNotFound
from vigo_pipeline.engine.ledger import deletions
from vigo_pipeline.engine.ledger.closings import close
from vigo_pipeline.engine.ledger.deletions import LetGo
from vigo_pipeline.engine.oppbevaring import vedtak
from vigo_pipeline.engine.oppbevaring.vedtak import LISTE, NotRead, Vedtak, carry_out, plan
from vigo_pipeline.engine.persontoken import Persontoken
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive import answers, kept_copies
from vigo_pipeline.engine.receive.folder import INN, StorageSilent
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.run import run_flow

pytestmark = pytest.mark.slow

DAG = date(2026, 11, 29)


def one(pipeline: Pipeline) -> str:
    """Return somebody who is in every store, and take back what nobody has read: it stops it."""
    take_back_unread(pipeline)
    with pipeline.engine.connect() as con:
        egne = sa.select(TABELLER["elevkursfag"].c.fnr)
        funn = sa.text("select min(fnr) from sentralbase.funn where fnr <> ''")
        return con.execute(funn).scalar() or str(con.execute(egne.limit(1)).scalar_one())


def planned(pipeline: Pipeline, fnr: str = "", token: str = "") -> Vedtak:
    hva = {"hvem": "Kari Nordmann", "grunn": "Krav etter art. 17", "vedtak": "Sak 26/77"}
    return plan(pipeline, dag=DAG, fnr=fnr, token=token, **hva)


def delete(pipeline: Pipeline, fnr: str = "", token: str = "") -> None:
    carry_out(pipeline, planned(pipeline, fnr, token))


def take_back_unread(pipeline: Pipeline) -> None:
    shutil.rmtree(ENDELIG.under(pipeline.oppsett.inn / "inn"), ignore_errors=True)


def where(pipeline: Pipeline, fnr: str, *, postgres: bool = False) -> list[str]:
    """Return where a number is: in rows, and in files in all that their formats pack."""
    letes = forms(fnr)
    ut = [hvor for hvor, data in database(owner_url(pipeline.oppsett)) if fnr.encode() in data]
    for mappe in (pipeline.oppsett.hjem, pipeline.oppsett.inn):
        for fil in sorted(f for f in mappe.rglob("*") if f.is_file()):
            if ("postgres" in fil.parts) and not postgres:
                continue
            biter = [kept_copies.read(fil)] if fil.suffix == ".zst" else content(fil)
            if any(form in bit for bit in biter for form in letes):
                ut.append(str(fil.relative_to(mappe)))
    return ut


def is_anywhere(pipeline: Pipeline, fnr: str) -> bool:
    return bool(where(pipeline, fnr))


@pytest.fixture(scope="module")
def eget(dropped: Path, register: Register) -> Iterator[Pipeline]:
    """An installation with a server of its own, in which a fylke has its first round delivered."""
    with tempfile.TemporaryDirectory(prefix="vigo-") as mappe:
        hjem = Path(mappe) / "hjem"
        shutil.copytree(dropped / "inn", hjem / "inn")
        pipeline = Pipeline(register, Innstillinger(hjem=hjem, inn=hjem, avgivere=("18",)))
        assert run_flow(pipeline, "oktober", FOERSTE).exit_code < 2
        yield pipeline
        pipeline.engine.dispose()
        close_server(hjem)


def test_nothing_of_the_home_has_the_number_and_the_round_goes_on(eget: Pipeline) -> None:
    fnr = one(eget)
    foer = where(eget, fnr, postgres=True)
    assert {Path(f).parts[0] for f in foer if "/" in f} >= {
        *("artefakter", "begrenset", "inn", "leveranser", "postgres")
    }
    delete(eget, fnr)
    assert where(eget, fnr, postgres=True) == []
    sagt, feil = said(eget)
    assert feil == []
    borte = [s for s in sagt if "kan ikke bygges på nytt" in s]
    assert len(borte) == 2 and all("en person er slettet 29.11.2026" in s for s in borte)
    token = Persontoken.of(eget.oppsett).on(fnr)
    with eget.engine.connect() as con:
        [s] = deletions.everything(con)
    assert (s.person, s.hvem, s.vedtak) == (token, "Kari Nordmann", "Sak 26/77")
    # The round is run again: of what is left, without anybody being missed.
    igjen = run_flow(eget, "oktober", FOERSTE)
    assert igjen.exit_code < 2
    assert [u.publisert and u.publisert.manifest.nr for u in igjen.utfall] == [2, 2]
    assert all(m.godtatt == m.filer.num_rows > 0 for m in igjen.mottak)
    assert where(eget, fnr) == []
    assert said(eget)[1] == []
    with pytest.raises(PersonNotFound):
        delete(eget, fnr)


def test_what_a_step_made_and_nobody_can_read_goes_too(pipeline: Pipeline) -> None:
    fnr = one(pipeline)
    elev = pipeline.folder("sentralbase", "oktober", FOERSTE) / "elev.arrow"
    elev.write_bytes(elev.read_bytes()[:-20])
    utgitt = pipeline.published("ssbelev", FOERSTE)[-1]
    delete(pipeline, fnr)
    assert not elev.exists()
    assert not is_anywhere(pipeline, fnr)
    assert utgitt.mappe.exists()


@pytest.mark.fault("stalls", "around")
def test_nothing_is_deleted_while_what_was_dropped_cannot_be_read(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    fnr = one(pipeline)
    monkeypatch.setattr(answers, "TAALMOD", 0.2)
    inn = pipeline.oppsett.inn / INN
    for stille in (min(inn.glob("*/*/*")), inn):
        with stalled(stille), pytest.raises(StorageSilent, match=f"{stille} .*Ingenting er"):
            delete(pipeline, fnr)
    assert is_anywhere(pipeline, fnr)


def test_it_is_shown_first_and_the_number_is_never_on_the_command_line(pipeline: Pipeline) -> None:
    fnr = one(pipeline)
    ord_ = ["slett-person", "--hvem", "Kari Nordmann", "--grunn", "Krav", "--vedtak", "Sak 26/77"]
    env = settings(pipeline.oppsett)
    paa_linja = CliRunner().invoke(app, [*ord_, fnr], env=env)
    assert isinstance(paa_linja.exception, OnTheCommandLine)
    ord_[4] = "Krav etter art. 17"
    vist = CliRunner().invoke(app, ord_, env=env, input=fnr)
    assert "Ingenting er slettet" in vist.output and "2 publiserte leveranser" in vist.output
    assert is_anywhere(pipeline, fnr)
    gjort = CliRunner().invoke(app, [*ord_, "--slett"], env=env, input=fnr, catch_exceptions=False)
    assert "Slettet, og står i hovedboka" in gjort.output
    assert not is_anywhere(pipeline, fnr)
    assert fnr not in vist.output + gjort.output


def test_a_closed_round_is_not_made_again_and_says_why(pipeline: Pipeline) -> None:
    close(pipeline.engine, "oktober", FOERSTE, hvem="Ola Nordmann", vannmerke=20, grunn="Prøvd")
    delete(pipeline, one(pipeline))
    with pytest.raises(LetGo, match="er lukket, og kan ikke bygges på nytt: en person er slettet"):
        run_flow(pipeline, "oktober", FOERSTE)


def test_a_file_that_nobody_has_read_stops_it(pipeline: Pipeline) -> None:
    fnr = one(pipeline)
    inn = pipeline.oppsett.inn / "inn" / FOERSTE.skoleaar / FOERSTE.runde / "18"
    (inn / "ny.txt").write_text(f"$EL;{fnr};En Elev\r\n", "iso-8859-1")
    with pytest.raises(NotRead, match="1 fil i inn-mappa"):
        delete(pipeline, fnr)
    assert is_anywhere(pipeline, fnr)


def test_whom_a_backup_brings_back_is_deleted_again(
    pipeline: Pipeline, copy_delivered: Copier, tmp_path: Path
) -> None:
    kopi = tmp_path / "kopier"
    fnr = one(pipeline)
    token = Persontoken.of(pipeline.oppsett).on(fnr)
    oppsett = pipeline.oppsett.model_copy(update={"kopi": kopi})
    delete(med_kopi := Pipeline(pipeline.register, oppsett), token=token)
    assert fnr not in (kopi / LISTE).read_text("utf-8")
    # The home as it was when the backup was taken.
    with copy_delivered(tmp_path / "gjenopprettet") as gammel:
        take_back_unread(gammel)
        assert is_anywhere(gammel, fnr)
        (tmp_path / "tom").mkdir()
        (tmp_path / "tom" / LISTE).symlink_to(tmp_path / "borte")
        with pytest.raises(ChangedOnDisk, match=LISTE):
            vedtak.again(gammel, tmp_path / "tom")
        assert (vedtak.again(gammel, kopi), vedtak.again(gammel, kopi)) == (1, 0)
        assert not is_anywhere(gammel, fnr)
        assert said(gammel)[1] == []
    med_kopi.engine.dispose()
