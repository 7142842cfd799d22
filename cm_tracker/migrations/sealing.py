"""What a table of sealed records has on both databases: its name in the log, and a guard against change."""

import sqlalchemy as sa
from alembic import op

from cm_tracker.db import UtcDateTime

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ROLE = "cm_tracker_app"


def run(statement: str) -> None:
    """Run a statement that both databases know."""
    op.get_bind().exec_driver_sql(statement)


def holds(what: str) -> bool:
    """Whether something is there: a table, with a condition where one is needed."""
    return op.get_bind().exec_driver_sql(f"SELECT 1 FROM {what} LIMIT 1").first() is not None


def create_sealed(
    table: str, *columns: sa.Column[object], refers: dict[str, str], more: tuple[sa.Constraint, ...] = ()
) -> None:
    """A table of sealed records: its own columns, who and when, and the record in the log.

    `refers` names the table to which a column refers.
    """
    op.create_table(
        table,
        sa.Column("id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        *columns,
        sa.Column("recorded_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.Column("via", sa.String(length=20), nullable=False),
        sa.Column(
            "record",
            sa.String(length=60),
            sa.Computed(f"'{table}:' || CAST(id AS TEXT)", persisted=True),
            nullable=False,
        ),
        *more,
        *(
            sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))
            for column, to in {**refers, "site_id": "site", "staff_id": "staff"}.items()
        ),
        sa.ForeignKeyConstraint(
            ["record"], ["log.record"], name=op.f(f"fk_{table}_record"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("record", name=op.f(f"uq_{table}_record")),
    )


def once(table: str, *columns: str) -> sa.UniqueConstraint:
    """What stands once in a table."""
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{columns[0]}"))


def guard(table: str, key: str, *, has_id: bool = True) -> None:
    """Written once, never changed, as in 0002. By `key` SQLite knows a row again; the program may read and add."""
    if op.get_bind().dialect.name == "postgresql":
        for name, what, each in (("change", "UPDATE OR DELETE", "ROW"), ("truncate", "TRUNCATE", "STATEMENT")):
            run(
                f"CREATE TRIGGER {table}_refuses_{name} BEFORE {what} ON {table} "
                f"FOR EACH {each} EXECUTE FUNCTION cm_refuse()"
            )
        grant("SELECT, INSERT", table, has_id=has_id)
        return
    refused = f"SELECT RAISE(ABORT, '{table}: a row is written once and never changed')"
    run(
        f"CREATE TRIGGER {table}_is_written_once BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {key}) BEGIN {refused}; END"
    )
    for what in ("UPDATE", "DELETE"):
        run(f"CREATE TRIGGER {table}_refuses_{what.lower()} BEFORE {what} ON {table} BEGIN {refused}; END")


def grant(rights: str, table: str, *, has_id: bool = True) -> None:
    """Give the program's role rights on a table and on the sequence of its ids; SQLite knows no roles."""
    bind = op.get_bind()
    is_postgresql = bind.dialect.name == "postgresql"
    if is_postgresql and bind.exec_driver_sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'").first():
        run(f"GRANT {rights} ON {table} TO {ROLE}")
        if has_id:
            run(f"GRANT USAGE, SELECT ON SEQUENCE {table}_id_seq TO {ROLE}")
