"""`vigo`: the same engine without Dagster."""

from vigo_pipeline.cli.aarshjul import aarshjul
from vigo_pipeline.cli.bokmaal import add, command_line, speak_bokmaal
from vigo_pipeline.cli.ending import run
from vigo_pipeline.cli.endring import endring
from vigo_pipeline.cli.flyter import flyter
from vigo_pipeline.cli.hvorfor import hvorfor
from vigo_pipeline.cli.innstillinger import innstillinger
from vigo_pipeline.cli.kjoering import aaret, demo, kjoer, verifiser
from vigo_pipeline.cli.kodeverk import kodeverk_app
from vigo_pipeline.cli.nettsted import nettsted
from vigo_pipeline.cli.ny import ny_app
from vigo_pipeline.cli.ot import ot, ot_tall
from vigo_pipeline.cli.ot_linjer import ot_linjer_app
from vigo_pipeline.cli.person import person
from vigo_pipeline.cli.proev import proev
from vigo_pipeline.cli.programomraader import programomraader
from vigo_pipeline.cli.runder import lukk, rettelse
from vigo_pipeline.cli.syntetisk import syntetisk
from vigo_pipeline.cli.unntak import unntak_app
from vigo_pipeline.cli.utlevering import avklar, godkjenn, kvitter, send, status
from vigo_pipeline.cli.valg import show_version
from vigo_pipeline.cli.valider import valider
from vigo_pipeline.cli.varsle import varsle

app = command_line()
for kommando in (
    kjoer,
    aaret,
    syntetisk,
    demo,
    verifiser,
    flyter,
    lukk,
    rettelse,
    endring,
    status,
    hvorfor,
    godkjenn,
    send,
    kvitter,
    avklar,
    ot,
    ot_tall,
    person,
    programomraader,
    aarshjul,
    nettsted,
    varsle,
    innstillinger,
    valider,
    proev,
):
    add(app, kommando)
app.add_typer(ny_app, name="ny")
app.add_typer(unntak_app, name="unntak")
app.add_typer(ot_linjer_app, name="ot-linjer")
app.add_typer(kodeverk_app, name="kodeverk")
app.callback()(show_version)


def main() -> None:
    """Run the command line."""
    speak_bokmaal()
    run(app)
