"""Who looked at which record, and who opened the identity of a client: two tables that are only added to."""

import sqlalchemy as sa
from alembic import op

from cm_tracker.db import UtcDateTime
from cm_tracker.migrations.sealing import ID, guard, holds

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

INSTANT = UtcDateTime(timezone=True)


def _keys(table: str, **refers: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, to in refers.items()
    ]


def upgrade() -> None:
    op.create_table(
        "viewing",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("page", sa.String(60), nullable=False),
        sa.Column("subject", sa.String(60), nullable=False),
        sa.Column("client_id", ID, nullable=True),
        sa.Column("site_id", ID, nullable=True),
        sa.Column("staff_id", ID, nullable=True),
        sa.Column("address", sa.String(45), nullable=False),
        sa.Column("browser", sa.String(60), nullable=False),
        *_keys("viewing", client_id="client", site_id="site", staff_id="staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_viewing")),
        sa.CheckConstraint("kind IN ('view', 'refused', 'wrong')", name=op.f("ck_viewing_kind_is_known")),
    )
    # A list that reads the newest lines of a client or a site backwards needs both columns.
    op.create_index("ix_viewing_client", "viewing", ["client_id", "id"])
    op.create_index("ix_viewing_site", "viewing", ["site_id", "id"])
    guard("viewing", "id = NEW.id")
    op.create_table(
        "identity_opening",
        sa.Column("id", ID, nullable=False),
        *(sa.Column(name, ID, nullable=False) for name in ("client_id", "site_id", "staff_id")),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("note_digest", sa.LargeBinary, nullable=False),
        *_keys("identity_opening", client_id="client", site_id="site", staff_id="staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_opening")),
        sa.CheckConstraint("ends_at > opened_at", name=op.f("ck_identity_opening_ends_later")),
    )
    for column in ("client_id", "site_id", "staff_id"):
        op.create_index(op.f(f"ix_identity_opening_{column}"), "identity_opening", [column])
    guard("identity_opening", "id = NEW.id")


def downgrade() -> None:
    """Back to a program that notes no viewings: refused where there are any, because they must be kept for years."""
    for table in ("viewing", "identity_opening"):
        if holds(table):
            raise RuntimeError(f"{table} holds what 0040 has no place for. Restore a backup instead.")
    for table in ("identity_opening", "viewing"):
        op.drop_table(table)
