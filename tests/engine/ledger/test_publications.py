"""The ledger is only added to, by the application only, and whatever else is done to it is told."""

import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from alembic import command

from tests.conftest import Copier, InstallationCopier, brought_on
from tests.sentral import FOERSTE
from tests.utgitt import prove, published, put
from vigo_pipeline.engine.database.schema import alembic_config
from vigo_pipeline.engine.database.server import sqlalchemy_url
from vigo_pipeline.engine.database.tables import HOVEDBOK, KJEDEN, innsyn, kvittering, sammendrag
from vigo_pipeline.engine.innsyn.dokument import Dokument
from vigo_pipeline.engine.innsyn.noekler import take_into_use
from vigo_pipeline.engine.innsyn.uthenting import Henter, refuse
from vigo_pipeline.engine.judge.verdict import pass_judgement
from vigo_pipeline.engine.judge.waivers import give, in_force, withdraw
from vigo_pipeline.engine.ledger import chain, deletions, proved
from vigo_pipeline.engine.ledger.chain import LedgerChanged
from vigo_pipeline.engine.ledger.closings import close
from vigo_pipeline.engine.ledger.deletions import Sletting
from vigo_pipeline.engine.ledger.seal import FIL, SealKeyUnusable, SealRefused, Segl
from vigo_pipeline.engine.manifest import Manifest
from vigo_pipeline.engine.overfoering.linjebok import record
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish import intact
from vigo_pipeline.engine.publish.intact import demand_head, demand_whole
from vigo_pipeline.engine.publish.publish import publish
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.send.approval import approve, send
from vigo_pipeline.engine.send.diary import Gang, Hovedboksdagbok
from vigo_pipeline.engine.send.moves import Fil
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.verify import Utvalg, verify_all
from vigo_pipeline.reports.varsel.ledger import Bok

I_JULI, TIL = date(2026, 7, 1), date(2026, 8, 31)
VARSEL = {"flyt": "ssbelev", "skoleaar": "2025-2026", "runde": "endelig", "terskel": 7}
VARSEL |= {"frist": date(2026, 1, 1), "mottaker": "drift", "kanal": "epost"}


def attack(pipeline: Pipeline, *setninger: str) -> None:
    """Do what somebody with the superuser's password does."""
    with psycopg.connect(str(pipeline.oppsett.database_url), autocommit=True) as con:
        for setning in setninger:
            con.execute(setning)  # type: ignore[call-overload]  # the attacks below


def unguarded(tabell: str, setning: str) -> tuple[str, ...]:
    """Return an attack that takes the triggers away meanwhile, and puts them back."""
    vern = ("uendret", "ikke_toem") + (() if tabell in {"kjede", "segl"} else ("kjed",))
    return (
        f"alter table ledger.{tabell} disable trigger all",
        setning,
        *(f"alter table ledger.{tabell} enable always trigger {navn}" for navn in vern),
    )


@pytest.fixture(scope="module")
def godkjent_mal(
    copy_delivered: Copier, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Innstillinger]:
    """An installation with two approvals, then a shut gate and a waiver, and a closed round."""
    yield from brought_on(copy_delivered(tmp_path_factory.mktemp("godkjent")), go_through)


@pytest.fixture
def godkjent(
    godkjent_mal: Innstillinger, copy_installation: InstallationCopier, tmp_path: Path
) -> Iterator[Pipeline]:
    """A copy of it, on the same day."""
    with copy_installation(godkjent_mal, tmp_path) as pipeline:
        pipeline.i_dag = lambda: I_JULI
        yield pipeline


