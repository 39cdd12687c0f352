"""A receipt as a receiver writes it: what it says, of which bytes. Nothing in it is trusted."""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vigo_pipeline.contract.grensesnitt import grensesnitt
from vigo_pipeline.domain.mask import mask
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.ledger.entered import USYNLIG
from vigo_pipeline.engine.receive.folder import fits
from vigo_pipeline.engine.send.channel_file import Kvitteringer
from vigo_pipeline.engine.send.handovers import AVVIST, Hendelse

# So large is no receipt, so many are looked at, and so many of its words are kept.
HOEYST_BYTES = 64 * 1024
HOEYST_FILER = 2000
HOEYST_TEGN = 300
_SUM = re.compile(r"[0-9a-f]{64}")


class UnreadableReceipt(VigoError):
    """A file among the receipts says nothing that can be understood."""


class NoReceipts(VigoError):
    """The folder of receipts cannot be read, or has too much in it."""


@dataclass(frozen=True)
class Svarfil:
    """A file among a receiver's receipts, as it lies there; ``innhold`` is cut when it is large.

    ``endret``: when it was last written, in seconds since 1970.
    """

    navn: str
    innhold: bytes
    endret: float = 0


@dataclass(frozen=True)
class Svarmappe:
    """What lies where a receiver puts its receipts. ``lenker``: names of links, never followed."""

    filer: list[Svarfil]
    lenker: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kvittering:
    """What a receipt says: of which bytes, file and number, blank or 0 where it does not say."""

    svar: Hendelse
    sha256: str
    fil: str
    leveranse_nr: int
    referanse: str
    merknad: str


def receipts_among(navn: Iterable[str], mappe: str) -> list[str]:
    """Return the names that are of whole receipts, sorted: as what an avgiver drops is looked at.

    Raises:
        NoReceipts: they are more than are looked at.
    """
    form = grensesnitt().fil
    egne = sorted(n for n in navn if not fits(n, (*form.underveis, *form.etterlatt)))
    if len(egne) > HOEYST_FILER:
        raise NoReceipts(
            f"I {mappe} ligger {len(egne)} filer, og det ses på {HOEYST_FILER}. Flytt bort de "
            "gamle; de som er tatt inn, er tatt vare på her."
        )
    return egne


def parse(svarfil: Svarfil, form: Kvitteringer) -> Kvittering:
    """Return what a receipt says.

    Raises:
        UnreadableReceipt: it is too large, no JSON object, or does not say of which bytes and what.
            Says which, and nothing of what stands there.
    """
    if len(svarfil.innhold) > HOEYST_BYTES:
        raise UnreadableReceipt(f"Fila er større enn {HOEYST_BYTES // 1024} kB.")
    try:
        lest = json.loads(svarfil.innhold.decode("utf-8-sig"), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise UnreadableReceipt(
            "Fila er ikke JSON i UTF-8, eller et felt står to ganger."
        ) from None
    if not isinstance(lest, dict):
        raise UnreadableReceipt("Fila er ikke et JSON-objekt.")
    felt = form.felt
    sum_, utfall = _text(lest, felt.sha256).lower(), _text(lest, felt.utfall)
    if not _SUM.fullmatch(sum_):
        raise UnreadableReceipt(f"Feltet «{felt.sha256}» er ikke en sha256.")
    if utfall not in (*form.mottatt, *form.avvist):
        raise UnreadableReceipt(f"Feltet «{felt.utfall}» er ikke et av {_known(form)}.")
    nr = _text(lest, felt.leveranse_nr) if felt.leveranse_nr in lest else "0"
    if felt.leveranse_nr in lest and not re.fullmatch("[1-9][0-9]{0,5}", nr):
        raise UnreadableReceipt(f"Feltet «{felt.leveranse_nr}» er ikke et nummer fra 1.")
    if felt.fil in lest and not _text(lest, felt.fil):
        raise UnreadableReceipt(f"Feltet «{felt.fil}» er ikke et filnavn.")
    return Kvittering(
        svar="kvittert" if utfall in form.mottatt else AVVIST,
        sha256=sum_,
        fil=_text(lest, felt.fil),
        leveranse_nr=int(nr),
        referanse=shown(_text(lest, felt.referanse)),
        merknad=shown(_text(lest, felt.merknad)),
    )


def shown(tekst: str) -> str:
    """Return what a stranger has written as one line that can be shown: masked, and not long."""
    # What has no width parts no word, and no number.
    tekst = "".join(t for t in tekst if unicodedata.category(t) != "Cf")
    synlig = "".join(" " if unicodedata.category(t) in USYNLIG else t for t in tekst)
    linje = mask(" ".join(unicodedata.normalize("NFC", synlig).split()))
    return linje if len(linje) <= HOEYST_TEGN else f"{linje[: HOEYST_TEGN - 1]}…"


def _once(par: list[tuple[str, object]]) -> dict[str, object]:
    """Return an object whose fields stand once: of two, nobody knows which is meant."""
    ut = dict(par)
    if len(ut) != len(par):
        raise ValueError
    return ut


def _text(lest: Mapping[str, object], navn: str) -> str:
    verdi = lest.get(navn)
    if isinstance(verdi, bool) or not isinstance(verdi, str | int):
        return ""
    return str(verdi).strip()


def _known(form: Kvitteringer) -> str:
    return ", ".join(f"«{u}»" for u in (*form.mottatt, *form.avvist))
