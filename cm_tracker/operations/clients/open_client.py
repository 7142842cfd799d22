"""Add a new client."""

from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.steps.add_client import add_client


@one_transaction
def open_client(
    session: Session, *, code: str, preferred_name: str, site_id: int, language: str, actor: Actor, now: datetime
) -> int:
    """Add a client at a site. Return the client's id. Raise `Taken` for a code that is in use."""
    return add_client(
        session, code=code, preferred_name=preferred_name, site_id=site_id, language=language, actor=actor, now=now
    )
