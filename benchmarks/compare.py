"""Say whether two delivery files hold the same rows, whatever their bytes look like."""

from pathlib import Path
from sys import argv

import duckdb

from benchmarks.measure import report
from vigo_pipeline.engine.register import Register

TALL = ("kursprosent", "aarstimer", "elevtimer", "antall_fag")


def content(fil: Path, tegnsett: str, kolonner: list[str]) -> tuple[int, int]:
    """Return the number of rows and a sum over a hash of each."""
    navn = ", ".join(f"'{n}': 'varchar'" for n in kolonner)
    verdier = ", ".join(
        f"coalesce(cast(cast({n} as decimal(9, 2)) as varchar), '')"
        if n in TALL
        else f"coalesce({n}, '')"
        for n in kolonner
    )
    antall, sum_ = duckdb.sql(  # type: ignore[union-attr]
        f"select count(*), sum(hash(concat_ws('\x1f', {verdier}))::hugeint)::varchar "
        f"from read_csv('{fil}', columns = {{{navn}}}, delim = ';', quote = '\"', header = true, "
        f"auto_detect = false, encoding = '{tegnsett}')"
    ).fetchall()[0]
    return int(antall), int(sum_)


def main() -> None:
    """Compare two files of a delivery: its name, path, encoding, path, encoding."""
    kolonner = Register.installed().leveranse(argv[1]).navn
    en, to = (content(Path(argv[n]), argv[n + 1], kolonner) for n in (2, 4))
    report({"rader": en[0], "like": en == to, "rader_andre": to[0]})


if __name__ == "__main__":
    main()
