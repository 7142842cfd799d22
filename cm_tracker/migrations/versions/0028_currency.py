"""The currency of the program, and the currency in which the amounts of a draft were written.

A program that is there pays in US dollars, as every program did until now.
"""

from alembic import op

from cm_tracker.migrations.sealing import grant, holds, run

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

DOLLARS = "USD"
REFUSED = "program: the currency cannot change once a schedule is published, a prize is entered or anything is booked"
HAS_BEGUN = " OR ".join(f"EXISTS (SELECT 1 FROM {table})" for table in ("schedule_version", "prize", "entry"))


def upgrade() -> None:
    run(
        f"ALTER TABLE program ADD COLUMN currency VARCHAR(3) DEFAULT '{DOLLARS}' NOT NULL "
        f"CONSTRAINT {op.f('ck_program_currency_is_a_code')} CHECK (length(currency) = 3)"
    )
    run("ALTER TABLE schedule_draft ADD COLUMN not_exchanged_from VARCHAR(3)")
    _guard()
    grant("UPDATE (currency)", "program", has_id=False)


def downgrade() -> None:
    """Back to programs that pay in US dollars: refused where something would be lost."""
    bind = op.get_bind()
    for table, column, where in (
        ("program", "currency", f"currency <> '{DOLLARS}'"),
        ("schedule_draft", "not_exchanged_from", "not_exchanged_from IS NOT NULL"),
    ):
        if holds(f"{table} WHERE {where}"):
            raise RuntimeError(
                f"{table} holds what {down_revision} has no place for ({column}): going back would lose it. "
                "Restore a backup instead."
            )
    run(f"DROP TRIGGER program_keeps_its_currency{' ON program' if bind.dialect.name == 'postgresql' else ''}")
    if bind.dialect.name == "postgresql":
        run("DROP FUNCTION cm_keep_currency()")
    run("ALTER TABLE schedule_draft DROP COLUMN not_exchanged_from")
    run("ALTER TABLE program DROP COLUMN currency")


def _guard() -> None:
    """The currency stays once there is an amount that it gives a meaning."""
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        schema = bind.exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one()
        run(
            "CREATE FUNCTION cm_keep_currency() RETURNS trigger LANGUAGE plpgsql "
            f"SET search_path = {schema}, pg_temp AS $$ BEGIN "
            f"IF NEW.currency <> OLD.currency AND ({HAS_BEGUN}) THEN RAISE EXCEPTION '{REFUSED}'; END IF; "
            "RETURN NEW; END $$"
        )
        run(
            "CREATE TRIGGER program_keeps_its_currency BEFORE UPDATE ON program "
            "FOR EACH ROW EXECUTE FUNCTION cm_keep_currency()"
        )
        return
    run(
        "CREATE TRIGGER program_keeps_its_currency BEFORE UPDATE ON program "
        f"WHEN NEW.currency <> OLD.currency AND ({HAS_BEGUN}) BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
    )
