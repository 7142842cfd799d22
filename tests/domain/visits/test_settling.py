"""What one more record changes and what is owed after it: worked out by hand.

The schedule pays 10 points for the first visit and 5 more for each next one, and goes back to 10 after a lapse.
"""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from cm_tracker.domain.clients.events import EnrollmentEvent
from cm_tracker.domain.errors import PointsSpent
from cm_tracker.domain.ledger.accounts import Entry, client_account, site_account
from cm_tracker.domain.ledger.settlement import Paid
from cm_tracker.domain.schedules.ceilings import CeilingUse, Received
from cm_tracker.domain.schedules.schedule import Ceiling, parse
from cm_tracker.domain.visits.history import CurrentVisit, Cut, EnrollmentHistory
from cm_tracker.domain.visits.kept import LossEntry
from cm_tracker.domain.visits.settling import (
    LedgerState,
    Preview,
    ceiling_uses,
    preview,
    preview_event,
    settle_record,
    subjects_of,
)
from cm_tracker.domain.visits.undoing import Undone
from tests.domain.schedules.documents import document, phase, track
from tests.domain.visits.histories import NOW, a_visit, enrollment, paid

CLIENT = client_account(7, "points")
ISSUED = site_account("issued", 1, "points")
LOSS = site_account("program_loss", 1, "points")
N_N_N = (a_visit(1, 0), a_visit(2, 2), a_visit(3, 7))  # pays 10, 15, 20


# What the third visit's own record posted.
THIRD = {"points": [Entry(ISSUED, -20, 3), Entry(CLIENT, 20, 3)]}


def owed(history: EnrollmentHistory, ledger_state: LedgerState) -> dict[str, tuple[Entry, ...]]:
    return dict(settle_record(history, ledger_state, frozenset()).entries)


def moved(found: Preview) -> list[tuple[int, int | None, int | None, int, int]]:
    return [
        (c.visit_id, c.before.paid if c.before else None, c.after.paid if c.after else None, c.to_client, c.to_program)
        for c in found.changes
    ]


def as_saved(visit: CurrentVisit, letter: str, correction: str) -> CurrentVisit:
    return replace(a_visit(visit.id, 0, letter), happened_on=visit.happened_on, correction=correction, recorded_at=NOW)


def test_a_new_visit_is_paid_and_changes_nothing_for_the_others() -> None:
    found = preview(enrollment(*N_N_N), paid(10, 15, 20), a_visit(0, 9, recorded_at=NOW))
    assert moved(found) == [(0, None, 25, 25, 0)]
    assert found.others(0) == ()
    assert (found.next_before.next_due, found.next_after.next_due) == (25, 30)


def test_a_miss_that_is_entered_late_costs_the_visits_after_it_and_the_client_keeps_what_was_paid() -> None:
    late = a_visit(0, 1, "M", recorded_at=NOW)
    found = preview(enrollment(*N_N_N), paid(10, 15, 20), late)
    assert moved(found) == [(0, None, 0, 0, 0), (2, 15, 10, 0, 5), (3, 20, 15, 0, 5)]
    assert (found.to_client("points"), found.to_program("points"), found.units) == (0, 10, ("points",))


def test_a_correction_posts_only_the_difference_and_names_the_visit() -> None:
    positive = as_saved(N_N_N[1], "P", "corrected")
    history = enrollment(*N_N_N).with_visits([positive])
    assert owed(history, paid(10, 15, 20)) == {
        "points": (
            Entry(ISSUED, 15, 2),
            Entry(LOSS, -15, 2),
            Entry(ISSUED, 10, 3),
            Entry(LOSS, -10, 3),
        )
    }


def test_a_schedule_that_takes_back_takes_no_more_than_the_client_still_has() -> None:
    positive = as_saved(N_N_N[1], "P", "corrected")
    history = enrollment(*N_N_N, corrections="replay").with_visits([positive])
    # Of the 25 too much, 7 stay with the first visit that the sum lowered.
    assert owed(history, paid(10, 15, 20, balance=18)) == {
        "points": (
            Entry(ISSUED, 15, 2),
            Entry(CLIENT, -8, 2),
            Entry(LOSS, -7, 2),
            Entry(ISSUED, 10, 3),
            Entry(CLIENT, -10, 3),
        )
    }


