"""Sources of money for rewards, their terms, and which source pays for an enrollment. All are written once."""

import sqlalchemy as sa
from alembic import op

from cm_tracker.db import UtcDateTime
from cm_tracker.migrations.sealing import ID, guard, holds

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

AT = UtcDateTime(timezone=True)
KINDS = "kind IN ('grant', 'medicaid', 'donation', 'other')"


def upgrade() -> None:
    op.create_table(
        "funding_source",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("year_month", sa.Integer(), nullable=True),
        sa.Column("year_day", sa.Integer(), nullable=True),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.CheckConstraint(KINDS, name=op.f("ck_funding_source_kind_is_known")),
        sa.CheckConstraint(
            "(year_month IS NULL) = (year_day IS NULL)", name=op.f("ck_funding_source_first_day_is_whole")
        ),
        *_refers("funding_source", staff_id="staff"),
        sa.UniqueConstraint("name", name=op.f("uq_funding_source_name")),
    )
    op.create_table(
        "funding_terms",
        sa.Column("id", ID, nullable=False),
        sa.Column("source_id", ID, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("client_cents", sa.BigInteger(), nullable=True),
        sa.Column("total_cents", sa.BigInteger(), nullable=True),
        sa.Column("buys", sa.String(300), nullable=False),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", AT, nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.CheckConstraint("client_cents > 0", name=op.f("ck_funding_terms_client_limit_is_positive")),
        sa.CheckConstraint("total_cents > 0", name=op.f("ck_funding_terms_total_limit_is_positive")),
        *_refers("funding_terms", source_id="funding_source", staff_id="staff"),
    )
    op.create_index(op.f("ix_funding_terms_source_id"), "funding_terms", ["source_id"])
    op.create_table(
        "enrollment_funding",
        sa.Column("id", ID, nullable=False),
        sa.Column("enrollment_id", ID, nullable=False),
        sa.Column("source_id", ID, nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("note_digest", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_at", AT, nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        *_refers("enrollment_funding", enrollment_id="enrollment", source_id="funding_source", staff_id="staff"),
    )
    for column in ("enrollment_id", "source_id"):
        op.create_index(op.f(f"ix_enrollment_funding_{column}"), "enrollment_funding", [column])
    guard("funding_source", "id = NEW.id OR name = NEW.name")
    for table in ("funding_terms", "enrollment_funding"):
        guard(table, "id = NEW.id")


def downgrade() -> None:
    """Back to a program that knows no sources of money: refused where there are some."""
    if holds("funding_source"):
        raise RuntimeError(
            "funding_source holds what 0048 has no place for: going back would lose it. Restore a backup instead."
        )
    for table in ("enrollment_funding", "funding_terms", "funding_source"):
        op.drop_table(table)


def _refers(table: str, **refers: str) -> list[sa.Constraint]:
    return [
        *(
            sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))
            for column, to in refers.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]
