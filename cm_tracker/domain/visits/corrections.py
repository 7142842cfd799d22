"""Putting a mistake right: which ways there are, who may go them, and what they change.

Nothing is edited. A correction is one more record that takes the place of the one before; the
enrollment is replayed from its first visit, and the difference between what should have been paid
and what was paid is posted. So the questions here are only two: may this person do that to this
record now, and what would move.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from cm_tracker.domain.errors import (
    AlreadyUndone,
    NotAllowed,
    NothingToAnswer,
    NothingToExcuse,
    OwnEntry,
    SomebodyElses,
    TooLateToUndo,
    UndoIsOff,
    VisitIsVoid,
)
from cm_tracker.domain.ledger.accounts import Entry
from cm_tracker.domain.schedules import outcomes
from cm_tracker.domain.schedules.engine import Replay, Result
from cm_tracker.domain.staff.roles import Actor

# The ways, as staff choose them.
UNDO = "undo"
ANSWER = "answer"
EXCUSE = "excuse"
CORRECT = "correct"
VOID = "void"
WAYS = (UNDO, ANSWER, EXCUSE, CORRECT, VOID)

# What a record says of why it takes the place of another.
ANSWERED = "answered"  # the laboratory spoke
EXCUSED = "excused"  # an absence turned out to have an excuse
CORRECTED = "corrected"  # it was entered wrongly
VOIDED = "voided"  # it never happened
UNDONE = "undone"  # a slip, taken away by whoever made it, at once
REVERTED = "reverted"  # a correction undone: what stood before it stands again
AGAIN = "again"  # a visit entered for a day on which another record was voided
TAKEN_AWAY = (VOIDED, UNDONE)

PERMISSIONS = {
    UNDO: "visit:record",
    ANSWER: "visit:answer",
    EXCUSE: "visit:answer",
    CORRECT: "visit:correct",
    VOID: "visit:correct",
}


class CorrectionTarget(NamedTuple):
    """What decides about a correction: the visit's newest record, who entered that, and on whose word it rests.

    `undo_minutes` is the setting of the visit's site.
    """

    outcome: str
    is_test: bool
    correction: str | None
    recorded_at: datetime
    staff_id: int | None
    makers: Collection[int | None]
    undo_minutes: int


def check_undo(staff_id: int | None, recorded_at: datetime, actor: Actor, now: datetime, undo_minutes: int) -> None:
    """Let only the person who entered something undo it, and only within the minutes that their site allows.

    Raises `UndoIsOff` where the site allows none, `SomebodyElses`, or `TooLateToUndo`.
    """
    if not undo_minutes:
        raise UndoIsOff
    if staff_id is None or staff_id != actor.staff_id:
        raise SomebodyElses(minutes=undo_minutes)
    if now - recorded_at > timedelta(minutes=undo_minutes):
        raise TooLateToUndo(minutes=undo_minutes)


def check_second_person(staff_ids: Sequence[int | None], actor: Actor) -> None:
    """Nobody corrects their own entry. Raises `OwnEntry`."""
    if actor.staff_id is not None and actor.staff_id in staff_ids:
        raise OwnEntry


def check_redemption_undo(
    staff_id: int | None, recorded_at: datetime, actor: Actor, now: datetime, undo_minutes: int
) -> None:
    """Whoever handed a prize out may undo it within `undo_minutes`; a lead who did not, at any time.

    Raises what stands against it.
    """
    if actor.may("redemption:void") and (staff_id is None or staff_id != actor.staff_id):
        return
    check_undo(staff_id, recorded_at, actor, now, undo_minutes)


def check_way(way: str, target: CorrectionTarget, actor: Actor, now: datetime) -> None:
    """Raise the law that stands against going this way with this record now.

    Undoing is for whoever entered it, within the site's minutes; voiding and correcting for a lead who did
    not enter it; a laboratory's answer and a late excuse are no mistakes, and anybody who records
    visits may enter them. `KeyError` for a way that there is not.
    """
    if not actor.may(PERMISSIONS[way]):
        raise NotAllowed(role=actor.role)
    if way == UNDO:
        if target.correction in (UNDONE, REVERTED):
            raise AlreadyUndone
        check_undo(target.staff_id, target.recorded_at, actor, now, target.undo_minutes)
        return
    if target.correction in TAKEN_AWAY:
        raise VisitIsVoid
    if way == ANSWER:
        answerable = (outcomes.PENDING, outcomes.DISPUTED, outcomes.MET)
        if not target.is_test or target.outcome not in answerable:
            raise NothingToAnswer
    elif way == EXCUSE:
        if target.outcome != outcomes.UNEXCUSED:
            raise NothingToExcuse
    else:
        check_second_person([target.staff_id, *target.makers], actor)


def ways(target: CorrectionTarget, actor: Actor, now: datetime) -> tuple[str, ...]:
    """The ways that are open to this person with this record now."""
    return tuple(way for way in WAYS if _is_open(way, target, actor, now))


def _is_open(way: str, target: CorrectionTarget, actor: Actor, now: datetime) -> bool:
    try:
        check_way(way, target, actor, now)
    except (
        AlreadyUndone, NotAllowed, NothingToAnswer, NothingToExcuse, OwnEntry, SomebodyElses, TooLateToUndo,
        UndoIsOff, VisitIsVoid,
    ):  # fmt: skip
        return False
    return True


class Change(NamedTuple):
    """What a correction does to one visit: worked out before and after, and what moves because of it.

    `visit_id` is 0 for a visit that is not recorded yet; `before` is None for it, `after` for one
    that is taken away. `to_client` goes into the client's account (negative: out of it);
    `to_program` is booked as the program's loss (negative: is no longer one).
    """

    visit_id: int
    day: date
    before: Result | None
    after: Result | None
    unit: str
    to_client: int
    to_program: int

    @property
    def is_quiet(self) -> bool:
        """Whether outcome and amount stay and nothing moves: only its level or its place in the row differ."""
        if self.before is None or self.after is None or self.to_client or self.to_program:
            return False
        return (self.before.outcome, self.before.paid) == (self.after.outcome, self.after.paid)


def changes(
    before: Replay, after: Replay, days: Mapping[int, date], entries: Mapping[str, Sequence[Entry]]
) -> tuple[Change, ...]:
    """Every visit that is worked out otherwise than before, or for which something moves, by day.

    `days` is the day of each visit by id, `entries` what the settlement would post, by unit.
    """
    was = {result.ref: result for result in before.results}
    will = {result.ref: result for result in after.results}
    moved: dict[int, list[int]] = {}
    unit_of: dict[int, str] = {}
    for unit, lines in entries.items():
        for account, amount, visit_id in lines:
            sums = moved.setdefault(visit_id or 0, [0, 0])
            unit_of[visit_id or 0] = unit
            if account.kind == "client":
                sums[0] += amount
            elif account.kind == "program_loss":
                sums[1] -= amount  # what the client keeps comes out of the program's own account
    found = []
    for visit_id in {*was, *will, *moved}:
        old, new = was.get(visit_id), will.get(visit_id)
        if visit_id not in moved and old is not None and new is not None and _says_the_same(old, new):
            continue
        result = new or old
        unit = result.unit if result else unit_of[visit_id]
        to_client, to_program = moved.get(visit_id, (0, 0))
        found.append(Change(visit_id, days[visit_id], old, new, unit, to_client, to_program))
    return tuple(sorted(found, key=lambda change: (change.day, change.visit_id == 0, change.visit_id)))


def _says_the_same(old: Result, new: Result) -> bool:
    """Whether a visit is worked out as before; its number in the list does not matter."""
    return old._replace(n=0) == new._replace(n=0)
