"""Forms for the services of a site."""

from collections.abc import Iterable, Mapping
from datetime import date, time
from functools import cache
from types import MappingProxyType
from typing import Any

from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from cm_tracker.domain.day.billing_codes import MOST_CODE
from cm_tracker.domain.day.services import MOST_CAPACITY, MOST_NAME, MOST_PLACE, WEEKDAYS, Meeting, Service
from cm_tracker.forms.base import DayField, Form, OnceForm, WholeNumber, radio, select
from cm_tracker.forms.day.times import ClockField, LengthField
from cm_tracker.i18n import gettext, lazy

NOBODY = ""


class ServiceForm(OnceForm):
    """A service with its weekdays. `service_form` adds a tick and a time for each of them.

    `known` are the times that the form was opened with: a time whose tick was taken away may stay in its field.
    """

    known: Mapping[int, time] = MappingProxyType({})

    shown = HiddenField(validators=[Length(max=64)])

    name = StringField(
        lazy("Name"),
        validators=[InputRequired(lazy("Give the service a name that clients know it by.")), Length(max=MOST_NAME)],
        description=lazy(
            "As clients know it, such as: Evening group. Name no substance: it is on a client’s printed week."
        ),
        render_kw={"autocomplete": "off"},
    )
    kind = select(
        lazy("Kind"), validate_choice=False, validators=[InputRequired(lazy("Choose the kind of the service."))]
    )
    leader_id = select(lazy("Who leads it"), validate_choice=False)
    place = StringField(
        lazy("Room, address or link"),
        validators=[Length(max=MOST_PLACE)],
        description=lazy("For telehealth, the link that clients open."),
        render_kw={"autocomplete": "off"},
    )
    capacity = WholeNumber(
        lazy("Places (optional)"),
        description=lazy("How many clients can come at a time."),
        render_kw={"min": 1, "max": MOST_CAPACITY, "class": "short"},
    )
    minutes = LengthField(
        lazy("Length"),
        validators=[InputRequired(lazy("Enter how long it lasts, such as 2 h or 45 min."))],
        description=lazy("On each of its weekdays, such as 2 h, 1 h 30 min or 45 min."),
        render_kw={"autocomplete": "off", "class": "short"},
    )
    weekdays = HiddenField(lazy("Weekdays and times"))
    from_on = DayField(lazy("From"), validators=[InputRequired(lazy("Enter the first day as a date."))])
    until_on = DayField(lazy("Until (optional)"), validators=[Optional()])

    def validate_capacity(self, field: Any) -> None:
        """Raise `ValidationError` for text that is no number."""
        if field.data is None and field.raw_data and str(field.raw_data[0]).strip():
            raise ValidationError(gettext("Enter the number of places as a whole number, or leave it empty."))

    @property
    def leader(self) -> int | None:
        """Return the id of who leads the service, or None. A text that is no id becomes one that nobody has."""
        text = self.leader_id.data or NOBODY
        if text == NOBODY:
            return None
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0

    def meetings(self, *, is_draft: bool = False) -> list[Meeting]:
        """Return the meetings of the weekdays that are ticked.

        Those of a draft are for a check of the form only: what is missing in them has a problem at its own field.
        """
        fallback, first_day = time(0), date.min
        return [
            Meeting(
                number,
                (self[f"time_{number}"].data or fallback) if is_draft else self[f"time_{number}"].data,
                (self.minutes.data or 60) if is_draft else self.minutes.data,
                (self.from_on.data or first_day) if is_draft else self.from_on.data,
                self.until_on.data,
            )
            for number in WEEKDAYS
            if self[f"day_{number}"].data
        ]

    def fill(self, service: Service, meetings: Iterable[Meeting]) -> None:
        """Show a service as it is, with the meetings that a change begins with."""
        self.name.data, self.kind.data, self.place.data = service.name, service.kind, service.place
        self.leader_id.data = NOBODY if service.leader_id is None else str(service.leader_id)
        self.capacity.data, self.shown.data = service.capacity, service.fingerprint
        for one in meetings:
            self[f"day_{one.weekday}"].data = True
            self[f"time_{one.weekday}"].data = one.time_of_day
            self.minutes.data, self.until_on.data = one.minutes, one.until_on


def _check_time(form: Any, field: Any) -> None:
    """Raise `ValidationError` for a ticked day without a time, and for a new time without a tick."""
    if field.errors:
        return
    number = int(field.name.removeprefix("time_"))
    day = form[f"day_{number}"]
    if day.data and field.data is None:
        raise ValidationError(gettext("Enter the time on %(weekday)s, such as 9:30 or 1 pm.", weekday=day.label.text))
    if not day.data and field.data is not None and form.known.get(number) != field.data:
        raise ValidationError(gettext("Tick %(weekday)s too, or empty its time.", weekday=day.label.text))


@cache
def service_form(weekday_names: tuple[str, ...]) -> type[ServiceForm]:
    """Return the form of a service, with a tick and a time for each weekday, by its name in the current language."""

    class WeekForm(ServiceForm):
        pass

    for number, name in enumerate(weekday_names):
        setattr(WeekForm, f"day_{number}", BooleanField(name))
        label = gettext("Time on %(weekday)s", weekday=name)
        clock = ClockField(label, validators=[_check_time], render_kw={"autocomplete": "off"})
        setattr(WeekForm, f"time_{number}", clock)
    return WeekForm


class RetireServiceForm(Form):
    """The last day of a service that is retired."""

    last_day = DayField(lazy("Last day"), validators=[InputRequired(lazy("Enter the last day as a date."))])


def _code(label: str, description: str) -> StringField:
    return StringField(
        label,
        validators=[Length(max=MOST_CODE)],
        description=description,
        render_kw={"autocomplete": "off", "class": "short"},
    )


class CodesForm(OnceForm):
    """The codes with which a service is billed."""

    procedure = _code(
        lazy("Procedure code"), lazy("Such as H0050, or H0050:HF with a modifier. Units are of 15 minutes.")
    )
    positive = _code(lazy("Diagnosis code of a positive test"), lazy("Empty unless the payer asks for it."))
    negative = _code(lazy("Diagnosis code of a negative test"), lazy("Empty unless the payer asks for it."))


class SampleForm(OnceForm):
    """A sample week, and the day from which its services meet."""

    sample = radio(lazy("Sample week"), (), validate_choice=False)
    from_on = DayField(lazy("They meet from"), validators=[InputRequired(lazy("Enter the first day as a date."))])
