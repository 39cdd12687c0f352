"""What a run has changed is told to whom it concerns, once a day, in counts, and until it came."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.conftest import Copier
from tests.reports.varsel.tjenere import Postkasse, mail_server
from tests.sentral import FOERSTE
from vigo_pipeline.domain.hvem import Hvem
from vigo_pipeline.engine.database.tables import funn
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.send.approval import approve, send
from vigo_pipeline.engine.send.handovers import AVVIST, history, record
from vigo_pipeline.reports.kontrollrapport.finding import Funn
from vigo_pipeline.reports.kontrollrapport.known_errors import close, open_
from vigo_pipeline.reports.varsel.digest import Sammendrag
from vigo_pipeline.reports.varsel.digest_text import LINJER
from vigo_pipeline.reports.varsel.dispatch import Utfall, send_digests

DAG = date(2025, 10, 20)
SKOLE, NUMMER = "03018", "0181085{:04d}"
NESTE = DAG + timedelta(days=1)


class Hus:
    """An installation with a delivered round, and a mail server that it tells through."""

    def __init__(self, pipeline: Pipeline, post: Postkasse) -> None:
        self.pipeline, self.post = pipeline, post

    def find(self, regel: str, antall: int, dag: date, fra: int = 0) -> None:
        """Note errors of a rule, each of a pupil, as a run does."""
        nye = [
            Funn("ssbelev", "03", regel, "FEIL", SKOLE, NUMMER.format(n), "STUSP1----", f"F{n}")
            for n in range(fra, fra + antall)
        ]
        with self.pipeline.engine.begin() as con:
            open_(con, "oktober", FOERSTE, nye, dag)

    def put_right(self, antall: int, dag: date) -> None:
        t = funn.c
        egne = sa.select(t.nr).where(t.skolenr == SKOLE, t.lukket_runde.is_(None)).order_by(t.nr)
        with self.pipeline.engine.begin() as con:
            close(con, [*con.execute(egne.limit(antall)).scalars()], FOERSTE.runde, dag)

    def send(self, dag: date) -> dict[str, Utfall[Sammendrag]]:
        return {u.varsel.mottaker: u for u in send_digests(self.pipeline, dag)}

    def text(self, til: str) -> str:
        """Return the last letter to somebody."""
        brev = [b for b in self.post.brev if b["To"].startswith(til)][-1]
        return str(brev.get_content()).replace("\r\n", "\n")


@pytest.fixture
def hus(copy_delivered: Copier, tmp_path: Path) -> Iterator[Hus]:
    liste = tmp_path / "mottakere.toml"
    navn = {"drift": "drift", "avgiver.03": "oslo", "avgiver.18": "nord", f"skole.{SKOLE}": "skole"}
    liste.write_text(
        "".join(f'[{hvem}]\nepost = ["{n}@eksempel.invalid"]\n' for hvem, n in navn.items()),
        "utf-8",
    )
    with copy_delivered(tmp_path / "kopi") as pipeline, mail_server() as post:
        nytt = {"mottakere": liste, "smtp_vert": "127.0.0.1", "smtp_port": post.port}
        nytt |= {"smtp_sikkerhet": "ingen", "smtp_fra": "vigo@eksempel.invalid"}
        with pipeline.engine.begin() as con:
            con.execute(sa.delete(funn))
        yield Hus(replace(pipeline, oppsett=pipeline.oppsett.model_copy(update=nytt)), post)


def test_who_is_concerned_is_told_what_is_new_put_right_and_open(hus: Hus) -> None:
    hus.find("FAG-002", 12, DAG)
    hus.find("DATO-006", 6, DAG)
    rapport = f"kontrollrapport/oktober/2025-2026/1-levering/03/{SKOLE}.html"
    fil = hus.pipeline.oppsett.begrenset / rapport
    fil.parent.mkdir(parents=True, exist_ok=True)
    fil.touch()
    assert {(m, u.resultat) for m, u in hus.send(DAG).items()} == {
        ("03", "sendt"),
        (SKOLE, "sendt"),
    }
    brev = hus.text("skole")
    assert "18 nye feil, 0 rettet, 0 åpne fra før." in brev
    assert brev.index("FAG-002, 12 rader") < brev.index("DATO-006, 6 rader")
    assert len(brev.splitlines()) <= LINJER
    assert not re.search(r"\d{11}", brev)
    assert f"Rapporten: begrenset/{rapport}." in brev
    med = {"rapport_adresse": "https://rapporter.invalid"}
    hus.pipeline.oppsett = hus.pipeline.oppsett.model_copy(update=med)
    # Once a day, whatever has changed since; the next day what has changed since then.
    hus.put_right(7, DAG)
    hus.find("FAG-002", 1, DAG, fra=90)
    assert hus.send(DAG) == {}
    hus.send(NESTE)
    assert "<5 nye feil, 7 rettet, 11 åpne fra før." in hus.text("oslo")
    assert f"Rapporten: https://rapporter.invalid/hent/{rapport}." in hus.text("skole")
    # Where a small count would follow from the others, no rule has its number.
    assert "rader)" not in hus.text("oslo")
    assert hus.send(NESTE + timedelta(days=1)) == {}


def test_what_was_not_taken_is_told_the_next_time(hus: Hus) -> None:
    hus.find("FAG-002", 7, DAG)
    hus.post.avvis = "451 prøv igjen"
    assert {u.resultat for u in hus.send(DAG).values()} == {"ikke sendt"}
    hus.post.avvis = ""
    hus.find("FAG-002", 6, NESTE, fra=40)
    assert {u.resultat for u in hus.send(NESTE).values()} == {"sendt"}
    assert "13 nye feil" in hus.text("skole")


def test_a_flood_is_ten_lines_gravest_first_and_says_that_there_is_more(hus: Hus) -> None:
    regler = sorted(
        {r.id for r in hus.pipeline.register.regler("leveranser", "ssbelev", FOERSTE.skoleaar)}
    )
    for nr, regel in enumerate(regler[:20]):
        hus.find(regel, 5, DAG, fra=nr * 10)
    hus.send(DAG)
    linjer = hus.text("skole").splitlines()
    assert len(linjer) == LINJER
    assert re.search(r"Her står 9 av \d+ ting å rette\.", linjer[0])


def test_a_rejected_delivery_is_told_to_whose_rows_it_has(hus: Hus) -> None:
    leveranser = [hus.pipeline.register.leveranse(n) for n in ("ssbelev", "ssbelevfag")]
    for lev in leveranser:
        approve(hus.pipeline, lev, FOERSTE, hvem="Godkjenner Godkjennersen")
    for lev in leveranser:
        send(hus.pipeline, lev, FOERSTE, hvem="Godkjenner Godkjennersen")
    gjelder = history(hus.pipeline, leveranser[0], FOERSTE)[0].gjelder
    valg = {"hvem": Hvem("Kari"), "merknad": "ordene xyzzy", "mottaker": "SSB"}
    assert record(hus.pipeline, leveranser[0], FOERSTE, gjelder, AVVIST, **valg)
    dag = hus.pipeline.i_dag()
    assert {*hus.send(dag)} == {"drift", "03", "18"}
    for hvem in ("drift", "oslo", "nord"):
        assert "SSB har avvist ssbElev.csv (2025-2026 1. levering, nr. 1)." in hus.text(hvem)
        # A receiver may write anything.
        assert "xyzzy" not in hus.text(hvem)
    assert hus.send(dag + timedelta(days=1)) == {}
