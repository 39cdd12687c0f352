"""Grades, fullførtkoder, the intake and the adults: each file's content, and that it agrees."""

import pytest

from tests.syntetisk.aaret import AAR, Aar, Rad, key, make_small_year
from vigo_pipeline.contract import kodeverk
from vigo_pipeline.syntetisk.generator import generate
from vigo_pipeline.syntetisk.omfang import Omfang

pytestmark = pytest.mark.slow

EKSAMEN = ("karakter_skriftlig", "karakter_muntlig", "karakter_annen")
DOKUMENT = ("fravaer_dager", "fravaer_timer")


@pytest.fixture(scope="module")
def aar(tmp_path_factory: pytest.TempPathFactory) -> Aar:
    """June of a hundredth of the nation beside a small year: enough pupils for every case."""
    aar = make_small_year(tmp_path_factory.mktemp("skoleslutt"))
    for runde in ("1-levering", "endelig"):
        omfang = Omfang(0.03, avgivere=("03", "46"))
        generate(aar.mal, skoleaar=AAR, samling="juni", runde=runde, seed=1, omfang=omfang)
    return aar


@pytest.fixture(scope="module")
def elever(aar: Aar) -> dict[tuple[str, str, str], tuple[Rad, list[Rad]]]:
    """Each elevkurs of juni endelig, with its fag."""
    ut = {key(r): (r, []) for r in aar.rows("juni", "endelig", "$EK")}
    for rad in aar.rows("juni", "endelig", "$KL"):
        ut[key(rad)][1].append(rad)
    return ut


def marks(fag: list[Rad]) -> set[str]:
    return {f[k] for f in fag for k in (*EKSAMEN, "karakter_standpunkt", "karakter_termin2")}


def test_the_fullfoertkode_agrees_with_the_grades(elever):
    sett = set()
    for kurs, fag in elever.values():
        kode, har = kurs["fullfoertkode"], marks(fag)
        sett.add(kode)
        assert (kode == "S") == bool(kurs["avbruddsdato"])
        assert (kode == "A") == ("VO" in har)
        if kode == "B":
            assert not har & {"1", "IB", "IV", "IM", "VO"}
        if kode == "I":
            assert har & {"1", "IB"}
        if kode == "M":
            assert har & {"IV", "IM"}
        if kode == "H":
            assert "J" in (kurs["voksen"], kurs["deltidselev"])
    assert sett >= {"B", "I", "M", "S", "A"}


def test_vitnemaal_is_for_vg3_that_gives_studiekompetanse_and_is_passed(elever):
    program = kodeverk.valid("programomraader", AAR.start_dato, AAR.slutt_dato).to_pylist()
    yrkesfag = {"BA", "DT", "EL", "FD", "HS", "IM", "NA", "RM", "SR", "TP"}
    gir = {
        p["kode"] for p in program if p["trinn"] == "3" and p["utdanningsprogram"] not in yrkesfag
    }
    for kurs, _ in elever.values():
        ventet = kurs["fullfoertkode"] == "B" and kurs["programomraadekode"] in gir
        assert kurs["bevistype"] == ("VM" if ventet else "KB")
    assert any(kurs["bevistype"] == "VM" for kurs, _ in elever.values())


def test_every_running_fag_has_one_assessment_and_termin(elever):
    for _, fag in elever.values():
        for f in fag:
            vurdert = [f[k] for k in ("karakter_standpunkt", "karakter_termin2") if f[k]]
            # Last year's exam again is an exam only.
            venter = f["fagstatus"] not in "SFGPR" and f["karakterstatus"] not in tuple("NUS")
            assert len(vurdert) == venter, f["fagstatus"]
            assert bool(f["termin"]) == bool(marks([f]) - {""})


def test_the_exam_stands_in_the_column_of_its_form(elever):
    eksamener = [f for _, fag in elever.values() for f in fag if f["eksamensform"]]
    assert {f["eksamensform"] for f in eksamener} >= {"S", "M"}
    per_fag = {f["fagkode"]: f["eksamensform"] for f in eksamener}
    for f in eksamener:
        kolonne = {"S": EKSAMEN[0], "M": EKSAMEN[1]}.get(f["eksamensform"], EKSAMEN[2])
        assert [k for k in EKSAMEN if f[k]] == [kolonne]
        assert per_fag[f["fagkode"]] == f["eksamensform"]
        assert f["karakter_standpunkt"] not in ("1", "IV")


