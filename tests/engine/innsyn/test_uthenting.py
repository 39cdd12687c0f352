"""What is handed out in a shell, who that is by, and the log of it all."""

import json
import os
import pwd
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.cli.test_json import keys as keys_of
from tests.cli.test_json import told
from tests.utdelt import ANNA, BO, FYLKET, OT, SKOLENS
from vigo_pipeline.cli.kommandoer import app
from vigo_pipeline.engine.clock import today
from vigo_pipeline.engine.innsyn.dokument import Dokument, NoSuchDocument, documents
from vigo_pipeline.engine.innsyn.hvem import PersonNotFound, ask
from vigo_pipeline.engine.innsyn.logg import read_log, tokens_of
from vigo_pipeline.engine.innsyn.noekler import KeyStays, keys, take_into_use, throw_away
from vigo_pipeline.engine.innsyn.uthenting import Henter, hand_out, in_shell, numbers
from vigo_pipeline.engine.persontoken import Persontoken, TokenKeyUnusable
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.intact import demand_whole

HVEM, GRUNN = "Kari Nordmann", "Nøkkelen kan være på avveie"


def vigo(pipeline: Pipeline, *ord_: str, inn: str = "") -> Result:
    oppsett = pipeline.oppsett
    env = {"VIGO_HOME": str(oppsett.hjem), "VIGO_DATABASE_URL": str(oppsett.database_url)}
    return CliRunner().invoke(app, ord_, input=inn, env=env)


def test_whose_shell_it_is_is_known_by_the_login_it_began_with(tmp_path: Path) -> None:
    egen = pwd.getpwuid(os.geteuid()).pw_name
    for innhold, ventet in (
        (str(2**32 - 1), egen),
        (str(os.geteuid()), egen),
        ("99999", f"uid 99999 (som {egen})"),
    ):
        fil = tmp_path / "loginuid"
        fil.write_text(innhold, "ascii")
        assert in_shell(fil) == Henter(ventet)
    assert in_shell(tmp_path / "borte") == Henter(egen)


def test_a_shell_shows_what_there_is_and_is_given_one(utdelt: Pipeline, tmp_path: Path) -> None:
    vist = vigo(utdelt, "hent").output.splitlines()
    assert {SKOLENS, FYLKET, OT} < set(vist)
    assert vigo(utdelt, "hent", "overfoering_ot/").output.splitlines() == [OT]
    svar = vigo(utdelt, "hent", SKOLENS, "--mappe", str(tmp_path))
    assert "ført i hovedboka" in svar.output
    til = tmp_path / "03018.html"
    assert til.read_bytes() == (utdelt.oppsett.begrenset / SKOLENS).read_bytes()
    assert til.stat().st_mode & 0o777 == 0o600
    [siste, *_] = read_log(utdelt, tokens_of(utdelt, fnr=BO)).linjer
    assert (siste.fil, siste.vei, siste.hvem) == (SKOLENS, "skall", in_shell().hvem)
    # Nothing is written over, nor entered then.
    foer = len(read_log(utdelt).linjer)
    assert "finnes fra før" in str(
        vigo(utdelt, "hent", SKOLENS, "--mappe", str(tmp_path)).exception
    )
    assert len(read_log(utdelt).linjer) == foer
    assert isinstance(vigo(utdelt, "hent", "kontrollrapport/juni").exception, NoSuchDocument)
    ut = vigo(utdelt, "hent", SKOLENS, "--mappe", "-")
    assert ut.stdout_bytes == til.read_bytes()


def test_what_lies_otherwise_than_we_write_is_no_document(utdelt: Pipeline) -> None:
    mappe = (utdelt.oppsett.begrenset / SKOLENS).parent
    lenke, fremmed = mappe / "03099.html", mappe / f"{ANNA}.html"
    lenke.symlink_to(utdelt.oppsett.lesere or "")
    fremmed.touch()
    try:
        assert not {lenke.stem, fremmed.stem} & {
            Path(d.sti).stem for d in documents(utdelt.oppsett)
        }
        with pytest.raises(NoSuchDocument):
            Dokument.of(f"{Path(SKOLENS).parent}/03099.html").read(utdelt.oppsett)
        with pytest.raises(NoSuchDocument) as sagt:
            Dokument.of(f"{Path(SKOLENS).parent}/{ANNA}.html")
        assert ANNA not in str(sagt.value)
    finally:
        lenke.unlink()
        fremmed.unlink()


def test_numbers_are_found_where_they_stand_alone() -> None:
    tekst = f'<td>{ANNA}</td>;="{BO}";x{ANNA[::-1]};46023.12345678901;123456789012'
    assert numbers(tekst.encode()) == {ANNA, BO}


