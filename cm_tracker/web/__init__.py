"""Pages: parse, allow, call one operation or query, answer. Nothing is decided or read here.

One file a room. `access` is the rule that every route must have, `headers` what every answer
carries, `refusals` what a broken law looks like.
"""

from flask import Flask
from flask_bootstrap import Bootstrap5
from flask_wtf import CSRFProtect

from cm_tracker.web import (
    access,
    audit,
    clients,
    headers,
    kiosk,
    ledger,
    prizes,
    refusals,
    schedules,
    sites,
    staff,
    start,
    visits,
)

MOST_BYTES_SENT = 1024 * 1024


def init_app(app: Flask) -> None:
    """Put the rooms and the rules of the floor on the app."""
    app.config.update(
        BOOTSTRAP_SERVE_LOCAL=True,
        MAX_CONTENT_LENGTH=MOST_BYTES_SENT,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=app.config["HTTPS_ONLY"],
        SESSION_COOKIE_NAME="cm_session",
        WTF_CSRF_TIME_LIMIT=None,
    )
    Bootstrap5(app)
    CSRFProtect(app)
    access.init_app(app)
    headers.init_app(app)
    refusals.init_app(app)
    for room in (start, clients, visits, prizes, schedules, ledger, audit, staff, sites, kiosk):
        app.register_blueprint(room.room)
