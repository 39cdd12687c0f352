"""What `vigo sjekk` does with files: here nothing is read in of what reads a command line."""

import os
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from vigo_pipeline.cli.svar import say, tell
from vigo_pipeline.domain.mask import mask
from vigo_pipeline.sjekk.lett import besvart, start

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from vigo_pipeline.sjekk.guess import Lesemaate
    from vigo_pipeline.sjekk.innsendt import Innsendt
    from vigo_pipeline.sjekk.kjent import Kjent

STANDARD_INN = "-"
# Bytes of a school or a few: to share them among cores costs more than it gives.
LITE = 4 << 20


def only_files(ord_: list[str]) -> bool:
    """Say whether these words of a command are files, and nothing else: then each is one."""
    return bool(ord_) and all(o == STANDARD_INN or not o.startswith("-") for o in ord_)


def check_files(
    filer: list[str],
    samling: str = "",
    skoleaar: str = "",
    runde: str = "",
    avgiver: str = "",
    *,
    til: str = "",
    som_json: bool = False,
    mot: str = "",
) -> int:
    """Check files, say what is wrong with them, and return the exit code.

    ``til``: where it is written too. ``mot``: a Sentralbase that is asked too.
    """
    # Before the rest is read in.
    start(uten_base=not mot)
    from vigo_pipeline.contract.toml_file import reading
    from vigo_pipeline.engine import code_lists
    from vigo_pipeline.engine.clock import today
    from vigo_pipeline.engine.duck_instances import one_core
    from vigo_pipeline.engine.register import Register
    from vigo_pipeline.engine.settings import Innstillinger
    from vigo_pipeline.sjekk.check import check, exit_code
    from vigo_pipeline.sjekk.guess import Valg

    oppsett = Innstillinger.from_env(os.environ)
    code_lists.use(oppsett.hjem)
    valg = Valg(samling=samling, skoleaar=skoleaar, runde=runde, avgiver=avgiver)
    # As where it is received: synthetic files have a clock of their own.
    dag = today() if oppsett.modus == "reell" else None
    kjent = _asked_of(mot) if mot else None
    innsendt = _read(filer)
    er_lite = sum(f.stoerrelse for f in innsendt.filer) <= LITE
    with one_core() if er_lite else nullcontext():
        svar = check(Register.installed(reading()), oppsett, innsendt, valg, dag, kjent)
    if som_json:
        from vigo_pipeline.sjekk.data import as_data

        tell(as_data(svar, oppsett.nettsted_adresse).model_dump())
    else:
        from vigo_pipeline.sjekk.tekst import as_text

        for linje in as_text(svar, oppsett.nettsted_adresse):
            say(mask(linje))
    if til:
        from vigo_pipeline.sjekk.skriv import write

        write(Path(til), svar, oppsett.nettsted_adresse)
    besvart.append(True)
    return exit_code(svar)


def _asked_of(mot: str) -> "Callable[[Lesemaate, Collection[str]], Kjent]":
    from functools import partial

    from vigo_pipeline.sjekk.mot import known, open_named

    return partial(known, open_named(mot, os.environ))


def _read(filer: list[str]) -> "Innsendt":
    from vigo_pipeline.sjekk.innsendt import from_bytes, from_paths

    if filer == [STANDARD_INN]:
        return from_bytes({"standard-inn.txt": sys.stdin.buffer.read()})
    return from_paths([Path(f) for f in filer])
