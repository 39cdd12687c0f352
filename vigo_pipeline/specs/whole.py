"""Refuse to begin on a run when what it goes by does not hold together, before anything is run."""

from collections.abc import Collection
from functools import cache
from importlib.resources import files
from pathlib import Path

from vigo_pipeline.contract.enhet import amount
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.store import fingerprint
from vigo_pipeline.specs.check import Svar, check


class SpecsBroken(VigoError):
    """A spec, a suite or a query is wrong; the text names each place."""


def installed() -> tuple[Path, Path]:
    """Return the folders of specs and suites that are installed with this package."""
    assets, expectations = (Path(str(files(navn))) for navn in ("assets", "expectations"))
    return assets, expectations


def demand_whole(
    flyter: Collection[str], assets: Path | None = None, expectations: Path | None = None
) -> None:
    """Refuse when a spec cannot be read, or a query or a rule of these flows cannot be run.

    Args:
        flyter: what is to be run; what is wrong in a query of another flow stops none of these.
        assets: the folder of specs; None for what is installed.
        expectations: the folder of suites; the same.

    Raises:
        SpecsBroken: each mistake on a line, with file, line and key.
    """
    egne = (assets, expectations) if assets and expectations else installed()
    # A process that lives on asks before each run, and what is the same as before is not asked.
    funnet = _checked(*egne, tuple(sorted(flyter)), _state(egne))
    if funnet.feil:
        linjer = [f.told(egne[0].parent) for f in funnet.feil]
        antall = amount(len(linjer), "feil")
        raise SpecsBroken(
            "\n".join(
                [
                    f"{antall} i spesifikasjoner, regler eller spørringer. Ingenting er kjørt.",
                    *linjer,
                    "Rett og prøv igjen; «vigo valider» kontrollerer alle flyter.",
                ]
            )
        )


@cache
def _checked(assets: Path, expectations: Path, flyter: tuple[str, ...], _: str) -> Svar:
    return check(assets, expectations, flyter)


def _state(mapper: Collection[Path]) -> str:
    alle = sorted(p for mappe in mapper for p in mappe.rglob("*") if p.suffix in {".toml", ".sql"})
    return fingerprint(b"".join(f"{p}\0".encode() + p.read_bytes() for p in alle))
