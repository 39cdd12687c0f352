"""What the UI tells of an asset beside its description: where its papers are, its flow, to whom."""

import re
import unicodedata
from collections.abc import Callable
from hashlib import sha256

import dagster as dg

from vigo_pipeline.domain.bokstaver import spelt
from vigo_pipeline.engine.register import Register
from vigo_pipeline.reports.parts.rule_link import RULES_INDEX

# Who owns what is of no flow.
DRIFT = "team:drift"
# From the root of the repository.
REGLER = "docs/reference/regler.md"
HJELP = (
    "Hva reglene betyr, og hvordan feil rettes, står på siden til hver regel på statusnettstedet; "
    f"alle i en liste: {REGLER}."
)
AARSHJUL = "docs/reference/aarshjul.md"
EN_DAG = "docs/how-to/en-dag.md"
ET_SKOLEAAR = "docs/how-to/et-skoleaar.md"
AUTOMATIKK = "docs/how-to/automatikk.md"
OT = "docs/reference/ot.md"
SENDING = "docs/how-to/send.md"
KODEVERK = "docs/how-to/kodeverk.md"
KVITTERING = "docs/how-to/kvittering.md"
GJENOPPRETT = "docs/how-to/gjenopprett.md"
RYDDING = "docs/how-to/rydd.md"
FLYT = "vigo/flyt"
# Names that can be in a tag's key as they are, and how one ends that cannot.
SOM_DET_ER = re.compile(r"[A-Za-z0-9_.-]{1,54}")
LAGET = re.compile(r"\.[0-9a-f]{12}$")
# Stages named for a collection, and the one named for a flow; the others are of deliveries.
SAMLET = ("innrapportering", "sentralbase")
RAPPORTERT = "kontrollrapport"
# Those that are no stage of a flow, and the flow whose rounds they have.
EGNE: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "overfoering": (
        {FLYT: "loepende"},
        {"spesifikasjon": "assets/overfoering_ot/overfoering.toml"},
    ),
    "sjekklister": ({}, {"spesifikasjon": "assets/rapporter/programomraader.sql"}),
    "kodeverk": ({}, {"spesifikasjon": "vigo_pipeline/engine/kodeverk/basen.toml"}),
    "kvitteringer": ({}, {"spesifikasjon": "vigo_pipeline/engine/send/channel_file.py"}),
    "sikkerhetskopi": ({}, {"spesifikasjon": "vigo_pipeline/engine/backup/copy.py"}),
    "rydding": ({}, {"spesifikasjon": "vigo_pipeline/contract/oppbevaring.toml"}),
    "verifisering": ({}, {"spesifikasjon": "vigo_pipeline/engine/verify.py"}),
    "nettsted": ({}, {"spesifikasjon": "vigo_pipeline/contract/aarshjul.toml"}),
}


def rules_at(nettsted: str | None) -> dict[str, dg.MetadataValue]:
    """Return where the rules are told of, where somebody has said where the site is."""
    return {"reglene": dg.MetadataValue.url(f"{nettsted}/{RULES_INDEX}")} if nettsted else {}


def with_papers(register: Register) -> Callable[[dg.AssetSpec], dg.AssetSpec]:
    """Return a function that adds to an asset the paths of its docs, spec and rules, and tags."""

    def add(asset: dg.AssetSpec) -> dg.AssetSpec:
        merker, egne = _of_flow(register, asset.key.path[0], asset.key.path[-1])
        lenker = {"dokumentasjon": EN_DAG, "hva reglene betyr": REGLER, **egne}
        return asset.merge_attributes(
            metadata={navn: dg.MetadataValue.path(sti) for navn, sti in lenker.items()},
            tags=merker,
        )

    return add


def receiver_tag(navn: str) -> str:
    """Return the key of a tag that names a receiver; no two names have the same.

    Dagster takes few characters there, and does not load at all for one that it does not take.

    >>> receiver_tag("SSB"), receiver_tag("Lånekassen")
    ('vigo/mottaker_SSB', 'vigo/mottaker_Laanekassen.c6998989ae7d')
    """
    if not SOM_DET_ER.fullmatch(navn) or LAGET.search(navn):
        bokstaver = unicodedata.normalize("NFKD", spelt(navn)).encode("ascii", "ignore")
        lesbart = re.sub(r"[^A-Za-z0-9_.-]+", "_", bokstaver.decode()).strip("_")[:41]
        navn = f"{lesbart}.{sha256(navn.encode()).hexdigest()[:12]}"
    return f"vigo/mottaker_{navn}"


def _of_flow(register: Register, trinn: str, stamme: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the tags and the papers of an asset's own."""
    if trinn in EGNE:
        return EGNE[trinn]
    if trinn in (*SAMLET, RAPPORTERT):
        return {FLYT: stamme}, _papers("innrapportering", stamme)
    leveranse = register.leveranser.get(stamme)
    if leveranse is None:
        return {}, {}
    return (
        {FLYT: leveranse.samling} | {receiver_tag(m): "" for m in leveranse.mottakere},
        {
            **_papers("leveranser", stamme),
            "spørring": f"assets/leveranser/{leveranse.spoerring}.sql",
        },
    )


def _papers(trinn: str, stamme: str) -> dict[str, str]:
    return {
        "spesifikasjon": f"assets/{trinn}/{stamme}.toml",
        "regelfil": f"expectations/{trinn}/{stamme}.toml",
    }
