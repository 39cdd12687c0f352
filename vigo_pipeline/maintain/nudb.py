"""The command that writes what SSB's package says of our variables."""

from vigo_pipeline.contract.nudb import as_toml, installed
from vigo_pipeline.engine.register import Register
from vigo_pipeline.maintain.page import TilValg, write
from vigo_pipeline.reports.mottakersyn.expected import ours

TOPP = "# Made by `vigo-maintain nudb --til`: what ssb-nudb-config says of our variables, frozen.\n"


def nudb(til: TilValg = None) -> None:
    """Write what the installed ssb-nudb-config says of the variables we deliver, as TOML."""
    write(TOPP + as_toml(ours(Register.installed(), installed())), til)