def test_the_log_is_asked_by_person_by_who_and_by_days(utdelt: Pipeline) -> None:
    fremmed = "p-bcdfghjklmnp"
    with pytest.raises(PersonNotFound):
        ask(utdelt, "Ola Hansen", "Spør om Anna", token=fremmed)
    hand_out(utdelt, Dokument.of(OT), Henter("ola.hansen"))
    med = {x.utfall for x in read_log(utdelt, hvem="Hansen, Ola").linjer}
    assert med == {"spurt", "utlevert"}
    assert read_log(utdelt, [fremmed]).linjer[0].grunn == "Spør om Anna"
    dag = today()
    alle = len(read_log(utdelt).linjer)
    assert len(read_log(utdelt, fra=dag - timedelta(1), til=dag + timedelta(1)).linjer) == alle
    assert read_log(utdelt, til=dag - timedelta(2)).linjer == []
    svar = vigo(utdelt, "innsynslogg", "--person", inn=f"{ANNA}\n")
    assert OT in svar.output
    assert ANNA not in svar.output
    som_data = json.loads(vigo(utdelt, "innsynslogg", "--json").stdout)
    assert keys_of(som_data) == keys_of(told("innsynslogg"))
    assert som_data["linjer"][0]["naar"] == str(read_log(utdelt).linjer[0].naar).replace(" ", "T")
    nei = vigo(utdelt, "innsynslogg", "--kjennetegn", ANNA)
    assert nei.exit_code
    assert ANNA not in f"{nei.output} {nei.exception}"
    assert "Ingen har spurt" in vigo(utdelt, "innsynslogg", "--til-dag", "2020-01-01").output


def test_after_a_new_key_old_rows_are_found_until_the_old_one_is_thrown_away(
    utdelt: Pipeline,
) -> None:
    hand_out(utdelt, Dokument.of(OT), Henter("kari"))
    gammel = Persontoken.of(utdelt.oppsett)
    foer = read_log(utdelt, tokens_of(utdelt, fnr=ANNA))
    assert take_into_use(utdelt, HVEM, GRUNN) == Persontoken.of(utdelt.oppsett).id != gammel.id
    ny = Persontoken.of(utdelt.oppsett)
    assert ny.on(ANNA) != gammel.on(ANNA)
    assert ny.find(gammel.on(ANNA), [BO, ANNA]) == ANNA
    # By the seal's key, as tokens were made before they had keys of their own.
    segl = Persontoken((gammel.seglet,), gammel.seglet).on(ANNA)
    assert ny.find(segl, [BO, ANNA]) == ANNA
    hand_out(utdelt, Dokument.of(OT), Henter("kari"))
    etter = read_log(utdelt, tokens_of(utdelt, fnr=ANNA))
    assert len(etter.linjer) == len(foer.linjer) + 1
    tilstand = {n.id: n.tilstand for n in keys(utdelt)}
    assert (tilstand[ny.id], tilstand[gammel.id]) == ("i bruk", "beholdt")
    for id_ in (ny.id, ny.seglet.id, "finnes ikke"):
        with pytest.raises(KeyStays):
            throw_away(utdelt, id_, HVEM, GRUNN)
    borte = throw_away(utdelt, gammel.id, HVEM, GRUNN)
    igjen = read_log(utdelt, tokens_of(utdelt, fnr=ANNA))
    assert (len(igjen.linjer), igjen.uten_noekkel) == (1, borte)
    assert borte >= len(foer.linjer)
    assert {n.id: n.tilstand for n in keys(utdelt)}[gammel.id] == "finnes ikke"
    assert utdelt.oppsett.tokennoekler.stat().st_mode & 0o777 == 0o600
    with utdelt.engine.connect() as con:
        rader = con.exec_driver_sql("select hendelse, noekkel, hvem from ledger.tokennoekkel").all()
    assert [tuple(r) for r in rader] == [
        ("tatt i bruk", ny.id, HVEM),
        ("kastet", gammel.id, HVEM),
    ]
    demand_whole(utdelt)
    assert "kan ikke lenger" not in vigo(utdelt, "kjennetegn", "vis").output


@pytest.mark.parametrize("innhold", ["", "ikke en nøkkel\n", "00" * 31])
def test_keys_that_cannot_be_used_are_told_of(
    utdelt: Pipeline, tmp_path: Path, innhold: str
) -> None:
    egen = utdelt.oppsett.model_copy(update={"kjennetegn_noekkel": tmp_path / "noekler"})
    fil = egen.tokennoekler
    assert Persontoken.of(egen).id == Persontoken.of(egen).id
    fil.chmod(0o640)
    with pytest.raises(TokenKeyUnusable, match="av andre"):
        Persontoken.of(egen)
    fil.chmod(0o600)
    fil.write_text(innhold, "utf-8")
    with pytest.raises(TokenKeyUnusable, match="sikkerhetskopien"):
        Persontoken.of(egen)
