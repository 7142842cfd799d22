"""Names, notes and what stands in consents are encrypted, and names are found by a keyed index.

The rows keep what they mean, so their guards are off meanwhile. When it is over, `env.py` compacts the database, so that
no page of the file holds the old text.
"""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op
from flask import current_app

from cm_tracker.db import without_triggers
from cm_tracker.domain.clients.codes import MOST_OF_KEY, plain
from cm_tracker.domain.clients.pieces import name_pieces
from cm_tracker.encryption import NAME_INDEX, DataKeys, Unreadable
from cm_tracker.migrations.env_after import compact_after
from cm_tracker.migrations.sealing import ID, grant, run

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

# By table: its key, and the columns that are encrypted, with the length that they had; None has no limit, 0 is bytes.
COLUMNS: dict[str, tuple[str, dict[str, int | None]]] = {
    "client": ("id", {"preferred_name": 120}),
    "consent": ("id", {"recipient": 120, "what": 300, "purpose": 300}),
    "disclosure": ("id", {"recipient": 120, "what": 300, "purpose": 300}),
    "note": ("digest", {"salt": 0, "text": None}),
    "state_salt": ("record", {"salt": 0}),
}
BATCH = 1000
REPORT = 10_000
ON_THE_TRAIL = "client_is_on_the_trail"

_log = logging.getLogger("alembic.runtime.migration")


def upgrade() -> None:
    keys: DataKeys = current_app.extensions["cm_data_keys"]
    keys.make_if_missing()
    op.create_table(
        "client_token",
        sa.Column("client_id", ID, nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_client_token_client_id")),
        sa.PrimaryKeyConstraint("client_id", "token", name=op.f("pk_client_token")),
    )
    op.create_index("ix_client_token_token", "client_token", ["token", "client_id"])
    grant("SELECT, INSERT, DELETE", "client_token", has_id=False)
    _set_lengths(is_encrypted=True)
    run("ALTER TABLE client ADD COLUMN plain_code VARCHAR(40) DEFAULT '' NOT NULL")
    grant("UPDATE (plain_code)", "client", has_id=False)
    bind = op.get_bind()
    for rows in _batches("client", "id", "id, code, preferred_name"):
        codes = [{"of": id_, "code": plain(code)} for id_, code, _ in rows]
        bind.execute(sa.text("UPDATE client SET plain_code = :code WHERE id = :of"), codes)
        tokens = [
            {"of": id_, "token": token}
            for id_, _, name in rows
            for token in sorted(keys.newest_tokens(NAME_INDEX, name_pieces(name)))
        ]
        if tokens:
            bind.execute(sa.text("INSERT INTO client_token (client_id, token) VALUES (:of, :token)"), tokens)
    op.drop_index("ix_client_search", table_name="client")
    run("ALTER TABLE client DROP COLUMN search_key")
    op.create_index("ix_client_search", "client", ["site_id", "plain_code"])
    _rewrite(lambda value: keys.encrypt(value), "encrypted")


def downgrade() -> None:
    """Back to plain text. Refused where something cannot be read: it would be lost."""
    keys: DataKeys = current_app.extensions["cm_data_keys"]
    try:
        _rewrite(lambda value: keys.decrypt_bytes(bytes(value) if isinstance(value, bytes) else value), "decrypted")
    except Unreadable:
        raise RuntimeError(f"{keys.path} does not open everything that is encrypted. Nothing was changed.") from None
    op.drop_index("ix_client_search", table_name="client")
    run("ALTER TABLE client DROP COLUMN plain_code")
    run("ALTER TABLE client ADD COLUMN search_key VARCHAR(300) DEFAULT '' NOT NULL")
    grant("UPDATE (search_key)", "client", has_id=False)
    bind = op.get_bind()
    aliases: dict[int, list[str]] = {}
    for client_id, code in bind.exec_driver_sql("SELECT client_id, code FROM client_alias ORDER BY change_id"):
        aliases.setdefault(client_id, []).append(code)
    for rows in _batches("client", "id", "id, code, preferred_name"):
        found = [
            {"of": id_, "found": " ".join(map(plain, [code, *aliases.get(id_, ()), name]))[:MOST_OF_KEY]}
            for id_, code, name in rows
        ]
        bind.execute(sa.text("UPDATE client SET search_key = :found WHERE id = :of"), found)
    op.create_index("ix_client_search", "client", ["site_id", "search_key"])
    op.drop_table("client_token")
    _set_lengths(is_encrypted=False)


def _rewrite(change: Callable[[Any], str | bytes], done: str) -> None:
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        run("PRAGMA secure_delete = ON")
    for table, (key, columns) in COLUMNS.items():
        names = list(columns)
        update = sa.text(f"UPDATE {table} SET {', '.join(f'{name} = :{name}' for name in names)} WHERE {key} = :of")
        count = 0
        with without_triggers(bind, table):
            for rows in _batches(table, key, ", ".join([key, *names])):
                changed = [
                    {
                        "of": row[0],
                        **{
                            name: _as(is_bytes=columns[name] == 0, value=change(value)) if value else value
                            for name, value in zip(names, row[1:], strict=True)
                        },
                    }
                    for row in rows
                ]
                bind.execute(update, changed)
                count += len(rows)
                if count % REPORT == 0:
                    _log.info("%s rows of %s are %s.", count, table, done)
        if count:
            compact_after(bind, table)


def _as(*, is_bytes: bool, value: str | bytes) -> str | bytes:
    if is_bytes:
        return value.encode() if isinstance(value, str) else value
    return value.decode() if isinstance(value, bytes) else value


def _batches(table: str, key: str, columns: str) -> Iterator[list[Any]]:
    """Return the rows of a table, some at a time, in the order of their key."""
    bind, after = op.get_bind(), None
    while True:
        where = f"WHERE {key} > :after " if after is not None else ""
        statement = sa.text(f"SELECT {columns} FROM {table} {where}ORDER BY {key} LIMIT {BATCH}")
        rows = list(bind.execute(statement, {} if after is None else {"after": after}).all())
        if not rows:
            return
        yield rows
        after = rows[-1][0]


def _set_lengths(*, is_encrypted: bool) -> None:
    """Let the columns of texts hold tokens, which are longer, or again only texts of their length."""
    bind = op.get_bind()
    is_postgresql = bind.dialect.name == "postgresql"
    if is_postgresql:
        # PostgreSQL changes no column that a trigger names.
        trigger = bind.exec_driver_sql(
            f"SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = '{ON_THE_TRAIL}' "
            "AND tgrelid = 'client'::regclass"
        ).scalar_one()
        run(f"DROP TRIGGER {ON_THE_TRAIL} ON client")
    else:
        run("PRAGMA writable_schema = ON")
    for table, (_, columns) in COLUMNS.items():
        for name, length in columns.items():
            if not length:
                continue
            before, after = f"VARCHAR({length})", "TEXT"
            if not is_encrypted:
                before, after = after, before
            if is_postgresql:
                run(f"ALTER TABLE {table} ALTER COLUMN {name} TYPE {after}")
                continue
            # SQLite keeps both in the same way; its manual says to change the stored text of the table
            # (https://sqlite.org/lang_altertable.html, section 7).
            changed = bind.exec_driver_sql(
                "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = ? "
                "AND instr(sql, ?) > 0",
                (f"{name} {before}", f"{name} {after}", table, f"{name} {before}"),
            )
            if changed.rowcount != 1:
                raise RuntimeError(f"The table {table} does not have the column {name} that this migration changes.")
    if is_postgresql:
        run(trigger)
    else:
        run("PRAGMA writable_schema = RESET")
