"""Forms for what happens to an enrollment: it ends, is paused, is resumed, or moves to another version."""

from wtforms import HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from cm_tracker.domain.clients import events
from cm_tracker.forms.base import DayField, OnceForm, radio, select

END_REASONS = {
    events.COMPLETED: "Completed the program",
    events.MOVED_DOWN: "Moved to less intensive care",
    events.MOVED_UP: "Moved to more intensive care",
    events.LEFT: "Left the program",
    events.DISCHARGED: "Discharged by the clinic",
    events.DIED: "Died",
    events.MISTAKE: "Entered by mistake",
}


class EventForm(OnceForm):
    """A form whose changes are shown before they are saved. `shown` is the fingerprint of the shown changes."""

    shown = HiddenField(validators=[Length(max=64)])
    note = TextAreaField(
        "Why, in a few words",
        validators=[InputRequired("Say why, in a few words."), Length(max=1900)],
        render_kw={"rows": 2},
        description="Leads, auditors and administrators can read it: no names.",
    )


class EndForm(EventForm):
    """The end of an enrollment."""

    reason = radio("Why does it end?", END_REASONS.items(), validators=[InputRequired("Choose why it ends.")])
    last_day = DayField(
        "Last day",
        validators=[InputRequired("Enter the last day as a date.")],
        description="Visits up to this day still belong to the enrollment.",
    )


class PauseForm(EventForm):
    """A pause, with a last day or until it is resumed."""

    first_day = DayField("First day away", validators=[InputRequired("Enter the first day as a date.")])
    last_day = DayField(
        "Last day away", validators=[Optional()], description="Leave it empty if nobody knows yet. You resume it then."
    )


class ResumeForm(EventForm):
    """The end of a pause."""

    first_day_back = DayField(
        "First day back",
        validators=[InputRequired("Enter the first day back as a date.")],
        description="The first day that counts again.",
    )


class MoveForm(EventForm):
    """A move to another published version."""

    schedule_version_id = select("Schedule", coerce=int, validators=[InputRequired("Choose a schedule.")])
    from_day = DayField(
        "From",
        validators=[InputRequired("Enter the first day as a date.")],
        description="Visits before this day keep what they earned under the old version.",
    )


class WithdrawForm(EventForm):
    """The withdrawal of an event that was entered by mistake."""
