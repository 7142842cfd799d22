"""The form in which staff answer a client's question."""

from wtforms import StringField
from wtforms.validators import InputRequired, Length

from cm_tracker.domain.kiosk.questions import MOST_CHARACTERS
from cm_tracker.forms.base import Form, radio
from cm_tracker.i18n import lazy


class AnswerForm(Form):
    """One of the answers, in the client's language, and a few words more. The view hands the answers in."""

    answer = radio(lazy("Answer"), [], validators=[InputRequired(lazy("Choose one of the answers."))])
    text = StringField(
        lazy("A few words more"),
        validators=[Length(max=MOST_CHARACTERS)],
        description=lazy(
            "In the client's language. Others may read it at the kiosk: no name, no substance, no result."
        ),
        render_kw={"autocomplete": "off"},
    )
