"""A home for training: it says so wherever it is read, has a day of its own, and goes to nobody."""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path

from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.partial import whole

# What makes a home one of training; the first line is its day.
MERKE = "OPPLAERING.txt"
TEKST = (
    "{dag}\n"
    "Dette er et hjem for opplæring. Alle personer er oppdiktet, feil er plantet, og dagen "
    "er alltid den over. Ingenting herfra kan godkjennes for eller sendes til noen mottaker.\n"
    "Kast det med: vigo opplaering {hjem} --kast\n"
)
SIER = "Opplæring: alt her er oppdiktet, og ingenting av det går til noen."
LES_MEG = "LES-MEG-OPPLAERING.txt"
# Folders that hold no data that anybody opens.
TJENERENS = {"postgres", "tjener", "dagster"}
# What would let it out of the home, or something real into it.
EGNE = ("VIGO_INN", "VIGO_DATABASE_URL", "VIGO_DATABASE_EIER_URL", "VIGO_KANALER", "VIGO_LAGER")


class OnlyTraining(VigoError):
    """What is asked for is not done in a home for training, or only there."""


# Whether the home that this process works for is one; a process works for one installation.
_gjelder = [False]


def use(*, opplaering: bool) -> None:
    """Let what is made from now on say that it is of training, or not."""
    _gjelder[0] = opplaering


def in_force() -> bool:
    """Say whether what is made is of training."""
    return _gjelder[0]


def titled(tittel: str) -> str:
    """Return a title that says that it is of training, when it is."""
    return f"Opplæring: {tittel}" if in_force() else tittel


def mark_folders(hjem: Path) -> None:
    """Put beside data files a file that says what they are: their layouts have no room for it.

    Those are what is dropped and published, and what the steps keep for each other.
    """
    for mappe in hjem.iterdir():
        if mappe.is_dir() and mappe.name not in TJENERENS:
            with whole(mappe / LES_MEG) as fil:
                fil.write(f"{SIER}\nAlt i denne mappa hører til {hjem}.\n".encode())


def mark(hjem: Path, dag: date) -> None:
    """Make a home one of training, at a day."""
    with whole(hjem / MERKE) as fil:
        fil.write(TEKST.format(dag=dag.isoformat(), hjem=hjem).encode())


def day_of(hjem: Path) -> date | None:
    """Return the day of a home for training; None of another home.

    Raises:
        OnlyTraining: what marks it cannot be read.
    """
    sti = hjem / MERKE
    # A folder or a link without an end in its place is a mark too: without one, things are sent.
    if not os.path.lexists(sti):
        return None
    with suppress(OSError, ValueError, IndexError):
        return date.fromisoformat(sti.read_text("utf-8").splitlines()[0])
    raise OnlyTraining(f"{sti} begynner ikke med en dag (ÅÅÅÅ-MM-DD). Lag hjemmet på nytt.")


def let_out(env: Mapping[str, str]) -> Iterator[str]:
    """Yield the settings that a home for training may not have."""
    yield from (n for n in EGNE if env.get(n, "").strip())
    if env.get("VIGO_MODUS", "").strip().lower() == "reell":
        yield "VIGO_MODUS=reell"


def demand_real(hva: str) -> None:
    """Refuse what goes to a receiver, in a home for training.

    Raises:
        OnlyTraining: it is one.
    """
    if in_force():
        raise OnlyTraining(
            f"{hva}: dette er et hjem for opplæring, og ingenting herfra godkjennes for eller "
            "sendes til noen mottaker. Det gjøres i et vanlig hjem (VIGO_HOME)."
        )