def go_through(pipeline: Pipeline) -> None:
    for navn in ("ssbelev", "ssbelevfag"):
        approve(pipeline, pipeline.register.leveranse(navn), FOERSTE, hvem="Kari")
    pipeline.i_dag = lambda: I_JULI
    leveranse = pipeline.register.leveranse("ssbelev")
    put(
        pipeline,
        pipeline.folder("sentralbase", "oktober", FOERSTE) / "mottak.parquet",
        *("avviste_filer", 1),
    )
    assert not pass_judgement(pipeline, leveranse, FOERSTE).bestaatt
    valg: dict[str, Any] = {"regel": "MOT-002", "fylke": "03", "maks_antall": 1}
    valg |= {"gjelder_til": TIL, "hvem": "Kari", "grunn": "Fila kommer ikke i år."}
    trukket = give(pipeline, leveranse, FOERSTE, **valg)
    withdraw(pipeline, trukket, hvem="Ola")
    give(pipeline, leveranse, FOERSTE, **valg)
    Bok(pipeline.engine).claim(VARSEL)
    fortalt = {"mottaker": "03", "kanal": "epost", "dag": date(2026, 1, 1)}
    Bok(pipeline.engine, sammendrag, stand={}).claim(fortalt)
    gang = Gang("ssbelev", FOERSTE, "SSB", 1)
    dagbok = Hovedboksdagbok(pipeline.engine, gang, "sftp", "sftp.eksempel.example:22", "Kari")
    dagbok.enter(Fil("ssbelev.pgp", "0" * 64, "1" * 64, "2" * 40, 1), "begynt", 1)
    with pipeline.engine.begin() as con:
        record(con, "03", "laget", I_JULI, antall=1, hvem="Kari")
        con.execute(sa.insert(innsyn).values(person="p-b", hvem="Kari", grunn="Spør", vannmerke=1))
        rad = dict.fromkeys((k.name for k in kvittering.c if isinstance(k.type, sa.Text)), "")
        con.execute(sa.insert(kvittering).values(rad | {"leveranse_nr": 0}))
        deletions.enter(con, [Sletting("personkort", "", I_JULI, "Sak 26/1", "Kari")])
    refuse(pipeline, Dokument("", ""), Henter("kari"), "Har ikke tilgang.")
    take_into_use(pipeline, "Kari", "Ny nøkkel")
    close(pipeline.engine, "juni", FOERSTE, hvem="Kari", vannmerke=1)
    verify_all(pipeline, Utvalg())


def test_everything_that_the_application_writes_is_linked_and_sealed(godkjent: Pipeline) -> None:
    with godkjent.engine.connect() as con:
        rader = sum(
            con.execute(sa.select(sa.func.count()).select_from(t)).scalar_one() for t in HOVEDBOK
        )
    kjede = demand_whole(godkjent)
    assert len(kjede.hoder) == len(set(kjede.hoder)) == rader > 4


def test_what_stands_in_the_ledger_is_refused_even_to_its_owner(godkjent: Pipeline) -> None:
    for tabell in (*HOVEDBOK, *KJEDEN):
        for hva in (sa.update(tabell).values(tabell.c), sa.delete(tabell), f"truncate {tabell}"):
            # As a replica, in which triggers do not fire unless they always do.
            with godkjent.engine.connect() as con:
                con.exec_driver_sql("set session_replication_role = replica")
                assert con.execute(sa.select(tabell).limit(1)).first(), tabell.name
                with pytest.raises(sa.exc.IntegrityError, match="bare lagt til"):
                    con.execute(sa.text(hva) if isinstance(hva, str) else hva)


