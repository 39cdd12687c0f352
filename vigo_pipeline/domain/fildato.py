"""What the day that a file was made on says of it: whether it can be of the round it lies in."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from vigo_pipeline.contract.aarshjul import MAANEDER, hendelser
from vigo_pipeline.domain.frist import counting_day, deadline
from vigo_pipeline.domain.skoleaar import Skoleaar

# ASSUMED: no public text says how a file's day is to be judged. The sender's clock may be ahead of
# ours, by a time zone at most.
KLOKKER_SKILLER = timedelta(days=1)
# A file may be made ready some days before the day that it is counted on.
FORBEREDT = timedelta(days=7)
# What is due in August is made in the summer before the skoleår, too.
SOMMEREN_FOER = 7


class Avvik(StrEnum):
    """What is wrong with the day that a file was made on."""

    UGYLDIG = "ugyldig"
    FRAMTID = "framtid"
    ANNET_AAR = "annet_aar"
    ANNEN_MAANED = "annen_maaned"
    FORRIGE_RUNDE = "forrige_runde"
    FOER_TELLEDATO = "foer_telledato"


@dataclass(frozen=True)
class Periode:
    """The days that a round's files can be made on.

    ``fra``, ``til``: the skoleår in which the flow's rounds are due, and the July before it.
    ``etter``: the deadline of the round before; a file made then or earlier was due in that round.
    ``telles``: the day that the round is counted on, None when the årshjul names none.
    ``maaned``: each month's files tell of that month, so one from the month before is not of this
    round.
    """

    fra: date
    til: date
    etter: date | None
    telles: date | None
    maaned: bool


def period(flyt: str, runde: str, aar: Skoleaar) -> Periode | None:
    """Return when a round's files can be made, None for a round that is not in the årshjul.

    >>> period("kontrakt_maaned", "november", Skoleaar(2025)).etter
    datetime.date(2025, 10, 1)
    """
    egne = hendelser(flyt)
    rekke = [h.runde or "" for h in egne]
    if runde not in rekke:
        return None
    plass = rekke.index(runde)
    frister = [deadline(flyt, r, aar) for r in rekke]
    return Periode(
        fra=min(Skoleaar.of(f).start_dato for f in frister).replace(month=SOMMEREN_FOER),
        til=max(Skoleaar.of(f).slutt_dato for f in frister),
        etter=frister[plass - 1] if plass else None,
        telles=counting_day(flyt, runde, aar) if egne[plass].telledato else None,
        maaned=runde in MAANEDER,
    )


def parse(tekst: str) -> date | None:
    """Return the date of ÅÅÅÅMMDD, None for anything else.

    >>> parse("20251020"), parse("20.10.2025")
    (datetime.date(2025, 10, 20), None)
    """
    if len(tekst) != 8 or not (tekst.isascii() and tekst.isdigit()):
        return None
    try:
        return datetime.strptime(tekst, "%Y%m%d").date()
    except ValueError:
        return None


def judge(tekst: str | None, periode: Periode | None, dag: date | None) -> Avvik | None:
    """Return what is wrong with a file's day, None when nothing is; a blank one says nothing.

    Args:
        tekst: as it stands in the file.
        periode: the round's; not asked when left out.
        dag: today; not asked when left out.
    """
    if not tekst:
        return None
    laget = parse(tekst)
    if laget is None:
        return Avvik.UGYLDIG
    if dag is not None and laget > dag + KLOKKER_SKILLER:
        return Avvik.FRAMTID
    return None if periode is None else _outside(laget, periode)


def _outside(laget: date, periode: Periode) -> Avvik | None:
    if not periode.fra <= laget <= periode.til:
        return Avvik.ANNET_AAR
    if periode.etter is not None and laget <= periode.etter:
        return Avvik.ANNEN_MAANED if periode.maaned else Avvik.FORRIGE_RUNDE
    if periode.telles is not None and laget < periode.telles - FORBEREDT:
        return Avvik.FOER_TELLEDATO
    return None
