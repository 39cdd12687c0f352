"""Alembic's entry: runs on the connection it is given."""

from alembic import context

from vigo_pipeline.engine.database.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_schemas=True,
    version_table="alembic_version",
)
with context.begin_transaction():
    context.run_migrations()