DOM = (
    "insert into ledger.dom (leveranse, skoleaar, runde, rader_sha256, regelsett, bestaatt, "
    "resultat, hvem) select leveranse, skoleaar, runde, rader_sha256, regelsett, true, resultat, "
    "'Ola' from ledger.dom where nr = 1"
)
GODKJENNING = (
    "insert into ledger.utlevering (leveranse, skoleaar, runde, leveranse_nr, hendelse, "
    "fil_sha256, rader_sha256, regelsett, hvem, merknad) select leveranse, skoleaar, runde, "
    "leveranse_nr, 'godkjent', fil_sha256, rader_sha256, regelsett, 'Per', '' "
    "from ledger.utlevering where nr = 1"
)
# The links made anew with the very function that makes them.
KJED_OM = (
    "truncate ledger.kjede",
    "select ledger.kjed('utlevering', nr::text, to_jsonb(u), false) "
    "from (select * from ledger.utlevering order by nr) as u",
)
ANGREP: dict[str, tuple[tuple[str, ...], str]] = {
    "approval rewritten": (
        unguarded("utlevering", "update ledger.utlevering set hvem = 'Per' where nr = 1"),
        "utlevering 1 er endret eller slettet",
    ),
    "waiver widened": (
        unguarded("unntak", "update ledger.unntak set maks_antall = 999"),
        "unntak 1 er endret eller slettet",
    ),
    "waiver deleted": (unguarded("unntak", "delete from ledger.unntak"), "unntak 1 er endret"),
    "verdict turned": (
        unguarded("dom", "update ledger.dom set bestaatt = true, hvem = 'Ola' where nr = 1"),
        "dom 1 er endret eller slettet",
    ),
    "time of a verdict moved": (
        unguarded("dom", "update ledger.dom set registrert = registrert - interval '1 ms'"),
        "dom 1 er endret eller slettet",
    ),
    "round opened": (unguarded("lukking", "truncate ledger.lukking"), "lukking 1 er endret"),
    "load forgotten": (
        unguarded("innlesing", "delete from ledger.innlesing where nr = 1"),
        "innlesing 1 er endret eller slettet",
    ),
    "verdict added": ((DOM,), r"dom \d+ er lagt til utenom vigo \(uten segl\)"),
    "approval added": ((GODKJENNING,), r"utlevering \d+ er lagt til utenom vigo"),
    "approval added without a link": (
        unguarded("utlevering", GODKJENNING),
        "utlevering: 1 rad som ikke er i kjeden",
    ),
    "approval added with another's seal": (
        (
            GODKJENNING,
            "insert into ledger.segl select k.nr, s.noekkel, s.segl from ledger.kjede k, "
            "ledger.segl s where s.kjede_nr = 1 and k.nr = (select max(nr) from ledger.kjede)",
        ),
        r"utlevering \d+ har et falskt segl",
    ),
    "approval added with a key of one's own": (
        (
            GODKJENNING,
            "insert into ledger.segl select max(nr), 'min', 'min' from ledger.kjede",
        ),
        r"utlevering \d+ er forseglet med en annen nøkkel",
    ),
    "a row added twice": (
        (
            "alter table ledger.utlevering drop constraint utlevering_pkey",
            *unguarded(
                "utlevering",
                "insert into ledger.utlevering overriding system value "
                "select * from ledger.utlevering where nr = 1",
            ),
        ),
        "utlevering: 1 rad som ikke er i kjeden",
    ),
    "chain made anew": (
        (
            *unguarded("kjede", KJED_OM[0]),
            *unguarded("utlevering", "update ledger.utlevering set hvem = 'Per'"),
            KJED_OM[1],
        ),
        "falskt segl",
    ),
    "a link moved": (
        unguarded("kjede", "update ledger.kjede set nr = 999 where nr = 1"),
        "kjeden er brutt ved lenke 1",
    ),
    "the last rows gone": (
        (
            *unguarded("lukking", "truncate ledger.lukking"),
            *unguarded("kjede", "delete from ledger.kjede where tabell = 'lukking'"),
        ),
        "siste del av kjeden er borte",
    ),
    "triggers gone": (
        ("drop trigger uendret on ledger.unntak",),
        "ledger.unntak er uten vern mot endring",
    ),
    "trigger asleep": (
        ("alter table ledger.dom enable trigger kjed",),
        "ledger.dom er uten vern mot endring",
    ),
    "trigger that does nothing": (
        (
            "create or replace function ledger.bare_tilfoey() returns trigger language plpgsql "
            "as 'begin return new; end'",
            "update ledger.unntak set maks_antall = 999",
        ),
        "unntak 1 er endret eller slettet",
    ),
    "a column made anew with one value for all": (
        (
            "alter table ledger.unntak drop column maks_antall",
            "alter table ledger.unntak add column maks_antall bigint not null default 999",
            "alter table ledger.unntak alter column maks_antall drop default",
        ),
        "unntak 1 er endret eller slettet",
    ),
    "another table by its name": (
        (
            "create table public.unntak (like ledger.unntak including all)",
            "insert into public.unntak overriding system value select * from ledger.unntak",
            "update public.unntak set maks_antall = 999",
            "drop table ledger.unntak cascade",
            "alter table public.unntak set schema ledger",
        ),
        "unntak 1 er endret eller slettet",
    ),
    "a seal before all others": (
        ("insert into ledger.segl values (0, 'x', 'x')",),
        "1 segl er uten lenke",
    ),
    "a link before all others": (
        unguarded(
            "kjede",
            "insert into ledger.kjede select 0, tabell, noekkel, innhold_sha256, "
            "overtatt, forrige, hash from ledger.kjede where nr = 1",
        ),
        "kjeden er brutt ved lenke 1",
    ),
    "a row of another transaction in a child": (
        (
            "create table public.skygge (like ledger.unntak)",
            "insert into public.skygge select * from ledger.unntak where nr = 1",
            "update public.skygge set maks_antall = 999",
            *unguarded("unntak", "delete from ledger.unntak where nr = 1"),
            "alter table public.skygge inherit ledger.unntak",
        ),
        "unntak 1 er endret eller slettet",
    ),
    "row by another table": (
        ("select ledger.kjed('oppdiktet', '1', '{\"a\": 1}', true)",),
        "oppdiktet 1 er endret eller slettet",
    ),
}


