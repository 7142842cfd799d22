"""Open a second record of Amir, and merge records as two leads do."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.clients.decide_merge import decide_merge
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.clients.request_merge import request_merge
from tests import cast

# A second lead of Harbor Street; miriam is the first.
daniel = Actor(cast.LEO, frozenset({"lead"}), frozenset({cast.HARBOR}), "web")
WHY = "Same date of birth and the same photo on both papers"


def second_record(session: Session, *, code: str = "HS-2", name: str = "Ameer") -> int:
    """Add another record at Harbor Street, which is enrolled in nothing. Return its id."""
    return open_client(
        session, code=code, preferred_name=name, site_id=cast.HARBOR, language="en", actor=cast.rosa, now=cast.NOW
    )


def enroll(session: Session, client_id: int, starts_on: str, version_id: int = cast.HIGGINS) -> int:
    """Enroll a client from a day on. Return the enrollment's id."""
    return enroll_client(
        session, client_id=client_id, schedule_version_id=version_id, starts_on=date.fromisoformat(starts_on),
        key=cast.key(), actor=cast.rosa, now=cast.NOW,
    )  # fmt: skip


def ask(session: Session, from_id: int, into_id: int = cast.AMIR, *, actor: Actor = cast.miriam, why: str = WHY) -> int:
    """Request a merge. Return the request's id."""
    return request_merge(
        session, from_client_id=from_id, into_client_id=into_id, reason=why, key=cast.key(), actor=actor, now=cast.NOW
    )


def decide(
    session: Session,
    request_id: int,
    decision: str = "approved",
    *,
    actor: Actor = daniel,
    reason: str = "",
    now: datetime = cast.NOW,
) -> int:
    """Decide about a merge. Return the request's id."""
    return decide_merge(
        session, request_id=request_id, decision=decision, reason=reason, key=cast.key(), actor=actor, now=now
    )


def merge(session: Session, from_id: int, into_id: int = cast.AMIR) -> None:
    """Merge one record into another."""
    decide(session, ask(session, from_id, into_id))
