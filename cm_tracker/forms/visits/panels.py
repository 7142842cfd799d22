"""Forms for panels of test strips and the lots of their kits."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from cm_tracker.domain.schedules.analytes import ANALYTES
from cm_tracker.domain.visits.panels import MOST_CUTOFF, NG, Strip, unit_of
from cm_tracker.forms.base import DayField, Form, OnceForm, WholeNumber
from cm_tracker.i18n import gettext, lazy

# The analytes that a strip can look for: a group has no strip.
STRIPS = tuple(analyte for analyte in ANALYTES if not analyte.members)


class PanelForm(OnceForm):
    """A panel. `panel_form` adds a field for the cut-off of each analyte; an empty one is not on the cup."""

    name = StringField(
        lazy("Name"),
        validators=[InputRequired(lazy("Enter a name for the panel.")), Length(max=80)],
        description=lazy("As staff say it, such as: 12-strip cup."),
        render_kw={"autocomplete": "off"},
    )
    strips = HiddenField(lazy("Strips"))

    def entered(self) -> tuple[Strip, ...]:
        """Return the strips that have a cut-off."""
        return tuple(
            Strip(analyte.name, field.data, unit_of(analyte.name))
            for analyte in STRIPS
            if (field := self[f"cutoff_{analyte.name}"]).data is not None
        )

    def fill(self, strips: Iterable[Strip]) -> None:
        """Show the cut-offs of a common cup."""
        for strip in strips:
            self[f"cutoff_{strip.analyte}"].data = strip.cutoff


class LotForm(OnceForm):
    """A lot of a panel's kit."""

    number = StringField(
        lazy("Lot number"),
        validators=[InputRequired(lazy("Enter the lot number from the box.")), Length(max=40)],
        render_kw={"autocomplete": "off", "data-scan": True},
    )
    expires_on = DayField(
        lazy("Expires on"), validators=[InputRequired(lazy("Enter the last day that is printed on the box."))]
    )
    used_from = DayField(
        lazy("In use from"), validators=[InputRequired(lazy("Enter the day from which the lot is used."))]
    )


class RetirePanelForm(Form):
    """The button that retires a panel or brings it back: it has no fields."""


@cache
def panel_form() -> type[PanelForm]:
    """Return the form of a panel, with a field for the cut-off of each analyte."""

    class StripsForm(PanelForm):
        pass

    for analyte in STRIPS:
        unit = unit_of(analyte.name)
        label = lazy(analyte.title)
        if unit != NG:
            label = lazy("%(analyte)s, in %(unit)s", analyte=label, unit=unit)
        setattr(
            StripsForm,
            f"cutoff_{analyte.name}",
            WholeNumber(label, validators=[_check_number], render_kw={"min": 1, "max": MOST_CUTOFF}),
        )
    return StripsForm


def _check_number(form: Any, field: WholeNumber) -> None:
    """Raise `ValidationError` for text that is no number; an empty field has no strip."""
    if field.data is None and field.raw_data and str(field.raw_data[0]).strip():
        raise ValidationError(gettext("Enter the cut-off as a whole number, such as 300, or leave it empty."))
