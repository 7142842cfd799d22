"""Forms of the day: what staff say of one slot."""

from wtforms import HiddenField, StringField, SubmitField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Length, Optional

from cm_tracker.forms.base import DayField, OnceForm, WholeNumber, select
from cm_tracker.forms.visits.visits import EXCUSES
from cm_tracker.i18n import lazy

# What a row of a sheet says of somebody who is not here. Another reason needs a note, and the day has a form for it.
NOT_HERE = (
    ("", "–"),
    ("none", lazy("Without excuse")),
    *((key, word) for key, word in EXCUSES.items() if key != "other"),
)


class SlotForm(OnceForm):
    """What staff say of a slot: `way` is the button that they pressed. `seen` is the newest note that the page showed."""

    enrollment_id = WholeNumber(validators=[InputRequired()])
    service_id = WholeNumber(validators=[InputRequired()])
    on_day = DayField(lazy("Day"), validators=[InputRequired()])
    seen = WholeNumber(validators=[InputRequired()])
    way = StringField(validators=[InputRequired(lazy("Say what happened.")), Length(max=20)])
    excuse = select(lazy("Reason"), [("", lazy("Choose a reason")), *EXCUSES.items()], default="")
    note = TextAreaField(lazy("Note"), validators=[Length(max=2000)], render_kw={"rows": 2})
    at = TimeField(lazy("Comes at"), validators=[Optional()])
    arrived = TimeField(lazy("Came at"), validators=[Optional()])
    left = TimeField(lazy("Left at"), validators=[Optional()])
    to_day = DayField(lazy("Comes on"), validators=[Optional()])
    asks = HiddenField(validators=[Length(max=20)])


class SheetForm(OnceForm):
    """The sheet of a group. Its rows have fields of their own; here is whoever comes without being expected."""

    code = StringField(
        lazy("Someone else is here"),
        validators=[Length(max=40)],
        render_kw={"autocomplete": "off", "data-scan": True, "data-card": True, "placeholder": lazy("Client code")},
    )
    add = SubmitField(lazy("Add"))


class CloseForm(OnceForm):
    """Closing a day. Each open slot has fields of its own: what happened, and the reason of an excuse."""


class CallForm(OnceForm):
    """What staff say of a call. `seen` is the newest word about it that the page showed."""

    enrollment_id = WholeNumber(validators=[InputRequired()])
    on_day = DayField(lazy("Day"), validators=[InputRequired()])
    seen = WholeNumber(validators=[InputRequired()])
    outcome = StringField(validators=[InputRequired(lazy("Say what came of the call.")), Length(max=20)])
    excuse = select(lazy("Reason"), [("", lazy("Choose a reason")), *EXCUSES.items()], default="")


class ClosedDayForm(OnceForm):
    """Excusing everybody who was expected on a closed day. It has no field: the page shows who they are."""


class WeekHoursForm(OnceForm):
    """Recording the hours of weeks that are over. Each week has a field of its own with the hours that were shown."""
