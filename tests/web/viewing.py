"""What was noted of the requests of a test."""

from typing import Any

from flask import Flask
from sqlalchemy import select

from cm_tracker.db import db
from cm_tracker.models import ViewingRow
from cm_tracker.web.viewings import view_log

COLUMNS = (ViewingRow.kind, ViewingRow.page, ViewingRow.subject, ViewingRow.client_id, ViewingRow.staff_id)


def noted(app: Flask) -> list[tuple[Any, ...]]:
    """Write what waits, and return kind, page, subject, client and member of staff of every line, the oldest first."""
    assert view_log(app).flush()
    with app.app_context():
        rows = db.session().execute(select(*COLUMNS).order_by(ViewingRow.id)).all()
        db.session.remove()
    return [tuple(row) for row in rows]
