"""A check has the code lists that anything it asks looks in, whatever collection it is of."""

import pytest

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.engine import code_list_file, duck
from vigo_pipeline.engine.judge import verdict_basis
from vigo_pipeline.engine.receive.judge import contract
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.rules.generate import MOTTAKERS, expand
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.sjekk.guess import Lesemaate
from vigo_pipeline.sjekk.kodelister import LISTE, named

REGISTER = Register.installed()
RUNDE = Partisjon("2025-2026", "endelig")


@pytest.mark.parametrize("stamme", REGISTER.innsamlinger)
def test_what_rules_come_to_looks_in_no_other_list(stamme: str) -> None:
    innsamling = REGISTER.innsamlinger[stamme]
    lister = named(REGISTER, Lesemaate(innsamling, RUNDE, "03", ""))
    sjekker = [
        s
        for r in REGISTER.regler("innrapportering", stamme, RUNDE.skoleaar)
        for s in expand(r, contract(innsamling))
    ]
    for lev in REGISTER.leveres_fra(stamme):
        regler = REGISTER.regler("leveranser", lev.stamme, RUNDE.skoleaar)
        skrevet = [r for r in regler if r.genereres not in MOTTAKERS]
        sjekker += [s for r in skrevet for s in expand(r, verdict_basis.contract(lev))]
    slaatt_opp = {n for s in sjekker for n in LISTE.findall(s.sql)}
    assert slaatt_opp
    assert not slaatt_opp - lister
    assert kodeverk.lister().keys() - lister, "all lists are made, and that takes long"


def tables() -> set[str]:
    """Return the code lists that somebody has who asks for them now."""
    sql = "select table_name from duckdb_tables() where database_name = 'kodeverk'"
    with duck.connect() as con:
        duck.register_kodeverk(con, RUNDE.aar.start_dato, RUNDE.aar.slutt_dato)
        return {navn for (navn,) in con.sql(sql).fetchall()}


def test_lists_that_nobody_names_are_there_again_afterwards() -> None:
    with code_list_file.only(frozenset({"fylker"})):
        assert tables() == {"fylker"}
    assert tables() == {*kodeverk.lister()}
