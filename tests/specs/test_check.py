"""Specs, suites and queries are checked: each planted mistake is told, all of them in one go."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from vigo_pipeline.specs.check import check

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.slow

TELL = """
from pathlib import Path
from vigo_pipeline.specs.check import check
svar = check(Path("assets").resolve(), Path("expectations").resolve())
print(*(f.told() for f in svar.feil), svar.stanset, sep="\\n")
"""


class Planted(NamedTuple):
    """A mistake: the file, what is replaced by what, and what is told of it after the file.

    Without a ``was`` the file is removed.
    """

    what: str
    file: str
    was: str
    now: str
    told: str


LEV, REGLER = "assets/leveranser", "expectations/leveranser"
FLOWS = [
    Planted(
        "unknown key",
        f"{LEV}/soekerskole.toml",
        "mottakere =",
        "motakere =",
        ":4: motakere: «motakere» er ikke en nøkkel her. Mente du «mottakere»?",
    ),
    Planted(
        "unknown key in a table",
        f"{LEV}/soekerfag.toml",
        "skilletegn =",
        "skiletegn =",
        "fil.skiletegn: «skiletegn» er ikke en nøkkel her. Mente du «skilletegn»?",
    ),
    Planted(
        "missing key",
        "assets/innrapportering/voksen.toml",
        "tittel =",
        "# tittel =",
        ": nøkkelen «tittel» mangler.",
    ),
    Planted(
        "not TOML",
        "assets/innrapportering/ot.toml",
        'eier = "fylkeskommunen"',
        "eier = fylke",
        ":2: verdien er ikke gyldig TOML. Står teksten i hermetegn?",
    ),
    Planted(
        "owner that is nobody",
        f"{LEV}/soekerskole.toml",
        'eier = "',
        'eier = "" # "',
        ": eier: «» skal være minst ett tegn.",
    ),
    Planted(
        "encoding",
        f"{LEV}/ssbavlagteprover.toml",
        '"iso-8859-1"',
        '"iso-8895-1"',
        "fil.tegnsett: «iso-8895-1» er ikke et tegnsett. Mente du «iso-8859-1»?",
    ),
    Planted(
        "receiver",
        f"{LEV}/opplaeringskontor.toml",
        'mottakere = ["Udir"]',
        'mottakere = ["Udri"]',
        "mottakere: «Udri» er ikke en målgruppe i årshjulet. Mente du «Udir»? Der står «Fylkes",
    ),
    Planted(
        "per school, of no school",
        f"{LEV}/udirformidling.toml",
        'eier = "',
        'per_skole = true\neier = "',
        "per_skole: en leveranse per skole må ha «skolenr» og «fnr» i nøkkelen.",
    ),
    Planted(
        "encoding that is not of text",
        f"{LEV}/soekerfag.toml",
        'tegnsett = "',
        'tegnsett = "hex" # "',
        "fil.tegnsett: «hex» er ikke et tegnsett.",
    ),
    Planted(
        "separator",
        f"{LEV}/soekerskole.toml",
        'skilletegn = ";"',
        'skilletegn = ";;"',
        "fil.skilletegn: «;;» er ikke blant «;» «,» «|»",
    ),
    Planted(
        "form of a day",
        f"{LEV}/ssbavlagteprover.toml",
        '"%d.%m.%Y"',
        '"%d.%M.%Y"',
        "fil.datoformat: «%d.%M.%Y» skal være av %Y, %m og %d, som %Y%m%d eller %d.%m.%Y.",
    ),
    Planted(
        "truth in quotes",
        f"{LEV}/soekerskole.toml",
        "overskrift = true",
        'overskrift = "off"',
        "fil.overskrift: «off» skal være true eller false.",
    ),
    Planted(
        "variable",
        f"{LEV}/laerebedrifter.toml",
        'variabel = "bedriftsnavn"',
        'variabel = "bedriftnavn"',
        "kolonner nr 3, variabel: «bedriftnavn» er ikke en variabel. Mente du «bedriftsnavn»?",
    ),
    Planted(
        "number twice",
        f"{LEV}/opplaeringskontor.toml",
        "nr = 2\n",
        "nr = 1\n",
        "kolonner nr 1, nr: nr 1 er brukt to ganger.",
    ),
    Planted(
        "source of a position",
        f"{LEV}/otdata.toml",
        '"$OT.2"',
        '"$OT.99"',
        "fra: $OT har ikke noe i bruk på plass 99",
    ),
    Planted(
        "source of a position, line type",
        f"{LEV}/otdata.toml",
        '"$OT.4"',
        '"$TO.4"',
        "fra: «$TO» er ikke en linjetype.",
    ),
    Planted(
        "table",
        f"{LEV}/udirformidling.toml",
        "[leser]\nsoker_laereplass",
        "[leser]\nsokker_laereplass",
        "«sokker_laereplass» er ikke en tabell i Sentralbasen. Mente du «soker_laereplass»?",
    ),
    Planted(
        "column that is read",
        f"{LEV}/voksensoekere.toml",
        '"soekt_dato"',
        '"soekt_dag"',
        "leser.voksensoeknad: «soekt_dag» er ikke en kolonne i voksensoeknad. "
        "Mente du «soekt_dato»?",
    ),
    Planted(
        "flow",
        f"{LEV}/ssbresultatvmm.toml",
        'samling = "juni"',
        'samling = "jui"',
        ": samling: «jui» er ikke en flyt. Mente du «juni»?",
    ),
    Planted(
        "missing query",
        f"{LEV}/ssbkontrakt.sql",
        "",
        "",
        f"{LEV}/ssbkontrakt.toml: fila assets/leveranser/ssbkontrakt.sql finnes ikke.",
    ),
    Planted(
        "value in a query",
        f"{LEV}/laerebedrifter.sql",
        "getvariable('telledato')",
        "getvariable('teledato')",
        ":12: verdien «teledato» finnes ikke i values.toml (mente du «telledato»?)",
    ),
    Planted(
        "column in a query",
        f"{LEV}/opplaeringskontor.sql",
        "between k.godkjent_fra",
        "between k.godkjent_fraa",
        ":22: «k» har ingen kolonne «godkjent_fraa». Mente du «godkjent_fra»?",
    ),
    Planted(
        "column that the spec does not read",
        f"{LEV}/ssbelev.sql",
        "elevkurs.startdato,",
        "elevkurs.klassekode,",
        ":13: «elevkurs» har ingen kolonne «klassekode». Sentralbasen har den, men leveransen "
        "leser den ikke: legg til «klassekode» i elevkurs under [leser] i "
        "assets/leveranser/ssbelev.toml:",
    ),
    Planted(
        "reason that is not declared",
        f"{LEV}/otdata.sql",
        "'TILMELDT_ETTER_TELLEDATO'",
        "'TILMELDT_ETTER_TELEDATO'",
        ":31: utelatt: «TILMELDT_ETTER_TELEDATO» er ikke en grunn under [utelatt]. Mente du "
        "«TILMELDT_ETTER_TELLEDATO»? Grunnene står i assets/leveranser/otdata.toml.",
    ),
    Planted(
        "number that is missing",
        f"{LEV}/ssbresultatfag.toml",
        "nr = 2\n",
        "nr = 99\n",
        ": kolonner nr 3, nr: nr 2 mangler: de skal gå fra 1.",
    ),
    Planted(
        "id twice in a suite",
        f"{REGLER}/ssbkontrakt.toml",
        'id = "KONT-009"',
        'id = "KONT-008"',
        ":17: regel KONT-008, id: KONT-008 er brukt to ganger: den står på linje 9 også.",
    ),
    Planted(
        "id of a shared text",
        f"{REGLER}/voksensoekere.toml",
        'id = "VOKS-006"',
        'id = "VOKS-005"',
        "VOKS-005 er brukt to ganger: felles/ har en regel med samme id",
    ),
    Planted(
        "column in a shared query",
        f"{LEV}/avledet/karakterer.sql",
        "select",
        "selct",
        "skrivefeil ved «selct».",
    ),
    Planted(
        "collection before",
        "assets/innrapportering/juni.toml",
        'etter = ["',
        'etter = ["oktobr", "',
        ": etter: «oktobr» er ikke en annen innsamling. Mente du «oktober»?",
    ),
    Planted(
        "severity",
        f"{REGLER}/laerebedrifter.toml",
        '"ADVARSEL"',
        '"ADVARSL"',
        "regel LBED-003, alvor: «ADVARSL» er ikke blant FATAL, FEIL, ADVARSEL, INFO. "
        "Mente du «ADVARSEL»?",
    ),
    Planted(
        "include",
        f"{REGLER}/otdata.toml",
        'inkluder = ["alle',
        'inkluder = ["alt',
        ": inkluder: «alt",
    ),
    Planted(
        "code list",
        f"{REGLER}/opplaeringskontor.toml",
        'kodeverk = ["',
        'kodeverk = ["fylkene", "',
        "kodeverk: «fylkene» er ikke en kodeliste. Mente du «fylker»?",
    ),
    Planted(
        "column in a rule",
        "expectations/innrapportering/opplaeringskontor.toml",
        "anti join opplaeringskontor using",
        "anti join oplaeringskontor using",
        "regel OKON-001, spoerring.kontormedlem: tabellen «oplaeringskontor» finnes ikke her. "
        "Mente du «opplaeringskontor»?",
    ),
    Planted(
        "id of another rule",
        "expectations/innrapportering/formidling.toml",
        'id = "FORM-001"',
        'id = "OKON-002"',
        "OKON-002 er brukt to ganger: expectations/innrapportering/formidling.toml:9 har en annen",
    ),
    Planted(
        "query of the transfer",
        "assets/overfoering_ot/overfoering.toml",
        'spoerring = "doed"',
        'spoerring = "doedd"',
        "feilkilde DOED, spoerring: «doedd» er ikke en spørring i feilkilder/. Mente du «doed»?",
    ),
]
CONTRACT = [
    Planted("code list of a variable", "contract/variables.toml", 'kodeverk = "skoler"',
            'kodeverk = "skolar"',
            ": skolenr.kodeverk: «skolar» er ikke en kodeliste. Mente du «skoler»?"),
    Planted("variable of a line", "contract/egne_poster.toml", 'variabel = "inntaksstatus"',
            'variabel = "intaksstatus"',
            ":17: post $IN, kolonner nr 7, variabel: «intaksstatus» er ikke en variabel. "
            "Mente du «inntaksstatus»?"),
    Planted("position twice", "contract/egne_poster.toml",
            "{ nr = 5, variabel", "{ nr = 4, variabel",
            ":15: post $IN, kolonner nr 4, nr: nr 4 er brukt to ganger."),
    Planted("row of a code list", "contract/kodeverk/terminer.csv", "H;Høst;", "H;Høst",
            "terminer.csv: linje 2 har 5 felt, og skal ha 6: kode;navn;"),
]  # fmt: skip


def plant(root: Path, mistakes: list[Planted]) -> None:
    for m in mistakes:
        file = root / m.file
        if not m.was:
            file.unlink()
            continue
        text = file.read_text("utf-8")
        assert m.was in text, f"{m.what}: {m.was!r} is no longer in {m.file}"
        file.write_text(text.replace(m.was, m.now, 1), "utf-8")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Return what is told when all are planted at once."""
    root = tmp_path_factory.mktemp("flyter")
    for folder in ("assets", "expectations"):
        shutil.copytree(ROOT / folder, root / folder)
    plant(root, FLOWS)
    return [f.told(root) for f in check(root / "assets", root / "expectations").feil]


