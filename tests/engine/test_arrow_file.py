"""Rows that the next step reads: what is written is what is read, however the texts are coded."""

from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vigo_pipeline.engine.arrow_file import coded, decoded, read_rows, write_rows
from vigo_pipeline.engine.errors import ChangedOnDisk
from vigo_pipeline.engine.ledger.seal import Segl
from vigo_pipeline.engine.oppbevaring.numre import Kjenner
from vigo_pipeline.engine.persontoken import Persontoken
from vigo_pipeline.engine.store import parquet, read_json, read_table, table_of, write_table

TALL = st.none() | st.integers(-9, 9)
TEKST = st.none() | st.sampled_from(["", "A", "Å", "æ;\n", "\x00"]) | st.text(max_size=3)
RADER = st.lists(
    st.tuples(TEKST, TEKST, TALL, TALL, st.none() | st.dates(), st.none() | st.booleans()),
    max_size=12,
)
SKJEMA = pa.schema(
    [
        pa.field("tekst", pa.string()),
        pa.field("annen", pa.string()),
        pa.field("tall", pa.int64()),
        pa.field("sum", pa.decimal128(5, 2)),
        pa.field("dag", pa.date32()),
        pa.field("sant", pa.bool_()),
    ],
    {"vannmerke": "7"},
)


def table(rader: list[tuple[object, ...]], snitt: int) -> pa.Table:
    """Return rows in two pieces, the texts of each coded by itself."""
    kolonner = [list(k) for k in zip(*rader, strict=True)] or [[]] * len(SKJEMA)
    hele = pa.table(kolonner, schema=SKJEMA)
    deler = [hele.slice(0, snitt), hele.slice(snitt)]
    kodet = [d.set_column(0, "tekst", d["tekst"].dictionary_encode()) for d in deler]
    return pa.concat_tables(kodet).replace_schema_metadata(SKJEMA.metadata)


def written(rader: pa.Table) -> bytes:
    ut = pa.BufferOutputStream()
    write_rows(ut, rader)
    return bytes(ut.getvalue())


@given(rader=RADER, snitt=st.integers(0, 12))
def test_the_same_rows_are_the_same_bytes_and_are_read_as_they_were(
    rader: list[tuple[object, ...]], snitt: int
) -> None:
    kodet = table(rader, snitt)
    tekst = decoded(kodet)
    innhold = written(kodet)
    assert innhold == written(tekst) == written(table(rader[::-1], snitt).take(snudd(rader)))
    assert innhold == written(with_leftovers(tekst))
    assert table_of(innhold).equals(tekst, check_metadata=True)
    assert decoded(table_of(innhold, coded=True)).equals(tekst, check_metadata=True)
    assert read_rows(innhold, ["dag", "tekst"]).equals(tekst.select(["dag", "tekst"]))
    assert table_of(parquet(coded(tekst))).equals(tekst, check_metadata=True)
    lest = table_of(innhold, coded=True)
    assert parquet(coded(kodet)) == parquet(coded(tekst)) == parquet(lest)


def with_leftovers(rader: pa.Table) -> pa.Table:
    """Return the same rows, with something where there is nothing, and what says so of each."""
    noe = ("x", "x", 7, Decimal("7.00"), date(2025, 10, 1), True)
    kolonner = []
    for kolonne, verdi in zip(rader.columns, noe, strict=True):
        der = kolonne.is_valid().combine_chunks()
        full = kolonne.fill_null(pa.scalar(verdi, kolonne.type)).combine_chunks()
        bits = pa.array([*der.to_pylist(), True] * 2, pa.bool_()).buffers()[1]
        kolonner.append(
            pa.Array.from_buffers(full.type, len(full), [bits, *full.buffers()[1:]], offset=0)
        )
    return pa.table(kolonner, schema=rader.schema)


def snudd(rader: list[tuple[object, ...]]) -> pa.Array:
    return pa.array(range(len(rader) - 1, -1, -1), pa.int64())


def test_a_text_that_repeats_is_a_number_and_one_that_does_not_is_a_text() -> None:
    rader = pa.table({"fylke": ["42", "03"] * 5, "navn": [f"elev {n}" for n in range(10)]})
    kodet = table_of(written(rader), coded=True)
    assert pa.types.is_dictionary(kodet["fylke"].type)
    assert kodet["fylke"].chunk(0).dictionary.to_pylist() == ["03", "42"]
    assert kodet["navn"].type == pa.string()


NUMMER = "01815012345"


def kjenner_of(nummer: str) -> Kjenner:
    segl = Segl(b"n" * 32)
    merker = Persontoken((segl,), segl)
    return Kjenner(merker, merker.all_on(nummer))


