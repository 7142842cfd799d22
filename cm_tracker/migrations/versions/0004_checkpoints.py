"""Checkpoints of the log, and the verifications that were run, with what they found."""

import sqlalchemy as sa
from alembic import op

from cm_tracker.db import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

GUARDS = {
    "sqlite": [
        "CREATE TRIGGER checkpoint_is_written_once BEFORE INSERT ON checkpoint WHEN EXISTS (SELECT 1 FROM checkpoint "
        "WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'checkpoint: a row is written once and never changed'); END",
        *(
            f"CREATE TRIGGER checkpoint_refuses_{what.lower()} BEFORE {what} ON checkpoint BEGIN "
            "SELECT RAISE(ABORT, 'checkpoint: a row is written once and never changed'); END"
            for what in ("UPDATE", "DELETE")
        ),
        "CREATE TRIGGER ledger_check_stays BEFORE DELETE ON ledger_check BEGIN "
        "SELECT RAISE(ABORT, 'ledger_check: it is never deleted'); END",
        "CREATE TRIGGER ledger_check_is_released_once BEFORE UPDATE ON ledger_check BEGIN "
        "SELECT RAISE(ABORT, 'ledger_check: it is released once, and nothing else of it changes') "
        "WHERE OLD.released_at IS NOT NULL OR NEW.released_at IS NULL OR NEW.id <> OLD.id "
        "OR NEW.findings <> OLD.findings OR NEW.report <> OLD.report; END",
    ],
    "postgresql": [
        "CREATE TRIGGER checkpoint_refuses_change BEFORE UPDATE OR DELETE ON checkpoint "
        "FOR EACH ROW EXECUTE FUNCTION cm_refuse()",
        "CREATE TRIGGER checkpoint_refuses_truncate BEFORE TRUNCATE ON checkpoint "
        "FOR EACH STATEMENT EXECUTE FUNCTION cm_refuse()",
        "CREATE TRIGGER ledger_check_stays BEFORE DELETE ON ledger_check FOR EACH ROW EXECUTE FUNCTION cm_refuse()",
        """CREATE FUNCTION cm_ledger_check_is_released_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.released_at IS NOT NULL OR NEW.released_at IS NULL
     OR (NEW.id, NEW.findings, NEW.report) IS DISTINCT FROM (OLD.id, OLD.findings, OLD.report) THEN
    RAISE EXCEPTION 'ledger_check: it is released once, and nothing else of it changes'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$""",
        "CREATE TRIGGER ledger_check_is_released_once BEFORE UPDATE ON ledger_check "
        "FOR EACH ROW EXECUTE FUNCTION cm_ledger_check_is_released_once()",
    ],
}


def upgrade() -> None:
    op.create_table(
        "checkpoint",
        sa.Column("id", ID, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("peaks", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("taken_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.Column("via", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_checkpoint_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkpoint")),
    )
    op.create_index(op.f("ix_checkpoint_size"), "checkpoint", ["size"])
    op.create_table(
        "ledger_check",
        sa.Column("id", ID, nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("findings", sa.Integer(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("ended_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.Column("via", sa.String(length=20), nullable=False),
        sa.Column("released_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("released_by_id", ID, nullable=True),
        sa.Column("note_digest", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_ledger_check_staff_id")),
        sa.ForeignKeyConstraint(["released_by_id"], ["staff.id"], name=op.f("fk_ledger_check_released_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_check")),
    )
    op.create_index(
        "ix_ledger_check_unreleased",
        "ledger_check",
        ["id"],
        sqlite_where=sa.text("findings > 0 AND released_at IS NULL"),
        postgresql_where=sa.text("findings > 0 AND released_at IS NULL"),
    )
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    op.drop_table("ledger_check")
    op.drop_table("checkpoint")
    if op.get_bind().dialect.name == "postgresql":
        op.get_bind().exec_driver_sql("DROP FUNCTION cm_ledger_check_is_released_once()")
