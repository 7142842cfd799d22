"""A list that leaves the program: its columns with their meaning, how it is read, and its rows."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from flask import current_app

from cm_tracker import clock
from cm_tracker.db import db, end_reading
from cm_tracker.domain.audit.downloads import CSV, DOWNLOADS, PRINT, XLSX
from cm_tracker.domain.measures.tables import INSTANT, TEXT, Cell, Column
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.i18n import gettext, marked, number
from cm_tracker.queries.paging import BATCH, ListFilter, Listing
from cm_tracker.replica import reading
from cm_tracker.version import NAME, VERSION

# A longer list is taken in parts. A workbook is made before its first byte is sent, so it has to be made in seconds.
MOST_LINES = {CSV: 50_000, XLSX: 20_000, PRINT: 2_000}
_TOO_MANY = {
    CSV: marked("More than %(n)s lines match. Choose fewer days, and download one part after the other."),
    XLSX: marked("More than %(n)s lines match. Choose fewer days, or download CSV."),
    PRINT: marked("More than %(n)s lines match. Choose fewer days, and print one part after the other."),
}


class Chosen(Protocol):
    """The attributes that the filter of every list has."""

    @property
    def site_id(self) -> int | None: ...
    @property
    def since(self) -> date | None: ...
    @property
    def until(self) -> date | None: ...
    @property
    def time_zone(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Field(Column):
    """A column of a list. `value` returns its cell of a line; without it, that is the line's attribute of this name.

    A column that is not `is_printed` stands in files alone: paper has little room.
    """

    kind: str = TEXT
    value: Callable[[Any], Cell] | None = None
    is_printed: bool = True

    def cell(self, line: Any) -> Cell:
        """Return the cell of a line."""
        found: Cell = self.value(line) if self.value is not None else getattr(line, self.name)
        return found


def _the_line(line: Any) -> tuple[Any, ...]:
    return (line,)


@dataclass(frozen=True, slots=True)
class Export:
    """A list. `row` says what one row of it is.

    `filter_of` makes its filter of what every list can be asked for. `rows_of` returns what the fields take their cells
    from, where a line has several rows or none.
    """

    name: str
    title: str
    row: str
    listing: Listing[Any, Any]
    fields: tuple[Field, ...]
    filter_of: Callable[[ListFilter], Any] = lambda chosen: chosen
    rows_of: Callable[[Any], Iterable[Any]] = _the_line

    @property
    def permission(self) -> str:
        """Return the permission that somebody needs who wants it."""
        return DOWNLOADS[self.name].permission

    @property
    def names_clients(self) -> bool:
        """Return whether its rows are about clients, so that it can be narrowed to one."""
        return any(field.name == "client_code" for field in self.fields)

    def printed(self) -> "Export":
        """Return the list with the columns that are printed."""
        return replace(self, fields=tuple(field for field in self.fields if field.is_printed))


def in_english(words: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return what codes mean, in English: the words are lazy, and nobody reads them yet."""
    return tuple((code, str(says)) for code, says in words.items())


def filter_as(kind: type[ListFilter]) -> Callable[[ListFilter], ListFilter]:
    """Return the `filter_of` of a list whose filter has more fields than that of every list."""
    return lambda chosen: kind(**asdict(chosen))


def columns_in(export: Export, time_zone: str) -> tuple[Column, ...]:
    """Return the columns of a list whose times are those of a time zone: their titles name it."""
    return tuple(
        replace(field, title=f"{field.title} ({time_zone})") if field.kind == INSTANT else field
        for field in export.fields
    )


def rows_in(
    export: Export, actor: Actor, chosen: Chosen, zones: Mapping[str, str] | None = None
) -> Iterator[tuple[Cell, ...]]:
    """Return every row of a list, in batches of `queries.paging.BATCH` lines.

    Its times are in the filter's zone, or with `zones`, the time zones of the sites by their names, in that of its site.

    They may be read while a file is sent, after the request has ended. Each batch has its own app context and
    transaction, so a download that is slow or broken off holds no transaction open.
    """
    # The generator runs later and needs the application itself, not the proxy of this request.
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # of the proxy alone
    site = next((field for field in export.fields if field.name == "site"), None)

    def zone_of(row: Any) -> ZoneInfo:
        own = zones.get(str(site.cell(row))) if zones and site else None
        return clock.zone(own or chosen.time_zone)

    def cell(field: Field, row: Any) -> Cell:
        value = field.cell(row)
        return value.astimezone(zone_of(row)) if isinstance(value, datetime) else value

    def rows() -> Iterator[tuple[Cell, ...]]:
        before = None
        while True:
            with app.app_context(), reading() as session:
                page = export.listing.page(session, actor, chosen, before=before, size=BATCH)
                end_reading(session)
            for line in page.lines:
                for row in export.rows_of(line):
                    yield tuple(cell(field, row) for field in export.fields)
            if page.older is None:
                return
            before = page.older

    return rows()


def too_many(export: Export, actor: Actor, chosen: Chosen, way: str) -> str | None:
    """Return the sentence for a list that is longer than may be taken at once in a way, or None."""
    most = MOST_LINES[way]
    if not export.listing.is_longer_than(db.session(), actor, chosen, most):
        return None
    return gettext(_TOO_MANY[way], n=number(most))


def facts(export: Export, chosen: Chosen, site_name: str | None, now: datetime) -> tuple[tuple[str, str], ...]:
    """Return what stands in a workbook before the codebook: the list, its filter, and what made it when."""
    return (
        ("List", export.title),
        ("A row", export.row),
        ("Site", site_name or "All sites of who made it"),
        ("From", chosen.since.isoformat() if chosen.since else "the first day"),
        ("To", chosen.until.isoformat() if chosen.until else "today"),
        ("Time zone", chosen.time_zone),
        ("Program", f"{NAME} {VERSION}"),
        ("Made at", now.astimezone(clock.zone(chosen.time_zone)).isoformat(timespec="seconds")),
    )
