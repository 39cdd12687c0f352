"""Whoever may write to the disk, or run something twice, gets nothing out that was not approved."""

import shutil
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
import sqlalchemy as sa
from alembic import command

from tests.engine.send.test_approval import approve_all, in_outbox, receipts, send_one
from tests.sentral import ENDELIG, FOERSTE
from tests.utgitt import enter_published, published, tamper
from vigo_pipeline.engine.database.schema import alembic_config, upgrade
from vigo_pipeline.engine.database.server import sqlalchemy_url
from vigo_pipeline.engine.database.tables import TABELLER, artefakt
from vigo_pipeline.engine.derive.delivery import derive_delivery
from vigo_pipeline.engine.errors import ChangedOnDisk, MissingInput, NotReproducible
from vigo_pipeline.engine.judge.verdict import pass_judgement
from vigo_pipeline.engine.ledger import outputs
from vigo_pipeline.engine.ledger.entered import NotAccepted
from vigo_pipeline.engine.manifest import Manifest
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.package import NothingToApprove, package
from vigo_pipeline.engine.publish.publish import publish
from vigo_pipeline.engine.publish.rebuild import verify
from vigo_pipeline.engine.publish.told import per_fylke
from vigo_pipeline.engine.send import outbox
from vigo_pipeline.engine.send.approval import approve, send
from vigo_pipeline.engine.send.receipt import NotSent, acknowledge
from vigo_pipeline.engine.send.status import where_it_stands
from vigo_pipeline.engine.store import write_bytes
from vigo_pipeline.engine.verify import Utvalg, latest, verify_all
from vigo_pipeline.reports.endring.choose import find
from vigo_pipeline.run import run_flow

pytestmark = pytest.mark.slow(40)

STAMMER = ("ssbelev", "ssbelevfag")


def rows(pipeline: Pipeline) -> Path:
    return pipeline.folder("leveranser", "ssbelev", FOERSTE) / "rader.arrow"


def file(pipeline: Pipeline, navn: str = "ssbElev.csv") -> Path:
    return published(pipeline, "ssbelev", FOERSTE)[-1] / navn


def faults(pipeline: Pipeline) -> list[str]:
    return list(verify_all(pipeline, Utvalg()).feil)


def events(pipeline: Pipeline) -> list[str]:
    stand = where_it_stands(pipeline, pipeline.register.leveranse("ssbelev"), FOERSTE)
    return [h.hendelse for h in stand.hendelser]


class TestOutbox:
    @pytest.mark.fault("changed", "send")
    def test_a_file_swapped_after_it_was_checked_is_not_sent(self, pipeline: Pipeline) -> None:
        leveranse = pipeline.register.leveranse("ssbelev")
        for navn in ("ssbElev.csv", "manifest.json"):
            pakke = package(pipeline, leveranse, FOERSTE)
            ekte = file(pipeline, navn).read_bytes()
            file(pipeline, navn).write_bytes(ekte + b"\r\n")
            with pytest.raises(NothingToApprove, match="på disk er endret"):
                outbox.put(pipeline, Path("utboks"), pakke.files())
            file(pipeline, navn).write_bytes(ekte)
        assert in_outbox(pipeline) == []

    def test_one_that_is_changed_is_told_at_the_receipt_and_put_right(
        self, pipeline: Pipeline
    ) -> None:
        approve_all(pipeline)
        leveranse = pipeline.register.leveranse("ssbelev")
        mappe = send_one(pipeline)
        ekte = (mappe / "ssbElev.csv").read_bytes()
        assert faults(pipeline) == []
        (mappe / "ssbElev.csv").write_bytes(ekte + b"\r\n")
        [feil] = faults(pipeline)
        assert str(mappe) in feil
        with pytest.raises(NotSent, match="ikke det som ble sendt"):
            receipts(pipeline)
        assert events(pipeline) == ["sendt", "sendt", "godkjent"]
        igjen, _ = send(pipeline, leveranse, FOERSTE, hvem="Ola")
        assert (igjen.ny, igjen.utboks) == (False, "endret")
        assert (mappe / "ssbElev.csv").read_bytes() == ekte
        receipts(pipeline)

    def test_one_that_a_transport_has_taken_is_only_told(self, pipeline: Pipeline) -> None:
        approve_all(pipeline)
        leveranse = pipeline.register.leveranse("ssbelev")
        mappe = send_one(pipeline)
        (mappe / "ssbElev.csv").unlink()
        sagt: list[str] = []
        resultat = verify_all(pipeline, Utvalg(), lambda s: sagt.append(s.tekst))
        assert (resultat.antall, resultat.feil) == (2, [])
        assert any("ikke lenger i utboksen" in tekst for tekst in sagt)
        igjen, _ = send(pipeline, leveranse, FOERSTE, hvem="Ola")
        assert (igjen.ny, igjen.utboks) == (False, "hentet")
        assert not (mappe / "ssbElev.csv").exists()
        gjort = acknowledge(
            pipeline, leveranse, FOERSTE, hvem="Kari", kvittering="SSB 4711", mottaker="SSB"
        )
        assert (gjort.ny, gjort.utboks) == (True, "hentet")


