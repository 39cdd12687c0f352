"""The command that writes every command of `vigo` as a page."""

from collections.abc import Iterator
from inspect import cleandoc

from typer._click.core import Command, Context
from typer.core import TyperArgument, TyperGroup, TyperOption
from typer.main import get_command

from vigo_pipeline.cli.bokmaal import VERDIER
from vigo_pipeline.cli.kommandoer import app
from vigo_pipeline.maintain.page import TilValg, cell, write


def kommandoer(til: TilValg = None) -> None:
    """Write every command: what it does, its arguments and its options."""
    gruppe = get_command(app)
    linjer = [
        "# Commands",
        "",
        "What `vigo --help` and `vigo <command> --help` say, by heading, in bokmål. The page is "
        "made by `vigo-maintain kommandoer` from `vigo_pipeline/cli/`; put it right there. "
        "`--feilsøk` may stand anywhere in a command and shows the trace of an error, masked. "
        "What `--json` answers: [json.md](json.md).",
        "",
    ]
    assert isinstance(gruppe, TyperGroup)  # noqa: S101  # it has commands
    context = gruppe.make_context("vigo", [], resilient_parsing=True)
    # Groups of commands come after the commands: each heading is written once, with both.
    under: dict[str, list[str]] = {}
    for navn in gruppe.list_commands(context):
        kommando = gruppe.get_command(context, navn)
        if kommando is None or kommando.hidden:
            continue
        panel = under.setdefault(str(getattr(kommando, "rich_help_panel", "")), [])
        panel += _command(f"vigo {navn}", kommando, context)
    for overskrift, kommandoer_under in under.items():
        linjer += [f"## {overskrift}", "", *kommandoer_under]
    write("\n".join(linjer).rstrip() + "\n", til)


def _command(navn: str, kommando: Command, over: Context) -> Iterator[str]:
    yield from (f"### {navn}", "", *cleandoc(kommando.help or "").splitlines(), "")
    if isinstance(kommando, TyperGroup):
        context = kommando.make_context(navn, [], parent=over, resilient_parsing=True)
        for under in kommando.list_commands(context):
            egen = kommando.get_command(context, under)
            if egen is not None:
                yield from _command(f"{navn} {under}", egen, context)
        return
    rader = [rad for p in kommando.params if (rad := _row(p, Context(kommando)))]
    if rader:
        yield from ("| | Tar | |", "| --- | --- | --- |", *rader, "")


def _row(p: object, context: Context) -> str:
    if not isinstance(p, (TyperArgument, TyperOption)) or p.name == "help":
        return ""
    argument = isinstance(p, TyperArgument)
    navn = (
        f"`{(p.metavar or p.name).strip('[].')}`"
        if argument
        else ", ".join(f"`{o}`" for o in p.opts)
    )
    tas = p.display_type(context)
    tas = VERDIER.get(tas, tas).strip("<>")
    maa = " Må oppgis." if p.required and not argument else ""
    valgfri = " Kan utelates." if argument and not p.required else ""
    return f"| {navn} | {tas} | {cell(p.help or '')}{maa}{valgfri} |"
