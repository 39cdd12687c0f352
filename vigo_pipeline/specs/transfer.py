"""What the transfer to OT names, held against what there is."""

from collections.abc import Iterator
from pathlib import Path

from vigo_pipeline.contract.fault import Fault
from vigo_pipeline.contract.oppbevaring import slagene
from vigo_pipeline.engine.overfoering.spesifikasjon import Overfoering
from vigo_pipeline.specs.fields import Specs
from vigo_pipeline.specs.flows import Funn, each, of_table

MAPPER = {"grunn": "grunner", "feilkilde": "feilkilder"}


def transfer_faults(specs: Specs, fil: Path, spek: Overfoering) -> Iterator[Fault]:
    """Yield what the transfer names that is not there."""
    yield from (specs.at(fil, sti, hva) for sti, hva in _named(specs, fil.parent, spek))


def _named(specs: Specs, mappe: Path, spek: Overfoering) -> Iterator[Funn]:
    alle = specs.stammer["innrapportering"]
    yield from each(("krever",), spek.krever, alle, "en innsamling")
    for tabell, lest in spek.leser.items():
        yield from of_table(("leser", tabell), tabell, lest.kolonner)
        for slag in slagene().values():
            if tabell in slag.tabeller and lest.tilbake > slag.minst:
                hva = f"{slag.navn} i oppbevaring.toml kan slettes etter {slag.minst} skoleår."
                yield ("leser", tabell, "tilbake"), hva
    ledd = _queries(mappe / "avledet")
    yield from each(("avleder",), spek.avleder, ledd, "en spørring i avledet/")
    for noekkel, under in MAPPER.items():
        sql = _queries(mappe / under)
        for nr, k in enumerate(getattr(spek, noekkel)):
            hva = f"en spørring i {under}/"
            yield from each((noekkel, nr, "spoerring"), (k.spoerring,), sql, hva)


def _queries(mappe: Path) -> list[str]:
    return [p.stem for p in sorted(mappe.glob("*.sql"))]
