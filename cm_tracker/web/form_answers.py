"""How a view answers a form: it runs the operation, or shows the form again with its problems."""

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from flask import abort, g, request
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict

from cm_tracker import i18n
from cm_tracker.domain.days import parse_day
from cm_tracker.domain.errors import BadInput, NotAllowed, NotFound, Refused, SeveralRefused

T = TypeVar("T")


def cursor_from(args: MultiDict[str, str]) -> int | None:
    """Return the cursor of an older page of a list, or None for the newest page."""
    text = args.get("before", "")
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 18 else None


def day_in_url() -> date | None:
    """Return the day that the URL names as `on`, or None. A row of a day that is over links to a form of that day."""
    text = request.args.get("on", "")
    try:
        return parse_day(text) if text else None
    except BadInput:
        abort(404)


def attempt(form: FlaskForm, save: Callable[[], T], check: Callable[[], object] | None = None) -> T | None:
    """Call `save` for a valid form and return its result.

    Return None if the form was not sent, is not valid, or the operation refused it. A refusal is shown at its field
    and kept as `form.refusal`. Raise `NotFound` and `NotAllowed`, because they concern the whole page.

    `check` raises what the domain says of the fields without asking the database. It is called where a field is not
    valid, so that all problems of the form are shown at once.
    """
    if not form.validate_on_submit():
        if form.is_submitted() and check is not None:
            _add_problems(form, check)
        return None
    try:
        return save()
    except (NotFound, NotAllowed):
        raise
    except Refused as error:
        for one in _each(error):
            form.say(one.message(i18n), one.field)
        form.refusal = error
        # What is noted of a request (`web.viewings`) asks what was refused in it, such as a password.
        g.refusal = error
        return None


def _add_problems(form: FlaskForm, check: Callable[[], object]) -> None:
    """Show what `check` raises at the fields that have no problem yet."""
    wrong = {field.name for field in form.wrong_fields}
    try:
        check()
    except Refused as error:
        for one in _each(error):
            if one.field is not None and form.name_of(one.field) not in {None, *wrong}:
                form.say(one.message(i18n), one.field)


def _each(error: Refused) -> tuple[Refused, ...]:
    return error.refusals if isinstance(error, SeveralRefused) else (error,)


def status_of(form: FlaskForm) -> int:
    """Return the HTTP status of a form that is shown: 422 if it was sent and has problems, else 200.

    A form that is right, and that could not be saved because something has failed, has the status of the failure.
    """
    if not form.is_submitted():
        return 200
    refusal = getattr(form, "refusal", None)
    return refusal.status if refusal is not None and refusal.status >= 500 else 422
