"""A skoleår from one seed: the same people apply, start, quit, get grades and finish."""

from collections import Counter
from functools import partial

import pytest
from typer.testing import CliRunner

from tests.syntetisk.aaret import AAR, AVGIVERE, REGISTER, Aar, key, make_small_year
from vigo_pipeline.cli.kommandoer import app
from vigo_pipeline.contract.aarshjul import MAANEDER
from vigo_pipeline.engine.order import calendar
from vigo_pipeline.engine.receive.files import INGEN_ENDRINGER
from vigo_pipeline.engine.receive.receive import receive
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.syntetisk import omfang
from vigo_pipeline.syntetisk.generator import first_round, generate
from vigo_pipeline.syntetisk.omfang import Omfang, UgyldigOmfang
from vigo_pipeline.syntetisk.plan import placed

pytestmark = pytest.mark.slow(40)

RUNDER = calendar(REGISTER, str(AAR))
HOEST = MAANEDER[:5]
EKSAMEN = ("karakter_skriftlig", "karakter_muntlig", "karakter_annen")


@pytest.fixture(scope="module")
def aar(tmp_path_factory: pytest.TempPathFactory) -> Aar:
    return make_small_year(tmp_path_factory.mktemp("aaret"))


@pytest.mark.parametrize(
    ("innsamling", "partisjon"), RUNDER, ids=lambda x: getattr(x, "stamme", x.__dict__.get("runde"))
)
def test_every_round_is_received_without_a_finding(aar, tmp_path, innsamling, partisjon):
    regler = REGISTER.regler("innrapportering", innsamling.stamme, str(AAR))
    oppsett = Innstillinger(hjem=tmp_path, inn=aar.mal)
    avgivere = aar.avgivere(innsamling.stamme, partisjon)
    # One fylke of each kind of avgiver: what another would tell is told by the score.
    leses = [a for a in avgivere if a != "03"]
    assert leses
    for avgiver in leses:
        mottak = receive(innsamling, regler, partisjon, avgiver, oppsett)
        assert mottak.funn.num_rows == 0
        assert mottak.godtatt == mottak.filer.num_rows
        assert (mottak.godtatt == 0) == mottak.ingen_endringer


def test_the_same_seed_gives_the_same_bytes(aar, tmp_path):
    placed.cache_clear()
    make_small_year(tmp_path)
    alle = {p.relative_to(aar.mal): p.read_bytes() for p in sorted(aar.mal.rglob("*.txt"))}
    assert alle == {
        p.relative_to(tmp_path): p.read_bytes() for p in sorted(tmp_path.rglob("*.txt"))
    }


def test_every_collection_has_its_avgivere(aar):
    for innsamling, partisjon in RUNDER:
        ventet = {a for a in AVGIVERE if a.isdigit()} if innsamling.avgivere.fylker else set()
        if innsamling.stamme != "loepende" or partisjon.runde in ("november", "januar"):
            ventet |= set(innsamling.avgivere.andre)
        assert set(aar.avgivere(innsamling.stamme, partisjon)) == ventet, partisjon


def test_a_month_without_changes_says_so(aar):
    mapper = list((aar.mal / "inn" / str(AAR) / "loepende").glob("*/*"))
    tomme = [m for m in mapper if (m / INGEN_ENDRINGER).exists()]
    assert tomme
    assert len(tomme) < len(mapper)
    for mappe in mapper:
        antall = len([p for p in mappe.iterdir() if p.name != INGEN_ENDRINGER])
        assert (antall == 0) == (mappe in tomme)


def test_every_person_is_synthetic(aar):
    for samling, runde, kode in (("juni", "endelig", "$EL"), ("ajourhold", "september", "$IN")):
        assert all(int(r["fnr"][2:4]) > 80 for r in aar.rows(samling, runde, kode))
    assert all(int(r["fnr"][2:4]) > 80 for r in aar.rows("voksen", "februar", "$VS"))


