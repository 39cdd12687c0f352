"""The list of programområdekoder: unknown, expired, about to expire, unused; and nothing else."""

from datetime import date

import pyarrow as pa
import pytest

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.kodeverk.programomraader import FUNN, as_text, checklist
from vigo_pipeline.engine.register import Register

AAR = Skoleaar(2025)
SPOERRING = (Register.installed().assets / "rapporter" / "programomraader.sql").read_text("utf-8")


@pytest.fixture
def rader(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    koder = [
        ("STUSP1----", None, None),
        ("GAMML1----", None, date(2024, 7, 31)),
        ("SLUTT1----", None, date(2027, 7, 30)),
        ("LENGE1----", None, date(2027, 7, 31)),
        ("UBRUK1----", date(2020, 8, 1), None),
        ("BORTE1----", None, date(2010, 7, 31)),
    ]
    tabell = pa.Table.from_pylist(
        [{"kode": k, "navn": "n", "gyldig_fra": f, "gyldig_til": t} for k, f, t in koder],
        schema=pa.schema(
            [
                *((n, pa.string()) for n in ("kode", "navn")),
                *((n, pa.date32()) for n in ("gyldig_fra", "gyldig_til")),
            ]
        ),
    )
    ekte = kodeverk.load
    monkeypatch.setattr(kodeverk, "load", lambda n: tabell if n == "programomraader" else ekte(n))
    brukt = ["STUSP1----", *["GAMML1----"] * 5, "SLUTT1----", "LENGE1----", *["LOKAL1----"] * 2]
    i_bruk = pa.table({"kilde": ["elevkurs"] * 10, "fylke": ["03", "11"] * 5, "kode": brukt})
    return checklist(i_bruk, AAR, SPOERRING)


@pytest.fixture
def lista(rader: list[dict[str, object]]) -> dict[str, str]:
    return {str(r["kode"]): str(r["funn"]) for r in rader}


def test_each_code_is_found_for_what_it_is(lista: dict[str, str]) -> None:
    assert lista == {
        "LOKAL1----": "ukjent",
        "GAMML1----": "utgått",
        "SLUTT1----": "utgår",
        "UBRUK1----": "ubrukt",
    }


def test_a_code_in_use_that_stays_and_one_gone_for_years_are_not_on_the_list(
    lista: dict[str, str],
) -> None:
    assert not {"STUSP1----", "LENGE1----", "BORTE1----"} & lista.keys()


def test_small_counts_are_concealed(rader: list[dict[str, object]]) -> None:
    antall = {r["kode"]: r["antall"] for r in rader}
    assert (antall["GAMML1----"], antall["LOKAL1----"], antall["UBRUK1----"]) == (5, "<5", 0)


def test_the_text_says_the_deadline_and_each_kind() -> None:
    tekst = as_text([{"kode": "LOKAL1----", "funn": "ukjent", "antall": 2}], AAR)
    assert "31.10.2025" in tekst
    assert all(funn in tekst for funn in FUNN)
