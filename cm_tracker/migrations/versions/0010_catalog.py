"""The catalog: what a prize looks like, where it is handed out, and how many one client may have of it."""

import sqlalchemy as sa
from alembic import op

from cm_tracker.migrations.sealing import grant, holds, run

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ID = {"sqlite": "INTEGER", "postgresql": "BIGINT"}
BYTES = {"sqlite": "BLOB", "postgresql": "BYTEA"}
COLUMNS = ("description", "description_es", "site_id", "limit_days", "limit_count", "picture")


def upgrade() -> None:
    op.create_table(
        "prize_picture",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("image", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_prize_picture")),
    )
    dialect = op.get_bind().dialect.name
    # Both databases know this form; a table that others refer to is not made anew for it.
    for column in (
        "description VARCHAR(300)",
        "description_es VARCHAR(300)",
        f"site_id {ID[dialect]} CONSTRAINT fk_prize_site_id REFERENCES site (id)",
        "limit_days INTEGER CONSTRAINT ck_prize_limit_days_are_positive CHECK (limit_days >= 1)",
        "limit_count INTEGER CONSTRAINT ck_prize_limit_is_positive CHECK (limit_count >= 1)",
        f"picture {BYTES[dialect]} CONSTRAINT fk_prize_picture REFERENCES prize_picture (digest)",
    ):
        run(f"ALTER TABLE prize ADD COLUMN {column}")
    grant("SELECT, INSERT, DELETE", "prize_picture", has_id=False)


def downgrade() -> None:
    """Back to names and prices: refused where something would be lost."""
    for column in COLUMNS:
        if holds(f"prize WHERE {column} IS NOT NULL"):
            raise RuntimeError(
                f"prize holds what 0009 has no place for ({column}): going back would lose it. Restore a backup instead."
            )
    for column in COLUMNS:
        run(f"ALTER TABLE prize DROP COLUMN {column}")
    op.drop_table("prize_picture")
