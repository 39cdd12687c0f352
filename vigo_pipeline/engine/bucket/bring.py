"""What is brought from the store before something is done, and what is put there at first.

What is done puts its files there itself, as each is whole (``vigo_pipeline.engine.partial``).
"""

import json
import shutil
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from vigo_pipeline.contract.enhet import amount
from vigo_pipeline.engine.bucket.changes import Changes
from vigo_pipeline.engine.bucket.listing import MAPPE
from vigo_pipeline.engine.bucket.mirror import (
    AVLEDET,
    DELT,
    INN,
    MOTTATT,
    UTEN_AAR,
    Gjelder,
    Mirror,
    Sti,
    files_of,
    folder_of,
    is_year,
)
from vigo_pipeline.engine.bucket.objects import Objects, StoreFailed
from vigo_pipeline.engine.bucket.setup import Lager, read
from vigo_pipeline.engine.code_lists import MANIFEST
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.partial import ENDELSE, share
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon, fingerprint, read_bytes, write_bytes

# Says whose the store is: the id of the key that the ledger is sealed with.
MERKE = "lager.json"
# Sets of code lists, each a folder that is there when all of it is.
SETT = "kodeverk/tatt-inn"
# What an avgiver's folder had when it was read, as ``engine/receive`` names it: below is no import.
FILER = "filer.parquet"
# How many deletions this machine has heard of.
HOERT = f"{MAPPE}/slettet"


class StoreUnknown(VigoError):
    """The store is empty, or another installation's."""


class HomeBehind(VigoError):
    """A home has not heard of what has been deleted since it last asked the store."""


class NotAsInn(VigoError):
    """A folder is not laid out as ``inn/``: nobody would read what lies in it."""


@cache
def _objects(lager: Lager) -> Objects:
    # Its connections are kept: every step of a process asks.
    return Objects(lager)


def opened(
    oppsett: Innstillinger, logg: Callable[[str], None], endringer: Changes
) -> Mirror | None:
    """Let what is written in a home go to its store from now on; None where it has none.

    ``endringer``: where machines tell each other what has changed.

    Raises:
        WrongSpec: the file of the store cannot be used.
    """
    fil = oppsett.lager
    speil = None
    if fil:
        speil = Mirror(oppsett.hjem, oppsett.inn, _objects(read(fil)), logg, endringer)
    share(oppsett.hjem, speil)
    return speil


def demand_own(speil: Mirror, segl: str) -> None:
    """Refuse a store that is not this installation's. ``segl``: the id of the ledger's key.

    Raises:
        StoreUnknown: it is empty, or another's.
    """
    vert, eier = speil.objects.oppsett.vert, _owner(speil)
    if eier is None:
        raise StoreUnknown(
            f"Objektlageret på {vert} er tomt, eller bøtta er en annen enn før. Kjør «vigo lager "
            "legg» på maskinen som har hjemmet; i en ny installasjon på hvilken som helst."
        )
    if eier != segl:
        raise StoreUnknown(
            f"Objektlageret på {vert} hører til en annen installasjon: hovedboka der er forseglet "
            "med en annen nøkkel. Er VIGO_LAGER, VIGO_DATABASE_URL og segl.noekkel fra samme sted?"
        )


def _owner(speil: Mirror) -> str | None:
    """Return the id of the key of whose the store is, None of one that is not in use."""
    try:
        return str(json.loads(speil.objects.read(MERKE))["segl"])
    except FileNotFoundError:
        speil.objects.demand_bucket()
        return None
    except (ValueError, KeyError, TypeError):
        # Not ours to write over.
        return "ukjent"


def is_in_use(speil: Mirror) -> bool:
    """Say whether a store is some installation's.

    Raises:
        StoreFailed: it does not answer, or the bucket is not there.
    """
    return _owner(speil) is not None


