"""Corrections: records that take the place of others, claims of what stands, and adjustments.

What stands once (an outcome for a place in a day, a cup at a site) is claimed by the visit that
stands for it. A correction hands the claims on and a void gives them back, so a cup that was booked
for the wrong client can be booked for the right one, and a correction cannot take another visit's
day. The indexes on first records could do neither.
"""

import sqlalchemy as sa
from alembic import op

from cm_tracker.db import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

ADD = """
ALTER TABLE visit ADD COLUMN correction VARCHAR(20) CONSTRAINT ck_visit_correction_is_known CHECK (
  correction IN ('answered', 'excused', 'corrected', 'voided', 'undone', 'reverted', 'again'));
ALTER TABLE ledger_transaction ADD COLUMN because VARCHAR(60);
"""

# The day is written by the database's own date on SQLite, which keeps it as text.
DAY = {"sqlite": "{row}.happened_on", "postgresql": "to_char({row}.happened_on, 'YYYY-MM-DD')"}
STANDS = "COALESCE(NEW.correction, '') NOT IN ('voided', 'undone')"


def _event(dialect: str, row: str) -> str:
    day = DAY[dialect].format(row=row)
    return f"'event:' || {row}.enrollment_id || ':' || {row}.behavior || ':' || {day} || ':' || {row}.day_place"


def _specimen(row: str) -> str:
    return f"'specimen:' || {row}.site_id || ':' || {row}.specimen_id"


def _claim_what_stands(dialect: str) -> list[str]:
    return [
        f"INSERT INTO visit_claim (claim, visit_id) SELECT {claim}, v.id FROM visit v "
        "WHERE NOT EXISTS (SELECT 1 FROM visit later WHERE later.corrects_id = v.id)" + more
        for claim, more in ((_event(dialect, "v"), ""), (_specimen("v"), " AND v.specimen_id IS NOT NULL"))
    ]


# REPLACE of an outer statement also rules the statements of its triggers, so on SQLite the claims
# are looked at before anything is written.
SQLITE = f"""
CREATE TRIGGER visit_is_claimed_once BEFORE INSERT ON visit WHEN {STANDS} BEGIN
  SELECT RAISE(ABORT, 'visit: another visit stands for this day or this specimen') WHERE EXISTS (
    SELECT 1 FROM visit_claim WHERE claim IN ({_event("sqlite", "NEW")}, {_specimen("NEW")}) AND visit_id IS NOT NEW.corrects_id);
END;

CREATE TRIGGER visit_corrects_its_own BEFORE INSERT ON visit WHEN NEW.corrects_id IS NOT NULL BEGIN
  SELECT RAISE(ABORT, 'visit: a correction stays in its enrollment and track') WHERE NOT EXISTS (
    SELECT 1 FROM visit WHERE id = NEW.corrects_id
      AND enrollment_id = NEW.enrollment_id AND behavior = NEW.behavior);
END;

CREATE TRIGGER visit_hands_claims_on AFTER INSERT ON visit BEGIN
  DELETE FROM visit_claim WHERE visit_id = NEW.corrects_id;
  INSERT INTO visit_claim (claim, visit_id) SELECT {_event("sqlite", "NEW")}, NEW.id WHERE {STANDS};
  INSERT INTO visit_claim (claim, visit_id) SELECT {_specimen("NEW")}, NEW.id
    WHERE NEW.specimen_id IS NOT NULL AND {STANDS};
END;

CREATE TRIGGER adjustment_request_is_decided_once BEFORE UPDATE ON adjustment_request BEGIN
  SELECT RAISE(ABORT, 'adjustment_request: it is decided once, and nothing else of it changes')
  WHERE OLD.decision IS NOT NULL OR NEW.decision IS NULL OR NEW.id <> OLD.id OR NEW.client_id <> OLD.client_id
    OR NEW.unit <> OLD.unit OR NEW.amount <> OLD.amount OR NEW.staff_id IS NOT OLD.staff_id
    OR NEW.note_digest <> OLD.note_digest;
END;
"""

