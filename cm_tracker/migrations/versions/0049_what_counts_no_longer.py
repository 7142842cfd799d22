"""The program may delete what counts no longer: browsers in which nobody has signed in for months, and old one-time codes."""

from alembic import op

from cm_tracker.migrations.sealing import ROLE, grant, run

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

TABLES = ("browser", "browser_use", "one_time_code")


def upgrade() -> None:
    for table in TABLES:
        grant("DELETE", table, has_id=False)


def downgrade() -> None:
    """Back to keeping all of them. What was deleted stays deleted; it counted for nothing."""
    bind = op.get_bind()
    is_postgresql = bind.dialect.name == "postgresql"
    if is_postgresql and bind.exec_driver_sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'").first():
        for table in TABLES:
            run(f"REVOKE DELETE ON {table} FROM {ROLE}")
