"""Tries to bring files over a line, so many and no more, and what is known when none did."""

import asyncio
import time
from collections.abc import Callable, Sequence

from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.send.channel_file import Sftp
from vigo_pipeline.engine.send.line import LineBroken, NotTaken, Refused, open_line
from vigo_pipeline.engine.send.moves import LEVERANSENS, Dagbok, Kommandoer, Vare
from vigo_pipeline.engine.send.upload import NameTaken, NothingThere, Overfoering, has_come


class NotDelivered(VigoError):
    """It did not come through, and that is known: sending once more begins where it stopped."""


class DeliveryUnknown(VigoError):
    """It may have come through. Sending once more finds out by what lies there."""


def bring(
    oppsett: Sftp,
    dagbok: Dagbok,
    varer: Sequence[Vare],
    vent: Callable[[float], None] = time.sleep,
    kommandoer: Kommandoer = LEVERANSENS,
) -> None:
    """Bring files over, with a bounded number of tries and a longer wait after each.

    Raises:
        Refused, NameTaken: somebody has to do something; it is not tried again.
        NotDelivered: none of the tries came through.
        DeliveryUnknown: a file may have come through.
    """
    staar = dagbok.latest()
    if all(has_come(vare, staar.get(vare.navn)) for vare in varer):
        # The process died before it could say so.
        return
    for forsoek in range(1, oppsett.forsoek + 1):
        try:
            asyncio.run(_try(oppsett, dagbok, varer, forsoek, kommandoer))
        except (LineBroken, NotTaken) as feil:
            if forsoek == oppsett.forsoek:
                _give_up(dagbok, forsoek, feil, kommandoer)
            vent(oppsett.ventetid * 2 ** (forsoek - 1))
        except (Refused, NameTaken, NothingThere) as feil:
            _give_up(dagbok, forsoek, feil, kommandoer)
        else:
            return


async def _try(
    oppsett: Sftp, dagbok: Dagbok, varer: Sequence[Vare], forsoek: int, kommandoer: Kommandoer
) -> None:
    async with open_line(oppsett) as linje:
        await Overfoering(linje, dagbok, forsoek, kommandoer).bring(varer)


def _give_up(dagbok: Dagbok, forsoek: int, feil: VigoError, kommandoer: Kommandoer) -> None:
    """Enter how it stands, and tell it."""
    tekst, uvisst = str(feil), False
    for staar in dagbok.latest().values():
        if staar.kan_vaere_omdoept:
            uvisst = True
            dagbok.enter(staar.fil, "uvisst", forsoek, tekst)
        elif staar.steg == "begynt":
            dagbok.enter(staar.fil, "avbrutt", forsoek, tekst)
    if uvisst:
        raise DeliveryUnknown(
            f"{tekst} Det er uvisst om det kom fram. «{kommandoer.send}» finner det ut av det som "
            "ligger hos mottakeren, og sender ikke noe to ganger."
        ) from None
    if isinstance(feil, Refused | NameTaken):
        raise feil from None
    raise NotDelivered(
        f"{tekst} Ikke sendt etter {forsoek} forsøk. «{kommandoer.send}» fortsetter der det "
        "stoppet."
    ) from None