def test_who_is_there_in_october_is_there_in_june(aar):
    juni = {key(r): r for r in aar.rows("juni", "endelig", "$EK")}
    privatister = {key(r) for r in _privatister(aar)}
    oktober = {key(r): r for r in aar.rows("oktober", "endelig", "$EK")}
    assert oktober.keys() - privatister <= juni.keys()
    for noekkel, rad in oktober.items():
        if noekkel in juni:
            assert rad["startdato"] == juni[noekkel]["startdato"]
            assert rad["klassekode"] == juni[noekkel]["klassekode"] or juni[noekkel]["avbruddsdato"]
            assert rad["avbruddsdato"] in ("", juni[noekkel]["avbruddsdato"])


@pytest.mark.parametrize("maaned", ["oktober", "november", "desember", "januar", "april"])
def test_who_starts_or_leaves_in_a_month_has_the_same_dates_later(aar, maaned):
    senere = [("juni", "1-levering"), ("juni", "endelig")]
    senere += [("februar", "februar")] if maaned != "april" else []
    rader = aar.rows("loepende", maaned, "$EK")
    for samling, runde in senere:
        alle = {key(r): r for r in aar.rows(samling, runde, "$EK")}
        for rad in rader:
            naa = alle[key(rad)]
            assert naa["startdato"] == rad["startdato"]
            if rad["avbruddsdato"]:
                felt = ("avbruddsdato", "avbruddsaarsak", "fullfoertkode")
                assert [naa[f] for f in felt] == [rad[f] for f in felt]


def test_every_change_after_october_is_in_one_month(aar):
    foer = {key(r): r for r in aar.rows("oktober", "endelig", "$EK")}
    slutt = {key(r): r for r in aar.rows("juni", "endelig", "$EK") if r["avgiver"] != "waade"}
    ventet = {n for n in slutt if n not in foer}
    ventet |= {
        n for n, r in slutt.items() if r["avbruddsdato"] and not foer.get(n, r)["avbruddsdato"]
    }
    maaneder = [m for m in MAANEDER if m not in HOEST[:3]]
    meldt = Counter(
        key(r) for m in maaneder for r in aar.rows("loepende", m, "$EK") if r["avgiver"] != "waade"
    )
    assert set(meldt) == ventet
    # One that starts and leaves has a month for each.
    assert max(meldt.values()) <= 2


def test_loepende_has_only_those_of_the_month(aar):
    for nr, maaned in enumerate(MAANEDER):
        tall = f"{AAR.start + (nr > 4)}{(nr + 7) % 12 + 1:02d}"
        for rad in aar.rows("loepende", maaned, "$EK"):
            datoer = {rad["startdato"][:6], rad["avbruddsdato"][:6]}
            # Who came late in September is told of when endelig has told; Waade waits for January.
            sene = {"november": "202509", "januar": "202512"}.get(maaned, tall)
            assert datoer & {tall, sene}, maaned


def test_a_fag_of_someone_who_left_ended_with_the_pupil(aar):
    sluttet = {key(r): r["avbruddsdato"] for r in aar.rows("juni", "endelig", "$EK")}
    for rad in aar.rows("juni", "endelig", "$KL"):
        if dato := sluttet[key(rad)]:
            assert rad["fagstatus"] in ("S", "F", "G")
            assert rad["fag_avbruddsdato"] <= dato
            assert not rad["karakter_standpunkt"]


def _privatister(aar: Aar) -> list[dict[str, str]]:
    return [r for runde in ("hoest", "vaar") for r in aar.rows("privatist", runde, "$EK")]


def test_a_privatist_sits_again_in_spring_only_what_went_wrong_in_autumn(aar):
    hoest, vaar = (
        {(*key(r), r["fagkode"]): r for r in aar.rows("privatist", runde, "$KL")}
        for runde in ("hoest", "vaar")
    )
    igjen = hoest.keys() & vaar.keys()
    assert {n[:3] for n in hoest} & {n[:3] for n in vaar} == {n[:3] for n in igjen}
    assert {n for n, r in vaar.items() if r["karakterstatus"]} == igjen != set()
    for n in igjen:
        ventet = {"N": ("1", ""), "U": ("IM", "FAM39")}[vaar[n]["karakterstatus"]]
        assert (max(hoest[n][k] for k in EKSAMEN), hoest[n]["fagmerknad"]) == ventet
        assert (hoest[n]["termin"], vaar[n]["termin"]) == ("H", "V")
        assert hoest[n]["eksamensform"] == vaar[n]["eksamensform"]
    noekler = {key(r) for r in _privatister(aar)}
    assert not noekler & {key(r) for r in aar.rows("juni", "endelig", "$EK")}


