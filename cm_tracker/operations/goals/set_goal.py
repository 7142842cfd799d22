"""Staff set a treatment goal of a client: its words, its steps, its due day, and what it pays through."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BadInput, EnrollmentEnded
from cm_tracker.domain.goals.goals import check_goal, paying_tracks
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import GoalRow, ListedGoalRow
from cm_tracker.operations.steps.lock_enrollment import lock_enrollment
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.run_once import IdempotentRequest
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.operations.steps.write_goal_step import write_goal_step


@one_transaction
def set_goal(
    session: Session,
    *,
    enrollment_id: int,
    kind: str = "",
    title: str = "",
    listed_id: int | None = None,
    steps: Sequence[str] = (),
    due_on: date,
    behavior: str | None = None,
    key: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Set a goal and return its id.

    `listed_id` chooses a goal of the site's list, with its kind and its words; without it, `kind` and `title` are the
    client's own. `behavior` is the track of a finished activity that pays it, or None. Raise what `check_goal` raises,
    `BadInput` for a goal that is not in the list any more, and `EnrollmentEnded`.
    """
    content = [enrollment_id, kind, title, listed_id, list(steps), due_on.isoformat(), behavior]
    request = IdempotentRequest(key, "set_goal", content, actor, now)
    history = lock_enrollment(session, enrollment_id, "goal:change", actor, request).history

    def write() -> int:
        today = history.day_of(now)
        if history.span.ended_on is not None and today > history.span.ended_on:
            raise EnrollmentEnded(day=today, ended_on=history.span.ended_on)
        chosen_kind, chosen_title = _chosen(session, history.site_id, listed_id) if listed_id else (kind, title)
        known = {track.behavior for track in paying_tracks(history.timeline.tracks_on(today))}
        check_goal(
            chosen_kind,
            chosen_title,
            steps,
            due_on,
            today,
            is_track_known=behavior is None or behavior in known,
            goals=session.execute(select(func.count()).where(GoalRow.enrollment_id == enrollment_id)).scalar_one(),
        )
        goal_id: int = session.execute(
            insert(GoalRow)
            .values(
                enrollment_id=enrollment_id,
                site_id=history.site_id,
                kind=chosen_kind,
                listed_id=listed_id or None,
                title_digest=save_note(session, chosen_title),
                due_on=due_on,
                behavior=behavior,
                recorded_at=now,
                staff_id=actor.staff_id,
            )
            .returning(GoalRow.id)
        ).scalar_one()
        for step in steps:
            write_goal_step(session, goal_id, step, actor=actor, now=now)
        note_audit(
            session,
            "goal:set",
            f"goal:{goal_id}",
            actor=actor,
            now=now,
            site_id=history.site_id,
            client_id=history.client_id,
            on_day=due_on.isoformat(),
            steps=len(steps),
        )
        return goal_id

    return request.run(session, write)


def _chosen(session: Session, site_id: int, listed_id: int) -> tuple[str, str]:
    row = session.execute(
        select(ListedGoalRow.kind, ListedGoalRow.title).where(
            ListedGoalRow.id == listed_id, ListedGoalRow.site_id == site_id, ListedGoalRow.retired_at.is_(None)
        )
    ).one_or_none()
    if row is None:
        raise BadInput("This goal is not in the list any more. Choose another one.", "listed_id")
    return row.kind, row.title
