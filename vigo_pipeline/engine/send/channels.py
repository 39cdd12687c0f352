"""The channel to a receiver in this installation."""

from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.send.channel import Kanal
from vigo_pipeline.engine.send.channel_file import Sftp, read_channels
from vigo_pipeline.engine.send.folder_channel import Mappekanal


def channel_to(pipeline: Pipeline, mottaker: str) -> Kanal:
    """Return the channel of a receiver: the outbox when it has none of its own.

    Raises:
        InvalidChannels: the file of channels cannot be used.
    """
    kjente = {m for v in pipeline.register.leveranser.values() for m in v.mottakere}
    oppsett = read_channels(pipeline.oppsett.kanaler, kjente).get(mottaker)
    if not isinstance(oppsett, Sftp):
        return Mappekanal()
    # Half a second to import, so only who has a line pays for it.
    from vigo_pipeline.engine.send.sftp_channel import Sftpkanal  # noqa: PLC0415

    return Sftpkanal(oppsett)
