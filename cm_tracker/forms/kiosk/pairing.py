"""The forms that pair a tablet: the lead's, and the one on the tablet."""

from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from cm_tracker.forms.base import Form
from cm_tracker.i18n import lazy


class NewDeviceForm(Form):
    """What a tablet is called, where it stands, and in which language it greets. The view sets the choices."""

    site_id = SelectField(lazy("Site"), coerce=int, validators=[InputRequired(lazy("Choose a site."))])
    name = StringField(
        lazy("Name of the tablet"),
        validators=[InputRequired(lazy("Give the tablet a name.")), Length(max=40)],
        description=lazy("Where it stands, for instance “Front room tablet”. No name of a person."),
        render_kw={"autocomplete": "off"},
    )
    language = SelectField(lazy("Language"), validators=[InputRequired(lazy("Choose a language."))])


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
