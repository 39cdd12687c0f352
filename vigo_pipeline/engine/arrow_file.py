"""Rows that the next step reads at once: an Arrow file, in which a text that repeats is a number.

A correction changes a school, and every step reads the nation: of two million rows Parquet is read
in four times the time and written in three. What is kept for years, and read by others, is Parquet.
"""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

MERKE, ENDELSE = b"ARROW1", ".arrow"
# A text that is there more often than this, on average, is a number into a list of texts.
GANGER = 2
# As many as the widest value has, in bytes.
NULLER = 16
PAKKING = pa.ipc.IpcWriteOptions(compression=pa.Codec("zstd", 1))


def write_rows(file: pa.NativeFile, table: pa.Table) -> None:
    """Write rows to an open file: the same rows give the same bytes, however they are coded."""
    rader = coded(table)
    with pa.ipc.new_file(file, rader.schema, options=PAKKING) as ut:
        ut.write_table(rader)


def coded(rader: pa.Table) -> pa.Table:
    """Return rows in which a text that repeats is a number: the same rows in the same way."""
    kodet = pa.table([_canonical(k) for k in rader.columns], rader.column_names)
    return kodet.replace_schema_metadata(rader.schema.metadata)


def read_rows(
    content: bytes, kolonner: Sequence[str] | None = None, *, coded: bool = False
) -> pa.Table:
    """Return the rows of such a file; ``coded`` as for ``table_of``."""
    kilde = pa.BufferReader(content)
    valgte = pa.ipc.IpcReadOptions()
    if kolonner is not None:
        alle = schema_of(content).names
        valgte.included_fields = sorted(map(alle.index, kolonner))
    with pa.ipc.open_file(kilde, options=valgte) as fil:
        rader = fil.read_all().select(kolonner or fil.schema.names)
    return rader if coded else decoded(rader)


def decoded(rader: pa.Table) -> pa.Table:
    """Return rows in which every text is a text."""
    felt = [
        pa.field(f.name, f.type.value_type if pa.types.is_dictionary(f.type) else f.type)
        for f in rader.schema
    ]
    return rader.cast(pa.schema(felt, rader.schema.metadata))


def schema_of(content: bytes) -> pa.Schema:
    """Return the schema of such a file, with what it says of itself."""
    return pa.ipc.open_file(pa.BufferReader(content)).schema


def _canonical(kolonne: pa.ChunkedArray) -> pa.Array:
    """Return a column in one piece, of which the same values are the same bytes.

    Texts that repeat are numbers, in the order of the texts.
    """
    if pa.types.is_string(kolonne.type):
        kolonne = kolonne.dictionary_encode()
    samlet = kolonne.combine_chunks()
    if not pa.types.is_dictionary(samlet.type):
        return _emptied(samlet)
    brukt = pc.unique(samlet.indices).drop_null()
    tekster = samlet.dictionary.take(brukt)
    if len(tekster) * GANGER > len(samlet):
        return _emptied(samlet.cast(samlet.type.value_type))
    orden = pc.sort_indices(tekster)
    if tekster.take(orden).equals(samlet.dictionary):
        return pa.DictionaryArray.from_arrays(_emptied(samlet.indices), _emptied(samlet.dictionary))
    koder = pc.index_in(samlet.indices, brukt.take(orden))
    return pa.DictionaryArray.from_arrays(_emptied(koder), _emptied(tekster.take(orden)))


def _emptied(verdier: pa.Array) -> pa.Array:
    """Return values with nothing where there is none: what lies there is what somebody left."""
    if verdier.null_count == 0:
        return _of_buffers(verdier, None)
    # Whoever only reads must not wait for it.
    import numpy as np  # noqa: PLC0415

    finnes = np.packbits(verdier.is_valid().to_numpy(zero_copy_only=False), bitorder="little")
    return _of_buffers(verdier.fill_null(_nothing(verdier.type)), pa.py_buffer(finnes))


def _nothing(slag: pa.DataType) -> pa.Scalar:
    """Return the empty text, or what is noughts all through."""
    if pa.types.is_string(slag):
        return pa.scalar("")
    return pa.Array.from_buffers(slag, 1, [None, pa.py_buffer(bytes(NULLER))])[0]


def _of_buffers(verdier: pa.Array, finnes: pa.Buffer | None) -> pa.Array:
    """Return values that are all there, with what says that some are not."""
    _, *resten = verdier.buffers()
    return pa.Array.from_buffers(
        verdier.type, len(verdier), [finnes, *resten], offset=verdier.offset
    )
