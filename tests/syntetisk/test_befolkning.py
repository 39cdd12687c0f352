"""Three skoleår of one seed have one population: who goes on, stays, leaves or changes school."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.syntetisk.aaret import AAR, Aar, Rad, key
from vigo_pipeline.contract import kodeverk
from vigo_pipeline.contract.aarshjul import MAANEDER
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.syntetisk import kull
from vigo_pipeline.syntetisk.generator import generate
from vigo_pipeline.syntetisk.omfang import Omfang
from vigo_pipeline.syntetisk.plan import placed

pytestmark = pytest.mark.slow

SKOLEAAR = (Skoleaar(2023), Skoleaar(2024), AAR)
OMFANG = Omfang(0.1, avgivere=("46",))
EKSAMEN = ("karakter_skriftlig", "karakter_muntlig", "karakter_annen")
Par = tuple[Aar, Aar]


def make(mal: Path, skoleaar: Skoleaar, samling: str = "juni", runde: str = "endelig") -> None:
    generate(mal, skoleaar=skoleaar, samling=samling, runde=runde, seed=1, omfang=OMFANG)


def next_day(dato: str) -> str:
    return (date.fromisoformat(dato) + timedelta(days=1)).strftime("%Y%m%d")


@pytest.fixture(scope="module")
def mal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    mal = tmp_path_factory.mktemp("befolkning")
    for skoleaar in SKOLEAAR:
        make(mal, skoleaar)
    for samling, runde in (("februar", "februar"), *(("loepende", m) for m in MAANEDER)):
        make(mal, AAR, samling, runde)
    return mal


@pytest.fixture(scope="module", params=[1, 2], ids=["2024-2025", "2025-2026"])
def par(mal: Path, request: pytest.FixtureRequest) -> Par:
    """A skoleår, and the one before it."""
    return Aar(mal, SKOLEAAR[request.param - 1]), Aar(mal, SKOLEAAR[request.param])


def pupils(aar: Aar) -> dict[str, tuple[int, Rad]]:
    """Return each young pupil's trinn and the elevkurs that the year ended with."""
    alle = kodeverk.valid("programomraader", aar.skoleaar.start_dato, aar.skoleaar.slutt_dato)
    trinn = {p["kode"]: int(p["trinn"]) for p in alle.to_pylist()}
    rader = aar.rows("juni", "endelig", "$EK")
    siste = sorted((r for r in rader if r["voksen"] == "N"), key=lambda r: r["startdato"])
    return {r["fnr"]: (trinn[r["programomraadekode"]], r) for r in siste}


def test_most_go_on_and_some_stay_leave_or_come(par):
    foer, naa = (pupils(aar) for aar in par)
    vg1 = {f: r for f, (t, r) in foer.items() if t == 1}
    neste = Counter(naa[f][0] if f in naa else None for f in vg1)
    assert neste[2] > 0.7 * len(vg1)
    assert 0.005 * len(vg1) < neste[1] < 0.06 * len(vg1)
    assert 0.05 * len(vg1) < neste[None] < 0.25 * len(vg1)
    assert neste[3] <= 0.01 * len(vg1)
    nye = [f for f, (t, _) in naa.items() if t == 1 and f not in foer]
    assert len(nye) > 0.9 * sum(t == 1 for t, _ in naa.values())


def test_whoever_goes_on_is_in_the_same_programme_and_mostly_at_the_same_school(par):
    foer, naa = (pupils(aar) for aar in par)
    videre = [(foer[f][1], naa[f][1]) for f in naa if f in foer and naa[f][0] == foer[f][0] + 1]
    likt = sum(a["programomraadekode"][:2] == b["programomraadekode"][:2] for a, b in videre)
    assert likt > 0.97 * len(videre)
    samme = sum(a["skolenr"] == b["skolenr"] for a, b in videre)
    assert 0.9 * len(videre) < samme < len(videre)


def test_whoever_left_for_good_is_not_back_next_year(par):
    foer, naa = (pupils(aar) for aar in par)
    borte = {f for f, (_, r) in foer.items() if r["avbruddsdato"] and r["avbruddsaarsak"] != "AS"}
    assert borte
    assert len(borte & naa.keys()) < 0.3 * len(borte)


def test_a_name_goes_with_its_number_every_year(par):
    foer, naa = ({r["fnr"]: r["elevnavn"] for r in a.rows("juni", "endelig", "$EL")} for a in par)
    felles = foer.keys() & naa.keys()
    assert felles
    assert all(foer[f].split()[:2] == naa[f].split()[:2] for f in felles)


