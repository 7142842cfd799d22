"""PostgreSQL: every guard names the tables it means, and the role without rights can put none in their place.

A temporary table comes before all others where a search path does not name `pg_temp`: with a
`log_head` of its own a session could have had the guards look at that. Each guard now looks in its
own schema first and among temporary tables last, and only whoever is let may make one.
"""

from alembic import op
from sqlalchemy import Connection

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# Those to whom 0005 gave the search path of its day.
DEFINERS = ("cm_entry_moves_balance", "cm_log_has_form", "cm_visit_hands_claims_on")


def upgrade() -> None:
    bind = op.get_bind()
    if bind.dialect.name != "postgresql":
        return
    schema = bind.exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one()
    for function in _guards(bind):
        bind.exec_driver_sql(f"ALTER FUNCTION {function}() SET search_path = {schema}, pg_temp")
    database = bind.exec_driver_sql("SELECT quote_ident(current_database())").scalar_one()
    bind.exec_driver_sql(f"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC")


def downgrade() -> None:
    bind = op.get_bind()
    if bind.dialect.name != "postgresql":
        return
    database = bind.exec_driver_sql("SELECT quote_ident(current_database())").scalar_one()
    bind.exec_driver_sql(f"GRANT TEMPORARY ON DATABASE {database} TO PUBLIC")
    for function in _guards(bind):
        path = "SET search_path FROM CURRENT" if function in DEFINERS else "RESET search_path"
        bind.exec_driver_sql(f"ALTER FUNCTION {function}() {path}")


def _guards(bind: Connection) -> list[str]:
    """Every trigger function of ours."""
    return list(
        bind.exec_driver_sql(
            "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
            "WHERE n.nspname = current_schema() AND p.prorettype = 'trigger'::regtype AND p.proname LIKE 'cm@_%%' ESCAPE '@' ORDER BY 1"
        ).scalars()
    )
