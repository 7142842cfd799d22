"""Forms for what happens to an enrollment: it ends, is paused, is resumed, or moves to another version."""

import re
from typing import Any

from wtforms import HiddenField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from cm_tracker.domain.clients import events
from cm_tracker.domain.visits.enrollment_events import MOST_MOVES
from cm_tracker.forms.base import DayField, OnceForm, PlainForm, filter_select, radio, select

_CHOICE = re.compile(r"[0-9]{1,18}:[0-9a-f]{32}")

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


class MoveFilterForm(PlainForm):
    """To which version and from which day on the clients of a version move. It is in the URL."""

    to = filter_select("To")
    from_day = DayField(
        "From",
        validators=[InputRequired("Enter the first day as a date.")],
        description="Visits before this day keep what they earned under the old version.",
    )


class MoveListForm(OnceForm):
    """The moves that were chosen. Each choice is an enrollment with the fingerprint of what its line showed."""

    choice = SelectMultipleField("Clients to move", validate_choice=False)
    note = TextAreaField(
        "Why, in a few words",
        validators=[InputRequired("Say why, in a few words."), Length(max=1900)],
        render_kw={"rows": 2},
        description="It is kept with each client's move. Leads, auditors and administrators can read it: no names.",
    )

    def validate_choice(self, field: Any) -> None:
        """Raise `ValidationError` for no choice, for more than fit on a page, and for what no page has sent."""
        if not field.data:
            raise ValidationError("Choose who is moved.")
        if len(field.data) > MOST_MOVES or not all(_CHOICE.fullmatch(choice) for choice in field.data):
            raise ValidationError("Load the page again, and choose from its list.")

    @property
    def shown_by_enrollment(self) -> dict[int, str]:
        """Return the fingerprints that the chosen lines showed, by enrollment."""
        return {
            int(enrollment): shown for enrollment, shown in (choice.split(":") for choice in self.choice.data or ())
        }


class WithdrawForm(EventForm):
    """The withdrawal of an event that was entered by mistake."""
