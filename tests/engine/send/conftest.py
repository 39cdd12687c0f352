"""Installations that are further than delivered, made once: approved, and sent."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Copier, InstallationCopier, brought_on
from tests.engine.send.test_approval import approve_all, send_one
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.settings import Innstillinger


@pytest.fixture(scope="session")
def approved_once(
    copy_delivered: Copier, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Innstillinger]:
    """An installation in which Kari has approved both deliveries; copy it, never change it."""
    yield from brought_on(copy_delivered(tmp_path_factory.mktemp("godkjent")), approve_all)


@pytest.fixture(scope="session")
def sent_once(
    approved_once: Innstillinger,
    copy_installation: InstallationCopier,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Innstillinger]:
    """The same where ssbelev is sent too."""
    kopi = copy_installation(approved_once, tmp_path_factory.mktemp("sendt"))
    yield from brought_on(kopi, send_one)


@pytest.fixture
def approved(
    approved_once: Innstillinger, copy_installation: InstallationCopier, tmp_path: Path
) -> Iterator[Pipeline]:
    """A copy of the approved installation, to be changed at will."""
    with copy_installation(approved_once, tmp_path) as pipeline:
        yield pipeline


@pytest.fixture
def sent(
    sent_once: Innstillinger, copy_installation: InstallationCopier, tmp_path: Path
) -> Iterator[Pipeline]:
    """A copy of the installation from which ssbelev is sent, to be changed at will."""
    with copy_installation(sent_once, tmp_path) as pipeline:
        yield pipeline