@pytest.mark.parametrize("navn", ANGREP)
def test_what_is_done_by_sql_is_told_and_nothing_leaves_the_house(
    godkjent: Pipeline, navn: str
) -> None:
    setninger, sagt = ANGREP[navn]
    demand_whole(godkjent)
    attack(godkjent, *setninger)
    leveranse = godkjent.register.leveranse("ssbelev")
    for gjoer in (
        # That it was whole a moment ago says nothing.
        lambda: demand_head(godkjent),
        lambda: demand_whole(godkjent),
        lambda: approve(godkjent, leveranse, FOERSTE, hvem="Kari"),
        lambda: send(godkjent, leveranse, FOERSTE, hvem="Ola"),
        lambda: publish(godkjent, leveranse, FOERSTE),
    ):
        with pytest.raises(LedgerChanged, match=sagt):
            gjoer()
    assert not list(godkjent.oppsett.utboks.rglob("*.csv"))


def test_a_ledger_that_is_wholly_an_older_one_is_known_by_what_was_published(
    pipeline: Pipeline, copy_delivered: Copier, tmp_path: Path
) -> None:
    leveranse = pipeline.register.leveranse("ssbelev")
    with copy_delivered(tmp_path / "eldre") as eldre:
        annen = pipeline.oppsett.model_copy(update={"ukjente_kolonner": "tom"})
        tom = Pipeline(pipeline.register, annen)
        approve(pipeline, leveranse, FOERSTE, hvem="Kari")
        for navn in ("ssbelev", "ssbelevfag"):
            pass_judgement(tom, tom.register.leveranse(navn), FOERSTE)
        ny = publish(tom, leveranse, FOERSTE)
        assert ny.ny
        # The link before its own, which what the step keeps of itself comes after.
        assert ny.manifest.kjede == demand_whole(tom).hoder[-3]
        prove(tom, ny.mappe)
        # The database of yesterday, with the folders of today.
        tilbake = Pipeline(
            tom.register, annen.model_copy(update={"database_url": eldre.oppsett.database_url})
        )
        demand_whole(tilbake)
        sagt = verify_all(tilbake, Utvalg()).feil
        [feil] = [feil for feil in sagt if "databasen er eldre enn mappene" in feil]
        assert str(ny.mappe) in feil


def test_the_key_of_the_seal_is_the_owners_and_is_not_replaced(
    godkjent: Pipeline, tmp_path: Path
) -> None:
    fil = godkjent.oppsett.hjem / FIL
    assert fil.stat().st_mode & 0o777 == 0o600
    foer = len(demand_whole(godkjent).hoder)
    tatt = fil.rename(tmp_path / "tatt")
    assert "finnes ikke" in verify_all(godkjent, Utvalg()).feil[0]
    with pytest.raises(SealKeyUnusable, match="sikkerhetskopien"):
        Pipeline(godkjent.register, godkjent.oppsett).engine  # noqa: B018 -- it connects
    assert not fil.exists()
    fil.write_text("noe annet", "utf-8")
    fil.chmod(0o600)
    with pytest.raises(SealKeyUnusable, match="sikkerhetskopien"):
        demand_whole(godkjent)
    tatt.replace(fil)
    fil.chmod(0o644)
    with pytest.raises(SealKeyUnusable, match="kan leses eller endres av andre"):
        demand_whole(godkjent)
    fil.chmod(0o600)
    assert len(demand_whole(godkjent).hoder) == foer


