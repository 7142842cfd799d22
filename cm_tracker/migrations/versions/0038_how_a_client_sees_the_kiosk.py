"""How a client sees the kiosk: what they keep for every visit, and what they chose for one session alone."""

import sqlalchemy as sa
from alembic import op

from cm_tracker.migrations.sealing import ID, grant, holds

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

TABLE = "kiosk_preference"
SESSION = "kiosk_session"
OF_SESSION = ("language", "text_size", "colors")


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("client_id", ID, nullable=False, autoincrement=False),
        sa.Column("hides_amounts", sa.Boolean(), nullable=False),
        sa.Column("text_size", sa.String(10), nullable=False),
        sa.Column("colors", sa.String(10), nullable=False),
        sa.CheckConstraint("text_size IN ('usual', 'large', 'largest')", name=op.f(f"ck_{TABLE}_known_text_size")),
        sa.CheckConstraint("colors IN ('usual', 'contrast', 'dark')", name=op.f(f"ck_{TABLE}_known_colors")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f(f"fk_{TABLE}_client_id")),
        sa.PrimaryKeyConstraint("client_id", name=op.f(f"pk_{TABLE}")),
    )
    grant("SELECT, INSERT, UPDATE (hides_amounts, text_size, colors)", TABLE, has_id=False)
    for column in OF_SESSION:
        op.add_column(SESSION, sa.Column(column, sa.String(10), nullable=True))


def downgrade() -> None:
    """Back to one kiosk for all: refused where a client has chosen how they see it."""
    if holds(TABLE):
        raise RuntimeError(
            f"{TABLE} holds what {down_revision} has no place for: going back would lose it. Restore a backup instead."
        )
    for column in reversed(OF_SESSION):
        op.drop_column(SESSION, column)
    op.drop_table(TABLE)
