"""The filter of the day and of the client list, as it stands in the URL: numbers alone."""

from flask import request
from flask_login import current_user

from cm_tracker.domain.day.filters import Filter
from cm_tracker.domain.staff.roles import sees_own_clients_first

# The names in the URL. Every link of a page keeps them.
NAMES = ("counselor", "service", "track", "client")
EVERYBODY = "0"
"""In the URL of a counselor who looks at everybody, because without it they see their own clients."""


def filter_in_url() -> Filter:
    """Return the filter that the URL of this request names. Without one, a counselor sees their own clients."""
    return Filter(counselor_in_url(), _number("service"), _number("track"), _number("client"))


def counselor_in_url() -> int | None:
    """Return whose clients are shown, or None for everybody's."""
    is_own = "counselor" not in request.args and "client" not in request.args
    if is_own and sees_own_clients_first(current_user.person.roles):
        own: int = current_user.person.staff_id
        return own
    return _number("counselor")


def _number(name: str) -> int | None:
    """Return a number of the URL, or None for 0, and for what is none."""
    text = request.args.get(name, "")
    return (int(text) or None) if text.isdecimal() and text.isascii() and len(text) < 18 else None
