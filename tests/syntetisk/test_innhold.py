"""What the files say: invented persons, shares near the published ones, nothing to remark."""

from collections import Counter, defaultdict

import pyarrow as pa
import pytest

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.contract.publisert import elever_per_fylke
from vigo_pipeline.domain.fnr import classify
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.syntetisk.forutsetning import fakta

pytestmark = pytest.mark.slow(4)

AAR = Skoleaar(2025)
SKOLESTART, TELLEDATO = "20250818", "20251001"
NOEKKEL = ("fnr", "skoleaar", "skolenr", "programomraadekode")


def valid(liste: str) -> dict[str, dict[str, str]]:
    return {r["kode"]: r for r in kodeverk.valid(liste, AAR.start_dato, AAR.slutt_dato).to_pylist()}


def key(rad):
    return tuple(rad[n] for n in NOEKKEL)


@pytest.fixture(scope="module")
def fag_per_kurs(ren):
    ut = defaultdict(list)
    for rad in ren.tabeller["elevkursfag"]:
        ut[key(rad)].append(rad)
    return ut


def test_every_number_is_valid_and_synthetic(ren, endelig):
    for runde in (ren, endelig):
        fnr = pa.array(sorted({r["fnr"] for r in runde.tabeller["elev"]}))
        slag = classify(fnr)
        assert set(slag["slag"].to_pylist()) == {"ordinaert"}
        assert all(slag["syntetisk"].to_pylist())


def test_no_two_persons_share_name_and_birth_date(ren):
    navn = {(r["fnr"], r["elevnavn"]) for r in ren.tabeller["elev"]}
    assert len(navn) == len({f for f, _ in navn})
    assert len(navn) == len({(f[:6], n) for f, n in navn})


def test_names_look_like_names(ren):
    for navn in {r["elevnavn"] for r in ren.tabeller["elev"]}:
        deler = navn.split(" ")
        assert len(deler) in (2, 3)
        assert all(len(d) > 1 and d.isalpha() and not d.isupper() for d in deler)


def test_pupils_have_the_age_of_their_trinn(ren):
    trinn = {k: int(r["trinn"]) for k, r in valid("programomraader").items()}
    foedt = [
        (int(r["fnr"][4:6]), trinn[r["programomraadekode"]])
        for r in ren.tabeller["elevkurs"]
        if r["voksen"] == "N" and r["startdato"]
    ]
    assert all(0 <= 25 - 15 - t - aar <= 4 for aar, t in foedt)


def test_codes_are_valid_in_the_skoleaar(ren):
    kurs, fag = ren.tabeller["elevkurs"], ren.tabeller["elevkursfag"]
    skoler = {r["skolenr"] for r in kurs} | {r["skolenr2"] for r in fag if r["skolenr2"]}
    assert skoler <= valid("skoler").keys()
    assert {r["programomraadekode"] for r in kurs} <= valid("programomraader").keys()
    assert {r["fagkode"] for r in fag} <= valid("fag").keys()
    assert {r["fagstatus"] for r in fag} <= valid("fagstatuser").keys()
    assert {r["kommunenr"] for r in ren.tabeller["elev"]} <= {"", *valid("kommuner")}
    aarsaker = {r["avbruddsaarsak"] for r in kurs} - {""}
    assert aarsaker <= valid("avbruddsaarsaker").keys()


def test_only_school_based_programomraader_are_used(ren):
    sted = {k: r["sted"] for k, r in valid("programomraader").items()}
    assert {sted[r["programomraadekode"]] for r in ren.tabeller["elevkurs"]} == {"skole"}


def test_keys_are_unique_and_hang_together(ren, endelig):
    for runde in (ren, endelig):
        t = runde.tabeller
        elever = [(r["fil"], r["fnr"]) for r in t["elev"]]
        kurs = [key(r) for r in t["elevkurs"]]
        fag = [(*key(r), r["fagkode"]) for r in t["elevkursfag"]]
        for noekler in (elever, kurs, fag):
            assert len(noekler) == len(set(noekler))
        assert {(r["fil"], r["fnr"]) for r in t["elevkurs"]} == set(elever)
        assert {f[:4] for f in fag} == set(kurs)
        assert {key(r) for r in t["vitnemaalsmerknad"]} <= set(kurs)


