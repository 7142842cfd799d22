"""A lead does not sign the difference of a count, and has the cabinet counted again."""

from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BadInput, NobodyChecked
from cm_tracker.domain.prizes.counts import check_signer
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.steps.lock_count import count_address, lock_count
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.open_round import end_round
from cm_tracker.operations.steps.save_note import save_note


@one_transaction
def repeat_count(session: Session, *, count_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """End the round of a checked count without booking anything. The counts stay, and a new round can begin.

    Only a lead who did not count may do so, with a reason. Raise `SecondPersonNeeded` for the person who counted, and
    `NobodyChecked` where the round may go on as it is.
    """
    address = count_address(session, count_id, "loss:sign", actor)
    count = lock_count(session, count_id, address)
    check_signer(count.counted_by.staff_id if count.counted_by else None, actor.staff_id)
    if count.checked_by is None:
        raise NobodyChecked
    if not reason.strip():
        raise BadInput("Say why the cabinet has to be counted again.", "reason")
    digest = save_note(session, reason)
    end_round(session, count.in_round.id, "again", now)
    note_audit(
        session,
        "count:repeated",
        f"stock_count:{count_id}",
        actor=actor,
        now=now,
        site_id=count.site_id,
        note_digest=digest,
    )