@pytest.mark.parametrize("samling", ["juni", "ajourhold", "loepende", "privatist", "februar"])
def test_one_file_per_fylke_holds_the_same_rows(aar, tmp_path, samling):
    runde = first_round(samling)
    omfang = Omfang(0.004, avgivere=AVGIVERE, fil="fylke")
    svar = generate(tmp_path, skoleaar=AAR, samling=samling, runde=runde, seed=1, omfang=omfang)
    for post in REGISTER.innsamlinger[samling].poster:
        ventet, rader = (
            sorted(tuple(r.values()) for r in x.rows(samling, runde, post))
            for x in (aar, Aar(tmp_path))
        )
        # A person of two schools has one $EL line in the fylke's file.
        assert set(rader) == set(ventet) if post == "$EL" else rader == ventet
    assert all(p.name.startswith(("avgiver_", "INGEN")) for p in svar.mappe.glob("*/*"))


def test_a_school_alone_is_the_same_as_in_its_fylke(aar, tmp_path):
    sti = min(aar.folder("juni", "endelig").glob("46/*"))
    omfang = Omfang(0.004, skolenr=sti.stem[-5:])
    svar = generate(tmp_path, skoleaar=AAR, samling="juni", runde="endelig", seed=1, omfang=omfang)
    assert {p.name: p.read_bytes() for p in svar.mappe.glob("*/*")} == {sti.name: sti.read_bytes()}


def test_waade_has_nothing_to_do_with_the_adults(tmp_path):
    omfang = Omfang(0.002, avgivere=("waade",))
    svar = generate(
        tmp_path, skoleaar=AAR, samling="voksen", runde="september", seed=1, omfang=omfang
    )
    assert (svar.avgivere, svar.filer, svar.personer) == ((), 0, 0)


def test_the_command_line_makes_a_year(tmp_path, monkeypatch):
    # It says the same of few avgivere as of all.
    monkeypatch.setattr(omfang, "Omfang", partial(Omfang, avgivere=AVGIVERE))
    valg = ["syntetisk", str(tmp_path), "--andel", "0.001", "--feil"]
    svar = CliRunner().invoke(app, [*valg, "--hele-aaret"])
    assert svar.exit_code == 0
    # Each round is told of, and what was planted in it, or could not be.
    *runder, neste = svar.output.splitlines()
    assert len([linje for linje in runder if "Ikke plantet" not in linje]) == 2 * len(RUNDER)
    assert neste == f"Neste: VIGO_HOME={tmp_path} vigo aaret 2025-2026"
    assert len(list(tmp_path.glob("fasit_*.csv"))) == len(RUNDER)
    alle = {p.relative_to(tmp_path) for p in tmp_path.rglob("*.txt")}
    for samling in ("juni", "voksen"):
        assert CliRunner().invoke(app, [*valg, "--samling", samling]).exit_code == 0
    assert {p.relative_to(tmp_path) for p in tmp_path.rglob("*.txt")} == alle
    assert CliRunner().invoke(app, [*valg, "--hele-aaret", "--runde", "juni"]).exit_code == 2


@pytest.mark.parametrize("samling", ["juli", "Juni", ""])
def test_an_unknown_collection_is_refused(tmp_path, samling):
    with pytest.raises(UgyldigOmfang):
        first_round(samling)
    with pytest.raises(UgyldigOmfang):
        generate(
            tmp_path, skoleaar=AAR, samling=samling, runde="juni", seed=1, omfang=Omfang(0.001)
        )


@pytest.mark.parametrize(
    ("samling", "runde", "valg", "feil"),
    [
        ("juni", "3-levering", {}, None),
        ("juni", "endelig", {}, {"MOTS-001": 1}),
        ("ajourhold", "september", {"avgivere": ("77",)}, None),
    ],
)
def test_what_cannot_be_made_of_a_collection_is_refused(tmp_path, samling, runde, valg, feil):
    with pytest.raises(UgyldigOmfang):
        generate(
            tmp_path,
            skoleaar=AAR,
            samling=samling,
            runde=runde,
            seed=1,
            omfang=Omfang(0.001, **valg),
            feil=feil,
        )
