"""Forms of slips of community meetings."""

from typing import Any

from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from cm_tracker.domain.goals.slips import ACCEPTED, DECLINED, MOST_DAYS_LATE, MOST_WORDS
from cm_tracker.forms.base import DayField, OnceForm, radio, select
from cm_tracker.forms.day.times import ClockField
from cm_tracker.i18n import gettext, lazy

LATER = "later"
DECISIONS = ((ACCEPTED, lazy("Accept it")), (DECLINED, lazy("Do not accept it")))


class DecisionForm(OnceForm):
    """Whether staff accept a slip."""

    decision = radio(lazy("Do you accept it?"), DECISIONS, validate_choice=False, default=ACCEPTED)
    reason = TextAreaField(
        lazy("Why not?"),
        validators=[Length(max=2000)],
        description=lazy("Only for a slip that you do not accept. The client may ask."),
        render_kw={"rows": 2},
    )


class SlipForm(DecisionForm):
    """A slip as it was handed in: which meeting, when, who signed it, and whether staff accept it."""

    service_id = select(lazy("Meeting"), validate_choice=False)
    on_day = DayField(
        lazy("Held on"),
        validators=[InputRequired(lazy("Enter the day of the meeting as a date."))],
    )
    time_of_day = ClockField(
        lazy("At"), validators=[InputRequired(lazy("Enter the time of the meeting, such as 7 pm."))]
    )
    meeting = StringField(
        lazy("Which meeting, as the slip says"),
        validators=[Length(max=MOST_WORDS)],
        description=lazy("Its name or its place."),
        render_kw={"autocomplete": "off"},
    )
    signer = StringField(
        lazy("Who signed it"),
        validators=[Length(max=MOST_WORDS)],
        description=lazy("A first name and an initial are enough."),
        render_kw={"autocomplete": "off"},
    )
    decision = radio(
        lazy("Do you accept it?"), (*DECISIONS, (LATER, lazy("Decide later"))), validate_choice=False, default=ACCEPTED
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.on_day.description = gettext("Up to %(days)s days ago.", days=MOST_DAYS_LATE)
