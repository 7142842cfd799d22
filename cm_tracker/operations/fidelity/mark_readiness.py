"""A lead confirms an item of a site's checklist, or takes it back."""

from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BadInput, NotAllowed
from cm_tracker.domain.fidelity.readiness import CONFIRMED
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.unseen import check_seen
from cm_tracker.models import ReadinessMark
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.queries.staff.sites import site_of

MOST_TEXT = 120


@one_transaction
def mark_readiness(
    session: Session, *, site_id: int, item: str, is_done: bool, text: str, key: str, actor: Actor, now: datetime
) -> int:
    """Confirm an item, or take it back with `is_done` false. Return the id of the new row; the earlier ones stay.

    `text` is what belongs to it, such as the number of a waiver. Raise `NotFound` for another site, and `BadInput` for an
    item that nobody confirms or for too long a text.
    """
    site_of(session, actor, site_id)
    if not actor.may("readiness:confirm", site_id):
        raise NotAllowed(roles=actor.roles)

    def write() -> int:
        if item not in CONFIRMED:
            raise BadInput("Load the page again, and choose from its list.")
        if len(text.strip()) > MOST_TEXT:
            raise BadInput("Shorten the text to %(most)s characters.", "text", most=MOST_TEXT)
        check_seen(text, "text")
        mark_id = session.execute(
            insert(ReadinessMark)
            .values(
                site_id=site_id, item=item, is_done=is_done, text=text.strip(), recorded_at=now, staff_id=actor.staff_id
            )
            .returning(ReadinessMark.id)
        ).scalar_one()
        note_audit(
            session, "readiness:marked", f"site:{site_id}", actor=actor, now=now, site_id=site_id, item=item,
            is_done=is_done,
        )  # fmt: skip
        return int(mark_id)

    return run_once(session, key, "mark_readiness", [site_id, item, is_done, text], actor, now, write)
