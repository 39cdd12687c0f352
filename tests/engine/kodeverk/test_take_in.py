"""A newer export comes in: codes are added, renamed and ended, never lost, and twice is once."""

import csv
import json
import re
import shutil
import tomllib
from datetime import date
from pathlib import Path
from string import ascii_uppercase
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.engine.kodeverk.export import KodeverkFeil
from vigo_pipeline.engine.kodeverk.take_in import Endring, import_export

EKSEMPLER = Path(__file__).parents[2] / "examples" / "kodeverk"
PER = date(2026, 11, 1)
UENDRET = Endring((), (), ())
TERMINER = ["kode", "navn", "gyldig_fra", "gyldig_til", "merke", "kilde"]


def rows(fil: Path) -> list[dict[str, str]]:
    with fil.open(encoding="utf-8", newline="") as tekst:
        return list(csv.DictReader(tekst, delimiter=";"))


def by_code(fil: Path) -> dict[str, dict[str, str]]:
    return {r["kode"]: r for r in rows(fil)}


def write_rows(fil: Path, hode: list[str], rader: list[dict[str, str]]) -> Path:
    with fil.open("w", encoding="utf-8", newline="") as tekst:
        skriver = csv.DictWriter(tekst, hode, delimiter=";", lineterminator="\n")
        skriver.writeheader()
        skriver.writerows(rader)
    return fil


def write_json(fil: Path, innhold: Any) -> Path:
    fil.write_text(json.dumps(innhold), "utf-8")
    return fil


def empty(fil: Path, liste: str) -> Path:
    return write_rows(fil, kodeverk.load(liste).column_names, [])


@pytest.fixture
def programomraader(tmp_path: Path) -> Path:
    return Path(shutil.copy(EKSEMPLER / "programomraader.csv", tmp_path))


@pytest.fixture
def fagmerknader(tmp_path: Path) -> Path:
    return empty(tmp_path / "fagmerknader.csv", "fagmerknader")


def import_grep(maal: Path, per: date = PER) -> Endring:
    kilde = EKSEMPLER / "grep_programomraader.json"
    return import_export(kilde, "programomraader", "grep", maal, per=per)


def test_grep_adds_renames_and_ends(programomraader: Path) -> None:
    assert import_grep(programomraader) == Endring(
        nye=("IMNYT2----",),
        endret=("BATMF2----",),
        avsluttet=("BARLF2----", "BATRT2----"),
    )
    etter = by_code(programomraader)
    assert etter["IMNYT2----"]["navn"] == "Nytt programområde vg2"
    assert etter["IMNYT2----"]["utdanningsprogram"] == "IM"
    assert (etter["IMNYT2----"]["gyldig_fra"], etter["IMNYT2----"]["gyldig_til"]) == (
        "2027-08-01",
        "",
    )
    assert etter["BATMF2----"]["navn"] == "Tømrer og trehus"
    assert etter["BATMF2----"]["kilde"] == "Grep 2026-11-01"
    assert {etter[k]["gyldig_til"] for k in ("BARLF2----", "BATRT2----")} == {"2026-11-01"}


def test_what_the_export_is_silent_on_is_kept(programomraader: Path) -> None:
    foer = by_code(programomraader)
    import_grep(programomraader)
    etter = by_code(programomraader)
    assert etter["BABAT1----"] == foer["BABAT1----"]
    assert etter["BATMF2----"]["aarstimer"] == "982"


def test_codes_of_another_register_are_left_alone(programomraader: Path) -> None:
    import_grep(programomraader)
    assert by_code(programomraader)["AOLOV0J---"]["gyldig_til"] == ""


def test_the_same_export_twice_changes_nothing(programomraader: Path) -> None:
    import_grep(programomraader)
    foer = programomraader.read_bytes()
    assert import_grep(programomraader) == UENDRET
    assert import_grep(programomraader, per=date(2027, 1, 1)) == UENDRET
    assert programomraader.read_bytes() == foer


