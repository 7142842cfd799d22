"""Find the visits of a site on some days by an index: the first page of the day read every visit of every site."""

from alembic import op

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_visit_site_day", "visit", ["site_id", "happened_on"])


def downgrade() -> None:
    """Back to a program that reads them all."""
    op.drop_index("ix_visit_site_day", "visit")
