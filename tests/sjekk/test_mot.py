"""Where a Sentralbase is named, what needs it is asked too, and nothing is written there."""

from functools import partial

import pytest
import sqlalchemy as sa

from tests.sentral import FOERSTE
from vigo_pipeline.engine.database.tables import innlesing
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive.receive import folder
from vigo_pipeline.sjekk.check import Kontrollert, check
from vigo_pipeline.sjekk.guess import Valg
from vigo_pipeline.sjekk.innsendt import Innsendt, from_bytes
from vigo_pipeline.sjekk.mot import known

ENDELIG = Valg(samling="oktober", runde="endelig")


def shortened(pipeline: Pipeline) -> Innsendt:
    """Return the largest of a fylke's files of the first round, with a fifth of its pupils."""
    samling = pipeline.register.innsamlinger["oktober"]
    alle = sorted(folder(samling, FOERSTE, "03", pipeline.oppsett).glob("*.txt"))
    fil = max(alle, key=lambda p: p.stat().st_size)
    start, *linjer = fil.read_bytes().split(b"\r\n")
    elever = [linje.split(b";")[1] for linje in linjer if linje.startswith(b"$EL")]
    med = {*elever[: len(elever) // 5]}
    rest = [linje for linje in linjer if linje and linje.split(b";")[1] in med]
    return from_bytes({fil.name: b"\r\n".join([start, *rest, b""])})


def asked(svar: list[Kontrollert]) -> tuple[set[str], set[str]]:
    """Return the rules that found something, and those that were not asked."""
    funn = {s.regel.id for k in svar for s in k.funn}
    return funn, {r.id for k in svar for r in k.ikke_spurt}


@pytest.mark.server
def test_what_was_there_before_is_asked_for(pipeline: Pipeline) -> None:
    innsendt, om = shortened(pipeline), (pipeline.register, pipeline.oppsett)
    with pipeline.engine.connect() as con:
        foer = con.execute(sa.select(sa.func.max(innlesing.c.nr))).scalar()
    alene, uspurt = asked(check(*om, innsendt, ENDELIG))
    med, fremdeles = asked(check(*om, innsendt, ENDELIG, ask_known=partial(known, pipeline)))
    # Four of five are gone from the school, and what is said of a whole school is asked, too.
    assert med - alene == {"SUM-002", "SUM-005"}
    assert {"SUM-002", "RETT-004", "STAT-018"} <= uspurt - fremdeles
    # What others send, and the receiver's own contract, is asked by the pipeline only.
    assert {"SUM-001", "MOT-001", "NUDB-006"} <= fremdeles
    assert fremdeles < uspurt
    with pipeline.engine.connect() as con:
        assert con.execute(sa.select(sa.func.max(innlesing.c.nr))).scalar() == foer
