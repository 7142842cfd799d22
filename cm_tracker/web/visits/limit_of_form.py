"""The limit of a reading on a form: from where on the number that somebody types counts."""

from typing import Any

from cm_tracker import labels
from cm_tracker.domain.visits.reading_points import ReadingLimit
from cm_tracker.forms.visits import visits as visit_forms


def say_limit(form: Any, limit: ReadingLimit | None, *, is_saved_at_once: bool = False) -> None:
    """Say a limit at every field of the form that asks for a number. Where nothing depends on a number, say nothing.

    `is_saved_at_once` says that the form is saved without a preview.
    """
    if limit is not None:
        visit_forms.say_limit(
            form, labels.readings.counts(limit), labels.readings.other_day(is_saved_at_once), limit.most, limit.day
        )
