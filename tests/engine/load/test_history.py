"""Whatever is loaded in whatever order: one current row per key, and the past never changes."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sentral import Rader, Sentral
from tests.skolefil import ANNEN_SKOLE, SKOLE, Skole, persons
from vigo_pipeline.contract.grensesnitt import grensesnitt
from vigo_pipeline.engine.database.server import sqlalchemy_url
from vigo_pipeline.engine.database.tables import TABELLER
from vigo_pipeline.engine.ledger import row_sums
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger

PERSONER = persons(4)
FELT = st.fixed_dictionaries({"gateadresse": st.sampled_from(["", "Vei 1", "Vei 2"])})
ELEVER = st.dictionaries(st.sampled_from(PERSONER), FELT, min_size=1)
FILER = st.tuples(
    st.sampled_from(["03", "waade"]),
    st.builds(
        Skole,
        ELEVER,
        st.sampled_from([SKOLE, ANNEN_SKOLE, None]),
        kurs=st.fixed_dictionaries({"avbruddsdato": st.sampled_from(["", "20251101"])}),
    ),
)


def current_rows_per_key(sentral: Sentral) -> int:
    """Return the most rows in force that any key of any table has."""
    mest = 0
    for post in grensesnitt().poster().values():
        t = TABELLER[post.tabell]
        query = sa.select(*(t.c[n] for n in post.noekkel)).where(t.c.avsluttet_av.is_(None))
        with sentral.engine.connect() as con:
            mest = max(mest, *Counter(con.execute(query).all()).values(), 0)
    return mest


@contextmanager
def open_base(url: str, mappe: Path, register: Register) -> Iterator[Sentral]:
    oppsett = Innstillinger(hjem=mappe, inn=mappe, database_url=url)
    engine = sa.create_engine(sqlalchemy_url(url))
    try:
        yield Sentral(engine, oppsett, register.innsamlinger["oktober"])
    finally:
        # Or each example would leave a connection behind.
        engine.dispose()


# Every example has a database of its own, so sharing the server and the folder is safe.
@settings(max_examples=8, suppress_health_check=list(HealthCheck))
@given(filer=st.lists(FILER, min_size=2, max_size=5))
def test_the_past_reads_the_same_after_every_load(
    filer: list[tuple[str, Skole]],
    template: str,
    copy_database: Callable[[str], str],
    register: Register,
    tmp_path: Path,
) -> None:
    with open_base(copy_database(template), tmp_path, register) as sentral:
        demand_the_same_past(sentral, filer)


def demand_the_same_past(sentral: Sentral, filer: list[tuple[str, Skole]]) -> None:
    sett: dict[int, dict[str, Rader]] = {}
    for avgiver, skole in filer:
        numre = sentral.load(skole.to_bytes(), avgiver=avgiver).nye_innlesinger
        sett |= {nr: sentral.everything() for nr in numre}
        assert current_rows_per_key(sentral) <= 1
        assert {nr: sentral.everything(nr) for nr in sett} == sett
        with sentral.engine.connect() as con:
            assert list(row_sums.changed(con)) == []
        # What the file holds is in force.
        kurs = {r[0] for r in sentral.rows("elevkurs")}
        assert set(skole.elever) <= kurs
    assert list(sett) == list(range(1, len(sett) + 1))