def test_nothing_is_posted_where_what_was_paid_is_what_is_owed() -> None:
    history = enrollment(*N_N_N)
    assert owed(history, paid(10, 15, 20)) == {}


def test_an_undo_takes_back_what_its_own_record_paid() -> None:
    undone = as_saved(N_N_N[2], "N", "undone")
    found = preview(enrollment(*N_N_N), paid(10, 15, 20), undone, undoes=Undone(THIRD))
    assert moved(found) == [(3, 20, None, -20, 0)]


def test_an_undo_is_refused_while_what_it_paid_is_spent() -> None:
    undone = as_saved(N_N_N[2], "N", "undone")
    with pytest.raises(PointsSpent) as refused:
        preview(enrollment(*N_N_N), paid(10, 15, 20, balance=12), undone, undoes=Undone(THIRD))
    assert (refused.value.spent, refused.value.unit) == (8, "points")


def test_the_fingerprint_names_the_changes_and_nothing_else() -> None:
    first = preview(enrollment(*N_N_N), paid(10, 15, 20), a_visit(0, 9, recorded_at=NOW))
    again = preview(enrollment(*N_N_N), paid(10, 15, 20, balance=1), a_visit(0, 9, recorded_at=NOW, specimen_id="U1"))
    other = preview(enrollment(*N_N_N), paid(10, 15, 20), a_visit(0, 9, "P", recorded_at=NOW))
    assert first.fingerprint == again.fingerprint != other.fingerprint


def test_what_another_program_paid_this_year_leaves_less_room_and_the_cut_is_written_down() -> None:
    history = enrollment(*N_N_N[:1], ceilings=[{"scope": "calendar_year", "cents": 1000}]).with_visits([N_N_N[1]])
    # 10 points of 25 cents and $4 elsewhere leave $3.50: 14 of the 15 points.
    elsewhere = replace(paid(10), received_elsewhere=[Received(9, date(2026, 1, 5), 400)])
    found = settle_record(history, elsewhere, frozenset())
    assert found.entries == {"points": (Entry(ISSUED, -14, 2), Entry(CLIENT, 14, 2))}
    assert found.cuts == {2: Cut(1, "calendar_year")}
    assert [(r.due, r.paid, r.cut_by) for r in found.replay.results] == [(10, 10, None), (15, 14, "calendar_year")]


def test_nothing_that_is_booked_later_changes_an_earlier_payment() -> None:
    ceilings = [{"scope": "calendar_year", "cents": 1000}]
    cut = replace(enrollment(*N_N_N[:2], ceilings=ceilings), cuts={2: Cut(1, "calendar_year")})
    # What was received elsewhere has gone down since, and there would be room.
    assert owed(cut, paid(10, 14)) == {}
    assert owed(cut, replace(paid(10, 14), received_elsewhere=[Received(9, date(2026, 1, 5), 9000)])) == {}


def test_a_ceiling_counts_what_stayed_with_the_client() -> None:
    ceilings = [{"scope": "enrollment", "cents": 1000}]
    history = enrollment(a_visit(1, 0, "P"), a_visit(2, 2), a_visit(3, 7), ceilings=ceilings)
    kept = LedgerState({"points": {1: Paid(0, 15), 2: Paid(10, 10)}}, {"points": 25})
    # $6.25 of $10 are used, $3.75 kept among them: all 15 points of the third visit fit, and not one more.
    found = settle_record(history, kept, frozenset())
    assert (found.entries["points"], found.cuts) == ((Entry(ISSUED, -15, 3), Entry(CLIENT, 15, 3)), {})
    more = settle_record(history, replace(kept, received_elsewhere=[Received(1, date(2026, 3, 3), 30)]), frozenset())
    assert more.cuts == {3: Cut(2, "enrollment")}
    assert ceiling_uses(history, kept, date(2026, 3, 9)) == (CeilingUse(Ceiling("enrollment", 1000), 625),)


