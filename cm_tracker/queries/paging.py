"""Pages of long lists, newest line first, and the narrowing of a list to days.

The cursor of a page is an id: the page has the lines below it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, and_, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from cm_tracker.clock import day_begins
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.queries.views import view_of

T = TypeVar("T")
F = TypeVar("F")

PAGE = 50
# A download reads so many lines at a time: few queries, and little memory however long it gets.
BATCH = 1000


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list. `older` is the cursor of the next page, or None on the last page."""

    lines: tuple[T, ...]
    older: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFilter:
    """What somebody looks for in a list; empty values look for everything. The days are days of `time_zone`."""

    client_code: str = ""
    site_id: int | None = None
    since: date | None = None
    until: date | None = None
    time_zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Listing(Generic[F, T]):
    """How a list is read.

    `page(session, actor, chosen, before=None, size=PAGE)` returns a page, and `is_longer_than(session, actor, chosen,
    most)` whether there are more lines than that.
    """

    page: Callable[..., Page[T]]
    is_longer_than: Callable[[Session, Actor, F, int], bool]


def listing(asked: Callable[[Actor, F], Any], line: type[T]) -> Listing[F, T]:
    """Return how a list is read whose lines are the rows of one statement, newest first.

    `asked` returns the statement, whose first column is the id of a line. Its columns are labelled as the fields of
    `line`.
    """

    def page(session: Session, actor: Actor, chosen: F, before: int | None = None, size: int = PAGE) -> Page[T]:
        statement = asked(actor, chosen)
        id_column = statement.selected_columns[0]
        if before is not None:
            statement = statement.where(id_column < before)
        lines = session.execute(statement.order_by(id_column.desc()).limit(size + 1)).all()
        return page_of([view_of(line, row) for row in lines], [row[0] for row in lines], size)

    def is_longer_than(session: Session, actor: Actor, chosen: F, most: int) -> bool:
        statement = asked(actor, chosen)
        id_column = statement.selected_columns[0]
        ids = statement.with_only_columns(id_column, maintain_column_froms=True)
        return has_more_than(session, ids.order_by(id_column.desc()), most)

    return Listing(page, is_longer_than)


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
