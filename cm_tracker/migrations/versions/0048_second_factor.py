"""A second factor for staff, and when somebody last proved in a session who they are."""

import sqlalchemy as sa
from alembic import op

from cm_tracker.db import UtcDateTime
from cm_tracker.migrations.sealing import ID, grant, holds

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

AT = UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "second_factor",
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("grace_began_at", AT, nullable=True),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("set_up_at", AT, nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=True),
        sa.Column("taken_away_at", AT, nullable=True),
        sa.Column("taken_away_by_id", ID, nullable=True),
        *_staff("second_factor", "staff_id", "taken_away_by_id"),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_second_factor")),
    )
    grant("SELECT, INSERT, UPDATE", "second_factor", has_id=False)
    op.create_table(
        "passkey",
        sa.Column("id", ID, nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("key_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("uses", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("added_at", AT, nullable=False),
        sa.Column("used_at", AT, nullable=True),
        sa.Column("challenge_made_at", AT, nullable=False),
        *_staff("passkey", "staff_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("key_id", name=op.f("uq_passkey_key_id")),
    )
    op.create_index(op.f("ix_passkey_staff_id"), "passkey", ["staff_id"])
    grant("SELECT, INSERT, UPDATE (uses, name, used_at, challenge_made_at), DELETE", "passkey")
    op.create_table(
        "recovery_code",
        sa.Column("id", ID, nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("used_at", AT, nullable=True),
        *_staff("recovery_code", "staff_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_recovery_code_code_hash")),
    )
    op.create_index(op.f("ix_recovery_code_staff_id"), "recovery_code", ["staff_id"])
    grant("SELECT, INSERT, UPDATE (used_at), DELETE", "recovery_code")
    # A session from before the update has proved nothing lately, so it is asked before the next dangerous act.
    op.add_column("staff_session", sa.Column("proved_at", AT, nullable=True))
    op.add_column("staff_session", sa.Column("is_for_set_up", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """Back to a program that asks for a password alone: refused where somebody relies on more."""
    if holds("passkey") or holds("second_factor WHERE secret IS NOT NULL"):
        raise RuntimeError("Accounts have second factors, which 0047 would forget. Take them away first.")
    op.drop_column("staff_session", "is_for_set_up")
    op.drop_column("staff_session", "proved_at")
    for table in ("recovery_code", "passkey", "second_factor"):
        op.drop_table(table)


def _staff(table: str, *columns: str) -> list[sa.ForeignKeyConstraint]:
    return [sa.ForeignKeyConstraint([column], ["staff.id"], name=op.f(f"fk_{table}_{column}")) for column in columns]