def not_told(mistakes: list[Planted], lines: list[str]) -> Iterator[str]:
    for m in mistakes:
        if not any(m.told in line and m.file.rsplit(".", 1)[0] in line for line in lines):
            yield f"{m.what}: {m.told}"


def test_what_is_installed_holds_together() -> None:
    found = check(ROOT / "assets", ROOT / "expectations")
    assert not [f.told(ROOT) for f in found.feil]
    assert (found.innsamlinger, found.leveranser) > (1, 1)


def test_all_that_is_planted_is_told_with_its_place_in_one_go(told: list[str]) -> None:
    assert not [*not_told(FLOWS, told)], "\n".join(told)


def test_a_name_that_dagster_cannot_load_is_told(tmp_path: Path) -> None:
    for folder in ("assets", "expectations"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    for file in ("assets/leveranser/soekerskole.toml", "assets/leveranser/soekerskole.sql"):
        (tmp_path / file).rename((tmp_path / file).with_stem("søker-skole"))
    told = [f.told(tmp_path) for f in check(tmp_path / "assets", tmp_path / "expectations").feil]
    file, what = "assets/leveranser/søker-skole.toml", "«søker-skole» kan ikke være et navn: "
    assert f"{file}: {what}bare a–z, 0–9 og _, og høyst 63 tegn." in told


def test_nothing_is_told_but_what_is_planted(told: list[str]) -> None:
    files = {m.file.rsplit(".", 1)[0] for m in FLOWS}
    assert not [line for line in told if not any(file in line for file in files)]


def test_a_mistake_in_the_contract_is_told_and_no_import_falls_with_it(tmp_path: Path) -> None:
    """Most modules of the engine read the contract when they are imported."""
    for folder in ("assets", "expectations", "vigo_pipeline"):
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignore)
    plant(tmp_path / "vigo_pipeline", CONTRACT)
    run = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-c", TELL],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = run.stdout.splitlines()
    assert not [*not_told(CONTRACT, lines)], run.stdout + run.stderr
    assert "Navn og spørringer er ikke kontrollert" in lines[-1]


