"""The small forms about a whole schedule: retiring it, its name, its sites, its file, and the statement of a program's one lead."""

from flask_wtf.file import FileField
from wtforms import SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from cm_tracker.forms.base import Form
from cm_tracker.i18n import lazy


class StatementForm(Form):
    """The written statement that a program has one lead."""

    words = TextAreaField(
        lazy("Your statement"),
        validators=[InputRequired(lazy("Write why there is one lead, and since when.")), Length(max=1900)],
        render_kw={"rows": 4},
        description=lazy(
            "For example: Until the position is filled, I am the only program lead. It is kept in the audit trail."
        ),
    )


class RetireForm(Form):
    """The reason for retiring a schedule, or for bringing it back."""

    reason = StringField(
        lazy("Why"),
        validators=[InputRequired(lazy("Say why in a few words.")), Length(max=200)],
        description=lazy("It is kept in the audit trail."),
    )


class NameForm(Form):
    """What a schedule is called from now on, and why."""

    name = StringField(
        lazy("Name"),
        validators=[InputRequired(lazy("Give it a name.")), Length(max=120, message=lazy("Use at most 120 letters."))],
        render_kw={"autocomplete": "off"},
    )
    reason = StringField(
        lazy("Why"),
        validators=[InputRequired(lazy("Say why in a few words.")), Length(max=200)],
        description=lazy("It is kept in the audit trail, with both names."),
    )


class SitesForm(Form):
    """Which sites offer a schedule, and why. The view sets the choices of `site_ids`."""

    site_ids = SelectMultipleField(
        lazy("Sites that offer it"), coerce=int, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    reason = StringField(
        lazy("Why"),
        validators=[InputRequired(lazy("Say why in a few words.")), Length(max=200)],
        description=lazy("It is kept in the audit trail."),
    )


class FileForm(Form):
    """The file of a schedule."""

    document = FileField(
        lazy("File"),
        render_kw={"accept": "application/json,.json"},
        description=lazy("A schedule that this program or another one saved as a .json file."),
    )
