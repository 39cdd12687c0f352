"""What an installation takes in of code lists is in force whole, in its own home and no other."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.engine import code_lists
from vigo_pipeline.engine.code_lists import TakenInMeanwhile
from vigo_pipeline.engine.errors import ChangedOnDisk, VigoError
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger

DAG = date(2026, 11, 29)
HODE = "kode;navn;fylkesnr;gyldig_fra;gyldig_til;merke;kilde\n"
FOER, NAA, SENERE = ((date(aar, 8, 1), date(aar + 1, 7, 31)) for aar in (2025, 2026, 2027))


@pytest.fixture(autouse=True)
def package_lists() -> Iterator[None]:
    yield
    kodeverk.lay_over({})


def take_in(hjem: Path, *rader: str) -> None:
    innhold = (HODE + "".join(f"{r}\n" for r in rader)).encode()
    code_lists.take_in(hjem, {"kommuner": innhold}, hvem="Kari", dag=DAG, fra="en kopi", felt={})


def kommune(kode: str, periode: tuple[date, date]) -> dict[str, object] | None:
    rader = kodeverk.valid("kommuner", *periode).to_pylist()
    return next((r for r in rader if r["kode"] == kode), None)


def test_what_is_taken_in_is_laid_over_and_old_codes_stay_in_their_years(tmp_path: Path) -> None:
    foer = kodeverk.version()
    take_in(
        tmp_path,
        "1101;;;2020-01-01;2026-11-29;C;VIGO 2026-11-29",
        "1199;Nykommune;11;2026-11-29;;C;VIGO 2026-11-29",
    )
    eigersund = kommune("1101", NAA)
    assert eigersund is not None
    assert (eigersund["navn"], eigersund["fylkesnr"]) == ("Eigersund", "11")
    assert kommune("1101", FOER) is not None
    assert kommune("1101", SENERE) is None
    assert kommune("1199", FOER) is None
    assert kommune("1199", NAA) is not None
    tatt_inn = kodeverk.version()
    assert tatt_inn != foer

    # Another installation has lists of its own; this one has them again after a restart.
    code_lists.use(tmp_path / "en annen")
    assert (kodeverk.version(), kommune("1199", NAA)) == (foer, None)
    oppsett = Innstillinger(hjem=tmp_path, inn=tmp_path)
    Pipeline(Register.installed(), oppsett)
    assert kodeverk.version() == tatt_inn


def test_each_set_keeps_the_lists_of_the_one_before(tmp_path: Path) -> None:
    take_in(tmp_path, "1199;Nykommune;11;2026-11-29;;C;VIGO 2026-11-29")
    annet = b"kode;navn;gyldig_fra;gyldig_til;merke;kilde\n0001;Oslo;;;C;VIGO 2026-12-06\n"
    felt = {"postal-areas": ("code", "name")}
    code_lists.take_in(
        tmp_path, {"poststeder": annet}, hvem="Ola", dag=DAG, fra="en kopi", felt=felt
    )
    sett = code_lists.use(tmp_path)
    assert sett is not None
    assert (sett.nr, sett.hvem, list(sett.filer)) == (2, "Ola", ["kommuner", "poststeder"])
    assert kommune("1199", NAA) is not None
    assert kodeverk.load("poststeder").num_rows == 1


@pytest.mark.fault("killed", "around")
def test_who_is_stopped_in_the_middle_has_taken_nothing_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    foer = kodeverk.version()

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as stanset:
        stanset.setattr(Path, "rename", stopped)
        with pytest.raises(KeyboardInterrupt):
            take_in(tmp_path, "1199;Nykommune;11;2026-11-29;;C;VIGO 2026-11-29")
    assert code_lists.use(tmp_path) is None
    assert kodeverk.version() == foer
    take_in(tmp_path, "1198;Nykommune;11;2026-11-29;;C;VIGO 2026-11-29")
    assert (kommune("1198", NAA) is None, kommune("1199", NAA)) == (False, None)


def test_two_do_not_take_in_at_the_same_time(tmp_path: Path) -> None:
    with code_lists._alone(tmp_path), pytest.raises(TakenInMeanwhile):
        take_in(tmp_path, "1199;Nykommune;11;2026-11-29;;C;VIGO 2026-11-29")
    assert code_lists.latest(tmp_path) is None


@pytest.mark.parametrize("fil", ["kommuner.csv", "manifest.json"])
@pytest.mark.parametrize("hva", ["endret", "borte"])
def test_what_was_changed_afterwards_is_refused(tmp_path: Path, fil: str, hva: str) -> None:
    take_in(tmp_path, "1199;Nykommune;11;2026-11-29;;C;VIGO 2026-11-29")
    sti = tmp_path / "kodeverk" / "tatt-inn" / "0001" / fil
    if hva == "borte":
        sti.unlink()
    else:
        sti.write_bytes(sti.read_bytes().replace(b"1", b"2"))
    with pytest.raises(ChangedOnDisk, match="er ikke det som ble tatt inn") as feil:
        code_lists.use(tmp_path)
    assert isinstance(feil.value, VigoError)