def test_code_in_use_again_gets_a_row_of_its_own(programomraader: Path, tmp_path: Path) -> None:
    import_grep(programomraader)
    poster = json.loads((EKSEMPLER / "grep_programomraader.json").read_text("utf-8"))
    poster[2]["status"] = poster[0]["status"]
    kilde = write_json(tmp_path / "grep.json", poster)
    endring = import_export(kilde, "programomraader", "grep", programomraader, per=date(2027, 8, 1))
    assert endring.endret == ("BARLF2----",)
    perioder = [
        (r["gyldig_fra"], r["gyldig_til"])
        for r in rows(programomraader)
        if r["kode"] == "BARLF2----"
    ]
    assert perioder == [("", "2026-11-01"), ("2027-08-01", "")]


def test_vigo_schools_keep_leading_zeros_and_no_people(tmp_path: Path) -> None:
    maal = empty(tmp_path / "skoler.csv", "skoler")
    endring = import_export(EKSEMPLER / "vigo_skoler.json", "skoler", "vigo", maal, per=PER)
    assert endring.nye == ("00101", "11003")
    skoler = by_code(maal)
    assert skoler["00101"]["organisasjonsnummer"] == "973075381"
    assert skoler["00101"]["fylkesnr"] == "31"
    assert skoler["11003"]["gyldig_til"] == "2026-07-31"
    assert "leses" not in maal.read_text("utf-8")


def test_vigo_remarks_take_the_name_that_is_there(fagmerknader: Path) -> None:
    kilde = EKSEMPLER / "vigo_fagmerknader.json"
    import_export(kilde, "fagmerknader", "vigo", fagmerknader, per=PER)
    merknader = by_code(fagmerknader)
    assert merknader["FAM15"]["navn"] == "Bestått fag utland"
    til = {k: r["gyldig_til"] for k, r in merknader.items()}
    assert til == {"FAM05": "", "FAM11": "2026-11-01", "FAM15": "2016-12-31"}


def test_every_mapped_list_and_column_exists() -> None:
    felt = Path(kodeverk.__file__).parents[1] / "engine" / "kodeverk" / "felt.toml"
    for form in (tomllib.loads(felt.read_text("utf-8"))).values():
        for liste, kolonner in form.items():
            assert {*kolonner} - {"utgaatt"} <= {*kodeverk.load(liste).column_names}


def test_the_project_reads_its_own_lists(tmp_path: Path) -> None:
    for navn, liste in kodeverk.lister().items():
        maal = empty(tmp_path / f"{navn}.csv", navn)
        import_export(liste.fil, navn, "csv", maal, per=PER)
        assert maal.read_bytes() == liste.fil.read_bytes()


tekst = (
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=20)
    .map(str.strip)
    .filter(lambda t: bool(t) and t.isprintable())
)
dato = st.dates(date(1990, 1, 1), date(2060, 1, 1)).map(date.isoformat)
rad = st.fixed_dictionaries(
    {
        "kode": st.text(ascii_uppercase, min_size=1, max_size=2),
        "navn": tekst,
        "gyldig_fra": st.just("") | dato,
        "gyldig_til": st.just("") | dato,
        "merke": st.sampled_from("CDA"),
        "kilde": tekst,
    }
)
liste = st.lists(rad, max_size=12, unique_by=lambda r: (r["kode"], r["gyldig_fra"]))


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(foer=liste, eksport=liste)
def test_own_csv_round_trips_and_loses_nothing(
    tmp_path: Path, foer: list[dict[str, str]], eksport: list[dict[str, str]]
) -> None:
    maal = write_rows(tmp_path / "terminer.csv", TERMINER, foer)
    kilde = write_rows(tmp_path / "eksport.csv", TERMINER, eksport)
    try:
        import_export(kilde, "terminer", "csv", maal, per=PER)
    except KodeverkFeil:
        assert rows(maal) == foer
        return
    etter = {(r["kode"], r["gyldig_fra"]): r for r in rows(maal)}
    assert list(etter) == sorted(etter)
    assert {(r["kode"], r["gyldig_fra"]) for r in foer} <= etter.keys()
    assert all(etter[r["kode"], r["gyldig_fra"]] == r for r in eksport)
    assert import_export(kilde, "terminer", "csv", maal, per=PER) == UENDRET