def test_an_undo_restores_what_its_record_kept() -> None:
    # A correction lowered the second and third visit; 25 stayed with the client. Its undo makes both worth it again.
    lowered = as_saved(N_N_N[1], "P", "corrected")
    history = enrollment(records={1: [N_N_N[0]], 2: [N_N_N[1], lowered], 3: [N_N_N[2]]})
    state = LedgerState({"points": {1: Paid(10, 10), 2: Paid(0, 15), 3: Paid(10, 20)}}, {"points": 45})
    posted = {"points": [Entry(ISSUED, 15, 2), Entry(LOSS, -15, 2), Entry(ISSUED, 10, 3), Entry(LOSS, -10, 3)]}
    found = preview(history, state, as_saved(N_N_N[1], "N", "reverted"), undoes=Undone(posted))
    assert moved(found) == [(2, 0, 15, 0, -15), (3, 10, 20, 0, -10)]


# -- what is shown, and what is written -------------------------------------------------------------------------


def test_what_is_shown_is_the_visit_itself_and_every_other_that_really_changes() -> None:
    side = {"also_negative": ["thc"], "amount": 2}
    # A met visit before the first one raises the run of the second: 10 and 10 stay what they are.
    history = enrollment(a_visit(2, 2), tracks=[track(phase(step=0), side_bonus=side)])
    found = preview(history, paid(0, 10), a_visit(0, 0, recorded_at=NOW))
    assert [(change.visit_id, change.is_quiet) for change in found.changes] == [(0, False), (2, True)]
    assert [change.visit_id for change in found.shown(0)] == [0]
    assert [change.visit_id for change in found.shown(2)] == [0, 2]
    assert [change.visit_id for change in found.others(0)] == [2]
    assert (found.balance("points"), found.balance("draws")) == (10, 0)


BOWL = {"name": "B", "slips": [{"tier": "small", "count": 1, "cents": 100}]}


def test_points_and_draws_are_two_sums() -> None:
    both = [track(), track(behavior="came", evidence="attendance", target=[], pays="draws")]
    history = enrollment(a_visit(1, 0), a_visit(2, 0, behavior="came"), tracks=both, bowl=BOWL)
    found = preview(history, LedgerState({}, {}), a_visit(0, 2, behavior="came", recorded_at=NOW))
    assert (found.units, found.to_client("points"), found.to_client("draws")) == (("draws", "points"), 10, 25)
    assert found.next_after.next_due == 20
    entries = settle_record(history, LedgerState({}, {}), frozenset()).entries
    assert {unit: [(e.account.key, e.amount, e.visit_id) for e in of] for unit, of in entries.items()} == {
        "points": [("issued:1:points", -10, 1), ("client:7:points", 10, 1)],
        "draws": [("issued:1:draws", -10, 2), ("client:7:draws", 10, 2)],
    }


def test_a_ceiling_never_cuts_draws() -> None:
    history = enrollment(
        a_visit(1, 0), tracks=[track(pays="draws")], bowl=BOWL, ceilings=[{"scope": "enrollment", "cents": 100}]
    )
    found = settle_record(history, LedgerState({}, {}), frozenset())
    assert [(e.amount, e.account.unit) for e in found.entries["draws"]] == [(-10, "draws"), (10, "draws")]
    assert found.cuts == {}


@pytest.mark.parametrize(
    ("scope", "received_on", "points"),
    [
        ("month", date(2026, 3, 31), 14),
        ("month", date(2026, 2, 28), 15),
        ("calendar_year", date(2026, 12, 31), 14),
        ("calendar_year", date(2025, 12, 31), 15),
        # Under another enrollment.
        ("enrollment", date(2026, 3, 3), 15),
        ("award", date(2026, 3, 3), 15),
    ],
)
def test_a_visit_is_raised_as_far_as_its_ceiling_leaves_room_on_its_day(
    scope: str, received_on: date, points: int
) -> None:
    """10 points of 25 cents and $4 elsewhere leave $3.50 of $10: 14 of the 15 points."""
    history = enrollment(*N_N_N[:2], ceilings=[{"scope": scope, "cents": 1000}])
    state = replace(paid(10), received_elsewhere=[Received(9, received_on, 400)])
    found = settle_record(history, state, frozenset())
    assert found.entries["points"] == (Entry(ISSUED, -points, 2), Entry(CLIENT, points, 2))
    assert found.cuts == ({} if points == 15 else {2: Cut(1, scope)})


