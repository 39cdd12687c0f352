"""The årshjul as calendar files, one per audience; the same facts give the same bytes."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from icalendar import Calendar, Event

from vigo_pipeline.contract.aarshjul import LEGG_TIL, aarshjul, skoleaar
from vigo_pipeline.contract.maalgruppe import Maalgruppe
from vigo_pipeline.domain.frist import Frist, frister
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine import training
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.store import write_bytes
from vigo_pipeline.reports.aarshjul.selection import ANTATT, MERKER, concerns, origin, title


class UnknownSkoleaar(VigoError):
    """A skoleår was asked for that the årshjul does not have."""


def write_calendars(register: Register, mappe: Path, aar: Sequence[str] = ()) -> list[Path]:
    """Write one .ics per audience with the skoleår that are named, or all, and return the files.

    Raises:
        UnknownSkoleaar: a skoleår is not in the årshjul.
    """
    ut = []
    for navn, innhold in calendars(register, aar).items():
        write_bytes(mappe / navn, innhold)
        ut.append(mappe / navn)
    return ut


def calendars(register: Register, aar: Sequence[str] = ()) -> dict[str, bytes]:
    """Return each audience's calendar by file name; an audience without dated events has none.

    Raises:
        UnknownSkoleaar: a skoleår is not in the årshjul.
    """
    if ukjente := sorted({*aar} - {*skoleaar()}):
        raise UnknownSkoleaar(
            f"Skoleår {', '.join(ukjente)} er ikke i årshjulet "
            f"({skoleaar()[0]} til {skoleaar()[-1]}). {LEGG_TIL}"
        )
    alle = [f for a in aar or skoleaar() for f in frister(Skoleaar.parse(a))]
    egne = {
        m: [f for f in alle if concerns(m, f.hendelse, register)] for m in aarshjul().maalgruppe
    }
    return {file_name(m): _calendar(m, frister_) for m, frister_ in egne.items() if frister_}


def three_years(dag: date) -> tuple[str, ...]:
    """Return the skoleår before a day's, its own and the one after, of those there are."""
    naa = Skoleaar.of(dag)
    return tuple(a for a in map(str, (naa.previous, naa, naa.next)) if a in skoleaar())


def file_name(maalgruppe: Maalgruppe) -> str:
    """Return the name of an audience's calendar."""
    return f"aarshjul-{maalgruppe.id}.ics"


def _calendar(maalgruppe: Maalgruppe, frister: Iterable[Frist]) -> bytes:
    """Return one audience's calendar (RFC 5545)."""
    kalender = Calendar()
    kalender.add("prodid", "-//vigo-pipeline//aarshjul//NB")
    kalender.add("version", "2.0")
    kalender.add("method", "PUBLISH")
    navn = training.titled(f"VIGO årshjul: {maalgruppe.navn}")
    kalender.add("name", navn)
    # The older name of the same, which most programs read.
    kalender.add("x-wr-calname", navn)
    for frist in frister:
        kalender.add_component(_event(frist))
    return bytes(kalender.to_ical())


def _event(frist: Frist) -> Event:
    """Return one deadline, all day. ``SEQUENCE`` rises when a public date replaces an ASSUMED."""
    hendelse = frist.hendelse
    post = Event()
    post.add("uid", f"{hendelse.id}.{frist.skoleaar}@vigo-pipeline")
    # Nothing here knows when a fact was written down, and the clock would change the bytes.
    post.add("dtstamp", datetime.combine(frist.skoleaar.start_dato, time(), UTC))
    post.add("sequence", 0 if frist.antatt else 1)
    post.add("dtstart", frist.dato)
    post.add("dtend", frist.dato + timedelta(days=1))
    tittel = f"{title(hendelse)}, {ANTATT}" if frist.antatt else title(hendelse)
    post.add("summary", training.titled(tittel))
    post.add("description", _description(frist))
    post.add("status", "TENTATIVE" if frist.antatt else "CONFIRMED")
    post.add("transp", "TRANSPARENT")
    post.add("categories", [hendelse.flyt or "VIGO årshjul"])
    return post


def _description(frist: Frist) -> str:
    h = frist.hendelse
    linjer = [
        f"Fra {h.fra} til {h.til}.",
        f"Gjelder skoleåret {frist.gjelder}.",
        f"Datoen er {MERKER[frist.merke]} (merke {frist.merke}). {origin(frist)}.",
    ]
    if h.fra == "VIGO" and h.til in {"SSB og Udir", "Udir"}:
        linjer.append(f"Sendes videre {frist.til_mottaker:%d.%m.%Y}, første arbeidsdag etter.")
    return "\n".join(linjer)
