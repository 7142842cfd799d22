"""The audit trail, newest first."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import AuditEvent, Client, Note, Site, Staff, StaffSite
from cm_tracker.queries.paging import PAGE, Page, page_of


@dataclass(frozen=True, slots=True)
class AuditLine:
    """Who did what, when, about what, and why; clients by code only."""

    id: int
    at: datetime
    tag: str
    staff_name: str | None
    via: str
    site_name: str | None
    client_code: str | None
    subject: str
    detail: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What was asked for; empty values ask for everything."""

    tag: str = ""
    staff_id: int | None = None
    client_code: str = ""
    before: int | None = None


def audit_trail(session: Session, actor: Actor, asked: AuditFilter) -> Page[AuditLine]:
    """The trail of the actor's sites, and of what belongs to no site, 50 lines a page."""
    chosen: Any = (
        select(
            AuditEvent.id,
            AuditEvent.at,
            AuditEvent.tag,
            Staff.display_name,
            AuditEvent.via,
            Site.name,
            Client.code,
            AuditEvent.subject,
            AuditEvent.detail,
            Note.text,
        )
        .outerjoin(Staff, Staff.id == AuditEvent.staff_id)
        .outerjoin(Site, Site.id == AuditEvent.site_id)
        .outerjoin(Client, Client.id == AuditEvent.client_id)
        .outerjoin(Note, Note.digest == AuditEvent.note_digest)
        .where(_within(actor))
        .order_by(AuditEvent.id.desc())
        .limit(PAGE + 1)
    )
    if asked.tag:
        chosen = chosen.where(AuditEvent.tag == asked.tag)
    if asked.staff_id is not None:
        chosen = chosen.where(AuditEvent.staff_id == asked.staff_id)
    if asked.client_code:
        chosen = chosen.where(Client.code == asked.client_code.strip().upper())
    if asked.before is not None:
        chosen = chosen.where(AuditEvent.id < asked.before)
    lines = [AuditLine(*(*row[:8], _in_words(row[8]), row[9])) for row in session.execute(chosen)]
    return page_of(lines, [line.id for line in lines])


def _within(actor: Actor) -> ColumnElement[bool]:
    """What happened at the actor's sites; what belongs to no site, if it was done by somebody of theirs.

    Acts of commands and of the kiosk before a code was right belong to nobody and are shown to all.
    """
    if actor.site_ids is None:
        return true()
    colleagues = select(StaffSite.staff_id).where(StaffSite.site_id.in_(actor.site_ids))
    return or_(
        AuditEvent.site_id.in_(actor.site_ids),
        and_(
            AuditEvent.site_id.is_(None),
            or_(
                AuditEvent.staff_id.is_(None),
                AuditEvent.staff_id == actor.staff_id,
                AuditEvent.staff_id.in_(colleagues),
            ),
        ),
    )


def _in_words(detail: str) -> str:
    """The numbers and codes of a line, as `paid 10, unit points`."""
    return ", ".join(f"{name} {value}" for name, value in json.loads(detail).items())


def audit_tags(session: Session) -> tuple[str, ...]:
    """The tags that the trail knows, for the filter."""
    return tuple(session.execute(select(AuditEvent.tag).distinct().order_by(AuditEvent.tag).limit(200)).scalars())
