"""Dagster's own stores on SQLite, for tests: connections last, and nothing is waited to disk.

As Dagster has them, each event opens the database, syncs it and closes it again, which takes longer
than many of the runs. Where Dagster's store as it is, is what is tested, these are not used.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa
import yaml
from dagster._core.storage.event_log import ConsolidatedSqliteEventLogStorage
from dagster._core.storage.runs import SqliteRunStorage
from dagster._core.storage.schedules import SqliteScheduleStorage
from dagster._serdes import ConfigurableClassData


class _Lasting:
    """A store with one pool of connections."""

    _conn_string: str

    @cached_property
    def _motor(self) -> sa.Engine:
        motor = sa.create_engine(self._conn_string)

        @sa.event.listens_for(motor, "connect")
        def hurry(con: Any, _: object) -> None:
            # Nothing here outlives the machine.
            con.execute("pragma synchronous = off")

        return motor

    @contextmanager
    def connect(self) -> Iterator[sa.Connection]:
        with self._motor.begin() as con:
            yield con

    def dispose(self) -> None:
        super().dispose()
        self._motor.dispose()

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData, config_value: Mapping[str, Any]
    ) -> Self:
        # Dagster's own name their own class here.
        return cls.from_local(inst_data=inst_data, **config_value)


class Kjoeringer(_Lasting, SqliteRunStorage):
    pass


class Planer(_Lasting, SqliteScheduleStorage):
    pass


class Hendelser(_Lasting, ConsolidatedSqliteEventLogStorage):
    """One log of all runs, as PostgreSQL keeps it where the pipeline is deployed."""

    @contextmanager
    def _connect(self) -> Iterator[sa.Connection]:
        with self.connect() as con:
            yield con

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData, config_value: Mapping[str, Any]
    ) -> Self:
        return cls(inst_data=inst_data, **config_value)


def settings(dagster_home: Path) -> str:
    """Return what dagster.yaml says of these stores."""
    klasser = {
        "run_storage": Kjoeringer,
        "schedule_storage": Planer,
        "event_log_storage": Hendelser,
    }
    return yaml.safe_dump(
        {
            navn: {
                "module": __name__,
                "class": klasse.__name__,
                "config": {"base_dir": str(dagster_home / "lager" / navn)},
            }
            for navn, klasse in klasser.items()
        }
    )
