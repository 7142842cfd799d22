"""The page for whoever looks after the server: what was done at night, how full the disk is, and what waits."""

from datetime import timedelta

from flask import Blueprint, current_app, render_template

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.health import LEAST_FREE_BYTES, days_left
from cm_tracker.domain.upkeep import TASKS
from cm_tracker.queries.installation import installation
from cm_tracker.version import NAME, VERSION, newest_migration
from cm_tracker.web.access import allow, waits_of_sign_in
from cm_tracker.web.health import free_bytes

blueprint = Blueprint("installation", __name__)


@blueprint.get("/installation")
@allow("installation:view")
def show() -> str:
    """Show the state of the installation."""
    limit, now = waits_of_sign_in(), clock.now()
    idle = timedelta(minutes=current_app.config["IDLE_MINUTES"])
    state = installation(db.session(), now, idle=idle, tries=limit.tries, wait=limit.wait)
    free = free_bytes()
    left = None
    # The disk of a server with PostgreSQL is not seen from here.
    if free is not None and state.database == "sqlite":
        left = days_left(free, state.database_bytes, state.figures.records, state.grown_from, now)
    return render_template(
        "staff/installation.html",
        state=state,
        tasks=TASKS,
        now=now,
        idle_minutes=current_app.config["IDLE_MINUTES"],
        program=f"{NAME} {VERSION}",
        newest_migration=newest_migration(),
        free=free,
        is_low=free is not None and free < LEAST_FREE_BYTES,
        days_left=left,
    )
