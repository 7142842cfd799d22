"""A person may hold several roles, and two more are known: technician and purchaser. "Staff" are coordinators now.

The digest of an account's state covers its roles, so the trail takes over the new states in one line. Where an account
was not as the trail said, its old state stays on the trail, and verification still names it.
"""

import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from cm_tracker.db import UtcDateTime
from cm_tracker.domain.ledger.audit_chain import line_hash, state_digest
from cm_tracker.migrations.sealing import holds, run

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

OLD = ("staff", "lead", "auditor", "admin", "counselor", "front_desk")  # in the order of 0033
NEW = ("front_desk", "technician", "counselor", "coordinator", "lead", "purchaser", "auditor", "admin")
LEFT_OUT = {"password_hash"}
LONGEST = 120


def upgrade() -> None:
    held = _accounts_as_the_trail_says()
    _rename("role", "roles", f"role IN ({', '.join(map(repr, OLD))})", _of_words("roles", NEW), "role", LONGEST)
    _adopt(held)


def downgrade() -> None:
    """Back to one role: refused where somebody has several, or one of the new ones."""
    kept = ", ".join(f"'{role}'" for role in ("coordinator", *OLD[1:]))
    if holds(f"staff WHERE roles NOT IN ({kept})"):
        raise RuntimeError(
            f"staff holds what {down_revision} has no place for: somebody has several roles, or one of the new ones. "
            "Give each account one role that was there before, or restore a backup instead."
        )
    held = _accounts_as_the_trail_says()
    _rename("roles", "role", _of_words("roles", NEW), f"role IN ({', '.join(map(repr, OLD))})", "roles", 20)
    _adopt(held)


def _of_words(column: str, words: tuple[str, ...]) -> str:
    """Return the condition that a text is made of these words and nothing else."""
    rest = f"' ' || {column} || ' '"
    for word in words:
        rest = f"replace({rest}, ' {word} ', ' ')"
    return f"trim({column}) <> '' AND trim({rest}) = ''"


def _rename(before: str, after: str, old_check: str, new_check: str, name: str, length: int) -> None:
    """Rename the column, and let its CHECK know the new words."""
    is_new = f"ck_staff_{after}_{'are' if after == 'roles' else 'is'}_known"
    was = f"ck_staff_{name}_{'are' if name == 'roles' else 'is'}_known"
    if _is_postgresql():
        # A column that a trigger names keeps its type, and `_adopt` writes the line for all of these changes.
        run("DROP TRIGGER staff_is_on_the_trail ON staff")
        run(f"ALTER TABLE staff DROP CONSTRAINT {was}")
        run(f"ALTER TABLE staff RENAME COLUMN {before} TO {after}")
        run(f"ALTER TABLE staff ALTER COLUMN {after} TYPE VARCHAR({length})")
        _translate(after)
        run(f"ALTER TABLE staff ADD CONSTRAINT {is_new} CHECK ({new_check})")
        watched = [c["name"] for c in sa.inspect(op.get_bind()).get_columns("staff") if c["name"] not in LEFT_OUT]
        run(
            f"CREATE CONSTRAINT TRIGGER staff_is_on_the_trail AFTER UPDATE OF {', '.join(watched)} ON staff "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cm_change_is_on_the_trail()"
        )
        return
    # SQLite cannot change a CHECK, and other tables refer to this one. Its manual says to change the stored text
    # of the table (https://sqlite.org/lang_altertable.html, section 7).
    run("PRAGMA writable_schema = ON")
    sql = (
        op.get_bind()
        .exec_driver_sql("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'staff'")
        .scalar_one()
    )
    text = str(sql)
    for part, with_this in (
        (f"{was} CHECK ({old_check})", f"{is_new} CHECK ({new_check})"),
        (f"{before} VARCHAR({20 if before == 'role' else LONGEST})", f"{after} VARCHAR({length})"),
    ):
        if text.count(part) != 1:
            raise RuntimeError(f"The table staff does not have what this migration changes: {part}")
        text = text.replace(part, with_this)
    op.get_bind().exec_driver_sql("UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = 'staff'", (text,))
    run("PRAGMA writable_schema = RESET")
    _translate(after)


def _translate(column: str) -> None:
    old, new = ("staff", "coordinator") if column == "roles" else ("coordinator", "staff")
    run(f"UPDATE staff SET {column} = '{new}' WHERE {column} = '{old}'")


def _accounts_as_the_trail_says() -> dict[str, str | None]:
    """Return each account with None where it is as the newest line about it says, else with what that line says."""
    bind, said = op.get_bind(), {}
    of_staff = sa.text("SELECT states FROM audit_event WHERE states LIKE :named ORDER BY id")
    for states in bind.execute(of_staff, {"named": '%"staff:%'}).scalars():
        said.update({name: digest for name, digest in json.loads(states).items() if name.startswith("staff:")})
    present = _states()
    return {name: None if said.get(name) == digest else said.get(name) for name, digest in present.items()}


def _states() -> dict[str, str]:
    bind = op.get_bind()
    columns = {c["name"]: c["type"] for c in sa.inspect(bind).get_columns("staff") if c["name"] not in LEFT_OUT}
    salts: dict[str, bytes] = dict(
        bind.execute(
            sa.text("SELECT record, salt FROM state_salt WHERE record LIKE :named"), {"named": "staff:%"}
        ).all()
    )
    states = {}
    for row in bind.exec_driver_sql(f"SELECT {', '.join(columns)} FROM staff ORDER BY id").all():
        state = {name: _plain(columns[name], value) for name, value in row._mapping.items()}
        sites = f"SELECT site_id FROM staff_site WHERE staff_id = {row.id:d} ORDER BY site_id"
        state["sites"] = list(bind.exec_driver_sql(sites).scalars())
        record = f"staff:{row.id}"
        states[record] = state_digest(record, state, bytes(salts.get(record, b"")))
    return states


def _adopt(held: dict[str, str | None]) -> None:
    """Add a line with the new states of the accounts that were as the trail said."""
    states = _states()
    states |= {name: said for name, said in held.items() if said is not None}
    if not states:
        return
    bind, now = op.get_bind(), datetime.now(UTC)
    last_id, newest = bind.exec_driver_sql("SELECT last_id, hash FROM audit_head WHERE id = 1").one()
    text = json.dumps(states, sort_keys=True, separators=(",", ":"))
    line: dict[str, Any] = {
        "id": int(last_id) + 1, "at": now, "tag": "state:adopted", "staff_id": None, "via": "command", "site_id": None,
        "client_id": None, "subject": "staff:all", "detail": f'{{"rows":{len(states)}}}', "note_digest": None,
    }  # fmt: skip
    plain = {**line, "at": now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")}
    table = sa.table("audit_event", sa.column("at", UtcDateTime(timezone=True)), *(
        sa.column(name) for name in (*line, "states", "hash") if name != "at"
    ))  # fmt: skip
    bind.execute(sa.insert(table).values(**line, states=text, hash=line_hash(bytes(newest), plain, text)))


def _plain(type_: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(type_, sa.DateTime):
        at = datetime.fromisoformat(value).replace(tzinfo=UTC) if isinstance(value, str) else value
        return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return bool(value) if isinstance(type_, sa.Boolean) else value


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