def bring_code_lists(speil: Mirror) -> None:
    """Let the sets of code lists that were taken in be here, each whole or not at all.

    Raises:
        StoreFailed: the store does not answer, or has not the whole of one: it is not gone by.
    """
    sett: dict[str, dict[str, str]] = {}
    for navn, versjoner in speil.objects.versions(f"{UTEN_AAR}/{SETT}").items():
        nr, _, liste = navn.removeprefix(f"{UTEN_AAR}/{SETT}/").partition("/")
        sett.setdefault(nr, {})[liste] = f"{navn}/{versjoner[0].sum}"
    for nr, lister in sett.items():
        maal = speil.hjem / SETT / nr
        if not nr.isdecimal() or MANIFEST not in lister or maal.exists():
            continue
        under = maal.with_name(f"{nr}{ENDELSE}")
        shutil.rmtree(under, ignore_errors=True)
        for liste, nyeste in lister.items():
            write_bytes(under / Sti(liste).name, _demanded(speil, nyeste))
        under.rename(maal)


def _demanded(speil: Mirror, navn: str) -> bytes:
    with suppress(FileNotFoundError):
        innhold = speil.objects.read(navn)
        if fingerprint(innhold) == Sti(navn).name:
            return innhold
    raise StoreFailed(
        f"{navn} i objektlageret er borte, avkortet eller endret, så det kan ikke sies hvilket "
        "kodeverk som gjelder. Kjør «vigo lager legg» på en maskin som har det, eller hent det fra "
        "sikkerhetskopien."
    )


def bring_round(
    speil: Mirror,
    partisjon: Partisjon,
    egne: Collection[str],
    naere: Collection[str],
    slettinger: int,
) -> None:
    """Let what the steps of a round read be here as the store has it.

    Args:
        speil: the machine's home, and the store.
        partisjon: the round.
        egne: the stems of the flow.
        naere: those of all flows that fill the same tables.
        slettinger: how many deletions the ledger has.
    """
    aar, fjor = partisjon.skoleaar, partisjon.i_fjor.skoleaar

    def in_year(sti: Sti) -> bool:
        mappe = sti.parts[0]
        if mappe in ("artefakter", "leveranser") or sti.parts[:2] == ("begrenset", "funn"):
            return not {*naere}.isdisjoint(sti.parts)
        return partisjon.runde in sti.parts and not {*egne}.isdisjoint(sti.parts)

    def of_last_year(sti: Sti) -> bool:
        gjelder = sti.parts[0] == "leveranser" or sti.parts[1] == "innrapportering"
        return gjelder and not {*egne}.isdisjoint(sti.parts)

    _forget_deleted(speil, slettinger)
    speil.bring_dropped(aar)
    der = speil.bring([aar], in_year)
    lokale = files_of(speil.hjem, AVLEDET, aar)
    speil.forget((p for p in lokale if in_year(_in_home(speil, p))), der)
    speil.bring([fjor], of_last_year)


def is_account(sti: Sti) -> bool:
    """Say whether a path in the home is of what was read from an avgiver's folder."""
    return sti.parts[:2] == ("artefakter", "innrapportering") and sti.name == FILER


def is_document(sti: Sti) -> bool:
    """Say whether a path in the home is where what is handed out lies."""
    return sti.parts[0] == "begrenset"


def is_of_no_year(sti: Sti) -> bool:
    """Say whether a path in the home is of no skoleår."""
    return folder_of(sti) == UTEN_AAR


# Which files are brought, by what somebody begins with.
UTVALG: dict[str, Gjelder] = {
    "inn": is_account,
    "utlevering": is_document,
    "felles": is_of_no_year,
}


def bring_all(
    speil: Mirror, slettinger: int, gjelder: Gjelder = lambda _: True, *, alt: bool = False
) -> None:
    """Let shared files be here as the store has them.

    The sets of code lists are brought when a home is opened.

    Args:
        speil: the machine's home, and the store.
        slettinger: how many deletions the ledger has.
        gjelder: which files, by path in the home.
        alt: copies of what was read too, and the store is asked what it has of everything.
    """
    _forget_deleted(speil, slettinger)
    if gjelder is is_of_no_year:
        mapper = [UTEN_AAR]
    else:
        mapper = [m for m in speil.folders(spurt=alt) if alt or m != MOTTATT]

    def wanted(sti: Sti) -> bool:
        return gjelder(sti) and not sti.is_relative_to(SETT)

    der = speil.bring(mapper, wanted, spurt=alt)
    lokale = files_of(speil.hjem, AVLEDET)
    speil.forget((p for p in lokale if wanted(_in_home(speil, p))), der)


