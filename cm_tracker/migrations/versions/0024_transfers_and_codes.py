"""A client can move to another site, and a wrong code can be corrected; the old code still finds the client."""

import sqlalchemy as sa
from alembic import op

from cm_tracker.migrations.sealing import ID, create_sealed, grant, guard, holds

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

TRANSFER, CHANGE, ALIAS = "client_transfer", "code_change", "client_alias"


def upgrade() -> None:
    create_sealed(
        TRANSFER,
        sa.Column("client_id", ID, nullable=False),
        sa.Column("to_site_id", ID, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("note_digest", sa.LargeBinary(), nullable=False),
        refers={"client_id": "client", "to_site_id": "site"},
        more=(sa.CheckConstraint("site_id <> to_site_id", name=op.f(f"ck_{TRANSFER}_to_another_site")),),
    )
    op.create_index(op.f(f"ix_{TRANSFER}_client_id"), TRANSFER, ["client_id"])
    op.create_index(op.f(f"ix_{TRANSFER}_site_id"), TRANSFER, ["site_id"])
    guard(TRANSFER, "id = NEW.id")
    create_sealed(
        CHANGE,
        sa.Column("client_id", ID, nullable=False),
        sa.Column("old_code_digest", sa.LargeBinary(), nullable=False),
        sa.Column("note_digest", sa.LargeBinary(), nullable=False),
        refers={"client_id": "client"},
    )
    op.create_index(op.f(f"ix_{CHANGE}_client_id"), CHANGE, ["client_id"])
    guard(CHANGE, "id = NEW.id")
    op.create_table(
        ALIAS,
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("plain_code", sa.String(length=40), nullable=False),
        sa.Column("client_id", ID, nullable=False),
        sa.Column("change_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f(f"fk_{ALIAS}_client_id")),
        sa.ForeignKeyConstraint(["change_id"], [f"{CHANGE}.id"], name=op.f(f"fk_{ALIAS}_change_id")),
        sa.PrimaryKeyConstraint("code", name=op.f(f"pk_{ALIAS}")),
    )
    for column in ("plain_code", "client_id"):
        op.create_index(op.f(f"ix_{ALIAS}_{column}"), ALIAS, [column])
    grant("SELECT, INSERT", ALIAS, has_id=False)
    grant("UPDATE (code)", "client", has_id=False)


def downgrade() -> None:
    """Back to clients who keep site and code: refused where one was transferred or has an old code."""
    for table in (TRANSFER, CHANGE):
        if holds(table):
            raise RuntimeError(
                f"{table} holds what 0023 has no place for: going back would lose it. Restore a backup instead."
            )
    op.drop_table(ALIAS)
    op.drop_table(CHANGE)
    op.drop_table(TRANSFER)
