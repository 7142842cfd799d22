"""The form in which staff decline a client's request for a prize."""

from wtforms.validators import InputRequired

from cm_tracker.domain.prizes.requests import ANOTHER, SOON, TALK
from cm_tracker.forms.base import Form, radio


class DeclineForm(Form):
    """The kind word that the client reads at the kiosk."""

    reason = radio(
        "What the client reads",
        (
            (SOON, "Not today. More will come soon."),
            (ANOTHER, "Not today. Choose another one."),
            (TALK, "Not today. Let us talk about it."),
        ),
        validators=[InputRequired("Choose what the client reads.")],
    )
