"""SSB's own contract for what we send, as the installed ssb-nudb-config says it."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from types import ModuleType
from typing import Self

from pydantic import Field

from vigo_pipeline.contract.strict import Strict

PAKKE = "ssb-nudb-config"
# SSB's client for code lists at Klass.
KLIENT = "klass"
# Whose contract it is.
EIER = "SSB"
UTDATERT = "utdatert"


class Nudbvariabel(Strict):
    """A variable in SSB's words. ``length``: the lengths a text may have; all when there are none.

    ``renamed_from``: names it had before. ``outdated_comment``: what SSB says in place of it.
    """

    unit: str
    dtype: str
    length: tuple[int, ...] | None = None
    klass_codelist: int | None = None
    renamed_from: tuple[str, ...] = ()
    outdated_comment: str | None = None

    @property
    def utdatert(self) -> bool:
        """Say whether SSB has stopped using it."""
        return self.unit == UTDATERT


class Nudbdatasett(Strict):
    """A dataset of SSB. ``thresholds_empty``: how many percent of a variable may be empty."""

    variables: tuple[str, ...] = ()
    thresholds_empty: dict[str, float] = Field(default_factory=dict)


class Nudb(Strict):
    """SSB's contract: a release, its variables and datasets, and which skoleår it takes as real."""

    versjon: str
    skoleaar: tuple[int, int]
    variabler: dict[str, Nudbvariabel]
    datasett: dict[str, Nudbdatasett]

    def only(self, variabler: set[str], datasett: set[str]) -> Self:
        """Return the part of it that concerns these variables and datasets."""
        return self.model_copy(
            update={
                "variabler": {n: v for n, v in sorted(self.variabler.items()) if n in variabler},
                "datasett": {
                    n: Nudbdatasett(
                        variables=tuple(sorted(variabler.intersection(d.variables))),
                        thresholds_empty=d.thresholds_empty,
                    )
                    for n, d in sorted(self.datasett.items())
                    if n in datasett
                },
            }
        )


@cache
def release() -> str:
    """Return the installed release of SSB's package; cheap, unlike reading it."""
    return version(PAKKE)


@contextmanager
def _without_client() -> Iterator[None]:
    """Let SSB's package name two classes of its client for code lists, and not import it.

    The client brings Jupyter and pandas, which takes four times as long as the rest, and the two
    fields that are of these classes are filled by the client only.
    """
    if KLIENT in sys.modules:
        yield
        return
    navngitt = ModuleType(KLIENT)
    for klasse in ("KlassClassification", "KlassVariant"):
        setattr(navngitt, klasse, type(klasse, (), {}))
    sys.modules[KLIENT] = navngitt
    try:
        yield
    finally:
        del sys.modules[KLIENT]


@cache
def installed() -> Nudb:
    """Return SSB's contract as it is installed.

    Raises:
        pydantic.ValidationError: a release has another shape than the one this was written for.
    """
    # Half a second to import, so only a run that asks the receiver pays for it.
    with _without_client():
        from nudb_config import settings  # noqa: PLC0415

    foerste, siste = settings.constants.sane_skoleaar_range
    return Nudb(
        versjon=release(),
        skoleaar=(foerste, siste),
        variabler={n: _variable(v.model_dump()) for n, v in settings.variables.items()},
        datasett={
            navn: Nudbdatasett(
                variables=tuple(d.variables or ()),
                thresholds_empty=dict((d.thresholds_empty or {}).items()),
            )
            for navn, d in settings.datasets.items()
        },
    )


def _variable(felt: dict[str, object]) -> Nudbvariabel:
    kjente = {n: felt[n] for n in Nudbvariabel.model_fields if felt.get(n) is not None}
    return Nudbvariabel.model_validate(kjente)


def as_toml(nudb: Nudb) -> str:
    """Return a contract as TOML, which ``Nudb(**tomllib.loads(...))`` reads again."""
    return "\n".join(_lines(nudb)) + "\n"


def _lines(nudb: Nudb) -> Iterator[str]:
    yield f"versjon = {json.dumps(nudb.versjon)}"
    yield f"skoleaar = {json.dumps(nudb.skoleaar)}"
    for navn, variabel in nudb.variabler.items():
        yield from ("", f"[variabler.{navn}]")
        for felt, verdi in variabel.model_dump(exclude_defaults=True).items():
            yield f"{felt} = {json.dumps(verdi, ensure_ascii=False)}"
    for navn, datasett in nudb.datasett.items():
        yield from ("", f"[datasett.{navn}]")
        yield f"variables = {json.dumps(datasett.variables)}"
        yield from ("", f"[datasett.{navn}.thresholds_empty]")
        yield from (f"{n} = {grense}" for n, grense in datasett.thresholds_empty.items())