def test_absence_on_the_document_is_not_more_than_in_all(elever):
    for kurs, _ in elever.values():
        for navn in DOKUMENT:
            assert 0 <= int(kurs[navn]) <= int(kurs[f"{navn}_totalt"])
        assert kurs["voksen"] == "N" or kurs["fravaer_dager_totalt"] == "0"
    assert any(int(kurs["fravaer_dager_totalt"]) > 10 for kurs, _ in elever.values())


def test_endelig_differs_from_the_first_round_only_by_complaints(aar):
    foer, etter = (
        {(*key(r), r["fagkode"]): r for r in aar.rows("juni", runde, "$KL")}
        for runde in ("1-levering", "endelig")
    )
    assert foer.keys() == etter.keys()
    endret = [(foer[n], etter[n]) for n in foer if foer[n] != etter[n]]
    assert 0 < len(endret) < len(foer) / 100
    for a, b in endret:
        felt = {f for f in a if a[f] != b[f]} - {"karakterstatus"}
        assert len(felt) == 1
        assert b["karakterstatus"] == "K"
        assert int(b[felt.pop()]) == 1 + max(int(a[f]) for f in a if a[f] != b[f] and a[f])
    assert all(r["fullfoertkode"] for r in aar.rows("juni", "endelig", "$EK"))


def test_the_first_term_is_kept_in_june(tmp_path):
    valg = {"skoleaar": AAR, "seed": 1, "omfang": Omfang(0.004, avgivere=("46",))}
    generate(tmp_path, samling="februar", runde="februar", **valg)
    generate(tmp_path, samling="juni", runde="endelig", **valg)
    foer, etter = (
        {(*key(r), r["fagkode"]): r["karakter_termin1"] for r in Aar(tmp_path).rows(s, r, "$KL")}
        for s, r in (("februar", "februar"), ("juni", "endelig"))
    )
    assert any(foer.values())
    assert {n: etter[n] for n in foer} == foer


def test_the_intake_list_agrees_with_the_elevkurs(aar):
    kurs = {key(r): r for r in aar.rows("ajourhold", "september", "$EK")}
    koder = set()
    for rad in aar.rows("ajourhold", "september", "$IN"):
        kode, naa = rad["ajourholdskode"], kurs.get(key(rad))
        koder.add(kode)
        assert (naa is None) == ((rad["inntaksstatus"], kode) in {("V", "V"), ("V", ""), ("N", "")})
        if naa is not None:
            assert bool(naa["avbruddsdato"]) == (kode in ("N", "S"))
            if naa["avbruddsdato"]:
                assert rad["ajourholdsdato"] == naa["avbruddsdato"]
    assert koder >= {"", "N", "S", "I"}


def test_whoever_never_met_is_in_no_later_file(aar):
    borte = {
        r["fnr"] for r in aar.rows("ajourhold", "september", "$IN") if r["ajourholdskode"] == "N"
    }
    assert borte
    for samling, runde in (
        ("oktober", "1-levering"),
        ("februar", "februar"),
        ("loepende", "august"),
    ):
        assert not borte & {r["fnr"] for r in aar.rows(samling, runde, "$EK")}


def test_whoever_left_in_august_is_in_loepende(aar):
    inntak = aar.rows("ajourhold", "september", "$IN")
    borte = {key(r) for r in inntak if r["ajourholdskode"] == "S"}
    assert borte == {key(r) for r in aar.rows("loepende", "august", "$EK") if r["avbruddsdato"]}


def test_the_adults_of_august_are_in_february_too(aar):
    for kode in ("$VS", "$RV", "$IV", "$DE", "$RK"):
        foer, etter = (aar.rows("voksen", runde, kode) for runde in ("september", "februar"))
        assert [r for r in foer if r not in etter] == []
        assert len(etter) > len(foer) or kode == "$DE"


def test_the_adult_pupils_are_handed_over_to_their_schools(aar):
    elever = {
        (r["fnr"], r["skolenr"], r["programomraadekode"])
        for r in aar.rows("oktober", "1-levering", "$EK")
        if r["voksen"] == "J"
    }
    soeknader = {r["soeknad_id"]: r for r in aar.rows("voksen", "februar", "$VS")}
    delegert = {
        (s["fnr"], r["skolenr"], s["programomraadekode"])
        for r in aar.rows("voksen", "februar", "$DE")
        for s in [soeknader[r["soeknad_id"]]]
    }
    assert elever
    assert elever == delegert
    assert len({r["fnr"] for r in soeknader.values()}) == len(soeknader) > len(elever)


def test_one_file_per_fylke_for_the_adults(aar):
    filer = sorted(p.name for p in aar.folder("voksen", "februar").glob("*/*"))
    assert filer == ["avgiver_03.txt", "avgiver_46.txt"]
