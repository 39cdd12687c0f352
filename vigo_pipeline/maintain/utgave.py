"""The command that makes a small home by the code of a release, for the test of upgrades."""

import io
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Annotated

import psycopg
import typer

from vigo_pipeline.engine.database.embedded.programs import installed
from vigo_pipeline.engine.database.server import temporary_database, temporary_server
from vigo_pipeline.maintain.utgavens_liv import Utgave, live

# What a home is packed with beside its folders: its database, as SQL.
BASE = "base.sql"
# What is made anew from the rest whenever somebody asks for it.
UTEN = ("rapporter", "nettsted", "begrenset/kontrollrapport", "begrenset/innsyn")


def utgave(
    utgaver: Annotated[list[str], typer.Argument(help="The releases: tags, or any commits.")],
    til: Annotated[Path, typer.Option(help="The folder of the homes.")] = Path("tests/utgaver"),
    pakker: Annotated[
        Path | None,
        typer.Option(help="Packages that they need in another version than ours (pip --target)."),
    ] = None,
) -> None:
    """Make a small synthetic home by the code of each release; pack it for the test of upgrades.

    What a release writes has its own day and key in it: a home is made once, and kept.
    """
    with (
        tempfile.TemporaryDirectory(prefix="vigo-utgave-") as mappe,
        temporary_server(Path(mappe)) as server,
    ):
        for navn in utgaver:
            typer.echo(_make(navn, server, til, pakker))


def _make(navn: str, server: str, til: Path, pakker: Path | None) -> str:
    with (
        tempfile.TemporaryDirectory(prefix="vigo-utgave-") as mappe,
        temporary_database(server, f"utgave_{navn}") as url,
    ):
        kode, hjem = Path(mappe, "kode"), Path(mappe, "hjem")
        _check_out(navn, kode)
        gjort = live(Utgave(kode, hjem, url, pakker))
        with psycopg.connect(url) as con:
            (migrering,) = con.execute("select version_num from alembic_version").fetchone() or ()
        fil = til / f"{migrering}-{navn}.tar.xz"
        _pack(hjem, _dump(url), fil)
    return f"{fil}: {fil.stat().st_size // 1000} kB, {', '.join(gjort)}"


def _check_out(navn: str, kode: Path) -> None:
    kode.mkdir()
    git = ["git", "archive", "--format=tar", navn]
    svar = subprocess.run(git, check=True, capture_output=True)  # noqa: S603 -- git
    # Not all Pythons that the product runs on can unpack an archive safely.
    subprocess.run(["tar", "-x", "-C", kode], check=True, input=svar.stdout)  # noqa: S603, S607


def _dump(url: str) -> bytes:
    valg = ["--no-owner", "--no-privileges", "--restrict-key=utgave", f"--dbname={url}"]
    svar = subprocess.run(  # noqa: S603 -- PostgreSQL's, of our own environment
        [installed() / "pg_dump", *valg], check=True, capture_output=True
    )
    return svar.stdout


def _pack(hjem: Path, base: bytes, fil: Path) -> None:
    """Write the archive, in order, with neither owners nor times."""
    filer = {
        sti.relative_to(hjem).as_posix(): sti.read_bytes()
        for sti in sorted(hjem.rglob("*"))
        if sti.is_file()
    }
    fil.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(fil, "w:xz", preset=9) as arkiv:
        for navn, innhold in {BASE: base, **filer}.items():
            if not navn.startswith(tuple(f"{mappe}/" for mappe in UTEN)):
                medlem = tarfile.TarInfo(navn)
                medlem.size, medlem.mode = len(innhold), 0o600
                arkiv.addfile(medlem, io.BytesIO(innhold))
