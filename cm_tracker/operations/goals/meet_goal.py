"""A goal is met: staff say when and what they saw, and the activity visit that it pays is recorded with it."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import GoalOfThatDay, SameVisit
from cm_tracker.domain.goals.goals import MET, check_meeting
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.evidence import NewVisit, Presence
from cm_tracker.models import GoalChange
from cm_tracker.operations.steps.lock_goal import LockedGoal, lock_goal
from cm_tracker.operations.steps.run_once import IdempotentRequest
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.operations.steps.take_visit import take_visit
from cm_tracker.operations.steps.write_goal_change import write_goal_change
from cm_tracker.operations.steps.write_new_visit import WrittenVisit


@one_transaction
def meet_goal(
    session: Session,
    *,
    goal_id: int,
    on_day: date,
    evidence: str,
    is_paid: bool = True,
    seen: int | None = None,
    key: str,
    actor: Actor,
    now: datetime,
) -> int | None:
    """Say that a goal was met on a day, and pay it. Return the visit's id, or None where nothing is paid.

    The goal's track records a finished activity of that day. Where staff recorded one already on the client's page, the
    goal takes it, and nothing is paid a second time. A goal without a track, one whose track the version of that day does
    not have, and one that is met with `is_paid` false are met without a visit. `seen` is the newest change that the page
    showed: where there is another one by now, raise `ChangedMeanwhile`. Raise what `check_meeting`, `take_visit` and
    `propose_visit` raise, and `GoalOfThatDay` where the visit of that day belongs to another goal.
    """
    content = [goal_id, on_day.isoformat(), evidence, is_paid]
    request = IdempotentRequest(key, "meet_goal", content, actor, now)
    goal = lock_goal(session, goal_id, "goal:meet", actor, request)
    history = goal.enrollment.history

    def write() -> int:
        check_meeting(goal.standing, on_day, history.starts_on, history.day_of(now), evidence)
        goal.check_seen(seen)
        track = history.timeline.track_on(goal.behavior, on_day) if goal.behavior and is_paid else None
        visit = _visit(session, goal, track, on_day, actor, now) if track is not None else None
        change_id = write_goal_change(
            session,
            goal,
            MET,
            actor=actor,
            now=now,
            on_day=on_day,
            note_digest=save_note(session, evidence),
            visit_id=visit.id if visit else None,
        )
        if visit is not None and visit.records:
            seal_records(session, visit.records)
        return change_id

    change_id = request.run(session, write)
    return session.execute(select(GoalChange.visit_id).where(GoalChange.id == change_id)).scalar_one()


def _visit(session: Session, goal: LockedGoal, track: Track, on_day: date, actor: Actor, now: datetime) -> WrittenVisit:
    """Return the visit that pays a goal. Raise `GoalOfThatDay` where the track's visit belongs to another goal."""
    visit = NewVisit(track.behavior, on_day, Presence())
    try:
        return take_visit(session, goal.enrollment, visit, goal.paid, actor=actor, now=now)
    except SameVisit as error:
        if error.visit_id not in goal.paid:
            raise
        raise GoalOfThatDay(day=on_day, visit_id=error.visit_id, field="on_day") from None
