"""Start quickly: what takes long to read in, and is not used, is not read in."""

import gc

from vigo_pipeline.engine.when_used import leave_out, put_off

# Arrow asks of every list whether it is of pandas, and to read that in takes a third of a check.
UBRUKT = "pandas"
# What is read in where something of it is used: modules on the way to what is asked name it only.
UTSATT = ("duckdb", "pyarrow.compute")


def start() -> None:
    """Leave it out from now on: for a process that does nothing else than check files, or look."""
    # It ends before there is anything to tidy, and to look costs a tenth of what it does.
    gc.disable()
    leave_out(UBRUKT)
    put_off(*UTSATT)
