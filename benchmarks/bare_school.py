"""A bare script: DuckDB reads one school's file, splits its lines and counts what each field has.

It knows no collection and no rule. It imports nothing of ours, whose start-up would be in it.
"""

from sys import argv

import duckdb


def main() -> None:
    """Read the file that is named."""
    with duckdb.connect() as con:
        con.execute(
            "create table linje as select string_split(linje, ';') as felt from read_csv($fil, "
            "columns = {'linje': 'varchar'}, delim = '\x01', quote = '', escape = '', "
            "header = false, auto_detect = false, encoding = 'latin-1')",
            {"fil": argv[1]},
        )
        [(flest,)] = con.execute("select max(len(felt)) from linje").fetchall()
        telt = ", ".join(f"count(nullif(felt[{n}], ''))" for n in range(2, flest + 1))
        rader = con.execute(f"select felt[1], count(*), {telt} from linje group by 1").fetchall()
        print(sum(antall for _, antall, *_ in rader))


if __name__ == "__main__":
    main()