def test_an_exam_again_is_of_a_fag_that_went_wrong_last_year(par):
    foer = defaultdict(list)
    for r in par[0].rows("juni", "endelig", "$KL"):
        foer[r["fnr"], r["fagkode"]].append(r)
    igjen = [
        r for r in par[1].rows("juni", "endelig", "$KL") if r["karakterstatus"] in ("N", "U", "S")
    ]
    assert igjen
    for r in igjen:
        [sist] = foer[r["fnr"], r["fagkode"]]
        eksamen = max(sist[k] for k in EKSAMEN)
        if r["karakterstatus"] == "N":
            assert eksamen == "1"
        elif r["karakterstatus"] == "U":
            assert (eksamen, sist["fagmerknad"]) == ("IM", "FAM39")
        else:
            assert (eksamen, sist["karakter_standpunkt"]) == ("", "1")
        assert (r["fagstatus"], r["termin"]) == ("B", "H")
        [karakter] = [r[k] for k in EKSAMEN if r[k]]
        assert karakter in tuple("23456")


def test_the_autumns_exams_are_in_february(mal):
    februar, juni = (
        {
            (*key(r), r["fagkode"]): [r[k] for k in (*EKSAMEN, "eksamensform", "karakterstatus")]
            for r in Aar(mal).rows(samling, runde, "$KL")
            if r["karakterstatus"] in ("N", "U", "S")
        }
        for samling, runde in (("februar", "februar"), ("juni", "endelig"))
    )
    assert februar == juni != {}


def test_a_fag_over_two_years_has_standpunkt_in_the_second(par):
    foer = defaultdict(list)
    for r in par[0].rows("juni", "endelig", "$KL"):
        if r["karakter_termin2"]:
            assert not r["karakter_standpunkt"]
            foer[r["fnr"], r["fagkode"][:3]].append(r)
    fulgt = Counter(
        "standpunkt" if r["karakter_standpunkt"] else "termin2"
        for r in par[1].rows("juni", "endelig", "$KL")
        if (r["fnr"], r["fagkode"][:3]) in foer and r["fagstatus"] == "E"
    )
    assert fulgt["standpunkt"] > fulgt["termin2"] > 0


def test_a_change_of_school_after_october_is_a_slutter_and_a_starter(mal):
    aar = Aar(mal)
    kurs = defaultdict(list)
    for r in aar.rows("juni", "endelig", "$EK"):
        kurs[r["fnr"]].append(r)
    byttere = [
        (r, [x for x in kurs[r["fnr"]] if x["skolenr"] != r["skolenr"]])
        for rader in kurs.values()
        for r in rader
        if r["avbruddsaarsak"] == "AS" and r["avbruddsdato"] > f"{AAR.start}1031"
    ]
    assert byttere
    meldt = {key(r): m for m in MAANEDER for r in aar.rows("loepende", m, "$EK") if r["startdato"]}
    februar = {key(r): r for r in aar.rows("februar", "februar", "$EK")}
    fag = Counter(key(r) for r in aar.rows("juni", "endelig", "$KL") if r["karakter_standpunkt"])
    for gammel, nye in byttere:
        [ny] = nye
        assert ny["startdato"] == next_day(gammel["avbruddsdato"])
        assert (gammel["fullfoertkode"], ny["avbruddsdato"]) == ("S", "")
        assert {key(gammel), key(ny)} <= meldt.keys()
        assert (key(ny) in februar) == (ny["startdato"] <= f"{AAR.start + 1}0131")
        assert fag[key(ny)] > 0 == fag[key(gammel)]


def test_a_skoleaar_alone_has_the_same_bytes_as_after_the_others(mal, tmp_path):
    kull.seats.cache_clear()
    placed.cache_clear()
    make(tmp_path, AAR)
    alene = {p.relative_to(tmp_path): p.read_bytes() for p in sorted(tmp_path.rglob("*.txt"))}
    assert alene
    assert all((mal / sti).read_bytes() == innhold for sti, innhold in alene.items())


def test_the_schools_of_2023_report_to_the_fylker_of_then(tmp_path):
    svar = generate(
        tmp_path, skoleaar=SKOLEAAR[0], runde="1-levering", seed=1, omfang=Omfang(0.001)
    )
    assert svar.avgivere == (
        *("03", "11", "15", "18", "30", "34"),
        *("38", "42", "46", "50", "54", "waade"),
    )
