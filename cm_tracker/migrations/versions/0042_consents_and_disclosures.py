"""A client's consents, the agreement about the program, and what was told to whom outside the clinic."""

import sqlalchemy as sa
from alembic import op

from cm_tracker.db import UtcDateTime
from cm_tracker.migrations.sealing import ID, guard, holds

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

BASES = ["consent", "client", "emergency", "research", "audit", "court", "service_organization", "crime", "child_abuse"]
TABLES = ("agreement", "consent", "consent_revocation", "disclosure")


def _table(
    name: str, *columns: sa.Column[object], refers: dict[str, str], more: tuple[sa.Constraint, ...] = ()
) -> None:
    """A table that is only added to: its columns, whose record, and who entered it when."""
    refers = {"client_id": "client", "site_id": "site", "staff_id": "staff", **refers}
    op.create_table(
        name,
        sa.Column("id", ID, nullable=False),
        sa.Column("client_id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        *columns,
        sa.Column("recorded_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        *(
            sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{name}_{column}"))
            for column, to in refers.items()
        ),
        *more,
    )
    op.create_index(op.f(f"ix_{name}_client_id"), name, ["client_id"])


def upgrade() -> None:
    _table(
        "agreement",
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("signed_on", sa.Date, nullable=False),
        sa.Column("witness_id", ID, nullable=False),
        refers={"witness_id": "staff"},
    )
    guard("agreement", "id = NEW.id")
    _table(
        "consent",
        sa.Column("recipient", sa.String(120), nullable=False),
        sa.Column("what", sa.String(300), nullable=False),
        sa.Column("purpose", sa.String(300), nullable=False),
        sa.Column("signed_on", sa.Date, nullable=False),
        sa.Column("until", sa.Date, nullable=True),
        refers={},
        more=(sa.CheckConstraint("until IS NULL OR until >= signed_on", name=op.f("ck_consent_ends_later")),),
    )
    guard("consent", "id = NEW.id")
    _table(
        "consent_revocation",
        sa.Column("consent_id", ID, nullable=False),
        sa.Column("revoked_on", sa.Date, nullable=False),
        refers={"consent_id": "consent"},
        more=(sa.UniqueConstraint("consent_id", name=op.f("uq_consent_revocation_consent_id")),),
    )
    guard("consent_revocation", "id = NEW.id OR consent_id = NEW.consent_id")
    _table(
        "disclosure",
        sa.Column("basis", sa.String(30), nullable=False),
        sa.Column("consent_id", ID, nullable=True),
        sa.Column("recipient", sa.String(120), nullable=False),
        sa.Column("what", sa.String(300), nullable=False),
        sa.Column("purpose", sa.String(300), nullable=False),
        sa.Column("disclosed_on", sa.Date, nullable=False),
        refers={"consent_id": "consent"},
        more=(
            sa.CheckConstraint(f"basis IN ({', '.join(map(repr, BASES))})", name=op.f("ck_disclosure_basis_is_known")),
            sa.CheckConstraint(
                "(basis = 'consent') = (consent_id IS NOT NULL)", name=op.f("ck_disclosure_consent_is_named")
            ),
        ),
    )
    guard("disclosure", "id = NEW.id")


def downgrade() -> None:
    """Back to a program that keeps no consents: refused where there are any."""
    for table in TABLES:
        if holds(table):
            raise RuntimeError(f"{table} holds what 0041 has no place for. Restore a backup instead.")
    for table in ("disclosure", "consent_revocation", "consent", "agreement"):
        op.drop_table(table)
