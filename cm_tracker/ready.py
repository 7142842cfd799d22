"""The checks before the application serves requests, under `cm-tracker serve` and every other server."""

from pathlib import Path

from flask import Flask

from cm_tracker import clock
from cm_tracker.backups.age import check_public_key
from cm_tracker.backups.failure import BackupFailed
from cm_tracker.config import BadSettings
from cm_tracker.connections import check_settings
from cm_tracker.database_errors import DatabaseDown, DatabaseError, reason_of
from cm_tracker.db import db, is_migrated, owns_tables, snapshot
from cm_tracker.domain.errors import DataKeyMissing, KeyMissing
from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.ledger.save_verification import save_verification
from cm_tracker.queries.clients.encrypted_values import encrypted_samples
from cm_tracker.queries.ledger.checkpoints import checkpoint_keys
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.queries.staff.peppers import used_peppers
from cm_tracker.revisions import AnotherVersion, check_revision
from cm_tracker.signing import signer

CANNOT_BE_OPENED = (
    "The database cannot be opened. Check DATABASE_URL and INSTANCE_PATH, or run cm-tracker init for a new clinic."
)
NOT_ALLOWED = (
    "The account of DATABASE_URL may not do that in the database. Set OWNER_DATABASE_URL to the account that owns its tables: "
    "docs/operator.md, PostgreSQL."
)
OWNS_TABLES = (
    "The account of DATABASE_URL owns the tables, so a fault of the program could break the ledger. Let it name the program's "
    "own account: docs/operator.md, PostgreSQL."
)
NO_TABLES = "The database has no tables yet. Run cm-tracker init for a new clinic."

LOST_PEPPER = (
    "PEPPER is not the one that passwords or PINs were made with, so nobody can use them. Put it back into settings.env "
    "from a backup, or read in docs/operator.md what to do where it is lost."
)


def cannot_be_opened(error: DatabaseError) -> str:
    """Return the sentence for a database that cannot be opened, with what the driver says: no password is in it."""
    return f"{CANNOT_BE_OPENED} ({reason_of(error)})"


def check_ready(app: Flask) -> None:
    """Raise `BadSettings` or `RuntimeError` if the application cannot serve requests.

    The head and the sums of the ledger are verified (level 1). If they are wrong, the application serves,
    but nothing is written until an admin has released the ledger. If a PostgreSQL server cannot be reached
    yet, the application starts, and its pages say so. An SQLite file that cannot be opened is an error.
    """
    if not app.config["SECRET_KEY"]:
        raise BadSettings(
            "There is no SECRET_KEY. Run `cm-tracker init` once for a new clinic, or set it in the environment."
        )
    for key in app.config["BACKUP_KEYS"].split(","):
        if key.strip():
            try:
                check_public_key(key.strip())
            except BackupFailed as error:
                raise BadSettings(f"BACKUP_KEYS: {error}.") from None
    with app.app_context():
        try:
            check_settings(db.engine)
            if not is_migrated(db.engine):
                raise RuntimeError(NO_TABLES)
            check_revision(db.engine)
            with snapshot(db.engine) as session:
                # It is made at the first start, outside the database. A restore without it is refused here: with
                # another key the ledger would not verify, and nothing could be recorded.
                app.extensions["cm_data_keys"].check(encrypted_samples(session))
                key = signer(Path(app.instance_path), checkpoint_keys(session), app.config["CHECKPOINT_KEY_FILE"])
                found = verify_ledger(session, verifier=key, level=1)
                lacks_pepper = app.extensions["cm_hasher"].lacks_pepper(used_peppers(session))
            if owns_tables(db.engine):
                app.logger.warning(OWNS_TABLES)
            if lacks_pepper:
                app.logger.error(LOST_PEPPER)
            if not found.ok:
                save_verification(db.session(), verification=found, actor=command(), now=clock.now())
                app.logger.error("The ledger does not hold: nothing is written until an admin has looked.")
        except (AnotherVersion, DataKeyMissing, KeyMissing) as error:
            raise RuntimeError(str(error)) from None
        except DatabaseDown as error:
            if db.engine.dialect.name == "sqlite":
                raise RuntimeError(cannot_be_opened(error)) from None
            app.logger.error("The database cannot be reached. The pages say so until it is there.")
        finally:
            db.session.remove()
