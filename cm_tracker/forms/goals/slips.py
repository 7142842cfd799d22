"""Forms of slips of community meetings."""

from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from cm_tracker.domain.goals.slips import ACCEPTED, DECLINED, MOST_DAYS_LATE, MOST_WORDS
from cm_tracker.forms.base import DayField, OnceForm, radio, select
from cm_tracker.forms.day.times import ClockField

LATER = "later"
DECISIONS = ((ACCEPTED, "Accept it"), (DECLINED, "Do not accept it"))


class DecisionForm(OnceForm):
    """Whether staff accept a slip."""

    decision = radio("Do you accept it?", DECISIONS, validate_choice=False, default=ACCEPTED)
    reason = TextAreaField(
        "Why not?",
        validators=[Length(max=2000)],
        description="Only for a slip that you do not accept. The client may ask.",
        render_kw={"rows": 2},
    )


class SlipForm(DecisionForm):
    """A slip as it was handed in: which meeting, when, who signed it, and whether staff accept it."""

    service_id = select("Meeting", validate_choice=False)
    on_day = DayField(
        "Held on",
        validators=[InputRequired("Enter the day of the meeting as a date.")],
        description=f"Up to {MOST_DAYS_LATE} days ago.",
    )
    time_of_day = ClockField("At", validators=[InputRequired("Enter the time of the meeting, such as 7 pm.")])
    meeting = StringField(
        "Which meeting, as the slip says",
        validators=[Length(max=MOST_WORDS)],
        description="Its name or its place.",
        render_kw={"autocomplete": "off"},
    )
    signer = StringField(
        "Who signed it",
        validators=[Length(max=MOST_WORDS)],
        description="A first name and an initial are enough.",
        render_kw={"autocomplete": "off"},
    )
    decision = radio(
        "Do you accept it?", (*DECISIONS, (LATER, "Decide later")), validate_choice=False, default=ACCEPTED
    )
