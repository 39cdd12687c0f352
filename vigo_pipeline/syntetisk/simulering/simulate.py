"""A skoleår of transfers: per date how many come, who would have left by themselves, who is caught.

The question is when it is wise to transfer OSMO: who comes by OSMO alone may be in school within a
month, or come by another reason anyway.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import pyarrow as pa

from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.overfoering.compute import Resultat, select
from vigo_pipeline.engine.overfoering.spesifikasjon import Overfoering

MAANED = timedelta(days=30)
OSMO = "OSMO"
# The first of each month with sluttere and startere loaded, and the 15th of the two first.
DAGER = (
    *("09-01", "09-15", "10-01", "10-15", "11-01", "12-01"),
    *("01-02", "02-01", "03-01", "04-01", "05-01", "06-01"),
)
AUGUST = "08"
Personer = frozenset[str]
Aarsaker = dict[str, set[str]]


@dataclass(frozen=True)
class Dag:
    """One transfer date in numbers.

    ``paa_lista``: all reasons. ``nye``: not on it on an earlier date. ``borte_selv``: of them, not
    on the list a month later. ``osmo``: with OSMO among the reasons; of those ``osmo_borte`` leave
    by themselves within a month, ``osmo_naa`` have another reason too, ``osmo_senere`` come by
    another reason later in the year.
    """

    dato: date
    paa_lista: int
    nye: int
    borte_selv: int
    osmo: int
    osmo_borte: int
    osmo_naa: int
    osmo_senere: int

    @property
    def osmo_bare(self) -> int:
        """Return whom only OSMO would have found."""
        return self.osmo - self.osmo_borte - self.osmo_naa - self.osmo_senere


def days(aar: Skoleaar) -> list[date]:
    """Return the transfer dates that are tried.

    >>> str(days(Skoleaar(2025))[0]), str(days(Skoleaar(2025))[-1])
    ('2025-09-01', '2026-06-01')
    """
    return [date.fromisoformat(f"{aar.start + (d[:2] < AUGUST)}-{d}") for d in DAGER]


def simulate(spek: Overfoering, tabeller: Mapping[str, pa.Table], aar: Skoleaar) -> list[Dag]:
    """Return every transfer date of a skoleår in numbers.

    OT's own list is left out: the question is what each transfer would find if none had been made.

    Args:
        spek: the transfer.
        tabeller: the Sentralbase at the end of the skoleår; a day does not see what came after it.
        aar: the skoleår.
    """
    uten_ot = dict(tabeller) | {"ot_ungdom": tabeller["ot_ungdom"].slice(0, 0)}
    alle = days(aar)
    aarsaker = {d: _reasons(select(spek, uten_ot, d)) for d in alle}
    senere = {d: _reasons(select(spek, uten_ot, d + MAANED)) for d in alle}
    ut, sett = [], frozenset[str]()
    for nr, dag in enumerate(alle):
        naa = aarsaker[dag]
        ut.append(_in_numbers(dag, naa, sett, senere[dag], [aarsaker[d] for d in alle[nr + 1 :]]))
        sett |= naa.keys()
    return ut


def _in_numbers(
    dag: date, naa: Aarsaker, sett: Personer, senere: Aarsaker, resten: list[Aarsaker]
) -> Dag:
    osmo = frozenset(p for p, koder in naa.items() if OSMO in koder)
    igjen = osmo & senere.keys()
    andre_naa = frozenset(p for p in igjen if naa[p] != {OSMO})
    fanget = frozenset(p for r in resten for p, koder in r.items() if koder != {OSMO})
    return Dag(
        dag,
        len(naa),
        len(naa.keys() - sett),
        len(naa.keys() - senere.keys()),
        len(osmo),
        len(osmo - igjen),
        len(andre_naa),
        len((igjen - andre_naa) & fanget),
    )


def _reasons(resultat: Resultat) -> Aarsaker:
    rader = resultat.liste.select(["fnr", "aarsaker"]).to_pylist()
    return {r["fnr"]: set(r["aarsaker"].split()) for r in rader}
