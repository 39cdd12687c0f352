"""Dagster: what is made, started, looked at and told there.

Each process of Dagster loads something of this package: those that run steps the definitions, the
page and the daemon what `dagster.yaml` names.
"""

import os

from vigo_pipeline.engine.process import begin

# Each step has a process of its own.
begin()

# Exception texts can quote data: Dagster then keeps a number of the error instead. Whoever looks
# for an error on made-up data may have said otherwise.
os.environ.setdefault("DAGSTER_REDACT_USER_CODE_ERRORS", "1")