class TestWhatStepsWrote:
    @pytest.mark.fault("changed", "judge", "publish")
    @pytest.mark.parametrize(
        ("trinn", "stamme", "fil", "kolonne", "verdi"),
        [
            ("leveranser", "ssbelev", "rader.arrow", "elevnavn", "Åsen Berit"),
            ("leveranser", "ssbelevfag", "rader.arrow", "fagstatus", "V"),
            ("leveranser", "ssbelev", "regnskap.parquet", "inn", 1),
            ("sentralbase", "oktober", "mottak.parquet", "avviste_filer", 1),
            ("sentralbase", "oktober", "regnskap_inn.parquet", "lest", 1),
        ],
    )
    def test_is_all_that_is_judged_or_published(
        self,
        pipeline: Pipeline,
        trinn: str,
        stamme: str,
        fil: str,
        kolonne: str,
        verdi: object,
    ) -> None:
        leveranse = pipeline.register.leveranse("ssbelev")
        sti = pipeline.folder(trinn, stamme, FOERSTE) / fil
        tamper(sti, kolonne, verdi)
        for gjoer in (pass_judgement, publish, package):
            with pytest.raises(ChangedOnDisk, match=rf"{fil} .* Kjør runden på nytt"):
                gjoer(pipeline, leveranse, FOERSTE)
        assert where_it_stands(pipeline, leveranse, FOERSTE).tilstand == "utkast"
        [feil] = faults(pipeline)
        assert str(sti.parent) in feil
        run_flow(pipeline, "oktober", FOERSTE)
        assert faults(pipeline) == []

    @pytest.mark.fault("changed", "derive")
    def test_is_all_that_is_derived_from(self, pipeline: Pipeline) -> None:
        tamper(pipeline.folder("sentralbase", "oktober", FOERSTE) / "elev.arrow", "elevnavn", "X")
        with pytest.raises(ChangedOnDisk, match=r"elev\.arrow"):
            derive_delivery(pipeline, pipeline.register.leveranse("ssbelev"), FOERSTE)

    def test_the_same_once_more_is_not_entered_again(self, pipeline: Pipeline) -> None:
        def count() -> int:
            with pipeline.engine.connect() as con:
                # The Sentralbase's rows come in no order; a delivery's do.
                query = sa.select(sa.func.count()).where(artefakt.c.trinn == "leveranser")
                return int(con.execute(query).scalar_one())

        foer = count()
        run_flow(pipeline, "oktober", FOERSTE)
        assert count() == foer

    def test_is_what_the_sentralbase_holds_when_it_is_approved(self, pipeline: Pipeline) -> None:
        t = TABELLER["elev"]
        with pipeline.engine.begin() as con:
            en = con.execute(sa.select(t.c.fnr).order_by(t.c.fnr).limit(1)).scalar_one()
            con.execute(sa.update(t).values(elevnavn="En Annen").where(t.c.fnr == en))
        with pytest.raises(NotReproducible, match="blir ikke lik"):
            approve(pipeline, pipeline.register.leveranse("ssbelev"), FOERSTE, hvem="Kari")
        assert events(pipeline) == []


