"""The command that writes what the Sentralbase has as a page."""

from collections.abc import Collection, Iterable, Iterator, Mapping

import sqlalchemy as sa

from vigo_pipeline.contract.grensesnitt import tabellposter
from vigo_pipeline.contract.variabel import variabler
from vigo_pipeline.engine.database.tables import (
    HOVEDBOK,
    KJEDEN,
    TABELLER,
    funn,
    lagring,
    ot_linje,
    ot_linjestatus,
)
from vigo_pipeline.engine.register import Register
from vigo_pipeline.maintain.page import TilValg, write

FELLESKOLONNER = {
    "avgiver": "who sent it: a fylkesnummer, or `waade`",
    "kilde_hash": "a number made of what the file has in the columns: the same again is not loaded",
    "innlest_av": "the innlesing that brought the row",
    "avsluttet_av": "the innlesing that ended it; none while it is in force",
}
# What the pipeline itself notes of persons, and what the columns are that are no variable.
EGNE = (
    (funn, "One row per error that is or was open, from the round that found it."),
    (ot_linje, "One row per line to OT as it was made; only added to."),
    (ot_linjestatus, "One row per thing done with a line to OT; the latest is how it stands."),
    (lagring, "One row per folder of the object store that machines share: no person."),
)
ER = {
    "nr": "Number, in the order of coming",
    "flyt": "Flow",
    "trinn": "The step that found it: of the file, against other collections, or a delivery",
    "regel": "Rule",
    "alvor": "Grade of the rule",
    "kolonne": "The column that is wrong",
    "fil": "File, where the error is of no person",
    "foerst_runde": "The round that found it",
    "foerst_dag": "The day that it was found",
    "lukket_runde": "The round whose data no longer break the rule; none while it is open",
    "lukket_dag": "The day of that",
    "avgiver": "Who sent it",
    "fylke": "Fylke whose line it is",
    "dato": "The day of the transfer, or of the status",
    "kode": "Strongest reason",
    "aarsaker": "All reasons, the strongest first",
    "siden": "The latest day of the reasons",
    "forklaring": "The data that led there, in words",
    "foedselsaar": "Year of birth",
    "registrert": "When the row was made",
    "linje": "`nr` of the line",
    "status": "`laget`, `klar`, `holdt`, `eksportert` or `utgått`",
    "enhet": "OT unit",
    "merknad": "Note of who looked through",
    "hvem": "Who did it",
    "overfoering_nr": "The export that took it",
    "mappe": "The folder: a skoleår, `felles`, or `mottatt`",
    "merke": "Another one whenever something in it has changed",
}
# What the code calls each table of the ledger, and the module that it belongs to.
HOVEDBOKA = {
    "innlesing": ("loads", "engine/ledger/loads.py"),
    "dom": ("verdicts", "engine/judge/verdict.py"),
    "lukking": ("closings", "engine/ledger/closings.py"),
    "publisering": ("publications", "engine/ledger/publications.py"),
    "utlevering": ("handovers", "engine/send/handovers.py"),
    "unntak": ("waivers", "engine/judge/waivers.py"),
    "unntak_trukket": ("waivers withdrawn", "engine/judge/waivers.py"),
    "varsel": ("alerts", "reports/varsel/ledger.py"),
    "artefakt": ("outputs", "engine/ledger/outputs.py"),
    "verifisering": ("verifications", "engine/verify.py"),
    "sending": ("sendings", "engine/send/diary.py"),
    "ot_overfoering": ("transfers to OT", "engine/overfoering/linjebok.py"),
    "innsyn": ("cards asked for", "engine/innsyn/hvem.py"),
    "kvittering": ("receipts", "engine/send/receipts.py"),
    "sammendrag": ("digests", "reports/varsel/dispatch.py"),
    "uthenting": ("reports fetched", "engine/innsyn/uthenting.py"),
    "tokennoekkel": ("keys of tokens", "engine/innsyn/noekler.py"),
    "sletting": ("deletions", "engine/ledger/deletions.py"),
    "kjede": ("chain", "engine/ledger/chain.py"),
    "segl": ("seals", "engine/ledger/seal.py"),
}


def sentralbase(til: TilValg = None) -> None:
    """Write every table of the Sentralbase: whose lines it has, its key and its columns."""
    samlinger = Register.installed().innsamlinger.values()
    poster = sorted(tabellposter().values(), key=lambda p: p.tabell)
    har = {
        p.tabell: ", ".join(f"`{s.stamme}`" for s in samlinger if p.kode in s.poster)
        for p in poster
    }
    linjer = [
        "# The Sentralbase",
        "",
        "One table per line type, in the schema `sentralbase` of PostgreSQL, with history: a row "
        "that is not in force any more stands with what ended it "
        "([why](../adr/0004-rekkefoelgen-er-data.md)). The page is made by "
        "`vigo-maintain sentralbase` from `vigo_pipeline/contract/grensesnitt.toml`, "
        "`egne_poster.toml` and `variables.toml`; put it right there. Tables without lines are "
        "declared in `vigo_pipeline/engine/database/tables.py`. [The ledger](#the-ledger) is in "
        "the schema `ledger` of the same database.",
        "",
        "| Table | Lines | Holds | Collections |",
        "| --- | --- | --- | --- |",
        *(
            f"| [{p.tabell}](#{p.tabell}) | `{p.kode}` | {p.doc} | {har[p.tabell]} |"
            for p in poster
        ),
        *(f"| [{t.name}](#{t.name}) | | {hva} | |" for t, hva in EGNE),
        "",
        "Of each key one row is in force. Each table of lines has also:",
        "",
        *(f"- `{navn}`: {hva}" for navn, hva in FELLESKOLONNER.items()),
        "",
    ]
    for p in poster:
        hva = f"{p.doc} Lines `{p.kode}`, from {har[p.tabell]}."
        egne = [k for k in TABELLER[p.tabell].c if k.name not in FELLESKOLONNER]
        linjer += _table(p.tabell, hva, egne, {}, p.noekkel)
    for tabell, hva in EGNE:
        linjer += _table(tabell.name, hva, tabell.c, ER)
    linjer += _ledger()
    write("\n".join(linjer).rstrip() + "\n", til)


def _ledger() -> Iterator[str]:
    """Yield the tables of the ledger: what the code calls each, its columns and its module."""
    yield from ("## The ledger", "")
    yield (
        "Only added to, in the schema `ledger`; what each table is for stands over it in "
        "`vigo_pipeline/engine/database/tables.py`. PostgreSQL itself writes the chain."
    )
    yield from ("", "| Table | In code | Columns | Module |", "| --- | --- | --- | --- |")
    for tabell in (*HOVEDBOK, *KJEDEN):
        kalles, modul = HOVEDBOKA[tabell.name]
        kolonner = ", ".join(f"`{k.name}`" for k in tabell.c)
        yield f"| `{tabell.name}` | {kalles} | {kolonner} | `vigo_pipeline/{modul}` |"
    yield ""


def _table(
    navn: str,
    hva: str,
    kolonner: Iterable[sa.Column[object]],
    er: Mapping[str, str],
    noekkel: Collection[str] = (),
) -> Iterator[str]:
    """Yield a table; ``er``: what columns are that are no variable, or another here."""
    yield from (f"## {navn}", "", hva, "", "| Column | Type | Is |", "| --- | --- | --- |")
    for k in kolonner:
        hva = er.get(k.name) or (variabler()[k.name].tittel if k.name in variabler() else "")
        hva += ", in the key" * (k.name in noekkel)
        yield f"| `{k.name}` | {str(k.type).lower()} | {hva} |"
    yield ""
