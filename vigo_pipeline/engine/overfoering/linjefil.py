"""The file of a fylke's lines, for those who look through them: in the restricted folder only."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from vigo_pipeline.domain.otlinje import Linjestatus
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.csv_file import as_csv
from vigo_pipeline.engine.overfoering import linjebok
from vigo_pipeline.engine.overfoering.linjebok import Linje
from vigo_pipeline.engine.persontoken import Persontoken
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import restrict, write_private

Rad = dict[str, object]


def folder(oppsett: Innstillinger, *under: str) -> Path:
    """Return a folder of the transfer's, made for its owner only."""
    return restrict(restrict(oppsett.begrenset / "overfoering_ot").joinpath(*under))


def write_lines(pipeline: Pipeline, fylker: Sequence[str]) -> list[Path]:
    """Write the lines of some fylker anew; return the files."""
    with pipeline.engine.connect() as con:
        alle = linjebok.lines(con, fylker)
    mappe, token = folder(pipeline.oppsett, "linjer"), Persontoken.of(pipeline.oppsett)
    ut = []
    for fylke in fylker:
        ut.append(mappe / f"{fylke}.csv")
        egne = [linje for linje in alle if linje.fylke == fylke]
        write_private(ut[-1], as_csv(_shown(egne, token)))
    return ut


def _shown(egne: Sequence[Linje], token: Persontoken) -> Iterator[Rad]:
    """Yield those that wait, and those sent in the skoleår of the latest."""
    aar = Skoleaar.of(max((linje.dato for linje in egne), default=None) or Skoleaar(1).start_dato)
    foerst: dict[str, Linje] = {}
    for linje in egne:
        if linje.status is Linjestatus.EKSPORTERT:
            foerst.setdefault(linje.fnr, linje)
    for linje in egne:
        sendt = linje.status is Linjestatus.EKSPORTERT
        if linje.aapen or (sendt and linje.endret >= aar.start_dato):
            yield _row(linje, foerst.get(linje.fnr), token)


def _row(linje: Linje, foerst: Linje | None, token: Persontoken) -> Rad:
    return {
        "linje": str(linje.nr),
        "fylke": linje.fylke,
        "fødselsnummer": linje.fnr,
        "kjennetegn": token.on(linje.fnr),
        "OT-enhet": linje.enhet,
        "status": linje.status.value,
        "merknad": linje.merknad,
        "tilmeldingsårsak": linje.kode,
        "alle årsaker": linje.aarsaker,
        "siden": linje.siden or "",
        "forklaring": linje.forklaring,
        "kommune": linje.kommunenr or "",
        "fødselsår": linje.foedselsaar or "",
        "rettstype": linje.rettstype or "",
        "avbruddsdato": linje.avbruddsdato or "",
        "laget for": linje.dato,
        "eksportert": linje.endret if linje.status is Linjestatus.EKSPORTERT else "",
        "overført siden": _since(foerst),
    }


def _since(foerst: Linje | None) -> str:
    if foerst is None:
        return ""
    return f"{foerst.endret:%d.%m.%Y} (overføring {foerst.overfoering_nr})"


def as_export(fylke: str, nr: int, linjer: Iterable[Linje]) -> bytes:
    """Return an export: what VIGO OT is to have. ASSUMED: its layout is not public.

    The same lines give the same bytes, so what was exported can be made once more and compared.
    """
    return as_csv(
        {
            "fylke": fylke,
            "overføring": str(nr),
            "linje": str(linje.nr),
            "fødselsnummer": linje.fnr,
            "OT-enhet": linje.enhet,
            "tilmeldingsårsak": linje.kode,
            "alle årsaker": linje.aarsaker,
            "siden": linje.siden or "",
            "forklaring": linje.forklaring,
            "merknad": linje.merknad,
            "eksportdato": linje.endret,
        }
        for linje in linjer
    )
