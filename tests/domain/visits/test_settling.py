"""What one more record changes and what is owed after it: worked out by hand.

The schedule pays 10 points for the first visit and 5 more for each next one, and goes back to 10 after a lapse.
"""

from dataclasses import replace
from datetime import date

import pytest

from cm_tracker.domain.errors import PointsSpent
from cm_tracker.domain.ledger.accounts import Entry, client_account, site_account
from cm_tracker.domain.ledger.settlement import Paid
from cm_tracker.domain.schedules.ceilings import CeilingUse, Received
from cm_tracker.domain.schedules.schedule import Ceiling
from cm_tracker.domain.visits.history import CurrentVisit, Cut, EnrollmentHistory
from cm_tracker.domain.visits.settling import LedgerState, Preview, ceiling_uses, preview, settle_record
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
    found = preview(enrollment(*N_N_N), paid(10, 15, 20), undone, undoes=THIRD)
    assert moved(found) == [(3, 20, None, -20, 0)]


def test_an_undo_is_refused_while_what_it_paid_is_spent() -> None:
    undone = as_saved(N_N_N[2], "N", "undone")
    with pytest.raises(PointsSpent) as refused:
        preview(enrollment(*N_N_N), paid(10, 15, 20, balance=12), undone, undoes=THIRD)
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
    found = preview(history, state, as_saved(N_N_N[1], "N", "reverted"), undoes=posted)
    assert moved(found) == [(2, 0, 15, 0, -15), (3, 10, 20, 0, -10)]
