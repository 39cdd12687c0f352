"""A delivery made by ranges of its key is the one that is made at once."""

from collections.abc import Mapping

import pyarrow as pa
import pytest

from tests.skolefil import OMRAADE, SKOLE, persons
from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.contract.variabel import schema
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.derive import pieces
from vigo_pipeline.engine.derive.derive import derive
from vigo_pipeline.engine.derive.recipe import promised_schema, recipe
from vigo_pipeline.engine.register import Register

REGISTER = Register.installed()
AAR = Skoleaar.parse("2025-2026")
FAGKODER = ("NOR1260", "ENG1007", "MAT1019")
HVEM = persons(7)


def tables(leveranse: Leveranse) -> Mapping[str, pa.Table]:
    """Return some pupils with fag in no order, of two avgivere, one of whom left early."""
    felles = {"skoleaar": AAR.compact, "skolenr": SKOLE, "programomraadekode": OMRAADE}
    kurs = [
        {"fnr": fnr, "avgiver": ("03", "18")[nr % 2], "avgiverfylke": "03", **felles}
        for nr, fnr in enumerate(reversed(HVEM))
    ]
    kurs[2] |= {"avbruddsdato": AAR.start_dato, "startdato": AAR.start_dato}
    fag = [k | {"fagkode": kode, "fagstatus": "E"} for kode in FAGKODER for k in kurs]
    rader = {"elevkurs": kurs, "elevkursfag": fag, "elev": kurs}
    return {
        navn: pa.Table.from_pylist(
            rader.get(navn, []),
            pa.schema([*schema(list(kolonner)), pa.field("avgiver", pa.string())]),
        )
        for navn, kolonner in leveranse.leser.items()
    }


@pytest.mark.slow
@pytest.mark.parametrize("stamme", ["ssbelev", "ssbelevfag", "ssbresultat", "ssbresultatfag"])
def test_pieces_come_to_the_whole(stamme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    leveranse = REGISTER.leveranser[stamme]
    oppskrift, lest = recipe(leveranse, REGISTER.spoerringer, AAR), tables(leveranse)
    foer = derive(oppskrift, lest, None).rader
    hel = derive(oppskrift, lest, foer)
    monkeypatch.setattr(pieces, "RADER_PER_BIT", 2)
    delt = derive(oppskrift, lest, foer)
    assert delt.rader.equals(hel.rader)
    assert delt.antall.equals(hel.antall)
    assert len(hel.rader)


def test_every_row_is_in_one_piece_also_without_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "RADER_PER_BIT", 2)
    verdier = [*HVEM, None, HVEM[0], HVEM[0], HVEM[0]]
    deler = list(pieces.pieces("fnr", pa.table({"fnr": pa.array(verdier, pa.string())})))
    assert len(deler) > 2
    assert (deler[0].fra, deler[-1].til) == (None, None)
    assert [d.til for d in deler[:-1]] == [d.fra for d in deler[1:]]


def test_only_what_is_read_of_the_delivery_before_is_asked_for() -> None:
    leveranse = REGISTER.leveranser["ssbresultatfag"]
    oppskrift = recipe(leveranse, REGISTER.spoerringer, AAR)
    assert {*leveranse.noekkel, "karakter_muntlig", "fagstatus"} <= {*oppskrift.foer}
    assert "fagnavn" not in oppskrift.foer
    lest = tables(leveranse)
    foer = derive(oppskrift, lest, None).rader
    assert derive(oppskrift, lest, foer.select(oppskrift.foer)).rader.equals(
        derive(oppskrift, lest, foer).rader
    )
    assert promised_schema(leveranse).names == foer.column_names
