"""The forms with which a lead tries a schedule: what invented clients do, and which real visits are replayed."""

import re
from typing import Any

from wtforms import StringField
from wtforms.validators import Length, Optional, StopValidation, ValidationError

from cm_tracker.domain.simulation.assumptions import OF, Assumptions
from cm_tracker.forms.base import ChoiceFilterForm, DayField, WholeNumber, filter_select
from cm_tracker.i18n import gettext, lazy

MOST_TOGETHER = 500
MOST_CODES = 20
TOO_MANY_CODES = lazy("Enter up to 20 codes.")
_SHARE = re.compile(r"([0-9]{1,3})(?:[.,]([0-9]))?\s*%?\Z")


class ShareField(StringField):
    """How many of every 100, from 0 to 100 with at most one decimal. Its data are of every 1,000."""

    # A validator of the field says what to enter.
    data: Any

    def __init__(self, label: str, **more: Any) -> None:
        def check(form: Any, field: Any) -> None:
            if field.data is None:
                raise StopValidation(gettext("Enter a number from 0 to 100, such as 62 or 2.5."))

        super().__init__(label, validators=[check], render_kw={"inputmode": "decimal", "autocomplete": "off"}, **more)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number. Other text becomes None."""
        if not valuelist:
            return
        found = _SHARE.match(str(valuelist[0]).strip())
        share = int(found[1]) * 10 + int(found[2] or 0) if found else OF + 1
        self.data = share if share <= OF else None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        whole, tenth = divmod(self.data or 0, 10)
        return f"{whole}.{tenth}" if tenth else str(whole)


class TrialForm(ChoiceFilterForm):
    """What is assumed of invented clients. A field that the address does not have keeps what is taken over."""

    first = ShareField(lazy("The first one"))
    after_negative = ShareField(lazy("After a negative"))
    after_other = ShareField(lazy("After anything else"))
    excused = ShareField(lazy("Excused"))
    missed = ShareField(lazy("Missed"))
    stops = ShareField(lazy("Stop coming, a week"))
    attends = ShareField(lazy("Come to what is no test"))
    spends = ShareField(lazy("Spent of the points, a week"))
    together = WholeNumber(
        lazy("Begin together"), default=60, render_kw={"inputmode": "numeric", "autocomplete": "off"}
    )

    def validate_missed(self, field: Any) -> None:
        """Raise `ValidationError` where more than all visits would be excused or missed."""
        if field.data is not None and self.excused.data is not None and field.data + self.excused.data > OF:
            raise ValidationError(gettext("Excused and missed visits are more than 100 of 100."))

    def validate_together(self, field: Any) -> None:
        """Raise `ValidationError` for a number of clients that cannot begin."""
        if field.data is None or not 1 <= field.data <= MOST_TOGETHER:
            raise ValidationError(gettext("Enter a whole number from 1 to %(most)s.", most=MOST_TOGETHER))

    @property
    def assumptions(self) -> Assumptions:
        """Return what is assumed, where every field is right."""
        return Assumptions(
            first=self.first.data,
            after_negative=self.after_negative.data,
            after_other=self.after_other.data,
            excused=self.excused.data,
            missed=self.missed.data,
            stops=self.stops.data,
            attends=self.attends.data,
            spends=self.spends.data,
        )


class BackTestForm(ChoiceFilterForm):
    """Which visits are replayed. Its values are in the URL, so it has codes and days, and never a name."""

    site_id = filter_select(lazy("Site"))
    since = DayField(lazy("From"), validators=[Optional()])
    until = DayField(lazy("To"), validators=[Optional()])
    codes = StringField(
        lazy("Client codes"),
        validators=[Length(max=400, message=TOO_MANY_CODES)],
        render_kw={"autocomplete": "off", "placeholder": lazy("Everybody")},
    )

    def validate_until(self, field: Any) -> None:
        """Raise `ValidationError` if the days are not in order, or more than a year."""
        if self.since.data and field.data and field.data < self.since.data:
            raise ValidationError(gettext("The last day is before the first. Change one of the two."))
        if self.since.data and field.data and (field.data - self.since.data).days > 366:
            raise ValidationError(gettext("Choose a year or less."))

    def validate_codes(self, field: Any) -> None:
        """Raise `ValidationError` for more codes than are looked for at once."""
        if len(self.chosen_codes) > MOST_CODES:
            raise ValidationError(str(TOO_MANY_CODES))

    @property
    def chosen_codes(self) -> tuple[str, ...]:
        """Return the codes that were typed, with spaces or commas between them."""
        return tuple(dict.fromkeys(re.split(r"[\s,;]+", (self.codes.data or "").strip()))) if self.codes.data else ()
