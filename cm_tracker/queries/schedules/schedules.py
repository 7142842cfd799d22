"""Schedules, their published versions, and the drafts."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.schedules.approval import is_in_force
from cm_tracker.domain.schedules.schedule import Schedule as Document
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client, Enrollment, Note, ScheduleDraft, ScheduleRow, ScheduleVersion, Staff
from cm_tracker.queries.practice import counted_clients
from cm_tracker.queries.schedules.documents import schedule_name, schedule_of, version_name
from cm_tracker.queries.schedules.followed import followed_version, is_mistake
from cm_tracker.queries.schedules.offers import not_offered
from cm_tracker.queries.schedules.presets import preset
from cm_tracker.queries.staff.sites import at_sites
from cm_tracker.queries.views import view_of

MOST = 500


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A published version in a list; `enrolled` counts the enrollments at the reader's sites that follow it today.

    `is_retired` is the same for all versions of a schedule. `starts_on` is the first day on which somebody can be
    enrolled; None is at once. `staff_name` approved it, and `sent_by` sent it; `is_alone` says that one lead published it.
    """

    id: int
    schedule_id: int
    schedule_name: str
    name: str
    number: int
    recorded_at: datetime
    staff_name: str | None
    sent_by: str | None
    is_alone: bool
    starts_on: date | None
    preset: str | None
    enrolled: int
    is_newest: bool
    is_retired: bool
    schedule: Document

    def is_in_force(self, today: date) -> bool:
        """Return whether somebody can be enrolled in it today, as far as its first day says."""
        return is_in_force(self.starts_on, today)


