"""What saving a visit would do, for each outcome that it can have. Forms show it before anything is saved."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from cm_tracker.domain.errors import MostWerePaid, NothingMissed, Refused
from cm_tracker.domain.schedules import outcomes
from cm_tracker.domain.schedules.engine import Result
from cm_tracker.domain.schedules.readings import ReadingRule
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.visits import corrections
from cm_tracker.domain.visits.evidence import NEGATIVE, Hours
from cm_tracker.domain.visits.history import CurrentVisit, EnrollmentHistory
from cm_tracker.domain.visits.hours import check_week
from cm_tracker.domain.visits.settling import LedgerState, preview
from cm_tracker.domain.visits.visit_days import check_absence, check_day, free_place, voided_at

OF_A_TEST = (
    outcomes.MET,
    outcomes.POSITIVE,
    outcomes.REFUSED,
    outcomes.TAMPERED,
    outcomes.DILUTE,
    outcomes.EXCUSED,
    outcomes.PENDING,
)
OF_AN_ABSENCE = (outcomes.UNEXCUSED, outcomes.EXCUSED)
OF_HOURS = (outcomes.MET, outcomes.UNEXCUSED, outcomes.EXCUSED)


class Consequence(NamedTuple):
    """What one outcome would do. `result` is None if it cannot be recorded: nothing was missed that week.

    Where a number decides, `least` and `most` are the lowest and the highest reading that does the same; `most` is
    None if there is no highest one.

    `with_bonus` is the result if the analytes of the side bonus are negative, too. It is None for an outcome or a
    track without a side bonus. `changes_others` says whether other visits would earn something else. Without
    an absence, excused means that the specimen could not be used.
    """

    outcome: str
    result: Result | None
    with_bonus: Result | None = None
    changes_others: bool = False
    is_absence: bool = False
    least: int | None = None
    most: int | None = None


def consequences(
    history: EnrollmentHistory,
    ledger_state: LedgerState,
    track: Track,
    day: date,
    of: Sequence[str],
    *,
    collected_at: datetime | None,
    now: datetime,
) -> tuple[Consequence, ...]:
    """Return what a new visit of a day would earn after every ceiling, or reset, for each of the outcomes `of`.

    `collected_at` is its time, if that is known. Raise what `check_day`, `check_week` and `free_place` raise for a day on
    which no new visit can be recorded.
    """
    if track.evidence == "hours":
        check_week(history, track.behavior, day, history.day_of(now))
    check_day(history, day, now)
    visit = _next_visit(history, track, day, collected_at=collected_at, now=now)
    is_absence = tuple(of) == OF_AN_ABSENCE
    found = []
    for outcome in of:
        if track.reading is not None and outcome in (outcomes.MET, outcomes.POSITIVE):
            found += _of_readings(history, ledger_state, track.reading, visit, outcome)
            continue
        if is_absence:
            try:
                check_absence(history, track, day, outcome, None)
            except (NothingMissed, MostWerePaid):
                found.append(Consequence(outcome, None, is_absence=True))
                continue
        result, changes_others = _saved(history, ledger_state, replace(visit, outcome=outcome))
        with_bonus = None
        if outcome == outcomes.MET and track.side_bonus is not None:
            negative: Mapping[str, str] = dict.fromkeys(track.analytes, NEGATIVE)
            with_bonus, _ = _saved(history, ledger_state, replace(visit, outcome=outcome, results=negative))
        found.append(Consequence(outcome, result, with_bonus, changes_others, is_absence))
    return tuple(found)


def earned_if_met(history: EnrollmentHistory, tests: Iterable[tuple[str, date]], now: datetime) -> list[Result]:
    """Return what tests of days to come would earn if all of them were negative, in the order of `tests`.

    Each is a track and a day. The list ends before the first one whose day has a visit already, or that a number
    decides.
    """
    found: list[Result] = []
    for number, (behavior, day) in enumerate(tests, start=1):
        track = history.timeline.track_on(behavior, day)
        if track is None or track.reading is not None:
            break
        try:
            visit = _next_visit(history, track, day, collected_at=None, now=now)
        except Refused:
            break
        visit = replace(visit, id=visit.id or -number, outcome=outcomes.MET)
        history = history.with_visits([visit])
        found.append(next(result for result in history.replay().results if result.ref == visit.id))
    return found


def _next_visit(
    history: EnrollmentHistory, track: Track, day: date, *, collected_at: datetime | None, now: datetime
) -> CurrentVisit:
    """Return a new visit of a day whose outcome is not known yet."""
    place = free_place(history, track.behavior, day, None)
    voided = voided_at(history, track.behavior, day, place)
    return CurrentVisit(
        id=voided.id if voided else 0,
        newest_id=voided.newest_id if voided else 0,
        behavior=track.behavior,
        happened_on=day,
        day_place=place,
        outcome=outcomes.PENDING,
        excuse=None,
        specimen=None,
        temperature=None,
        specimen_id=None,
        collected_at=collected_at,
        read_at=None,
        correction=corrections.AGAIN if voided else None,
        recorded_at=now,
        staff_id=None,
        makers=frozenset(),
        results={},
        # Hours come after the other visits of their day; which they are does not matter beside the outcome.
        hours=Hours(0, 0, 0) if track.evidence == "hours" else None,
    )


def limit_of(history: EnrollmentHistory, visit: CurrentVisit) -> int:
    """Return the highest reading that would meet the target at a proposed visit."""
    after = history.with_visits([replace(visit, outcome=outcomes.MET, reading=0)])
    limit = next(result.limit for result in after.replay_before_cuts().results if result.ref == visit.id)
    assert limit is not None, "only a visit that a number decides is asked for"
    return limit


def _of_readings(
    history: EnrollmentHistory, ledger_state: LedgerState, rule: ReadingRule, visit: CurrentVisit, outcome: str
) -> list[Consequence]:
    """Return what readings that meet the target would do, or those that do not: one line for each step of a scale."""
    limit = limit_of(history, visit)
    if outcome == outcomes.POSITIVE:
        ranges: list[tuple[int, int | None]] = [(limit + 1, None)]
    else:
        tops = [step.at_most for step in rule.scale] or [limit]
        ranges = [(least, top) for least, top in zip([0, *(top + 1 for top in tops)], tops, strict=False)]
    found = []
    for least, most in ranges:
        result, changes_others = _saved(history, ledger_state, replace(visit, outcome=outcome, reading=least))
        found.append(Consequence(outcome, result, None, changes_others, least=least, most=most))
    return found


def _saved(history: EnrollmentHistory, ledger_state: LedgerState, visit: CurrentVisit) -> tuple[Result | None, bool]:
    """Return the result of one more visit, and whether it changes what others earn."""
    changes = preview(history, ledger_state, visit)
    result = next(change.after for change in changes.changes if change.visit_id == visit.id)
    return result, bool(changes.others(visit.id))
