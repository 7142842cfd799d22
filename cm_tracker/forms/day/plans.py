"""The form of a client's plan: level of care, hours, and for each service of the site its weekdays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

from wtforms import SelectMultipleField, StringField, SubmitField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Length, Optional, StopValidation
from wtforms.widgets import CheckboxInput, HiddenInput

from cm_tracker.domain.day.plans import FIRST, PlanItem
from cm_tracker.forms.base import DayField, OnceForm, WholeNumber, choices, radio, select
from cm_tracker.i18n import gettext, lazy

FIXED, DRAWN = "fixed", "drawn"
DAY_BETWEEN = 24
"""So many hours lie between two drawn tests, unless somebody says otherwise or the schedule asks for more."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A service that a plan can have: its weekdays with their labels, and the tracks that it can count for.

    `least_hours` are by track the fewest hours between two drawn tests.
    """

    service_id: int
    name: str
    is_test: bool
    weekdays: Sequence[tuple[int, str]]
    tracks: Sequence[tuple[str, str]]
    least_hours: Mapping[str, int]

    @property
    def only_track(self) -> str | None:
        """Return the track that is chosen for the user, where there is one, or None."""
        return self.tracks[0][0] if len(self.tracks) == 1 else None

    @property
    def hours_between(self) -> int:
        """Return the hours between two drawn tests with which the form opens."""
        return max(DAY_BETWEEN, *self.least_hours.values(), 0)


class PlanForm(OnceForm):
    """The fields that every plan has. `plan_form` adds those of the site's services."""

    shown = WholeNumber(widget=HiddenInput())
    level = radio(lazy("Level of care"), (), validators=[InputRequired(lazy("Choose the level of care."))])
    hours_required = WholeNumber(
        lazy("Hours required a week"),
        render_kw={"inputmode": "numeric", "class": "short", "autocomplete": "off"},
        description=lazy("Groups and sessions. A test visit is no hour of care."),
    )
    # The domain checks it: the first plan's form may be sent again, after the page offers other reasons.
    reason = radio(
        lazy("Why does the plan change?"),
        (),
        validate_choice=False,
        validators=[InputRequired(lazy("Choose why the plan changes."))],
    )
    from_on = DayField(lazy("From"), validators=[InputRequired(lazy("Enter the first day as a date."))])
    note = TextAreaField(
        lazy("Note (optional)"),
        validators=[Optional(), Length(max=1900)],
        render_kw={"rows": 2},
        description=lazy("Everybody who sees the plan can read it."),
    )
    # No control of its own: what is wrong with the services as a whole stands above them.
    services = StringField(lazy("Services"))
    # Shows the hours of what is ticked, where the page has no script.
    count = SubmitField(lazy("Count the hours"))

    offered: Sequence[Offered] = ()

    def validate_hours_required(self, field: Any) -> None:
        """Raise `StopValidation` for other text than a whole number."""
        if field.data is None:
            raise StopValidation(gettext("Enter the hours as a whole number. Enter 0 if none are required."))

    def part(self, name: str, offered: Offered) -> Any:
        """Return a field of a service by the first part of its name, or None where the service has no such field."""
        return self._fields.get(f"{name}_{offered.service_id}")

    def items(self) -> tuple[PlanItem, ...]:
        """Return the services whose weekdays are ticked."""
        return tuple(self._item(one) for one in self.offered if self.part("service", one).data)

    def _item(self, offered: Offered) -> PlanItem:
        track, is_drawn = self.part("track", offered), self.is_drawn(offered)
        own_time: time | None = self.part("time", offered).data
        return PlanItem(
            offered.service_id,
            frozenset(self.part("service", offered).data),
            (track.data or None) if track else offered.only_track,
            own_time,
            is_drawn,
            (self.part("between", offered).data or 0) if is_drawn else 0,
        )

    def is_drawn(self, offered: Offered) -> bool:
        """Return whether the program draws the days of a service."""
        how = self.part("how", offered)
        return how is not None and how.data == DRAWN

    def fill(self, level: str, hours_required: int, items: Sequence[PlanItem]) -> None:
        """Fill in a plan. Of a service that the plan has twice, the weekdays are joined."""
        self.level.data, self.hours_required.data = level, hours_required
        for one in self.offered:
            same = [item for item in items if item.service_id == one.service_id]
            if not same:
                continue
            self.part("service", one).data = sorted({weekday for item in same for weekday in item.weekdays})
            self.part("time", one).data = same[0].time_of_day
            if (track := self.part("track", one)) is not None:
                track.data = same[0].behavior or ""
            if (how := self.part("how", one)) is not None and same[0].is_drawn:
                how.data = DRAWN
                self.part("between", one).data = same[0].hours_between


def plan_form(offered: Sequence[Offered], levels: Any, reasons: Any) -> PlanForm:
    """Return the form of a plan with the fields of each service. Without `reasons` it is the first plan."""

    class ServicesForm(PlanForm):
        pass

    for one in offered:
        for name, field in _fields(one).items():
            setattr(ServicesForm, f"{name}_{one.service_id}", field)
    form = ServicesForm()
    form.offered = offered
    form.level.choices = choices(levels)
    form.reason.choices = choices(reasons or [(FIRST, FIRST)])
    if not reasons:
        form.reason.data = FIRST
    return form


def _fields(one: Offered) -> dict[str, Any]:
    """Return the fields of a service. The domain says at `service` what is wrong with it."""
    fields: dict[str, Any] = {
        "service": SelectMultipleField(
            option_widget=CheckboxInput(),
            label=one.name,
            coerce=int,
            choices=choices(one.weekdays),
            validate_choice=False,
            default=[],
        ),
        "time": TimeField(gettext("%(service)s: the client’s own time", service=one.name), validators=[Optional()]),
    }
    if one.tracks and not (one.is_test and one.only_track):
        nothing = ("", gettext("Choose the test") if one.is_test else gettext("Pays nothing"))
        fields["track"] = select(
            gettext("%(service)s: counts for", service=one.name),
            [nothing, *one.tracks],
            default=one.only_track or "",
            validators=[_which_test(one)],
        )
    if one.is_test and one.tracks:
        fields["how"] = radio(
            gettext("%(service)s: days", service=one.name),
            [
                (FIXED, gettext("On each ticked weekday")),
                (DRAWN, gettext("Drawn by the program from the ticked weekdays")),
            ],
            default=FIXED,
            validators=[Optional()],
        )
        fields["between"] = WholeNumber(
            gettext("%(service)s: hours between two drawn tests", service=one.name),
            default=one.hours_between,
            validators=[_hours_between(one)],
            render_kw={"inputmode": "numeric", "class": "short", "autocomplete": "off"},
        )
    return fields


def _which_test(one: Offered) -> Any:
    def check(form: PlanForm, field: Any) -> None:
        if one.is_test and not field.data and form.part("service", one).data:
            raise StopValidation(gettext("Choose the test that is made at this visit."))

    return check


def _hours_between(one: Offered) -> Any:
    def check(form: PlanForm, field: Any) -> None:
        if field.data is None and form.is_drawn(one) and form.part("service", one).data:
            raise StopValidation(gettext("Enter the hours as a whole number, such as 48."))

    return check
