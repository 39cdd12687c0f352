"""A published delivery: exact bytes, a manifest, a number, and never a half."""

import csv
import hashlib
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from tests.sentral import FOERSTE
from tests.utgitt import prove, published
from vigo_pipeline.engine.derive.delivery import recipe_of
from vigo_pipeline.engine.derive.recipe import promised_schema
from vigo_pipeline.engine.judge.said import RESULTAT, SUITE
from vigo_pipeline.engine.judge.verdict import pass_judgement
from vigo_pipeline.engine.manifest import Manifest
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish import publish as publisering
from vigo_pipeline.engine.publish.file import render
from vigo_pipeline.engine.publish.publish import publish
from vigo_pipeline.engine.publish.rebuild import verify
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.store import read_table

STAMMER = ("ssbelev", "ssbelevfag")


def folders(pipeline: Pipeline, stamme: str = "ssbelev") -> list[Path]:
    return published(pipeline, stamme, FOERSTE)


def publish_again(pipeline: Pipeline, **oppsett: str) -> list[publisering.Publisert]:
    """Judge and publish both deliveries under other settings."""
    ny = Pipeline(pipeline.register, pipeline.oppsett.model_copy(update=oppsett))
    leveranser = [ny.register.leveranse(n) for n in STAMMER]
    for leveranse in leveranser:
        pass_judgement(ny, leveranse, FOERSTE)
    return [publish(ny, leveranse, FOERSTE) for leveranse in leveranser]


def snapshot(mappe: Path) -> dict[str, tuple[bytes, int]]:
    return {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in sorted(mappe.iterdir())}


class TestBytes:
    @pytest.fixture
    def rader(self, register: Register) -> pa.Table:
        """Two rows of ssbElev with everything that is hard to write."""
        leveranse = register.leveranse("ssbelev")
        tom = dict.fromkeys(promised_schema(leveranse).names)
        noekkel = {"skoleaar": "20252026", "skolenr": "03018", "programomraadekode": "STUSP1----"}
        foerste = {
            "rad": 1,
            "fnr": "01810850066",
            "elevnavn": 'Ås; "Å" Øyvind',
            "skolenavn": "Čuđi skuvla",
            "startdato": date(2025, 8, 18),
            "trinn": 1,
            "kursprosent": Decimal("100.50"),
            "antall_fag": 0,
        }
        andre = {"rad": 2, "fnr": "14880859820", "elevnavn": "Berg Kari"}
        return pa.Table.from_pylist(
            [tom | noekkel | andre, tom | noekkel | foerste], schema=promised_schema(leveranse)
        )

    def test_they_are_as_specified(self, register: Register, rader: pa.Table) -> None:
        innhold = render(register.leveranse("ssbelev"), rader, skriv_antatte=True)
        linjer = innhold.split(b"\r\n")
        assert linjer.pop() == b""
        assert b"\n" not in innhold.replace(b"\r\n", b"")
        assert linjer == [
            linje.encode("iso-8859-1")
            for linje in (
                "Fødselsnummer;Skoleår;Skolenummer;Programområdekode;Avgiverfylke;"
                "Utdanningsprogramkode;Trinn;Elevnavn;Skolenavn;Organisasjonsnummer;Startdato;"
                "Avbruddsdato;Rettstype;Elevstatus;Kursprosent;"
                "Antall fag på elevkurset;Forrige elevstatus;Rettstype i hjemfylket;"
                "Rett til påbygging",
                '01810850066;20252026;03018;STUSP1----;;;1;"Ås; ""Å"" Øyvind";Cudi skuvla;;'
                "20250818;;;;100.50;0;;;",
                "14880859820;20252026;03018;STUSP1----;;;;Berg Kari;;;;;;;;;;;",
            )
        ]

    def test_assumed_columns_can_be_left_blank(self, register: Register, rader: pa.Table) -> None:
        leveranse = register.leveranse("ssbelev")
        innhold = render(leveranse, rader, skriv_antatte=False).decode("iso-8859-1")
        for rad in csv.DictReader(innhold.splitlines(), delimiter=";"):
            fylt = {k for k, v in rad.items() if v}
            assert not fylt & {k.overskrift for k in leveranse.kolonner if k.merke == "A"}
            assert rad["Fødselsnummer"]
            assert rad["Elevnavn"]

    def test_no_rows_is_a_header(self, register: Register, rader: pa.Table) -> None:
        innhold = render(register.leveranse("ssbelev"), rader.slice(0, 0), skriv_antatte=True)
        assert innhold.count(b"\r\n") == 1


