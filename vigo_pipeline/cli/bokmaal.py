"""What Typer says by itself, said in bokmål: headings of the help, and wrong use of a command."""

import re
from collections.abc import Callable
from functools import partial

import typer

# The library has a copy of Click of its own, and no public name for these.
from typer._click.core import Command, Context
from typer._click.exceptions import MissingParameter, UsageError
from typer._click.formatting import HelpFormatter
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from vigo_pipeline.domain.mask import mask

VALG, KOMMANDO = "[VALG]", "KOMMANDO [ARGUMENTER]..."
VERDIER = {
    "<str>": "<tekst>",
    "<list[str]>": "<tekst>",
    "<int>": "<heltall>",
    "<list[int]>": "<heltall>",
    "<float>": "<tall>",
    "<list[float]>": "<tall>",
    "<path>": "<sti>",
    "<date>": "<ÅÅÅÅ-MM-DD>",
    "<bool>": "",
}
FASTE = {
    "ARGUMENTS_PANEL_TITLE": "Argumenter",
    "OPTIONS_PANEL_TITLE": "Valg",
    "COMMANDS_PANEL_TITLE": "Kommandoer",
    "DEFAULT_STRING": "[ellers: {}]",
    "REQUIRED_LONG_STRING": "[må oppgis]",
}
FEIL = (
    (r"Missing argument", "Mangler argumentet"),
    (r"Missing option", "Mangler valget"),
    (r"Missing command\.", "Mangler kommando."),
    (r"No such option:", "Ukjent valg:"),
    (r"No such command '(.*?)'", r"Ukjent kommando «\1»"),
    (r"\(Possible options: (.*)\)", r"(Mente du \1?)"),
    (r"Did you mean '?(.*?)'?\?", r"Mente du \1?"),
    (r"Option (\S+) requires an argument\.", r"Valget \1 må ha en verdi."),
    (r"Option (\S+) does not take a value\.", r"Valget \1 tar ingen verdi."),
    (r"Got unexpected extra argument\(s\) \((.*)\)", r"For mange argumenter: \1."),
    (r"Input should be a valid integer.*", "skal være et helt tall."),
    (r"Input should be a valid number.*", "skal være et tall."),
    (r"\w+ '([^']*)' does not exist\.", r"«\1» finnes ikke."),
    (r"\w+ '([^']*)' is a file\.", r"«\1» er en fil."),
    (r"\w+ '([^']*)' is a directory\.", r"«\1» er en mappe."),
    (r"\w+ '([^']*)' is not readable\.", r"«\1» kan ikke leses."),
    (r"\w+ '([^']*)' is not writable\.", r"«\1» kan ikke skrives i."),
    (r"Invalid value", "Ugyldig verdi"),
)


class _Hjelp(Command):
    """What is shown of a command, or of a group of them, in bokmål."""

    def get_usage(self, ctx: Context) -> str:
        """Return the line that shows how it is written."""
        return _usage(super().get_usage(ctx))

    def get_help_option(self, ctx: Context) -> TyperOption | None:
        """Return the option that shows the help."""
        return _help_option(super().get_help_option(ctx), self)

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the help, with its headings by their names."""
        speak_bokmaal()
        super().format_help(ctx, formatter)


class Kommando(_Hjelp, TyperCommand):
    """A command whose help is in bokmål."""


class Gruppe(_Hjelp, TyperGroup):
    """Commands under one name, whose help is in bokmål."""


def command_line(hjelp: str | None = None) -> typer.Typer:
    """Return an empty group of commands."""
    return typer.Typer(
        cls=Gruppe,
        help=hjelp,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        options_metavar=VALG,
        subcommand_metavar=KOMMANDO,
    )


def add(
    app: typer.Typer,
    funksjon: Callable[..., None],
    navn: str | None = None,
    gruppe: str | None = None,
) -> None:
    """Add a function to a group, as a command; ``gruppe``: the heading it is shown under."""
    app.command(navn, cls=Kommando, options_metavar=VALG, rich_help_panel=gruppe)(funksjon)


def speak_bokmaal() -> None:
    """Give the headings of the help their names, for all that this process shows."""
    # What draws the help takes a tenth of the time of a command that shows none.
    from typer import rich_utils

    for navn, tekst in FASTE.items():
        setattr(rich_utils, navn, tekst)


def misuse(feil: UsageError) -> str:
    """Return what is wrong with what was written, and where to read how it is done."""
    tekst = feil.format_message()
    for moenster, paa_norsk in FEIL:
        tekst = re.sub(moenster, paa_norsk, tekst, flags=re.DOTALL)
    linjer = [f"Feil: {mask(tekst)}"]
    if feil.ctx is not None:
        if isinstance(feil, MissingParameter) and isinstance(feil.param, TyperOption):
            linjer.append(f"Skriv det slik: {_form(feil.ctx)}")
        linjer = [feil.ctx.get_usage(), *linjer, f"Se «{feil.ctx.command_path} --help»."]
    return "\n".join(linjer)


def _form(ctx: Context) -> str:
    """Return a command with all that it must have: arguments alone, options by their names."""
    maa = [p for p in ctx.command.params if p.required]
    ord_ = (f"{p.opts[0]} <{p.name}>" if isinstance(p, TyperOption) else f"<{p.name}>" for p in maa)
    return " ".join((ctx.command_path, *ord_))


def _usage(tekst: str) -> str:
    # An argument that is hidden has no name to show.
    return tekst.replace("Usage: ", "Bruk: ", 1).replace(" []...", "")


def _help_option(valg: TyperOption | None, kommando: Command) -> TyperOption | None:
    """Return the option with its text, and let all of them say what they take."""
    if valg is not None:
        valg.help = "Vis denne teksten."
    for p in (*kommando.params, valg):
        if isinstance(p, (TyperArgument, TyperOption)):
            tas = p.display_type(Context(kommando))
            p.display_type_rich = partial(_taken, VERDIER.get(tas, tas))  # type: ignore[method-assign]
    return valg


def _taken(tekst: str, ctx: Context) -> str:  # noqa: ARG001  # as the library calls it
    return tekst
