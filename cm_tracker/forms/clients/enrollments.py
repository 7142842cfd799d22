"""Forms for what happens to an enrollment: it ends, is paused, is resumed, or moves to another version."""

import re
from typing import Any

from wtforms import HiddenField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from cm_tracker.domain.clients import events
from cm_tracker.domain.visits.enrollment_events import MOST_MOVES
from cm_tracker.forms.base import DayField, OnceForm, PlainForm, filter_select, radio, select
from cm_tracker.i18n import gettext, lazy

_CHOICE = re.compile(r"[0-9]{1,18}:[0-9a-f]{32}")

END_REASONS = {
    events.COMPLETED: lazy("Completed the program"),
    events.MOVED_DOWN: lazy("Moved to less intensive care"),
    events.MOVED_UP: lazy("Moved to more intensive care"),
    events.LEFT: lazy("Left the program"),
    events.DISCHARGED: lazy("Discharged by the clinic"),
    events.DIED: lazy("Died"),
    events.MISTAKE: lazy("Entered by mistake"),
}


class EventForm(OnceForm):
    """A form whose changes are shown before they are saved. `shown` is the fingerprint of the shown changes."""

    shown = HiddenField(validators=[Length(max=64)])
    note = TextAreaField(
        lazy("Why, in a few words"),
        validators=[InputRequired(lazy("Say why, in a few words.")), Length(max=1900)],
        render_kw={"rows": 2},
        description=lazy("Leads, auditors and administrators can read it: no names."),
    )


class EndForm(EventForm):
    """The end of an enrollment."""

    reason = radio(
        lazy("Why does it end?"), END_REASONS.items(), validators=[InputRequired(lazy("Choose why it ends."))]
    )
    last_day = DayField(
        lazy("Last day"),
        validators=[InputRequired(lazy("Enter the last day as a date."))],
        description=lazy("Visits up to this day still belong to the enrollment."),
    )


class PauseForm(EventForm):
    """A pause, with a last day or until it is resumed."""

    first_day = DayField(lazy("First day away"), validators=[InputRequired(lazy("Enter the first day as a date."))])
    last_day = DayField(
        lazy("Last day away"),
        validators=[Optional()],
        description=lazy("Leave it empty if nobody knows yet. You resume it then."),
    )


class ResumeForm(EventForm):
    """The end of a pause."""

    first_day_back = DayField(
        lazy("First day back"),
        validators=[InputRequired(lazy("Enter the first day back as a date."))],
        description=lazy("The first day that counts again."),
    )


class MoveForm(EventForm):
    """A move to another published version."""

    schedule_version_id = select(lazy("Schedule"), coerce=int, validators=[InputRequired(lazy("Choose a schedule."))])
    from_day = DayField(
        lazy("From"),
        validators=[InputRequired(lazy("Enter the first day as a date."))],
        description=lazy("Visits before this day keep what they earned under the old version."),
    )


class MoveFilterForm(PlainForm):
    """To which version and from which day on the clients of a version move. It is in the URL."""

    to = filter_select(lazy("To which version"))
    from_day = DayField(
        lazy("From"),
        validators=[InputRequired(lazy("Enter the first day as a date."))],
        description=lazy("Visits before this day keep what they earned under the old version."),
    )


class MoveListForm(OnceForm):
    """The moves that were chosen. Each choice is an enrollment with the fingerprint of what its line showed."""

    choice = SelectMultipleField(lazy("Clients to move"), validate_choice=False)
    note = TextAreaField(
        lazy("Why, in a few words"),
        validators=[InputRequired(lazy("Say why, in a few words.")), Length(max=1900)],
        render_kw={"rows": 2},
        description=lazy(
            "It is kept with each client's move. Leads, auditors and administrators can read it: no names."
        ),
    )

    def validate_choice(self, field: Any) -> None:
        """Raise `ValidationError` for no choice, for more than fit on a page, and for what no page has sent."""
        if not field.data:
            raise ValidationError(gettext("Choose who is moved."))
        if len(field.data) > MOST_MOVES or not all(_CHOICE.fullmatch(choice) for choice in field.data):
            raise ValidationError(gettext("Load the page again, and choose from its list."))

    @property
    def shown_by_enrollment(self) -> dict[int, str]:
        """Return the fingerprints that the chosen lines showed, by enrollment."""
        return {
            int(enrollment): shown for enrollment, shown in (choice.split(":") for choice in self.choice.data or ())
        }


class WithdrawForm(EventForm):
    """The withdrawal of an event that was entered by mistake."""
