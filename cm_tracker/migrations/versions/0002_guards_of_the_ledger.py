"""What the database itself refuses, whatever the program does: the guards of the ledger.

Written by hand for both databases (nothing generates triggers). On SQLite a migration that makes
a guarded table anew (batch mode) drops its triggers: it has to call `guard` of this file again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Written once, never changed. The second value is the key by which SQLite knows a row again.
APPEND_ONLY = {
    "log": "seq = NEW.seq OR record = NEW.record",
    "ledger_transaction": "id = NEW.id OR undoes_id = NEW.undoes_id",
    "entry": "id = NEW.id OR (transaction_id = NEW.transaction_id AND position = NEW.position)",
    "visit": "id = NEW.id OR corrects_id = NEW.corrects_id",
    "visit_result": "rowid = NEW.rowid OR (visit_id = NEW.visit_id AND analyte = NEW.analyte)",
    "enrollment": "id = NEW.id",
    "schedule_version": "id = NEW.id OR (schedule_id = NEW.schedule_id AND number = NEW.number)",
    "redemption": "id = NEW.id OR transaction_id = NEW.transaction_id",
    "audit_event": "id = NEW.id",
}

SQLITE = """
CREATE TRIGGER entry_is_open BEFORE INSERT ON entry BEGIN
  SELECT RAISE(ABORT, 'entry: its transaction is sealed') WHERE EXISTS (
    SELECT 1 FROM log WHERE record = 'transaction:' || CAST(NEW.transaction_id AS TEXT));
  SELECT RAISE(ABORT, 'entry: the unit is not that of its account') WHERE NEW.unit IS NOT (
    SELECT unit FROM account WHERE id = NEW.account_id);
END;

CREATE TRIGGER entry_moves_balance AFTER INSERT ON entry BEGIN
  UPDATE account SET balance = balance + NEW.amount, last_entry_id = NEW.id
  WHERE id = NEW.account_id AND balance IS NOT NULL;
END;

CREATE TRIGGER account_starts_empty BEFORE INSERT ON account BEGIN
  SELECT RAISE(ABORT, 'account: it starts at zero') WHERE COALESCE(NEW.balance, 0) <> 0 OR NEW.last_entry_id IS NOT NULL;
  SELECT RAISE(ABORT, 'account: it exists already') WHERE EXISTS (
    SELECT 1 FROM account WHERE id = NEW.id OR key = NEW.key);
END;

CREATE TRIGGER account_moves_by_entries BEFORE UPDATE ON account BEGIN
  SELECT RAISE(ABORT, 'account: a balance moves only by an entry')
  WHERE NEW.id <> OLD.id OR NEW.key <> OLD.key OR NEW.kind <> OLD.kind OR NEW.unit <> OLD.unit
    OR NEW.client_id IS NOT OLD.client_id OR NEW.site_id IS NOT OLD.site_id OR NEW.prize_id IS NOT OLD.prize_id
    OR COALESCE(NEW.last_entry_id, 0) <= COALESCE(OLD.last_entry_id, 0)
    OR NOT EXISTS (SELECT 1 FROM entry WHERE id = NEW.last_entry_id AND account_id = NEW.id
                   AND NEW.balance = OLD.balance + amount);
END;

CREATE TRIGGER account_stays BEFORE DELETE ON account BEGIN
  SELECT RAISE(ABORT, 'account: it is never deleted');
END;

CREATE TRIGGER visit_event_is_written_once BEFORE INSERT ON visit WHEN NEW.corrects_id IS NULL BEGIN
  SELECT RAISE(ABORT, 'visit: a row is written once and never changed') WHERE EXISTS (
    SELECT 1 FROM visit INDEXED BY uq_visit_event WHERE corrects_id IS NULL AND enrollment_id = NEW.enrollment_id
      AND behavior = NEW.behavior AND happened_on = NEW.happened_on AND day_place = NEW.day_place);
  SELECT RAISE(ABORT, 'visit: a row is written once and never changed') WHERE EXISTS (
    SELECT 1 FROM visit INDEXED BY uq_visit_specimen WHERE specimen_id IS NOT NULL AND corrects_id IS NULL
      AND site_id = NEW.site_id AND specimen_id = NEW.specimen_id);
END;

CREATE TRIGGER visit_result_is_open BEFORE INSERT ON visit_result BEGIN
  SELECT RAISE(ABORT, 'visit_result: its visit is sealed') WHERE EXISTS (
    SELECT 1 FROM log WHERE record = 'visit:' || CAST(NEW.visit_id AS TEXT));
END;

