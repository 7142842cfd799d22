"""Pages of long lists, newest line first, and the narrowing of a list to days.

The cursor of a page is an id: the page has the lines below it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, and_, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from cm_tracker.clock import day_begins

T = TypeVar("T")

PAGE = 50
# A download reads so many lines at a time: few queries, and little memory however long it gets.
BATCH = 1000


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list. `older` is the cursor of the next page, or None on the last page."""

    lines: tuple[T, ...]
    older: int | None


def page_of(lines: Sequence[T], ids: Sequence[int], size: int = PAGE) -> Page[T]:
    """Return a page of the first `size` lines.

    The caller reads up to `size` + 1 lines: the additional one says that there is a next page. `ids` are their ids.
    """
    has_more = len(lines) > size
    return Page(tuple(lines[:size]), ids[size - 1] if has_more else None)


def has_more_than(session: Session, chosen: Any, most: int) -> bool:
    """Return whether a SELECT finds more than `most` rows. It reads no more of them than that."""
    return session.execute(chosen.offset(most).limit(1)).first() is not None


def in_days(
    column: "InstrumentedAttribute[Any] | ColumnElement[datetime]",
    since: date | None,
    until: date | None,
    time_zone: str,
) -> ColumnElement[bool]:
    """Return the condition that an instant lies on or between two days of a time zone; None leaves a side open."""
    bounds: list[ColumnElement[bool]] = []
    if since is not None:
        bounds.append(column >= day_begins(since, time_zone))
    if until is not None:
        bounds.append(column < day_begins(until + timedelta(days=1), time_zone))
    return and_(true(), *bounds)
