"""The channels to the receivers in this installation."""

from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.send.channel import Kanal
from vigo_pipeline.engine.send.channel_file import Mappe, Sftp, read_channels
from vigo_pipeline.engine.send.folder_channel import Mappekanal


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


def _read(pipeline: Pipeline) -> dict[str, Mappe | Sftp]:
    kjente = {m for v in pipeline.register.leveranser.values() for m in v.mottakere}
    return read_channels(pipeline.oppsett.kanaler, kjente)


def _channel(oppsett: Mappe | Sftp) -> Kanal:
    if isinstance(oppsett, Mappe):
        return Mappekanal(oppsett)
    # Half a second to import, so only who has a line pays for it.
    from vigo_pipeline.engine.send.sftp_channel import Sftpkanal  # noqa: PLC0415

    return Sftpkanal(oppsett)
