"""The day for which somebody opens a form, as it stands in the URL."""

from datetime import date

from flask import abort, request

from cm_tracker.domain.days import parse_day
from cm_tracker.domain.errors import BadInput


def day_in_url() -> date | None:
    """Return the day that the URL names as `on`, or None. A row of a day that is over links to a form of that day."""
    text = request.args.get("on", "")
    try:
        return parse_day(text) if text else None
    except BadInput:
        abort(404)
