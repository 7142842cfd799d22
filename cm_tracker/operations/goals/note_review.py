"""Staff say what became of a review: it is done, moved to another day, or dropped."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.goals.reviews import DONE, MOVED, REPEATS, check_way, next_due_on
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.steps.lock_review import lock_review
from cm_tracker.operations.steps.run_once import IdempotentRequest
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.operations.steps.write_review import write_review
from cm_tracker.operations.steps.write_review_change import write_review_change


@one_transaction
def note_review(
    session: Session,
    *,
    review_id: int,
    way: str,
    due_on: date | None = None,
    note: str = "",
    seen: int | None = None,
    key: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Say that a review is done, moved to `due_on`, or dropped, and return the change's id.

    A done review that repeats is followed by the next one, as long as the enrollment runs. `seen` is the newest change
    that the page showed: where there is another one by now, raise `ChangedMeanwhile`. Raise what `check_way` raises.
    """
    request = IdempotentRequest(key, "note_review", [review_id, way, str(due_on), note], actor, now)
    review = lock_review(session, review_id, "review:change", actor, request)
    history = review.history

    def write() -> int:
        today = history.day_of(now)
        check_way(review.standing, way, due_on, note, today)
        review.check_seen(seen)
        change_id = write_review_change(
            session,
            review_id,
            history,
            way,
            actor=actor,
            now=now,
            due_on=due_on if way == MOVED else None,
            on_day=today if way == DONE else None,
            note_digest=save_note(session, note),
        )
        next_due = next_due_on(review.standing, today, history.span.last_day) if way == DONE else None
        if next_due is not None:
            next_id = write_review(session, history, review.kind, next_due, actor=actor, now=now, follows_id=review_id)
            write_review_change(session, next_id, history, REPEATS, actor=actor, now=now)
        return change_id

    return request.run(session, write)
