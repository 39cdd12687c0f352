"""Machines that share an object store and a database, and no disk, do a round together."""

import io
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from itertools import count
from pathlib import Path

import pytest

from tests import objektlager
from tests.conftest import AVGIVERE, Copier, drop_database
from tests.drept import Killed, ticking
from tests.engine.bucket.conftest import Maskiner, Sharing
from tests.engine.oppbevaring.test_person import one, planned, where
from tests.engine.test_killed import ALLE, correct, stored
from tests.nett.test_rapporter import BAK, KARI, fetch
from tests.objektlager import Lagertjener, Linje
from tests.sentral import FOERSTE
from tests.sjekk.nett_server import serving
from vigo_pipeline.contract import kodeverk
from vigo_pipeline.engine import code_lists, partial
from vigo_pipeline.engine.backup.take import _pack
from vigo_pipeline.engine.bucket.bring import HomeBehind, StoreUnknown, put_all, put_dropped
from vigo_pipeline.engine.bucket.listing import MAPPE
from vigo_pipeline.engine.bucket.mirror import DELT, Mirror
from vigo_pipeline.engine.bucket.objects import Objects, StoreFailed
from vigo_pipeline.engine.ledger.seal import FIL, Segl, make_key
from vigo_pipeline.engine.oppbevaring.vedtak import carry_out
from vigo_pipeline.engine.persontoken import Persontoken, TokenKeyUnusable
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive.drop import unread
from vigo_pipeline.engine.settings import HENTET, Innstillinger
from vigo_pipeline.engine.store import write_bytes, write_private
from vigo_pipeline.engine.verify import Utvalg, verify_all
from vigo_pipeline.nett.rapporter import HENT, app
from vigo_pipeline.run import STEPS, run_flow

pytestmark = pytest.mark.slow(30)


def store_of(pipeline: Pipeline) -> Mirror:
    assert pipeline.speil
    return pipeline.speil


def in_home(pipeline: Pipeline) -> dict[str, bytes]:
    """Return what a run leaves in the shared folders, wherever it was done."""
    return {n: b for n, b in stored(pipeline).items() if n.split("/")[0] in DELT}


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


def test_steps_done_here_and_there_come_to_the_same_bytes_as_in_one_home(
    runden: Maskiner, delivered: Innstillinger
) -> None:
    ventet = in_home(Pipeline(runden("en").register, delivered))
    assert len(ventet) > 50
    for navn in ("en", "to"):
        runden(navn).bring_first("mottatt")
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
    fire.bring_first("mottatt")
    assert in_home(fire) == in_home(Pipeline(fire.register, delivered))


@contextmanager
def cut_after(linje: Linje, antall: int) -> Iterator[None]:
    """Cut the line to the store when so many more files have been put there."""
    ekte, igjen = Mirror.put, count(antall, -1)

    def put(speil: Mirror, path: Path, content: Path) -> None:
        if not next(igjen):
            linje.cut()
        ekte(speil, path, content)

    with pytest.MonkeyPatch.context() as m:
        m.setattr(Mirror, "put", put)
        yield
    linje.mend()


def loses_store(pipeline: Pipeline, linje: Linje, antall: int) -> bool:
    """Run the round, and say whether the store went away under it, which is then told in words."""
    with cut_after(linje, antall):
        try:
            run_flow(pipeline, "oktober", FOERSTE)
        except StoreFailed as feil:
            assert "Tjeneren svarer ikke" in str(feil)  # it may also be done before
            return True
    return False


@contextmanager
def over_line(pipeline: Pipeline, lagertjener: Lagertjener) -> Iterator[tuple[Linje, Pipeline]]:
    """Yield a machine whose store is at the other end of a line, and the line."""
    lager = store_of(pipeline).objects.oppsett
    with objektlager.line(lagertjener) as linje:
        fil = lagertjener.setup(
            f"linje-{lager.mappe}", endepunkt=f"https://{linje.vert}", mappe=lager.mappe
        )
        uten = Pipeline(pipeline.register, pipeline.oppsett.model_copy(update={"lager": fil}))
        yield linje, uten
        uten.engine.dispose()
    partial.share(pipeline.oppsett.hjem, pipeline.speil)


