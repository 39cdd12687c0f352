"""Machines that share an object store and a database, and no disk, do a round together."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.conftest import AVGIVERE, Copier, drop_database
from tests.drept import Killed, ticking
from tests.engine.bucket.conftest import Maskiner, Sharing
from tests.engine.oppbevaring.test_person import delete, one, where
from tests.engine.test_killed import ALLE, correct, stored
from tests.sentral import ENDELIG, FOERSTE
from vigo_pipeline.engine.bucket.bring import StoreUnknown, put_dropped
from vigo_pipeline.engine.bucket.mirror import Mirror
from vigo_pipeline.engine.bucket.objects import Objects
from vigo_pipeline.engine.ledger.seal import FIL, make_key
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.verify import Utvalg, verify_all
from vigo_pipeline.run import STEPS, run_flow

pytestmark = pytest.mark.slow(30)


def store_of(pipeline: Pipeline) -> Mirror:
    assert pipeline.speil
    return pipeline.speil


def in_home(pipeline: Pipeline) -> dict[str, bytes]:
    """Return what a run leaves in the shared folders, wherever it was done."""
    return {n: b for n, b in stored(pipeline).items() if "/" in n and not n.startswith("hentet/")}


def sums(objects: Objects) -> dict[str, list[str]]:
    """Return what the store has of the round; an answer says where its home is."""
    alle = objects.versions(FOERSTE.skoleaar)
    return {n: [o.sum for o in v] for n, v in alle.items() if not n.endswith("svar.json")}


@pytest.fixture(scope="module")
def runden(
    sharing: Sharing,
    server: str,
    template: str,
    copy_database: Callable[[str], str],
    dropped: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Maskiner]:
    """Machines of which two have done the first round's steps, every other step each."""
    mappe = tmp_path_factory.mktemp("maskiner") / "en"
    mappe.mkdir()
    oppsett = Innstillinger(
        hjem=mappe,
        inn=mappe,
        database_url=copy_database(template),
        avgivere=AVGIVERE,
        bruker="Nattkjøringen",
    )
    with sharing(oppsett, dropped / "inn") as machine:
        to = [machine("en"), machine("to")]
        flyten = [(step, ting) for step in STEPS for ting in step.av(to[0].register, "oktober")]
        for nr, (step, ting) in enumerate(flyten):
            to[nr % 2].bring("oktober", FOERSTE)
            step.do(to[nr % 2], ting, FOERSTE)
        yield machine
    drop_database(server, oppsett.database_url or "")


@pytest.fixture
def levert(copy_delivered: Copier, sharing: Sharing, tmp_path: Path) -> Iterator[Maskiner]:
    """Machines that share the delivered installation, which the first of them has in its home."""
    with copy_delivered(tmp_path) as pipeline:
        inn = pipeline.oppsett.inn / "inn"
        shutil.rmtree(ENDELIG.under(inn))
        with sharing(pipeline.oppsett, inn) as machine:
            yield machine


def test_steps_done_here_and_there_come_to_the_same_bytes_as_in_one_home(
    runden: Maskiner, delivered: Innstillinger
) -> None:
    ventet = in_home(Pipeline(runden("en").register, delivered))
    assert len(ventet) > 50
    for navn in ("en", "to"):
        runden(navn).bring_all(mottatt=True)
        assert in_home(runden(navn)) == ventet


def test_who_comes_after_goes_on_from_what_is_made(runden: Maskiner) -> None:
    tre = runden("tre")
    assert run_flow(tre, "oktober", FOERSTE).exit_code == 0
    assert set(tre.uendret) >= {"sentralbase/oktober", "port/ssbelev", "publisert/ssbelev"}
    assert verify_all(tre, Utvalg()).feil == []
    begrenset = [*(tre.oppsett.hjem / "begrenset").rglob("*")]
    assert {f.stat().st_mode & 0o777 for f in begrenset if f.is_file()} == {0o600}
    assert {f.stat().st_mode & 0o777 for f in begrenset if f.is_dir()} == {0o700}


@pytest.mark.fault("changed", "derive", "judge", "report")
def test_an_object_that_is_cut_or_another_is_told_and_made_again(
    runden: Maskiner, delivered: Innstillinger
) -> None:
    objects = store_of(runden("en")).objects
    ventet = sums(objects)
    skadet = [
        next(n for n in sorted(ventet) if hva in n)
        for hva in ("artefakter/leveranser/ssbelev", "artefakter/port", "begrenset/kontrollrapport")
    ]
    for nr, navn in enumerate(skadet):
        hel = objects.read(f"{navn}/{ventet[navn][0]}")
        objects.write(f"{navn}/{ventet[navn][0]}", hel[: len(hel) // 2] if nr else hel[:-1] + b"!")
    sagt: list[str] = []
    fire = runden("fire")
    fire.logg = store_of(fire).logg = sagt.append
    assert run_flow(fire, "oktober", FOERSTE).exit_code == 0
    told = [s for s in sagt if "avkortet eller endret" in s]
    assert sorted(s.split()[0] for s in told) == skadet
    assert sums(objects) == ventet
    fire.bring_all(mottatt=True)
    assert in_home(fire) == in_home(Pipeline(fire.register, delivered))


@pytest.mark.fault("killed", "run")
@pytest.mark.parametrize("del_", [0.2, 0.4, 0.6, 0.8] if ALLE else [0.6])
def test_another_machine_ends_what_one_that_was_killed_began(
    levert: Maskiner, copy_delivered: Copier, tmp_path: Path, del_: float
) -> None:
    with copy_delivered(tmp_path / "alene") as alene:
        correct(alene)
        with ticking(alene) as klokke:
            run_flow(alene, "oktober", FOERSTE)
        inn = FOERSTE.under(alene.oppsett.inn / "inn")
        put_dropped(store_of(levert("en")), inn.parents[1])
        drept, to = levert("to"), levert("tre")
        with ticking(drept, int(klokke.gaatt * del_)), suppress(Killed):
            run_flow(drept, "oktober", FOERSTE)
        drept.engine.dispose()
        assert run_flow(to, "oktober", FOERSTE).exit_code == 0
        to.bring_all(mottatt=True)
        assert in_home(to) == in_home(alene)
    assert verify_all(to, Utvalg()).feil == []


def test_who_is_deleted_is_in_no_store_and_on_no_machine_that_has_heard_of_it(
    levert: Maskiner,
) -> None:
    en, to = levert("en"), levert("to")
    for pipeline in (en, to):
        pipeline.bring_all(mottatt=True)
    fnr = one(en)
    assert where(to, fnr)
    delete(en, fnr)
    objects = store_of(en).objects
    egne = [alle for navn, alle in objects.versions("").items() if not navn.startswith("inn/")]
    assert {len(alle) for alle in egne} == {1}
    for pipeline in (en, to, levert("tre")):
        pipeline.bring_all(mottatt=True)
        assert where(pipeline, fnr) == []
    assert verify_all(to, Utvalg()).feil == []


def test_a_store_that_is_empty_or_anothers_is_refused(runden: Maskiner) -> None:
    fem = runden("fem")
    (fem.oppsett.hjem / FIL).unlink()
    make_key(fem.oppsett.hjem / FIL)
    with pytest.raises(StoreUnknown, match="annen installasjon"):
        fem.bring_all()
