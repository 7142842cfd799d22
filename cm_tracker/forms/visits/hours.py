"""Forms for the hours of a program week."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from cm_tracker import i18n
from cm_tracker.domain.errors import BadInput, Refused
from cm_tracker.domain.visits.evidence import Hours
from cm_tracker.domain.visits.hours import check_plausible, minutes_of
from cm_tracker.forms.base import choices, select
from cm_tracker.forms.visits.corrections import reason_field
from cm_tracker.forms.visits.visits import ShownForm
from cm_tracker.i18n import lazy


class TimeSpanField(StringField):
    """A time in hours and minutes; its data are the minutes, or None. It shows the text as it was typed."""

    # A validator of the form decides whether it may be None.
    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the time. Raise `ValueError` with the sentence of `minutes_of` for other text."""
        if not valuelist:
            return
        self.data = None
        text = str(valuelist[0])
        if text.strip():
            try:
                self.data = minutes_of(text[:40])
            except BadInput as error:
                raise ValueError(error.message(i18n)) from None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data // 60}:{self.data % 60:02}"


def _time(label: str, description: str, **more: Any) -> TimeSpanField:
    attributes = {"autocomplete": "off", "inputmode": "text", "class": "short"}
    return TimeSpanField(label, description=description, render_kw=attributes, **more)


class MinutesForm(ShownForm):
    """The time of a week: attended, excused, and expected.

    `confirmed` is the tick that a time beyond what is plausible is right. It names the time, so that it confirms no
    other one.
    """

    attended = _time(
        lazy("Attended"),
        lazy("Such as 7:30 or 7.5."),
        validators=[InputRequired(lazy("Enter the time as 7:30, or as 7.5."))],
    )
    excused = _time(lazy("Excused"), lazy("Missed, with an excuse."), default=0)
    expected = _time(
        lazy("Expected"),
        lazy("By the client’s plan."),
        validators=[InputRequired(lazy("Enter the time as 7:30, or as 7.5. If nothing was expected, enter 0."))],
    )

    confirmed = StringField(validators=[Length(max=40)])

    @property
    def to_confirm(self) -> str:
        """What the tick sends: the time that stands in the form."""
        return f"{self.hours.attended}-{self.hours.expected}"

    @property
    def is_confirmed(self) -> bool:
        """Whether somebody has said that the time in the form is right."""
        return bool(self.confirmed.data == self.to_confirm)

    @property
    def is_doubtful(self) -> bool:
        """Whether the form asks if its time is right."""
        try:
            check_plausible(self.hours)
        except Refused:
            return True
        return False

    @property
    def hours(self) -> Hours:
        """The minutes that were entered. An empty time counts as none."""
        return Hours(self.attended.data or 0, self.excused.data or 0, self.expected.data or 0)


class HoursForm(MinutesForm):
    """The hours of a program week. `week` is the day on which its result stands.

    The operation checks it, because a week that was entered meanwhile is no longer in the list.
    """

    week = select(lazy("Week"), validate_choice=False, validators=[InputRequired(lazy("Choose the week."))])
    note = TextAreaField(
        lazy("Note"),
        validators=[Length(max=2000)],
        render_kw={"rows": 2},
        description=lazy("Kept apart from the ledger."),
    )

    def offer(self, weeks: Iterable[tuple[date, str]]) -> None:
        """Set the weeks to choose from: the last day of each, and its label."""
        self.week.choices = choices([(last_day.isoformat(), label) for last_day, label in weeks])


class HoursCorrectionForm(MinutesForm):
    """The hours of a week as they are right, and why they are corrected."""

    words = reason_field(lazy("Why is it corrected?"))

    def reason(self) -> str:
        """Return the text that the lead wrote."""
        return (self.words.data or "").strip()
