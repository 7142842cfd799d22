"""A lead who sat in on a session rates how it was led."""

from datetime import date, datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.db import canonical_json, one_transaction
from cm_tracker.domain.errors import AllRefusals, BadInput, ChangedMeanwhile, NotAllowed, NotFound
from cm_tracker.domain.fidelity.competence import Ratings, check_ratings
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import SessionRating
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.queries.clients.search import client_with_code
from cm_tracker.queries.fidelity.sessions import session_rating
from cm_tracker.queries.staff.sites import site_of
from cm_tracker.queries.staff.staff import staff_line


@one_transaction
def rate_session(
    session: Session,
    *,
    person_id: int,
    site_id: int,
    client_code: str,
    session_on: date,
    ratings: Ratings,
    note: str,
    replaces_id: int | None,
    key: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Rate a session of a member of staff. Return the id of the rating.

    With `replaces_id` it corrects an earlier rating of the same person, which stays; raise `ChangedMeanwhile` where another
    one has. Raise `NotFound` for another site or its account, and `BadInput` for one's own session, a day to come, an unknown
    client, and what `check_ratings` refuses.
    """
    site = site_of(session, actor, site_id)
    if not actor.may("session:rate", site_id):
        raise NotAllowed(roles=actor.roles)
    line = staff_line(session, actor, person_id)

    def write() -> int:
        refusals = AllRefusals()
        with refusals:
            if person_id == actor.staff_id:
                raise BadInput("Nobody rates their own session. Ask another lead to sit in.")
            if site_id not in line.site_ids:
                raise BadInput("Choose a site where this person works.", "site_id")
        with refusals:
            if session_on > day_at(now, site.time_zone):
                raise BadInput("This day is still to come. Enter the day of the session.", "session_on")
        client_id = client_with_code(session, actor, client_code) if client_code.strip() else None
        with refusals:
            if client_code.strip() and client_id is None:
                raise BadInput("No client at your sites has this code.", "client_code")
        with refusals:
            check_ratings(ratings)
        refusals.raise_any()
        if replaces_id is not None:
            _check_replaced(session, actor, replaces_id, person_id)
        digest = save_note(session, note)
        rating_id = session.execute(
            insert(SessionRating)
            .values(
                person_id=person_id, site_id=site_id, client_id=client_id, session_on=session_on,
                ratings=canonical_json(dict(ratings)), note_digest=digest, replaces_id=replaces_id, recorded_at=now,
                staff_id=actor.staff_id,
            )
            .returning(SessionRating.id)
        ).scalar_one()  # fmt: skip
        note_audit(
            session, "session:rated", f"staff:{person_id}", actor=actor, now=now, site_id=site_id, client_id=client_id,
            note_digest=digest, session_on=session_on.isoformat(), is_correction=replaces_id is not None,
        )  # fmt: skip
        return int(rating_id)

    content = [person_id, site_id, client_code, session_on.isoformat(), dict(ratings), note, replaces_id]
    return run_once(session, key, "rate_session", content, actor, now, write)


def _check_replaced(session: Session, actor: Actor, replaces_id: int, person_id: int) -> None:
    if session_rating(session, actor, replaces_id).person_id != person_id:
        raise NotFound(what="rating")
    if session.execute(select(SessionRating.id).where(SessionRating.replaces_id == replaces_id)).first() is not None:
        raise ChangedMeanwhile