@dataclass(frozen=True, slots=True)
class VersionCard:
    """A version with its document, the document's JSON text, and the other versions of its schedule.

    `statement` holds the words under which one lead published it alone.
    """

    line: VersionLine
    document: Any
    text: str
    others: tuple[VersionLine, ...]
    statement: str | None


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A draft with its document, which may have any mistakes.

    `based_on_id` and `preset` say from what it was made. With a `sent_at` it waits for a second lead. Its amounts were
    written in the currency `not_exchanged_from` where that is not the program's.
    """

    id: int
    name: str
    updated_at: datetime
    staff_id: int | None
    staff_name: str | None
    document: Any
    based_on_id: int | None
    preset: str | None
    next_of_id: int | None
    starts_on: date | None
    sent_at: datetime | None
    sent_by_id: int | None
    sent_by: str | None
    note: str | None
    returned_at: datetime | None
    returned_by: str | None
    returned_note: str | None
    not_exchanged_from: str | None

    @property
    def waits(self) -> bool:
        """Return whether it waits for a second lead."""
        return self.sent_at is not None


def versions(session: Session, actor: Actor, today: date) -> tuple[VersionLine, ...]:
    """Return every published version by the name of its schedule, the newest first; at most 500.

    An enrollment counts for the version that it follows today. One that was entered by mistake, or of a practice client,
    counts for none.
    """
    following = (
        select(followed_version(today).label("version_id"))
        .select_from(Enrollment)
        .join(Client, Client.id == Enrollment.client_id)
        .where(at_sites(Client.site_id, actor), ~is_mistake(), counted_clients())
        .subquery()
    )
    enrolled = select(following.c.version_id, func.count().label("n")).group_by(following.c.version_id).subquery()
    sender = aliased(Staff)
    rows: Any = session.execute(
        select(
            ScheduleVersion.id,
            ScheduleVersion.schedule_id,
            schedule_name().label("schedule_name"),
            version_name().label("name"),
            ScheduleVersion.number,
            ScheduleVersion.recorded_at,
            Staff.display_name.label("staff_name"),
            sender.display_name.label("sent_by"),
            ScheduleVersion.statement_digest.is_not(None).label("is_alone"),
            ScheduleVersion.starts_on,
            ScheduleVersion.preset,
            func.coalesce(enrolled.c.n, 0).label("enrolled"),
            ScheduleRow.retired_at,
            ScheduleVersion.document,
        )
        .join(ScheduleRow, ScheduleRow.id == ScheduleVersion.schedule_id)
        .outerjoin(Staff, Staff.id == ScheduleVersion.staff_id)
        .outerjoin(sender, sender.id == ScheduleVersion.sent_by_id)
        .outerjoin(enrolled, enrolled.c.version_id == ScheduleVersion.id)
        .order_by(schedule_name(), ScheduleVersion.number.desc())
        .limit(MOST)
    )
    lines: list[VersionLine] = []
    for row in rows:
        lines.append(
            VersionLine(
                id=row.id,
                schedule_id=row.schedule_id,
                schedule_name=row.schedule_name,
                name=row.name,
                number=row.number,
                recorded_at=row.recorded_at,
                staff_name=row.staff_name,
                sent_by=row.sent_by,
                is_alone=row.is_alone,
                starts_on=row.starts_on,
                preset=row.preset,
                enrolled=row.enrolled,
                is_newest=not lines or lines[-1].schedule_id != row.schedule_id,
                is_retired=row.retired_at is not None,
                schedule=schedule_of(row.document),
            )
        )
    return tuple(lines)


def newest_versions(session: Session, actor: Actor, today: date, site_id: int | None = None) -> tuple[VersionLine, ...]:
    """Return the newest version that holds today of each schedule that is not retired: clients are enrolled in these.

    Those that a site does not offer are left out where it is named.
    """
    withheld = frozenset() if site_id is None else not_offered(session, site_id)
    newest: dict[int, VersionLine] = {}
    for line in versions(session, actor, today):
        if not line.is_retired and line.is_in_force(today) and line.schedule_id not in withheld:
            newest.setdefault(line.schedule_id, line)
    return tuple(newest.values())


def newest_version(session: Session, actor: Actor, schedule_id: int, today: date) -> VersionLine:
    """Return the newest version of a schedule. Raise `NotFound`."""
    for line in versions(session, actor, today):
        if line.schedule_id == schedule_id:
            return line
    raise NotFound(what="schedule")


def version_card(session: Session, actor: Actor, version_id: int, today: date) -> VersionCard:
    """Return one version with its document, and the other versions of its schedule. Raise `NotFound`."""
    every = versions(session, actor, today)
    line = next((line for line in every if line.id == version_id), None)
    if line is None:
        raise NotFound(what="schedule version")
    text, statement = session.execute(
        select(ScheduleVersion.document, Note.text)
        .outerjoin(Note, Note.digest == ScheduleVersion.statement_digest)
        .where(ScheduleVersion.id == version_id)
    ).one()
    others = tuple(other for other in every if other.schedule_id == line.schedule_id and other.id != version_id)
    return VersionCard(line=line, document=json.loads(text), text=text, others=others, statement=statement)


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


def waiting_drafts(session: Session, actor: Actor) -> tuple[DraftLine, ...]:
    """Return the drafts that wait for this lead: somebody else sent them. The oldest first, at most 20."""
    rows: Any = session.execute(
        _drafts()
        .where(ScheduleDraft.sent_at.is_not(None), ScheduleDraft.sent_by_id != actor.staff_id)
        .order_by(ScheduleDraft.sent_at)
        .limit(20)
    )
    return tuple(view_of(DraftLine, row, document=json.loads(row.document)) for row in rows)


def may_follow(draft: DraftLine, every: tuple[VersionLine, ...]) -> tuple[VersionLine, ...]:
    """Return the newest version of each schedule whose next version a draft may become, out of `every` version.

    It is the schedule that it was copied from, one that was made from the same preset, or one of the same name.
    """
    original = preset(draft.preset) if draft.preset else None
    names = {draft.name, original["name"] if original else draft.name}
    fitting = {
        line.schedule_id
        for line in every
        if line.id == draft.based_on_id
        or line.schedule_name in names
        or line.name in names
        or line.schedule.name in names
        or (draft.preset is not None and line.preset == draft.preset)
    }
    return tuple(line for line in every if line.is_newest and line.schedule_id in fitting)


def _drafts() -> Any:
    sender, returner, why_back = aliased(Staff), aliased(Staff), aliased(Note)
    return (
        select(
            ScheduleDraft.id,
            ScheduleDraft.name,
            ScheduleDraft.updated_at,
            ScheduleDraft.staff_id,
            Staff.display_name.label("staff_name"),
            ScheduleDraft.document,
            ScheduleDraft.based_on_id,
            ScheduleDraft.preset,
            ScheduleDraft.next_of_id,
            ScheduleDraft.starts_on,
            ScheduleDraft.sent_at,
            ScheduleDraft.sent_by_id,
            sender.display_name.label("sent_by"),
            Note.text.label("note"),
            ScheduleDraft.returned_at,
            returner.display_name.label("returned_by"),
            why_back.text.label("returned_note"),
            ScheduleDraft.not_exchanged_from,
        )
        .outerjoin(Staff, Staff.id == ScheduleDraft.staff_id)
        .outerjoin(sender, sender.id == ScheduleDraft.sent_by_id)
        .outerjoin(Note, Note.digest == ScheduleDraft.sent_note_digest)
        .outerjoin(returner, returner.id == ScheduleDraft.returned_by_id)
        .outerjoin(why_back, why_back.digest == ScheduleDraft.returned_note_digest)
    )
