"""Corrections of visits: the kinds of correction, who may make them, and what they change.

No record is ever edited. A correction adds a record that replaces an earlier one. The enrollment is
then replayed from its first visit, and the difference between what should have been paid and what
was paid is posted. This module answers two questions: may this person make this correction of this
record now, and which visits and amounts would change?
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from cm_tracker.domain.errors import (
    AlreadyUndone,
    BookedSince,
    HandedOutByYou,
    NoOtherSpecimen,
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
from cm_tracker.domain.staff.duties import ENTRY, check_apart
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.staff.site_settings import SiteSettings

# The kinds of correction that staff choose from.
SPECIMEN = "specimen"
UNDO = "undo"
ANSWER = "answer"
EXCUSE = "excuse"
CORRECT = "correct"
VOID = "void"
WAYS = (SPECIMEN, UNDO, ANSWER, EXCUSE, CORRECT, VOID)

# Why a record replaces another one, as the record says it.
ANOTHER_SPECIMEN = "specimen"  # another specimen was given at the same visit
ANSWERED = "answered"  # the laboratory reported its result
EXCUSED = "excused"  # an absence turned out to have an excuse
CORRECTED = "corrected"  # it was entered wrongly
VOIDED = "voided"  # it never happened
UNDONE = "undone"  # a mistake that the person who made it took back at once
REVERTED = "reverted"  # a correction was undone, and the record before it is repeated
AGAIN = "again"  # a visit entered for a day on which another record was voided
TAKEN_AWAY = (VOIDED, UNDONE)

# Records that say what was seen at the visit, and correct nothing.
NO_CORRECTION = (None, AGAIN, ANOTHER_SPECIMEN)

PERMISSIONS = {
    SPECIMEN: "test:record",
    UNDO: "test:record",
    ANSWER: "visit:answer",
    EXCUSE: "visit:answer",
    CORRECT: "visit:correct",
    VOID: "visit:correct",
}


class CorrectionTarget(NamedTuple):
    """The facts about a visit's newest record that decide which corrections are allowed.

    `staff_id` entered the newest record. `makers` are the staff whose entries it rests on: who entered
    the visit and who corrected it last. `settings` are those of the visit's site. `is_newest` says whether
    nothing else was settled, adjusted or drawn for the client after the record. `may_have_another` says whether none
    of the specimens is valid, so that another one can be entered. `is_hours` says that it is the result of a week on a
    track of hours: its excused minutes are corrected, and nothing else excuses it.
    """

    outcome: str
    is_test: bool
    correction: str | None
    recorded_at: datetime
    staff_id: int | None
    makers: Collection[int | None]
    settings: SiteSettings
    is_newest: bool = True
    may_have_another: bool = False
    is_hours: bool = False


def check_undo(staff_id: int | None, recorded_at: datetime, actor: Actor, now: datetime, undo_minutes: int) -> None:
    """Check that the actor entered something, and that the minutes in which they may undo it are not over.

    Raise `UndoIsOff` if the site allows no minutes at all, `SomebodyElses`, or `TooLateToUndo`.
    """
    if not undo_minutes:
        raise UndoIsOff
    if staff_id is None or staff_id != actor.staff_id:
        raise SomebodyElses(minutes=undo_minutes)
    if now - recorded_at > timedelta(minutes=undo_minutes):
        raise TooLateToUndo(minutes=undo_minutes)


def check_redemption_undo(
    staff_id: int | None,
    recorded_at: datetime,
    actor: Actor,
    now: datetime,
    undo_minutes: int,
    *,
    handed_over_by_id: int | None = None,
    is_back: bool = True,
) -> None:
    """Check that the actor may undo a redemption.

    The person who redeemed the prize (`staff_id`) may undo it within `undo_minutes`, if the item is back. A lead may undo
    it at any time, and book the item as lost, if somebody else redeemed it and handed it over: who has a prize in
    their hands could keep it, and the client would not notice. Raise what `check_undo` raises, or `HandedOutByYou`.
    """
    had_it = actor.staff_id is not None and actor.staff_id in (staff_id, handed_over_by_id)
    if actor.may("redemption:void") and not had_it:
        return
    if had_it and (not is_back or actor.staff_id != staff_id):
        raise HandedOutByYou(field="is_back")
    check_undo(staff_id, recorded_at, actor, now, undo_minutes)


def check_way(way: str, target: CorrectionTarget, actor: Actor, now: datetime) -> None:
    """Check that the actor may make this kind of correction (`way`, one of `WAYS`) now.

    Only the person who entered the record may undo it, within the site's minutes, and only while nothing else was
    booked for the client since. Only a lead who did not enter it may void or correct it. The answer of a laboratory
    that a visit waits for, a late excuse, and another specimen after one that is not valid are not mistakes: anybody who
    records visits may enter them. Where no answer is awaited, a result that says something else is a correction by a
    lead. Raise the error that says why it is not allowed, and `KeyError` for an unknown `way`.
    """
    if not actor.may(PERMISSIONS[way]):
        raise NotAllowed(roles=actor.roles)
    if way == UNDO:
        if target.correction in (UNDONE, REVERTED):
            raise AlreadyUndone
        check_undo(target.staff_id, target.recorded_at, actor, now, target.settings.undo_minutes)
        if not target.is_newest:
            raise BookedSince
        return
    if target.correction in TAKEN_AWAY:
        raise VisitIsVoid
    if way == SPECIMEN:
        if not target.may_have_another:
            raise NoOtherSpecimen
    elif way == ANSWER:
        if not target.is_test or target.outcome not in (outcomes.PENDING, outcomes.DISPUTED):
            raise NothingToAnswer
    elif way == EXCUSE:
        if target.outcome != outcomes.UNEXCUSED or target.is_hours:
            raise NothingToExcuse
    else:
        is_own_entry(target, actor)


def is_own_entry(target: CorrectionTarget, actor: Actor) -> bool:
    """Return whether the actor corrects their own entry, at a site that cannot keep the two apart. Raise `OwnEntry`."""
    return check_apart(ENTRY, target.settings, {target.staff_id, *target.makers}, actor)


def ways(target: CorrectionTarget, actor: Actor, now: datetime) -> tuple[str, ...]:
    """Return the kinds of correction that the actor may make of this record now."""
    return tuple(way for way in WAYS if _is_open(way, target, actor, now))


def _is_open(way: str, target: CorrectionTarget, actor: Actor, now: datetime) -> bool:
    try:
        check_way(way, target, actor, now)
    except (
        AlreadyUndone, BookedSince, NoOtherSpecimen, NotAllowed, NothingToAnswer, NothingToExcuse, OwnEntry, SomebodyElses, TooLateToUndo,
        UndoIsOff, VisitIsVoid,
    ):  # fmt: skip
        return False
    return True


class Change(NamedTuple):
    """What a correction changes about one visit: its result before and after, and the amounts that move.

    `visit_id` is 0 for a visit that is not recorded yet. `before` is None for such a visit, `after`
    is None for one that is voided or undone. `to_client` is paid into the client's account (negative:
    out of it). `to_program` is booked as the program's loss (negative: a loss that is taken back). `is_hours` says that
    it is the result of a week on a track of hours. `read_before` and `read_after` are its readings, and
    `is_unusable` says that its specimens cannot be used afterwards. `is_goal` says that its track pays for finished goals.
    """

    visit_id: int
    day: date
    before: Result | None
    after: Result | None
    unit: str
    to_client: int
    to_program: int
    is_hours: bool = False
    read_before: int | None = None
    read_after: int | None = None
    is_unusable: bool = False
    is_goal: bool = False

    @property
    def is_quiet(self) -> bool:
        """Whether only level or run differ, while outcome and payment stay the same and no amount moves."""
        if self.before is None or self.after is None or self.to_client or self.to_program:
            return False
        return (self.before.outcome, self.before.paid) == (self.after.outcome, self.after.paid)


def changes(
    before: Replay,
    after: Replay,
    days: Mapping[int, date],
    entries: Mapping[str, Sequence[Entry]],
    weeks: Collection[int] = (),
) -> tuple[Change, ...]:
    """Return each visit whose result differs between two replays, or for which an amount moves, by day.

    `days` has the day of each visit by its id, and `entries` what the settlement would post, by unit. `weeks` are the
    visits that are the result of a week on a track of hours.
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
    changed = []
    for visit_id in {*was, *will, *moved}:
        old, new = was.get(visit_id), will.get(visit_id)
        if visit_id not in moved and old is not None and new is not None and _is_same(old, new):
            continue
        result = new or old
        unit = result.unit if result else unit_of[visit_id]
        to_client, to_program = moved.get(visit_id, (0, 0))
        changed.append(Change(visit_id, days[visit_id], old, new, unit, to_client, to_program, visit_id in weeks))
    return tuple(sorted(changed, key=lambda change: (change.day, change.visit_id == 0, change.visit_id)))


def _is_same(old: Result, new: Result) -> bool:
    """Return whether two results differ in nothing but the visit's number in the list."""
    return old._replace(n=0) == new._replace(n=0)
