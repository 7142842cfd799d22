"""PostgreSQL: a role that runs the program and may not break the ledger, whatever the program does.

`cm_tracker_app` owns no table, cannot switch a trigger off, and may update or delete only where the
program has to. A clinic gives it to the account that DATABASE_URL names; the tables' owner is used
for migrations alone (OWNER_DATABASE_URL). SQLite knows no roles: there the file's own rights count.
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ROLE = "cm_tracker_app"

# To be written once and read.
INSERTED = (
    "account", "adjustment", "adjustment_request", "audit_event", "checkpoint", "client", "enrollment", "entry",
    "idempotency_key", "kiosk_session", "ledger_check", "ledger_transaction", "log", "note", "prize", "redemption",
    "schedule", "schedule_draft", "schedule_version", "site", "staff", "staff_session", "staff_site", "throttle",
    "visit", "visit_result",
)  # fmt: skip
# What changes; where columns are named, only they do. A row can only be locked by who may update one
# of its columns: `account`, `log_head` and `schedule` have theirs for that, and triggers refuse the update itself.
UPDATED = {
    "account": "last_entry_id",
    "adjustment_request": "decision, decided_at, decided_by_id",
    "client": "preferred_name, language, pin_hash, site_id",
    "idempotency_key": "answer",
    "kiosk_session": "",
    "ledger_check": "released_at, released_by_id, note_digest",
    "log_head": "id",
    "prize": "",
    "schedule": "created_at",
    "schedule_draft": "",
    "staff": "",
    "staff_session": "",
    "throttle": "",
}
DELETED = ("kiosk_session", "schedule_draft", "staff_session", "staff_site", "throttle")
# Triggers that write where the role may not.
DEFINERS = ("cm_entry_moves_balance", "cm_log_has_form", "cm_visit_hands_claims_on")

MAKE = f"""
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}') THEN
    CREATE ROLE {ROLE} NOLOGIN;
  END IF;
EXCEPTION
  WHEN insufficient_privilege THEN
    RAISE WARNING 'The role {ROLE} is not there and this account may not make it: let an administrator of the '
      'database CREATE ROLE {ROLE} NOLOGIN, then run the grants of migration 0005 again (see docs/operator.md).';
  WHEN duplicate_object THEN
    NULL;  -- another database of this server was faster
END $$
"""


def upgrade() -> None:
    bind = op.get_bind()
    if bind.dialect.name != "postgresql":
        return
    for function in DEFINERS:
        bind.exec_driver_sql(f"ALTER FUNCTION {function}() SECURITY DEFINER SET search_path FROM CURRENT")
    bind.exec_driver_sql(MAKE)
    if bind.exec_driver_sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'").first():
        for statement in grants():
            bind.exec_driver_sql(statement)


def grants() -> list[str]:
    """Every right of the role."""
    return [
        f"GRANT USAGE ON SCHEMA public TO {ROLE}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {ROLE}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {ROLE}",
        *(f"GRANT INSERT ON {table} TO {ROLE}" for table in INSERTED),
        *(
            f"GRANT UPDATE {f'({columns}) ' if columns else ''}ON {table} TO {ROLE}"
            for table, columns in UPDATED.items()
        ),
        *(f"GRANT DELETE ON {table} TO {ROLE}" for table in DELETED),
    ]


def downgrade() -> None:
    bind = op.get_bind()
    if bind.dialect.name != "postgresql":
        return
    # The role may serve other databases of this server: only its rights in this one go.
    if bind.exec_driver_sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'").first():
        bind.exec_driver_sql(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {ROLE}")
        bind.exec_driver_sql(f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {ROLE}")
        bind.exec_driver_sql(f"REVOKE ALL ON SCHEMA public FROM {ROLE}")
    for function in DEFINERS:
        bind.exec_driver_sql(f"ALTER FUNCTION {function}() SECURITY INVOKER RESET search_path")