FALSK = (
    "create function public.falsk() returns trigger language plpgsql security definer as "
    "$$ begin {gjoer}; return new; end $$"
)
AV_EIER: dict[str, tuple[tuple[str, ...], str]] = {
    "trigger that approves": (
        (
            FALSK.format(gjoer=GODKJENNING),
            "create trigger z after insert on ledger.lukking for each row "
            "execute function public.falsk()",
        ),
        "ledger.lukking har en trigger som ikke er vigos: z",
    ),
    "trigger that rewrites": (
        (
            FALSK.format(gjoer="new.hvem := 'Per'"),
            "create trigger a before insert on ledger.lukking for each row "
            "execute function public.falsk()",
        ),
        "ledger.lukking har en trigger som ikke er vigos: a",
    ),
    "function replaced": (
        (
            "create or replace function ledger.bare_tilfoey() returns trigger language plpgsql "
            "as 'begin return new; end'",
        ),
        "funksjonen ledger.bare_tilfoey er ikke vigos",
    ),
    "rows hidden": (
        (
            "alter table ledger.lukking enable row level security",
            "create policy skjul on ledger.lukking using (true) with check (true)",
        ),
        "radsikkerhet som ikke er vigos: lukking",
    ),
    "rule": (
        ("create rule r as on insert to ledger.lukking do also notify x",),
        "en regel som ikke er vigos: r",
    ),
    "default": (
        ("alter table ledger.lukking alter column grunn set default 'x'",),
        "ledger.lukking.grunn har en standardverdi",
    ),
}


@pytest.mark.parametrize("navn", AV_EIER)
def test_what_an_owner_puts_in_the_ledger_is_told_and_nothing_is_sealed_meanwhile(
    pipeline: Pipeline, navn: str
) -> None:
    approve(pipeline, pipeline.register.leveranse("ssbelev"), FOERSTE, hvem="Kari")
    foer = demand_whole(pipeline).hode
    attack(pipeline, *AV_EIER[navn][0])
    for er_hel in (demand_head, demand_whole):
        with pytest.raises(LedgerChanged, match=AV_EIER[navn][1]):
            er_hel(pipeline)
    with pytest.raises(SealRefused, match=AV_EIER[navn][1]):
        close(pipeline.engine, "juni", FOERSTE, hvem="Kari", vannmerke=1)
    with pipeline.engine.connect() as con:
        hoder = con.exec_driver_sql("select hash from ledger.kjede order by nr desc limit 1")
        assert hoder.scalar_one() == foer


def test_rows_that_the_application_did_not_add_are_not_sealed_with_its_own(
    pipeline: Pipeline,
) -> None:
    approve(pipeline, pipeline.register.leveranse("ssbelev"), FOERSTE, hvem="Kari")
    foer = demand_whole(pipeline).hode
    with pytest.raises(SealRefused, match="skrev 0 rader, og 1 ble lenket"):  # noqa: SIM117
        with pipeline.engine.begin() as con:
            con.exec_driver_sql(GODKJENNING)
    assert demand_whole(pipeline).hode == foer


