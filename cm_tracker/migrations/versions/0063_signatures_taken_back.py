"""Signatures that were recorded by mistake. Whoever signs after one signs for the same version a second time."""

import sqlalchemy as sa
from alembic import op

from cm_tracker.db import UtcDateTime
from cm_tracker.migrations.sealing import ID, create_sealed, guard, holds, once, run

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

COLUMNS = (
    "id, site_id, enrollment_id, schedule_version_id, language, way, signed_on, witness_id, note_digest, recorded_at, "
    "staff_id, via"
)
UNIQUE = "uq_signed_agreement_enrollment_id"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(UNIQUE, "signed_agreement")
    else:
        _again("id = NEW.id")
    op.create_table(
        "signature_withdrawal",
        sa.Column("id", ID, nullable=False),
        sa.Column("agreement_id", ID, nullable=False),
        sa.Column("note_digest", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["signed_agreement.id"], name=op.f("fk_signature_withdrawal_agreement_id")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_signature_withdrawal_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature_withdrawal")),
        once("signature_withdrawal", "agreement_id"),
    )
    guard("signature_withdrawal", "id = NEW.id OR agreement_id = NEW.agreement_id")


def downgrade() -> None:
    """Back to signatures that stay for ever: refused where one was taken back."""
    if holds("signature_withdrawal"):
        raise RuntimeError("signature_withdrawal holds what 0062 has no place for. Restore a backup instead.")
    op.drop_table("signature_withdrawal")
    if op.get_bind().dialect.name == "postgresql":
        op.create_unique_constraint(UNIQUE, "signed_agreement", ["enrollment_id", "schedule_version_id"])
    else:
        _again(
            "id = NEW.id OR (enrollment_id = NEW.enrollment_id AND schedule_version_id = NEW.schedule_version_id)",
            once("signed_agreement", "enrollment_id", "schedule_version_id"),
        )


def _again(key: str, *more: sa.Constraint) -> None:
    """Make the table of agreements again with other constraints: SQLite cannot drop or add one."""
    run("ALTER TABLE signed_agreement RENAME TO signed_agreement_before")
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
        more=(sa.CheckConstraint("way IN ('paper', 'screen')", name=op.f("ck_signed_agreement_way_is_known")), *more),
    )
    run(f"INSERT INTO signed_agreement ({COLUMNS}) SELECT {COLUMNS} FROM signed_agreement_before")
    op.drop_table("signed_agreement_before")
    guard("signed_agreement", key)
