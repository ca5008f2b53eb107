"""Alembic runs the migrations over the connection that studio.storage.database hands it."""

from alembic import context

from studio.storage.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
context.run_migrations()
