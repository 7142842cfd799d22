"""The form in which staff decline a client's request for a prize."""

from wtforms.validators import InputRequired

from cm_tracker.domain.prizes.requests import ANOTHER, SOON, TALK
from cm_tracker.forms.base import Form, radio
from cm_tracker.i18n import lazy


class DeclineForm(Form):
    """The kind word that the client reads at the kiosk."""

    reason = radio(
        lazy("What the client reads"),
        (
            (SOON, lazy("Not today. More will come soon.")),
            (ANOTHER, lazy("Not today. Choose another one.")),
            (TALK, lazy("Not today. Let us talk about it.")),
        ),
        validators=[InputRequired(lazy("Choose what the client reads."))],
    )