class TestWhatWasPublished:
    def test_rows_that_were_changed_are_not_built_on(self, pipeline: Pipeline) -> None:
        tamper(file(pipeline, "rader.parquet"), "elevstatus", "D")
        leveranse = pipeline.register.leveranse("ssbelev")
        [utgitt] = pipeline.published("ssbelev", FOERSTE)
        with pytest.raises(NotReproducible, match="radene er ikke de som ble publisert"):
            verify(pipeline, utgitt)
        with pytest.raises(NothingToApprove, match="radene er ikke"):
            approve(pipeline, leveranse, FOERSTE, hvem="Kari")
        with pytest.raises(ChangedOnDisk, match="radene er ikke"):
            find(pipeline, leveranse, "2025-2026/1-levering").checked()
        with pytest.raises(ChangedOnDisk, match="radene er ikke"):
            run_flow(pipeline, "oktober", ENDELIG)
        # What stands is put right by publishing once more.
        run_flow(pipeline, "oktober", FOERSTE)
        assert len(pipeline.published("ssbelev", FOERSTE)) == 1
        run_flow(pipeline, "oktober", ENDELIG)
        assert faults(pipeline) == []

    def test_a_planted_folder_is_nothing_and_is_told(self, pipeline: Pipeline) -> None:
        ekte = published(pipeline, "ssbelev", FOERSTE)
        plantet = ekte[-1].with_name("99")
        shutil.copytree(ekte[-1], plantet)
        tamper(plantet / "rader.parquet", "elevstatus", "D")
        (plantet / "manifest.json").write_bytes(b"{")
        assert published(pipeline, "ssbelev", FOERSTE) == ekte
        [feil] = faults(pipeline)
        assert str(plantet) in feil
        run_flow(pipeline, "oktober", ENDELIG)
        rader = pipeline.rows(pipeline.register.leveranse("ssbelev"), ENDELIG)
        assert rader["forrige_elevstatus"].to_pylist()
        sist = latest(pipeline.engine)
        assert sist is not None
        assert sist.feil == [feil]

    def test_a_number_is_not_given_again_when_its_folder_is_gone(self, pipeline: Pipeline) -> None:
        shutil.rmtree(file(pipeline).parent)
        assert any("finnes ikke" in feil for feil in faults(pipeline))
        ny = publish(pipeline, pipeline.register.leveranse("ssbelev"), FOERSTE)
        assert (ny.ny, ny.manifest.nr) == (True, 2)

    @pytest.mark.fault("changed", "publish")
    @pytest.mark.parametrize("navn", ["ssbElev.csv", "rader.parquet", "suite.json"])
    @pytest.mark.parametrize("hvordan", ["gone", "changed"])
    def test_a_file_whose_bytes_are_those_of_now_is_written_again(
        self, pipeline: Pipeline, navn: str, hvordan: str
    ) -> None:
        fil = file(pipeline).with_name(navn)
        ekte = fil.read_bytes()
        fil.unlink() if hvordan == "gone" else fil.write_bytes(ekte[:-1])
        assert faults(pipeline)
        igjen = publish(pipeline, pipeline.register.leveranse("ssbelev"), FOERSTE)
        assert (igjen.ny, igjen.manifest.nr, fil.read_bytes()) == (False, 1, ekte)
        assert faults(pipeline) == []

    @pytest.mark.parametrize("innhold", [b"{", b"[]", b'{"nr": 1}', b"\xff", b"[" * 9999])
    def test_a_manifest_that_is_none_names_its_folder(
        self, pipeline: Pipeline, innhold: bytes
    ) -> None:
        leveranse = pipeline.register.leveranse("ssbelev")
        mappe = file(pipeline).parent
        write_bytes(mappe / "manifest.json", innhold)
        enter_published(pipeline, mappe)
        stand = where_it_stands(pipeline, leveranse, FOERSTE)
        assert stand.tilstand == "utkast"
        assert str(mappe) in stand.merknad
        assert any(str(mappe) in feil for feil in faults(pipeline))

    def test_every_fault_is_found(self, pipeline: Pipeline) -> None:
        for navn in STAMMER:
            [mappe] = published(pipeline, navn, FOERSTE)
            (mappe / "rader.parquet").write_bytes(b"PAR1")
        tamper(rows(pipeline), "elevnavn", "Åsen Berit")
        assert len(faults(pipeline)) == 3


class TestOnce:
    @pytest.mark.fault("together", "send")
    def test_approving_sending_and_acknowledging_again_is_noted_once(
        self, pipeline: Pipeline
    ) -> None:
        leveranse = pipeline.register.leveranse("ssbelev")
        approve_all(pipeline)
        igjen = approve(pipeline, leveranse, FOERSTE, hvem="Anne")
        ganger = [[s.ny for s in send(pipeline, leveranse, FOERSTE, hvem="Ola")] for _ in range(2)]
        kvittert = [
            acknowledge(pipeline, leveranse, FOERSTE, hvem="Kari", kvittering=k, mottaker="SSB").ny
            for k in ("4711", "4711", "4712")
        ]
        assert (igjen.ny, ganger) == (False, [[True, True], [False, False]])
        assert kvittert == [True, False, True]
        assert events(pipeline) == ["kvittert", "kvittert", "sendt", "sendt", "godkjent"]

    @pytest.mark.parametrize(("hvem", "kvittering"), [("", "4711"), ("Kari", " ")])
    def test_a_receipt_has_a_name_and_a_reference(
        self, pipeline: Pipeline, hvem: str, kvittering: str
    ) -> None:
        leveranse = pipeline.register.leveranse("ssbelev")
        with pytest.raises(NotAccepted):
            acknowledge(pipeline, leveranse, FOERSTE, hvem=hvem, kvittering=kvittering)


