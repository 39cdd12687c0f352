"""Arrow's functions are the same when each is made as it is named."""

import subprocess
import sys

import pytest

# Names without, with one, with many and with optional arguments, what Arrow writes in Python
# itself, what arrays call of it, and what there is not.
PROEV = """
import pyarrow as pa
import pyarrow.compute as pc

tekst, tall = pa.array(["b", "a", None]), pa.array([3, None, 1])
print(pc.equal(tekst, "a").to_pylist(), pc.and_(True, False), pc.or_(True, False))
print(pc.is_in(tekst, pa.array(["a"])).to_pylist(), pc.is_in(tekst, value_set=tekst[:1]))
print(pc.is_in(tekst, options=pc.SetLookupOptions(tekst, skip_nulls=True)).to_pylist())
print(pc.split_pattern(pa.array(["a;b;c"]), ";", max_splits=1).to_pylist())
print(pc.binary_join_element_wise("x", tekst, "-", null_handling="skip").to_pylist())
print(pc.make_struct(tekst, tall, field_names=["t", "n"]).to_pylist())
print(pc.sum(tall), pc.count(tall, mode="only_null"), pc.any(pc.is_null(tall)))
print(pc.case_when(pc.make_struct(pc.equal(tall, 3)), tekst, "ellers").to_pylist())
print(pc.cast(tall, pa.string()), pc.take(tekst, [1]), pc.fill_null(tall, 0))
print(tekst.unique(), tekst.cast(pa.large_string()).type, tall.filter(pc.equal(tall, 1)))
print(pa.table({"t": tekst}).sort_by("t"), pc.index_in(tekst, tekst).to_pylist())
print(pa.table({"a": tall}).filter(pc.field("a") == 1))
try:
    pc.equal(tekst)
except TypeError as feil:
    print(feil)
try:
    pc.finnes_ikke
except AttributeError as feil:
    print(feil)
"""
SENERE = """
from vigo_pipeline.engine.arrow_functions import make_when_named
from vigo_pipeline.engine.when_used import put_off
put_off("pyarrow.compute")
make_when_named()
import pyarrow.compute as pc
assert not {"equal", "is_in", "and_"} & vars(pc).keys(), "made already"
"""


def said(program: str) -> str:
    svar = subprocess.run(  # noqa: S603 -- this program, with the text above
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert svar.returncode == 0, svar.stderr
    return svar.stdout


@pytest.mark.slow
def test_they_answer_as_arrows_own() -> None:
    sagt = said(SENERE + PROEV)
    assert sagt == said(PROEV)
    assert sagt.endswith("module 'pyarrow.compute' has no attribute 'finnes_ikke'\n")


def test_where_they_are_made_already_they_stay() -> None:
    foer = "import pyarrow.compute as pc\nfoer = pc.equal\n"
    assert said(foer + SENERE.partition("assert")[0] + "print(pc.equal is foer)") == "True\n"
