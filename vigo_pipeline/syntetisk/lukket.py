"""Files of persons: closed to others from the moment they are made.

Made-up persons too: what lies in ``inn/`` cannot be told from real ones by looking.
"""

from pathlib import Path

from vigo_pipeline.engine import refused


def write_closed(sti: Path, innhold: bytes) -> None:
    """Write a file that only its owner can read, whoever could read what lay there before."""
    sti.unlink(missing_ok=True)
    sti.touch(mode=0o600, exist_ok=False)
    with refused.of(sti):
        sti.write_bytes(innhold)
