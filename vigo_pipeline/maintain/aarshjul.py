"""The command that writes the årshjul as a page."""

from vigo_pipeline.maintain.page import TilValg, write
from vigo_pipeline.reports.aarshjul.page import as_markdown


def aarshjul(til: TilValg = None) -> None:
    """Write the årshjul as a page: every event and every date."""
    write(as_markdown(), til)
