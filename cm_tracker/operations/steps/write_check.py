"""A second person stands behind a count: write it down, and sign at once where nothing differs from the ledger."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.domain.prizes.counts import CountLine
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.steps.add_record import Record, add_record
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.open_round import LockedRound, end_round


def write_check(
    session: Session,
    in_round: LockedRound,
    count_id: int,
    lines: Sequence[CountLine],
    *,
    own_count_id: int | None,
    actor: Actor,
    now: datetime,
) -> list[Record]:
    """Write the check of a count of a locked round. Return the records, for the caller to seal.

    `own_count_id` is the checker's own count, if they counted as well. Where the count has no difference, it is
    signed, too, and the round has ended.
    """
    of_actor = {"site_id": in_round.site_id, "recorded_at": now, "staff_id": actor.staff_id, "via": actor.via}
    records = [add_record(session, "count_check", count_id=count_id, own_count_id=own_count_id, **of_actor)]
    missing = sum(-line.difference for line in lines if line.difference < 0)
    surplus = sum(line.difference for line in lines if line.difference > 0)
    note_audit(
        session,
        "stock:checked",
        f"stock_count:{count_id}",
        actor=actor,
        now=now,
        site_id=in_round.site_id,
        missing=missing,
        surplus=surplus,
    )
    if not missing and not surplus:
        nothing = {"note_digest": None, "transaction_id": None, "lead_id": None}
        records.append(add_record(session, "count_signature", count_id=count_id, **nothing, **of_actor))
        end_round(session, in_round.id, "signed", now)
    return records
