"""Two leads publish a schedule: one sends a draft, a second one approves it or sends it back with a note.

A program with one lead may say so once, in writing. While this statement holds, that lead publishes
alone, and the version says so.
"""

from datetime import date, timedelta

from cm_tracker.domain.errors import BadInput, ReasonMissing, SecondLeadPublishes, VersionNotYet
from cm_tracker.domain.schedules.schedule import Schedule

APPROVED = "approved"
SENT_BACK = "sent_back"

REVOKED = "revoked"
SECOND_LEAD = "second_lead"
CLOSED = "closed"

LEAST_CHARACTERS = 10
# A schedule is agreed on for a grant period; a day farther ahead is a typing mistake.
MOST_DAYS_AHEAD = 366


def check_note(note: str) -> None:
    """Raise `ReasonMissing` where somebody sends a draft and does not say what it is for."""
    if not note.strip():
        raise ReasonMissing(field="note")


def check_decision(decision: str, note: str, *, is_own: bool) -> None:
    """Raise `BadInput` or `SecondLeadPublishes` for a decision that cannot be made; `is_own` by whoever sent the draft."""
    if decision not in (APPROVED, SENT_BACK):
        raise BadInput("Choose whether it is approved.", "decision")
    if is_own:
        raise SecondLeadPublishes
    if decision == SENT_BACK and len(note.strip()) < LEAST_CHARACTERS:
        raise BadInput("Say what has to change, so that whoever sent it understands it.", "note")


def check_start(starts_on: date, today: date) -> None:
    """Raise `BadInput` for a day on which no version can begin to take enrollments."""
    if starts_on < today:
        raise BadInput("The day is past. Choose today or a later day.", "starts_on")
    if starts_on > today + timedelta(days=MOST_DAYS_AHEAD):
        raise BadInput("The day may lie at most a year ahead.", "starts_on")


def check_statement(words: str) -> None:
    """Raise `BadInput` for a statement that does not say anything."""
    if len(words.strip()) < LEAST_CHARACTERS:
        raise BadInput("Write a sentence that an auditor understands a year from now.", "words")


def is_in_force(starts_on: date | None, today: date) -> bool:
    """Return whether somebody can be enrolled today in a version that begins on `starts_on`; None is at once."""
    return starts_on is None or starts_on <= today


def check_in_force(schedule: Schedule, starts_on: date | None, today: date) -> None:
    """Raise `VersionNotYet` for a version in which nobody can be enrolled today."""
    if starts_on is not None and starts_on > today:
        raise VersionNotYet(schedule=schedule.name, starts_on=starts_on, field="schedule_version_id")