POSTGRESQL = f"""
CREATE FUNCTION cm_visit_corrects_its_own() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.corrects_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM visit WHERE id = NEW.corrects_id AND id < NEW.id
      AND enrollment_id = NEW.enrollment_id AND behavior = NEW.behavior) THEN
    RAISE EXCEPTION 'visit: a correction stays in its enrollment and track' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER visit_corrects_its_own BEFORE INSERT ON visit
  FOR EACH ROW EXECUTE FUNCTION cm_visit_corrects_its_own();

CREATE FUNCTION cm_visit_hands_claims_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.corrects_id IS NOT NULL THEN
    DELETE FROM visit_claim WHERE visit_id = NEW.corrects_id;
  END IF;
  IF {STANDS} THEN
    INSERT INTO visit_claim (claim, visit_id) VALUES ({_event("postgresql", "NEW")}, NEW.id);
    IF NEW.specimen_id IS NOT NULL THEN
      INSERT INTO visit_claim (claim, visit_id) VALUES ({_specimen("NEW")}, NEW.id);
    END IF;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER visit_hands_claims_on AFTER INSERT ON visit
  FOR EACH ROW EXECUTE FUNCTION cm_visit_hands_claims_on();

CREATE FUNCTION cm_adjustment_is_decided_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.decision IS NOT NULL OR NEW.decision IS NULL
     OR (NEW.id, NEW.client_id, NEW.unit, NEW.amount, NEW.staff_id, NEW.note_digest)
        IS DISTINCT FROM (OLD.id, OLD.client_id, OLD.unit, OLD.amount, OLD.staff_id, OLD.note_digest) THEN
    RAISE EXCEPTION 'adjustment_request: it is decided once, and nothing else of it changes'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER adjustment_request_is_decided_once BEFORE UPDATE ON adjustment_request
  FOR EACH ROW EXECUTE FUNCTION cm_adjustment_is_decided_once();
"""
_FUNCTIONS = ("cm_visit_corrects_its_own", "cm_visit_hands_claims_on", "cm_adjustment_is_decided_once")

# As in 0002: written once, never changed.
ADJUSTMENT_GUARDS = {
    "sqlite": [
        "CREATE TRIGGER adjustment_is_written_once BEFORE INSERT ON adjustment WHEN EXISTS (SELECT 1 FROM adjustment "
        "WHERE id = NEW.id OR transaction_id = NEW.transaction_id OR request_id = NEW.request_id) BEGIN "
        "SELECT RAISE(ABORT, 'adjustment: a row is written once and never changed'); END",
        *(
            f"CREATE TRIGGER adjustment_refuses_{what.lower()} BEFORE {what} ON adjustment BEGIN "
            "SELECT RAISE(ABORT, 'adjustment: a row is written once and never changed'); END"
            for what in ("UPDATE", "DELETE")
        ),
        "CREATE TRIGGER adjustment_request_stays BEFORE DELETE ON adjustment_request BEGIN "
        "SELECT RAISE(ABORT, 'adjustment_request: it is never deleted'); END",
    ],
    "postgresql": [
        "CREATE TRIGGER adjustment_refuses_change BEFORE UPDATE OR DELETE ON adjustment "
        "FOR EACH ROW EXECUTE FUNCTION cm_refuse()",
        "CREATE TRIGGER adjustment_refuses_truncate BEFORE TRUNCATE ON adjustment "
        "FOR EACH STATEMENT EXECUTE FUNCTION cm_refuse()",
        "CREATE TRIGGER adjustment_request_stays BEFORE DELETE ON adjustment_request "
        "FOR EACH ROW EXECUTE FUNCTION cm_refuse()",
    ],
}


def _run(statement: str) -> None:
    op.get_bind().exec_driver_sql(statement)


def upgrade() -> None:
    for statement in ADD.split(";"):
        if statement.strip():
            _run(statement)
    op.create_table(
        "visit_claim",
        sa.Column("claim", sa.String(length=160), nullable=False),
        sa.Column("visit_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_visit_claim_visit_id")),
        sa.PrimaryKeyConstraint("claim", name=op.f("pk_visit_claim")),
    )
    op.create_index(op.f("ix_visit_claim_visit_id"), "visit_claim", ["visit_id"])
    dialect = op.get_bind().dialect.name
    for statement in _claim_what_stands(dialect):
        _run(statement)
    _make_adjustments()
    if dialect == "sqlite":
        _run("DROP TRIGGER visit_event_is_written_once")
        for trigger in SQLITE.split("END;"):
            if trigger.strip():
                _run(trigger + "END")
    else:
        _run(POSTGRESQL)
    for statement in ADJUSTMENT_GUARDS[dialect]:
        _run(statement)
    op.drop_index("uq_visit_specimen", table_name="visit")
    op.drop_index("uq_visit_event", table_name="visit")


