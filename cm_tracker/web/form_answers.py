"""What a view does with a form: run the operation, or show the form again with what has to change."""

from collections.abc import Callable
from typing import TypeVar

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict

from cm_tracker import i18n
from cm_tracker.domain.errors import NotAllowed, NotFound, Refused

T = TypeVar("T")


def cursor_from(args: MultiDict[str, str]) -> int | None:
    """Return where an older page of a list begins, or None for the newest page."""
    text = args.get("before", "")
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 18 else None


def attempt(form: FlaskForm, save: Callable[[], T]) -> T | None:
    """Call `save` for a valid form and return its result.

    Return None where the form was not sent or has to be changed. A refusal is then shown at its field, and is
    `form.refusal`. `NotFound` and `NotAllowed` end the view: they concern the whole page.
    """
    if not form.validate_on_submit():
        return None
    try:
        return save()
    except (NotFound, NotAllowed):
        raise
    except Refused as error:
        form.say(error.message(i18n), error.field)
        form.refusal = error
        return None


def status_of(form: FlaskForm) -> int:
    """Return 422 for a form that was sent and has to be changed, else 200."""
    return 422 if form.is_submitted() else 200
