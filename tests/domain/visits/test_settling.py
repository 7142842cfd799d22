"""What one more record changes and what is owed after it: worked out by hand.

The schedule pays 10 points for the first visit and 5 more for each next one, and goes back to 10 after a lapse.
"""

from dataclasses import replace

import pytest

from cm_tracker.domain.errors import PointsSpent
from cm_tracker.domain.ledger.accounts import Entry, client_account, site_account
from cm_tracker.domain.visits.history import CurrentVisit
from cm_tracker.domain.visits.settling import Preview, entries_owed, preview
from tests.domain.visits.histories import NOW, a_visit, enrollment, paid

CLIENT = client_account(7, "points")
ISSUED = site_account("issued", 1, "points")
LOSS = site_account("program_loss", 1, "points")
N_N_N = (a_visit(1, 0), a_visit(2, 2), a_visit(3, 7))  # pays 10, 15, 20


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
    assert entries_owed(history, history.replay(), paid(10, 15, 20)) == {
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
    assert entries_owed(history, history.replay(), paid(10, 15, 20, balance=18)) == {
        "points": (
            Entry(ISSUED, 15, 2),
            Entry(CLIENT, -15, 2),
            Entry(ISSUED, 10, 3),
            Entry(CLIENT, -3, 3),
            Entry(LOSS, -7, 3),
        )
    }


def test_nothing_is_posted_where_what_was_paid_is_what_is_owed() -> None:
    history = enrollment(*N_N_N)
    assert entries_owed(history, history.replay(), paid(10, 15, 20)) == {}


def test_an_undo_takes_back_what_its_own_record_paid() -> None:
    undone = as_saved(N_N_N[2], "N", "undone")
    found = preview(enrollment(*N_N_N), paid(10, 15, 20), undone, takes_back={"points": {3: 20}})
    assert moved(found) == [(3, 20, None, -20, 0)]


def test_an_undo_is_refused_while_what_it_paid_is_spent() -> None:
    undone = as_saved(N_N_N[2], "N", "undone")
    with pytest.raises(PointsSpent) as refused:
        preview(enrollment(*N_N_N), paid(10, 15, 20, balance=12), undone, takes_back={"points": {3: 20}})
    assert (refused.value.spent, refused.value.unit) == (8, "points")


def test_the_fingerprint_names_the_changes_and_nothing_else() -> None:
    first = preview(enrollment(*N_N_N), paid(10, 15, 20), a_visit(0, 9, recorded_at=NOW))
    again = preview(enrollment(*N_N_N), paid(10, 15, 20, balance=1), a_visit(0, 9, recorded_at=NOW, specimen_id="U1"))
    other = preview(enrollment(*N_N_N), paid(10, 15, 20), a_visit(0, 9, "P", recorded_at=NOW))
    assert first.fingerprint == again.fingerprint != other.fingerprint
