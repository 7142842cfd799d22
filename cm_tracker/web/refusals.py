"""The pages for errors and refusals. Each has a sentence that says what to do."""

from flask import Flask, abort, render_template, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from cm_tracker import i18n
from cm_tracker.db import DatabaseDown, DatabaseError, is_full
from cm_tracker.domain.errors import Refused
from cm_tracker.i18n import gettext as _
from cm_tracker.i18n import language, set_language
from cm_tracker.web.access import ask_to_sign_in
from cm_tracker.web.kept_forms import keep
from cm_tracker.web.kiosk.visitors import visitor

SENTENCES = {
    400: "The request could not be read. Go back, open the page again and try once more.",
    403: "You do not have permission to open this page.",
    404: "This page does not exist, or it belongs to a site that is not yours.",
    405: "This page cannot be opened this way. Open it from the menu.",
    413: "That is too large. Nothing was saved. What you enter here can have up to 1 MB: shorten it and send it again.",
    500: "Something went wrong in the program. Nothing was saved. Try again, and tell a lead if it happens twice.",
    507: "The disk of the clinic's computer is full or has failed. Nothing was saved. Keep the record on paper and tell "
    "an administrator. The program works again as soon as the disk has space.",
    503: "The database cannot be reached right now. Nothing was saved. Wait a minute and try again.",
}


# The forms with a picture, which may be larger than other forms.
WITH_PICTURE = ("prizes.new", "prizes.edit", "sites.picture")
PICTURE_TOO_LARGE = "That is too large. Nothing was saved. A picture can have up to 5 MB."
TOO_OLD = "This form is too old or did not come from this program. Open the page again and send it once more."


def _page(status: int, sentence: str) -> tuple[str, int]:
    is_kiosk = request.path.startswith("/kiosk")
    template = "kiosk/refusal.html" if is_kiosk else "refusal.html"
    if is_kiosk:
        _speak_as_visitor(status)
        sentence = _("Something went wrong. Please start again, or ask a member of staff.")
    # The page for a conflict links back to the visit.
    visit_id = (request.view_args or {}).get("visit_id") if status == 409 else None
    return render_template(template, sentence=sentence, status=status, visit_id=visit_id), status


def _speak_as_visitor(status: int) -> None:
    """Use the language of the client whose card is open. Where the database has failed, the door's language stays."""
    if status < 500:
        set_language(request.args.get("lang", language()))
        visitor()


def _refuse_nul() -> None:
    """Refuse a request with a NUL character, which PostgreSQL cannot store."""
    if any("\x00" in value for values in (request.args, request.form) for value in values.values()):
        abort(400)


def init_app(app: Flask) -> None:
    """Register an error handler for every kind of error and refusal."""
    app.before_request(_refuse_nul)

    @app.errorhandler(Refused)
    def refused(error: Refused) -> tuple[str, int]:
        return _page(error.status, error.message(i18n))

    @app.errorhandler(CSRFError)
    def forged(error: CSRFError) -> tuple[str, int]:
        if request.path.startswith(("/kiosk", "/sign-in", "/sign-out")):
            return _page(400, TOO_OLD)
        kept = keep()
        if not current_user.is_authenticated:
            if kept is not None:
                return ask_to_sign_in(kept)
            return _page(400, "You were signed out. Nothing was saved. Sign in and send the form again.")
        if kept is not None:
            sentence = "The form was too old to be sent. Look at it again, and then save it."
            url = request.full_path if request.query_string else request.path
            return render_template("staff/kept.html", sentence=sentence, kept=kept, url=url), 400
        return _page(400, TOO_OLD)

    @app.errorhandler(DatabaseDown)
    def unreachable(error: DatabaseDown) -> tuple[str, int]:
        status = 507 if is_full(error) else 503
        app.logger.error("%s: %s", "disk full" if status == 507 else "database unreachable", type(error.orig).__name__)
        return _page(status, SENTENCES[status])

    @app.errorhandler(DatabaseError)
    def broken(error: DatabaseError) -> tuple[str, int]:
        # Only the type is logged: the message would contain values from the row.
        app.logger.error("%s at %s", type(error.orig).__name__, request.endpoint)
        return _page(500, SENTENCES[500])

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> tuple[str, int]:
        status = error.code or 500
        if status == 413 and request.endpoint in WITH_PICTURE:
            return _page(status, PICTURE_TOO_LARGE)
        return _page(status, SENTENCES.get(status, SENTENCES[400]))
