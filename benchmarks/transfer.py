"""The transfer to OT of a round of sluttere and startere: read, select, write the lists."""

import argparse
import os
import time

from benchmarks.measure import Klokke, report
from vigo_pipeline.domain.frist import deadline
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.overfoering import transfer
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger


def main() -> None:
    """Make the lists of a round's deadline; the VIGO_ variables say where."""
    valg = argparse.ArgumentParser()
    valg.add_argument("skoleaar")
    valg.add_argument("runde")
    arg = valg.parse_args()
    dag = deadline("loepende", arg.runde, Skoleaar.parse(arg.skoleaar))
    klokke, start = Klokke(), time.perf_counter()
    klokke.wrap(transfer, "read", "read")
    klokke.wrap(transfer, "select", "select")
    klokke.wrap(transfer, "_write", "write")
    pipeline = Pipeline(Register.installed(), Innstillinger.from_env(os.environ))
    utfoert = transfer.transfer(pipeline, dag)
    report(
        {
            "arbeid": time.perf_counter() - start,
            "trinn": klokke.trinn,
            "kandidater": utfoert.telling.kandidater,
            "paa_lista": utfoert.telling.paa_lista,
        }
    )


if __name__ == "__main__":
    main()
