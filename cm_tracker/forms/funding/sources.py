"""Forms of the sources of money, of who pays for an enrollment, and the filter of a tax year."""

from datetime import date
from typing import Any

from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, StopValidation

from cm_tracker.domain.funding.sources import DONATION, GRANT, MEDICAID, MOST_BUYS, MOST_CENTS, MOST_NAME, OTHER
from cm_tracker.forms.base import (
    ChoiceFilterForm,
    DayField,
    MoneyField,
    OnceForm,
    WholeNumber,
    filter_select,
    radio,
    select,
)
from cm_tracker.i18n import lazy

KINDS = {GRANT: lazy("Grant"), MEDICAID: lazy("Medicaid"), DONATION: lazy("Donation"), OTHER: lazy("Other")}
_CALENDAR, _OWN, _NONE = "calendar", "own", "none"
_MONTHS = (
    lazy("January"), lazy("February"), lazy("March"), lazy("April"), lazy("May"), lazy("June"), lazy("July"),
    lazy("August"), lazy("September"), lazy("October"), lazy("November"), lazy("December"),
)  # fmt: skip


class _EmptyOr:
    """Stop the validation of an amount that is left empty: then there is no limit."""

    def __call__(self, _form: Any, field: Any) -> None:
        if not field.raw_data or not str(field.raw_data[0]).strip():
            field.errors = []
            raise StopValidation


class TermsForm(OnceForm):
    """The terms of a source from a day on."""

    client_cents = MoneyField(
        lazy("For a client in a year, in {currency}"), [_EmptyOr()], least=1, most=MOST_CENTS,
        description=lazy("Leave it empty for no limit."),
    )  # fmt: skip
    total_cents = MoneyField(
        lazy("For all clients in a year, in {currency}"), [_EmptyOr()], least=1, most=MOST_CENTS,
        description=lazy("Leave it empty for no limit."),
    )  # fmt: skip
    budget_cents = MoneyField(
        lazy("Budget for purchases in a year, in {currency}"), [_EmptyOr()], least=1, most=MOST_CENTS,
        description=lazy("What is planned to be bought with it. Leave it empty if nothing is planned."),
    )  # fmt: skip
    buys = TextAreaField(
        lazy("What may be bought"),
        validators=[Length(max=MOST_BUYS)],
        render_kw={"rows": 2},
        description=lazy("In your own words, such as: gift cards for groceries, no cash."),
    )
    from_on = DayField(
        lazy("These terms hold from"),
        validators=[InputRequired(lazy("Enter the first day as a date."))],
        description=lazy("Earlier terms stay in the list."),
    )


class ChangeTermsForm(TermsForm):
    """Other terms, or the end of a source."""

    is_closed = radio(
        lazy("May it be chosen?"),
        [("0", lazy("Yes, for new enrollments")), ("1", lazy("No, it is closed from this day on"))],
        default="0",
    )


class SourceForm(TermsForm):
    """A new source with its first terms. Its year begins on January 1, on a day of its own, or it has none."""

    name = StringField(
        lazy("Name"),
        validators=[InputRequired(lazy("Give it a name.")), Length(max=MOST_NAME)],
        render_kw={"autocomplete": "off"},
    )
    kind = radio(lazy("What is it?"), KINDS.items(), default=GRANT)
    year = radio(
        lazy("Its year"),
        [
            (_CALENDAR, lazy("The calendar year")),
            (_OWN, lazy("A year from another day")),
            (_NONE, lazy("It has no year")),
        ],
        default=_CALENDAR,
    )
    year_month = select(lazy("It begins in"), list(enumerate(_MONTHS, 1)), coerce=int, default=1)
    year_day = WholeNumber(
        lazy("On day"), validators=[Optional(), NumberRange(1, 31, lazy("Enter a day from 1 to 31."))], default=1
    )

    @property
    def first_day(self) -> tuple[int, int] | None:
        """Return the month and the day on which its year begins, or None."""
        if self.year.data == _NONE:
            return None
        return (1, 1) if self.year.data == _CALENDAR else (self.year_month.data, self.year_day.data or 1)

    def begin_with(self, first_day: tuple[int, int] | None, first: date) -> None:
        """Fill in a year, and the day from which on the terms hold."""
        self.year.data = _NONE if first_day is None else _CALENDAR if first_day == (1, 1) else _OWN
        self.year_month.data, self.year_day.data = first_day or (1, 1)
        self.from_on.data = first


class ChooseSourceForm(OnceForm):
    """Who pays for an enrollment, from which day on, and why. 0 is no source."""

    source_id = select(
        lazy("Who pays"),
        coerce=lambda value: int(value) if value not in ("", None) else None,
        validators=[InputRequired(lazy("Choose who pays."))],
    )
    from_on = DayField(lazy("From"), validators=[InputRequired(lazy("Enter the first day as a date."))])
    reason = TextAreaField(
        lazy("Why, in a few words"),
        validators=[InputRequired(lazy("Say why, in a few words.")), Length(max=1900)],
        render_kw={"rows": 2},
        description=lazy("Leads, auditors and administrators can read it: no names."),
    )


class TaxFilterForm(ChoiceFilterForm):
    """Which calendar year, from which total on, and which site."""

    year = filter_select(lazy("Calendar year"))
    least = MoneyField(lazy("From a total of, in {currency}"), [_EmptyOr()], least=0, most=MOST_CENTS)
    site_id = filter_select(lazy("Site"))

    def in_url(self) -> dict[str, str]:
        """Return the filter as URL parameters. The amount is as it was typed."""
        kept = super().in_url()
        kept.pop("least", None)
        typed = self.least.raw_data[0] if self.least.raw_data and not self.least.errors else ""
        return {**kept, **({"least": str(typed)} if typed else {})}
