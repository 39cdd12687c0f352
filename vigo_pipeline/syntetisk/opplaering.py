"""The files of a home for training: a skoleår up to a day, the latest with mistakes."""

from datetime import date, timedelta
from pathlib import Path

from vigo_pipeline.domain.frist import deadline
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.order import Runde, calendar
from vigo_pipeline.engine.register import Register
from vigo_pipeline.syntetisk.generator import make_year
from vigo_pipeline.syntetisk.innsamling import make_round
from vigo_pipeline.syntetisk.omfang import Omfang
from vigo_pipeline.syntetisk.samling import plan_of

# What was due before this is right: there are mistakes in what somebody would be working on.
NYLIG = timedelta(days=14)
FROE = 1


def make_until(mal: Path, dag: date, andel: float) -> list[Runde]:
    """Make the files of every round that was due by a day, and return the rounds, first to last."""
    aar, omfang = Skoleaar.of(dag), Omfang(andel=andel)
    aaret, ut = make_year(aar, FROE, andel), []
    for spek, partisjon in calendar(Register.installed(), str(aar)):
        frist = deadline(spek.stamme, partisjon.runde, aar)
        if frist <= dag:
            feil = frist > dag - NYLIG
            plan = plan_of(spek.stamme)
            make_round(mal, aaret, spek, plan, runde=partisjon.runde, omfang=omfang, feil=feil)
            ut.append((spek, partisjon))
    return ut
