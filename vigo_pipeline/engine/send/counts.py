"""The record of counts that a receiver may want beside a file: how much there is of it."""

from vigo_pipeline.engine.manifest import Manifest

FIL = "opptelling.csv"


def record_of_counts(manifest: Manifest, innhold: bytes) -> bytes:
    """Return a line with the file's name, rows, bytes and sha256, under their names."""
    felt = (manifest.fil, manifest.rader, len(innhold), manifest.fil_sha256)
    return f"fil;rader;byte;sha256\r\n{';'.join(map(str, felt))}\r\n".encode()
