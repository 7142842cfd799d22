"""An index of the visits that wait for a laboratory: the start page names them."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.get_bind().exec_driver_sql(
        "CREATE INDEX ix_visit_waits ON visit (happened_on) WHERE outcome IN ('pending', 'disputed')"
    )


def downgrade() -> None:
    op.drop_index("ix_visit_waits", table_name="visit")
