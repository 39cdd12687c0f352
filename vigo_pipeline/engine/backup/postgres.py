"""PostgreSQL's own programs for a dump, told where the server is without a word that others see."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, cast

import sqlalchemy as sa
from psycopg import conninfo, pq

from vigo_pipeline.engine.backup.copy import STYKKE, BackupFailed, UnusableBackup
from vigo_pipeline.engine.database.embedded.programs import installed


def dump(url: str) -> Iterator[bytes]:
    """Yield a dump of a database, in pieces.

    Raises:
        BackupFailed: it could not be made.
    """
    kommando = [str(installed() / "pg_dump"), "--format=custom", "--no-password"]
    with (
        tempfile.TemporaryFile() as sagt,
        subprocess.Popen(  # noqa: S603 -- PostgreSQL's, of our own environment
            kommando, stdout=subprocess.PIPE, stderr=sagt, env=_environment(url)
        ) as prosess,
    ):
        ut = cast("IO[bytes]", prosess.stdout)
        while bit := ut.read(STYKKE):
            yield bit
        if prosess.wait():
            raise BackupFailed(f"pg_dump stoppet med kode {prosess.returncode}: {_said(sagt)}")


def restore(url: str, biter: Iterator[bytes]) -> None:
    """Restore a dump into an empty database.

    Raises:
        UnusableBackup: it could not be done; what is in the database then is to be thrown away.
    """
    navn = str(sa.make_url(url).database)
    valg = ["--no-owner", "--exit-on-error", "--no-password", f"--dbname={navn}"]
    with (
        tempfile.TemporaryFile() as sagt,
        subprocess.Popen(  # noqa: S603 -- PostgreSQL's, of our own environment
            [installed() / "pg_restore", *valg],
            stdin=subprocess.PIPE,
            stderr=sagt,
            env=_environment(url),
        ) as prosess,
    ):
        inn = cast("IO[bytes]", prosess.stdin)
        # It ends before it has read all when it fails, and says why itself.
        with suppress(BrokenPipeError):
            for bit in biter:
                inn.write(bit)
        with suppress(BrokenPipeError):
            inn.close()
        if prosess.wait():
            raise UnusableBackup(
                f"pg_restore stoppet med kode {prosess.returncode}: {_said(sagt)}. Kast databasen, "
                "og gjenopprett i en tom."
            )


def _environment(url: str) -> dict[str, str]:
    """Return what libpq reads: a password in an argument is seen by everybody on the machine."""
    navn = {
        valg.keyword.decode(): valg.envvar.decode()
        for valg in pq.Conninfo.get_defaults()
        if valg.envvar
    }
    satt = conninfo.conninfo_to_dict(url)
    egne = {navn[k]: str(v) for k, v in satt.items() if k in navn and v is not None}
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", **egne}


def _said(sagt: IO[bytes]) -> str:
    """Return the kind of what went wrong: a line that quotes no row."""
    sagt.seek(0)
    linjer = sagt.read().decode("utf-8", "replace").splitlines()
    feil = [linje for linje in linjer if "error:" in linje]
    # What follows may quote a row of the table.
    return feil[0].split("error:", 1)[1].split("DETAIL")[0].strip()[:300] if feil else "uten ord"
