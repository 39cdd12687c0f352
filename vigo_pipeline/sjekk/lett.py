"""Start quickly: what takes long to read in, and is not used, is not read in."""

import gc

from vigo_pipeline.engine.when_used import leave_out, put_off, refuse

# Arrow asks of every list whether it is of one of them, and to read them in takes half of a check.
UBRUKT = ("pandas",)
# What reads from a database needs it.
UTEN_BASE = ("numpy",)
# Arrow asks for it whenever a number is made one of its own.
OM_OG_OM_IGJEN = ("dateutil", "dateutil.relativedelta")
# What is read in where something of it is used: modules on the way to what is asked name it only.
UTSATT = ("duckdb", "pydoc", "pyarrow.compute", "pyarrow.csv", "pyarrow.parquet")
# That the answer of a check is given, and nothing is left to do.
besvart: list[bool] = []


def start(*, uten_base: bool = False) -> None:
    """Leave it out from now on: for a process that does nothing else than check files, or look.

    ``uten_base``: it reads from no database either.
    """
    # It ends before there is anything to tidy, and to look costs a tenth of what it does.
    gc.disable()
    leave_out(*UBRUKT)
    if uten_base:
        leave_out(*UTEN_BASE)
        refuse(*OM_OG_OM_IGJEN)
    put_off(*UTSATT)
