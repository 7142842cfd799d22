"""Let the program's own account on PostgreSQL read the numbers of sequences, which `pg_dump` reads, too.

Without it only the owner of the tables could make a backup, and the owner's password does not belong on the machine that
serves pages.
"""

from alembic import op

from cm_tracker.migrations.sealing import ROLE

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _each("GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO")


def downgrade() -> None:
    """Back to backups by the owner alone."""
    _each("REVOKE SELECT ON ALL SEQUENCES IN SCHEMA public FROM")


def _each(statement: str) -> None:
    bind = op.get_bind()
    is_postgresql = bind.dialect.name == "postgresql"
    if is_postgresql and bind.exec_driver_sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'").first():
        bind.exec_driver_sql(f"{statement} {ROLE}")
