"""The pages for errors and refusals. Each has a sentence that says what to do.

The page for a failure, with a status of 500 or more, touches no database: it names nobody and has no menu. A request
that has written nothing is carried out once more where its connection to the database was lost.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, abort, current_app, g, make_response, render_template, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from cm_tracker import i18n
from cm_tracker.database_errors import DatabaseError, NoConnection, has_left, is_down, is_full
from cm_tracker.db import db, has_sent
from cm_tracker.domain.errors import DiskFull, OutcomeUnknown, Refused
from cm_tracker.i18n import gettext as _
from cm_tracker.i18n import language, lazy, set_language
from cm_tracker.web.access import ask_to_sign_in
from cm_tracker.web.kept_forms import keep
from cm_tracker.web.kiosk.visitors import visitor, went_wrong

SENTENCES = {
    400: lazy("The request could not be read. Go back, open the page again and try once more."),
    403: lazy("You do not have permission to open this page."),
    404: lazy("This page does not exist, or it belongs to a site that is not yours."),
    405: lazy("This page cannot be opened this way. Open it from the menu."),
    413: lazy(
        "That is too large. Nothing was saved. What you enter here can have up to 1 MB: shorten it and send it again."
    ),
    429: lazy("Too many requests come from this computer. Wait a minute, then try again."),
    500: lazy(
        "Something went wrong in the program. Nothing was saved. Try again, and tell a lead if it happens twice."
    ),
    503: lazy("The database cannot be reached right now. Nothing was saved. Wait a minute and try again."),
}
# For a fault after something may have been saved.
MAY_BE_SAVED = lazy(
    "Something went wrong in the program, and this may be saved or not. Open the page again, look before you send it once "
    "more, and tell a lead if it happens twice."
)

# The forms with a picture, which may be larger than other forms.
WITH_PICTURE = ("prizes.new", "prizes.edit", "sites.picture")
PICTURE_TOO_LARGE = lazy("That is too large. Nothing was saved. A picture can have up to 5 MB.")
# The forms with a file of a table.
WITH_TABLE = ("imports.new", "imports.corrected")
TABLE_TOO_LARGE = lazy("That is too large. Nothing was saved. A file can have up to 20 MB: split it.")
TOO_OLD = lazy("This form is too old or did not come from this program. Open the page again and send it once more.")


def _page(status: int, sentence: str) -> Any:
    if status >= 500:
        return _failure(status, sentence)
    if _is_kiosk():
        # In the language of the client whose card is open.
        set_language(request.args.get("lang", language()))
        visitor()
        return render_template("kiosk/refusal.html", sentence=went_wrong(), status=status), status
    # The page for a conflict links back to the visit.
    visit_id = (request.view_args or {}).get("visit_id") if status == 409 else None
    return render_template("refusal.html", sentence=sentence, visit_id=visit_id), status


def _failure(status: int, sentence: str) -> Any:
    if _is_kiosk():
        answer = make_response(render_template("kiosk/refusal.html", sentence=went_wrong(), status=status), status)
    else:
        again = request.full_path.rstrip("?") if request.method == "GET" else None
        answer = make_response(render_template("failure.html", sentence=sentence, again=again), status)
    if status == 503:
        answer.headers["Retry-After"] = "5"
    return answer


def _is_kiosk() -> bool:
    return request.path.startswith("/kiosk")


def _failure_sentence(status: int) -> str:
    """Return what a failure says: that nothing was saved, only where this request has sent no COMMIT."""
    if not has_sent(db.session()):
        return str(SENTENCES[status])
    return str(MAY_BE_SAVED) if status == 500 else OutcomeUnknown().message(i18n)


def _may_be_repeated() -> bool:
    """Return whether nothing of the request was written, and all of it can be read once more."""
    return not (g.get("was_repeated") or has_sent(db.session()) or request.files)


def _repeat() -> Any:
    """Answer the request once more, with a new connection to the database."""
    g.was_repeated = True
    db.session.remove()
    g.pop("_login_user", None)  # who is signed in was read with the connection that was lost
    try:
        answer = current_app.preprocess_request()
        return current_app.dispatch_request() if answer is None else answer
    except Exception as error:
        return current_app.handle_user_exception(error)


def _failed(error: DatabaseError | NoConnection) -> Any:
    # Only the type is logged: the message would contain values from the row.
    name = type(error.orig if isinstance(error, DatabaseError) else error).__name__
    current_app.logger.error("%s at %s", name, request.endpoint)
    if isinstance(error, DatabaseError) and is_full(error) and not has_sent(db.session()):
        full = DiskFull()
        return _failure(full.status, full.message(i18n))
    status = 503 if isinstance(error, NoConnection) or is_down(error) else 500
    return _failure(status, _failure_sentence(status))


def _safe(handler: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a handler that also answers where the database fails while its page is made."""

    @wraps(handler)
    def answer(error: Exception) -> Any:
        try:
            return handler(error)
        except (DatabaseError, NoConnection) as failure:
            return _failed(failure)

    return answer


def _refuse_nul() -> None:
    """Refuse a request with a NUL character, which PostgreSQL cannot store."""
    if any("\x00" in value for values in (request.args, request.form) for value in values.values()):
        abort(400)


def init_app(app: Flask) -> None:
    """Register an error handler for every kind of error and refusal."""
    app.before_request(_refuse_nul)

    @app.errorhandler(Refused)
    @_safe
    def refused(error: Refused) -> Any:
        return _page(error.status, error.message(i18n))

    @app.errorhandler(CSRFError)
    @_safe
    def forged(error: CSRFError) -> Any:
        if request.path.startswith(("/kiosk", "/sign-in", "/sign-out")):
            return _page(400, TOO_OLD)
        kept = keep()
        if not current_user.is_authenticated:
            if kept is not None:
                return ask_to_sign_in(kept)
            return _page(400, _("You were signed out. Nothing was saved. Sign in and send the form again."))
        if kept is not None:
            sentence = _("The form was too old to be sent. Look at it again, and then save it.")
            url = request.full_path if request.query_string else request.path
            return render_template("staff/kept.html", sentence=sentence, kept=kept, url=url), 400
        return _page(400, TOO_OLD)

    @app.errorhandler(DatabaseError)
    def failed(error: DatabaseError) -> Any:
        if has_left(error) and _may_be_repeated():
            return _repeat()
        return _failed(error)

    app.register_error_handler(NoConnection, _failed)

    @app.errorhandler(HTTPException)
    @_safe
    def http(error: HTTPException) -> Any:
        status = error.code or 500
        if status == 413 and request.endpoint in WITH_PICTURE:
            return _page(status, PICTURE_TOO_LARGE)
        if status == 413 and request.endpoint in WITH_TABLE:
            return _page(status, TABLE_TOO_LARGE)
        if status in (500, 503):
            return _page(status, _failure_sentence(status))
        return _page(status, SENTENCES.get(status, SENTENCES[400]))
