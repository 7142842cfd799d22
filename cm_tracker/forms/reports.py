"""The filter of a report (days, site and groups, as one sentence), and the form that saves it."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from cm_tracker.domain.clients.disclosures import CONSENT, MOST_RECIPIENT, MOST_WORDS
from cm_tracker.domain.measures.groups import SITE
from cm_tracker.domain.measures.saved_reports import MOST_NAME, QUARTER
from cm_tracker.forms.base import ChoiceFilterForm, DayField, OnceForm, WholeNumber, filter_select, radio, select
from cm_tracker.i18n import gettext, lazy


class ReportFilterForm(ChoiceFilterForm):
    """The days of a report, both included, the site, and the groups of its rows."""

    since = DayField(lazy("From"), validators=[Optional()])
    until = DayField(lazy("To"), validators=[Optional()])
    site_id = filter_select(lazy("Site"))
    by = filter_select(lazy("By"))

    def validate_until(self, field: Any) -> None:
        """Raise `ValidationError` if the last day is before the first."""
        if self.since.data and field.data and field.data < self.since.data:
            raise ValidationError(gettext("The last day is before the first. Change one of the two."))


class SaveReportForm(OnceForm):
    """A report that is saved. `save_form` adds a tick and a place for each column that can be chosen."""

    name = StringField(
        lazy("Name"),
        validators=[InputRequired(lazy("Give the report a name.")), Length(max=MOST_NAME)],
        description=lazy("Such as: Quarterly counts for the state. Name no client."),
        render_kw={"autocomplete": "off"},
    )
    days = radio(lazy("Days"), (), default=QUARTER)
    first_day = DayField(lazy("From"), validators=[Optional()])
    last_day = DayField(lazy("To"), validators=[Optional()])
    site_id = select(lazy("Site"), description=lazy("Leads who have all of its sites see the report."))
    by = select(lazy("Rows by"), default=SITE)
    columns = HiddenField(lazy("Columns"))

    def chosen_columns(self, known: Sequence[str]) -> list[str]:
        """Return the ticked ones of the known columns: by their places, those without one last, in the known order."""
        ticked = [name for name in known if self[f"column_{name}"].data]
        return sorted(ticked, key=lambda name: self[f"place_{name}"].data or len(known) + 1)

    def tick(self, columns: Sequence[str]) -> None:
        """Tick columns, in their order."""
        for place, name in enumerate(columns, 1):
            self[f"column_{name}"].data, self[f"place_{name}"].data = True, place


class NamedLinesForm(OnceForm):
    """Visit lines with names are given to somebody outside the clinic."""

    basis = radio(lazy("What does it rest on?"), (), validate_choice=False)
    consented = select(lazy("Who is named in the consents?"), validate_choice=False)
    recipient = StringField(
        lazy("Who gets it, if it rests on something else?"),
        validators=[Length(max=MOST_RECIPIENT)],
        render_kw={"autocomplete": "off"},
    )
    purpose = StringField(
        lazy("What for?"),
        validators=[Length(max=MOST_WORDS)],
        description=lazy("Such as: payment. As the consents say it."),
        render_kw={"autocomplete": "off"},
    )
    is_read = BooleanField(
        lazy("I have read that it covers these lines: that they come, what they come to, and on which days."),
        validators=[InputRequired(lazy("Read what it covers first, and tick this."))],
    )

    @property
    def who(self) -> str:
        """Return who gets the file: the one of the consents, or the one that was typed."""
        return (self.consented.data if self.basis.data == CONSENT else self.recipient.data) or ""

    def validate_consented(self, field: Any) -> None:
        """Raise `ValidationError` if it rests on consents and nobody is chosen."""
        if self.basis.data == CONSENT and not field.data:
            raise ValidationError(gettext("Choose who gets it. Where no consent is in force, record one first."))


def save_form(columns: Sequence[tuple[str, str]]) -> type[SaveReportForm]:
    """Return the form for a report, with a tick and a place for each of its columns: pairs of name and title."""

    class ColumnsForm(SaveReportForm):
        pass

    most = gettext("Enter a place from 1 to %(most)s.", most=len(columns))
    for name, title in columns:
        setattr(ColumnsForm, f"column_{name}", BooleanField(title))
        place = WholeNumber(
            gettext("Place of “%(column)s”", column=title),
            validators=[Optional(), NumberRange(1, len(columns), most)],
            render_kw={"min": 1, "max": len(columns), "class": "short"},
        )
        setattr(ColumnsForm, f"place_{name}", place)
    return ColumnsForm
