"""Nothing that Dagster shows is without a description, an owner, a kind, a tag or its papers."""

from pathlib import Path

import dagster as dg
import pytest
import yaml
from dagster._core.remote_representation.external_data import RepositorySnap

from vigo_pipeline.definitions import REGISTER, defs
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.engine.uten_flyt import ASSETS, EGNE_JOBBER, NAVN
from vigo_pipeline.engine.uten_flyt import JOBBER as FASTE
from vigo_pipeline.orchestration.collections import received
from vigo_pipeline.orchestration.kodeverk import KILDEN, VARER
from vigo_pipeline.orchestration.kvitteringer import FORSTAATT
from vigo_pipeline.orchestration.ot_linjer import SJEKK
from vigo_pipeline.orchestration.papirer import (
    AARSHJUL,
    FLYT,
    GJENOPPRETT,
    KODEVERK,
    KVITTERING,
    OT,
    REGLER,
    RYDDING,
)
from vigo_pipeline.orchestration.partitions import key_of
from vigo_pipeline.orchestration.rydding import OVER_TIDEN
from vigo_pipeline.orchestration.sikring import SJEKK as KOPIEN
from vigo_pipeline.orchestration.verifisering import LIKT

ROOT = Path(__file__).parents[2]
GRAF = defs.resolve_asset_graph()
JOBBER = [j for j in defs.resolve_all_job_defs() if not j.name.startswith("__")]
FLYTER = {*REGISTER.innsamlinger}
PLANER = defs.get_repository_def().schedule_defs
EIERE = {f"team:{s.eier}" for s in (*REGISTER.innsamlinger.values(), *REGISTER.leveranser.values())}
EIERE |= {"team:drift"}
# Of all flows, or of none.
UTEN_FLYT = {
    "skoleaaret",
    *("nettsted", "sjekklister/programomraader", "varsling", "varsling_hver_arbeidsdag"),
    *("frister", "frister_hver_arbeidsdag"),
    *("verifisering", "verifiser", "verifisering_hver_arbeidsdag"),
    *("sikkerhetskopi", "ta_sikkerhetskopi", "sikkerhetskopi_hver_natt"),
    *("proev_sikkerhetskopi", "sikkerhetskopi_proeves_hver_uke"),
    *("rydding", "rydd", "rydding_hver_uke"),
    *("kodeverk", "hent_kodeverk", "kodeverk_hver_uke"),
    *("kvitteringer", "hent_kvitteringer", "sammendrag"),
}
LENKER = {
    "frist": AARSHJUL,
    FORSTAATT: KVITTERING,
    LIKT: GJENOPPRETT,
    KILDEN: KODEVERK,
    VARER: KODEVERK,
    SJEKK: OT,
    OVER_TIDEN: RYDDING,
    KOPIEN: GJENOPPRETT,
}
# Those with a logo in the UI, and what the files are.
KINDS = {"arrow", "csv", "duckdb", "excel", "file", "html", "parquet", "postgres", "sqlalchemy"}


def paths(metadata: dict[str, object]) -> dict[str, str]:
    return {n: str(v.path) for n, v in metadata.items() if isinstance(v, dg.PathMetadataValue)}


def test_every_asset_is_described_owned_tagged_and_shows_its_papers() -> None:
    mangler = []
    for key in sorted(GRAF.get_all_asset_keys(), key=lambda k: k.to_user_string()):
        node = GRAF.get(key)
        stier = paths(dict(node.metadata))
        funn = {
            "description": not node.description,
            "group": node.group_name in (None, "default"),
            "owner": not node.owners or not set(node.owners) <= EIERE,
            "kind": not node.kinds or not node.kinds <= KINDS,
            "tag of its flow": node.tags.get(FLYT, "") not in {j.name for j in JOBBER}
            and key.to_user_string() not in UTEN_FLYT,
            "spec": "spesifikasjon" not in stier,
            "docs": "dokumentasjon" not in stier,
        }
        mangler += [f"{key.to_user_string()}: {hva}" for hva, ja in funn.items() if ja]
        mangler += [f"{key.to_user_string()}: {s}" for s in stier.values() if not exists(s)]
    assert not mangler, f"assets without: {mangler}"


def exists(sti: str) -> bool:
    return (ROOT / sti).is_file()


def test_a_report_shows_the_papers_of_its_collection_not_of_a_delivery_by_its_name() -> None:
    node = GRAF.get(dg.AssetKey(["kontrollrapport", "oktober"]))
    assert paths(dict(node.metadata))["spesifikasjon"] == "assets/innrapportering/oktober.toml"


