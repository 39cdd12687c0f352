"""The right of a person told: ungdomsrett with its paragraphs, mer opplæring, and OT."""

import re
from collections.abc import Iterator

from vigo_pipeline.domain.otlinje import Linjestatus
from vigo_pipeline.domain.rett import Grunnlag, Kompetanse, Kompetansetype
from vigo_pipeline.domain.retthistorie import history
from vigo_pipeline.engine.innsyn.opplysninger import Opplysninger
from vigo_pipeline.engine.overfoering.spesifikasjon import Overfoering
from vigo_pipeline.reports.parts.koder import day, named
from vigo_pipeline.reports.parts.table import Kolonne, Tabell

# Where a step of mer opplæring begins: a step has commas of its own.
NY_LINJE = re.compile(r", (?=\d{4}-\d\d-\d\d: )")
TYPER = {"S": Kompetansetype.STUDIE, "Y": Kompetansetype.YRKE}
DAG, TEKST, PARAGRAF = Kolonne("Dag", 12), Kolonne("Hva", 60), Kolonne("Hjemmel", 34)


def right(o: Opplysninger, foedselsaar: int | None) -> Tabell:
    """Return what has happened to the right to videregående opplæring, and what ends it."""
    grunnskole = [r["grunnskole_fullfoert"] for r in o.rader["ungdom"]]
    slutt = max((d for d in grunnskole if d), default=None)
    naadd = tuple(
        Kompetanse(r["dag"], TYPER[r["slag"]], fellesfag=r["fellesfag"] == "J")
        for r in o.ot.kompetanse.to_pylist()
        if r["dag"] is not None
    )
    steg = history(Grunnlag(foedselsaar, slutt, naadd), o.dag) if foedselsaar else ()
    rader = [(day(s.dag), s.tekst, s.paragraf) for s in steg]
    if not rader:
        rader = [("", "Det er ikke registrert når grunnskolen ble fullført.", "")]
    kjent = sorted({f"{day(r['dag'])} {r['kjent_av']}" for r in o.ot.kompetanse.to_pylist()})
    forklaring = f"Kompetansen er kjent av: {'; '.join(kjent)}." if kjent else ""
    return Tabell("Ungdomsrett", (DAG, TEKST, PARAGRAF), rader, forklaring)


def more_teaching(o: Opplysninger) -> Tabell:
    """Return each fag with a right to mer opplæring, step by step."""
    rader = []
    for r in o.ot.merforloep.to_pylist():
        staar = "Har rett" if r["har_rett"] else "Retten er slutt"
        linjer = NY_LINJE.split(r["forklaring"])
        for nr, linje in enumerate(linjer):
            hode = (named("fag", r["fagkode"]), staar) if not nr else ("", "")
            rader.append((*hode, linje))
    kolonner = (Kolonne("Fag", 30), Kolonne("Står som", 16), Kolonne("Steg", 80))
    return Tabell("Mer opplæring", kolonner, rader, "Opplæringsforskrifta § 5-2.")


def on_the_list(o: Opplysninger, spek: Overfoering) -> Tabell:
    """Return whether the person is on OT's list on the day, why, and why not."""
    rader = [
        (r["fylke"], "På lista", linje.strip())
        for r in o.ot.liste.to_pylist()
        for linje in r["forklaring"].split(" | ")
    ]
    rader += [
        (r["fylke"], "Ikke på lista", f"{r['kode']}: {spek.tekst(r['kode'])}. {r['grunnlag']}")
        for r in o.ot.fjernet.to_pylist()
    ]
    kolonner = (Kolonne("Fylke", 8), Kolonne("Er", 14), Kolonne("Hvorfor", 90))
    navn = f"OT-lista {day(o.dag)}"
    return Tabell(navn, kolonner, rader, "Slik den blir av det Sentralbasen har om personen.")


def lines(o: Opplysninger) -> Tabell:
    """Return the lines to OT, and what has become of each."""
    kolonner = (
        *(Kolonne("Linje", 8), Kolonne("Fylke", 8), Kolonne("Laget for", 12)),
        *(Kolonne("Årsaker", 16), Kolonne("OT-enhet", 10), Kolonne("Status", 30)),
        *(Kolonne("Merknad", 30), Kolonne("Forklaring", 60)),
    )
    rader = [
        (
            *(str(linje.nr), linje.fylke, day(linje.dato), linje.aarsaker, linje.enhet),
            *(_status(linje.status, day(linje.endret), linje.overfoering_nr), linje.merknad),
            linje.forklaring,
        )
        for linje in o.linjer
    ]
    return Tabell("Linjer til OT", kolonner, rader)


def _status(status: Linjestatus, dag: str, nr: int | None) -> str:
    return f"{status} {dag}" + (f", overføring {nr}" if nr else "")


def in_ot(o: Opplysninger) -> Tabell:
    """Return what VIGO OT has told of the person."""
    kolonner = (
        *(Kolonne("Skoleår", 12), Kolonne("Fylke", 8), Kolonne("OT-enhet", 10)),
        *(Kolonne("Tilmeldt", 12), Kolonne("Årsak", 34), Kolonne("Status", 34)),
        *(Kolonne("Avsluttet", 12),),
    )
    return Tabell("I oppfølgingstjenesten", kolonner, list(_in_ot(o)))


def _in_ot(o: Opplysninger) -> Iterator[tuple[str, ...]]:
    for r in o.rader["ot_ungdom"]:
        yield (
            f"{r['skoleaar'][:4]}-{r['skoleaar'][4:]}",
            r["avgiverfylke"],
            r["ot_enhet"] or "",
            day(r["tilmeldt_dato"]),
            named("ot_tilmeldinger", r["tilmeldingsaarsak"]),
            f"{named('ot_statuser', r['ot_status'])} {day(r['ot_status_dato'])}".strip(),
            day(r["ot_avsluttet_dato"]),
        )
