"""The audit trail becomes a chain of hashes, which checkpoints anchor and which keeps the states of rows that change.

What is there is taken over: the lines of before get their hashes, and new lines with the tag `state:adopted` hold the
first states. A downgrade forgets hashes and states; an upgrade makes them anew.
"""

import json
import secrets
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from cm_tracker.db import UtcDateTime
from cm_tracker.domain.ledger.audit_chain import GENESIS, answer_digest, answer_name, line_hash, state_digest
from cm_tracker.migrations.sealing import ID, grant, guard, holds, run

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

CHUNK = 500
LINE = ("at", "tag", "staff_id", "via", "site_id", "client_id", "subject", "detail", "note_digest")
# What is watched, as it was when there were first states: by table, the columns that are no part of a state.
WATCHED = {
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
    "checkpoint": set(),
    "ledger_check": set(),
}  # fmt: skip
NAMED = ("client", "staff")


def upgrade() -> None:
    op.create_table(
        "audit_head",
        sa.Column("id", ID, nullable=False),
        sa.Column("last_id", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "state_salt",
        sa.Column("record", sa.String(length=60), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_state_salt")),
    )
    op.create_table(
        "audit_anchor",
        sa.Column("id", ID, nullable=False),
        sa.Column("last_event_id", sa.BigInteger(), nullable=False),
        sa.Column("events", sa.BigInteger(), nullable=False),
        sa.Column("audit_hash", sa.LargeBinary(), nullable=False),
        sa.Column("previous_digest", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.Column("via", sa.String(length=20), nullable=False),
        sa.Column(
            "record",
            sa.String(length=60),
            sa.Computed("'audit_anchor:' || CAST(id AS TEXT)", persisted=True),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_audit_anchor_staff_id")),
        sa.ForeignKeyConstraint(
            ["record"], ["log.record"], name=op.f("fk_audit_anchor_record"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_anchor")),
        sa.UniqueConstraint("record", name=op.f("uq_audit_anchor_record")),
    )
    guard("audit_anchor", "id = NEW.id")
    binary = "BYTEA" if _is_postgresql() else "BLOB"
    run("ALTER TABLE audit_event ADD COLUMN states TEXT")
    run(f"ALTER TABLE audit_event ADD COLUMN hash {binary}")
    _unguard_events()
    size, last_id, newest = _chain_what_is_there()
    size, last_id, newest = _adopt(size, last_id, newest)
    _guard_events()
    op.get_bind().execute(
        sa.text("INSERT INTO audit_head (id, last_id, size, hash) VALUES (1, :last_id, :size, :hash)"),
        {"last_id": last_id, "size": size, "hash": newest},
    )
    _guard_head()
    grant("SELECT, INSERT", "state_salt", has_id=False)
    grant("SELECT, UPDATE (id)", "audit_head", has_id=False)


def _chain_what_is_there() -> tuple[int, int, bytes]:
    """Give every line its hash. Return how many lines there are, the newest number and its hash."""
    bind, size, last_id, newest = op.get_bind(), 0, 0, GENESIS
    columns = ", ".join(LINE)
    while lines := bind.exec_driver_sql(
        f"SELECT id, {columns} FROM audit_event WHERE id > {last_id:d} ORDER BY id LIMIT 1000"
    ).all():
        hashes = []
        for line in lines:
            values = {name: _plain(name, value) for name, value in line._mapping.items()}
            last_id, size = int(values["id"]), size + 1
            newest = line_hash(newest, values, None)
            hashes.append({"of": last_id, "hash": newest})
        bind.execute(sa.text("UPDATE audit_event SET hash = :hash WHERE id = :of"), hashes)
    return size, last_id, newest


def _adopt(size: int, last_id: int, newest: bytes) -> tuple[int, int, bytes]:
    """Add lines with the first states of all rows that are watched."""
    bind = op.get_bind()
    now = datetime.now(UTC)
    for kind, states in _first_states():
        last_id, size = last_id + 1, size + 1
        text = json.dumps(states, sort_keys=True, separators=(",", ":"))
        line: dict[str, Any] = {
            "id": last_id, "at": now, "tag": "state:adopted", "staff_id": None, "via": "command", "site_id": None,
            "client_id": None, "subject": f"{kind}:all", "detail": f'{{"rows":{len(states)}}}', "note_digest": None,
        }  # fmt: skip
        newest = line_hash(newest, {**line, "at": _plain("at", now)}, text)
        table = sa.table("audit_event", sa.column("at", UtcDateTime(timezone=True)), *(
            sa.column(name) for name in (*line, "states", "hash") if name != "at"
        ))  # fmt: skip
        bind.execute(sa.insert(table).values(**line, states=text, hash=newest))
    return size, last_id, newest


def _first_states() -> Iterator[tuple[str, dict[str, str]]]:
    bind, inspector = op.get_bind(), sa.inspect(op.get_bind())
    for kind, left_out in WATCHED.items():
        columns = [column["name"] for column in inspector.get_columns(kind) if column["name"] not in left_out]
        types = {column["name"]: column["type"] for column in inspector.get_columns(kind)}
        after: Any = -1
        while rows := bind.exec_driver_sql(
            f"SELECT {', '.join(columns)} FROM {kind} WHERE id > {after:d} ORDER BY id LIMIT {CHUNK}"
        ).all():
            states = {}
            for row in rows:
                state = {name: _plain_of(types[name], value) for name, value in row._mapping.items()}
                record = f"{kind}:{row.id}"
                if kind == "staff":
                    state["sites"] = list(
                        bind.exec_driver_sql(
                            f"SELECT site_id FROM staff_site WHERE staff_id = {row.id:d} ORDER BY site_id"
                        ).scalars()
                    )
                states[record] = state_digest(record, state, _salt(record) if kind in NAMED else b"")
            after = rows[-1].id
            yield kind, states
    keys = bind.exec_driver_sql("SELECT key, operation, fingerprint, answer FROM idempotency_key ORDER BY key").all()
    for at in range(0, len(keys), CHUNK):
        yield "idempotency_key", _answers(keys[at : at + CHUNK])


def _answers(keys: Sequence[Any]) -> dict[str, str]:
    return {
        answer_name(row.key): answer_digest(row.key, row.operation, bytes(row.fingerprint), int(row.answer))
        for row in keys
    }


def _salt(record: str) -> bytes:
    salt = secrets.token_bytes(16)
    op.get_bind().execute(
        sa.text("INSERT INTO state_salt (record, salt) VALUES (:record, :salt)"), {"record": record, "salt": salt}
    )
    return salt


def _plain(name: str, value: Any) -> Any:
    """Return a value of a line as its hash covers it. SQLite keeps an instant as text, in UTC."""
    if name == "at":
        at = datetime.fromisoformat(value).replace(tzinfo=UTC) if isinstance(value, str) else value
        return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else value


def _plain_of(type_: Any, value: Any) -> Any:
    """Return a value of a row as its digest covers it."""
    if value is None:
        return None
    if isinstance(type_, sa.DateTime):
        return _plain("at", value)
    if isinstance(type_, sa.Boolean):
        return bool(value)
    if isinstance(type_, sa.Date):
        return str(value)
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else value


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


REFUSED = "audit_event: a row is written once and never changed"
FORM = (
    ("NEW.id IS NOT (SELECT last_id + 1 FROM audit_head WHERE id = 1)", "its number must follow the newest one"),
    ("length(NEW.hash) IS NOT 32", "a hash has 32 bytes"),
)


def _unguard_events() -> None:
    if _is_postgresql():
        run("ALTER TABLE audit_event DISABLE TRIGGER audit_event_refuses_change")
    else:
        run("DROP TRIGGER audit_event_refuses_update")


def _guard_events() -> None:
    if _is_postgresql():
        run("ALTER TABLE audit_event ENABLE TRIGGER audit_event_refuses_change")
    else:
        run(
            f"CREATE TRIGGER audit_event_refuses_update BEFORE UPDATE ON audit_event BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        )


def _guard_head() -> None:
    """A line follows the newest one, and the head moves only with a line, as the head of the log does (0002)."""
    if not _is_postgresql():
        checks = " ".join(f"SELECT RAISE(ABORT, 'audit_event: {says}') WHERE {wrong};" for wrong, says in FORM)
        run(f"CREATE TRIGGER audit_event_has_form BEFORE INSERT ON audit_event BEGIN {checks} END")
        run(
            "CREATE TRIGGER audit_event_moves_head AFTER INSERT ON audit_event BEGIN "
            "UPDATE audit_head SET last_id = NEW.id, size = size + 1, hash = NEW.hash; END"
        )
        run(
            "CREATE TRIGGER audit_head_follows BEFORE UPDATE ON audit_head BEGIN "
            "SELECT RAISE(ABORT, 'audit_head: it moves only with the trail') WHERE NEW.id <> OLD.id "
            "OR NEW.last_id <> OLD.last_id + 1 OR NEW.size <> OLD.size + 1 OR NOT EXISTS "
            "(SELECT 1 FROM audit_event WHERE id = NEW.last_id AND hash = NEW.hash); END"
        )
        run(
            "CREATE TRIGGER audit_head_stays BEFORE DELETE ON audit_head BEGIN "
            "SELECT RAISE(ABORT, 'audit_head: it is never deleted'); END"
        )
        run(
            "CREATE TRIGGER audit_head_is_one BEFORE INSERT ON audit_head BEGIN "
            "SELECT RAISE(ABORT, 'audit_head: there is one') WHERE EXISTS (SELECT 1 FROM audit_head); END"
        )
        return
    refuse = "USING ERRCODE = 'restrict_violation'"
    run(
        "CREATE FUNCTION cm_audit_has_form() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER "
        "SET search_path FROM CURRENT AS $$ BEGIN "
        f"IF length(NEW.hash) IS DISTINCT FROM 32 THEN RAISE EXCEPTION 'audit_event: {FORM[1][1]}' {refuse}; END IF; "
        "UPDATE audit_head SET last_id = NEW.id, size = size + 1, hash = NEW.hash WHERE id = 1 AND last_id = NEW.id - 1; "
        f"IF NOT FOUND THEN RAISE EXCEPTION 'audit_event: {FORM[0][1]}' {refuse}; END IF; "
        "RETURN NEW; END $$"
    )
    run(
        "CREATE TRIGGER audit_event_has_form BEFORE INSERT ON audit_event "
        "FOR EACH ROW EXECUTE FUNCTION cm_audit_has_form()"
    )
    run(
        "CREATE FUNCTION cm_audit_head_follows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF pg_trigger_depth() < 2 OR NEW.id <> OLD.id OR NEW.last_id <> OLD.last_id + 1 THEN "
        f"RAISE EXCEPTION 'audit_head: it moves only with the trail' {refuse}; END IF; RETURN NEW; END $$"
    )
    run(
        "CREATE TRIGGER audit_head_follows BEFORE UPDATE ON audit_head "
        "FOR EACH ROW EXECUTE FUNCTION cm_audit_head_follows()"
    )
    run("CREATE TRIGGER audit_head_stays BEFORE DELETE ON audit_head FOR EACH ROW EXECUTE FUNCTION cm_refuse()")
    run(
        "CREATE TRIGGER audit_head_is_not_emptied BEFORE TRUNCATE ON audit_head "
        "FOR EACH STATEMENT EXECUTE FUNCTION cm_refuse()"
    )


def downgrade() -> None:
    if holds("audit_anchor"):
        raise RuntimeError(
            "audit_anchor holds what 0042 has no place for: going back would lose it. Restore a backup instead."
        )
    if _is_postgresql():
        run("DROP FUNCTION cm_audit_has_form() CASCADE")
        run("SELECT setval('audit_event_id_seq', GREATEST((SELECT last_id FROM audit_head), 1))")
    else:
        for trigger in ("audit_event_has_form", "audit_event_moves_head"):
            run(f"DROP TRIGGER {trigger}")
    for table in ("audit_anchor", "state_salt", "audit_head"):
        op.drop_table(table)
    if _is_postgresql():
        run("DROP FUNCTION cm_audit_head_follows()")
    run("ALTER TABLE audit_event DROP COLUMN states")
    run("ALTER TABLE audit_event DROP COLUMN hash")
