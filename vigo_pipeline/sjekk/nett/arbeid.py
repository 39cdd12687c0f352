"""One check in a process of its own: it has an end, a limit of memory, and leaves nothing."""

import os
import resource
import tempfile
from base64 import b64encode
from collections.abc import Mapping
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from tempfile import TemporaryDirectory

from vigo_pipeline.engine import code_lists
from vigo_pipeline.engine.clock import today
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.masking import safe_text
from vigo_pipeline.engine.refused import told
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.reports.parts.rule_link import rule_address
from vigo_pipeline.sjekk.check import check
from vigo_pipeline.sjekk.guess import Valg
from vigo_pipeline.sjekk.innsendt import from_bytes
from vigo_pipeline.sjekk.lett import start
from vigo_pipeline.sjekk.side import content
from vigo_pipeline.sjekk.skriv import as_workbook

SEKUNDER = 60
# Address space, not use: what libraries map is most of it.
MINNE = 6 << 30
FOR_LENGE = (
    f"Sjekken tok mer enn {SEKUNDER} sekunder og ble stanset. Sjekk én skole om gangen, eller bruk "
    "kommandoen vigo sjekk."
)
GIKK_IKKE = "Fila kunne ikke sjekkes: det ble for mye å holde på, eller noe uventet sto i den."
Svar = dict[str, object]
# What a process has read in before it is asked anything, so that the answer waits for none of it.
FORBEREDT = [__name__]


def prepare() -> None:
    """Let the processes to come begin with all that they need."""
    get_context("forkserver").set_forkserver_preload(FORBEREDT)


def answer(filer: Mapping[str, bytes], valg: Valg) -> Svar:
    """Return what the page shows of files, or ``feil``: in words, why it shows nothing."""
    egen, andres = get_context("forkserver").Pipe(duplex=False)
    # Code lists lie in a file while they are asked, and whoever is stopped does not clean up.
    with TemporaryDirectory(prefix="vigo-sjekk-") as mappe:
        prosess = get_context("forkserver").Process(
            target=_work, args=(andres, mappe, dict(filer), valg), daemon=True
        )
        prosess.start()
        andres.close()
        try:
            if not egen.poll(SEKUNDER):
                return {"feil": FOR_LENGE}
            return dict(egen.recv())
        except EOFError:
            return {"feil": GIKK_IKKE}
        finally:
            prosess.kill()
            prosess.join()
            egen.close()


def _work(ut: Connection, mappe: str, filer: dict[str, bytes], valg: Valg) -> None:
    tempfile.tempdir = mappe
    resource.setrlimit(resource.RLIMIT_AS, (MINNE, MINNE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # What goes wrong in here is told in words on the page; a trace could hold a line of the file.
    with open(os.devnull, "w") as intet:  # noqa: PTH123
        os.dup2(intet.fileno(), 2)
    start()
    ut.send(answered(filer, valg))


def answered(filer: Mapping[str, bytes], valg: Valg) -> Svar:
    """Return what ``answer`` does, here; raises what is no fault of the file or the machine."""
    try:
        return _checked(filer, valg)
    except VigoError as feil:
        return {"feil": safe_text(feil)}
    except OSError as feil:
        if (hva := told(feil)) is None:
            raise
        return {"feil": f"Fila ble ikke sjekket. {hva}"}


def _checked(filer: Mapping[str, bytes], valg: Valg) -> Svar:
    oppsett = Innstillinger.from_env(os.environ)
    code_lists.use(oppsett.hjem)
    dag = today() if oppsett.modus == "reell" else None
    alle = check(Register.installed(), oppsett, from_bytes(filer), valg, dag)
    sider = partial(rule_address, oppsett.nettsted_adresse)
    return {
        **content(alle),
        "rule_address": sider,
        "regneark": b64encode(as_workbook(alle, oppsett.nettsted_adresse)).decode(),
    }