@pytest.mark.parametrize(
    ("innhold", "melding"),
    [
        ([{"kode": "BABAT1----", "tittel": "A"}, {"tittel": "B"}], "post nr. 2 mangler kode"),
        ([{"kode": "BABAT1----", "tittel": []}], "post nr. 1 mangler navn"),
        ([{"kode": "X", "tittel": "Y", "gyldig-til": "snart"}], "post nr. 1 har ikke en dato"),
        (["BABAT1----"], "post nr. 1 er ikke et objekt"),
        ([], "har ingen liste med koder"),
        ({"message": "Not found"}, "har ingen liste med koder"),
        ({"content": [{"kode": "X", "tittel": "Y"}], "totalElements": 9}, "én side av flere"),
        ([{"kode": "BABAT1----", "tittel": "A"}], "mangler 3 av 4 gyldige koder"),
    ],
)
def test_bad_export_is_named_and_changes_nothing(
    programomraader: Path, tmp_path: Path, innhold: Any, melding: str
) -> None:
    foer = programomraader.read_bytes()
    kilde = write_json(tmp_path / "eksport.json", innhold)
    with pytest.raises(KodeverkFeil, match=rf"eksport\.json: .*{melding}"):
        import_export(kilde, "programomraader", "grep", programomraader, per=PER)
    assert programomraader.read_bytes() == foer


@pytest.mark.parametrize(
    ("innhold", "melding"),
    [
        ("", "er ikke en CSV-fil"),
        ("kode;navn\nH;Høst\n", "kolonnene skal være kode;navn;gyldig_fra"),
        (";".join(TERMINER) + "\nH;Høst;;;C\n", "post nr. 1 har 5 verdier, ikke 6"),
        (";".join(TERMINER) + "\nH;Høst;;;C;x\n;Vår;;;C;x\n", "post nr. 2 mangler kode"),
        (
            ";".join(TERMINER) + "\nH;Høst;1.8.2026;;C;x\n",
            "post nr. 1 har ikke en dato i gyldig_fra",
        ),
    ],
)
def test_bad_csv_is_named(tmp_path: Path, innhold: str, melding: str) -> None:
    maal = empty(tmp_path / "terminer.csv", "terminer")
    kilde = tmp_path / "eksport.csv"
    kilde.write_text(innhold, "utf-8")
    with pytest.raises(KodeverkFeil, match=rf"eksport\.csv: .*{melding}"):
        import_export(kilde, "terminer", "csv", maal, per=PER)


@pytest.mark.parametrize("innhold", [b"[{", b'[{"kode": "\xe6"}]', None])
def test_broken_or_missing_json_is_named(
    programomraader: Path, tmp_path: Path, innhold: bytes | None
) -> None:
    kilde = tmp_path / "eksport.json"
    if innhold is not None:
        kilde.write_bytes(innhold)
    with pytest.raises(KodeverkFeil, match=r"eksport\.json: er ikke en JSON-fil"):
        import_export(kilde, "programomraader", "grep", programomraader, per=PER)


@pytest.mark.parametrize(
    ("navn", "form", "melding"),
    [
        ("finnes_ikke", "csv", "ikke noe kodeverk"),
        ("terminer", "grep", "kan leses som csv"),
        ("fag", "xml", "kan leses som csv, grep, vigo"),
    ],
)
def test_unknown_list_and_form_are_named(
    tmp_path: Path, navn: str, form: str, melding: str
) -> None:
    maal = write_rows(tmp_path / "x.csv", TERMINER, [])
    with pytest.raises(KodeverkFeil, match=melding):
        import_export(tmp_path / "eksport.json", navn, form, maal, per=PER)


HODE = "kode;navn;gyldig_fra;gyldig_til;merke;kilde"
H, V = "H;Høst;;;C;Grensesnitt", "V;Vår;;;C;Grensesnitt"


@pytest.fixture
def terminer(tmp_path: Path) -> Path:
    fil = tmp_path / "terminer.csv"
    fil.write_text("\n".join([HODE, H, V, ""]), "utf-8")
    return fil


def import_rows(tmp_path: Path, maal: Path, innhold: bytes, form: str = "csv") -> Endring:
    kilde = tmp_path / f"eksport.{form}"
    kilde.write_bytes(innhold)
    return import_export(kilde, "terminer", form, maal, per=PER)


