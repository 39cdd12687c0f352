"""Of deliveries that are judged together, only what the rules look at is read."""

from dataclasses import replace

import pyarrow as pa
import pytest

from vigo_pipeline.contract import nudb
from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine import duck
from vigo_pipeline.engine.derive.account import REGNSKAP
from vigo_pipeline.engine.derive.recipe import promised_schema, recipe
from vigo_pipeline.engine.judge import beside, layout
from vigo_pipeline.engine.judge.verdict_basis import Domsgrunnlag, Ventet, basis
from vigo_pipeline.engine.load.beside import MOTTATT, REGNSKAP_INN
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.rules.evaluate import bind
from vigo_pipeline.engine.rules.generate import Sjekk
from vigo_pipeline.engine.settings import Innstillinger

REGISTER = Register.installed()
AAR = Skoleaar.parse("2025-2026")
SAMMEN = [lev for lev in REGISTER.leveranser.values() if lev.sammen_med]


def basis_of(leveranse: Leveranse, oppsett: Innstillinger) -> Domsgrunnlag:
    oppskrift = recipe(leveranse, REGISTER.spoerringer, AAR)
    regler = REGISTER.regler("leveranser", leveranse.stamme, str(AAR))
    return basis(oppskrift, regler, AAR, oppsett, Ventet(()), runde="endelig")


@pytest.fixture
def oppsett(tmp_path_factory: pytest.TempPathFactory) -> Innstillinger:
    mappe = tmp_path_factory.mktemp("hjem")
    return Innstillinger(hjem=mappe, inn=mappe)


@pytest.mark.slow
@pytest.mark.parametrize("leveranse", SAMMEN, ids=lambda lev: lev.stamme)
def test_every_rule_finds_the_columns_it_names(
    leveranse: Leveranse, oppsett: Innstillinger
) -> None:
    grunnlag = basis_of(leveranse, oppsett)
    tabeller: dict[str, pa.Table] = {
        leveranse.stamme: promised_schema(leveranse).empty_table(),
        "regnskap": REGNSKAP.empty_table(),
        "regnskap_inn": REGNSKAP_INN.empty_table(),
        "mottak": MOTTATT.empty_table(),
    }
    for navn in leveranse.sammen_med:
        andre = REGISTER.leveranser[navn]
        alle = promised_schema(andre).empty_table()
        lest = beside.columns(grunnlag, andre)
        tabeller[navn] = alle if lest is None else alle.select(lest)
    with duck.connect() as con:
        sjekker, _ = layout.lay_out(
            con, grunnlag, tabeller, nudb.installed() if grunnlag.mottaker else None
        )
        for sjekk in sjekker:
            bind(con, sjekk)


@pytest.mark.parametrize(
    ("sql", "ventet"),
    [
        ("select rad from rader", {*beside.ALLTID}),
        (
            "select r.rad from rader as r anti join ssbelevfag using (programomraadekode)",
            {*beside.ALLTID, "programomraadekode"},
        ),
        ("select a.rad from (select * from ssbelevfag) as a", None),
        ("from ssbelevfag", None),
        ("select f.* from ssbelevfag as f", None),
    ],
)
def test_what_may_take_all_takes_all(
    sql: str, ventet: set[str] | None, oppsett: Innstillinger
) -> None:
    egen, andre = REGISTER.leveranser["ssbelev"], REGISTER.leveranser["ssbelevfag"]
    grunnlag = basis_of(egen, oppsett)
    sjekk = Sjekk("X-001", "FEIL", egen.stamme, None, "spoerring", sql)
    lest = beside.columns(replace(grunnlag, sjekker=(sjekk,)), andre)
    assert (lest if lest is None else {*lest}) == ventet
