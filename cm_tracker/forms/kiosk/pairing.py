"""The forms that pair a tablet: the lead's, and the one on the tablet."""

from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from cm_tracker.forms.base import Form


class NewDeviceForm(Form):
    """What a tablet is called, where it stands, and in which language it greets. The view sets the choices."""

    site_id = SelectField("Site", coerce=int, validators=[InputRequired("Choose a site.")])
    name = StringField(
        "Name of the tablet",
        validators=[InputRequired("Give the tablet a name."), Length(max=40)],
        description="Where it stands, for instance “Front room tablet”. No name of a person.",
        render_kw={"autocomplete": "off"},
    )
    language = SelectField("Language", validators=[InputRequired("Choose a language.")])


class DeviceForm(Form):
    """A button that needs nothing but its token."""


class PairForm(Form):
    """The pairing code. The template has the label."""

    code = StringField(
        validators=[InputRequired(), Length(max=40)],
        render_kw={
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
            "autofocus": True,
        },
    )
