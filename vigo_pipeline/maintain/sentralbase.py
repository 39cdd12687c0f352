"""The command that writes what the Sentralbase has as a page."""

from collections.abc import Iterator

from vigo_pipeline.contract.grensesnitt import tabellposter
from vigo_pipeline.contract.variabel import variabler
from vigo_pipeline.engine.database.tables import TABELLER
from vigo_pipeline.engine.register import Register
from vigo_pipeline.maintain.page import TilValg, write

FELLES = {
    "avgiver": "who sent it: a fylkesnummer, or `waade`",
    "kilde_hash": "the sha256 of the file's own values",
    "innlest_av": "the innlesing that brought the row",
    "avsluttet_av": "the innlesing that ended it; none while it is in force",
}


def sentralbase(til: TilValg = None) -> None:
    """Write every table of the Sentralbase: whose lines it has, its key and its columns."""
    linjer = [
        "# The Sentralbase",
        "",
        "One table per line type, in the schema `sentralbase` of PostgreSQL, with history: a row "
        "that is not in force any more stands with what ended it "
        "([why](../adr/0004-rekkefoelgen-er-data.md)). The page is made by "
        "`vigo-maintain sentralbase` from `vigo_pipeline/contract/grensesnitt.toml`, "
        "`egne_poster.toml` and `variables.toml`; put it right there. Beside them stands "
        "`sentralbase.funn`, the errors that are known, and `ot_linje` and `ot_linjestatus`, the "
        "lines to OT. The ledger is in the schema `ledger`: "
        "`vigo_pipeline/engine/database/tables.py`.",
        "",
        "Each table has also:",
        "",
        *(f"- `{navn}`: {hva}" for navn, hva in FELLES.items()),
        "",
        *_tables(),
    ]
    write("\n".join(linjer).rstrip() + "\n", til)


def _tables() -> Iterator[str]:
    samlinger = Register.installed().innsamlinger.values()
    for post in sorted(tabellposter().values(), key=lambda p: p.tabell):
        har = [f"`{s.stamme}`" for s in samlinger if post.kode in s.poster]
        yield from (f"## {post.tabell}", "", f"Lines `{post.kode}`, from {', '.join(har)}.", "")
        yield from ("| Column | Type | Is |", "| --- | --- | --- |")
        for kolonne in TABELLER[post.tabell].c:
            if kolonne.name in FELLES:
                continue
            tittel = variabler()[kolonne.name].tittel if kolonne.name in variabler() else ""
            yield f"| `{kolonne.name}` | {str(kolonne.type).lower()} | {tittel} |"
        yield ""
