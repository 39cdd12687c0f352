"""What a verdict told of an avgiver, and somebody said was right."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from vigo_pipeline.contract.spesifikasjon import STENGER
from vigo_pipeline.engine.database.tables import dom, utlevering
from vigo_pipeline.engine.manifest import Manifest
from vigo_pipeline.engine.store import Partisjon

# The rows that a verdict or an approval is of, and the rules of then.
Bytene = tuple[str, str]


@dataclass(frozen=True)
class Sagt:
    """What some rules told of the avgivere of a delivery, in all the verdicts that opened its gate.

    ``brudd``: by what the verdict is of. ``godkjent``: the numbers that were approved, with the
    same.
    """

    brudd: Mapping[Bytene, list[Mapping[str, Any]]]
    godkjent: frozenset[tuple[int, *Bytene]]

    def let_out(self, manifest: Manifest) -> set[str]:
        """Return the avgivere of whom the rules told something that a number let out.

        What shuts the gate was waived by somebody, or it would not have been published. What does
        not is said to be right by the one who approves the delivery.
        """
        bytene = (manifest.rader_sha256, manifest.regelsett)
        er_godkjent = (manifest.nr, *bytene) in self.godkjent
        return {
            fylke
            for b in self.brudd.get(bytene, ())
            if b["alvor"] in STENGER or er_godkjent
            for fylke in b["per_fylke"]
        }


def told(con: sa.Connection, stamme: str, partisjon: Partisjon, regler: Collection[str]) -> Sagt:
    """Return what these rules have told of a delivery in a round.

    It is asked once for all that has been published: in the week of a deadline that is hundreds,
    and the rules have told of few.
    """
    d, u = dom.c, utlevering.c
    gjelder = (stamme, partisjon.skoleaar, partisjon.runde)
    er_fortalt = sa.or_(
        sa.false(), *(d.resultat.contains({"brudd": [{"regel": r}]}) for r in sorted(regler))
    )
    dommer = sa.select(d.rader_sha256, d.regelsett, d.resultat).where(
        d.bestaatt, sa.tuple_(d.leveranse, d.skoleaar, d.runde) == gjelder, er_fortalt
    )
    brudd: dict[Bytene, list[Mapping[str, Any]]] = {}
    for rad in con.execute(dommer):
        egne = [b for b in rad.resultat["brudd"] if b["regel"] in regler]
        brudd.setdefault((rad.rader_sha256, rad.regelsett), []).extend(egne)
    godkjent = sa.select(u.leveranse_nr, u.rader_sha256, u.regelsett).where(
        u.hendelse == "godkjent", sa.tuple_(u.leveranse, u.skoleaar, u.runde) == gjelder
    )
    svar = con.execute(godkjent) if brudd else ()
    return Sagt(brudd, frozenset((nr, rader, regelsett) for nr, rader, regelsett in svar))
