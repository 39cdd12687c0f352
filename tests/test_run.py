"""A whole flow, by the engine and by `vigo`: exit codes, corrections, and the same bytes again."""

import logging
import re
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.conftest import Copier, InstallationCopier
from tests.howto import settings
from tests.sentral import ENDELIG, FOERSTE
from tests.utgitt import prove, published
from vigo_pipeline import cli
from vigo_pipeline.cli.summary import summarize
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.database.tables import innlesing
from vigo_pipeline.engine.partitions import UnknownPartition
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive.files import INGEN_ENDRINGER
from vigo_pipeline.engine.register import UnknownFlow
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.run import Kjoering, Utfall, run_flow
from vigo_pipeline.syntetisk.generator import generate
from vigo_pipeline.syntetisk.omfang import Omfang

pytestmark = pytest.mark.slow(50)

STAMMER = ("ssbelev", "ssbelevfag")
# A sha256 may hold eleven digits in a row.
PERSONNUMMER = re.compile(r"(?<![\da-f])\d{6} ?\d{5}(?![\da-f])")


def run(pipeline: Pipeline, runde: Partisjon = FOERSTE) -> Kjoering:
    return run_flow(pipeline, "oktober", runde)


def files(pipeline: Pipeline, avgiver: str, runde: Partisjon = FOERSTE) -> list[Path]:
    mappe = pipeline.oppsett.inn / "inn" / runde.skoleaar / runde.runde / avgiver
    return sorted(mappe.glob("*.txt"))


def edit(fil: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    """Change a file's lines."""
    linjer = fil.read_bytes().removesuffix(b"\r\n").split(b"\r\n")
    fil.write_bytes(b"".join(linje + b"\r\n" for linje in change(linjer)))


def deliveries(pipeline: Pipeline) -> dict[Path, bytes]:
    rot = pipeline.oppsett.leveranser
    return {p.relative_to(rot): p.read_bytes() for p in sorted(rot.rglob("*")) if p.is_file()}


def broken(utfall: Utfall) -> list[tuple[str, dict[str, int]]]:
    """Return what is wrong; some rules only explain a number."""
    return [(b.regel, b.per_fylke) for b in utfall.dom.brudd if not b.opplyser]


def count_loads(pipeline: Pipeline) -> int:
    with pipeline.engine.connect() as con:
        return con.execute(sa.select(sa.func.count()).select_from(innlesing)).scalar_one()


def repeat_a_fag(linjer: list[bytes]) -> list[bytes]:
    return [*linjer, next(linje for linje in linjer if linje.startswith(b"$KL;"))]


@pytest.fixture(scope="module")
def begge(
    copy_delivered: Copier, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Pipeline, Kjoering]]:
    """An installation in which both rounds are delivered; look at it, or copy it."""
    with copy_delivered(tmp_path_factory.mktemp("begge")) as pipeline:
        kjoering = run(pipeline, ENDELIG)
        pipeline.engine.dispose()
        yield pipeline, kjoering


class TestRounds:
    def test_two_rounds_are_four_verifiable_deliveries(
        self, begge: tuple[Pipeline, Kjoering]
    ) -> None:
        pipeline, kjoering = begge
        assert kjoering.exit_code == 0
        assert [u.publisert and u.publisert.ny for u in kjoering.utfall] == [True, True]
        for stamme in STAMMER:
            for runde in (FOERSTE, ENDELIG):
                (mappe,) = published(pipeline, stamme, runde)
                assert prove(pipeline, mappe).rader > 0

    def test_everything_again_changes_nothing(
        self,
        begge: tuple[Pipeline, Kjoering],
        copy_installation: InstallationCopier,
        tmp_path: Path,
    ) -> None:
        begge[0].engine.dispose()
        with copy_installation(begge[0].oppsett, tmp_path) as pipeline:
            foer, antall = deliveries(pipeline), count_loads(pipeline)
            for runde in (FOERSTE, ENDELIG):
                assert run(pipeline, runde).exit_code == 0
            assert (deliveries(pipeline), count_loads(pipeline)) == (foer, antall)
            assert len(published(pipeline, "ssbelev", ENDELIG)) == 1

    def test_a_correction_is_the_next_number(self, pipeline: Pipeline) -> None:
        foer = deliveries(pipeline)
        edit(files(pipeline, "18")[0], lambda linjer: [b for b in linjer if b"NOR12" not in b])
        kjoering = run(pipeline)
        elev, fag = (u.publisert for u in kjoering.utfall)
        assert elev is not None
        assert fag is not None
        assert (fag.ny, fag.manifest.nr) == (True, 2)
        assert foer.items() <= deliveries(pipeline).items()
        for mappe in published(pipeline, "ssbelevfag", FOERSTE):
            prove(pipeline, mappe)

    def test_what_waits_in_an_earlier_round_is_read_first_and_told(
        self, pipeline: Pipeline
    ) -> None:
        edit(files(pipeline, "18")[0], lambda linjer: [b for b in linjer if b"NOR12" not in b])
        kjoering = run(pipeline, ENDELIG)
        assert kjoering.lest_foerst == ("oktober 1-levering",)
        assert "Lest først, for filer lå der ulest: oktober 1-levering." in summarize(kjoering)
        assert run(pipeline, ENDELIG).lest_foerst == ()

    def test_no_changes_declared_is_a_round_too(self, pipeline: Pipeline) -> None:
        for avgiver in pipeline.oppsett.avgivere:
            for fil in files(pipeline, avgiver, ENDELIG):
                fil.unlink()
            mappe = pipeline.oppsett.inn / "inn" / ENDELIG.skoleaar / ENDELIG.runde / avgiver
            (mappe / INGEN_ENDRINGER).touch()
        kjoering = run(pipeline, ENDELIG)
        assert kjoering.exit_code == 0
        for utfall in kjoering.utfall:
            assert utfall.publisert is not None
            (foerste,) = published(pipeline, utfall.stamme, FOERSTE)
            assert utfall.publisert.manifest.rader == prove(pipeline, foerste).rader

    def test_no_changes_from_one_who_has_handed_in_nothing_shuts_the_gate(
        self, pipeline: Pipeline
    ) -> None:
        annet = pipeline.oppsett.model_copy(update={"avgivere": (*pipeline.oppsett.avgivere, "11")})
        annen = Pipeline(pipeline.register, annet)
        mappe = annet.inn / "inn" / FOERSTE.skoleaar / FOERSTE.runde / "11"
        mappe.mkdir(parents=True)
        (mappe / INGEN_ENDRINGER).touch()
        kjoering = run(annen)
        annen.engine.dispose()
        assert broken(kjoering.utfall[0]) == [("MOT-001", {"11": 1})]
        assert kjoering.exit_code == 2


