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

KINDS = {GRANT: "Grant", MEDICAID: "Medicaid", DONATION: "Donation", OTHER: "Other"}
_CALENDAR, _OWN, _NONE = "calendar", "own", "none"
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
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
        "For a client in a year, in {currency}", [_EmptyOr()], least=1, most=MOST_CENTS,
        description="Leave it empty for no limit.",
    )  # fmt: skip
    total_cents = MoneyField(
        "For all clients in a year, in {currency}", [_EmptyOr()], least=1, most=MOST_CENTS,
        description="Leave it empty for no limit.",
    )  # fmt: skip
    budget_cents = MoneyField(
        "Budget for purchases in a year, in {currency}", [_EmptyOr()], least=1, most=MOST_CENTS,
        description="What is planned to be bought with it. Leave it empty if nothing is planned.",
    )  # fmt: skip
    buys = TextAreaField(
        "What may be bought",
        validators=[Length(max=MOST_BUYS)],
        render_kw={"rows": 2},
        description="In your own words, such as: gift cards for groceries, no cash.",
    )
    from_on = DayField(
        "These terms hold from",
        validators=[InputRequired("Enter the first day as a date.")],
        description="Earlier terms stay in the list.",
    )


class ChangeTermsForm(TermsForm):
    """Other terms, or the end of a source."""

    is_closed = radio(
        "May it be chosen?",
        [("0", "Yes, for new enrollments"), ("1", "No, it is closed from this day on")],
        default="0",
    )


class SourceForm(TermsForm):
    """A new source with its first terms. Its year begins on January 1, on a day of its own, or it has none."""

    name = StringField(
        "Name", validators=[InputRequired("Give it a name."), Length(max=MOST_NAME)], render_kw={"autocomplete": "off"}
    )
    kind = radio("What is it?", KINDS.items(), default=GRANT)
    year = radio(
        "Its year",
        [(_CALENDAR, "The calendar year"), (_OWN, "A year from another day"), (_NONE, "It has no year")],
        default=_CALENDAR,
    )
    year_month = select("It begins in", list(enumerate(_MONTHS, 1)), coerce=int, default=1)
    year_day = WholeNumber(
        "On day", validators=[Optional(), NumberRange(1, 31, "Enter a day from 1 to 31.")], default=1
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
        "Who pays",
        coerce=lambda value: int(value) if value not in ("", None) else None,
        validators=[InputRequired("Choose who pays.")],
    )
    from_on = DayField("From", validators=[InputRequired("Enter the first day as a date.")])
    reason = TextAreaField(
        "Why, in a few words",
        validators=[InputRequired("Say why, in a few words."), Length(max=1900)],
        render_kw={"rows": 2},
        description="Leads, auditors and administrators can read it: no names.",
    )


class TaxFilterForm(ChoiceFilterForm):
    """Which calendar year, from which total on, and which site."""

    year = filter_select("Calendar year")
    least = MoneyField("From a total of, in {currency}", [_EmptyOr()], least=0, most=MOST_CENTS)
    site_id = filter_select("Site")

    def in_url(self) -> dict[str, str]:
        """Return the filter as URL parameters. The amount is as it was typed."""
        kept = super().in_url()
        kept.pop("least", None)
        typed = self.least.raw_data[0] if self.least.raw_data and not self.least.errors else ""
        return {**kept, **({"least": str(typed)} if typed else {})}
