"""How a form's view ends: with what was done, or with the form again and what to change."""

from collections.abc import Callable
from typing import TypeVar

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict

from cm_tracker.domain.errors import NotAllowed, NotFound, Refused

T = TypeVar("T")


def cursor_from(args: MultiDict[str, str]) -> int | None:
    """Where an older page of a list begins."""
    text = args.get("before", "")
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 18 else None


def attempt(form: FlaskForm, save: Callable[[], T]) -> T | None:
    """Do what a valid form asks; a refusal is put on the form, and None comes back."""
    if not form.validate_on_submit():
        return None
    try:
        return save()
    except (NotFound, NotAllowed):
        raise
    except Refused as error:
        form.say(str(error), error.facts.get("field"))
        form.refusal = error
        return None


def status_of(form: FlaskForm) -> int:
    """422 for a form that came back with something to change, else 200."""
    return 422 if form.is_submitted() else 200
