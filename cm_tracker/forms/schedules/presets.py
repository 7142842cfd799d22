"""The form that finds a preset by what a clinic has."""

from typing import Any

from wtforms import StringField
from wtforms.validators import Length, ValidationError

from cm_tracker.domain.money import cents_of
from cm_tracker.forms.base import ChoiceFilterForm, filter_select
from cm_tracker.i18n import currency, lazy

NO_MONEY = lazy("Enter an amount such as 600 or 599.50.")


class PresetFilterForm(ChoiceFilterForm):
    """What a preset has to be. What is tested has a number in the URL, and not the name of a substance."""

    tested = filter_select(lazy("What is tested"))
    visits = filter_select(lazy("Visits a week"))
    pays = filter_select(lazy("It pays"))
    weeks = filter_select(lazy("How many weeks"))
    most = StringField(
        lazy("Cost of a client, up to"),
        validators=[Length(max=20, message=NO_MONEY)],
        render_kw={"autocomplete": "off", "inputmode": "decimal"},
    )

    def validate_most(self, field: Any) -> None:
        """Raise `ValidationError` for text that is no amount of money."""
        if field.data and field.data.strip() and cents_of(field.data, currency()) is None:
            raise ValidationError(NO_MONEY)

    @property
    def most_cents(self) -> int | None:
        """Return the most that a client may cost in cents, or None without a limit."""
        typed = self.chosen("most")
        return cents_of(typed, currency()) if typed else None
