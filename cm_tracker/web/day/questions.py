"""Staff answer what a client asked at the kiosk."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock, kiosk_sentences
from cm_tracker.db import db
from cm_tracker.domain.kiosk.questions import ANSWERS
from cm_tracker.domain.languages import LANGUAGES
from cm_tracker.forms.base import choices
from cm_tracker.forms.kiosk.answers import AnswerForm
from cm_tracker.i18n import gettext
from cm_tracker.operations.kiosk.answer_question import answer_question
from cm_tracker.queries.kiosk.questions import question_card
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, status_of

blueprint = Blueprint("questions", __name__)


@blueprint.route("/questions/<id:question_id>", methods=["GET", "POST"])
@allow("question:answer")
def show(question_id: int) -> str | Response | tuple[str, int]:
    """Show a client's question, and take the answer."""
    card = question_card(db.session(), actor(), question_id)
    form = AnswerForm()
    form.answer.choices = choices((name, kiosk_sentences.answer(card.topic, name)) for name in ANSWERS[card.topic])

    def save() -> bool:
        answer_question(
            db.session(),
            question_id=question_id,
            answer=form.answer.data,
            text=form.text.data or "",
            actor=actor(),
            now=clock.now(),
        )
        return True

    if attempt(form, save):
        flash(gettext("The client reads the answer when they sign in at the kiosk."))
        return redirect(url_for("start.show"), 303)
    page = render_template(
        "day/question.html", card=card, form=form, spoken=LANGUAGES.get(card.language, card.language)
    )
    return page, status_of(form)