def test_what_is_proved_is_not_proved_again_before_somebody_touches_it(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    alt: list[str] = []
    runder = (f"runde{n}" for n in range(99))

    def prove_all(engine: sa.Engine, egen: Segl) -> chain.Kjede:
        kjede = chain.prove(engine, egen)
        alt.append(kjede.hode)
        return kjede

    def is_proved_whole() -> bool:
        """Say whether everything was proved after one more row."""
        runde = type(FOERSTE)(FOERSTE.skoleaar, next(runder))
        close(pipeline.engine, "juni", runde, hvem="Kari", vannmerke=1)
        alt.clear()
        hode = demand_head(pipeline)
        assert hode == chain.prove(pipeline.engine, Segl.of(pipeline.oppsett.hjem)).hode
        return bool(alt)

    # The home is a copy: its database has another form.
    monkeypatch.setattr(intact, "prove", prove_all)
    assert [is_proved_whole() for _ in range(3)] == [True, False, False]
    # Somebody who is in the middle of something holds back how far it is, and no more.
    with pipeline.engine.begin() as con:
        con.exec_driver_sql("create temporary table noe (tall bigint)")
        assert [is_proved_whole() for _ in range(2)] == [False, False]
    merke = pipeline.oppsett.hjem / proved.FIL
    assert merke.stat().st_mode & 0o777 == 0o600
    for rusk in (b"", b"[1]", b'["{}", "x"]', merke.read_bytes().replace(b"1", b"2"), None):
        merke.unlink() if rusk is None else merke.write_bytes(rusk)
        assert [is_proved_whole() for _ in range(2)] == [True, False], rusk
    attack(pipeline, "analyze", "vacuum")
    assert [is_proved_whole() for _ in range(2)] == [False, False]
    # The rows lie in another file.
    attack(pipeline, "vacuum full ledger.kjede")
    assert [is_proved_whole() for _ in range(2)] == [True, False]
    # Somebody asks for everything.
    pipeline.alt = True
    assert is_proved_whole()


def test_a_seal_without_a_link_does_not_keep_the_application_from_sealing(
    pipeline: Pipeline,
) -> None:
    attack(pipeline, "insert into ledger.segl values (1000000000, 'x', 'x')")
    close(pipeline.engine, "juni", FOERSTE, hvem="Kari", vannmerke=1)
    with pytest.raises(LedgerChanged, match="skrevet: 1 segl er uten lenke"):
        demand_whole(pipeline)


def test_two_that_make_a_key_at_once_have_the_same(tmp_path: Path) -> None:
    ider: list[str] = []
    traader = [
        threading.Thread(target=lambda: ider.append(Segl.first(tmp_path / "ny").id))
        for _ in range(8)
    ]
    for traad in traader:
        traad.start()
    for traad in traader:
        traad.join()
    assert (len(ider), len(set(ider))) == (8, 1)
    assert [p.name for p in (tmp_path / "ny").iterdir()] == [FIL]


def test_those_who_write_at_once_make_one_chain(godkjent: Pipeline) -> None:
    foer = len(demand_whole(godkjent).hoder)

    def close_many(n: int) -> None:
        for aar in range(2030, 2035):
            partisjon = type(FOERSTE)(f"{aar}-{aar + 1}", f"runde{n}")
            close(godkjent.engine, "oktober", partisjon, hvem="Kari", vannmerke=1)

    traader = [threading.Thread(target=close_many, args=(n,)) for n in range(4)]
    for traad in traader:
        traad.start()
    for traad in traader:
        traad.join(timeout=60)
    assert len(demand_whole(godkjent).hoder) == foer + 20


def old_home(url: str, mappe: Path, register: Register) -> Pipeline:
    """Return an installation whose database is as the version before the chain left it."""
    engine = sa.create_engine(sqlalchemy_url(url))
    with engine.begin() as con:
        config = alembic_config()
        config.attributes["connection"] = con
        command.upgrade(config, "0009")
        con.exec_driver_sql(
            "insert into ledger.unntak (leveranse, skoleaar, runde, regel, fylke, maks_antall, "
            "gjelder_til, hvem, grunn, trukket_av) select 'ssbelev', '2025-2026', '1-levering', "
            "'MOT-002', '03', 1, '2026-08-31', 'Kari', 'x', t from unnest(array[null, 'Ola']) as t"
        )
        con.exec_driver_sql(
            "insert into ledger.varsel (flyt, skoleaar, runde, frist, terskel, mottaker, kanal, "
            "tilstand) values ('ssbelev', '2025-2026', 'endelig', '2026-01-01', 7, 'drift', "
            "'epost', 'sendt')"
        )
    engine.dispose()
    oppsett = Innstillinger(hjem=mappe, inn=mappe, database_url=url, avgivere=("03",))
    return Pipeline(register, oppsett, i_dag=lambda: date(2026, 7, 1))


def test_what_was_written_before_there_was_a_chain_is_taken_in_and_held(
    empty_database: str, tmp_path: Path, register: Register
) -> None:
    pipeline = old_home(empty_database, tmp_path, register)
    leveranse = register.leveranse("ssbelev")
    assert [u.nr for u in in_force(pipeline, leveranse, FOERSTE)] == [1]
    assert len(demand_whole(pipeline).hoder) == 4
    with pipeline.engine.connect() as con:
        overtatt = con.exec_driver_sql("select bool_and(overtatt) from ledger.kjede").scalar()
    assert overtatt is True
    withdraw(pipeline, 1, hvem="Per")
    assert in_force(pipeline, leveranse, FOERSTE) == []
    attack(pipeline, *unguarded("unntak_trukket", "delete from ledger.unntak_trukket"))
    with pytest.raises(LedgerChanged, match="unntak_trukket 1 er endret eller slettet"):
        demand_whole(pipeline)
    pipeline.engine.dispose()


def test_a_manifest_without_a_link_is_an_old_one(pipeline: Pipeline) -> None:
    mappe = published(pipeline, "ssbelev", FOERSTE)[-1]
    fakta = Manifest.read(mappe).model_dump(exclude={"kjede"})
    assert Manifest(**fakta).kjede is None
