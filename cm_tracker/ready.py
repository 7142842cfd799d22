"""What is looked at before the application serves, whichever server runs it."""

from pathlib import Path

from flask import Flask

from cm_tracker import clock
from cm_tracker.config import BadSettings
from cm_tracker.db import DatabaseDown, check_settings, db, is_migrated, snapshot
from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.ledger.save_verification import save_verification
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.signing import signer

CANNOT_BE_OPENED = (
    "The database cannot be opened. Check DATABASE_URL and INSTANCE_PATH, or run flask init for a new clinic."
)
NO_TABLES = "The database has no tables yet. Run flask init for a new clinic, or flask db upgrade."


def check_ready(app: Flask) -> None:
    """Raise `BadSettings` or `RuntimeError` when the app must not serve as it is.

    The ledger's head and sums are looked at (level 1). Where they do not hold, the app serves,
    but nothing is written until an admin has looked. A server of a database that cannot be reached yet is
    no reason not to start: the pages say so until it is there. A file that cannot be opened is one.
    """
    if not app.config["SECRET_KEY"]:
        raise BadSettings(
            "There is no SECRET_KEY. Run `flask init` once for a new clinic, or set it in the environment."
        )
    key = signer(Path(app.instance_path))  # made at the first start, outside the database
    with app.app_context():
        try:
            check_settings(db.engine)
            if not is_migrated(db.engine):
                raise RuntimeError(NO_TABLES)
            with snapshot(db.engine) as session:
                found = verify_ledger(session, verifier=key, level=1)
            if not found.ok:
                save_verification(db.session(), found=found, actor=command(), now=clock.now())
                app.logger.error("The ledger does not hold: nothing is written until an admin has looked.")
        except DatabaseDown:
            if db.engine.dialect.name == "sqlite":
                raise RuntimeError(CANNOT_BE_OPENED) from None
            app.logger.error("The database cannot be reached. The pages say so until it is there.")
        finally:
            db.session.remove()