def test_every_check_says_what_it_asks_and_where_to_read_on() -> None:
    beskrevet = {k: GRAF.get(k).description or "" for k in GRAF.asset_check_keys}
    uten = [str(k) for k, tekst in beskrevet.items() if LENKER.get(k.name, REGLER) not in tekst]
    assert not uten, f"checks without a description or a link: {uten}"


def test_every_job_and_schedule_is_described_owned_and_tagged() -> None:
    sendt = {f"{lev.samling}_sending" for lev in REGISTER.leveranser.values()}
    godkjent = {f"{lev.samling}_godkjenning" for lev in REGISTER.leveranser.values()}
    andre = {*FASTE, *EGNE_JOBBER}
    assert {j.name for j in JOBBER} == FLYTER | godkjent | sendt | andre
    mangler = []
    for d in (*JOBBER, *PLANER):
        stier = paths(dict(d.metadata))
        funn = {
            "description": not d.description,
            "owner": not d.owners or not set(d.owners) <= EIERE,
            "tag of its flow": FLYT not in d.tags and d.name not in UTEN_FLYT,
            "papers": not stier or not all(exists(s) for s in stier.values()),
        }
        mangler += [f"{d.name}: {hva}" for hva, ja in funn.items() if ja]
    assert not mangler, f"jobs or schedules without: {mangler}"


def test_no_flow_may_be_called_what_anything_else_is() -> None:
    ting = {n.name for j in defs.resolve_all_job_defs() for n in (j.graph, *j.graph.node_defs)}
    av_flyt = {f"{n}_{flyt}" for n in ("send", "godkjenn", "port", "mottaker") for flyt in FLYTER}
    av_flyt |= {*FLYTER, *(f"{flyt}_{n}" for n in ("sending", "godkjenning") for flyt in FLYTER)}
    # Of an asset: its parts, or its check after its name.
    av_ting = {n for n in ting if "__" in n or n.startswith(tuple(f"{a}_" for a in ASSETS))}
    assert ting - av_flyt - av_ting == NAVN


def test_every_resource_is_described() -> None:
    kilder = RepositorySnap.from_def(defs.get_repository_def()).resources
    uten = [r.name for r in kilder or () if not r.resource_snapshot.description]
    assert kilder
    assert not uten, f"resources without a description: {uten}"


@pytest.mark.parametrize(
    "jobb",
    [j for j in JOBBER if isinstance(j.partitions_def, dg.MultiPartitionsDefinition)],
    ids=lambda j: j.name,
)
def test_a_run_from_the_ui_or_a_backfill_is_tagged_with_skoleaar_and_round(
    jobb: dg.JobDefinition,
) -> None:
    noekkel = jobb.partitions_def.get_partition_keys()[0]  # type: ignore[union-attr]
    merker = jobb.get_tags_for_partition_key(str(noekkel), None)
    partisjon = Partisjon(merker["vigo/skoleaar"], merker["vigo/runde"])
    assert key_of(partisjon) == noekkel
    assert merker[FLYT] == jobb.tags[FLYT]


def test_loads_wait_for_each_other_and_ticks_are_not_kept_for_ever() -> None:
    lastet = [k for k in GRAF.get_all_asset_keys() if k.path[0] == "sentralbase"]
    for key in lastet:
        assert defs.get_assets_def(key).op.pool == "sentralbase", key
    oppsett = yaml.safe_load((ROOT / "dagster.yaml").read_text("utf-8"))
    assert oppsett["concurrency"]["pools"]["default_limit"] == 1
    assert oppsett["run_monitoring"]["free_slots_after_run_end_seconds"] > 0
    for slag in ("schedule", "sensor"):
        dager = oppsett["retention"][slag]["purge_after_days"]
        assert set(dager) == {"skipped", "success", "failure", "started"}
        assert all(0 < n <= 400 for n in dager.values())


def test_a_check_of_files_leads_to_where_its_rules_are_told_of() -> None:
    innsamling = REGISTER.innsamlinger["oktober"]
    for nettsted, ventet in (("https://x.invalid", "https://x.invalid/regler.html"), (None, None)):
        [sjekk] = received(innsamling, [], nettsted).check_results
        lenke = sjekk.metadata.get("reglene")
        assert (lenke.value if lenke else None) == ventet
