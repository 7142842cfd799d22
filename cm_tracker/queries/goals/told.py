"""What became of a goal or a review: told in order, and the line of it that settled it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cm_tracker.domain.goals import goals, reviews


@dataclass(frozen=True, slots=True)
class Told:
    """Something that became of a goal or a review: who noted it when, and the note, None where it was erased."""

    what: str
    recorded_at: datetime
    staff_name: str | None
    note: str | None
    due_on: date | None
    on_day: date | None
    visit_id: int | None = None
    step: str | None = None


def told_of(told: Sequence[Told], settled_by: goals.Change | reviews.Change | None) -> Told | None:
    """Return the newest line of what settled a goal or a review, or None for an open one."""
    if settled_by is None:
        return None
    return next(one for one in reversed(told) if one.what == settled_by.what)


def told_from(row: Any, visit_id: int | None = None, step: str | None = None) -> Told:
    """Return what a row of a change tells, with its note and who wrote it."""
    return Told(row.what, row.recorded_at, row.display_name, row.text, row.due_on, row.on_day, visit_id, step)


def in_order(lines: Any) -> tuple[Any, ...]:
    """Return the open lines by their due days, and then the settled ones, the newest first."""
    found = list(lines)
    is_open = [line for line in found if line.standing.is_open]
    settled = [line for line in found if not line.standing.is_open]
    return (
        *sorted(is_open, key=lambda line: (line.standing.due_on, line.id)),
        *sorted(settled, key=lambda line: (line.seen, line.id), reverse=True),
    )