def as_before(pipeline: Pipeline) -> None:
    """Make the ledger as a version that kept neither chain nor fingerprints left it."""
    engine = sa.create_engine(sqlalchemy_url(str(pipeline.oppsett.database_url)))
    config = alembic_config()
    with engine.begin() as con:
        config.attributes["connection"] = con
        command.downgrade(config, "0009")
        for manifest in sorted(pipeline.oppsett.leveranser.rglob("manifest.json")):
            nytt = {"kjede", "radfil_sha256", "port"}
            for navn in Manifest.read(manifest.parent).port:
                (manifest.parent / navn).unlink()
            fakta = Manifest.read(manifest.parent).model_dump_json(exclude=nytt).encode()
            sum_ = {"ny": write_bytes(manifest, fakta), "navn": manifest.parts[-5]}
            con.execute(
                sa.text(
                    "update ledger.publisering set manifest_sha256 = :ny where leveranse = :navn"
                ),
                sum_,
            )
        con.execute(sa.text("update ledger.dom set resultat = resultat - 'filer'"))
    engine.dispose()
    upgrade(pipeline.engine)


class TestTheVersionBefore:
    def test_what_it_published_is_proved_and_then_bound(self, pipeline: Pipeline) -> None:
        as_before(pipeline)
        assert faults(pipeline) == []
        [utgitt] = pipeline.published("ssbelev", FOERSTE)
        assert utgitt.radfil_sha256 == utgitt.digest()
        tamper(utgitt.mappe / "rader.parquet", "elevstatus", "D")
        assert len(faults(pipeline)) == 1

    def test_rows_that_were_changed_before_that_are_found(self, pipeline: Pipeline) -> None:
        as_before(pipeline)
        tamper(file(pipeline, "rader.parquet"), "elevstatus", "D")
        [feil] = faults(pipeline)
        assert "ikke de som Sentralbasen gir" in feil

    def test_what_it_wrote_by_another_name_is_told_as_that(self, pipeline: Pipeline) -> None:
        leveranse = pipeline.register.leveranse("ssbelev")
        egne = pipeline.artefacts("leveranser", "ssbelev", FOERSTE)
        assert egne.skrevet is not None
        filer = {n.replace(".arrow", ".parquet"): s for n, s in egne.skrevet.filer.items()}
        # Its code was another.
        naa = replace(egne.skrevet, filer=filer | {"opphav.json": ""})
        outputs.enter(pipeline.engine, "leveranser", "ssbelev", FOERSTE, naa)
        (egne.mappe / "rader.arrow").rename(egne.mappe / "rader.parquet")
        ord_ = r"av en tidligere utgave, som ikke skrev rader\.arrow\. Kjør .*: vigo kjoer oktober"
        with pytest.raises(MissingInput, match=ord_):
            package(pipeline, leveranse, FOERSTE)
        # So it is where a machine that was not upgraded yet made it after one that was.
        shutil.copy(egne.mappe / "rader.parquet", egne.mappe / "rader.arrow")
        with pytest.raises(MissingInput, match=ord_):
            package(pipeline, leveranse, FOERSTE)
        foer = file(pipeline, "rader.parquet").read_bytes()
        run_flow(pipeline, "oktober", FOERSTE)
        assert package(pipeline, leveranse, FOERSTE).manifest.nr == 1
        assert file(pipeline, "rader.parquet").read_bytes() == foer

    def test_what_it_derived_is_derived_anew(self, pipeline: Pipeline) -> None:
        as_before(pipeline)
        with pytest.raises(ChangedOnDisk, match="Kjør runden på nytt"):
            publish(pipeline, pipeline.register.leveranse("ssbelev"), FOERSTE)
        utfall = run_flow(pipeline, "oktober", FOERSTE).utfall
        assert [u.publisert and u.publisert.ny for u in utfall] == [False, False]


def test_rows_of_no_fylke_are_counted_as_unknown(pipeline: Pipeline) -> None:
    rader = pipeline.rows(pipeline.register.leveranse("ssbelev"), FOERSTE)
    nr = rader.schema.get_field_index("avgiverfylke")
    tomme = pa.nulls(len(rader), pa.string())
    assert per_fylke(rader.set_column(nr, "avgiverfylke", tomme)) == {"ukjent": len(rader)}
    # A blank one is none of those that say none: no row is lost of the count.
    noen = pa.table({"avgiverfylke": pa.array(["03", "", None, "03"]).dictionary_encode()})
    assert per_fylke(noen) == {"": 1, "03": 2, "ukjent": 1}
    # As a version before wrote it.
    mappe = file(pipeline).parent
    gammel = (mappe / "manifest.json").read_bytes().replace(b'"03":', b'"None":')
    assert "ukjent" in Manifest.parse(gammel, mappe).per_fylke
