"""Schedules, their published versions, and the drafts."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.schedules.schedule import Schedule as Document
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client, Enrollment, ScheduleDraft, ScheduleRow, ScheduleVersion, Staff
from cm_tracker.queries.schedules.documents import schedule_of
from cm_tracker.queries.staff.sites import at_sites
from cm_tracker.queries.views import view_of

MOST = 500


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A published version in a list; `enrolled` counts the enrollments at the reader's sites.

    `is_retired` is the same for all versions of a schedule.
    """

    id: int
    schedule_id: int
    name: str
    number: int
    recorded_at: datetime
    staff_name: str | None
    enrolled: int
    is_newest: bool
    is_retired: bool
    schedule: Document


@dataclass(frozen=True, slots=True)
class VersionCard:
    """A version with its document, the document's JSON text, and the other versions of its schedule."""

    line: VersionLine
    document: Any
    text: str
    others: tuple[VersionLine, ...]


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A draft with its document, which may have any mistakes."""

    id: int
    name: str
    updated_at: datetime
    staff_name: str | None
    document: Any


def versions(session: Session, actor: Actor) -> tuple[VersionLine, ...]:
    """Return every published version by the name of its schedule, the newest first; at most 500."""
    enrolled = (
        select(Enrollment.schedule_version_id, func.count().label("n"))
        .join(Client, Client.id == Enrollment.client_id)
        .where(at_sites(Client.site_id, actor))
        .group_by(Enrollment.schedule_version_id)
        .subquery()
    )
    rows: Any = session.execute(
        select(
            ScheduleVersion.id,
            ScheduleVersion.schedule_id,
            ScheduleRow.name,
            ScheduleVersion.number,
            ScheduleVersion.recorded_at,
            Staff.display_name.label("staff_name"),
            func.coalesce(enrolled.c.n, 0).label("enrolled"),
            ScheduleRow.retired_at,
            ScheduleVersion.document,
        )
        .join(ScheduleRow, ScheduleRow.id == ScheduleVersion.schedule_id)
        .outerjoin(Staff, Staff.id == ScheduleVersion.staff_id)
        .outerjoin(enrolled, enrolled.c.schedule_version_id == ScheduleVersion.id)
        .order_by(ScheduleRow.name, ScheduleVersion.number.desc())
        .limit(MOST)
    )
    lines: list[VersionLine] = []
    for row in rows:
        lines.append(
            VersionLine(
                id=row.id,
                schedule_id=row.schedule_id,
                name=row.name,
                number=row.number,
                recorded_at=row.recorded_at,
                staff_name=row.staff_name,
                enrolled=row.enrolled,
                is_newest=not lines or lines[-1].schedule_id != row.schedule_id,
                is_retired=row.retired_at is not None,
                schedule=schedule_of(row.document),
            )
        )
    return tuple(lines)


def newest_versions(session: Session, actor: Actor) -> tuple[VersionLine, ...]:
    """Return the newest version of each schedule that is not retired: a client can be enrolled in these."""
    return tuple(line for line in versions(session, actor) if line.is_newest and not line.is_retired)


def newest_version(session: Session, actor: Actor, schedule_id: int) -> VersionLine:
    """Return the newest version of a schedule. Raise `NotFound`."""
    for line in versions(session, actor):
        if line.schedule_id == schedule_id:
            return line
    raise NotFound(what="schedule")


def version_card(session: Session, actor: Actor, version_id: int) -> VersionCard:
    """Return one version with its document, and the other versions of its schedule. Raise `NotFound`."""
    every = versions(session, actor)
    line = next((line for line in every if line.id == version_id), None)
    if line is None:
        raise NotFound(what="schedule version")
    text = session.execute(select(ScheduleVersion.document).where(ScheduleVersion.id == version_id)).scalar_one()
    others = tuple(other for other in every if other.schedule_id == line.schedule_id and other.id != version_id)
    return VersionCard(line=line, document=json.loads(text), text=text, others=others)


def drafts(session: Session) -> tuple[DraftLine, ...]:
    """Return every draft, the newest first; at most 500."""
    rows: Any = session.execute(_drafts().order_by(ScheduleDraft.updated_at.desc()).limit(MOST))
    return tuple(view_of(DraftLine, row, document=json.loads(row.document)) for row in rows)


def draft(session: Session, draft_id: int) -> DraftLine:
    """Return one draft. Raise `NotFound`."""
    row: Any = session.execute(_drafts().where(ScheduleDraft.id == draft_id)).one_or_none()
    if row is None:
        raise NotFound(what="draft")
    return view_of(DraftLine, row, document=json.loads(row.document))


def _drafts() -> Any:
    return select(
        ScheduleDraft.id,
        ScheduleDraft.name,
        ScheduleDraft.updated_at,
        Staff.display_name.label("staff_name"),
        ScheduleDraft.document,
    ).outerjoin(Staff, Staff.id == ScheduleDraft.staff_id)