@pytest.mark.parametrize(
    "linjer",
    [
        [HODE, " H ;Høst;;;C;Grensesnitt", V],
        [HODE.replace(";", " ; "), "\u00a0H\u00a0;Høst ; ; ;C;Grensesnitt", V],
        [HODE, '"H\n";"Høst";;;C;Grensesnitt', V],
        [HODE, H, V, H],
        [HODE, H, V, "", ""],
    ],
    ids=["spaces", "no-break-spaces", "line-break", "twice", "blank-lines"],
)
@pytest.mark.parametrize("skille", ["\n", "\r\n"])
def test_space_around_a_code_and_a_row_that_is_there_twice_change_nothing(
    linjer: list[str], skille: str, terminer: Path, tmp_path: Path
) -> None:
    foer = terminer.read_bytes()
    assert import_rows(tmp_path, terminer, skille.join(linjer).encode("utf-8-sig")) == UENDRET
    assert terminer.read_bytes() == foer


@pytest.mark.parametrize(
    "innhold",
    [
        "\n".join([HODE, H, V, "H;Haust;;;C;Grensesnitt"]).encode(),
        "\n".join([HODE, "H\0;Høst;;;C;Grensesnitt", V]).encode(),
        "\n".join([HODE, "H\u200b;Høst;;;C;Grensesnitt", V]).encode(),
        "\n".join([HODE, "H;Høst;01.08.2025;;C;Grensesnitt", V]).encode(),
        "\n".join([HODE, H, V]).encode("utf-16"),
        "\n".join([HODE, H, V]).encode("latin-1"),
        "\n".join([HODE, H, V]).replace(";", ",").encode(),
        "\n".join([HODE, H[:-12], V]).encode(),
        HODE.encode(),
        b"",
    ],
    ids=[
        "two-names",
        "nul",
        "zero-width",
        "date",
        "utf-16",
        "latin-1",
        "comma",
        "short",
        "header",
        "empty",
    ],
)
def test_an_export_that_cannot_be_right_is_one_line_and_changes_nothing(
    innhold: bytes, terminer: Path, tmp_path: Path
) -> None:
    foer = terminer.read_bytes()
    with pytest.raises(KodeverkFeil) as feil:
        import_rows(tmp_path, terminer, innhold)
    assert "\n" not in str(feil.value)
    assert str(feil.value).startswith("eksport.csv: ")
    assert terminer.read_bytes() == foer


@pytest.mark.parametrize(
    ("kode", "melding"),
    [
        ("\u041d", r"post nr. 3 har koden «\u041d» \(U\+041D .*\), .* ligner «H» i terminer"),
        ("h", "post nr. 3 har koden «h», som ikke er ny, men ligner «H» i terminer"),
        ("\uff28", r"U\+FF28 .* ligner «H»"),
        ("H\u00f8st", "slik er ingen kode i terminer skrevet"),
        ("v", "ligner «V»"),
    ],
    ids=["cyrillic", "small", "wide", "word", "small-v"],
)
def test_a_known_code_written_otherwise_is_no_new_code(
    kode: str, melding: str, terminer: Path, tmp_path: Path
) -> None:
    foer = terminer.read_bytes()
    ny = f"{kode};Høst;;;C;Grensesnitt"
    with pytest.raises(KodeverkFeil, match=melding):
        import_rows(tmp_path, terminer, "\n".join([HODE, H, V, ny]).encode())
    assert terminer.read_bytes() == foer


def test_what_is_alike_in_one_export_is_refused_and_capital_i_is_no_l(
    terminer: Path, tmp_path: Path
) -> None:
    rad = "{};Navn;;;C;Grensesnitt"
    to = [HODE, H, V, rad.format("I"), rad.format("L")]
    assert import_rows(tmp_path, terminer, "\n".join(to).encode()).nye == ("I", "L")
    with pytest.raises(KodeverkFeil, match=r"post nr\. 2 har koden «AO», .* ligner «A0»"):
        begge = [HODE, rad.format("A0"), rad.format("AO"), H, V]
        import_rows(tmp_path, terminer, "\n".join(begge).encode())


def test_a_register_that_writes_a_code_otherwise_is_refused(
    programomraader: Path, tmp_path: Path
) -> None:
    poster = json.loads((EKSEMPLER / "grep_programomraader.json").read_text("utf-8"))
    ny = poster[0] | {"kode": poster[0]["kode"].lower()}
    kilde = write_json(tmp_path / "grep.json", [*poster, ny])
    with pytest.raises(KodeverkFeil, match=f"post nr. {len(poster) + 1} har koden"):
        import_export(kilde, "programomraader", "grep", programomraader, per=PER)


