"""The files as such: bytes, names, size, and what depends on what."""

import hashlib
from pathlib import Path

import pytest

from vigo_pipeline.contract.aarshjul import rounds_due
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.receive.files import INGEN_ENDRINGER
from vigo_pipeline.syntetisk.generator import generate
from vigo_pipeline.syntetisk.omfang import Omfang, UgyldigOmfang
from vigo_pipeline.syntetisk.samling import samlinger

pytestmark = pytest.mark.slow

AAR = Skoleaar(2025)


def digests(mappe: Path) -> dict[str, str]:
    return {
        f"{p.parent.name}/{p.name}": hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(mappe.glob("*/*.txt"))
    }


def test_another_seed_gives_other_persons(ren, make):
    andre = {r["fnr"] for r in make(seed=2).tabeller["elev"]}
    felles = andre & {r["fnr"] for r in ren.tabeller["elev"]}
    assert len(felles) < len(andre) / 20


def test_a_school_alone_is_the_same_as_in_the_nation(ren, make):
    alle = digests(ren.oppsummering.mappe)
    navn = next(n for n in alle if n.startswith("46/"))
    alene = make(omfang={"skolenr": navn.removesuffix(".txt")[-5:]})
    assert digests(alene.oppsummering.mappe) == {navn: alle[navn]}


def test_an_avgiver_alone_is_the_same_as_in_the_nation(ren, make):
    alle = digests(ren.oppsummering.mappe)
    alene = digests(make(omfang={"avgivere": ("waade",)}).oppsummering.mappe)
    assert alene == {n: d for n, d in alle.items() if n.startswith("waade/")}


def test_one_file_per_avgiver_holds_the_same_rows(ren, make):
    samlet = make(omfang={"fil": "fylke"})
    assert samlet.oppsummering.filer == 16
    for tabell in ("elevkurs", "elevkursfag"):
        a, b = (
            sorted(tuple(v for k, v in r.items() if k != "fil") for r in x.tabeller[tabell])
            for x in (ren, samlet)
        )
        assert a == b
    fnr = [(r["fil"], r["fnr"]) for r in samlet.tabeller["elev"]]
    assert len(fnr) == len(set(fnr))


def test_every_avgiver_sends_however_small_the_nation(make):
    liten = make(andel=0.001)
    assert len(liten.oppsummering.avgivere) == 16
    assert liten.oppsummering.personer < 1000


def test_files_are_latin1_with_norwegian_letters_and_crlf(ren):
    innhold = b"".join(p.read_bytes() for p in sorted(ren.oppsummering.mappe.glob("*/*.txt")))
    assert innhold.count(b"\r\n") == innhold.count(b"\n")
    assert set("æøåÅØá") <= set(innhold.decode("iso-8859-1"))
    with pytest.raises(UnicodeDecodeError):
        innhold.decode("utf-8")


def test_start_row_names_the_avgiver_the_school_and_a_fixed_date(ren):
    for rad in ren.tabeller["tof"]:
        assert rad["fildato"] == "20251020"
        assert rad["versjon"] == "3"
        assert rad["fylkesnr"] == ("99" if rad["avgiver"] == "waade" else rad["avgiver"])
        assert rad["fil"] == f"skolenr_{rad['skolenr']}.txt"


def test_summary_counts_what_is_in_the_files(ren):
    o = ren.oppsummering
    assert o.elever == len(ren.tabeller["elev"])
    assert o.elevkurs == len(ren.tabeller["elevkurs"])
    assert o.fag == len(ren.tabeller["elevkursfag"])
    assert o.vitnemaalsmerknader == len(ren.tabeller["vitnemaalsmerknad"])
    assert o.personer == len({r["fnr"] for r in ren.tabeller["elev"]})
    assert o.filer == len(ren.tabeller["tof"])


def test_files_that_somebody_else_dropped_are_left_alone(tmp_path):
    mappe = tmp_path / "inn" / "2025-2026" / "1-levering" / "56"
    mappe.mkdir(parents=True)
    (mappe / "skolenr_1.txt").write_bytes(b"TOF;3;;ekte;56;;\r\n")
    (mappe / "skolenr_2.txt").write_bytes(b"TOF;3;;SYNTETISK;56;;\r\n")
    omfang = Omfang(andel=0.001, avgivere=("56",))
    generate(tmp_path, skoleaar=AAR, runde="1-levering", seed=1, omfang=omfang)
    assert (mappe / "skolenr_1.txt").exists()
    assert not (mappe / "skolenr_2.txt").exists()


@pytest.mark.parametrize(
    ("runde", "valg", "feil"),
    [
        ("2-levering", {}, None),
        ("1-levering", {"avgivere": ("77",)}, None),
        ("1-levering", {"skolenr": "99999"}, None),
        ("1-levering", {}, {"INGEN-001": 1}),
    ],
)
def test_what_cannot_be_made_is_refused(tmp_path, runde, valg, feil):
    with pytest.raises(UgyldigOmfang):
        generate(
            tmp_path,
            skoleaar=AAR,
            runde=runde,
            seed=1,
            omfang=Omfang(andel=0.001, **valg),
            feil=feil,
        )


@pytest.mark.parametrize("andel", [0, 0.0001, 1.1])
def test_a_share_outside_the_range_is_refused(andel):
    with pytest.raises(UgyldigOmfang):
        Omfang(andel=andel)


@pytest.mark.parametrize("samling", [s for s, plan in samlinger().items() if plan.fil == "fylke"])
def test_in_a_tiny_nation_a_fylke_tells_something_or_says_it_has_nothing(
    samling: str, tmp_path: Path
) -> None:
    runde = rounds_due(samling)[0]
    generate(
        tmp_path,
        skoleaar=Skoleaar.parse("2023-2024"),
        samling=samling,
        runde=runde,
        seed=1,
        omfang=Omfang(andel=0.001),
    )
    filer = sorted(p for p in tmp_path.rglob("*.txt"))
    avgivere = [p.parent.name for p in filer]
    assert len(avgivere) == len(set(avgivere)) > 1
    # The others always have somebody.
    assert samling != "ot" or any(p.name == INGEN_ENDRINGER for p in filer)
