"""What two manifests say of their deliveries: control totals, findings, what they were made by."""

from collections.abc import Iterable
from decimal import Decimal

import pyarrow as pa

from vigo_pipeline.contract.spesifikasjon import Leveranse, Regel
from vigo_pipeline.engine.endring import skjema
from vigo_pipeline.engine.publish.manifest import Manifest

ALVOR = ("FATAL", "FEIL", "ADVARSEL", "INFO")
FORUTSETNINGER = {
    "kontrakt og SQL": "kontrakt",
    "regelsett": "regelsett",
    "kodeverk": "kodeverk",
    "filoppsett": "layout_versjon",
    "antatte kolonner skrives": "ukjente_kolonner",
}


def totals(leveranse: Leveranse, fra: Manifest, til: Manifest) -> pa.Table:
    """Return the manifests' control totals; what one of them lacks is blank."""
    foer, etter = ({"rader": m.rader, **m.kontrollsummer} for m in (fra, til))
    titler = {f"sum_{k.variabel}": f"sum {k.overskrift}" for k in leveranse.kolonner}
    rader = []
    for hva in {**etter, **foer}:
        a, b = (None if hva not in m else Decimal(m[hva]) for m in (foer, etter))
        endring = None if a is None or b is None else b - a
        rader.append({"hva": titler.get(hva, hva), "foer": a, "etter": b, "endring": endring})
    return pa.Table.from_pylist(rader, schema=skjema.KONTROLL)


def made_by(fra: Manifest, til: Manifest) -> pa.Table:
    """Return what each delivery was made by: a change there may be the reason for one in rows."""
    rader = []
    for hva, felt in FORUTSETNINGER.items():
        foer, etter = getattr(fra, felt), getattr(til, felt)
        rader.append({"hva": hva, "foer": foer, "etter": etter, "lik": foer == etter})
    return pa.Table.from_pylist(rader, schema=skjema.FORUTSETNINGER)


def rules(fra: Manifest, til: Manifest, regler: Iterable[Regel]) -> pa.Table:
    """Return how each rule's count moved, gravest first: those found at least once."""
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
    rader.sort(key=lambda r: (ALVOR.index(r["alvor"]) if r["alvor"] else len(ALVOR), r["regel"]))
    return pa.Table.from_pylist(rader, schema=skjema.REGLER)
