"""Our contract beside the receiver's own, ssb-nudb-config; nothing is fetched.

NUDB describes what SSB has prepared: there skoleår is its first year, and J/N are booleans.
"""

from collections.abc import Iterator

import pytest

from tests.offenders import told
from vigo_pipeline.contract.nudb import Nudb, installed
from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.contract.variabel import Variabel, variabler
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.rules.nudb import Mottakerkolonne, UnknownDataset, columns

REGISTER = Register.installed()
KJENTE = [v for v in variabler().values() if v.nudb]
# What $EK, $KL and $VM bring.
FRA_SKOLENE = {"elevkurs", "elevkursfag", "vitnemaalsmerknad"}
MAA_HA = {"fnr", "utd_skoleaar_start", "gro_skolenr_inn", "gro_programomraade"}


def of(variabel: Variabel) -> Mottakerkolonne:
    krav = installed().variabler.get(variabel.nudb or "")
    return Mottakerkolonne(1, variabel.tittel, variabel, krav, None)


def faults(variabel: Variabel) -> Iterator[str]:
    """Yield where a variable and the receiver's do not agree."""
    kolonne = of(variabel)
    if kolonne.krav is None:
        yield f"{variabel.nudb} is not in ssb-nudb-config"
        return
    if kolonne.krav.utdatert:
        yield f"{variabel.nudb} is no longer used"
    if not kolonne.type_passer:
        yield f"{variabel.nudb} has another type"
    lengder, vaar = kolonne.lengder, variabel.nudb_tegn or variabel.lengde
    if lengder and vaar not in lengder:
        yield f"length {vaar}, the receiver's are {lengder}"
    elif lengder and variabel.noeyaktig and lengder != (vaar,):
        yield f"always {vaar} long, the receiver's are {lengder}"


def test_the_receiver_knows_the_names_still_uses_them_and_has_the_types_and_lengths() -> None:
    feil = [f"{v.navn}: {hva}" for v in KJENTE for hva in faults(v)]
    assert not feil, told(feil)


def test_no_two_variables_claim_the_same_name() -> None:
    assert len({v.nudb for v in KJENTE}) == len(KJENTE)


def misplaced(leveranse: Leveranse) -> Iterator[str]:
    """Yield what is wrong with where the receiver's rules are asked."""
    regler = REGISTER.regler("leveranser", leveranse.stamme, "2025-2026")
    ider = [r.id for r in regler if r.mottakers]
    if bool(ider) != (leveranse.nudb_datasett is not None):
        yield "the receiver's rules without its dataset, or the other way round"
    # What SSB makes of fagopplæring is not known well enough to be asked of a file (ASSUMED).
    fra_skolene = leveranse.grunnlag in FRA_SKOLENE
    if (leveranse.nudb_datasett is not None) != fra_skolene:
        yield "a dataset of what schools do not send SSB, or none of what they do"
    if len(set(ider)) != len(ider):
        yield "a rule of the receiver is asked twice"
    obligatoriske = {k.innhold.nudb for k in leveranse.kolonner if k.oblig and k.innhold.nudb}
    if leveranse.nudb_datasett and (uten := MAA_HA - obligatoriske):
        yield f"what the receiver must have is not required: {sorted(uten)}"


def test_the_receivers_rules_and_columns_are_in_what_goes_there() -> None:
    alle = REGISTER.leveranser.values()
    feil = [f"{lev.stamme}: {hva}" for lev in alle for hva in misplaced(lev)]
    assert not feil, told(feil)


def test_every_rule_of_the_catalogue_is_asked_somewhere_or_has_a_reason() -> None:
    spurt = {r.id for s in REGISTER.suiter().values() for r in s if r.mottakers}
    uten = {u.id for u in REGISTER.uten_regel if u.mottakers}
    assert all(u.alvor for u in REGISTER.uten_regel if u.mottakers)
    assert not spurt & uten
    assert spurt | uten == {f"NUDB-{nr:03d}" for nr in range(1, 16)}


@pytest.mark.parametrize(
    ("stamme", "mangler"),
    # Its place in the file is unknown (statistikkfiler.md, section 8).
    [("ssbelev", {"vg_antall_aarstimer_elevkurs"}), ("ssbresultat", set())],
)
def test_what_the_dataset_has_from_vigo_is_delivered(stamme: str, mangler: set[str]) -> None:
    """What NUDB has of a year, less what SSB takes from registers of its own."""
    leveranse = REGISTER.leveranse(stamme)
    datasett = installed().datasett[leveranse.nudb_datasett or ""]
    # Apprentices and their prøver are in it too: they come with the contracts.
    med = [lev for lev in REGISTER.leveranser.values() if lev.samling == "kontrakt"]
    levert = {k.innhold.nudb for lev in (leveranse, *med) for k in lev.kolonner}
    assert {v.nudb for v in KJENTE} & set(datasett.variables) - levert == mangler


def test_another_receiver_has_no_columns_here() -> None:
    annen = REGISTER.leveranse("ssbelev").model_copy(update={"nudb_datasett": None})
    assert columns(annen, installed()) == ()


def test_a_dataset_that_ssb_has_renamed_is_said_by_name() -> None:
    uten: Nudb = installed().model_copy(update={"datasett": {}})
    with pytest.raises(UnknownDataset, match=r"«igang_videregaaende».*nytt navn"):
        columns(REGISTER.leveranse("ssbelev"), uten)
