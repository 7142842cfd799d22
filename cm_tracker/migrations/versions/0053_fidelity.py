"""Practice clients, training of staff, a site's checklist before its first client, and observed sessions."""

import sqlalchemy as sa
from alembic import op

from cm_tracker.db import UtcDateTime
from cm_tracker.migrations.sealing import ID, guard, holds, run

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

PRACTICE = "client_stays_practice"
THEY = sa.text("is_practice IS NOT NULL")
TABLES = ("session_rating", "readiness_mark", "training_withdrawal", "training")


def upgrade() -> None:
    # Empty, not false, for everybody else: an empty column changes no digest of a client or a site on the audit trail. Both
    # databases know this form; a table that others refer to is not made anew for it.
    run("ALTER TABLE client ADD COLUMN is_practice BOOLEAN CONSTRAINT ck_client_is_practice CHECK (is_practice)")
    op.create_index(op.f("ix_client_is_practice"), "client", ["code"], sqlite_where=THEY, postgresql_where=THEY)
    if _is_postgresql():
        run(
            f"CREATE TRIGGER {PRACTICE} BEFORE UPDATE OF is_practice ON client FOR EACH ROW "
            "WHEN (NEW.is_practice IS DISTINCT FROM OLD.is_practice) EXECUTE FUNCTION cm_refuse()"
        )
    else:
        run(
            f"CREATE TRIGGER {PRACTICE} BEFORE UPDATE OF is_practice ON client "
            "WHEN NEW.is_practice IS NOT OLD.is_practice "
            "BEGIN SELECT RAISE(ABORT, 'client: who practices never becomes a client, nor the other way'); END"
        )
    run("ALTER TABLE site ADD COLUMN has_checklist BOOLEAN CONSTRAINT ck_site_has_checklist CHECK (has_checklist)")
    _create_tables()
    for table, key in (
        ("training", "id = NEW.id"),
        ("training_withdrawal", "id = NEW.id OR training_id = NEW.training_id"),
        ("readiness_mark", "id = NEW.id"),
        ("session_rating", "id = NEW.id OR replaces_id = NEW.replaces_id"),
    ):
        guard(table, key)


def downgrade() -> None:
    """Back to a program that would count practice clients: refused where there are any, and where records would be lost."""
    if holds("client WHERE is_practice"):
        raise RuntimeError("client holds practice clients, whom 0052 would count. Restore a backup instead.")
    for table in TABLES:
        if holds(table):
            raise RuntimeError(f"{table} holds what 0052 has no place for. Restore a backup instead.")
    for table in TABLES:
        op.drop_table(table)
    run("ALTER TABLE site DROP COLUMN has_checklist")
    run(f"DROP TRIGGER {PRACTICE}" + (" ON client" if _is_postgresql() else ""))
    op.drop_index(op.f("ix_client_is_practice"), "client")
    run("ALTER TABLE client DROP COLUMN is_practice")


def _create_tables() -> None:
    _table(
        "training",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("subject", sa.String(20), nullable=False),
        sa.Column("trained_on", sa.Date(), nullable=False),
        sa.Column("note_digest", sa.LargeBinary(), nullable=True),
        refers={"person_id": "staff"},
        indexed="person_id",
    )
    _table(
        "training_withdrawal",
        sa.Column("training_id", ID, nullable=False),
        sa.Column("note_digest", sa.LargeBinary(), nullable=False),
        refers={"training_id": "training"},
        once="training_id",
    )
    _table(
        "readiness_mark",
        sa.Column("site_id", ID, nullable=False),
        sa.Column("item", sa.String(20), nullable=False),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        sa.Column("text", sa.String(120), nullable=False),
        refers={"site_id": "site"},
        indexed="site_id",
    )
    _table(
        "session_rating",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("client_id", ID, nullable=True),
        sa.Column("session_on", sa.Date(), nullable=False),
        sa.Column("ratings", sa.String(400), nullable=False),
        sa.Column("note_digest", sa.LargeBinary(), nullable=True),
        sa.Column("replaces_id", ID, nullable=True),
        refers={"person_id": "staff", "site_id": "site", "client_id": "client", "replaces_id": "session_rating"},
        indexed="person_id",
        once="replaces_id",
    )


def _table(
    name: str, *columns: sa.Column[object], refers: dict[str, str], indexed: str | None = None, once: str | None = None
) -> None:
    """A table that is only added to: its columns, and who entered it when."""
    op.create_table(
        name,
        sa.Column("id", ID, nullable=False),
        *columns,
        sa.Column("recorded_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        *(
            sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{name}_{column}"))
            for column, to in {**refers, "staff_id": "staff"}.items()
        ),
        *([sa.UniqueConstraint(once, name=op.f(f"uq_{name}_{once}"))] if once else []),
    )
    if indexed:
        op.create_index(op.f(f"ix_{name}_{indexed}"), name, [indexed])


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