def test_every_code_is_of_its_lists_form() -> None:
    galt = [
        (navn, kode)
        for navn, liste in kodeverk.lister().items()
        for kode in kodeverk.load(navn)["kode"].to_pylist()
        if not re.fullmatch(liste.form, kode)
    ]
    assert galt == []


def deep(nivaaer: int) -> str:
    return '{"tekst":' * nivaaer + '"x"' + "}" * nivaaer


@pytest.mark.parametrize(
    "innhold",
    [
        "[" * 200_000,
        f'[{{"kode": "A", "tittel": {deep(100_000)}}}]',
        f'[{{"kode": {deep(900)}, "tittel": {deep(900)}}}]',
        '[{"kode": "A", "tittel": [{"spraak": ["nob"], "verdi": "x"}]}]',
        '[{"kode": "A\\u0000", "tittel": "x"}]',
        "[" + "9" * 5_000 + "]",
    ],
    ids=["lists", "objects", "text-in-text", "language-list", "nul", "number"],
)
def test_json_that_is_no_export_is_one_line(
    innhold: str, programomraader: Path, tmp_path: Path
) -> None:
    kilde = tmp_path / "eksport.json"
    kilde.write_text(innhold, "utf-8")
    with pytest.raises(KodeverkFeil) as feil:
        import_export(kilde, "programomraader", "grep", programomraader, per=PER)
    assert "\n" not in str(feil.value)
    assert str(feil.value).startswith("eksport.json: ")


@pytest.mark.parametrize(
    ("slutt", "post", "venter"),
    [
        ("", {}, ("C", "VIGO 2026-11-01")),
        ("2022-07-31", {"validTo": "2022-07-31"}, ("C", "VIGO 2026-11-01")),
        ("2022-07-31", {"expired": "Ja"}, ("A", "antatt")),
    ],
    ids=["in-use", "ended-on-a-day", "ended-on-a-day-we-assumed"],
)
def test_a_code_that_was_assumed_is_confirmed_by_the_register(
    slutt: str, post: dict[str, str], venter: tuple[str, str], tmp_path: Path
) -> None:
    hode = kodeverk.load("fagtyper").column_names
    rad = dict.fromkeys(hode, "") | {"kode": "GF", "navn": "Grunnskolefag", "gyldig_til": slutt}
    maal = write_rows(tmp_path / "m.csv", hode, [rad | {"merke": "A", "kilde": "antatt"}])
    kilde = write_json(tmp_path / "e.json", [{"code": "GF", "name": "Grunnskolefag", **post}])
    import_export(kilde, "fagtyper", "vigo", maal, per=PER)
    etter = by_code(maal)["GF"]
    assert (etter["merke"], etter["kilde"], etter["gyldig_til"]) == (*venter, slutt)


@pytest.mark.parametrize(
    ("kode", "post", "venter"),
    [
        ("03820", {"type": "G"}, ("grunnskole", "gsk")),
        ("03018", {"type": "V"}, ("vgs", "vg")),
        ("03202", {"type": "V"}, ("vgs", "vg")),
    ],
    ids=["grunnskole", "school", "series-of-ot"],
)
def test_the_register_says_which_schools_are_grunnskoler(
    kode: str, post: dict[str, str], venter: tuple[str, str], tmp_path: Path
) -> None:
    maal = empty(tmp_path / "skoler.csv", "skoler")
    kilde = write_json(tmp_path / "e.json", [{"number": kode, "name": "Skolen", **post}])
    import_export(kilde, "skoler", "vigo", maal, per=PER)
    rad = by_code(maal)[kode]
    assert (rad["type"], rad["nivaa"]) == venter


def test_a_name_may_be_made_of_two_fields(tmp_path: Path) -> None:
    maal = empty(tmp_path / "oenskestatuser.csv", "oenskestatuser")
    post = {"number": 10, "code": "RESER", "text": "Reservert plass neste år"}
    import_export(write_json(tmp_path / "e.json", [post]), "oenskestatuser", "vigo", maal, per=PER)
    assert by_code(maal)["10"]["navn"] == "RESER: Reservert plass neste år"
