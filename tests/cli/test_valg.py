"""One option, one spelling and one meaning; every command stands in a group."""

from collections import defaultdict
from collections.abc import Iterator

import typer
from typer._click.core import Command, Context
from typer.core import TyperOption
from typer.main import get_command

from vigo_pipeline.cli import forslag
from vigo_pipeline.cli.kommandoer import app
from vigo_pipeline.engine.register import Register

# The last of two rounds that are compared, and the file that findings are written to.
TO_TING = {"--til"}
# What takes one of these is called by what it is, in every command.
SLAG = {
    "<date>": {"--dag", "--mot-dag", "--gjelder-til", "--fra-dag", "--til-dag"},
    "<path>": {"--mappe", "--kopi", "--noekkel", "--privat-noekkel", "--passord"},
}


def commands(kommando: Command, navn: str = "vigo") -> Iterator[tuple[str, Command]]:
    yield navn, kommando
    for ord_, under in getattr(kommando, "commands", {}).items():
        yield from commands(under, f"{navn} {ord_}")


def options() -> Iterator[tuple[str, str, TyperOption, str]]:
    """Yield each option: of which command, how it is spelt, and what it takes."""
    for navn, kommando in commands(get_command(app)):
        for p in kommando.params:
            if isinstance(p, TyperOption):
                yield navn, p.opts[0], p, p.display_type(Context(kommando))


def test_an_option_has_one_text_and_takes_one_kind_in_every_command() -> None:
    betyr: dict[str, dict[tuple[str, str], list[str]]] = defaultdict(lambda: defaultdict(list))
    for navn, skrevet, p, tar in options():
        betyr[skrevet][p.help or "", tar].append(navn)
    assert len(betyr) > 20
    assert {skrevet for skrevet, m in betyr.items() if len(m) > 1} == TO_TING


def test_a_day_and_a_folder_are_asked_for_in_one_way() -> None:
    funnet = {(navn, skrevet) for navn, skrevet, _, tar in options() if tar in SLAG}
    assert funnet
    assert not {
        (navn, skrevet)
        for navn, skrevet, _, tar in options()
        if (tar in SLAG and skrevet not in SLAG[tar])
        or any(skrevet in egne and tar != slag for slag, egne in SLAG.items())
    }


def test_options_are_spelt_with_small_letters_and_are_no_english_words() -> None:
    assert not {
        skrevet
        for _, skrevet, _, _ in options()
        if skrevet not in {"--version", "--feilsøk"}
        and (not skrevet.isascii() or skrevet != skrevet.lower() or "_" in skrevet)
    }


def test_every_command_stands_under_a_heading() -> None:
    uten = [k.callback for k in app.registered_commands if not k.rich_help_panel]
    uten += [g.name for g in app.registered_groups if not isinstance(g.rich_help_panel, str)]
    assert not uten
    assert isinstance(app, typer.Typer)


def test_what_a_shell_offers_is_what_there_is() -> None:
    register = Register.installed()
    assert forslag.flyter("") == sorted(register.innsamlinger)
    assert forslag.leveranser("") == sorted(register.leveranser)
    assert forslag.begge("ssbelevf") == ["ssbelevfag"]
    # One word means one thing where either may stand.
    for begge in register.innsamlinger.keys() & register.leveranser.keys():
        assert register.leveres_fra(begge) == register.leveranser_av(begge)
