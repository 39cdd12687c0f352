"""The gate of both deliveries, over the DuckDB pass inside it."""

import os
import time
from sys import argv

from benchmarks.measure import Klokke, report
from vigo_pipeline.engine.judge import verdict
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon


def main() -> None:
    """Judge both deliveries of a round that has been run before."""
    partisjon = Partisjon(argv[1], argv[2])
    pipeline = Pipeline(Register.installed(), Innstillinger.from_env(os.environ), alt=True)
    pipeline.vannmerke("oktober", partisjon)  # the connection is not the gate's
    klokke, start = Klokke(), time.perf_counter()
    import great_expectations.expectations  # noqa: F401, PLC0415 -- timed

    importtid = time.perf_counter() - start
    klokke.wrap(verdict, "judge", "judge")
    klokke.wrap(verdict, "validate", "validate")
    start = time.perf_counter()
    for leveranse in pipeline.register.flyt("oktober")[1]:
        verdict.pass_judgement(pipeline, leveranse, partisjon)
    report({"import": importtid, "gate": time.perf_counter() - start, **klokke.trinn})


if __name__ == "__main__":
    main()
