"""Several specimens of one visit, in order. The last valid one decides.

The columns of a visit go on holding the specimen that decides, and `specimens` holds all of them where there are
several. So the records that are there keep their bytes. Every label of a visit is claimed at its site.
"""

import sqlalchemy as sa
from alembic import op

from cm_tracker.migrations.sealing import holds, run

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

BEFORE = "'answered', 'excused', 'corrected', 'voided', 'undone', 'reverted', 'again'"
AFTER = f"{BEFORE}, 'specimen'"
CHECK = "ck_visit_correction_is_known"
STANDS = "COALESCE(NEW.correction, '') NOT IN ('voided', 'undone')"
SPECIMEN = "'specimen:' || NEW.site_id || ':' || "
DAY = {"sqlite": "NEW.happened_on", "postgresql": "to_char(NEW.happened_on, 'YYYY-MM-DD')"}
# The labels of the visit's specimens, each once.
LABELS = {
    "sqlite": {
        "0020": "SELECT NEW.specimen_id AS label",
        "0021": "SELECT NEW.specimen_id AS label UNION SELECT json_extract(one.value, '$.specimen_id') "
        "FROM json_each(COALESCE(NEW.specimens, '[]')) AS one",
    },
    "postgresql": {
        "0020": "SELECT NEW.specimen_id AS label",
        "0021": "SELECT NEW.specimen_id AS label UNION SELECT one.value ->> 'specimen_id' "
        "FROM json_array_elements(COALESCE(NEW.specimens, '[]')::json) AS one",
    },
}


def _event(dialect: str) -> str:
    return f"'event:' || NEW.enrollment_id || ':' || NEW.behavior || ':' || {DAY[dialect]} || ':' || NEW.day_place"


def _claims(dialect: str, version: str) -> str:
    """Return the statement that selects the claims of a new visit."""
    return (
        f"SELECT {_event(dialect)} AS claim UNION "
        f"SELECT {SPECIMEN}label FROM ({LABELS[dialect][version]}) AS labels WHERE label IS NOT NULL"
    )


def upgrade() -> None:
    _know_corrections(BEFORE, AFTER)
    op.add_column("visit", sa.Column("specimens", sa.Text(), nullable=True))
    _claim("0021")


def downgrade() -> None:
    """Back to one specimen for each visit: refused where a visit has several, or one that 0020 does not know."""
    for column, condition in (
        ("specimens", "specimens IS NOT NULL OR correction = 'specimen'"),
        ("specimen", "specimen IN ('leaked', 'invalid')"),
    ):
        if holds(f"visit WHERE {condition}"):
            raise RuntimeError(
                f"visit holds what 0020 has no place for ({column}): going back would lose it. "
                "Restore a backup instead."
            )
    _claim("0020")
    run("ALTER TABLE visit DROP COLUMN specimens")
    _know_corrections(AFTER, BEFORE)


def _know_corrections(before: str, after: str) -> None:
    """Change the list of words of a CHECK."""
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        run(f"ALTER TABLE visit DROP CONSTRAINT {CHECK}")
        run(f"ALTER TABLE visit ADD CONSTRAINT {CHECK} CHECK (correction IN ({after}))")
        return
    # SQLite cannot change a CHECK, and other tables refer to this one. Its manual says to change the stored text
    # of the table (https://sqlite.org/lang_altertable.html, section 7).
    run("PRAGMA writable_schema = ON")
    statement = "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = 'visit' AND instr(sql, ?) > 0"
    changed = bind.exec_driver_sql(statement, (f"({before})", f"({after})", f"({before})"))
    if changed.rowcount != 1:
        raise RuntimeError("The table visit does not have the CHECK that this migration changes.")
    run("PRAGMA writable_schema = RESET")


def _claim(version: str) -> None:
    """Let the database claim the labels that a version knows."""
    bind = op.get_bind()
    dialect = bind.dialect.name
    claims = _claims(dialect, version)
    if dialect == "postgresql":
        schema = bind.exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one()
        run(
            "CREATE OR REPLACE FUNCTION cm_visit_hands_claims_on() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER "
            f"SET search_path = {schema}, pg_temp AS $$ BEGIN "
            "IF NEW.corrects_id IS NOT NULL THEN DELETE FROM visit_claim WHERE visit_id = NEW.corrects_id; END IF; "
            f"IF {STANDS} THEN INSERT INTO visit_claim (claim, visit_id) SELECT claim, NEW.id FROM ({claims}) AS claims "
            # Always in the same order, so that two visits with the same two labels do not wait for each other.
            "ORDER BY claim; END IF; RETURN NULL; END $$"
        )
        return
    run("DROP TRIGGER visit_is_claimed_once")
    run("DROP TRIGGER visit_hands_claims_on")
    # REPLACE of an outer statement also rules the statements of its triggers, so the claims are looked at first.
    run(
        f"CREATE TRIGGER visit_is_claimed_once BEFORE INSERT ON visit WHEN {STANDS} BEGIN "
        "SELECT RAISE(ABORT, 'visit: another visit stands for this day or this specimen') WHERE EXISTS ("
        f"SELECT 1 FROM visit_claim WHERE claim IN ({claims}) AND visit_id IS NOT NEW.corrects_id); END"
    )
    run(
        "CREATE TRIGGER visit_hands_claims_on AFTER INSERT ON visit BEGIN "
        "DELETE FROM visit_claim WHERE visit_id = NEW.corrects_id; "
        f"INSERT INTO visit_claim (claim, visit_id) SELECT claim, NEW.id FROM ({claims}) AS claims WHERE {STANDS}; END"
    )
