"""Write the control of statistics for many to read: a workbook and a page, without small counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.domain.prikking import SKJULT, Celle, conceal, is_small
from vigo_pipeline.engine import made_of
from vigo_pipeline.engine.ledger import outputs
from vigo_pipeline.engine.ledger.outputs import Avtrykk
from vigo_pipeline.engine.made_of import Utenfor
from vigo_pipeline.engine.pipeline import AVLEDET, Pipeline, rows_digest
from vigo_pipeline.engine.store import Partisjon, restrict, write_bytes, write_table
from vigo_pipeline.reports.parts.data import as_data
from vigo_pipeline.reports.parts.table import Kolonne, Tabell
from vigo_pipeline.reports.parts.templates import environment
from vigo_pipeline.reports.parts.workbook import workbook
from vigo_pipeline.reports.statistikkontroll.count import AKSER, Statistikk, count

MERKNAD = (
    "Tall fra 1 til 4 vises som <5. Tegnet : står for et tall som er skjult fordi det ville røpet "
    "et slikt tall. Endringen er skjult når et av tallene er det."
)
# The step, as the ledger has it, and its folder of reports.
TRINN = "statistikk"
TALL = ("naa", "i_fjor")
TITLER = AKSER | {"hva": "Hva"}
# What a table is called by what it counts by; by all of them at once is the last.
NIVAA = {akse: f"Per {titel.lower()}" for akse, titel in AKSER.items()}
NIVAA |= {"hva": "Nytt i loven og kodene", "alle": "Alle sammen"}


@dataclass(frozen=True)
class Kontroll:
    """The tables as they may be shown, and the files that hold them."""

    tabeller: list[Tabell]
    regneark: Path
    side: Path


def control_statistics(
    pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon
) -> Kontroll | None:
    """Write what a delivery's rows come to against last year's; None when it is not counted so.

    Raises:
        ChangedOnDisk: the rows, or last year's, are not what was written.
        MissingInput: the delivery has not been derived.
    """
    if leveranse.maaned is None:
        return None
    fjor = pipeline.i_fjor(leveranse, partisjon)
    egne = pipeline.artefacts(TRINN, leveranse.stamme, partisjon)
    deler = made_of.parts(
        rader=pipeline.artefacts("leveranser", leveranse.stamme, partisjon).demand(AVLEDET),
        i_fjor=rows_digest(fjor),
        leveranse=leveranse,
    )
    ut = partisjon.under(pipeline.oppsett.rapporter / TRINN / leveranse.stamme)
    if pipeline.stands(egne, deler):
        return Kontroll(made_of.read_answer(egne, list[Tabell]), *_files(ut))
    tabeller = tables(
        count(
            leveranse,
            pipeline.rows(leveranse, partisjon),
            fjor.rows() if fjor else None,
        )
    )
    skrevet = _write(ut, leveranse, partisjon, tabeller, restrict(pipeline.oppsett.begrenset))
    filer = made_of.write_answer(egne.mappe, tabeller, list[Tabell])
    filer |= made_of.write(egne.mappe, pipeline.oppsett.hjem, deler, Utenfor(skrevet))
    avtrykk = Avtrykk(filer, vannmerke=0)
    outputs.enter(pipeline.engine, TRINN, leveranse.stamme, partisjon, avtrykk)
    return Kontroll(tabeller, *_files(ut))


def _files(ut: Path) -> tuple[Path, Path]:
    return ut / "statistikk.xlsx", ut / "statistikk.html"


def _write(
    ut: Path, leveranse: Leveranse, partisjon: Partisjon, tabeller: list[Tabell], arbeid: Path
) -> dict[Path, str]:
    tittel = f"Statistikkontroll: {leveranse.tittel}, {partisjon.skoleaar}, {partisjon.runde}"
    regneark, nettside = _files(ut)
    data = ut / "statistikk.parquet"
    mal = environment().get_template("statistikkontroll/side.html.jinja")
    side = mal.render(tittel=tittel, merknad=MERKNAD, tabeller=tabeller)
    return {
        regneark: write_bytes(regneark, workbook(tittel, tabeller, arbeid)),
        data: write_table(data, one_table(tabeller)),
        nettside: write_bytes(nettside, side.encode()),
    }


def one_table(tabeller: Sequence[Tabell]) -> pa.Table:
    """Return every table in one for other programs; ``nivaa`` says which a row is of."""
    navn = {titel: n for n, titel in TITLER.items()} | {"Nå": "antall", "I fjor": "i_fjor"}
    ut = []
    for tabell in tabeller:
        data = as_data(tabell, [navn.get(k.tittel, "endring") for k in tabell.kolonner])
        nivaa = pa.array([tabell.navn] * data.num_rows, pa.string())
        ut.append(data.drop_columns(["endring", "endring_vist"]).append_column("nivaa", nivaa))
    alle = pa.concat_tables(ut, promote_options="default")
    akser = [n for n in TITLER if n in alle.column_names]
    return alle.select(["nivaa", *akser, "antall", "antall_vist", "i_fjor", "i_fjor_vist"])


def tables(statistikk: Statistikk) -> list[Tabell]:
    """Return the tables in the order they are read, small counts concealed."""
    fjor = statistikk.har_i_fjor
    ut = [
        _table(f"Per {hva}" if " og " not in hva else NIVAA["alle"], tabell, har_i_fjor=fjor)
        for hva, tabell in statistikk.per.items()
    ]
    if len(statistikk.nytt):
        ut.insert(0, _table(NIVAA["hva"], statistikk.nytt, har_i_fjor=fjor))
    return ut


def _table(navn: str, tabell: pa.Table, *, har_i_fjor: bool) -> Tabell:
    akser = [n for n in tabell.column_names if n not in TALL]
    # The sum of each first column's value stands in the table before.
    rader = conceal(tabell.to_pylist(), TALL, *(akser[:1] if len(akser) > 1 else ()))
    kolonner = [Kolonne(TITLER[a], 40 if a == "hva" else 16) for a in akser]
    kolonner += [Kolonne("Nå", 10, tall=True), Kolonne("I fjor", 10, tall=True)]
    kolonner.append(Kolonne("Endring i prosent", 18, tall=True))
    return Tabell(
        navn,
        kolonner,
        [
            (*(r[a] for a in akser), r["naa"], r["i_fjor"] if har_i_fjor else None, _change(r))
            for r in rader
        ],
        "" if har_i_fjor else "Samme runde i fjor er ikke levert.",
    )


def _change(rad: dict[str, Celle]) -> Celle:
    naa, foer = rad["naa"], rad["i_fjor"]
    if not isinstance(naa, int) or not isinstance(foer, int):
        return SKJULT
    if not foer or is_small(naa):
        return None
    return round(100 * (naa - foer) / foer)
