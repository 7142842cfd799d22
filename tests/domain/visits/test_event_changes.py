"""What a move would change for a client, before it is saved: worked out by hand.

The schedule pays two visits a week: 10 points for the first and 5 more for each next one.
"""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from cm_tracker.domain.schedules.ceilings import CeilingUse, Received
from cm_tracker.domain.schedules.schedule import Ceiling, parse
from cm_tracker.domain.visits.enrollment_events import propose_end, propose_move
from cm_tracker.domain.visits.event_changes import MoveChanges, changes_of
from cm_tracker.domain.visits.history import EnrollmentHistory
from cm_tracker.domain.visits.kept import LossEntry
from cm_tracker.domain.visits.settling import LedgerState
from tests.domain.schedules.documents import document, phase, track
from tests.domain.visits.histories import NOW, START, a_visit, enrollment, paid

TODAY = date(2026, 3, 16)  # the first day of the third week
THREE = (a_visit(1, 0), a_visit(2, 2), a_visit(3, 7))  # pays 10, 15, 20
SLOWER = document(track(phase((1, 12), step=1, base=8)))


def moved(history: EnrollmentHistory, ledger_state: LedgerState, doc: dict[str, Any], day: date = TODAY) -> MoveChanges:
    found = changes_of(history, ledger_state, propose_move(history, 2, parse(doc), day, NOW), NOW)
    assert isinstance(found, MoveChanges)
    return found


def ladders(found: MoveChanges) -> list[tuple[str, int | None, int | None]]:
    """The next amounts before and after by behavior; -1 where a version lacks it."""
    return [
        (
            move.track.behavior,
            move.before.next_due if move.before else -1,
            move.after.next_due if move.after else -1,
        )
        for move in found.tracks
    ]


def test_the_next_visit_keeps_its_level_and_has_the_new_versions_amount() -> None:
    found = moved(enrollment(*THREE), paid(10, 15, 20), SLOWER)
    # Level 3: 10 + 3 x 5 under the old version, 8 + 3 x 1 under the new one. No visit is touched.
    assert ladders(found) == [("goal", 25, 11)]
    assert (found.tracks[0].before.level, found.tracks[0].after.level) == (3, 3)  # type: ignore[union-attr]
    assert (found.changes, found.week, found.weeks) == ((), 3, 4)


def test_a_visit_from_that_day_on_is_worked_out_anew_and_what_was_paid_too_much_is_kept() -> None:
    found = moved(enrollment(*THREE), paid(10, 15, 20), SLOWER, START + timedelta(days=7))
    # The third visit, at level 2, is worth 8 + 2 x 1: ten of its 20 points are kept.
    assert (found.to_client("points"), found.to_program("points")) == (0, 10)
    assert ladders(found) == [("goal", 25, 11)]


def test_a_behavior_that_the_new_version_lacks_ends_and_a_new_one_begins() -> None:
    found = moved(enrollment(*THREE), paid(10, 15, 20), document(track(phase((1, 12), base=7), behavior="group")))
    assert ladders(found) == [("group", -1, 7), ("goal", 25, -1)]


def test_a_lower_or_new_ceiling_is_named_with_what_is_used_of_it() -> None:
    ceilings = [{"scope": "enrollment", "cents": 2000}, {"scope": "calendar_year", "cents": 50000}]
    history = enrollment(*THREE, ceilings=[{"scope": "calendar_year", "cents": 40000}])
    state = replace(paid(10, 15, 20), received_elsewhere=[Received(9, date(2026, 1, 5), 900)])
    # 45 points of 25 cents were paid in this enrollment; the year's ceiling is higher than it was.
    assert moved(history, state, {**SLOWER, "ceilings": ceilings}).lower_ceilings == (
        CeilingUse(Ceiling("enrollment", 2000), 1125),
    )


