"""Every command of `vigo`, under the headings of the help.

A command's module has its options, and imports what it works with where it works: the help, and
what is said of wrong use, wait for none of it.
"""

from vigo_pipeline.cli.aarshjul import aarshjul
from vigo_pipeline.cli.bokmaal import add, command_line
from vigo_pipeline.cli.endring import endring
from vigo_pipeline.cli.flyter import flyter
from vigo_pipeline.cli.fullfoering import fullfoering
from vigo_pipeline.cli.hent import hent
from vigo_pipeline.cli.hvorfor import hvorfor
from vigo_pipeline.cli.innstillinger import innstillinger
from vigo_pipeline.cli.innsynslogg import innsynslogg
from vigo_pipeline.cli.kjennetegn import kjennetegn_app
from vigo_pipeline.cli.kjoering import aaret, demo, kjoer, verifiser
from vigo_pipeline.cli.kodeverk import kodeverk_app
from vigo_pipeline.cli.lager import lager_app
from vigo_pipeline.cli.nettsted import nettsted
from vigo_pipeline.cli.ny import ny_app
from vigo_pipeline.cli.opplaering import opplaering
from vigo_pipeline.cli.ot import ot, ot_tall
from vigo_pipeline.cli.ot_linjer import ot_linjer_app
from vigo_pipeline.cli.person import person
from vigo_pipeline.cli.proev import proev
from vigo_pipeline.cli.programomraader import programomraader
from vigo_pipeline.cli.runder import lukk, rettelse
from vigo_pipeline.cli.rydd import rydd, slett_person
from vigo_pipeline.cli.sikring import gjenopprett, sikkerhetskopi
from vigo_pipeline.cli.sjekk import sjekk
from vigo_pipeline.cli.status import status
from vigo_pipeline.cli.syntetisk import syntetisk
from vigo_pipeline.cli.unntak import unntak_app
from vigo_pipeline.cli.utlevering import (
    avklar,
    godkjenn,
    kvitter,
    kvitteringer,
    send,
)
from vigo_pipeline.cli.valg import for_all
from vigo_pipeline.cli.valider import valider
from vigo_pipeline.cli.varsle import varsle

# As the help shows them: what one does, and the commands it is done with.
GRUPPER = {
    "Før innsending": (sjekk,),
    "Se hvor det står": (status, hvorfor, flyter, aarshjul),
    "Kjør": (kjoer, aaret, verifiser),
    "Godkjenn og send": (
        *(godkjenn, send, kvitter, kvitteringer, avklar, lukk, rettelse),
        ("unntak", unntak_app),
    ),
    "Rapporter og varsler": (endring, nettsted, varsle, programomraader),
    "Rapporter med personer": (
        *(hent, person, innsynslogg),
        ("kjennetegn", kjennetegn_app),
    ),
    "Oppfølgingstjenesten": (ot, ot_tall, ("ot-linjer", ot_linjer_app)),
    "Lag og prøv": (demo, opplaering, syntetisk, ("ny", ny_app), proev, valider),
    "Sett opp": (
        *(innstillinger, ("kodeverk", kodeverk_app), fullfoering),
        *(sikkerhetskopi, gjenopprett),
        ("lager", lager_app),
        *(rydd, slett_person),
    ),
}

app = command_line()
for gruppe, kommandoer in GRUPPER.items():
    for kommando in kommandoer:
        if isinstance(kommando, tuple):
            app.add_typer(kommando[1], name=kommando[0], rich_help_panel=gruppe)
        else:
            add(app, kommando, gruppe=gruppe)
app.callback()(for_all)