def test_the_tightest_ceiling_is_the_one_that_is_written_down() -> None:
    ceilings = [{"scope": "month", "cents": 1000}, {"scope": "calendar_year", "cents": 900}]
    history = enrollment(*N_N_N[:2], ceilings=ceilings)
    state = replace(paid(10), received_elsewhere=[Received(9, date(2026, 3, 5), 400)])
    # $6.50 are used: $3.50 of the month and $2.50 of the year are left.
    assert settle_record(history, state, frozenset()).cuts == {2: Cut(5, "calendar_year")}
    over = replace(state, received_elsewhere=[Received(9, date(2026, 3, 5), 9000)])
    assert settle_record(history, over, frozenset()).cuts == {2: Cut(15, "month")}


def test_several_visits_of_one_sum_share_what_a_ceiling_leaves() -> None:
    history = enrollment(*N_N_N, ceilings=[{"scope": "calendar_year", "cents": 1500}])
    state = LedgerState({}, {}, received_elsewhere=[Received(9, date(2026, 1, 5), 750)])
    # Of $15 a year $7.50 are used elsewhere; 30 points fit: 10, 15 and 5 of the 20.
    found = settle_record(history, state, frozenset())
    assert [(e.amount, e.visit_id) for e in found.entries["points"] if e.account.kind == "client"] == [
        (10, 1),
        (15, 2),
        (5, 3),
    ]
    assert found.cuts == {3: Cut(15, "calendar_year")}
    assert [(r.paid, r.cut_by) for r in found.replay.results] == [(10, None), (15, None), (5, "calendar_year")]


def test_what_the_same_sum_lowers_makes_room_under_the_ceiling() -> None:
    """The second visit becomes positive, the third one is negative again and is due 10: $3.75 and more are free."""
    ceilings = [{"scope": "enrollment", "cents": 625}]
    history = enrollment(a_visit(1, 0), a_visit(2, 2, "P"), a_visit(3, 7), ceilings=ceilings)
    # 10 and 15 points, $6.25 in all, were paid, so that nothing was left for the third visit.
    state = LedgerState({"points": {1: Paid(10, 10), 2: Paid(15, 15)}}, {"points": 25})
    found = settle_record(replace(history, cuts={3: Cut(20, "enrollment")}), state, frozenset())
    assert [(e.account.kind, e.amount, e.visit_id) for e in found.entries["points"]] == [
        ("issued", -10, 3),
        ("client", 10, 3),
        ("issued", 15, 2),
        ("client", -10, 2),
        ("program_loss", -5, 2),
    ]
    assert found.cuts == {3: Cut(0, "enrollment")}
    assert found.history.cuts == {}


def test_a_cut_of_an_earlier_visit_stays_as_it_was_written_down() -> None:
    ceilings = [{"scope": "calendar_year", "cents": 1500}]
    history = replace(enrollment(*N_N_N, ceilings=ceilings), cuts={2: Cut(1, "calendar_year")})
    state = replace(paid(10, 14), received_elsewhere=[Received(9, date(2026, 1, 5), 600)])
    found = settle_record(history, state, frozenset())
    # $6 here and $6 elsewhere leave $3 of $15: 12 of the 20 points. The point of the second visit is not made up.
    assert found.cuts == {3: Cut(8, "calendar_year")}
    assert found.history.cuts == {2: Cut(1, "calendar_year"), 3: Cut(8, "calendar_year")}
    assert [r.paid for r in found.replay.results] == [10, 14, 12]


def test_without_any_ceiling_nothing_is_cut() -> None:
    found = settle_record(enrollment(*N_N_N), paid(10), frozenset())
    assert (found.cuts, [r.paid for r in found.replay.results]) == ({}, [10, 15, 20])


def test_the_balance_is_raised_before_it_is_lowered_also_when_it_is_mirrored() -> None:
    posted = {"points": [Entry(CLIENT, 20, 3), Entry(ISSUED, -20, 3), Entry(CLIENT, -8, 2), Entry(ISSUED, 8, 2)]}
    found = settle_record(enrollment(*N_N_N), paid(10, 15, 20), frozenset(), undoes=Undone(posted))
    assert found.entries["points"] == (
        Entry(ISSUED, 20, 3),
        Entry(CLIENT, 8, 2),
        Entry(ISSUED, -8, 2),
        Entry(CLIENT, -20, 3),
    )


