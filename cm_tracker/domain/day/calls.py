"""Calls to clients who did not come: who calls, and what came of it.

A client is called once for a day, however many slots they missed on it. Whoever takes the call says so, and nobody else
calls then. The newest word counts. Nothing of it pays or takes anything: an excuse is a correction of the absence.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cm_tracker.domain.day.states import ABSENT, MISSING
from cm_tracker.domain.errors import BadInput, InTheFuture

CALLING, STOPPED = "calling", "stopped"
REACHED, EXCUSED, LEFT_WORD, NO_ANSWER = "reached", "excused", "left_word", "no_answer"
OUTCOMES = (CALLING, STOPPED, REACHED, EXCUSED, LEFT_WORD, NO_ANSWER)
DONE = frozenset({REACHED, EXCUSED})
"""With these a client is not called again."""

LIST_FOR = timedelta(days=7)
"""So long after the day a client who was not reached stays on the list."""
CALL_LASTS = timedelta(minutes=30)
"""After so long somebody who said that they are calling is not calling any more."""


@dataclass(frozen=True, slots=True)
class Call:
    """The newest word about a call: what came of it, who said it and when."""

    id: int
    outcome: str
    at: datetime
    staff_id: int | None
    staff_name: str | None

    def is_going_on(self, now: datetime) -> bool:
        """Return whether somebody is calling at an instant."""
        return self.outcome == CALLING and now < self.at + CALL_LASTS

    @property
    def is_done(self) -> bool:
        """Whether the client is not called again."""
        return self.outcome in DONE


def check_call(outcome: str, day: date, today: date, states: frozenset[str], excuse: str | None) -> None:
    """Raise `BadInput` for a call that cannot be noted, and `InTheFuture` for a day to come.

    `states` are those of the client's slots of the day: one must be an absence, or somebody who is missing now. An
    excuse of a slot without a visit needs its reason.
    """
    if day > today:
        raise InTheFuture(day=day)
    if outcome not in OUTCOMES:
        raise BadInput("Say what came of the call.")
    if not states & {ABSENT, MISSING}:
        raise BadInput("The client did not miss anything on %(day)s.", day=day)
    if day < today - LIST_FOR:
        raise BadInput("%(day)s is too long ago for a call.", day=day)
    if outcome == EXCUSED and not excuse:
        raise BadInput("Choose the reason for the excuse.", "excuse")
