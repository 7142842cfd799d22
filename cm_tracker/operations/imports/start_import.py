"""Claim a file for a run: one that only looks, or one that writes."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import AnotherRuns, ImportNotReady
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.import_columns import ROSTER
from cm_tracker.models import ImportRow
from cm_tracker.operations.steps.check_ready import check_ready
from cm_tracker.operations.steps.lock_import import lock_import
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.queries.imports import is_over
from cm_tracker.queries.staff.sites import time_zone_of


@one_transaction
def start_import(session: Session, *, import_id: int, writes: bool, actor: Actor, now: datetime) -> None:
    """Claim a file for a run. One file runs at a time in the whole program.

    A run that writes needs one before that only looked, and goes on where another one was stopped: rows that are there
    already add nothing. Raise `AnotherRuns`, `ImportNotReady`, and `SiteNotReady` for a roster at a site that is not ready.
    """
    row = lock_import(session, import_id, actor)
    state = row.state
    busy = session.execute(
        select(ImportRow.id, ImportRow.site_id, ImportRow.state, ImportRow.beat_at)
        .where(ImportRow.busy == 1)
        .with_for_update()
    ).one_or_none()
    if busy is not None:
        if not is_over(busy.beat_at, now):
            raise AnotherRuns(import_id=busy.id if actor.reaches(busy.site_id) else None)
        ended = "stopped" if busy.state == "running" else "new"
        session.execute(update(ImportRow).where(ImportRow.id == busy.id).values(busy=None, state=ended, ended_at=now))
        state = ended if busy.id == import_id else state
    if state not in (("checked", "stopped") if writes else ("new", "checked", "failed")) or row.content is None:
        raise ImportNotReady
    if writes and row.kind == ROSTER:
        check_ready(session, row.site_id, None, day_at(now, time_zone_of(session, row.site_id)), actor)
    try:
        session.execute(
            update(ImportRow)
            .where(ImportRow.id == import_id)
            .values(
                busy=1,
                state="running" if writes else "checking",
                rows_done=0,
                found=None,
                started_at=now,
                beat_at=now,
                ended_at=None,
            )
        )
    except IntegrityError:  # somebody was a moment faster
        raise AnotherRuns(import_id=None) from None
    if writes:
        note_audit(session, "import:started", f"import:{import_id}", actor=actor, now=now, site_id=row.site_id)