@pytest.mark.fault("killed", "run")
@pytest.mark.fault("store", "run")
@pytest.mark.parametrize("del_", [0.2, 0.4, 0.6, 0.8] if ALLE else [0.6])
def test_another_machine_ends_what_one_that_was_killed_and_one_that_lost_the_store_began(
    levert: Maskiner,
    lagertjener: Lagertjener,
    copy_delivered: Copier,
    tmp_path: Path,
    del_: float,
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
        with over_line(levert("fire"), lagertjener) as (linje, uten):
            assert loses_store(uten, linje, 4)
            for antall in range(0, 40, 3) if ALLE else ():
                loses_store(uten, linje, antall)
        assert run_flow(to, "oktober", FOERSTE).exit_code == 0
        to.bring_first("mottatt")
        assert in_home(to) == in_home(alene)
    assert verify_all(to, Utvalg()).feil == []


@pytest.mark.fault("store", "around")
def test_who_is_deleted_is_in_no_store_and_on_no_machine_that_has_heard_of_it(
    levert: Maskiner,
) -> None:
    en, to = levert("en"), levert("to")
    for pipeline in (en, to):
        pipeline.bring_first("mottatt")
    fnr = one(en)
    assert where(to, fnr)
    # A transport has taken what was sent: it lies here no more.
    sendt = FOERSTE.under(en.oppsett.utboks / "SSB" / "ssbelev") / "1" / "ssbElev.csv"
    write_bytes(sendt, fnr.encode())
    sendt.unlink()
    egen = planned(en, fnr)
    assert sendt in egen.spor.filer
    # Meanwhile another machine makes something that nobody here has seen.
    write_private(to.oppsett.begrenset / "personer" / "kort.html", fnr.encode())
    carry_out(en, egen)
    objects = store_of(en).objects
    egne = [alle for navn, alle in objects.versions("").items() if not navn.startswith("inn/")]
    assert {len(alle) for alle in egne} == {1}
    with pytest.raises(HomeBehind):
        put_all(store_of(to), Segl.of(to.oppsett.hjem).id, to.deletions())
    tre = levert("tre")
    tre.bring_first("mottatt")
    to.bring_first("utlevering")
    for pipeline in (en, to, tre):
        assert where(pipeline, fnr) == []
    to.bring_first("mottatt")
    assert verify_all(to, Utvalg()).feil == []


def test_a_store_that_is_empty_or_anothers_is_refused(runden: Maskiner) -> None:
    fem = runden("fem")
    (fem.oppsett.hjem / FIL).unlink()
    make_key(fem.oppsett.hjem / FIL)
    with pytest.raises(StoreUnknown, match="annen installasjon"):
        fem.bring_first("alt")
    # Nor are tokens made that no other machine would know.
    fem.oppsett.tokennoekler.unlink()
    with pytest.raises(TokenKeyUnusable, match="de samme nøklene"):
        Persontoken.of(fem.oppsett)


def test_what_has_not_changed_is_neither_listed_nor_fetched(
    runden: Maskiner, monkeypatch: pytest.MonkeyPatch
) -> None:
    seks, spurt, hentet = runden("seks"), list[str](), list[str]()
    seks.bring_first("alt")
    ekte, les = Objects.versions, Objects.read
    monkeypatch.setattr(Objects, "versions", lambda o, n: (spurt.append(n), ekte(o, n))[1])
    monkeypatch.setattr(Objects, "read", lambda o, n: (hentet.append(n), les(o, n))[1])
    igjen = Pipeline(seks.register, seks.oppsett)
    igjen.bring_first("alt")
    igjen.bring("oktober", FOERSTE)
    assert spurt == ["felles/kodeverk/tatt-inn"]
    fil, andres = (
        FOERSTE.under(p.oppsett.artefakter / "port" / "ssbelev") / "ny.json"
        for p in (igjen, runden("en"))
    )
    write_bytes(andres, b"1")
    spurt.clear()
    igjen.bring_first("alt")
    assert spurt == [FOERSTE.skoleaar]
    assert fil.read_bytes() == b"1"
    partial.remove(fil)
    igjen.engine.dispose()
    assert not [n for n in hentet if n.startswith(FOERSTE.skoleaar) and fil.name not in n]


def test_what_another_machine_has_read_is_not_unread_here(runden: Maskiner) -> None:
    sju = runden("sju")
    sju.bring_first("inn")
    samling = sju.register.innsamlinger["oktober"]
    assert unread(samling, FOERSTE, AVGIVERE, sju.oppsett, AVGIVERE) == []
    assert not [*sju.oppsett.begrenset.glob("*")]


def test_the_page_of_reports_gives_what_another_machine_made_last(
    runden: Maskiner, tmp_path: Path
) -> None:
    en, fil = runden("en"), tmp_path / "lesere.toml"
    en.bring_first("utlevering")
    fil.write_text(f'["{KARI}"]\nslag = ["kontrollrapport"]\navgivere = ["03"]\n', "utf-8")
    side = Pipeline(en.register, runden("nett").oppsett.model_copy(update={"lesere": fil}))
    sti = FOERSTE.under(Path("kontrollrapport/oktober")) / "03" / "fylket.html"
    der, foer = en.oppsett.begrenset / sti, (en.oppsett.begrenset / sti).read_bytes()
    with serving(lambda port: app(side, port, BAK)) as port:
        assert str(sti) in fetch(port, "/")[1]
        write_private(der, b"<p>rettet</p>")
        assert fetch(port, f"{HENT}{sti}") == (200, "<p>rettet</p>")
        partial.remove(der)
        assert fetch(port, f"{HENT}{sti}")[0] == 404
    assert not (side.oppsett.begrenset / sti).exists()
    # As it was, for those who come after.
    write_private(der, foer)
    side.engine.dispose()


def test_a_backup_has_what_was_dropped_once_and_nothing_of_the_machines_own(
    runden: Maskiner,
) -> None:
    oppsett, ut = runden("en").oppsett, io.BytesIO()
    runden("en").bring_first("alt")
    _pack(oppsett.hjem, oppsett.inn, ut)  # type: ignore[arg-type]  # is written to, and no more
    ut.seek(0)
    with tarfile.open(fileobj=ut) as arkiv:
        navn = arkiv.getnames()
    assert {n.split("/")[0] for n in navn} >= {"inn", "artefakter", "begrenset", FIL}
    assert not {n.split("/")[0] for n in navn} & {HENTET, MAPPE}


def test_code_lists_are_taken_in_after_those_of_another_machine(
    sharing: Sharing, database: str, tmp_path: Path
) -> None:
    for mappe in ("en", "inn"):
        (tmp_path / mappe).mkdir()
    oppsett = Innstillinger(hjem=tmp_path / "en", inn=tmp_path / "en", database_url=database)
    rader = "kode;navn;fylkesnr;gyldig_fra;gyldig_til;merke;kilde\n1199;Ny;11;2026-11-29;;C;VIGO\n"
    try:
        with sharing(oppsett, tmp_path / "inn") as machine:
            # Both are there before either has taken anything in.
            to = [machine("en"), machine("to")]
            for pipeline in to:
                with pipeline.code_lists_alone():
                    sett = code_lists.take_in(
                        pipeline.oppsett.hjem,
                        {"kommuner": rader.encode()},
                        hvem="Kari",
                        dag=date(2026, 11, 29),
                        fra="en kopi",
                        felt={},
                    )
            assert sett.nr == 2
            navn = "felles/kodeverk/tatt-inn/0001/kommuner.csv"
            objects = store_of(to[0]).objects
            objects.write(f"{navn}/{objects.versions(navn)[navn][0].sum}", b"halv")
            with pytest.raises(StoreFailed, match="hvilket kodeverk som gjelder"):
                machine("tre")
    finally:
        kodeverk.lay_over({})
