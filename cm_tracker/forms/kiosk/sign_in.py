"""The sign-in form of the kiosk."""

from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from cm_tracker.forms.base import Form


class KioskForm(Form):
    """Code and PIN. The template has the labels, in the client's language."""

    code = StringField(
        validators=[InputRequired(), Length(max=40)],
        render_kw={
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
        },
    )
    pin = PasswordField(
        validators=[InputRequired(), Length(max=20)], render_kw={"inputmode": "numeric", "autocomplete": "off"}
    )