def _make_adjustments() -> None:
    op.create_table(
        "adjustment_request",
        sa.Column("id", ID, nullable=False),
        sa.Column("client_id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("unit", sa.String(length=30), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("note_digest", sa.LargeBinary(), nullable=False),
        sa.Column("requested_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.Column("decision", sa.String(length=20), nullable=True),
        sa.Column("decided_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", ID, nullable=True),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_adjustment_request_amount_is_not_zero")),
        sa.CheckConstraint(
            "decision IN ('approved', 'declined', 'withdrawn')", name=op.f("ck_adjustment_request_decision_is_known")
        ),
        sa.CheckConstraint(
            "decision IS NULL OR decision <> 'approved' OR decided_by_id <> staff_id",
            name=op.f("ck_adjustment_request_second_person_approves"),
        ),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_adjustment_request_client_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_adjustment_request_site_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_adjustment_request_staff_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["staff.id"], name=op.f("fk_adjustment_request_decided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adjustment_request")),
    )
    op.create_index(op.f("ix_adjustment_request_client_id"), "adjustment_request", ["client_id"])
    op.create_index(op.f("ix_adjustment_request_site_id"), "adjustment_request", ["site_id"])
    op.create_table(
        "adjustment",
        sa.Column("id", ID, nullable=False),
        sa.Column("client_id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("unit", sa.String(length=30), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("note_digest", sa.LargeBinary(), nullable=False),
        sa.Column("request_id", ID, nullable=False),
        sa.Column("requested_by_id", ID, nullable=True),
        sa.Column("transaction_id", ID, nullable=False),
        sa.Column("recorded_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.Column("via", sa.String(length=20), nullable=False),
        sa.Column(
            "record",
            sa.String(length=60),
            sa.Computed("'adjustment:' || CAST(id AS TEXT)", persisted=True),
            nullable=False,
        ),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_adjustment_amount_is_not_zero")),
        sa.CheckConstraint("staff_id <> requested_by_id", name=op.f("ck_adjustment_second_person_approves")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_adjustment_client_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_adjustment_site_id")),
        sa.ForeignKeyConstraint(["request_id"], ["adjustment_request.id"], name=op.f("fk_adjustment_request_id")),
        sa.ForeignKeyConstraint(["requested_by_id"], ["staff.id"], name=op.f("fk_adjustment_requested_by_id")),
        sa.ForeignKeyConstraint(
            ["transaction_id"], ["ledger_transaction.id"], name=op.f("fk_adjustment_transaction_id")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_adjustment_staff_id")),
        sa.ForeignKeyConstraint(
            ["record"], ["log.record"], name=op.f("fk_adjustment_record"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adjustment")),
        sa.UniqueConstraint("request_id", name=op.f("uq_adjustment_request_id")),
        sa.UniqueConstraint("transaction_id", name=op.f("uq_adjustment_transaction_id")),
        sa.UniqueConstraint("record", name=op.f("uq_adjustment_record")),
    )
    op.create_index(op.f("ix_adjustment_client_id"), "adjustment", ["client_id"])


def downgrade() -> None:
    """Back to first records only: refused where the ledger holds what could not be told without 0003."""
    for table, column in (("visit", "correction"), ("ledger_transaction", "because"), ("adjustment_request", "id")):
        if op.get_bind().exec_driver_sql(f"SELECT 1 FROM {table} WHERE {column} IS NOT NULL LIMIT 1").first():
            raise RuntimeError(
                f"{table}.{column} holds sealed records: going back would break their seals. Restore a backup instead."
            )
    op.create_index(
        "uq_visit_event",
        "visit",
        ["enrollment_id", "behavior", "happened_on", "day_place"],
        unique=True,
        sqlite_where=sa.text("corrects_id IS NULL"),
        postgresql_where=sa.text("corrects_id IS NULL"),
    )
    op.create_index(
        "uq_visit_specimen",
        "visit",
        ["site_id", "specimen_id"],
        unique=True,
        sqlite_where=sa.text("specimen_id IS NOT NULL AND corrects_id IS NULL"),
        postgresql_where=sa.text("specimen_id IS NOT NULL AND corrects_id IS NULL"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for name in ("visit_is_claimed_once", "visit_corrects_its_own", "visit_hands_claims_on"):
            _run(f"DROP TRIGGER {name}")
        _run(
            "CREATE TRIGGER visit_event_is_written_once BEFORE INSERT ON visit WHEN NEW.corrects_id IS NULL BEGIN "
            "SELECT RAISE(ABORT, 'visit: a row is written once and never changed') WHERE EXISTS ("
            "SELECT 1 FROM visit WHERE corrects_id IS NULL AND enrollment_id = NEW.enrollment_id "
            "AND behavior = NEW.behavior AND happened_on = NEW.happened_on AND day_place = NEW.day_place); "
            "SELECT RAISE(ABORT, 'visit: a row is written once and never changed') WHERE EXISTS ("
            "SELECT 1 FROM visit WHERE specimen_id IS NOT NULL AND corrects_id IS NULL "
            "AND site_id = NEW.site_id AND specimen_id = NEW.specimen_id); END"
        )
    else:
        for function in _FUNCTIONS:
            _run(f"DROP FUNCTION {function}() CASCADE")
    op.drop_table("adjustment")
    op.drop_table("adjustment_request")
    op.drop_table("visit_claim")
    _run("ALTER TABLE ledger_transaction DROP COLUMN because")
    _run("ALTER TABLE visit DROP COLUMN correction")
