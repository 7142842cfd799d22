"""Whose card is open at the kiosk, and for how long."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.kiosk.looks import Look
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client, KioskSession
from cm_tracker.passwords import token_hash
from cm_tracker.queries.clients.main_records import Record, main_of
from cm_tracker.queries.kiosk.looks import look_columns, look_of, with_look


@dataclass(frozen=True, slots=True)
class KioskVisitor:
    """The client whose card is open at the kiosk, when it was opened, how many seconds are left, and how they see it."""

    client_id: int
    look: Look
    started_at: datetime
    seconds_left: int
    actor: Actor


def kiosk_visitor(session: Session, token: str, now: datetime) -> KioskVisitor | None:
    """Return the client of the kiosk session with this token, or None if the session has ended."""
    row = session.execute(
        with_look(
            select(
                Client.id.label("client_id"),
                KioskSession.started_at,
                KioskSession.ends_at,
                Client.site_id,
                *look_columns(),
            )
            .join(Record, Record.id == KioskSession.client_id)
            .join(Client, Client.id == main_of(Record))
        ).where(KioskSession.token_hash == token_hash(token), KioskSession.ends_at > now)
    ).one_or_none()
    if row is None:
        return None
    return KioskVisitor(
        client_id=row.client_id,
        look=look_of(row),
        started_at=row.started_at,
        seconds_left=int((row.ends_at - now).total_seconds()),
        actor=Actor(None, frozenset(), frozenset({row.site_id}), "kiosk"),
    )
