"""What looks at every round of a home: the sensor's tick, what ``status`` asks, the status site."""

import os
import time
from collections.abc import Callable
from datetime import timedelta
from sys import argv

from benchmarks.measure import report
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.reports.nettsted.write import write_site
from vigo_pipeline.reports.status import rounds


def tick() -> Callable[[], object]:
    """Return one tick of the sensor that has seen what lies there, and seen it done."""
    import dagster as dg  # noqa: PLC0415 -- the others must not pay for it

    from vigo_pipeline.definitions import defs  # noqa: PLC0415
    from vigo_pipeline.orchestration.resources import Vigo  # noqa: PLC0415

    sensor, instans = defs.resolve_sensor_def("inn_mappa"), dg.DagsterInstance.get()
    markoer: str | None = None

    def once() -> str | None:
        kontekst = dg.build_sensor_context(
            instance=instans, cursor=markoer, definitions=defs, resources={"vigo": Vigo()}
        )
        return sensor.evaluate_tick(kontekst).cursor

    for _ in range(2):
        markoer = once()
    return once


def main() -> None:
    """Do one of: tick, status, site, on the last day of a skoleår; tell the CPU seconds of it."""
    hva, aar = argv[1], Skoleaar.parse(argv[2])
    oppsett = Innstillinger.from_env(os.environ)
    pipeline = Pipeline(Register.installed(), oppsett)
    dag = aar.slutt_dato - timedelta(days=1)
    look: dict[str, Callable[[], Callable[[], object]]] = {
        "tick": tick,
        "status": lambda: lambda: rounds(pipeline, dag, ""),
        "site": lambda: lambda: write_site(pipeline, oppsett.nettsted, dag),
    }
    once = look[hva]()
    start = time.process_time()
    once()
    report({"cpu": time.process_time() - start})


if __name__ == "__main__":
    main()
