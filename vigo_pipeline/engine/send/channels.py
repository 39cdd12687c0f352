"""The channels to the receivers in this installation."""

from typing import TYPE_CHECKING

from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.send.channel import Kanal
from vigo_pipeline.engine.send.channel_file import InvalidChannels, Mappe, Sftp, read_channels
from vigo_pipeline.engine.send.folder_channel import Mappekanal

if TYPE_CHECKING:
    from vigo_pipeline.engine.send.sftp_channel import Sftpkanal


# Who gets the lines of the transfer; no delivery names it. ASSUMED: one address for all fylker.
OT = "OT"


def channel_to(pipeline: Pipeline, mottaker: str) -> Kanal:
    """Return the channel of a receiver: the outbox when it has none of its own.

    Raises:
        InvalidChannels: the file of channels cannot be used.
    """
    return _channel(_read(pipeline).get(mottaker, Mappe()))


def channels(pipeline: Pipeline) -> dict[str, Kanal]:
    """Return the channels that are set up, by receiver.

    Raises:
        InvalidChannels: the file of channels cannot be used.
    """
    return {mottaker: _channel(oppsett) for mottaker, oppsett in _read(pipeline).items()}


def line_to(pipeline: Pipeline, mottaker: str) -> "Sftpkanal | None":
    """Return the line to a receiver; None when what it gets lies in a folder.

    Raises:
        InvalidChannels: the file of channels cannot be used.
    """
    oppsett = _read(pipeline).get(mottaker, Mappe())
    return None if isinstance(oppsett, Mappe) else _line(oppsett)


def _read(pipeline: Pipeline) -> dict[str, Mappe | Sftp]:
    kjente = {m for v in pipeline.register.leveranser.values() for m in v.mottakere}
    kanaler = read_channels(pipeline.oppsett.kanaler, {*kjente, OT})
    if OT in kanaler and kanaler[OT].kvitteringer:
        raise InvalidChannels(
            f"VIGO_KANALER: [kanal.{OT}.kvitteringer] kan ikke settes: det er ikke kjent at noen "
            "kvitterer for linjer til OT."
        )
    return kanaler


def _channel(oppsett: Mappe | Sftp) -> Kanal:
    if isinstance(oppsett, Mappe):
        return Mappekanal(oppsett)
    return _line(oppsett)


def _line(oppsett: Sftp) -> "Sftpkanal":
    # Half a second to import, so only who has a line pays for it.
    from vigo_pipeline.engine.send.sftp_channel import Sftpkanal  # noqa: PLC0415

    return Sftpkanal(oppsett)
