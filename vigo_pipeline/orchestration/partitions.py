"""Partitions: skoleår × round, one definition per flow."""

import dagster as dg

from vigo_pipeline.contract.aarshjul import round_name, rounds_due, skoleaar
from vigo_pipeline.engine.store import Partisjon

# Dagster orders the dimensions by name and the partitions by the first: skoleår by skoleår, so that
# what is plotted over partitions is plotted over time.
AAR, RUNDE = "aar", "runde"
Context = dg.AssetExecutionContext | dg.AssetCheckExecutionContext | dg.OpExecutionContext


def partitions_of(flyt: str) -> dg.MultiPartitionsDefinition:
    """Return a flow's partitions: every skoleår of the årshjul, and that flow's rounds."""
    return dg.MultiPartitionsDefinition(
        {
            AAR: dg.StaticPartitionsDefinition(list(skoleaar())),
            RUNDE: dg.StaticPartitionsDefinition(list(rounds_due(flyt))),
        }
    )


def all_partitions(flyt: str) -> list[Partisjon]:
    """Return a flow's partitions, one skoleår after the other, each from first round to last."""
    return [Partisjon(aar, runde) for aar in skoleaar() for runde in rounds_due(flyt)]


def key_of(partisjon: Partisjon) -> dg.MultiPartitionKey:
    """Return Dagster's key of a partition."""
    return dg.MultiPartitionKey({AAR: partisjon.skoleaar, RUNDE: partisjon.runde})


def in_words(partisjon: Partisjon) -> str:
    """Return a partition as the first words of what is told of it.

    A check that no run of Dagster made is of no partition there, so the words say it.
    """
    return f"{partisjon.skoleaar} {round_name(partisjon.runde)}"


def partition_from(flyt: str, noekkel: str) -> Partisjon:
    """Return the partition of a flow that Dagster's key, as text, names."""
    deler = partitions_of(flyt).get_partition_key_from_str(noekkel).keys_by_dimension
    return Partisjon(deler[AAR], deler[RUNDE])


def partition_of(context: Context) -> Partisjon:
    """Return the partition a step runs for.

    Raises:
        dagster.Failure: the step was started without a partition, or with that of something else.
    """
    noekkel = context.partition_key if context.has_partition_key else None
    deler = noekkel.keys_by_dimension if isinstance(noekkel, dg.MultiPartitionKey) else {}
    if deler.keys() != {AAR, RUNDE}:
        raise dg.Failure("Velg skoleår og runde: flyten kjøres for én partisjon om gangen.")
    return Partisjon(deler[AAR], deler[RUNDE])
