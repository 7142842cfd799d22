"""Find whose card is open at the kiosk."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.models import Client, KioskSession
from cm_tracker.passwords import token_hash
from cm_tracker.queries.clients.main_records import Record, main_of


class OpenVisitor(NamedTuple):
    """An open session of the kiosk: its client's main record, their site, and the language of the session."""

    session_id: int
    client_id: int
    site_id: int
    language: str | None


def open_visitor(session: Session, token: str, now: datetime) -> OpenVisitor | None:
    """Return the open session of the kiosk with this token, or None if it has ended."""
    row = session.execute(
        select(KioskSession.id, Client.id, Client.site_id, KioskSession.language)
        .join(Record, Record.id == KioskSession.client_id)
        .join(Client, Client.id == main_of(Record))
        .where(KioskSession.token_hash == token_hash(token), KioskSession.ends_at > now)
    ).one_or_none()
    return OpenVisitor(*row) if row else None