def _forget_deleted(speil: Mirror, slettinger: int) -> None:
    """Remove what was deleted from the store since this machine last heard of a deletion."""
    if _has_heard(speil, slettinger):
        return
    if slettinger:
        speil.forget(files_of(speil.hjem, DELT), speil.paths())
        # What is left of a file that somebody was taken out of is another version of it.
        speil.bring(speil.folders(spurt=True), lambda sti: (speil.hjem / sti).exists(), spurt=True)
        speil.forget_dropped()
    write_bytes(speil.hjem / HOERT, str(slettinger).encode())


@dataclass(frozen=True)
class Lagt:
    """What came of putting a home in its store.

    ``antall``: how many files are there as they are here. ``nyere``: those that it has otherwise,
    from another machine, and keeps. ``andre``: those that it has and the home has not.
    """

    antall: int
    nyere: list[str]
    andre: list[str]


def put_all(speil: Mirror, segl: str, slettinger: int = 0) -> Lagt:
    """Put every shared file of a home in its store, but none over what another machine has made.

    Args:
        speil: the machine's home, and the store.
        segl: the id of the ledger's key.
        slettinger: how many deletions the ledger has.

    Raises:
        StoreUnknown: it is another installation's.
        HomeBehind: something has been deleted that this machine has not heard of.
    """
    if is_in_use(speil):
        demand_own(speil, segl)
        _demand_heard(speil, slettinger)
    else:
        write_bytes(speil.hjem / HOERT, str(slettinger).encode())
    filer = {*files_of(speil.hjem, DELT)}
    speil.ask(sorted({folder_of(_in_home(speil, p)) for p in filer}))
    nyere = {path for path in sorted(filer) if not speil.put_missing(path)}
    # Last: without it the store is not gone by.
    speil.objects.write(MERKE, json.dumps({"segl": segl}).encode())
    navn = [sorted(str(_in_home(speil, p)) for p in m) for m in (nyere, speil.paths() - filer)]
    return Lagt(len(filer - nyere), *navn)


def _demand_heard(speil: Mirror, slettinger: int) -> None:
    """Refuse to put back what was deleted from the store."""
    if not _has_heard(speil, slettinger):
        raise HomeBehind(
            f"Noe er slettet som {speil.hjem} kan ha ennå, og som da ville kommet tilbake i "
            "lageret. Kjør «vigo lager hent» først: den tar det bort her. Er hjemmet gjenopprettet "
            "fra en sikkerhetskopi, bruk heller ei ny, tom bøtte."
        )


def _has_heard(speil: Mirror, slettinger: int) -> bool:
    hoert = speil.hjem / HOERT
    try:
        return read_bytes(hoert) == str(slettinger).encode()
    except FileNotFoundError:
        return not slettinger


def put_dropped(speil: Mirror, mappe: Path) -> int:
    """Put the files of a folder laid out as ``inn/`` in the store; return how many.

    What lies in no skoleår is told, and left: nobody would read it, and nothing would let it go.

    Raises:
        NotAsInn: all that lies there does.
    """
    alle = [f for f in sorted(mappe.rglob("*")) if f.is_file() and not f.is_symlink()]
    filer = [f for f in alle if is_year(f.relative_to(mappe).parts[0])]
    if utenfor := len(alle) - len(filer):
        hva = f"I {mappe} ligger {amount(utenfor, 'fil')} utenfor et skoleår"
        if not filer:
            raise NotAsInn(
                f"{hva}, der ingen leser, og ingenting er lagt i lageret. Gi mappa som har "
                "skoleårene i seg, lagt opp som inn/: skoleår/samling/runde/avgiver."
            )
        speil.logg(f"{hva}. Det er ikke lagt i lageret.")
    for fil in filer:
        navn = f"{INN}/{fil.relative_to(mappe).as_posix()}"
        speil.objects.write(navn, fil.read_bytes())
    return len(filer)


def _in_home(speil: Mirror, path: Path) -> Sti:
    return Sti(path.relative_to(speil.hjem).as_posix())
