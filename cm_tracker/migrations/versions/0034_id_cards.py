"""ID cards: the random number in the QR code of a client's card, one valid card for each client."""

import sqlalchemy as sa
from alembic import op

from cm_tracker.db import UtcDateTime
from cm_tracker.migrations.sealing import ID, grant, holds

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

TABLE = "id_card"
INSTANT = UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", ID, nullable=False),
        sa.Column("client_id", ID, nullable=False),
        sa.Column("number", sa.String(39), nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.Column("replaced_at", INSTANT, nullable=True),
        sa.Column("replaced_by_id", ID, nullable=True),
        *(
            sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{TABLE}_{column}"))
            for column, to in (("client_id", "client"), ("staff_id", "staff"), ("replaced_by_id", "staff"))
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("number", name=op.f(f"uq_{TABLE}_number")),
    )
    op.create_index(op.f(f"ix_{TABLE}_client_id"), TABLE, ["client_id"])
    op.create_index(
        "ix_id_card_valid",
        TABLE,
        ["client_id"],
        unique=True,
        sqlite_where=sa.text("replaced_at IS NULL"),
        postgresql_where=sa.text("replaced_at IS NULL"),
    )
    grant("SELECT, INSERT, UPDATE (replaced_at, replaced_by_id)", TABLE)


def downgrade() -> None:
    """Back to clients without cards: refused where one was issued."""
    if holds(TABLE):
        raise RuntimeError(
            f"{TABLE} holds what {down_revision} has no place for: going back would lose it. Restore a backup instead."
        )
    op.drop_table(TABLE)
