"""Alembic's environment: migrations run through the app's own engine."""

from pathlib import Path

from alembic import context
from flask import current_app
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from cm_tracker import config, models  # noqa: F401  (a table that is not imported would look dropped)
from cm_tracker.migrations.env_after import compact

migrate = current_app.extensions["migrate"]


def run() -> None:
    """Bring the database to the newest revision, all or nothing."""
    owner = current_app.config["OWNER_DATABASE_URL"]
    # The program's own account may not change tables; where an owner is named, migrations run as the owner.
    engine = create_engine(config.driver_url(owner), poolclass=NullPool) if owner else migrate.db.engine
    if engine.dialect.name == "sqlite" and not Path(str(engine.url.database)).exists():
        raise RuntimeError(f"There is no database {engine.url.database}. cm-tracker init makes one for a new clinic.")
    # The environment belongs to one engine; SQLite cannot check deferred keys while tables are made.
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=migrate.db.metadata,
            # SQLite rolls tables back, too; Alembic does not expect it of a driver that begins late, and ours does not.
            **{"transaction_per_migration": False, "transactional_ddl": True, **migrate.configure_args},
        )
        with context.begin_transaction():
            if engine.dialect.name == "postgresql":
                # A migration may take as long as it needs, and waits for whoever still writes.
                connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
                connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
            context.run_migrations()
        compact(connection)


run()