def test_an_undo_may_empty_the_balance() -> None:
    state = paid(10, 15, 20, balance=20)
    assert settle_record(enrollment(*N_N_N), state, frozenset(), undoes=Undone(THIRD)).entries["points"] == (
        Entry(ISSUED, 20, 3),
        Entry(CLIENT, -20, 3),
    )
    with pytest.raises(PointsSpent) as refused:
        settle_record(enrollment(*N_N_N), replace(state, balances={}), frozenset(), undoes=Undone(THIRD))
    assert refused.value.spent == 20


def test_an_undo_under_a_ceiling_cuts_by_what_its_visits_are_worth_after_it() -> None:
    history = enrollment(*N_N_N, ceilings=[{"scope": "enrollment", "cents": 5000}])
    found = settle_record(history, paid(10, 15, 20), frozenset(), undoes=Undone(THIRD))
    assert found.cuts == {3: Cut(20, "")}


def test_what_an_earlier_record_about_the_same_visit_left_comes_back_into_its_sum() -> None:
    lowered = as_saved(N_N_N[1], "P", "corrected")
    history = enrollment(records={1: [N_N_N[0]], 2: [N_N_N[1], lowered], 3: [N_N_N[2]]})
    state = LedgerState(
        {"points": {1: Paid(10, 10), 2: Paid(0, 15), 3: Paid(10, 20)}},
        {"points": 45},
        [LossEntry(1, "visit:2", False, "points", 2, 15), LossEntry(1, "visit:2", False, "points", 3, 10)],
    )
    again = as_saved(N_N_N[1], "N", "corrected")
    found = preview(history, state, again)
    assert moved(found) == [(2, 0, 15, 0, -15), (3, 10, 20, 0, -10)]
    # A record about another visit leaves it alone: what is owed is paid.
    other = a_visit(0, 9, recorded_at=NOW)
    assert moved(preview(history, state, other)) == [(0, None, 15, 15, 0)]
    after = history.with_visits([other])
    event = preview_event(history, state, after, subjects_of(history, [other]))
    assert (event.to_client("points"), event.to_program("points")) == (15, 0)


def test_a_record_that_moves_a_visit_is_about_both_days() -> None:
    history = enrollment(a_visit(1, 0), a_visit(2, 2, correction="voided"))
    assert subjects_of(history, [a_visit(1, 1)]) == {("goal", "2026-03-02"), ("goal", "2026-03-03")}
    assert subjects_of(history, [a_visit(2, 2), a_visit(0, 9, behavior="came")]) == {
        ("goal", "2026-03-04"),
        ("came", "2026-03-11"),
    }


def test_the_next_amount_is_that_of_today_and_before_the_first_day_that_of_the_first() -> None:
    early = datetime(2026, 2, 20, 15, 0, tzinfo=UTC)
    found = preview(enrollment(), paid(), a_visit(0, 0, recorded_at=early))
    assert (found.next_before.next_due, found.next_after.next_due) == (10, 15)


def test_an_event_changes_what_its_history_changes() -> None:
    before = enrollment(*N_N_N)
    after = before.with_visits([as_saved(N_N_N[0], "N", "voided")])
    found = preview_event(before, paid(10, 15, 20), after, frozenset({("goal", "2026-03-02")}))
    assert [(c.visit_id, c.after and c.after.paid, c.to_client, c.to_program) for c in found.changes] == [
        (1, None, 0, 10),
        (2, 10, 0, 5),
        (3, 15, 0, 5),
    ]
    assert found.balances == {"points": 45}
    assert len(found.fingerprint) == 32


def test_the_use_of_a_ceiling_is_that_of_the_version_of_the_day() -> None:
    history = enrollment(*N_N_N, ceilings=[{"scope": "enrollment", "cents": 5000}, {"scope": "award", "cents": 600}])
    assert ceiling_uses(history, paid(10, 15), date(2026, 3, 9)) == (CeilingUse(Ceiling("enrollment", 5000), 625),)
    assert ceiling_uses(enrollment(*N_N_N), paid(10, 15), date(2026, 3, 9)) == ()


