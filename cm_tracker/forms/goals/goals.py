"""Forms of a client's goals, and of the list that leads keep."""

from typing import Any

from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from cm_tracker.domain.goals.goals import MOST_STEP
from cm_tracker.domain.goals.listed import MOST_TITLE
from cm_tracker.forms.base import DayField, Form, OnceForm, WholeNumber, id_in, radio, select
from cm_tracker.i18n import gettext, lazy

OWN_WORDS = "own"
NOTHING = ""


class GoalForm(OnceForm):
    """A goal: one of the list or own words, its steps, its due day, and what it pays through."""

    listed_id = select(lazy("Goal"), validate_choice=False)
    title = StringField(
        lazy("In own words"),
        validators=[Length(max=MOST_TITLE)],
        description=lazy("Only where the list has nothing that fits. Names of other people do not belong here."),
        render_kw={"autocomplete": "off"},
    )
    kind = select(lazy("Kind, for own words"), validate_choice=False)
    steps = TextAreaField(
        lazy("Steps (optional)"),
        validators=[Length(max=20 * MOST_STEP)],
        description=lazy("One on each line. Staff tick them one by one."),
        render_kw={"rows": 4},
    )
    due_on = DayField(lazy("Due day"), validators=[InputRequired(lazy("Enter the due day as a date."))])
    behavior = radio(lazy("What it pays"), (), validate_choice=False, default=NOTHING)

    def validate_title(self, field: Any) -> None:
        """Raise `ValidationError` for own words beside a goal of the list."""
        if self.listed is not None and (field.data or "").strip():
            raise ValidationError(gettext("You chose a goal of the list. Empty this field, or choose “In own words”."))

    @property
    def listed(self) -> int | None:
        """Return the goal of the list that was chosen, or None for own words."""
        return id_in(self.listed_id.data)

    @property
    def lines(self) -> list[str]:
        """Return the steps that were typed."""
        return [line.strip() for line in (self.steps.data or "").splitlines() if line.strip()]


class MeetForm(OnceForm):
    """A goal is met: when, what staff saw, and whether it is paid."""

    seen = WholeNumber()
    on_day = DayField(lazy("Met on"), validators=[InputRequired(lazy("Enter the day as a date."))])
    evidence = TextAreaField(
        lazy("What did you see?"),
        validators=[Length(max=2000)],
        description=lazy(
            "The evidence, such as a letter, a certificate or a call. Names of other people do not belong here."
        ),
        render_kw={"rows": 3},
    )
    is_paid = radio(lazy("What it pays"), (), validate_choice=False, default="yes")


class MoveGoalForm(OnceForm):
    """Another due day for a goal."""

    seen = WholeNumber()
    due_on = DayField(lazy("New due day"), validators=[InputRequired(lazy("Enter the new day as a date."))])
    note = TextAreaField(lazy("Why (optional)"), validators=[Length(max=2000)], render_kw={"rows": 2})


class DropForm(OnceForm):
    """A goal is dropped."""

    seen = WholeNumber()
    reason = TextAreaField(lazy("Why is it dropped?"), validators=[Length(max=2000)], render_kw={"rows": 3})


class StepForm(OnceForm):
    """One more step of a goal."""

    step = StringField(lazy("One more step"), validators=[Length(max=MOST_STEP)], render_kw={"autocomplete": "off"})


class TickForm(OnceForm):
    """The ticks of a goal's steps: the button that was pressed is the step, and whether it is done now."""

    step = StringField(validators=[InputRequired(), Length(max=30)])

    @property
    def step_id(self) -> int:
        """Return the id of the step, 0 for a text that is no id."""
        return id_in(str(self.step.data or "").partition("-")[0]) or 0

    @property
    def is_done(self) -> bool:
        """Return whether the step is done now."""
        return str(self.step.data or "").endswith("-done")


class ListedGoalForm(OnceForm):
    """A goal of the list: its kind and its words."""

    kind = select(lazy("Kind"), validate_choice=False, validators=[InputRequired(lazy("Choose the kind of the goal."))])
    title = StringField(
        lazy("Goal"),
        validators=[InputRequired(lazy("Give the goal its words.")), Length(max=MOST_TITLE)],
        description=lazy("As it is read out to a client, such as: Find a sponsor or a mentor."),
        render_kw={"autocomplete": "off"},
    )


class ButtonForm(OnceForm):
    """A button that does one thing once."""


class RetireForm(Form):
    """The button that takes a goal out of the list."""
