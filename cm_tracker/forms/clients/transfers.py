"""Forms for moving a client to another site, and for correcting a client's code."""

from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from cm_tracker.forms.base import DayField, OnceForm, radio
from cm_tracker.i18n import lazy


class TransferForm(OnceForm):
    """A transfer to another site."""

    to_site_id = radio(lazy("To which site?"), [], coerce=int, validators=[InputRequired(lazy("Choose a site."))])
    first_day = DayField(
        lazy("First day there"),
        validators=[InputRequired(lazy("Enter the first day as a date."))],
        description=lazy("Today or a day before. The client belongs to the other site as soon as you save."),
    )
    note = TextAreaField(
        lazy("Why, in a few words"),
        validators=[InputRequired(lazy("Say why, in a few words.")), Length(max=1900)],
        render_kw={"rows": 2},
        description=lazy("Leads, auditors and administrators of both sites can read it: no names."),
    )


class CodeForm(OnceForm):
    """The right code of a client."""

    code = StringField(
        lazy("New client code"),
        validators=[InputRequired(lazy("Enter a client code.")), Length(max=20)],
        description=lazy(
            "What the client types at the kiosk from now on. Letters, digits and hyphens; no part of their name."
        ),
        render_kw={"autocapitalize": "characters", "autocomplete": "off"},
    )
    reason = TextAreaField(
        lazy("Why, in a few words"),
        validators=[InputRequired(lazy("Say why, in a few words.")), Length(max=1900)],
        render_kw={"rows": 2},
        description=lazy("Leads, auditors and administrators can read it: no names."),
    )