def test_the_fingerprint_tells_what_was_and_what_would_be() -> None:
    """An excuse and a result that is waited for pay the same nothing, and so do a positive test and an absence."""
    met = as_saved(N_N_N[2], "N", "corrected")
    was = [preview(enrollment(*N_N_N[:2], a_visit(3, 7, letter)), paid(10, 15), met) for letter in "E?"]
    assert was[0].to_client("points") == was[1].to_client("points") == 20
    assert was[0].fingerprint != was[1].fingerprint
    would_be = [
        preview(enrollment(*N_N_N), paid(10, 15, 20), as_saved(N_N_N[2], letter, "corrected")) for letter in "PM"
    ]
    assert moved(would_be[0]) == moved(would_be[1]) == [(3, 20, 0, 0, 20)]
    assert would_be[0].fingerprint != would_be[1].fingerprint


def test_nothing_is_taken_back_from_a_client_who_has_nothing() -> None:
    history = enrollment(*N_N_N, corrections="replay").with_visits([as_saved(N_N_N[2], "P", "corrected")])
    assert owed(history, replace(paid(10, 15, 20), balances={})) == {
        "points": (Entry(ISSUED, 20, 3), Entry(LOSS, -20, 3))
    }


def test_a_cut_of_points_is_no_cut_of_draws() -> None:
    """The enrollment was moved to a version that pays draws, from the first day on."""
    draws = parse(document(track(pays="draws"), bowl=BOWL, ceilings=[{"scope": "month", "cents": 5000}]))
    history = enrollment(a_visit(1, 0), ceilings=[{"scope": "month", "cents": 5000}])
    move = EnrollmentEvent(9, 9, "move", date(2026, 3, 2), None, None, 2)
    history = replace(history, span=history.span.with_event(move, draws), cuts={1: Cut(4, "month")})
    found = settle_record(history, paid(6), frozenset())
    assert [(e.amount, e.account.kind) for e in found.entries["draws"]] == [(-10, "issued"), (10, "client")]
    assert [(e.amount, e.account.kind) for e in found.entries["points"]] == [(6, "issued"), (-6, "program_loss")]
    assert found.cuts == {1: Cut(0, "month")}


def test_a_visit_that_is_taken_away_is_cut_no_more() -> None:
    ceilings = [{"scope": "calendar_year", "cents": 1500}]
    voided = as_saved(N_N_N[1], "N", "voided")
    history = replace(enrollment(*N_N_N[:2], ceilings=ceilings), cuts={2: Cut(1, "calendar_year")})
    found = settle_record(history.with_visits([voided]), paid(10, 14), frozenset())
    assert (found.cuts, found.history.cuts) == ({2: Cut(0, "calendar_year")}, {})


def test_an_undo_leaves_what_was_never_paid_cut_as_a_whole() -> None:
    history = enrollment(*N_N_N, ceilings=[{"scope": "enrollment", "cents": 5000}])
    posted = {"points": [Entry(ISSUED, -15, 2), Entry(CLIENT, 15, 2)]}
    found = settle_record(history, paid(10, 15), frozenset(), undoes=Undone(posted))
    assert found.cuts == {2: Cut(15, ""), 3: Cut(20, "")}
    # An undo of draws alone, and one of a visit that is not paid in the ledger's books yet.
    nothing = settle_record(history, LedgerState({}, {}), frozenset(), undoes=Undone({"draws": []}))
    assert nothing.cuts == {1: Cut(10, ""), 2: Cut(15, ""), 3: Cut(20, "")}
    back = {"points": [Entry(ISSUED, 10, 1), Entry(LOSS, -10, 1)]}
    restored = settle_record(history, LedgerState({}, {}), frozenset(), undoes=Undone(back))
    assert restored.cuts == {2: Cut(15, ""), 3: Cut(20, "")}
    back = {"points": [Entry(ISSUED, 9, 1), Entry(LOSS, -9, 1)]}
    restored = settle_record(history, LedgerState({}, {}), frozenset(), undoes=Undone(back))
    assert restored.cuts == {1: Cut(1, ""), 2: Cut(15, ""), 3: Cut(20, "")}


