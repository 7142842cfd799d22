"""Labels of the ways to correct a visit, or the hours of a week."""

from cm_tracker.domain.visits import corrections
from cm_tracker.labels import visits
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
