"""The program may change less: only what it needs, and only with a line on the audit trail.

On PostgreSQL, COMMIT refuses a changed price, role, code, site, offer or request whose new state is not on the newest
line of the audit trail, written in the same transaction. An idempotency key gets its answer once, in the transaction
that claimed it. A note can only be erased. On SQLite, where the file's rights count, the guards refuse what they can
refuse at once; verification finds the rest.
"""

import sqlalchemy as sa
from alembic import op

from cm_tracker.migrations.sealing import ROLE, run

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

# By table, the columns that change without a line on the trail; all others need one.
FREE = {
    "client": {"pin_hash", "language", "search_key"},
    "staff": {"password_hash"},
    "site": set(),
    "prize": set(),
    "offer": set(),
    "program": set(),
    "schedule": set(),
    "lead_statement": set(),
    "adjustment_request": set(),
    "merge_request": set(),
    "ledger_check": set(),
}  # fmt: skip
# Columns that the program never changes, of tables of which it could change every column.
FIXED = ("id", "created_at")
ONCE = {
    "idempotency_key": "a key keeps its first answer",
    "note": "a note is never changed, only erased",
}
REFUSE = "USING ERRCODE = 'restrict_violation'"
FUNCTIONS = ("cm_change_is_on_the_trail", "cm_approval_is_sealed", "cm_answer_is_kept_once", "cm_note_is_only_erased")


def upgrade() -> None:
    if _is_postgresql():
        _upgrade_postgresql()
    else:
        _upgrade_sqlite()


def downgrade() -> None:
    if not _is_postgresql():
        for table in ONCE:
            for what in ("update", "delete"):
                run(f"DROP TRIGGER {table}_is_kept_on_{what}")
        return
    for function in FUNCTIONS:
        run(f"DROP FUNCTION {function}() CASCADE")
    run("DROP FUNCTION cm_erase_note(bytea)")
    if _has_role():
        for table in ("prize", "staff"):
            run(f"GRANT UPDATE ON {table} TO {ROLE}")
        run(f"GRANT UPDATE (created_at) ON schedule TO {ROLE}")


def _upgrade_sqlite() -> None:
    allowed = {
        # The claim has the answer 0 until the operation is done.
        "idempotency_key": "OLD.answer = 0 AND NEW.key = OLD.key AND NEW.operation = OLD.operation "
        "AND NEW.fingerprint = OLD.fingerprint AND NEW.made_at = OLD.made_at",
        "note": "NEW.digest = OLD.digest AND NEW.text IS NULL",
    }
    for table, says in ONCE.items():
        refused = f"SELECT RAISE(ABORT, '{table}: {says}')"
        run(
            f"CREATE TRIGGER {table}_is_kept_on_update BEFORE UPDATE ON {table} BEGIN "
            f"{refused} WHERE NOT ({allowed[table]}); END"
        )
        run(f"CREATE TRIGGER {table}_is_kept_on_delete BEFORE DELETE ON {table} BEGIN {refused}; END")


def _upgrade_postgresql() -> None:
    # The claim and its answer are of one transaction, so a row of another one has its answer for good.
    _function(
        "cm_answer_is_kept_once",
        "IF TG_OP = 'DELETE' OR OLD.xmin <> pg_current_xact_id()::xid OR (NEW.key, NEW.operation, NEW.fingerprint, "
        "NEW.made_at) IS DISTINCT FROM (OLD.key, OLD.operation, OLD.fingerprint, OLD.made_at) THEN "
        f"RAISE EXCEPTION 'idempotency_key: {ONCE['idempotency_key']}' {REFUSE}; END IF; RETURN NEW;",
    )
    _function(
        "cm_note_is_only_erased",
        "IF TG_OP = 'DELETE' OR NEW.digest <> OLD.digest OR NEW.text IS NOT NULL THEN "
        f"RAISE EXCEPTION 'note: {ONCE['note']}' {REFUSE}; END IF; RETURN NEW;",
    )
    for table, function in (("idempotency_key", "cm_answer_is_kept_once"), ("note", "cm_note_is_only_erased")):
        run(
            f"CREATE TRIGGER {table}_is_kept BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {function}()"
        )
    run(
        "CREATE FUNCTION cm_erase_note(erased bytea) RETURNS void LANGUAGE sql SECURITY DEFINER "
        "SET search_path FROM CURRENT AS $$ UPDATE note SET text = NULL, salt = '' WHERE digest = erased $$"
    )
    run("REVOKE ALL ON FUNCTION cm_erase_note(bytea) FROM PUBLIC")
    _watch()
    if _has_role():
        run(f"GRANT EXECUTE ON FUNCTION cm_erase_note(bytea) TO {ROLE}")
        for table in ("prize", "staff"):
            columns = [c["name"] for c in sa.inspect(op.get_bind()).get_columns(table) if c["name"] not in FIXED]
            run(f"REVOKE UPDATE ON {table} FROM {ROLE}")
            run(f"GRANT UPDATE ({', '.join(columns)}) ON {table} TO {ROLE}")
        # It was granted for locks alone; `retired_at` serves them as well.
        run(f"REVOKE UPDATE (created_at) ON schedule FROM {ROLE}")


def _watch() -> None:
    """Let COMMIT refuse a change without a line: the newest line is of this transaction and names the row."""
    _function(
        "cm_change_is_on_the_trail",
        "IF NOT EXISTS (SELECT 1 FROM audit_event WHERE id = (SELECT last_id FROM audit_head WHERE id = 1) "
        "AND xmin = pg_current_xact_id()::xid "
        "AND position('\"' || TG_TABLE_NAME || ':' || NEW.id || '\":' IN states) > 0) THEN "
        "RAISE EXCEPTION '%:% was changed without a line on the audit trail', TG_TABLE_NAME, NEW.id "
        f"{REFUSE}; END IF; RETURN NULL;",
    )
    for table, free in FREE.items():
        columns = [c["name"] for c in sa.inspect(op.get_bind()).get_columns(table) if c["name"] not in free]
        run(
            f"CREATE CONSTRAINT TRIGGER {table}_is_on_the_trail AFTER UPDATE OF {', '.join(columns)} ON {table} "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cm_change_is_on_the_trail()"
        )
    _function(
        "cm_approval_is_sealed",
        "IF NEW.decision = 'approved' AND NOT EXISTS (SELECT 1 FROM adjustment WHERE request_id = NEW.id) THEN "
        f"RAISE EXCEPTION 'adjustment_request: nothing sealed is behind the approval' {REFUSE}; END IF; RETURN NULL;",
    )
    run(
        "CREATE CONSTRAINT TRIGGER adjustment_request_is_sealed AFTER UPDATE OF decision ON adjustment_request "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cm_approval_is_sealed()"
    )


def _function(name: str, body: str) -> None:
    body = body.replace("%", "%%")  # psycopg reads a percent sign as a placeholder
    run(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$ "
        f"BEGIN {body} END $$"
    )


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _has_role() -> bool:
    return op.get_bind().exec_driver_sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'").first() is not None