ALONE = [
    Planted("suites that are none", "expectations/innrapportering/ot.toml", "inkluder = [",
            "inkluder = 1 # [", ": inkluder: «1» skal være en liste,"),
    Planted("id that is none", "expectations/innrapportering/ot.toml", 'id = "',
            'id = {a = 1} # "', "id: «{'a': 1}» skal"),
    Planted("what is shared, of no rule", "expectations/felles/tekster.toml", "[BEVIS-002]",
            "[[x]]", ": x: skal være en regel, [id]."),
    Planted("what is shared, no TOML", "expectations/felles/tekster.toml", '"skole"',
            '"skole', ": teksten er ikke lukket"),
    Planted("rows that are not alike", "assets/leveranser/avledet/elevstatus.toml", "nr = 61",
            'nr = "61"', ": regel: rad 2 har andre nøkler eller slags verdier enn den første."),
    Planted("no rows", "assets/leveranser/avledet/elevstatus.toml", "[[regel]]", "[[regl]]",
            "regl: «regl» er ikke en nøkkel her. Mente du «regel»?"),
]  # fmt: skip


def test_what_hides_all_else_is_told_where_it_stands(tmp_path: Path) -> None:
    told = {}
    for folder in ("assets", "expectations"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    for m in ALONE:
        before = (tmp_path / m.file).read_text("utf-8")
        plant(tmp_path, [m])
        found = check(tmp_path / "assets", tmp_path / "expectations", ["oktober"])
        told[m.what] = [f.told(tmp_path) for f in found.feil]
        (tmp_path / m.file).write_text(before, "utf-8")
    assert not [x for m in ALONE for x in not_told([m], told[m.what])], told