class TestExitCodes:
    def test_a_warning_is_one_and_the_gate_is_open(self, pipeline: Pipeline) -> None:
        edit(files(pipeline, "18")[0], repeat_a_fag)
        kjoering = run(pipeline)
        assert {r for m in kjoering.mottak for r in m.funn["regel"].to_pylist()} == {"NOK-004"}
        assert kjoering.exit_code == 1
        assert all(u.publisert and not u.publisert.ny for u in kjoering.utfall)

    def test_a_rejected_file_is_two_and_nothing_goes_out(self, pipeline: Pipeline) -> None:
        foer = deliveries(pipeline)
        fil = files(pipeline, "18")[0]
        god = fil.read_bytes()
        edit(fil, lambda linjer: [*linjer, b"noe annet"])
        kjoering = run(pipeline)
        assert kjoering.exit_code == 2
        for utfall in kjoering.utfall:
            assert broken(utfall) == [("MOT-002", {"18": 1})]
        assert deliveries(pipeline) == foer
        fil.write_bytes(god)
        assert run(pipeline).exit_code == 0
        assert deliveries(pipeline) == foer

    def test_an_avgiver_without_files_is_two(self, pipeline: Pipeline) -> None:
        for fil in files(pipeline, "waade", ENDELIG):
            fil.unlink()
        kjoering = run(pipeline, ENDELIG)
        assert kjoering.exit_code == 2
        for utfall in kjoering.utfall:
            assert broken(utfall) == [("MOT-001", {"waade": 1})]

    def test_what_is_not_in_the_register_is_refused(self, pipeline: Pipeline) -> None:
        with pytest.raises(UnknownFlow, match="en leveranse i flyten oktober"):
            run_flow(pipeline, "ssbelevfag", FOERSTE)
        with pytest.raises(UnknownPartition, match="1-levering, endelig"):
            run(pipeline, Partisjon("2025-2026", "oktober"))
        with pytest.raises(UnknownPartition, match=r"aarshjul\.toml"):
            run(pipeline, Partisjon("1999-2000", "endelig"))


@dataclass(frozen=True)
class Svar:
    kode: int
    ut: str
    err: str

    @property
    def alt(self) -> str:
        return self.ut + self.err


