"""The forms with which a client without a PIN chooses one: staff approve, and the client types it twice."""

from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from cm_tracker.forms.base import Form

NOT_KEPT = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class ApprovePinForm(Form):
    """The client's code, and who of staff approves. The template has the labels."""

    code = StringField(
        validators=[InputRequired(), Length(max=40)],
        render_kw={**NOT_KEPT, "autocapitalize": "characters", "autofocus": True},
    )
    username = StringField(validators=[InputRequired(), Length(max=60)], render_kw=NOT_KEPT)
    password = PasswordField(validators=[InputRequired(), Length(max=500)], render_kw={"autocomplete": "off"})


class ChoosePinForm(Form):
    """The new PIN, twice. The template has the labels."""

    pin = PasswordField(
        validators=[InputRequired(), Length(max=20)],
        render_kw={"inputmode": "numeric", "autocomplete": "off", "autofocus": True},
    )
    again = PasswordField(
        validators=[InputRequired(), Length(max=20)], render_kw={"inputmode": "numeric", "autocomplete": "off"}
    )
