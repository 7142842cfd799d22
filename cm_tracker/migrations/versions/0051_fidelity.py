"""Practice clients, whom no report counts."""

import sqlalchemy as sa
from alembic import op

from cm_tracker.migrations.sealing import holds, run

revision = "0051"
down_revision = "0048"
branch_labels = None
depends_on = None

PRACTICE = "client_stays_practice"
THEY = sa.text("is_practice IS NOT NULL")


def upgrade() -> None:
    # Empty, not false, for everybody else: an empty column changes no digest of a client on the audit trail. Both
    # databases know this form; a table that others refer to is not made anew for it.
    run("ALTER TABLE client ADD COLUMN is_practice BOOLEAN CONSTRAINT ck_client_is_practice CHECK (is_practice)")
    op.create_index(op.f("ix_client_is_practice"), "client", ["code"], sqlite_where=THEY, postgresql_where=THEY)
    if _is_postgresql():
        run(
            f"CREATE TRIGGER {PRACTICE} BEFORE UPDATE OF is_practice ON client FOR EACH ROW "
            "WHEN (NEW.is_practice IS DISTINCT FROM OLD.is_practice) EXECUTE FUNCTION cm_refuse()"
        )
    else:
        run(
            f"CREATE TRIGGER {PRACTICE} BEFORE UPDATE OF is_practice ON client "
            "WHEN NEW.is_practice IS NOT OLD.is_practice "
            "BEGIN SELECT RAISE(ABORT, 'client: who practices never becomes a client, nor the other way'); END"
        )


def downgrade() -> None:
    """Back to a program that would count practice clients: refused where there are any."""
    if holds("client WHERE is_practice"):
        raise RuntimeError("client holds practice clients, whom 0048 would count. Restore a backup instead.")
    run(f"DROP TRIGGER {PRACTICE}" + (" ON client" if _is_postgresql() else ""))
    op.drop_index(op.f("ix_client_is_practice"), "client")
    run("ALTER TABLE client DROP COLUMN is_practice")


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