class TestCommandLine:
    """`vigo`, as it is started from a shell: one message, an exit code, never a person."""

    @pytest.fixture
    def vigo(
        self,
        pipeline: Pipeline,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> Callable[..., Svar]:
        for navn, verdi in settings(pipeline.oppsett).items():
            monkeypatch.setenv(navn, verdi)
        # The command owns the process: what it sets for all of it is put back.
        rot = logging.getLogger()
        monkeypatch.setattr(rot, "handlers", [])
        monkeypatch.setattr(rot, "level", rot.level)
        monkeypatch.setattr(sys, "excepthook", sys.excepthook)
        monkeypatch.setattr(threading, "excepthook", threading.excepthook)

        def run_it(*argumenter: str) -> Svar:
            monkeypatch.setattr(sys, "argv", ["vigo", *argumenter])
            with pytest.raises(SystemExit) as slutt:
                cli.main()
            svar = Svar(int(slutt.value.code or 0), *capsys.readouterr())
            assert not PERSONNUMMER.search(svar.alt)
            assert "Traceback" not in svar.alt
            return svar

        return run_it

    def kjoer(self, vigo: Callable[..., Svar], runde: Partisjon = FOERSTE) -> Svar:
        return vigo("kjoer", "oktober", "--skoleaar", runde.skoleaar, "--runde", runde.runde)

    def test_a_run_tells_where_the_deliveries_are(
        self, vigo: Callable[..., Svar], pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("VIGO_BRUKER", "Kari")
        svar = self.kjoer(vigo, ENDELIG)
        assert svar.kode == 0
        for stamme in STAMMER:
            (mappe,) = published(pipeline, stamme, ENDELIG)
            assert str(mappe) in svar.ut
        assert svar.ut.count("Porten er åpen") == 2
        runde = f"--skoleaar {ENDELIG.skoleaar} --runde {ENDELIG.runde}"
        assert svar.ut.endswith(f"Neste: vigo godkjenn oktober {runde} --hvem <navn>\n")
        assert "Uendret" in self.kjoer(vigo, ENDELIG).ut

    def test_warnings_say_where_to_look(
        self, vigo: Callable[..., Svar], pipeline: Pipeline
    ) -> None:
        edit(files(pipeline, "18")[0], repeat_a_fag)
        svar = self.kjoer(vigo)
        assert svar.kode == 1
        assert str(pipeline.oppsett.begrenset) in svar.ut

    def test_a_shut_gate_says_what_shut_it(
        self, vigo: Callable[..., Svar], pipeline: Pipeline
    ) -> None:
        edit(files(pipeline, "18")[0], lambda linjer: [*linjer, b"noe annet"])
        svar = self.kjoer(vigo)
        assert svar.kode == 2
        assert "Porten er STENGT" in svar.ut
        assert "18: 1 fil avvist (FIL-003)" in svar.ut
        assert svar.ut.count("Leveranse nr. 1 fra før står som den er") == 2
        assert svar.ut.splitlines()[-1].startswith("Neste: vigo hvorfor oktober ")

    def test_a_year_without_files_says_where_they_are_put(
        self, vigo: Callable[..., Svar], pipeline: Pipeline
    ) -> None:
        svar = vigo("aaret", "2024-2025")
        assert svar.kode == 0
        assert f"{pipeline.oppsett.inn}/inn/<skoleår>/<runde>/<avgiver>" in svar.ut

    def test_planted_defects_leave_no_person_in_the_output(
        self, vigo: Callable[..., Svar], pipeline: Pipeline
    ) -> None:
        generate(
            pipeline.oppsett.inn,
            skoleaar=Skoleaar(2025),
            runde=ENDELIG.runde,
            seed=1,
            omfang=Omfang(andel=0.01, avgivere=pipeline.oppsett.avgivere),
            feil=True,
        )
        assert self.kjoer(vigo, ENDELIG).kode == 2

    def test_verify_counts_what_it_rebuilt(
        self, vigo: Callable[..., Svar], pipeline: Pipeline
    ) -> None:
        svar = vigo("verifiser")
        assert svar.kode == 0
        assert "2 leveranser bygd på nytt, alle like." in svar.ut
        (mappe,) = published(pipeline, "ssbelev", FOERSTE)
        (mappe / "ssbElev.csv").write_bytes(b"")
        feilet = vigo("verifiser", "ssbelev")
        assert feilet.kode == 2
        assert (
            "FEIL: ssbelev 2025-2026|1-levering nr. 1: ssbElev.csv på disk er endret" in feilet.ut
        )
        assert vigo("verifiser", "ssbelevfag").kode == 0

    @pytest.mark.parametrize(
        ("argumenter", "melding"),
        [
            (("kjoer", "ssbelevfag", "--skoleaar", "2025-2026", "--runde", "endelig"), "flyt"),
            (("kjoer", "oktober", "--skoleaar", "2025-2026", "--runde", "x"), "Runder:"),
            (("kjoer", "oktober", "--skoleaar", "1999-2000", "--runde", "endelig"), "årshjulet"),
            (("kjoer", "oktober", "--skoleaar", "2026-2027", "--runde", "endelig"), "inn-mappa"),
            (("verifiser", "finnes_ikke"), "leveranse"),
            (("syntetisk", "ut", "--andel", "7"), "utenfor"),
            (("syntetisk", "ut", "--runde", "x"), "Kjente"),
        ],
        ids=["flow", "round", "year", "no-files", "delivery", "share", "synthetic-round"],
    )
    def test_an_error_is_one_message(
        self, vigo: Callable[..., Svar], argumenter: tuple[str, ...], melding: str
    ) -> None:
        svar = vigo(*argumenter)
        assert svar.kode == 2
        (linje,) = [linje for linje in svar.err.splitlines() if not linje.startswith("  ")]
        assert linje.startswith("Feil: ")
        assert melding in linje

    def test_a_database_that_is_not_there_is_one_message(
        self, vigo: Callable[..., Svar], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("VIGO_DATABASE_URL", "postgresql://bruker:hemmelig@127.0.0.1:1/vigo")
        svar = self.kjoer(vigo)
        assert svar.kode == 2
        assert "Feil: " in svar.err
        assert "hemmelig" not in svar.alt
