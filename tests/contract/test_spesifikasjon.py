"""Specs of flows and rules: those in the tree are whole, and mistakes in new ones are found."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from tests.offenders import told
from vigo_pipeline.contract.fault import WrongSpec
from vigo_pipeline.contract.spesifikasjon import STENGER, Leveranse, Regel, read_leveranse
from vigo_pipeline.contract.suite import FELLES, read_regler
from vigo_pipeline.engine.register import Register

ROOT = Path(__file__).parents[2]
LEVERANSER = sorted((ROOT / "assets" / "leveranser").glob("*.toml"))
TEKSTER = ROOT / "expectations" / FELLES / "tekster.toml"
REGELFILER = sorted(set((ROOT / "expectations").glob("*/*.toml")) - {TEKSTER})
FLERE = ROOT / "assets" / "leveranser" / "ssbelev.toml"
TVILLINGER = ("ssbkontrakt", "udirkontrakt")
REGEL = {
    "id": "FNR-001",
    "tittel": "t",
    "galt": "g",
    "alvor": "FEIL",
    "eier": "skole",
    "rett": "r",
    "kilde": "k",
    "bryter": {"elev": "fnr is null"},
}
VILKAAR: dict[str, object] = {
    "bryter": {"elev": "fnr is null"},
    "spoerring": {"elev": "select rad from elev"},
    "kodeverk": ["fylker"],
    "genereres": "format",
}


def sted(fil: Path) -> str:
    return f"{fil.parent.name}/{fil.stem}"


def own(fil: Path) -> list[Regel]:
    """Return the rules of a suite without those it includes."""
    egne = {r["id"] for r in tomllib.loads(fil.read_text("utf-8")).get("regel", [])}
    return [r for r in read_regler(fil) if r.id in egne]


def suite(mappe: Path, navn: str, *ider: str, inkluder: tuple[str, ...] = ()) -> Path:
    linjer = [f"inkluder = {list(inkluder)}"]
    for id_ in ider:
        linjer += [
            "[[regel]]",
            f'id = "{id_}"',
            'tittel = "t"\ngalt = "g"\nalvor = "FEIL"\neier = "skole"\nrett = "r"\nkilde = "k"',
            'bryter.elev = "true"',
        ]
    fil = mappe / f"{navn}.toml"
    fil.write_text("\n".join(linjer), "utf-8")
    return fil


# --- Collections and deliveries ------------------------------------------------------------------


def test_no_delivery_claims_a_layout_that_nobody_has_read() -> None:
    """What is said to be certain would be a lie."""
    sikre = [
        f.stem
        for f in LEVERANSER
        if not (read_leveranse(f).antatte or "# ASSUMED" in f.read_text("utf-8"))
        or not read_leveranse(f).fil.layout_versjon.startswith("antatt")
    ]
    assert not sikre, told(sikre)


def test_what_is_the_same_as_another_says_only_what_differs() -> None:
    annen, egen = (read_leveranse(LEVERANSER[0].with_name(f"{n}.toml")) for n in TVILLINGER)
    ulike = {n for n, verdi in egen if getattr(annen, n) != verdi}
    assert ulike == {"stamme", "som", "tittel", "mottakere", "samling", "sammen_med"}
    assert egen.spoerring == annen.spoerring == annen.stamme


def test_a_delivery_is_read_in_the_order_of_its_positions(tmp_path: Path) -> None:
    data = tomllib.loads(FLERE.read_text("utf-8"))
    data["kolonner"] = data["kolonner"][::-1]
    snudd = Leveranse(stamme="x", **data)
    assert snudd.navn == read_leveranse(FLERE).navn
    assert snudd.antatte == read_leveranse(FLERE).antatte
    fil = tmp_path / "x.toml"
    fil.write_text(FLERE.read_text("utf-8").replace("mottakere", "motakere"), "utf-8")
    with pytest.raises(WrongSpec, match=r"^\S+x.toml:4: motakere: .*Mente du «mottakere»\?$"):
        read_leveranse(fil)


# --- Rules ---------------------------------------------------------------------------------------


def faults_of_suite(fil: Path) -> Iterator[str]:
    """Yield what is wrong with a suite as a whole."""
    regler, egne = read_regler(fil), own(fil)
    if not regler:
        yield "no rules"
    if len({r.id for r in regler}) != len(regler):
        yield "an id stands twice"
    if regler[len(regler) - len(egne) :] != tuple(egne):
        yield "what it includes does not come first"


def faults_of_rule(r: Regel) -> Iterator[str]:
    """Yield what is wrong with the texts of a rule."""
    for felt in ("tittel", "galt", "betyr", "rett", "kilde"):
        if not getattr(r, felt).strip():
            yield f"no {felt}"
    for felt in ("tittel", "galt"):
        if not re.fullmatch(r"(?s)[^\W\d_a-zæøå].*[^.]", getattr(r, felt)):
            yield f"{felt} does not begin with a capital, or ends with a full stop"
    for felt in ("betyr", "rett"):
        if not re.fullmatch(r"(?s)[^\W\d_a-zæøå].*[.!?]", getattr(r, felt)):
            yield f"{felt} is not whole sentences"


def test_every_suite_loads_and_its_rules_say_what_they_mean_in_whole_sentences() -> None:
    feil = [f"{sted(f)}: {hva}" for f in REGELFILER for hva in faults_of_suite(f)]
    feil += [
        f"{sted(f)} {r.id}: {hva}" for f in REGELFILER for r in own(f) for hva in faults_of_rule(r)
    ]
    assert not feil, told(feil)


@pytest.mark.parametrize(
    ("felt", "hva"),
    [
        ({"betyr": " "}, "no betyr"),
        ({"galt": "noe er galt"}, "galt does not begin"),
        ({"tittel": "Noe er rett."}, "tittel does not begin"),
        ({"rett": "Rett det"}, "rett is not"),
    ],
    ids=str,
)
def test_a_rule_that_is_wrong_is_an_offender(felt: dict[str, str], hva: str) -> None:
    hel = {"tittel": "Alt er rett", "galt": "Noe er galt", "betyr": "Det er galt.", "rett": "Rett."}
    assert not [*faults_of_rule(Regel.model_validate(REGEL | hel))]
    funnet = [*faults_of_rule(Regel.model_validate(REGEL | hel | felt))]
    assert [f for f in funnet if f.startswith(hva)]


def test_what_several_suites_ask_stands_in_felles_and_nothing_else_does() -> None:
    hvor = defaultdict(set)
    for fil in REGELFILER:
        for regel in own(fil):
            hvor[regel.id].add(fil)
    felles = set(tomllib.loads(TEKSTER.read_text("utf-8")))
    assert felles == {i for i, filer in hvor.items() if len(filer) > 1}


def test_a_suite_does_not_say_anew_what_stands_in_felles(tmp_path: Path) -> None:
    mappe, felles = tmp_path / "leveranser", tmp_path / "felles"
    mappe.mkdir()
    felles.mkdir()
    fil = suite(mappe, "a", "AAA-001")
    tekst = 'betyr = "b"\ntittel = "t"\ngalt = "g"\nalvor = "INFO"\nrett = "r"\nkilde = "k"\n'
    (felles / "tekster.toml").write_text(f"[AAA-001]\n{tekst}", "utf-8")
    with pytest.raises(ValueError, match="bare der står galt, kilde, rett, tittel"):
        read_regler(fil)
    fil.write_text(
        '[[regel]]\nid = "AAA-001"\nalvor = "FEIL"\neier = "skole"\nbryter.elev = "true"\n', "utf-8"
    )
    [regel] = read_regler(fil)
    assert (regel.alvor, regel.betyr, regel.eier) == ("FEIL", "b", "skole")


def test_a_collection_tells_a_rule_in_its_own_words() -> None:
    register = Register.installed()
    for stamme, innsamling in register.innsamlinger.items():
        regler = register.regler("innrapportering", stamme, "2025-2026")
        assert not [r.id for r in regler if "{" in r.rett]
        [linjetyper] = [r for r in regler if r.id == "FIL-019"] or [None]
        assert linjetyper is None or innsamling.eksport in linjetyper.rett


def test_a_rule_has_exactly_one_condition() -> None:
    uten = {k: v for k, v in REGEL.items() if k != "bryter"}
    for ett, verdi in VILKAAR.items():
        Regel.model_validate(uten | {ett: verdi})
        for annet in VILKAAR.keys() - {ett}:
            with pytest.raises(ValidationError, match="FNR-001: akkurat én"):
                Regel.model_validate(uten | {ett: verdi, annet: VILKAAR[annet]})
    for tomt in ({}, {"bryter": {}}, {"kodeverk": []}, {"genereres": None}):
        with pytest.raises(ValidationError, match="FNR-001: akkurat én"):
            Regel.model_validate(uten | tomt)


@pytest.mark.parametrize(
    "id_",
    ["", "FNR001", "fnr-001", "FN-001", "FNUMRE-001", "FNR-01", "FNR-0001", "FNR-001 ", "ÆØÅ-001"],
)
def test_a_rule_id_is_three_to_five_letters_and_three_digits(id_: str) -> None:
    with pytest.raises(ValidationError, match="id"):
        Regel.model_validate(REGEL | {"id": id_})


@pytest.mark.parametrize(
    ("felt", "ord_"),
    [
        ({"alvor": "KRITISK"}, "alvor"),
        ({"eier": "kommune"}, "eier"),
        ({"severity": "FEIL"}, "severity"),
        ({"merke": "X"}, "merke"),
        ({"genereres": "alt", "bryter": {}}, "genereres"),
        ({"rett": None}, "rett"),
        ({"kilde": None}, "kilde"),
    ],
)
def test_mistakes_in_a_rule_are_found(felt: dict[str, object], ord_: str) -> None:
    with pytest.raises(ValidationError, match=ord_):
        Regel.model_validate(REGEL | felt)


def test_only_fatal_and_feil_close_the_gate() -> None:
    assert {"FATAL", "FEIL"} == STENGER


@pytest.mark.parametrize(
    ("fra", "til", "gjelder"),
    [
        (None, None, {"2023-2024", "2024-2025", "2025-2026"}),
        ("2024-2025", None, {"2024-2025", "2025-2026"}),
        (None, "2024-2025", {"2023-2024", "2024-2025"}),
        ("2024-2025", "2024-2025", {"2024-2025"}),
        ("2025-2026", "2023-2024", set()),
    ],
)
def test_a_rule_is_in_force_from_and_to_its_skoleaar(
    fra: str | None, til: str | None, gjelder: set[str]
) -> None:
    regel = Regel.model_validate(REGEL | {"gjelder_fra": fra, "gjelder_til": til})
    alle = ("2023-2024", "2024-2025", "2025-2026")
    assert {aar for aar in alle if regel.gjelder(aar)} == gjelder


def test_included_rules_come_first_through_any_number_of_files(tmp_path: Path) -> None:
    suite(tmp_path, "a", "AAA-002", "AAA-001")
    suite(tmp_path, "b", "BBB-001", inkluder=("a",))
    fil = suite(tmp_path, "c", "CCC-001", inkluder=("b",))
    assert [r.id for r in read_regler(fil)] == ["AAA-002", "AAA-001", "BBB-001", "CCC-001"]


def test_a_suite_may_only_include_others(tmp_path: Path) -> None:
    suite(tmp_path, "a", "AAA-001")
    assert [r.id for r in read_regler(suite(tmp_path, "b", inkluder=("a",)))] == ["AAA-001"]


def test_rules_of_rows_may_be_asked_of_a_table_of_another_name(tmp_path: Path) -> None:
    fil = tmp_path / "her" / "b.toml"
    fil.parent.mkdir()
    fil.write_text('[inkluder_om]\n"../a" = { t = "rader" }\n', "utf-8")
    regel = '[[regel]]\nid = "AAA-001"\ntittel = ""\ngalt = ""\nalvor = "FEIL"\neier = "skole"\n'
    regel += 'rett = ""\nkilde = ""\n'
    (tmp_path / "a.toml").write_text(regel + 'bryter.t = "x is null"\n', "utf-8")
    assert [r.bryter for r in read_regler(fil)] == [{"rader": "x is null"}]
    (tmp_path / "a.toml").write_text(regel + 'kodeverk = ["skoler"]\n', "utf-8")
    with pytest.raises(ValueError, match="AAA-001: bare regler med bryter"):
        read_regler(fil)


def test_an_id_used_twice_is_named_with_its_file(tmp_path: Path) -> None:
    suite(tmp_path, "a", "AAA-001", "AAA-002")
    egen = suite(tmp_path, "b", "BBB-001", "BBB-001")
    inkludert = suite(tmp_path, "c", "AAA-002", inkluder=("a",))
    for fil, id_ in ((egen, "BBB-001"), (inkludert, "AAA-002")):
        with pytest.raises(ValueError, match=rf"{fil.name}:.*{id_} er brukt to ganger"):
            read_regler(fil)


@pytest.mark.parametrize(
    ("foer", "naa", "feil"),
    [
        ('gjelder_til = "2025-2026"', 'gjelder_fra = "2026-2027"', False),
        ('gjelder_til = "2025-2026"', 'gjelder_fra = "2025-2026"', True),
        ('gjelder_til = "2025-2026"', "", True),
    ],
)
def test_a_rule_may_stand_once_for_each_skoleaar(
    foer: str, naa: str, feil: bool, tmp_path: Path
) -> None:
    fil = suite(tmp_path, "a", "AAA-001", "AAA-001")
    deler = fil.read_text("utf-8").split("[[regel]]\n")
    fil.write_text(f"{deler[0]}[[regel]]\n{foer}\n{deler[1]}[[regel]]\n{naa}\n{deler[2]}", "utf-8")
    if feil:
        with pytest.raises(ValueError, match="AAA-001"):
            read_regler(fil)
    else:
        assert len(read_regler(fil)) == 2


def test_a_suite_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    fil = suite(tmp_path, "a", "AAA-001", inkluder=("finnes_ikke",))
    with pytest.raises(WrongSpec, match=r"a.toml:1: inkluder: «finnes_ikke» er ikke en suite"):
        read_regler(fil)
