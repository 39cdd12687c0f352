"""What is past its time goes, once it is decided: rows and files, and nothing that proves."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.conftest import AVGIVERE, Copier
from tests.sentral import FOERSTE
from vigo_pipeline.contract.oppbevaring import slagene
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.database.round_lock import RoundBusy, hold
from vigo_pipeline.engine.database.tables import TABELLER, funn
from vigo_pipeline.engine.ledger import deletions
from vigo_pipeline.engine.ledger.deletions import LetGo
from vigo_pipeline.engine.manifest import NAVN
from vigo_pipeline.engine.oppbevaring.filer import STAAR
from vigo_pipeline.engine.oppbevaring.rydd import let_go, past
from vigo_pipeline.engine.oppbevaring.valg import InvalidRetention, read
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.engine.verify import Svar, Utvalg, verify_all
from vigo_pipeline.reports.hvorfor import why_delivery, why_round
from vigo_pipeline.reports.status import rounds
from vigo_pipeline.run import run_flow
from vigo_pipeline.syntetisk.generator import generate
from vigo_pipeline.syntetisk.omfang import Omfang

SENT = date(2040, 1, 1)
VEDTAK = "Sak 26/1234"


def decide(pipeline: Pipeline, **etter: int) -> Pipeline:
    """Return the installation with a decision, of each kind as proposed where none is named."""
    alle = etter or {n: s.forslag for n, s in slagene().items() if s.forslag is not None}
    fil = pipeline.oppsett.hjem.parent / "oppbevaring.toml"
    linjer = [f'vedtak = "{VEDTAK}"', "[etter]", *(f"{n} = {t}" for n, t in alle.items())]
    fil.write_text("\n".join(linjer), "utf-8")
    oppsett = pipeline.oppsett.model_copy(update={"oppbevaring": fil})
    return Pipeline(pipeline.register, oppsett)


def rows(pipeline: Pipeline) -> int:
    with pipeline.engine.connect() as con:
        alle = [sa.select(sa.func.count()).select_from(t) for t in (*TABELLER.values(), funn)]
        return sum(con.execute(q).scalar_one() for q in alle)


def files(*mapper: Path) -> set[Path]:
    return {f for mappe in mapper for f in mappe.rglob("*") if f.is_file()}


def said(pipeline: Pipeline) -> tuple[list[str], list[str]]:
    """Return what the control of everything says, and its faults."""
    sagt: list[Svar] = []
    feil = verify_all(pipeline, Utvalg(), sagt.append).feil
    return [s.tekst for s in sagt], list(feil)


@pytest.fixture(scope="module")
def ryddet(copy_delivered: Copier, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """An installation from which everything that may go is gone."""
    with copy_delivered(tmp_path_factory.mktemp("ryddet")) as levert:
        pipeline = decide(levert)
        assert let_go(pipeline, SENT)
        yield pipeline
        pipeline.engine.dispose()


def test_nothing_is_deleted_where_nobody_has_decided(pipeline: Pipeline) -> None:
    foer = files(pipeline.oppsett.hjem, pipeline.oppsett.inn), rows(pipeline)
    assert past(pipeline, SENT) == let_go(pipeline, SENT) == []
    assert (files(pipeline.oppsett.hjem, pipeline.oppsett.inn), rows(pipeline)) == foer


def test_a_skoleaar_is_kept_whole_years_after_it(pipeline: Pipeline) -> None:
    bestemt = decide(pipeline, elever=9, mottatt=1)
    # A folder that is misspelt is of no skoleår, and stays for somebody to see.
    (pipeline.oppsett.inn / "inn" / "2020-2062").mkdir()
    assert past(bestemt, date(2027, 7, 31)) == []
    [mottatt] = past(bestemt, date(2027, 8, 1))
    assert (mottatt.slag, mottatt.skoleaar, mottatt.rader) == ("mottatt", "2025-2026", 0)
    assert {o.slag for o in past(bestemt, date(2035, 8, 1))} == {"elever", "mottatt"}
    bestemt.engine.dispose()


def test_rows_and_files_with_persons_are_gone(ryddet: Pipeline) -> None:
    assert rows(ryddet) == 0
    o = ryddet.oppsett
    assert files(o.artefakter, o.begrenset, o.utboks, o.inn / "inn") == set()
    assert {f.name for f in files(o.leveranser)} == {*STAAR}
    assert past(ryddet, SENT) == let_go(ryddet, SENT) == []


def test_what_proves_what_was_published_is_told_in_words_and_still_tried(ryddet: Pipeline) -> None:
    sagt, feil = said(ryddet)
    assert feil == []
    borte = [s for s in sagt if "kan ikke bygges på nytt" in s]
    assert len(borte) == 2
    assert all("slettet 01.01.2040" in s and VEDTAK in s for s in borte)
    [ett, _] = sorted(ryddet.oppsett.leveranser.rglob(NAVN))
    ett.write_bytes((hele := ett.read_bytes()) + b" ")
    assert len(said(ryddet)[1]) == 1
    ett.write_bytes(hele)


def test_a_skoleaar_that_is_gone_is_neither_run_nor_read(ryddet: Pipeline) -> None:
    with pytest.raises(LetGo, match="2025-2026 kan ikke kjøres"):
        run_flow(ryddet, "oktober", FOERSTE)
    with pytest.raises(LetGo):
        ryddet.tables_as_of("oktober", FOERSTE, 20)
    leveranse = ryddet.register.leveranse("ssbelev")
    oktober = ryddet.register.innsamlinger["oktober"]
    for sagt in (why_delivery(ryddet, leveranse, FOERSTE), why_round(ryddet, oktober, FOERSTE)):
        assert VEDTAK in sagt[-1]
    [runde] = [r for r in rounds(ryddet, SENT) if r.flyt == "oktober" and r.begynt]
    assert (runde.tilstand, runde.neste) == ("ryddet", "")


def test_the_ledger_has_what_went_by_what_decision_and_no_more(ryddet: Pipeline) -> None:
    with ryddet.engine.connect() as con:
        alle, venter = deletions.everything(con), deletions.unfinished(con)
    assert venter == []
    assert {s.vedtak for s in alle} == {VEDTAK}
    assert {s.slag: s.detaljer.get("tabeller") for s in alle}["elever"]["elevkurs"] == 135


def test_it_waits_for_nobody_who_runs_a_round(pipeline: Pipeline) -> None:
    bestemt = decide(pipeline)
    with (
        hold(pipeline.engine, "oktober", FOERSTE, hvem="Kari"),
        pytest.raises(RoundBusy, match="Kari"),
    ):
        let_go(bestemt, SENT)
    assert rows(bestemt) > 0
    bestemt.engine.dispose()


@pytest.mark.slow
def test_a_new_skoleaar_is_run_as_before(copy_delivered: Copier, tmp_path: Path) -> None:
    aar, omfang = Skoleaar(2026), Omfang(andel=0.002, avgivere=AVGIVERE)
    runde, utledet = Partisjon(str(aar), FOERSTE.runde), []
    for navn in ("urørt", "ryddet"):
        with copy_delivered(tmp_path / navn) as levert:
            oppsett, egen = levert.oppsett, decide(levert)
            assert navn == "urørt" or let_go(egen, SENT)
            generate(oppsett.inn, skoleaar=aar, runde=runde.runde, seed=2, omfang=omfang)
            # Whether the gate opens is of the year before too, and that is gone in one of them.
            run_flow(egen, "oktober", runde)
            utledet.append(egen.rows(egen.register.leveranse("ssbelevfag"), runde))
            egen.engine.dispose()
    assert utledet[0].num_rows > 100
    assert utledet[0].equals(utledet[1])


@pytest.mark.parametrize(
    ("etter", "sagt"),
    [
        ({"elver": 9}, "Mente du «elever»?"),
        ({"elever": 1}, "for kort: noe annet leser det i 9 hele skoleår"),
        ({"hovedbok": 1}, "slettes aldri"),
    ],
)
def test_what_cannot_be_decided_is_told(
    pipeline: Pipeline, etter: dict[str, int], sagt: str
) -> None:
    with pytest.raises(InvalidRetention, match="VIGO_OPPBEVARING") as feil:
        read(decide(pipeline, **etter).oppsett)
    assert sagt in str(feil.value)
