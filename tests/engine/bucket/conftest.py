"""One object store for these tests, and machines that share nothing but it and a database."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path

import pytest

from tests import objektlager
from tests.conftest import Copier
from tests.objektlager import Lagertjener
from tests.sentral import ENDELIG
from vigo_pipeline.engine import partial
from vigo_pipeline.engine.bucket.bring import put_all, put_dropped
from vigo_pipeline.engine.ledger.seal import FIL, Segl
from vigo_pipeline.engine.persontoken import make_first
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import HENTET, Innstillinger

NUMMER = count(1)
NOEKLER = (FIL, "kjennetegn.noekkel")
# A machine by its name.
Maskiner = Callable[[str], Pipeline]
Sharing = Callable[[Innstillinger, Path], AbstractContextManager[Maskiner]]


@pytest.fixture(scope="session")
def lagertjener(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lagertjener]:
    with objektlager.running(tmp_path_factory.mktemp("lager") / "l") as tjener:
        yield tjener


@pytest.fixture(scope="session")
def sharing(lagertjener: Lagertjener, register: Register) -> Sharing:
    """Return a way to let machines share what one home has, and what was dropped in a folder."""

    @contextmanager
    def share(oppsett: Innstillinger, inn: Path) -> Iterator[Maskiner]:
        lager = lagertjener.setup(f"nr{next(NUMMER)}")
        alle: dict[str, Pipeline] = {}

        def machine(navn: str) -> Pipeline:
            """Return a machine: ``en`` is that whose home it was, and each other's is new."""
            if navn not in alle:
                hjem = oppsett.hjem if navn == "en" else oppsett.hjem.with_name(navn)
                hjem.mkdir(mode=0o700, exist_ok=True)
                for noekkel in NOEKLER if navn != "en" else ():
                    if (oppsett.hjem / noekkel).exists():
                        shutil.copy(oppsett.hjem / noekkel, hjem / noekkel)
                egne = {"hjem": hjem, "inn": hjem / HENTET, "lager": lager}
                alle[navn] = Pipeline(register, oppsett.model_copy(update=egne))
            return alle[navn]

        try:
            en = machine("en")
            assert en.speil
            # The key of its seal is made by the first who connects.
            en.engine.dispose()
            make_first(oppsett)
            put_all(en.speil, Segl.of(oppsett.hjem).id)
            put_dropped(en.speil, inn)
            yield machine
        finally:
            for pipeline in alle.values():
                pipeline.engine.dispose()
                partial.share(pipeline.oppsett.hjem, None)

    return share


@pytest.fixture
def levert(copy_delivered: Copier, sharing: Sharing, tmp_path: Path) -> Iterator[Maskiner]:
    """Machines that share the delivered installation, which the first of them has in its home."""
    with copy_delivered(tmp_path) as pipeline:
        inn = pipeline.oppsett.inn / "inn"
        shutil.rmtree(ENDELIG.under(inn))
        with sharing(pipeline.oppsett, inn) as machine:
            yield machine
