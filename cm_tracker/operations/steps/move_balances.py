"""Move what a merged record has to its main record: at the merge, and where an undo gives something back later."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.clients.merging import merge_entries
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import ClientMerge
from cm_tracker.operations.steps.add_record import Record
from cm_tracker.operations.steps.lock_client import LockedClient
from cm_tracker.operations.steps.post_transaction import lock_balances, post_transaction


def move_balances(
    session: Session,
    record_id: int,
    main: LockedClient,
    balances: Mapping[str, int],
    *,
    because: str,
    note_digest: bytes | None,
    actor: Actor,
    now: datetime,
) -> list[Record]:
    """Move the balances of a record to its main record, in one transaction for each unit. The caller seals them.

    `because` names the merge. Both records have to be locked.
    """
    moves = list(merge_entries(record_id, main.id, balances))
    lock_balances(session, [entry.account for move in moves for entry in move])
    return [
        post_transaction(
            session,
            "merge",
            move,
            site_id=main.site_id,
            client_id=main.id,
            actor=actor,
            now=now,
            note_digest=note_digest,
            because=because,
        )
        for move in moves
    ]


def merge_of(session: Session, record_id: int) -> str:
    """Return the name in the log of the merge by which a record was merged, such as `client_merge:3`."""
    record: str = session.execute(
        select(ClientMerge.record).where(ClientMerge.from_client_id == record_id)
    ).scalar_one()
    return record
