"""Ctrl-C before a command has begun, and again while it ends: one line and 130, as in between."""

import pytest

from tests.vigo import run

# A process of its own, interrupted where a module is read in: once, and again where it ends.
PROSESS = """
import atexit, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
hvor, hvordan, igjen = sys.argv.pop(1), sys.argv.pop(1), sys.argv.pop(1)

class Pressed:
    def __set_name__(self, eier, navn):
        signal.raise_signal(signal.SIGINT)

class Finder:
    def find_spec(self, navn, *_):
        if navn == hvor:
            sys.meta_path.remove(self)
            if igjen == "igjen":
                atexit.register(signal.raise_signal, signal.SIGINT)
            if hvordan == "i en klasse":
                type("Klasse", (), {"felt": Pressed()})
            signal.raise_signal(signal.SIGINT)

sys.meta_path.insert(0, Finder())
from vigo_pipeline.cli import main
sys.argv[0] = "vigo"
main()
"""


@pytest.mark.parametrize(
    ("modul", "hvordan", "igjen"),
    [
        ("vigo_pipeline.engine.process", "i en klasse", "igjen"),
        ("vigo_pipeline.cli.ending", "rett fram", "igjen"),
        ("typer", "i en klasse", "en gang"),
        ("vigo_pipeline.cli.status", "rett fram", "en gang"),
    ],
)
def test_an_interruption_while_it_is_read_in_is_told_as_any(
    modul: str, hvordan: str, igjen: str
) -> None:
    svar = run(modul, hvordan, igjen, "status", program=PROSESS)
    assert (svar.returncode, svar.stdout, svar.stderr) == (130, "", "Avbrutt.\n")
