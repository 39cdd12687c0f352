"""Dagster: what is made, started, looked at and told there.

Each process of Dagster loads something of this package: those that run steps the definitions, the
page and the daemon what `dagster.yaml` names.
"""

import atexit
import gc
import os

# Each of these processes reads in a thousand modules that stay: to look among them for garbage as
# often as Python does by itself takes a sixth of the time in which it starts. When it ends, to look
# among them again takes as long as half of that start, and each step has a process.
gc.set_threshold(50_000, 10, 10)
atexit.register(gc.freeze)

# Exception texts can quote data: Dagster then keeps a number of the error instead. Whoever looks
# for an error on made-up data may have said otherwise.
os.environ.setdefault("DAGSTER_REDACT_USER_CODE_ERRORS", "1")
