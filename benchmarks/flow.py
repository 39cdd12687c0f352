"""One whole round, step by step: the flow without Dagster, or the same job in Dagster."""

import argparse
import os
import time
from dataclasses import replace

from benchmarks.measure import Klokke, report
from vigo_pipeline import run
from vigo_pipeline.engine.judge import verdict
from vigo_pipeline.engine.load import round as round_
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon


def time_steps(klokke: Klokke) -> None:
    """Make each step tell how long it took; a step inside another is told apart from it."""
    run.STEPS = tuple(replace(s, do=klokke.timed(s.do, s.navn)) for s in run.STEPS)
    klokke.wrap(round_, "write_snapshot", "snapshot")
    klokke.wrap(verdict, "judge", "gate: judge in DuckDB")
    klokke.wrap(verdict, "validate", "gate: Great Expectations, import included")


def run_plain(oppsett: Innstillinger, flyt: str, partisjon: Partisjon) -> None:
    """Run the flow as ``vigo kjoer`` does."""
    run.run_flow(Pipeline(Register.installed(), oppsett), flyt, partisjon)


def run_dagster(flyt: str, partisjon: Partisjon) -> None:
    """Run the job on a real instance; DAGSTER_HOME and the VIGO_ variables say where."""
    import dagster as dg  # noqa: PLC0415 -- a run without Dagster must not pay for it

    from vigo_pipeline.definitions import defs  # noqa: PLC0415
    from vigo_pipeline.orchestration.partitions import key_of  # noqa: PLC0415

    with dg.DagsterInstance.get() as instans:
        jobb = defs.resolve_job_def(flyt)
        jobb.execute_in_process(
            instance=instans,
            partition_key=key_of(partisjon),
            run_config={"loggers": {"console": {"config": {"log_level": "ERROR"}}}},
        )


def deliveries(
    oppsett: Innstillinger, flyt: str, partisjon: Partisjon
) -> dict[str, dict[str, object]]:
    """Return where each published file is, with its rows and sha256."""
    svar: dict[str, dict[str, object]] = {}
    pipeline = Pipeline(Register.installed(), oppsett)
    for leveranse in pipeline.register.flyt(flyt)[1]:
        stamme = leveranse.stamme
        utgitt = pipeline.published(stamme, partisjon)[-1]
        m = utgitt.manifest()
        svar[stamme] = {"fil": str(utgitt.mappe / m.fil), "rader": m.rader, "sha256": m.fil_sha256}
    return svar


def main() -> None:
    """Run a round; the VIGO_ variables say where."""
    valg = argparse.ArgumentParser()
    valg.add_argument("hvordan", choices=["plain", "dagster"])
    valg.add_argument("skoleaar")
    valg.add_argument("runde")
    valg.add_argument("--flyt", default="oktober")
    arg = valg.parse_args()
    partisjon, oppsett = Partisjon(arg.skoleaar, arg.runde), Innstillinger.from_env(os.environ)
    klokke, start = Klokke(), time.perf_counter()
    if arg.hvordan == "plain":
        time_steps(klokke)
        run_plain(oppsett, arg.flyt, partisjon)
    else:
        run_dagster(arg.flyt, partisjon)
    vegg = time.perf_counter() - start
    report(
        {"arbeid": vegg, "trinn": klokke.trinn, "filer": deliveries(oppsett, arg.flyt, partisjon)}
    )


if __name__ == "__main__":
    main()
