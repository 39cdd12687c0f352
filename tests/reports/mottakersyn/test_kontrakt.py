"""Our contract beside the receiver's own, ssb-nudb-config; nothing is fetched.

NUDB describes what SSB has prepared: there skoleår is its first year, and J/N are booleans.
"""

import pytest

from vigo_pipeline.contract.nudb import Nudb, installed
from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.contract.variabel import Variabel, variabler
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.rules.nudb import Mottakerkolonne, UnknownDataset, columns

REGISTER = Register.installed()
TIL_SSB = [lev for lev in REGISTER.leveranser.values() if lev.nudb_datasett]
NUDB = installed()
KJENTE = [v for v in variabler().values() if v.nudb]
NAVN = [v.navn for v in KJENTE]


def of(variabel: Variabel) -> Mottakerkolonne:
    krav = NUDB.variabler.get(variabel.nudb or "")
    return Mottakerkolonne(1, variabel.tittel, variabel, krav, None)


@pytest.mark.parametrize("variabel", KJENTE, ids=NAVN)
def test_the_receiver_knows_the_name_still_uses_it_and_has_the_type(variabel: Variabel) -> None:
    kolonne = of(variabel)
    assert kolonne.krav is not None, f"{variabel.nudb} finnes ikke i ssb-nudb-config"
    assert not kolonne.krav.utdatert
    assert kolonne.type_passer


@pytest.mark.parametrize("variabel", KJENTE, ids=NAVN)
def test_the_lengths_agree(variabel: Variabel) -> None:
    lengder = of(variabel).lengder
    if not lengder:
        return
    assert (variabel.nudb_tegn or variabel.lengde) in lengder
    if variabel.noeyaktig:
        assert lengder == (variabel.nudb_tegn or variabel.lengde,)


def test_no_two_variables_claim_the_same_name() -> None:
    assert len({v.nudb for v in KJENTE}) == len(KJENTE)


@pytest.mark.parametrize("leveranse", REGISTER.leveranser.values(), ids=lambda lev: lev.stamme)
def test_the_receivers_rules_are_in_the_suites_of_what_goes_there(leveranse: Leveranse) -> None:
    regler = REGISTER.regler("leveranser", leveranse.stamme, "2025-2026")
    ider = [r.id for r in regler if r.mottakers]
    assert bool(ider) == (leveranse.nudb_datasett is not None)
    # What SSB makes of fagopplæring is not known well enough to be asked of a file (ASSUMED).
    fra_skolene = leveranse.mottaker == "SSB" and "skolenr" in leveranse.navn
    assert (leveranse.nudb_datasett is not None) == fra_skolene
    assert len(set(ider)) == len(ider)


def test_every_rule_of_the_catalogue_is_asked_somewhere_or_has_a_reason() -> None:
    spurt = {r.id for s in REGISTER.suiter().values() for r in s if r.mottakers}
    uten = {u.id for u in REGISTER.uten_regel if u.mottakers}
    assert all(u.alvor for u in REGISTER.uten_regel if u.mottakers)
    assert not spurt & uten
    assert spurt | uten == {f"NUDB-{nr:03d}" for nr in range(1, 16)}


@pytest.mark.parametrize("leveranse", TIL_SSB, ids=lambda lev: lev.stamme)
def test_what_the_receiver_must_have_is_delivered(leveranse: Leveranse) -> None:
    obligatoriske = {k.innhold.nudb for k in leveranse.kolonner if k.oblig and k.innhold.nudb}
    assert {"fnr", "utd_skoleaar_start", "gro_skolenr_inn", "gro_programomraade"} <= obligatoriske


@pytest.mark.parametrize(
    ("stamme", "mangler"),
    # Its place in the file is unknown (statistikkfiler.md, section 8).
    [("ssbelev", {"vg_antall_aarstimer_elevkurs"}), ("ssbresultat", set())],
)
def test_what_the_dataset_has_from_vigo_is_delivered(stamme: str, mangler: set[str]) -> None:
    """What NUDB has of a year, less what SSB takes from registers of its own."""
    leveranse = REGISTER.leveranse(stamme)
    datasett = NUDB.datasett[leveranse.nudb_datasett or ""]
    # Apprentices and their prøver are in it too: they come with the contracts.
    med = [lev for lev in REGISTER.leveranser.values() if lev.samling == "kontrakt"]
    levert = {k.innhold.nudb for lev in (leveranse, *med) for k in lev.kolonner}
    assert {v.nudb for v in KJENTE} & set(datasett.variables) - levert == mangler


def test_another_receiver_has_no_columns_here() -> None:
    annen = REGISTER.leveranse("ssbelev").model_copy(update={"nudb_datasett": None})
    assert columns(annen, NUDB) == ()


def test_a_dataset_that_ssb_has_renamed_is_said_by_name() -> None:
    uten: Nudb = NUDB.model_copy(update={"datasett": {}})
    with pytest.raises(UnknownDataset, match=r"«igang_videregaaende».*nytt navn"):
        columns(REGISTER.leveranse("ssbelev"), uten)
