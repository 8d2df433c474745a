"""What Alembic runs: the scripts of `versions`, on the connection that `migrate` holds."""

from alembic import context

from kpi.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite changes a table by making it anew
    transactional_ddl=True,  # true of SQLite too, since the transaction is begun by ourselves
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
