"""The agreement about the rules of a schedule's version, as a client signed it: which version, language and text."""

import sqlalchemy as sa
from alembic import op

from cm_tracker.migrations.sealing import ID, create_sealed, guard, holds, once

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_sealed(
        "signed_agreement",
        sa.Column("enrollment_id", ID, nullable=False),
        sa.Column("schedule_version_id", ID, nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("witness_id", ID, nullable=False),
        sa.Column("note_digest", sa.LargeBinary(), nullable=False),
        refers={"enrollment_id": "enrollment", "schedule_version_id": "schedule_version", "witness_id": "staff"},
        more=(
            sa.CheckConstraint("way IN ('paper', 'screen')", name=op.f("ck_signed_agreement_way_is_known")),
            once("signed_agreement", "enrollment_id", "schedule_version_id"),
        ),
    )
    guard(
        "signed_agreement",
        "id = NEW.id OR (enrollment_id = NEW.enrollment_id AND schedule_version_id = NEW.schedule_version_id)",
    )


def downgrade() -> None:
    """Back to a program that keeps no such agreement: refused where one was signed."""
    if holds("signed_agreement"):
        raise RuntimeError("signed_agreement holds what 0058 has no place for. Restore a backup instead.")
    op.drop_table("signed_agreement")