@pytest.mark.parametrize("stamme", STAMMER)
def test_the_file_is_the_rows_in_the_order_of_the_key(pipeline: Pipeline, stamme: str) -> None:
    leveranse = pipeline.register.leveranse(stamme)
    (mappe,) = folders(pipeline, stamme)
    innhold = (mappe / leveranse.fil.navn).read_bytes().decode("iso-8859-1")
    linjer = list(csv.reader(innhold.split("\r\n")[1:-1], delimiter=";"))
    rader = read_table(mappe / "rader.parquet", stamme)
    assert len(linjer) == rader.num_rows > 0
    assert {len(x) for x in linjer} == {len(leveranse.navn)}
    noekler = [tuple(x[: len(leveranse.noekkel)]) for x in linjer]
    assert noekler == sorted(set(noekler))
    for nr, navn in enumerate(leveranse.navn):
        verdier = rader[navn].to_pylist()
        if pa.types.is_date32(rader[navn].type):
            verdier = [v and f"{v:%Y%m%d}" for v in verdier]
        assert [x[nr] for x in linjer] == ["" if v is None else str(v) for v in verdier]


@pytest.mark.parametrize("stamme", STAMMER)
def test_the_manifest_says_what_the_delivery_is(pipeline: Pipeline, stamme: str) -> None:
    leveranse = pipeline.register.leveranse(stamme)
    (mappe,) = folders(pipeline, stamme)
    m = Manifest.read(mappe)
    rader = read_table(mappe / "rader.parquet", stamme)
    innhold = (mappe / m.fil).read_bytes()
    assert (m.leveranse, m.nr, m.mottakere, m.forrige) == (stamme, 1, ["SSB", "Udir"], None)
    assert m.fil_sha256 == hashlib.sha256(innhold).hexdigest()
    assert m.rader == rader.num_rows == sum(m.per_fylke.values()) == innhold.count(b"\r\n") - 1
    assert m.kontrollsummer["personer"] == len(set(rader["fnr"].to_pylist()))
    assert m.vannmerke == pipeline.vannmerke("oktober", FOERSTE)
    assert (m.antatte_kolonner, m.modus) == (leveranse.antatte, "test")
    assert sum(r["ut"] for r in m.regnskap) == m.rader
    egne = {m.fil, "rader.parquet", "manifest.json"}
    assert {p.name for p in mappe.iterdir()} == egne | {SUITE, RESULTAT}
    tekst = (mappe / "manifest.json").read_text("utf-8")
    assert not set(rader["fnr"].to_pylist()) & set(json.dumps(tekst).split('"'))


def test_the_same_bytes_keep_their_number(pipeline: Pipeline) -> None:
    foer = [snapshot(folders(pipeline, n)[0]) for n in STAMMER]
    for publisert in publish_again(pipeline):
        assert not publisert.ny
        assert publisert.manifest.nr == 1
    assert [snapshot(folders(pipeline, n)[0]) for n in STAMMER] == foer


def test_other_bytes_are_the_next_number_and_the_first_stays(pipeline: Pipeline) -> None:
    foer = [snapshot(folders(pipeline, n)[0]) for n in STAMMER]
    for publisert in publish_again(pipeline, ukjente_kolonner="tom"):
        assert publisert.ny
        assert publisert.manifest.nr == 2
        assert prove(pipeline, publisert.mappe) == publisert.manifest
    assert [snapshot(folders(pipeline, n)[0]) for n in STAMMER] == foer


@pytest.mark.parametrize("filer", [1, 2, 4], ids=["before-rows", "before-gate", "before-manifest"])
def test_a_publish_cut_short_is_never_seen(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, filer: int
) -> None:
    class Stroembrudd(BaseException):
        pass

    skrevet = []

    def cut(sti: Path, innhold: bytes) -> None:
        if len(skrevet) == filer:
            sti.with_name(sti.name + ".part").write_bytes(b"halv")
            raise Stroembrudd
        skrevet.append(sti)
        ekte(sti, innhold)

    ekte = publisering.write_whole
    with monkeypatch.context() as m, pytest.raises(Stroembrudd):
        m.setattr(publisering, "write_whole", cut)
        publish_again(pipeline, ukjente_kolonner="tom")
    assert [p.name for p in folders(pipeline)] == ["1"]
    publisert, _ = publish_again(pipeline, ukjente_kolonner="tom")
    assert (publisert.ny, publisert.manifest.nr) == (True, 2)
    assert not list(publisert.mappe.glob("*.part"))
    assert prove(pipeline, publisert.mappe) == publisert.manifest


def test_published_deliveries_are_for_their_owner_only(pipeline: Pipeline) -> None:
    assert pipeline.oppsett.leveranser.stat().st_mode & 0o077 == 0


def test_a_delivery_is_built_again_by_the_choice_that_it_was_made_by(pipeline: Pipeline) -> None:
    med = Pipeline(pipeline.register, pipeline.oppsett.model_copy(update={"privatister": "med"}))
    leveranse = med.register.leveranse("ssbelev")
    [utgitt] = med.published("ssbelev", FOERSTE)
    assert verify(med, utgitt).privatister == "uten"
    valg = [
        recipe_of(med, leveranse, FOERSTE, v).verdier["med_privatister"] for v in (None, "uten")
    ]
    assert valg[0]
    assert not valg[1]