def test_dates_agree_with_each_other(ren, endelig):
    for runde, siste in ((ren, "20251017"), (endelig, "20251031")):
        for r in runde.tabeller["elevkurs"]:
            assert SKOLESTART <= (r["startdato"] or SKOLESTART) <= TELLEDATO
            assert bool(r["avbruddsdato"]) == bool(r["avbruddsaarsak"])
            assert bool(r["avbruddsdato"]) == (r["fullfoertkode"] == "S")
            assert not r["avbruddsdato"] or r["startdato"] <= r["avbruddsdato"] <= siste
        for r in runde.tabeller["elevkursfag"]:
            assert bool(r["fag_avbruddsdato"]) == (r["fagstatus"] == "S")
            assert (r["fagstatus"] == "P") == (not r["fag_startdato"])
            assert (r["fag_startdato"] or SKOLESTART) >= SKOLESTART
            assert not r["fag_avbruddsdato"] or r["fag_startdato"] <= r["fag_avbruddsdato"] <= siste


def test_nobody_has_two_elevkurs_on_telledato(ren, endelig):
    for runde in (ren, endelig):
        aktive = Counter(
            r["fnr"]
            for r in runde.tabeller["elevkurs"]
            if not r["avbruddsdato"] or r["avbruddsdato"] >= TELLEDATO
        )
        assert max(aktive.values()) == 1
        flere = Counter(r["fnr"] for r in runde.tabeller["elevkurs"])
        assert max(flere.values()) == 2


def test_kursprosent_is_plausible(ren, fag_per_kurs):
    program, fag = valid("programomraader"), valid("fag")
    teller = {k for k, r in valid("fagstatuser").items() if r["teller_kursprosent"] == "J"}
    prosent = []
    for r in ren.tabeller["elevkurs"]:
        timer = sum(
            int(f["elevtimer"] or fag[f["fagkode"]]["aarstimer"] or 0)
            for f in fag_per_kurs[key(r)]
            if f["fagstatus"] in teller and fag[f["fagkode"]]["grunnlag_kursprosent"] == "J"
        )
        p = 100 * timer / int(program[r["programomraadekode"]]["aarstimer"])
        assert p <= 100
        if not r["avbruddsdato"]:
            assert p > 0
            prosent.append(p)
    heltid = sum(p >= 95 for p in prosent) / len(prosent)
    assert heltid > 0.8


def test_elevtimer_stand_where_they_must_and_nowhere_else(ren):
    fag = valid("fag")
    for r in ren.tabeller["elevkursfag"]:
        regel = fag[r["fagkode"]]
        assert not r["elevtimer"] or regel["elevtimer_grunnlag"] == "J"
        assert r["elevtimer"] or regel["krever_elevtimer"] == "N"


def test_special_pupils_look_as_they_should(ren, fag_per_kurs):
    for r in ren.tabeller["elevkurs"]:
        statuser = {f["fagstatus"] for f in fag_per_kurs[key(r)]}
        assert (r["voksen"] == "J") == bool(statuser & {"V", "R"})
        assert (r["voksen"] == "J") == (r["rettstype_importert"] == "V")
        assert (r["voksen"] == "J") == bool(r["rett_til_paabygging"])
        assert r["deltidselev"] == "N" or r["avgiver"] == "waade"
        for alene in ("P", "O", "U"):
            assert alene not in statuser or statuser == {alene}
    for f in ren.tabeller["elevkursfag"]:
        assert (f["fagstatus"] == "R") == bool(f["rkv_dato"])
        assert f["skolenr2"] != f["skolenr"]


def test_shares_are_near_the_published_ones(ren):
    program = {k: r["utdanningsprogram"] for k, r in valid("programomraader").items()}
    soekere: Counter[str] = Counter()
    for r in fakta("soekere"):
        if r["aar"] == "2025":
            soekere[r["utdanningsprogram"]] += int(r["soekere"])
    elever = Counter(
        program[r["programomraadekode"]]
        for r in ren.tabeller["elevkurs"]
        if r["voksen"] == "N" and r["startdato"] and not r["avbruddsdato"]
    )
    for kode, antall in soekere.items():
        andel = elever[kode] / elever.total()
        assert andel == pytest.approx(antall / soekere.total(), abs=0.03), kode


def test_size_is_a_hundredth_of_the_nation(ren):
    nasjonen = sum(int(r["elever"]) for r in elever_per_fylke() if r["startaar"] == "2025")
    elever = [r for r in ren.tabeller["elevkurs"] if r["voksen"] == "N" and r["startdato"]]
    assert len(elever) == pytest.approx(nasjonen / 100, rel=0.05)
    assert 8 < len(ren.tabeller["elevkursfag"]) / len(ren.tabeller["elevkurs"]) < 14
