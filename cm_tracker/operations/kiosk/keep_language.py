"""A client keeps the language that they chose at the kiosk."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.open_visitor import open_visitor


@one_transaction
def keep_language(session: Session, *, token: str, now: datetime) -> None:
    """Make the language of the open card the one of the client's record. Where none was chosen, nothing changes."""
    visitor = open_visitor(session, token, now)
    if visitor is None or visitor.language is None:
        return
    session.execute(update(Client).where(Client.id == visitor.client_id).values(language=visitor.language))
    note_audit(
        session,
        "language:kept",
        f"client:{visitor.client_id}",
        actor=Actor(None, frozenset(), frozenset({visitor.site_id}), "kiosk"),
        now=now,
        site_id=visitor.site_id,
        client_id=visitor.client_id,
        language=visitor.language,
    )
