"""Those who begin as apprentices were pupils the year before, and go on from year to year."""

import numpy as np
import pytest

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.syntetisk.laereloep import ALDRI, add_months, courses
from vigo_pipeline.syntetisk.laeresteder import organisation_numbers
from vigo_pipeline.syntetisk.laerlinger import PRAKSIS, UNG, adults, beginners
from vigo_pipeline.syntetisk.plan import school_plan

pytestmark = pytest.mark.slow(4)

SEED, ANDEL = 1, 0.02


def fnr_of(startaar: int) -> set[str]:
    return set(school_plan(startaar, SEED, ANDEL)[1].fnr.to_pylist())


def test_the_young_were_at_school_the_year_before_and_are_no_longer() -> None:
    p = beginners(2025, SEED, ANDEL)
    unge = {f"{n:011d}" for n in p.fnr[p.slag == UNG].tolist()}
    assert len(unge) > 300
    assert unge <= fnr_of(2024)
    assert not unge & fnr_of(2025)


def test_nobody_begins_twice_and_no_adult_is_a_pupil() -> None:
    alle = [beginners(aar, SEED, ANDEL) for aar in range(2022, 2026)]
    voksne = np.concatenate([p.fnr[p.slag != UNG] for p in alle])
    assert len(np.unique(voksne)) == len(voksne)
    assert not {f"{n:011d}" for n in voksne.tolist()} & (fnr_of(2024) | fnr_of(2025))


def test_ten_cohorts_of_the_whole_nation_have_numbers_enough() -> None:
    alle = [adults(aar, SEED, 1) for aar in range(2020, 2030)]
    voksne = np.concatenate([p.fnr for p in alle])
    assert len(np.unique(voksne)) == len(voksne) > 100_000


def test_whoever_begins_again_has_ended_before_anybody_is_told_of_the_new_contract() -> None:
    foer_det, i_fjor, naa = (courses(aar, SEED, 0.2) for aar in (2023, 2024, 2025))
    hevet: dict[int, int] = {}
    for loep in (foer_det, i_fjor):
        foerste = ~loep.personer.paa_nytt
        hevet |= zip(loep.personer.fnr[foerste].tolist(), loep.hevet[foerste].tolist(), strict=True)
    igjen = naa.personer.paa_nytt
    ender = np.array([hevet[n] for n in naa.personer.fnr[igjen].tolist()])
    assert (naa.formidlet[igjen] > ender).all()
    # Some had one the year before, some the year before that, and nobody begins a third time.
    ventet = np.isin(naa.personer.fnr[igjen], foer_det.personer.fnr)
    assert min(np.count_nonzero(ventet), np.count_nonzero(~ventet)) > 10
    i_fjor_igjen = i_fjor.personer.fnr[i_fjor.personer.paa_nytt]
    assert not np.isin(naa.personer.fnr[igjen], i_fjor_igjen).any()


def test_who_begins_again_may_be_broken_off_within_the_skoleaar() -> None:
    naa = courses(2025, SEED, 0.2)
    igjen = naa.personer.paa_nytt
    juli = np.datetime64("2026-08-01").astype("datetime64[D]").astype(np.int64)
    assert 0 < np.count_nonzero(naa.hevet[igjen] < juli) < np.count_nonzero(igjen) / 2


def test_a_course_is_in_order() -> None:
    loep = courses(2024, SEED, ANDEL)
    med = loep.har_kontrakt
    assert (loep.fra < loep.til)[med].all()
    assert (loep.slutt > loep.fra)[med].all()
    assert (loep.slutt < ALDRI)[med].all()
    assert ((loep.ny == ALDRI) | (loep.ny > loep.proeve)).all()
    assert not loep.har_kontrakt[loep.personer.slag == PRAKSIS].any()
    bestaatt = med & loep.bestaatt & (loep.hevet == ALDRI)
    assert (loep.slutt == loep.proeve)[bestaatt].all()


def test_a_month_later_is_the_same_day_or_the_last() -> None:
    dager = np.array(["2024-01-31", "2024-08-15"], "datetime64[D]").astype(np.int64)
    svar = add_months(dager, np.array([1, 24])).astype("datetime64[D]").astype(str).tolist()
    assert svar == ["2024-02-29", "2026-08-15"]


def test_a_number_is_valid_and_nobodys() -> None:
    numre = organisation_numbers(np.arange(2000) * 37)
    vekter = np.array([3, 2, 7, 6, 5, 4, 3, 2, 1])
    sifre = numre[:, None] // 10 ** np.arange(8, -1, -1) % 10
    assert (sifre @ vekter % 11 == 0).all()
    assert len(np.unique(numre)) == len(numre)
    ekte = {s for s in kodeverk.load("skoler")["organisasjonsnummer"].to_pylist() if s}
    assert not {str(n) for n in numre.tolist()} & ekte
    assert set(sifre[:, 0].tolist()) == {2, 3}
