"""PostgreSQL: the log's guard finds the head by its id, however many old versions of it lie beside it.

The head's one row is written anew with every record, and its old versions stay where a long
transaction may still look at them (an import, a bulk load, a verification). Without the id the guard
read all of them, twice for every record.
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# As migration 0002 wrote them, and as they are now.
CHANGES = (
    ("SELECT size + 1 FROM log_head)", "SELECT size + 1 FROM log_head WHERE id = 1)"),
    ("SET size = NEW.seq, hash = NEW.hash;", "SET size = NEW.seq, hash = NEW.hash WHERE id = 1;"),
)


def upgrade() -> None:
    _write(CHANGES)


def downgrade() -> None:
    _write(tuple((now, before) for before, now in CHANGES))


def _write(changes: tuple[tuple[str, str], ...]) -> None:
    bind = op.get_bind()
    if bind.dialect.name != "postgresql":
        return
    # The whole definition, with the rights and the search path that later migrations gave it.
    definition = str(bind.exec_driver_sql("SELECT pg_get_functiondef('cm_log_has_form'::regproc)").scalar_one())
    for before, now in changes:
        if before not in definition:
            raise RuntimeError("cm_log_has_form is not the guard that the migrations made. Restore it first.")
        definition = definition.replace(before, now)
    bind.exec_driver_sql(definition.replace("%", "%%"))
