"""What was entered into the form of a visit, to read beside what it changes."""

from datetime import date, time
from typing import Any, NamedTuple

from wtforms import BooleanField, HiddenField, RadioField, SelectField, SubmitField

from cm_tracker import labels
from cm_tracker.forms.visits.hours import TimeSpanField
from cm_tracker.forms.visits.visits import SECOND
from cm_tracker.i18n import gettext, time_of_day, weekday


class Entered(NamedTuple):
    """One thing that was entered: what it is, and its value in words."""

    name: str
    value: str


def entered(form: Any) -> tuple[Entered, ...]:
    """Return what was entered into a form, in the order of its fields. What was left empty is not there.

    Of several strips, those with the same result share a line.
    """
    found: list[Entered] = []
    optional = gettext("optional")
    strips: dict[str, list[str]] = {}
    analytes = getattr(form, "analytes", ())
    results = {f"{prefix}result_{analyte}" for prefix in ("", SECOND) for analyte in analytes}
    for field in form:
        if isinstance(field, HiddenField | SubmitField) or field.name == "confirmed" or field.data in (None, "", False):
            continue
        value = _value(field)
        if field.name in results and len(analytes) > 1:
            strips.setdefault(value, []).append(str(field.label.text))
        else:
            found.append(Entered(str(field.label.text).removesuffix(f" ({optional})"), value))
    return (*found, *(Entered(result, ", ".join(names)) for result, names in strips.items()))


def _value(field: Any) -> str:
    if isinstance(field, RadioField | SelectField):
        chosen = (str(label) for value, label, *_ in field.iter_choices() if str(value) == str(field.data))
        return next(chosen, str(field.data))
    if isinstance(field, BooleanField):
        return gettext("Yes")
    if isinstance(field, TimeSpanField):
        return labels.hours.duration(field.data)
    if isinstance(field.data, date):
        return weekday(field.data)
    if isinstance(field.data, time):
        return time_of_day(field.data)
    return str(field.data)
