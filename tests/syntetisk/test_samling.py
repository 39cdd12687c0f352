"""What a collection's made-up files tell, and how they are handed in, is data."""

from pathlib import Path

import pytest

from tests.syntetisk.aaret import AAR, REGISTER
from vigo_pipeline.syntetisk.generator import make_year
from vigo_pipeline.syntetisk.innhold import INNHOLD
from vigo_pipeline.syntetisk.innsamling import make_round
from vigo_pipeline.syntetisk.omfang import Omfang, Oppsummering, UgyldigOmfang
from vigo_pipeline.syntetisk.samling import Samling, plan_of, samlinger
from vigo_pipeline.syntetisk.skoleaaret import Aaret

pytestmark = pytest.mark.slow(4)

# Two fylker and Waade, of which 46 has several schools.
OMFANG = Omfang(0.004, avgivere=("03", "46", "waade"))


@pytest.fixture(scope="module")
def aaret() -> Aaret:
    return make_year(AAR, 1, OMFANG.andel)


def make(
    mal: Path, aaret: Aaret, samling: Samling, som: str, feil: dict[str, int] | None = None
) -> Oppsummering:
    """Make a collection by a table that it does not have, in folders of its own."""
    mappe = "inn/{skoleaar}/ny/{runde}/{avgiver}"
    spek = REGISTER.innsamlinger[som].model_copy(update={"mappe": mappe})
    runde = "endelig" if som == "juni" else "september"
    return make_round(mal, aaret, spek, samling, runde=runde, omfang=OMFANG, feil=feil)


def names(svar: Oppsummering) -> list[str]:
    return sorted(f"{p.parent.name}/{p.name}" for p in svar.mappe.glob("*/*"))


def test_every_collection_says_what_its_files_tell() -> None:
    assert samlinger().keys() == REGISTER.innsamlinger.keys()
    assert {s.innhold for s in samlinger().values()} == INNHOLD.keys()


def test_a_collection_of_known_lines_needs_only_a_table(aaret: Aaret, tmp_path: Path) -> None:
    samling = Samling(innhold="foer_eksamen", fil="fylke", skoler=("vgs",), per="04-10")
    svar = make(tmp_path, aaret, samling, som="juni")
    assert names(svar) == ["03/avgiver_03.txt", "46/avgiver_46.txt", "waade/avgiver_waade.txt"]
    start = (svar.mappe / "46" / "avgiver_46.txt").read_bytes().split(b"\r\n")[0]
    # The deadline, as the files cannot be made before the day they tell of.
    assert start.split(b";")[2] >= b"20260410"
    assert svar.elevkurs > 100


def test_the_same_is_handed_in_school_by_school_when_the_table_says_so(
    aaret: Aaret, tmp_path: Path
) -> None:
    samling = Samling(
        innhold="foer_eksamen", skoler=("vgs",), per="04-10", fildato={"endelig": "05-02"}
    )
    svar = make(tmp_path, aaret, samling, som="juni")
    assert svar.filer > 3
    for sti in svar.mappe.glob("*/*"):
        assert sti.name.startswith("skolenr_")
        assert sti.read_bytes().split(b";")[2] == b"20260502"


def test_waade_is_left_out_of_the_rounds_that_are_not_its_own(aaret: Aaret, tmp_path: Path) -> None:
    samling = Samling(innhold="skoleslutt", waade=("1-levering",))
    assert make(tmp_path, aaret, samling, som="juni").avgivere == ("03", "46")


def test_what_a_fylke_tells_itself_is_no_file_of_a_school(aaret: Aaret, tmp_path: Path) -> None:
    with pytest.raises(UgyldigOmfang, match=r"samlinger\.toml"):
        make(tmp_path, aaret, Samling(innhold="voksne"), som="voksen")


@pytest.mark.slow
def test_nobody_begins_a_tiny_year_by_saying_that_nothing_has_changed(tmp_path: Path) -> None:
    # What an avgiver that has delivered nothing declares does not count: MOT-001 shuts the gate.
    omfang = Omfang(0.002)
    lite = make_year(AAR, 1, omfang.andel)
    for navn, runde in (("kontrakt_maaned", "september"), ("ot", "november"), ("ot", "juni")):
        spek = REGISTER.innsamlinger[navn]
        svar = make_round(tmp_path, lite, spek, plan_of(navn), runde=runde, omfang=omfang)
        assert svar.filer == len(svar.avgivere), f"{navn} {runde}: {names(svar)}"


def test_a_collection_without_a_table_is_refused() -> None:
    with pytest.raises(UgyldigOmfang, match=r"samlinger\.toml"):
        plan_of("ny")


def test_defects_are_planted_only_in_files_that_were_made(aaret: Aaret, tmp_path: Path) -> None:
    annens = tmp_path / "inn" / str(AAR) / "februar" / "februar" / "03" / "skolenr_03001.txt"
    annens.parent.mkdir(parents=True)
    innhold = b"TOF;3;20260201;ekte;03;03001;\r\n"
    annens.write_bytes(innhold)
    spek = REGISTER.innsamlinger["februar"]
    svar = make_round(
        tmp_path, aaret, spek, plan_of("februar"), runde="februar", omfang=OMFANG, feil=True
    )
    assert annens.read_bytes() == innhold
    assert svar.fasit == tmp_path / "fasit_februar_februar.csv"
    assert "skolenr_03001" not in svar.fasit.read_text("utf-8")
