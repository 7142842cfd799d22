"""One's own account: the language of its pages, and where one is signed in."""

from datetime import timedelta

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.forms.base import Form
from cm_tracker.forms.staff import OwnLanguageForm
from cm_tracker.i18n import gettext, using_language
from cm_tracker.operations.staff.end_other_sessions import end_other_sessions
from cm_tracker.operations.staff.end_session import end_session
from cm_tracker.operations.staff.set_language import set_language
from cm_tracker.queries.staff.sessions import open_sessions
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, status_of

blueprint = Blueprint("account", __name__, url_prefix="/account")


@blueprint.get("")
@allow("account:own")
def show() -> str:
    """Show the language of the reader's pages, and the places where they are signed in."""
    return _page(OwnLanguageForm(formdata=None, language=current_user.person.language))


@blueprint.post("/language")
@allow("account:own")
def language() -> Response | tuple[str, int]:
    """Choose the language of one's pages."""
    form = OwnLanguageForm()

    def save() -> bool:
        set_language(db.session(), language=form.language.data, actor=actor(), now=clock.now())
        return True

    if attempt(form, save):
        with using_language(form.language.data):
            flash(gettext("Your pages are in English now."))
        return redirect(url_for("account.show"), 303)
    return _page(form), status_of(form)


def _page(languages: OwnLanguageForm) -> str:
    idle = timedelta(minutes=current_app.config["IDLE_MINUTES"])
    return render_template(
        "staff/account.html",
        form=Form(formdata=None),
        languages_form=languages,
        sessions=open_sessions(db.session(), actor(), current_user.token, clock.now(), idle),
    )


@blueprint.post("/sessions/<id:session_id>/end")
@allow("account:own")
def end(session_id: int) -> Response:
    """Sign out in one place."""
    end_session(db.session(), session_id=session_id, actor=actor(), now=clock.now())
    flash(gettext("You are signed out there."))
    return redirect(url_for("account.show"), 303)


@blueprint.post("/sessions/end")
@allow("account:own")
def end_others() -> Response:
    """Sign out everywhere but here."""
    end_other_sessions(db.session(), token=current_user.token, actor=actor(), now=clock.now())
    flash(gettext("You are signed out everywhere else."))
    return redirect(url_for("account.show"), 303)
