"""The receiver's file with some lines exchanged is the file of all the rows."""

import random

import pyarrow as pa
import pytest

from tests.engine.judge.test_narrow import PER, REGISTER, SKOLER, a_delivery
from vigo_pipeline.engine.derive.exchanged import exchanged
from vigo_pipeline.engine.publish.file import render
from vigo_pipeline.engine.publish.splice import spliced


@pytest.mark.parametrize("overskrift", [True, False])
@pytest.mark.parametrize("stamme", PER)
def test_some_schools_lines_are_exchanged(stamme: str, overskrift: bool) -> None:
    lev = REGISTER.leveranser[stamme]
    lev = lev.model_copy(update={"fil": lev.fil.model_copy(update={"overskrift": overskrift})})
    alle = dict.fromkeys(SKOLER, "da")
    slump = random.Random(stamme)  # noqa: S311 -- the same each time
    for antall in (0, 1, 2, len(SKOLER)):
        skoler = slump.sample(SKOLER, antall)
        foer, naa = (a_delivery(stamme, f) for f in (alle, alle | dict.fromkeys(skoler, "ny")))
        for fra, til in ((foer, naa), (naa, foer), (foer.slice(0, 0), naa), (naa, naa.slice(0, 0))):
            gammel, ny = (render(lev, t, skriv_antatte=True) for t in (fra, til))
            byttet = exchanged("da", fra, til, skoler if len(fra) and len(til) else SKOLER)
            assert spliced(lev, gammel, byttet, til, skriv_antatte=True) == ny


@pytest.mark.parametrize("i_en_ny", [True, False])
def test_a_value_of_two_lines_is_not_taken_for_two_rows(i_en_ny: bool) -> None:
    """Whether it is in a line that stands, or in one that is put in."""
    lev = REGISTER.leveranser["ssbelev"]
    foer = a_delivery("ssbelev", dict.fromkeys(SKOLER, "da"))
    staar, byttes = sorted({*foer["skolenr"].to_pylist()})[:2]
    etter = a_delivery("ssbelev", dict.fromkeys(SKOLER, "da") | {byttes: "3"})
    nr = etter["skolenr"].to_pylist().index(byttes if i_en_ny else staar)
    tekster = etter["elevnavn"].to_pylist()
    tekster[nr] = "Berg\nKari"
    felt = etter.schema.get_field_index("elevnavn")
    etter = etter.set_column(felt, etter.schema.field(felt), pa.array(tekster))
    foer = foer if i_en_ny else etter
    gammel = render(lev, foer, skriv_antatte=True)
    byttet = exchanged("da", foer, etter, [byttes])
    assert spliced(lev, gammel, byttet, etter, skriv_antatte=True) is None
