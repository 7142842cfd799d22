"""What is marked on the form of a cup, and what the button that was pressed says of everything else."""

from typing import Any

from cm_tracker.domain.visits import evidence
from cm_tracker.domain.visits.panels import NOT_READ

_USUAL = {None, "", evidence.NEGATIVE, evidence.IN_RANGE, evidence.GIVEN}


def is_marked(form: Any) -> bool:
    """Return whether something is marked that is not negative, in range and given."""
    marked = [form[f"result_{analyte}"].data for analyte in form.analytes]
    marked += [form.specimen.data, form.temperature.data if form.temperature else None]
    return bool(form.is_disputed.data) or any(one not in _USUAL for one in marked)


def fill_rest(form: Any) -> None:
    """Fill in what the button that was pressed says of everything that is not marked.

    The rest is negative in a cup in range, or the laboratory still owes what the schedule needs. A specimen that was not
    given or cannot be used has no results.
    """
    if form.refused.data:
        form.specimen.data = evidence.REFUSED
    if form.specimen.data != evidence.GIVEN or not (form.rest.data or form.to_lab.data):
        return
    if form.temperature and not form.temperature.data:
        form.temperature.data = evidence.IN_RANGE
    for analyte in form.analytes:
        field = form[f"result_{analyte}"]
        may_be_unread = any(choice.value == NOT_READ for choice in field.choices)
        at_lab = NOT_READ if may_be_unread else evidence.PENDING
        field.data = field.data or (evidence.NEGATIVE if form.rest.data else at_lab)
