"""A lead requests that two client records of one person are merged. Nothing moves until another lead has approved it."""

from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.clients.merging import check_merge, check_reason
from cm_tracker.domain.errors import AllRefusals
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import MergeRequest
from cm_tracker.operations.steps.lock_client import lock_clients
from cm_tracker.operations.steps.note_audit import keep_states, note_audit
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.queries.clients.merging import merge_side


@one_transaction
def request_merge(
    session: Session, *, from_client_id: int, into_client_id: int, reason: str, key: str, actor: Actor, now: datetime
) -> int:
    """Request to merge the record `from_client_id` into `into_client_id`, which stays. Return the request's id.

    Raise what `check_merge` raises, and `BadInput` for a reason that is too short.
    """
    from_client, into_client = lock_clients(session, (from_client_id, into_client_id), "merge:request", actor)

    def write() -> int:
        from_side, into_side = (merge_side(session, client.id, now) for client in (from_client, into_client))
        refusals = AllRefusals()
        with refusals:
            check_reason(reason)
        with refusals:
            check_merge(from_side, into_side)
        refusals.raise_any()
        digest = save_note(session, reason)
        request_id = session.execute(
            insert(MergeRequest)
            .values(
                from_client_id=from_client.id,
                into_client_id=into_client.id,
                site_id=into_client.site_id,
                note_digest=digest,
                requested_at=now,
                staff_id=actor.staff_id,
            )
            .returning(MergeRequest.id)
        ).scalar_one()
        keep_states(session, f"merge_request:{request_id}")
        note_audit(
            session,
            "merge:requested",
            f"merge_request:{request_id}",
            actor=actor,
            now=now,
            site_id=into_client.site_id,
            client_id=into_client.id,
            note_digest=digest,
            from_code=from_side.code,
        )
        return request_id

    content = [from_client_id, into_client_id, reason]
    return run_once(session, key, "request_merge", content, actor, now, write)