def test_what_comes_back_into_the_sum_makes_room_under_the_ceiling() -> None:
    """15 points of the second visit stayed when it was lowered. Raised again, they fill the $6.25 as before."""
    lowered = as_saved(N_N_N[1], "P", "corrected")
    history = enrollment(
        records={1: [N_N_N[0]], 2: [N_N_N[1], lowered]}, ceilings=[{"scope": "enrollment", "cents": 625}]
    )
    state = LedgerState(
        {"points": {1: Paid(10, 10), 2: Paid(0, 15)}},
        {"points": 25},
        [LossEntry(1, "visit:2", False, "points", 2, 15)],
    )
    found = preview(history, state, as_saved(N_N_N[1], "N", "corrected"))
    assert moved(found) == [(2, 0, 15, 0, -15)]


def test_a_visit_that_earns_nothing_makes_no_room() -> None:
    """$7.60 of $10 are used elsewhere: 9 of the 10 points fit, whatever stands beside them."""
    history = enrollment(a_visit(1, 0, "E"), a_visit(2, 2), ceilings=[{"scope": "calendar_year", "cents": 1000}])
    state = LedgerState({}, {}, received_elsewhere=[Received(9, date(2026, 1, 5), 760)])
    assert settle_record(history, state, frozenset()).cuts == {2: Cut(1, "calendar_year")}


def test_nothing_fits_under_a_ceiling_that_is_used_up_where_a_point_is_worth_a_cent() -> None:
    history = enrollment(a_visit(1, 0), ceilings=[{"scope": "calendar_year", "cents": 10}], point_value_cents=1)
    state = LedgerState({}, {}, received_elsewhere=[Received(9, date(2026, 1, 5), 10)])
    found = settle_record(history, state, frozenset())
    assert (found.entries, found.cuts) == ({}, {1: Cut(10, "calendar_year")})


def test_the_ceilings_of_a_visit_are_those_of_the_version_of_its_day() -> None:
    """The new version, from March 9 on, has a ceiling of $10; the old one has none."""
    lower = parse(document(track(), ceilings=[{"scope": "enrollment", "cents": 1000}]))
    history = enrollment(*N_N_N)
    move = EnrollmentEvent(9, 9, "move", date(2026, 3, 9), None, None, 2)
    history = replace(history, span=history.span.with_event(move, lower))
    # 25 points, $6.25, were paid before: 15 of the 20 points fit, as the engine has it.
    found = settle_record(history, paid(10, 15), frozenset())
    assert [(e.amount, e.visit_id) for e in found.entries["points"] if e.account.kind == "client"] == [(15, 3)]
    state = replace(paid(10, 15), received_elsewhere=[Received(1, date(2026, 3, 1), 100)])
    assert settle_record(history, state, frozenset()).cuts == {3: Cut(4, "enrollment")}
    assert [use.used_cents for use in ceiling_uses(history, paid(10, 15), date(2026, 3, 9))] == [625]
    assert ceiling_uses(history, paid(10, 15), date(2026, 3, 8)) == ()


def test_a_preview_has_the_visits_that_stay_as_before_and_what_all_of_them_are_worth() -> None:
    """Of 10, 15 and 20 points a lapse between the second and the third leaves 10, 15 and 10."""
    found = preview(enrollment(*N_N_N), paid(10, 15, 20), a_visit(0, 4, "P", recorded_at=NOW))
    assert [(one.visit_id, one.before, one.to_client) for one in found.as_before(0)] == [
        (1, found.as_before(0)[0].after, 0),
        (2, found.as_before(0)[1].after, 0),
    ]
    assert [one.after.paid for one in found.as_before(0) if one.after] == [10, 15]
    assert (found.worth_before, found.worth_after) == ({"points": 45}, {"points": 35})


def test_a_visit_of_which_only_the_place_in_the_ladder_differs_stays_as_before() -> None:
    """The third visit is voided: nothing follows it, so the two before it stay, and it is the only one that is shown."""
    found = preview(enrollment(*N_N_N), paid(10, 15, 20), as_saved(N_N_N[2], "N", "voided"))
    assert [one.visit_id for one in found.shown(3)] == [3]
    assert [one.visit_id for one in found.as_before(3)] == [1, 2]
