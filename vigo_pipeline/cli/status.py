"""The command that says how far everything has come, and what to do next."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from vigo_pipeline.cli import svar
from vigo_pipeline.cli.valg import DagValg, JsonValg, SkoleaarValg, is_unmade, open_pipeline
from vigo_pipeline.domain.mask import mask

if TYPE_CHECKING:
    from vigo_pipeline.engine.send.status import Leveransestatus
    from vigo_pipeline.reports.status import Rundestatus


def status(skoleaar: SkoleaarValg = "", dag: DagValg = None, som_json: JsonValg = False) -> None:
    """Vis det som er begynt eller har frist, hvem som gjorde hva, og den neste kommandoen.

    Med --skoleaar vises alle rundene i det, begynt eller ikke; ellers ikke dem som ble lukket før
    forrige skoleår. Uten --dag gjelder i dag.
    """
    hjem, satt = _home()
    if not os.environ.get("VIGO_DATABASE_URL") and is_unmade(hjem):
        _nothing_there(hjem, satt, som_json)
        return
    from vigo_pipeline.engine.ledger.publications import strangers
    from vigo_pipeline.engine.receive.folder import INN, silence
    from vigo_pipeline.engine.receive.misplaced import misplaced, told
    from vigo_pipeline.engine.training import SIER
    from vigo_pipeline.reports.status import rounds

    if not som_json:
        typer.echo(f"Hjemmemappa er {hjem} ({satt}).")
    pipeline = open_pipeline()
    if pipeline.oppsett.opplaeringsdag and not som_json:
        typer.echo(
            f"{SIER} Der er det alltid {pipeline.i_dag():%d.%m.%Y}. "
            "Godkjenning og sending øves det ikke på her: kontrollert er så langt det går."
        )
    runder = rounds(pipeline, dag or pipeline.i_dag(), skoleaar)
    stille = silence(pipeline.oppsett.inn / INN)
    leses_ikke = [stille] if stille else told(misplaced(pipeline, skoleaar or None))
    ukjente = list(
        strangers(pipeline.engine, pipeline.oppsett.leveranser, skoleaar=skoleaar or "*")
    )
    if som_json:
        svar.tell(
            {
                "hjem": hjem,
                "finnes": True,
                "runder": [_as_data(r) for r in runder],
                "leses_ikke": leses_ikke,
                "ukjente_mapper": ukjente,
            }
        )
        return
    for linje in (*_told(runder), *leses_ikke, *(f"OBS: {tekst}" for tekst in ukjente)):
        typer.echo(mask(linje))


def _home() -> tuple[Path, str]:
    """Return the installation's folder, and who says that it is it."""
    from vigo_pipeline.engine.settings import Innstillinger

    hjem = Innstillinger.from_env(os.environ).hjem
    satt = "VIGO_HOME" if os.environ.get("VIGO_HOME", "").strip() else "VIGO_HOME er ikke satt"
    return hjem, satt


def _nothing_there(hjem: Path, satt: str, som_json: bool) -> None:
    """Say that there is no installation, and how to get one; none is made."""
    if som_json:
        tomt: dict[str, Any] = {"runder": [], "leses_ikke": [], "ukjente_mapper": []}
        svar.tell({"hjem": hjem, "finnes": False, **tomt})
        return
    typer.echo(f"Hjemmemappa er {hjem} ({satt}), og der er ingenting laget ennå.")
    typer.echo("Er det feil mappe, sett VIGO_HOME. Prøv på oppdiktede data: vigo demo")


def _told(runder: "list[Rundestatus]") -> Iterator[str]:
    """Yield a paragraph for each round: those that have begun, then those that are only due."""
    begynt = [r for r in runder if r.begynt]
    venter = [r for r in runder if not r.begynt]
    for runde in begynt:
        yield ""
        yield (
            f"{runde.flyt} {runde.skoleaar} {runde.runde}: {runde.tilstand}. "
            f"Fristen er {runde.frist:%d.%m.%Y}."
        )
        if runde.uleste:
            yield f"  Uleste filer fra {', '.join(runde.uleste)}."
        for stamme, stand in runde.leveranser:
            merknad, *andre = stand.merknad.splitlines() or [""]
            yield f"  {stamme:<17} {stand.tilstand:<12} {merknad}".rstrip()
            yield from (f"    {linje}" for linje in (*andre, stand.fra_foer) if linje)
            yield from (f"    {linje}" for linje in _done(stand))
        if runde.neste:
            yield f"  Neste: {runde.neste}"
    if not begynt:
        yield "Ingenting er begynt."
    if venter:
        yield ""
        yield "Har frist, og ingenting er kommet:"
    for runde in venter:
        yield f"  {runde.frist:%d.%m.%Y}  {runde.flyt} {runde.skoleaar} {runde.runde}"


def _done(stand: "Leveransestatus") -> Iterator[str]:
    """Yield what has been done to a delivery, first to last, and how far it is with each."""
    from vigo_pipeline.engine.clock import local
    from vigo_pipeline.engine.send.handovers import SVAR, UTE

    for h in reversed(stand.hendelser):
        tid, nr = f"{local(h.registrert):%d.%m.%Y %H:%M}", h.gjelder.leveranse_nr
        hva = f"sendt til {h.mottaker}" if h.hendelse == "sendt" and h.mottaker else h.hendelse
        if h.hendelse in SVAR and h.mottaker:
            hva = f"{h.hendelse.removesuffix(' av mottaker')} av {h.mottaker}, ført"
        merknad = f": {h.merknad}" if h.merknad else ""
        yield f"{tid}  nr. {nr} {hva} av {h.hvem}{merknad}"
    if len(stand.mottakere) > 1 and any(h in UTE for h in stand.mottakere.values()):
        hos = ", ".join(
            f"{m} {h if h in UTE else 'ikke sendt'}" for m, h in stand.mottakere.items()
        )
        yield f"Mottakere: {hos}"


def _as_data(runde: "Rundestatus") -> dict[str, Any]:
    return {
        "flyt": runde.flyt,
        "skoleaar": runde.skoleaar,
        "runde": runde.runde,
        "frist": runde.frist,
        "tilstand": runde.tilstand,
        "uleste": list(runde.uleste),
        "leveranser": [
            {
                "leveranse": stamme,
                "tilstand": stand.tilstand,
                "merknad": stand.merknad,
                "staar_nr": stand.staar_nr,
                "mottakere": dict(stand.mottakere),
            }
            for stamme, stand in runde.leveranser
        ],
        "neste": runde.neste,
    }
