"""Made-up files are not put among real ones: what may be written over, and what may not."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.receive.files import INGEN_ENDRINGER
from vigo_pipeline.engine.settings import Innstillinger, Modus
from vigo_pipeline.engine.store import fingerprint, write_bytes
from vigo_pipeline.syntetisk.filer import MELDING

# The generator's own list of what it has made, beside inn/: defects are planted in files that can
# be told by nothing else.
LAGET = "syntetisk.sha256"
NUMMER = re.compile(rb"(?<!\d)\d{11}(?!\d)")
# What operating systems leave in a folder is nobody's data.
ETTERLATT = {"thumbs.db", "desktop.ini", INGEN_ENDRINGER.lower()}


class RealData(VigoError):
    """There is real data where synthetic files were to be made."""


def demand_no_real_data(mal: Path, oppsett: Innstillinger) -> None:
    """Refuse to make synthetic files among real ones.

    Args:
        mal: the folder that ``inn/`` is in, or will be.
        oppsett: the installation's settings; its home may have published real data.

    Raises:
        RealData: the installation is ``reell``, has published as such, or a file in ``inn/`` is not
            known to be synthetic.
    """
    if oppsett.modus == "reell":
        raise _refusal("VIGO_MODUS er «reell»")
    if mal in (oppsett.inn, oppsett.hjem) and "reell" in _published_as(oppsett.leveranser):
        raise _refusal(f"{oppsett.leveranser} har leveranser fra reell drift")
    kjente = _made(mal)
    ukjente = sum(not _is_synthetic(sti, kjente) for sti in _files(mal))
    if ukjente:
        filer = "én fil som ikke er kjent som syntetisk"
        flere = f"{ukjente} filer som ikke er kjent som syntetiske"
        raise _refusal(f"{mal / 'inn'} har {filer if ukjente == 1 else flere}")


def remember(mal: Path) -> None:
    """Add the files under ``inn/``, which are all synthetic, to the list of what has been made."""
    alle = _made(mal) | {fingerprint(sti.read_bytes()) for sti in _files(mal)}
    write_bytes(mal / LAGET, "".join(f"{s}\n" for s in sorted(alle)).encode())


def _refusal(hvorfor: str) -> RealData:
    return RealData(
        f"{hvorfor}, og syntetiske filer legges aldri blant reelle. Sett VIGO_HOME til en egen, "
        "tom mappe for prøving, eller start Dagster uten dem: "
        "dagster dev --workspace workspace.yaml."
    )


def _files(mal: Path) -> Iterator[Path]:
    for sti in sorted((mal / "inn").rglob("*")):
        er_data = not sti.name.startswith(".") and sti.name.lower() not in ETTERLATT
        if er_data and sti.is_file():
            yield sti


def _made(mal: Path) -> set[str]:
    sti = mal / LAGET
    return set(sti.read_text("ascii").split()) if sti.exists() else set()


def _is_synthetic(sti: Path, kjente: set[str]) -> bool:
    """Say whether the generator made a file, or one that says so and has no number but such."""
    data = sti.read_bytes()
    if fingerprint(data) in kjente:
        return True
    sier_det = MELDING.encode() in data.split(b"\n", 1)[0]
    # Month + 80: nobody has such a number.
    return sier_det and all(b"81" <= nr[2:4] <= b"92" for nr in NUMMER.findall(data))


def _published_as(leveranser: Path) -> set[Modus | None]:
    return {
        json.loads(sti.read_text("utf-8")).get("modus")
        for sti in sorted(leveranser.glob("*/*/*/*/manifest.json"))
    }
