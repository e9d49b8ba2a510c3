"""What Alembic runs: the migrations, in the transaction that `library.database` has opened."""

from __future__ import annotations

from alembic import context

from narrate.library.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
