"""The form for a draw."""

from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from cm_tracker.forms.base import OnceForm


class DrawForm(OnceForm):
    """One draw. The view reads the touched place or the chosen word from the request."""

    number = IntegerField(validators=[InputRequired(), NumberRange(1, 1_000_000)])
