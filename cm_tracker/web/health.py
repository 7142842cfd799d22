"""Two addresses for a program that watches this one: does the process answer, and is all well behind it?

They read no cookie and name nobody. What they say is one word for each check, so they are open to whoever asks.
"""

import shutil
from pathlib import Path

from flask import Blueprint, Response, current_app, jsonify

from cm_tracker import clock
from cm_tracker.database_errors import DatabaseError, NoConnection
from cm_tracker.db import db, file_of
from cm_tracker.domain.health import Facts, checks, is_ready
from cm_tracker.queries.health import health_facts
from cm_tracker.version import newest_migration
from cm_tracker.web.access import MACHINE, allow

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@allow(MACHINE)
def alive() -> Response:
    """Say that the process answers. It asks neither the database nor the disk: a restart would mend neither."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
@allow(MACHINE)
def ready() -> tuple[Response, int]:
    """Say what each check found, with status 503 where one is not passed."""
    found = checks(_facts(), newest_migration=newest_migration(), free_bytes=free_bytes())
    return jsonify(found), 200 if is_ready(found) else 503


def _facts() -> Facts | None:
    """Return the facts of the database, or None where it cannot be asked."""
    try:
        return health_facts(db.session(), clock.now(), newest_migration=newest_migration())
    except (DatabaseError, NoConnection):
        db.session.remove()
        return None


def free_bytes() -> int | None:
    """Return the room on the fullest disk that the program itself writes to, or None where one cannot be seen."""
    file = file_of(db.engine)
    folders = [Path(current_app.instance_path), *([file.parent] if file else [])]
    try:
        return min(shutil.disk_usage(folder).free for folder in folders)
    except OSError:
        return None