CREATE TRIGGER log_has_form BEFORE INSERT ON log BEGIN
  SELECT RAISE(ABORT, 'log: seq must be one more than the head') WHERE NEW.seq IS NOT (SELECT size + 1 FROM log_head);
  SELECT RAISE(ABORT, 'log: a leaf and a hash have 32 bytes') WHERE length(NEW.leaf) <> 32 OR length(NEW.hash) <> 32;
  SELECT RAISE(ABORT, 'log: a transaction has at least two entries') WHERE NEW.record LIKE 'transaction:%' AND (
    SELECT COUNT(*) FROM entry JOIN ledger_transaction t ON t.id = entry.transaction_id
    WHERE t.record = NEW.record) < 2;
  SELECT RAISE(ABORT, 'log: a transaction sums to zero in every unit') WHERE NEW.record LIKE 'transaction:%' AND EXISTS (
    SELECT 1 FROM entry JOIN ledger_transaction t ON t.id = entry.transaction_id
    WHERE t.record = NEW.record GROUP BY entry.unit HAVING SUM(entry.amount) <> 0);
END;

CREATE TRIGGER log_moves_head AFTER INSERT ON log BEGIN
  UPDATE log_head SET size = NEW.seq, hash = NEW.hash;
END;

CREATE TRIGGER log_head_follows BEFORE UPDATE ON log_head BEGIN
  SELECT RAISE(ABORT, 'log_head: it moves only with the log') WHERE NEW.id <> OLD.id OR NEW.size <> OLD.size + 1
    OR NOT EXISTS (SELECT 1 FROM log WHERE seq = NEW.size AND hash = NEW.hash);
END;

CREATE TRIGGER log_head_stays BEFORE DELETE ON log_head BEGIN
  SELECT RAISE(ABORT, 'log_head: it is never deleted');
END;

CREATE TRIGGER log_head_is_one BEFORE INSERT ON log_head BEGIN
  SELECT RAISE(ABORT, 'log_head: there is one') WHERE EXISTS (SELECT 1 FROM log_head);
END;
"""

POSTGRESQL = """
CREATE FUNCTION cm_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%: a row is written once and never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION cm_entry_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM log WHERE record = 'transaction:' || CAST(NEW.transaction_id AS TEXT)) THEN
    RAISE EXCEPTION 'entry: its transaction is sealed' USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.unit IS DISTINCT FROM (SELECT unit FROM account WHERE id = NEW.account_id) THEN
    RAISE EXCEPTION 'entry: the unit is not that of its account' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER entry_is_open BEFORE INSERT ON entry FOR EACH ROW EXECUTE FUNCTION cm_entry_is_open();

CREATE FUNCTION cm_entry_moves_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE account SET balance = balance + NEW.amount, last_entry_id = NEW.id
  WHERE id = NEW.account_id AND balance IS NOT NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER entry_moves_balance AFTER INSERT ON entry FOR EACH ROW EXECUTE FUNCTION cm_entry_moves_balance();

CREATE FUNCTION cm_account_starts_empty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF COALESCE(NEW.balance, 0) <> 0 OR NEW.last_entry_id IS NOT NULL THEN
    RAISE EXCEPTION 'account: it starts at zero' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER account_starts_empty BEFORE INSERT ON account FOR EACH ROW EXECUTE FUNCTION cm_account_starts_empty();

CREATE FUNCTION cm_account_moves_by_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.key, NEW.kind, NEW.unit, NEW.client_id, NEW.site_id, NEW.prize_id)
     IS DISTINCT FROM (OLD.id, OLD.key, OLD.kind, OLD.unit, OLD.client_id, OLD.site_id, OLD.prize_id)
     OR COALESCE(NEW.last_entry_id, 0) <= COALESCE(OLD.last_entry_id, 0)
     OR NOT EXISTS (SELECT 1 FROM entry WHERE id = NEW.last_entry_id AND account_id = NEW.id
                    AND NEW.balance = OLD.balance + amount) THEN
    RAISE EXCEPTION 'account: a balance moves only by an entry' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER account_moves_by_entries BEFORE UPDATE ON account
  FOR EACH ROW EXECUTE FUNCTION cm_account_moves_by_entries();
CREATE TRIGGER account_stays BEFORE DELETE ON account FOR EACH ROW EXECUTE FUNCTION cm_refuse();
CREATE TRIGGER account_is_not_emptied BEFORE TRUNCATE ON account FOR EACH STATEMENT EXECUTE FUNCTION cm_refuse();

CREATE FUNCTION cm_visit_result_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM log WHERE record = 'visit:' || CAST(NEW.visit_id AS TEXT)) THEN
    RAISE EXCEPTION 'visit_result: its visit is sealed' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER visit_result_is_open BEFORE INSERT ON visit_result
  FOR EACH ROW EXECUTE FUNCTION cm_visit_result_is_open();

