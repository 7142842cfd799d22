"""A site's rule for points that nobody spent; without one nothing expires."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    bind = op.get_bind()
    # Both databases know this form; a table that others refer to is not made anew for it.
    bind.exec_driver_sql("ALTER TABLE site ADD COLUMN expiry_weeks INTEGER")
    bind.exec_driver_sql(
        "ALTER TABLE site ADD COLUMN expiry_since DATE "
        "CONSTRAINT ck_site_expiry_is_whole CHECK ((expiry_weeks IS NULL) = (expiry_since IS NULL))"
    )
    is_postgresql = bind.dialect.name == "postgresql"
    if is_postgresql and bind.exec_driver_sql("SELECT 1 FROM pg_roles WHERE rolname = 'cm_tracker_app'").first():
        bind.exec_driver_sql("GRANT UPDATE (expiry_weeks, expiry_since) ON site TO cm_tracker_app")


def downgrade() -> None:
    """Back to points that never expire: refused where some did, or where a lead has set a rule."""
    bind = op.get_bind()
    for what in ("ledger_transaction WHERE kind = 'expiry'", "site WHERE expiry_weeks IS NOT NULL"):
        if bind.exec_driver_sql(f"SELECT 1 FROM {what} LIMIT 1").first():
            raise RuntimeError("points expire here: going back would not know why. Restore a backup instead.")
    op.get_bind().exec_driver_sql("ALTER TABLE site DROP COLUMN expiry_since")
    op.get_bind().exec_driver_sql("ALTER TABLE site DROP COLUMN expiry_weeks")