@pytest.mark.parametrize("coded", [False, True])
def test_a_person_is_found_in_it(tmp_path: Path, coded: bool) -> None:
    sti = tmp_path / "rader.arrow"
    write_table(sti, pa.table({"fnr": [NUMMER] * 5 if coded else [NUMMER]}))
    assert pa.types.is_dictionary(table_of(sti.read_bytes(), coded=True)["fnr"].type) == coded
    assert kjenner_of(NUMMER).in_file(sti)
    assert not kjenner_of("01815012264").in_file(sti)
    assert read_table(sti, "rader", ["fnr"])["fnr"][0].as_py() == NUMMER


LANGT, FOTEN = 2**30, 10
SKADER = {
    "en tekst begynner utenfor": pa.Array.from_buffers(
        pa.string(),
        2,
        [None, pa.py_buffer(np.array([0, LANGT, 11], "i4")), pa.py_buffer(NUMMER.encode())],
    ),
    "et tall er utenfor lista": pa.DictionaryArray.from_arrays(
        pa.array([0, LANGT], pa.int32()), pa.array([NUMMER]), safe=False
    ),
    "en tekst er ikke UTF-8": pa.Array.from_buffers(
        pa.string(),
        1,
        [None, pa.py_buffer(np.array([0, 12], "i4")), pa.py_buffer(b"\xff" + NUMMER.encode())],
    ),
    "foten er borte": pa.array([NUMMER]),
}


@pytest.mark.parametrize("skade", SKADER)
def test_a_person_is_found_in_one_that_is_damaged(tmp_path: Path, skade: str) -> None:
    sti = tmp_path / "rader.arrow"
    with pa.ipc.new_file(str(sti), pa.schema({"fnr": SKADER[skade].type})) as ut:
        ut.write_batch(pa.record_batch([SKADER[skade]], ["fnr"]))
    if skade == "foten er borte":
        innhold = bytearray(sti.read_bytes())
        lengde = int.from_bytes(innhold[-FOTEN:-6], "little")
        innhold[-FOTEN - lengde : -FOTEN] = bytes(lengde)
        sti.write_bytes(innhold)
    assert kjenner_of(NUMMER).in_file(sti)
    assert not kjenner_of("01815012264").in_file(sti)
    assert kjenner_of("01815012264").in_file(sti, damaged=True)


@pytest.mark.parametrize("endelse", ["arrow", "parquet"])
@given(
    st.integers(0, 4000), st.integers(0, 4000), st.binary(max_size=40), st.sampled_from((0, 1, 8))
)
# The name of a column, which is no text any more.
@example(0, 381, b"\x80", 1)
def test_a_damaged_file_is_told_of_by_its_name(
    tmp_path_factory: pytest.TempPathFactory,
    endelse: str,
    til: int,
    hvor: int,
    rusk: bytes,
    borte: int,
) -> None:
    fil = tmp_path_factory.mktemp("skadd") / f"rader.{endelse}"
    write_table(fil, table([("a", "b", 1, 2, None, True)] * 5, 2))
    innhold = fil.read_bytes()[: 4000 - til]
    fil.write_bytes(innhold[:hvor] + rusk + innhold[hvor + borte :])
    # What is read of it all the same is of whoever holds it against a sum.
    with suppress(ChangedOnDisk):
        read_table(fil, "noe")
    fil.write_bytes(b"ikke rader")
    with pytest.raises(ChangedOnDisk, match=f"^noe: .*rader.{endelse} .*Kjør runden på nytt"):
        read_table(fil, "noe")


def test_a_damaged_list_of_ours_is_told_of_with_what_to_do(tmp_path: Path) -> None:
    fil = tmp_path / "liste.json"
    assert read_json(fil, list[int], "Slett den.") == []
    for rusk in (b"", b"[1", b"\xff", b"{}", b'["1"]', b"null"):
        fil.write_bytes(rusk)
        with pytest.raises(ChangedOnDisk, match=r"liste\.json er skadet.*Slett den\.$"):
            read_json(fil, list[int], "Slett den.")
    fil.write_bytes(b"[1]")
    assert read_json(fil, list[int], "Slett den.") == [1]


@pytest.mark.parametrize("navn", ["rader.arrow", "rader.parquet", "liste.json"])
def test_what_is_no_file_is_not_taken_for_nothing(navn: str, tmp_path: Path) -> None:
    """A link that points nowhere would say that nothing was deleted."""

    def read(sti: Path) -> object:
        return read_json(sti, list, "") if sti.suffix == ".json" else read_table(sti, "noe")

    (tmp_path / "lenke").mkdir()
    lenke, mappe = tmp_path / "lenke" / navn, tmp_path / navn
    lenke.symlink_to(tmp_path / "borte")
    mappe.mkdir()
    for sti in (lenke, mappe):
        with pytest.raises(ChangedOnDisk, match="ikke en vanlig fil"):
            read(sti)