CREATE FUNCTION cm_log_has_form() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  owner bigint;
BEGIN
  IF NEW.seq IS DISTINCT FROM (SELECT size + 1 FROM log_head) THEN
    RAISE EXCEPTION 'log: seq must be one more than the head' USING ERRCODE = 'restrict_violation';
  END IF;
  IF length(NEW.leaf) <> 32 OR length(NEW.hash) <> 32 THEN
    RAISE EXCEPTION 'log: a leaf and a hash have 32 bytes' USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.record LIKE 'transaction:%' THEN
    SELECT id INTO owner FROM ledger_transaction WHERE record = NEW.record;
    IF (SELECT COUNT(*) FROM entry WHERE transaction_id = owner) < 2 THEN
      RAISE EXCEPTION 'log: a transaction has at least two entries' USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM entry WHERE transaction_id = owner GROUP BY unit HAVING SUM(amount) <> 0) THEN
      RAISE EXCEPTION 'log: a transaction sums to zero in every unit' USING ERRCODE = 'restrict_violation';
    END IF;
  END IF;
  UPDATE log_head SET size = NEW.seq, hash = NEW.hash;
  RETURN NEW;
END $$;
CREATE TRIGGER log_has_form BEFORE INSERT ON log FOR EACH ROW EXECUTE FUNCTION cm_log_has_form();

CREATE FUNCTION cm_log_head_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- The head moves inside the log's own trigger, and nowhere else.
  IF pg_trigger_depth() < 2 OR NEW.id <> OLD.id OR NEW.size <> OLD.size + 1 THEN
    RAISE EXCEPTION 'log_head: it moves only with the log' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER log_head_follows BEFORE UPDATE ON log_head FOR EACH ROW EXECUTE FUNCTION cm_log_head_follows();
CREATE TRIGGER log_head_stays BEFORE DELETE ON log_head FOR EACH ROW EXECUTE FUNCTION cm_refuse();
CREATE TRIGGER log_head_is_not_emptied BEFORE TRUNCATE ON log_head FOR EACH STATEMENT EXECUTE FUNCTION cm_refuse();
"""

_POSTGRESQL_FUNCTIONS = (
    "cm_refuse",
    "cm_entry_is_open",
    "cm_entry_moves_balance",
    "cm_account_starts_empty",
    "cm_account_moves_by_entries",
    "cm_visit_result_is_open",
    "cm_log_has_form",
    "cm_log_head_follows",
)


def guard(table: str) -> None:
    """Refuse UPDATE, DELETE and writing over a row of an append-only table."""
    if op.get_bind().dialect.name == "sqlite":
        # With REPLACE a row is written over and no delete trigger need fire: refuse the insert.
        _run(
            f"CREATE TRIGGER {table}_is_written_once BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {APPEND_ONLY[table]}) BEGIN "
            f"SELECT RAISE(ABORT, '{table}: a row is written once and never changed'); END"
        )
        for what in ("UPDATE", "DELETE"):
            _run(
                f"CREATE TRIGGER {table}_refuses_{what.lower()} BEFORE {what} ON {table} BEGIN "
                f"SELECT RAISE(ABORT, '{table}: a row is written once and never changed'); END"
            )
    else:
        _run(
            f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION cm_refuse()"
        )
        _run(
            f"CREATE TRIGGER {table}_refuses_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION cm_refuse()"
        )


def _run(statement: str) -> None:
    bind = op.get_bind()
    # psycopg reads a percent sign as a placeholder.
    bind.exec_driver_sql(statement if bind.dialect.name == "sqlite" else statement.replace("%", "%%"))


def upgrade() -> None:
    newest = op.get_bind().exec_driver_sql("SELECT seq, hash FROM log ORDER BY seq DESC LIMIT 1").first()
    size, head = (newest[0], bytes(newest[1])) if newest else (0, bytes(32))
    op.bulk_insert(
        sa.table(
            "log_head", sa.column("id", sa.Integer), sa.column("size", sa.Integer), sa.column("hash", sa.LargeBinary)
        ),
        [{"id": 1, "size": size, "hash": head}],
    )
    if op.get_bind().dialect.name == "sqlite":
        for trigger in SQLITE.split("END;"):
            if trigger.strip():
                _run(trigger + "END")
    else:
        _run(POSTGRESQL)
    for table in APPEND_ONLY:
        guard(table)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        names = op.get_bind().exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all()
        for name in names:
            _run(f"DROP TRIGGER {name}")
    else:
        for function in _POSTGRESQL_FUNCTIONS:
            _run(f"DROP FUNCTION {function}() CASCADE")
    _run("DELETE FROM log_head")
