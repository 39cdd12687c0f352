"""The door: a restricted document is given to somebody once the ledger says so, and not before."""

import os
import pwd
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import sqlalchemy as sa

from vigo_pipeline.domain.mask import mask
from vigo_pipeline.engine.database.tables import uthenting
from vigo_pipeline.engine.innsyn.dokument import Dokument
from vigo_pipeline.engine.persontoken import Persontoken
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.store import fingerprint

UTLEVERT, NEKTET = "utlevert", "nektet"
SKALL, SIDE = "skall", "side"
# Eleven digits that nothing is glued to; not the decimals of a number in a workbook.
_NUMMER = re.compile(r"(?<![0-9A-Za-z])(?<![0-9]\.)[0-9]{11}(?![0-9A-Za-z])", re.ASCII)
# As the kernel has it of a process that nobody logged in to start.
_INGEN = 2**32 - 1
LENGDE = 200
# Whoever waits for the ledger longer than this is given nothing.
_VENT = "set local lock_timeout = '5s'; set local statement_timeout = '20s'"


@dataclass(frozen=True)
class Henter:
    """Who takes a document: in a shell, or on the page from an address that is believed."""

    hvem: str
    id: str = ""
    vei: str = SKALL
    fra: str = ""


def in_shell(loginuid: Path = Path("/proc/self/loginuid")) -> Henter:
    """Return whose shell this is: the login that it began with, whoever it has become since."""
    egen = _name(os.geteuid())
    try:
        innlogget = int(loginuid.read_text("ascii"))
    except (OSError, ValueError):
        innlogget = _INGEN
    hvem = _name(os.getuid() if innlogget == _INGEN else innlogget)
    return Henter(hvem if hvem == egen else f"{hvem} (som {egen})")


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"


def hand_out(
    pipeline: Pipeline,
    dokument: Dokument,
    henter: Henter,
    innhold: bytes | None = None,
    grunn: str = "",
) -> bytes:
    """Return a document's bytes, when the ledger has who takes them.

    ``innhold``: the bytes, of one that does not lie on disk yet.

    Raises:
        ChangedOnDisk: what lies there is no file.
        NoSuchDocument: nothing lies there.
        SealRefused: the ledger cannot be added to.
        sa.exc.SQLAlchemyError: it is not reached, or somebody holds it. Nothing is given.
        TokenKeyUnusable: the key of tokens cannot be used.
    """
    ut = dokument.read(pipeline.oppsett) if innhold is None else innhold
    merker = Persontoken.of(pipeline.oppsett)
    personer = sorted(merker.on(fnr) for fnr in numbers(ut))
    sett: dict[str, object] = {
        "sha256": fingerprint(ut),
        "personer": personer,
        "noekkel": merker.id,
    }
    sett |= {"grunn": safe(grunn)}
    _enter(pipeline, UTLEVERT, dokument, henter, sett)
    return ut


def refuse(pipeline: Pipeline, dokument: Dokument, henter: Henter, grunn: str) -> None:
    """Enter that somebody was refused a document, and why; raises as ``hand_out`` does."""
    _enter(pipeline, NEKTET, dokument, henter, {"grunn": safe(grunn)})


def _enter(
    pipeline: Pipeline, utfall: str, dokument: Dokument, henter: Henter, sett: dict[str, object]
) -> None:
    rad = {
        "utfall": utfall,
        **{n: getattr(dokument, n) for n in ("slag", "flyt", "skoleaar", "runde", "avgiver")},
        "skolenr": dokument.skolenr,
        "fil": dokument.sti,
        **{"sha256": "", "personer": [], "noekkel": "", "vei": henter.vei},
        # What comes from a request may be anything.
        **{"hvem": safe(henter.hvem), "hvem_id": safe(henter.id), "fra": safe(henter.fra)},
        **sett,
    }
    with pipeline.engine.begin() as con:
        con.exec_driver_sql(_VENT)
        con.execute(sa.insert(uthenting).values(rad))


def safe(tekst: str) -> str:
    """Return a text that the ledger can keep: printable, short, and no number of a person."""
    return mask("".join(t if t.isprintable() else "?" for t in tekst[:LENGDE]))


def numbers(innhold: bytes) -> set[str]:
    """Return every number of a person in a page, a table of CSV or a workbook."""
    return {treff for tekst in _texts(innhold) for treff in _NUMMER.findall(tekst)}


def _texts(innhold: bytes) -> Iterator[str]:
    if zipfile.is_zipfile(BytesIO(innhold)):
        with zipfile.ZipFile(BytesIO(innhold)) as pakke:
            yield from (pakke.read(n).decode("utf-8", "replace") for n in pakke.namelist())
        return
    yield innhold.decode("utf-8", "replace")
