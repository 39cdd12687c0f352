"""What two manifests say of their deliveries: control totals, findings, what they were made by."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa

from vigo_pipeline.contract.spesifikasjon import ALVOR, Regel
from vigo_pipeline.engine.manifest import Manifest
from vigo_pipeline.reports.endring import schema

FORUTSETNINGER = {
    "kontrakt og SQL": "kontrakt",
    "regelsett": "regelsett",
    "kodeverk": "kodeverk",
    "filoppsett": "layout_versjon",
    "antatte kolonner skrives": "ukjente_kolonner",
}


@dataclass(frozen=True)
class Sum:
    """A control total before and after, and what the rows new, gone and changed come to."""

    foer: Decimal
    nye: Decimal
    fjernet: Decimal
    endret: Decimal
    etter: Decimal


def totals(
    titler: Mapping[str, str], summer: Mapping[str, Sum], manifest: tuple[Manifest, Manifest] | None
) -> pa.Table:
    """Return control totals before and after and what lies between; what is not known is blank.

    Args:
        titler: the columns' headings.
        summer: what the rows come to, ``rader``, ``personer`` and number columns by name.
        manifest: whose totals before and after are shown; without, the rows' own.
    """
    rader = []
    for hva, variabel in _what(summer, manifest):
        s = summer.get(variabel or hva)
        rad = {"hva": f"sum {titler.get(variabel, variabel)}" if variabel else hva}
        tall = dict.fromkeys(schema.AVSTEMMING) if s is None else asdict(s)
        if manifest:
            noekkel = f"sum_{variabel}" if variabel else hva
            tall["foer"], tall["etter"] = (_promised(m, noekkel) for m in manifest)
        rader.append({**rad, "variabel": variabel, **tall, "rest": _rest(tall)})
    return pa.Table.from_pylist(rader, schema=schema.KONTROLL)


def _what(
    summer: Mapping[str, Sum], manifest: tuple[Manifest, Manifest] | None
) -> list[tuple[str, str | None]]:
    """Return the totals in order: rows, persons, then each number column as its variable."""
    alle = dict.fromkeys(summer)
    for m in reversed(manifest or ()):
        alle |= dict.fromkeys(k.removeprefix("sum_") for k in m.kontrollsummer)
    foerst = [n for n in ("rader", "personer") if n in alle]
    return [(n, None) for n in foerst] + [("sum", n) for n in alle if n not in foerst]


def _promised(manifest: Manifest, noekkel: str) -> Decimal | None:
    totaler = {"rader": manifest.rader, **manifest.kontrollsummer}
    return Decimal(totaler[noekkel]) if noekkel in totaler else None


def _rest(tall: Mapping[str, Decimal | None]) -> Decimal | None:
    foer, nye, fjernet, endret, etter = (tall[n] for n in schema.AVSTEMMING[:-1])
    if foer is None or nye is None or fjernet is None or endret is None or etter is None:
        return None
    return etter - (foer + nye - fjernet + endret)


def made_by(fra: Manifest, til: Manifest) -> pa.Table:
    """Return what each delivery was made by: a change there may be the reason for one in rows."""
    rader = []
    for hva, felt in FORUTSETNINGER.items():
        foer, etter = getattr(fra, felt), getattr(til, felt)
        rader.append({"hva": hva, "foer": foer, "etter": etter, "lik": foer == etter})
    return pa.Table.from_pylist(rader, schema=schema.FORUTSETNINGER)


def rules(fra: Manifest, til: Manifest, regler: Iterable[Regel]) -> pa.Table:
    """Return how each rule's count moved, the most first: those found at least once."""
    oppslag = {r.id: r for r in regler}
    rader = []
    for id_ in fra.funn.keys() | til.funn.keys():
        regel = oppslag.get(id_)
        foer, etter = (
            m.funn.get(id_, 0 if regel is None or regel.gjelder(m.skoleaar) else None)
            for m in (fra, til)
        )
        rader.append(
            {
                "regel": id_,
                "alvor": regel.alvor if regel else None,
                "tittel": regel.tittel if regel else None,
                "foer": foer,
                "etter": etter,
                "endring": None if foer is None or etter is None else etter - foer,
            }
        )
    rader.sort(key=_moved_most)
    return pa.Table.from_pylist(rader, schema=schema.REGLER)


def _moved_most(rad: Mapping[str, Any]) -> tuple[int, int, str]:
    """Return what rules are sorted by: how far the count moved, then the gravest, then the id."""
    grad = ALVOR.index(rad["alvor"]) if rad["alvor"] else len(ALVOR)
    return -abs((rad["etter"] or 0) - (rad["foer"] or 0)), grad, rad["regel"]
