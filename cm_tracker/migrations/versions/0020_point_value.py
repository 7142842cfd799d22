"""What a point is worth, once for the whole program, and prizes with a price in money.

Until now each schedule set it. The value of the published versions that pay points is taken over. If these
have different values, the upgrade is refused: the same points would be worth another amount of money
overnight. Where all tracks of a version pay draws, the value was never used.

A prize gets the money that its points are worth as its price. A redemption seals its price in money from
now on; the rows that are there keep their points alone.
"""

import json

import sqlalchemy as sa
from alembic import op

from cm_tracker.migrations.sealing import ID, grant, holds, run

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

# What a program has that has published nothing.
DEFAULT_CENTS = 25

REFUSED = "program: what a point is worth cannot change once a point was issued"
IS_ISSUED = "EXISTS (SELECT 1 FROM entry WHERE unit = 'points')"

PROGRAM = sa.table("program", sa.column("id", ID), sa.column("point_value_cents", sa.Integer()))


def upgrade() -> None:
    cents = _value_of_versions()
    op.create_table(
        "program",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("point_value_cents", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_program_there_is_one")),
        sa.CheckConstraint("point_value_cents >= 1", name=op.f("ck_program_point_value_is_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_program")),
    )
    op.get_bind().execute(sa.insert(PROGRAM).values(id=1, point_value_cents=cents))
    _guard()
    grant("SELECT, INSERT, UPDATE (point_value_cents)", "program", has_id=False)
    # A column keeps its CHECK and its rights under a new name, on both databases.
    run("ALTER TABLE prize RENAME COLUMN price_points TO price_cents")
    run(f"UPDATE prize SET price_cents = price_cents * {cents}")
    run("ALTER TABLE offer ADD COLUMN price_cents INTEGER")
    run(f"UPDATE offer SET price_cents = price_points * {cents} WHERE tier IS NULL")
    op.add_column("redemption", sa.Column("price_cents", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Back to a value for each schedule and prices in points: refused where something would be lost."""
    bind = op.get_bind()
    cents = bind.execute(sa.select(PROGRAM.c.point_value_cents)).scalar_one()
    if cents != _value_of_versions():
        _refuse("program", "point_value_cents")
    if holds("redemption WHERE price_cents IS NOT NULL"):
        _refuse("redemption", "price_cents")
    if holds(f"prize WHERE price_cents / {cents} * {cents} <> price_cents"):
        _refuse("prize", "price_cents")
    run("ALTER TABLE redemption DROP COLUMN price_cents")
    run("ALTER TABLE offer DROP COLUMN price_cents")
    run(f"UPDATE prize SET price_cents = price_cents / {cents}")
    run("ALTER TABLE prize RENAME COLUMN price_cents TO price_points")
    op.drop_table("program")
    if bind.dialect.name == "postgresql":
        run("DROP FUNCTION cm_keep_point_value()")


def _refuse(table: str, column: str) -> None:
    raise RuntimeError(
        f"{table} holds what 0019 has no place for ({column}): going back would lose it. Restore a backup instead."
    )


def _value_of_versions() -> int:
    """Return the value of the published versions. Raise `RuntimeError` where those that pay points differ."""
    documents = op.get_bind().exec_driver_sql("SELECT document FROM schedule_version ORDER BY id").scalars()
    of_points: set[int] = set()
    of_all: set[int] = set()
    for document in map(json.loads, documents):
        of_all.add(document["point_value_cents"])
        if any(track["pays"] == "points" for track in document["tracks"]):
            of_points.add(document["point_value_cents"])
    if len(of_points) > 1:
        listed = " and ".join(str(cents) for cents in sorted(of_points))
        raise RuntimeError(
            f"The published schedules value a point at {listed} cents. A program has one value of a point from this "
            "version on, and points that clients hold cannot be converted. Stay on the version that you have, or "
            "begin a new program with cm-tracker init."
        )
    if of_points:
        return of_points.pop()
    return of_all.pop() if len(of_all) == 1 else DEFAULT_CENTS


def _guard() -> None:
    """The row is there once, is never deleted, and keeps its value once a point was issued."""
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        schema = bind.exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one()
        run(
            "CREATE FUNCTION cm_keep_point_value() RETURNS trigger LANGUAGE plpgsql "
            f"SET search_path = {schema}, pg_temp AS $$ BEGIN "
            f"IF TG_OP = 'UPDATE' AND NOT {IS_ISSUED} THEN RETURN NEW; END IF; "
            f"RAISE EXCEPTION '{REFUSED}'; END $$"
        )
        run(
            "CREATE TRIGGER program_keeps_its_value BEFORE UPDATE OR DELETE ON program "
            "FOR EACH ROW EXECUTE FUNCTION cm_keep_point_value()"
        )
        run(
            "CREATE TRIGGER program_refuses_truncate BEFORE TRUNCATE ON program "
            "FOR EACH STATEMENT EXECUTE FUNCTION cm_keep_point_value()"
        )
        return
    refused = f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
    run(f"CREATE TRIGGER program_keeps_its_value BEFORE UPDATE ON program WHEN {IS_ISSUED} {refused}")
    run(f"CREATE TRIGGER program_refuses_delete BEFORE DELETE ON program {refused}")
    run(
        f"CREATE TRIGGER program_is_written_once BEFORE INSERT ON program WHEN EXISTS (SELECT 1 FROM program) {refused}"
    )
