"""Labels of the ways to correct a visit, or the hours of a week, and of what a correction changes about each visit."""

from cm_tracker.domain.schedules import outcomes
from cm_tracker.domain.schedules.engine import Result
from cm_tracker.domain.schedules.ladder import BASELINE
from cm_tracker.domain.visits import corrections
from cm_tracker.domain.visits.corrections import Change
from cm_tracker.domain.visits.reading_points import deciding_limit
from cm_tracker.i18n import number
from cm_tracker.labels import visits
from cm_tracker.labels.tags import Tag
from cm_tracker.labels.visits import Way


def way(word: str, is_corrected: bool, undo_minutes: int, place: int = 0, *, is_hours: bool = False) -> Way:
    """Return a way to correct a visit in words, as `labels.visits.way` has it; `is_hours` for the hours of a week."""
    usual = visits.way(word, is_corrected, undo_minutes, place)
    if is_hours and word == corrections.CORRECT:
        return usual._replace(
            link="Correct these hours",
            heading="Correct the hours of a week",
            explanation="Enter what is right. The hours keep their day, and the first record can still be read.",
        )
    if is_hours and word == corrections.VOID:
        return usual._replace(
            link="Void these hours",
            heading="Void the hours of a week",
            explanation="They no longer count, and their record can still be read. The week can be entered again.",
        )
    return usual


def counted_as(change: Change, result: Result) -> Tag:
    """Return what a visit counts as before or after a change, in the words of `outcome_of`."""
    reading = change.read_before if result is change.before else change.read_after
    if reading is not None and result.why == BASELINE:
        return Tag("Baseline")
    if reading is not None and result.outcome == outcomes.POSITIVE:
        return Tag("Not met", "missed")
    if change.is_unusable and result is change.after:
        return Tag("Not usable", "warm")
    return visits.outcome(result.outcome, is_hours=change.is_hours)


def read(change: Change, result: Result) -> str:
    """Return the number of a visit and from where on it counts, before or after a change. Empty without a number."""
    reading = change.read_before if result is change.before else change.read_after
    limit = deciding_limit(result)
    if reading is None or limit is None:
        return ""
    return f"{number(reading)}, counts at {number(limit)} or below"