def test_a_ceiling_of_another_year_or_of_other_days_is_a_new_one() -> None:
    """The grant's year from July 1 and 30 days were there before. 1,125 cents were paid in March 2026, 900 in January."""
    before = [{"scope": "year_from", "from": "07-01", "cents": 75000}, {"scope": "rolling", "days": 30, "cents": 9000}]
    history = enrollment(*THREE, format="cm-schedule/2", ceilings=before)
    state = replace(paid(10, 15, 20), received_elsewhere=[Received(9, date(2026, 1, 5), 900)])
    after = [
        {"scope": "year_from", "from": "02-01", "cents": 75000},
        {"scope": "year_from", "from": "07-01", "cents": 70000},
        {"scope": "rolling", "days": 30, "cents": 9000},
        {"scope": "lifetime", "cents": 100000},
    ]
    found = moved(history, state, {**SLOWER, "format": "cm-schedule/2", "ceilings": after})
    assert found.lower_ceilings == (
        CeilingUse(Ceiling("year_from", 75000, first_day=(2, 1)), 1125),
        CeilingUse(Ceiling("year_from", 70000, first_day=(7, 1)), 2025),
        CeilingUse(Ceiling("lifetime", 100000), 2025),
    )


def test_the_fingerprint_is_another_one_as_soon_as_a_visit_before_that_day_moves_the_ladder() -> None:
    first = moved(enrollment(*THREE), paid(10, 15, 20), SLOWER)
    again = moved(enrollment(*THREE), paid(10, 15, 20, balance=1), SLOWER)
    more = moved(enrollment(*THREE, a_visit(4, 9)), paid(10, 15, 20, 25), SLOWER)
    assert first.changes == more.changes == ()
    assert (first.balances, again.balances, len(first.fingerprint)) == ({"points": 45}, {"points": 1}, 32)
    assert first.fingerprint == again.fingerprint != more.fingerprint


def test_of_another_event_only_what_it_changes_for_visits_is_named() -> None:
    history = enrollment(*THREE)
    found = changes_of(history, paid(10, 15, 20), propose_end(history, TODAY, "left", NOW), NOW)
    assert (type(found).__name__, found.changes) == ("Changes", ())


def test_a_move_is_compared_with_the_version_of_its_own_day() -> None:
    """The enrollment was moved before, from March 4 on: that version pays 2 more for each step and has a ceiling."""
    ceiling = [{"scope": "enrollment", "cents": 5000}]
    before = {**document(track(phase((1, 12), step=2, base=9))), "ceilings": ceiling}
    history = enrollment(*THREE, ceilings=[{"scope": "enrollment", "cents": 1}])
    first = propose_move(history, 3, parse(before), date(2026, 3, 4), NOW)
    history = replace(first.after, span=replace(first.after.span, first_of={3: 3}))
    lower = {**SLOWER, "ceilings": [{"scope": "enrollment", "cents": 4000}]}
    found = moved(history, paid(10, 11, 13), lower)
    # Level 3: 9 + 3 x 2 under the version of March 4, and 8 + 3 x 1 under the new one.
    assert ladders(found) == [("goal", 15, 11)]
    assert found.lower_ceilings == (CeilingUse(Ceiling("enrollment", 4000), 850),)
    assert (found.week, found.weeks) == (3, 12)


def test_the_fingerprint_tells_the_ladder_under_the_old_and_under_the_new_version() -> None:
    """Two schedules that pay the same so far, and something else from the next visit on."""
    capped = [track(phase(cap=20))]
    was = [moved(enrollment(*THREE, **more), paid(10, 15, 20), SLOWER) for more in ({}, {"tracks": capped})]
    assert [ladders(found) for found in was] == [[("goal", 25, 11)], [("goal", 20, 10)]]
    assert was[0].fingerprint != was[1].fingerprint
    would_be = [
        moved(enrollment(*THREE), paid(10, 15, 20), document(track(phase((1, 12), step=step, base=8))))
        for step in (1, 2)
    ]
    assert would_be[0].fingerprint != would_be[1].fingerprint
    bonus = [track(phase(run_bonus={"every": 4, "amount": 7}))]
    before = moved(enrollment(*THREE, tracks=bonus), paid(10, 15, 20), SLOWER)
    assert ladders(before) == [("goal", 32, 11)] and before.fingerprint != was[0].fingerprint


def test_what_an_event_is_about_brings_back_what_was_left_of_it_and_nothing_else() -> None:
    """10 points of a record about March 4 stay, whatever a move from March 16 on changes."""
    history = enrollment(a_visit(1, 0), a_visit(2, 14))
    state = replace(paid(10, 15), loss_entries=[LossEntry(1, "visit:9", False, "points", 1, 10)])
    dearer = document(track(phase((1, 12), base=20)))
    found = moved(history, state, dearer)
    assert (found.to_client("points"), found.to_program("points")) == (10, 0)
