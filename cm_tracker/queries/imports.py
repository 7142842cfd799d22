"""Files that people import: how each is read, how far it is, and what was found in it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.imports.found import Found, found_in
from cm_tracker.domain.imports.reading import Reading, reading_of
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import ImportLayout, ImportRow, ScheduleRow, Site, Staff
from cm_tracker.queries.paging import PAGE, Page, page_of
from cm_tracker.queries.staff.sites import at_sites
from cm_tracker.queries.views import view_of

MOST_LAYOUTS = 100
# A file that nobody removes is removed at night, so long after its last run.
KEPT = timedelta(days=30)
SILENT = timedelta(minutes=2)
"""A run that has said nothing for so long is over: its server was stopped. What it wrote stays."""


@dataclass(frozen=True, slots=True)
class ImportLine:
    """A file that somebody imports: what it is, how it is read, and how far its run is."""

    id: int
    site_id: int
    site_name: str
    time_zone: str
    kind: str
    schedule_id: int | None
    schedule_name: str | None
    name: str
    reading: Reading
    state: str
    is_busy: bool
    rows_total: int
    rows_done: int
    follows_id: int | None
    started_at: datetime | None
    beat_at: datetime | None
    ended_at: datetime | None
    recorded_at: datetime
    recorded_by: str | None

    def is_silent(self, now: datetime) -> bool:
        """Return whether the file seems to run, and its run is over."""
        return self.is_busy and is_over(self.beat_at, now)


def is_over(beat_at: datetime | None, now: datetime) -> bool:
    """Return whether a run that has not ended is over all the same: it has said nothing for as long as `SILENT`."""
    return beat_at is None or now - beat_at >= SILENT


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is read, kept under a name."""

    id: int
    name: str
    reading: Reading


def import_line(session: Session, actor: Actor, import_id: int) -> ImportLine:
    """Return a file at the actor's sites. Raise `NotFound`."""
    row = session.execute(_lines(actor).where(ImportRow.id == import_id)).one_or_none()
    if row is None:
        raise NotFound(what="import file")
    return _line(row)


def imports_of(session: Session, actor: Actor, before: int | None = None) -> Page[ImportLine]:
    """Return the files at the actor's sites, the newest first, a page at a time."""
    chosen = _lines(actor)
    if before is not None:
        chosen = chosen.where(ImportRow.id < before)
    lines = [_line(row) for row in session.execute(chosen.order_by(ImportRow.id.desc()).limit(PAGE + 1))]
    return page_of(lines, [line.id for line in lines])


def content_of(session: Session, actor: Actor, import_id: int) -> bytes:
    """Return the bytes of a file at the actor's sites. Raise `NotFound`, also where it was removed."""
    content = session.execute(
        select(ImportRow.content).where(ImportRow.id == import_id, at_sites(ImportRow.site_id, actor))
    ).scalar_one_or_none()
    if not content:
        raise NotFound(what="import file")
    return bytes(content)


def found_of(session: Session, actor: Actor, import_id: int) -> Found | None:
    """Return what the last run over a file found, or None without one."""
    content = session.execute(
        select(ImportRow.found).where(ImportRow.id == import_id, at_sites(ImportRow.site_id, actor))
    ).scalar_one_or_none()
    return found_in(bytes(content)) if content else None


def layouts_of(session: Session, site_id: int, kind: str) -> tuple[Layout, ...]:
    """Return the columns that were kept under a name for a kind of file at a site, by name. The caller checks the site."""
    rows: Any = session.execute(
        select(ImportLayout.id, ImportLayout.name, ImportLayout.how.label("reading"))
        .where(ImportLayout.site_id == site_id, ImportLayout.kind == kind)
        .order_by(ImportLayout.name)
        .limit(MOST_LAYOUTS)
    )
    return tuple(view_of(Layout, row, reading=reading_of(row.reading)) for row in rows)


def _lines(actor: Actor) -> Any:
    return (
        select(
            ImportRow.id,
            ImportRow.site_id,
            Site.name.label("site_name"),
            Site.time_zone,
            ImportRow.kind,
            ImportRow.schedule_id,
            ScheduleRow.name.label("schedule_name"),
            ImportRow.name,
            ImportRow.how.label("reading"),
            ImportRow.state,
            ImportRow.busy.is_not(None).label("is_busy"),
            ImportRow.rows_total,
            ImportRow.rows_done,
            ImportRow.follows_id,
            ImportRow.started_at,
            ImportRow.beat_at,
            ImportRow.ended_at,
            ImportRow.recorded_at,
            Staff.display_name.label("recorded_by"),
        )
        .join(Site, Site.id == ImportRow.site_id)
        .outerjoin(ScheduleRow, ScheduleRow.id == ImportRow.schedule_id)
        .outerjoin(Staff, Staff.id == ImportRow.staff_id)
        .where(at_sites(ImportRow.site_id, actor))
    )


def _line(row: Any) -> ImportLine:
    return view_of(ImportLine, row, reading=reading_of(row.reading), is_busy=bool(row.is_busy))


def forgotten_imports(session: Session, now: datetime) -> tuple[int, ...]:
    """Return the files whose last run, or whose upload, is longer ago than `KEPT`, at every site; 1,000 at most.

    A run that nobody ended was over when it said something for the last time.
    """
    last = func.coalesce(ImportRow.ended_at, ImportRow.beat_at, ImportRow.recorded_at)
    ids = select(ImportRow.id).where(ImportRow.state != "removed", last < now - KEPT)
    return tuple(session.execute(ids.order_by(ImportRow.id).limit(1000)).scalars())
