"""Two records of one person can be merged: one lead asks, another approves, and one record becomes the main one."""

import sqlalchemy as sa
from alembic import op

from cm_tracker.db import UtcDateTime
from cm_tracker.migrations.sealing import ID, create_sealed, grant, guard, holds, once, run

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

REQUEST, MERGE = "merge_request", "client_merge"
FIXED = ("id", "from_client_id", "into_client_id", "site_id", "note_digest", "staff_id")


def upgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    number = "BIGINT" if is_postgresql else "INTEGER"
    # Both databases know this form; a table that others refer to is not made anew for it.
    run(
        f"ALTER TABLE client ADD COLUMN merged_into_id {number} "
        "CONSTRAINT fk_client_merged_into_id REFERENCES client (id)"
    )
    op.create_index(op.f("ix_client_merged_into_id"), "client", ["merged_into_id"])
    grant("UPDATE (merged_into_id)", "client", has_id=False)
    op.create_table(
        REQUEST,
        sa.Column("id", ID, nullable=False),
        sa.Column("from_client_id", ID, nullable=False),
        sa.Column("into_client_id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("note_digest", sa.LargeBinary(), nullable=False),
        sa.Column("requested_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.Column("decision", sa.String(length=20), nullable=True),
        sa.Column("decided_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", ID, nullable=True),
        sa.Column("decision_note_digest", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("from_client_id <> into_client_id", name=op.f(f"ck_{REQUEST}_names_two_records")),
        sa.CheckConstraint(
            "decision IN ('approved', 'declined', 'withdrawn')", name=op.f(f"ck_{REQUEST}_decision_is_known")
        ),
        sa.CheckConstraint(
            "decision IS NULL OR decision <> 'approved' OR decided_by_id <> staff_id",
            name=op.f(f"ck_{REQUEST}_second_person_approves"),
        ),
        *(
            sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{REQUEST}_{column}"))
            for column, to in {
                "from_client_id": "client",
                "into_client_id": "client",
                "site_id": "site",
                "staff_id": "staff",
                "decided_by_id": "staff",
            }.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{REQUEST}")),
    )
    for column in ("from_client_id", "into_client_id", "site_id"):
        op.create_index(op.f(f"ix_{REQUEST}_{column}"), REQUEST, [column])
    op.create_index(
        f"ix_{REQUEST}_waiting",
        REQUEST,
        ["from_client_id"],
        unique=True,
        sqlite_where=sa.text("decision IS NULL"),
        postgresql_where=sa.text("decision IS NULL"),
    )
    grant("SELECT, INSERT, UPDATE (decision, decided_at, decided_by_id, decision_note_digest)", REQUEST)
    create_sealed(
        MERGE,
        sa.Column("from_client_id", ID, nullable=False),
        sa.Column("into_client_id", ID, nullable=False),
        sa.Column("note_digest", sa.LargeBinary(), nullable=False),
        sa.Column("request_id", ID, nullable=False),
        sa.Column("requested_by_id", ID, nullable=True),
        refers={
            "from_client_id": "client",
            "into_client_id": "client",
            "request_id": REQUEST,
            "requested_by_id": "staff",
        },
        more=(
            once(MERGE, "from_client_id"),
            once(MERGE, "request_id"),
            sa.CheckConstraint("from_client_id <> into_client_id", name=op.f(f"ck_{MERGE}_names_two_records")),
            sa.CheckConstraint("staff_id <> requested_by_id", name=op.f(f"ck_{MERGE}_second_person_approves")),
        ),
    )
    op.create_index(op.f(f"ix_{MERGE}_into_client_id"), MERGE, ["into_client_id"])
    guard(MERGE, "id = NEW.id OR from_client_id = NEW.from_client_id OR request_id = NEW.request_id")
    _guard_requests(is_postgresql)


def _guard_requests(is_postgresql: bool) -> None:
    """A request is decided once, nothing else of it changes, and it is never deleted."""
    refused = f"{REQUEST}: it is decided once, and nothing else of it changes"
    if is_postgresql:
        new, old = (", ".join(f"{row}.{column}" for column in FIXED) for row in ("NEW", "OLD"))
        run(
            f"CREATE FUNCTION cm_merge_is_decided_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF OLD.decision IS NOT NULL OR NEW.decision IS NULL OR ({new}) IS DISTINCT FROM ({old}) THEN "
            f"RAISE EXCEPTION '{refused}' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$"
        )
        run(
            f"CREATE TRIGGER {REQUEST}_is_decided_once BEFORE UPDATE ON {REQUEST} "
            "FOR EACH ROW EXECUTE FUNCTION cm_merge_is_decided_once()"
        )
        run(f"CREATE TRIGGER {REQUEST}_stays BEFORE DELETE ON {REQUEST} FOR EACH ROW EXECUTE FUNCTION cm_refuse()")
        return
    changed = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in FIXED)
    run(
        f"CREATE TRIGGER {REQUEST}_is_decided_once BEFORE UPDATE ON {REQUEST} BEGIN SELECT RAISE(ABORT, '{refused}') "
        f"WHERE OLD.decision IS NOT NULL OR NEW.decision IS NULL OR {changed}; END"
    )
    run(
        f"CREATE TRIGGER {REQUEST}_stays BEFORE DELETE ON {REQUEST} "
        f"BEGIN SELECT RAISE(ABORT, '{REQUEST}: it is never deleted'); END"
    )


def downgrade() -> None:
    """Back to clients who are never merged: refused where somebody asked for a merge."""
    for what in (MERGE, REQUEST, "client WHERE merged_into_id IS NOT NULL"):
        if holds(what):
            raise RuntimeError(
                f"{what.split()[0]} holds what 0022 has no place for: going back would lose it. Restore a backup instead."
            )
    op.drop_table(MERGE)
    op.drop_table(REQUEST)
    if op.get_bind().dialect.name == "postgresql":
        run("DROP FUNCTION cm_merge_is_decided_once()")
    op.drop_index(op.f("ix_client_merged_into_id"), table_name="client")
    run("ALTER TABLE client DROP COLUMN merged_into_id")
