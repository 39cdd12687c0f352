"""Whether what went wrong is that somebody interrupted it: libraries say that in other words."""

# What DuckDB says instead of what Python has raised at a Ctrl-C: where a statement runs, of no
# class of its own, and where it asks Python for the rows of a table, last in a text of its own.
AVBRUTT = "Query interrupted"
SPURT_AVBRUTT = ("failed: KeyboardInterrupt:", "\nKeyboardInterrupt")


def was_interrupted(feil: BaseException) -> bool:
    """Say whether an exception is an interruption, came of one, or came while one was cleared up.

    >>> was_interrupted(RuntimeError("Query interrupted"))
    True
    >>> was_interrupted(RuntimeError("Query was not interrupted"))
    False
    """
    sett: set[int] = set()
    ledd: BaseException | None = feil
    while ledd is not None and id(ledd) not in sett:
        if _is_one(ledd):
            return True
        sett.add(id(ledd))
        # Also where what is raised is said not to come of it: it came of nothing else.
        ledd = ledd.__cause__ or ledd.__context__
    return False


def _is_one(feil: BaseException) -> bool:
    if isinstance(feil, KeyboardInterrupt):
        return True
    if isinstance(feil, RuntimeError):
        return str(feil) == AVBRUTT
    # Not asked by class: where nothing of DuckDB was used, it is not loaded.
    duckdb = type(feil).__module__.split(".")[0] in {"duckdb", "_duckdb"}
    return duckdb and str(feil).rstrip().endswith(SPURT_AVBRUTT)
