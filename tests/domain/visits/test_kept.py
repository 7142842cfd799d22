"""Which record brings back what stayed with a client as the program's loss: worked out by hand."""

from cm_tracker.domain.visits.kept import Loss, LossEntry, Subject, losses, returning

MONDAY, WEDNESDAY, FRIDAY = (("goal", day) for day in ("2026-03-02", "2026-03-04", "2026-03-06"))
ABOUT = {
    "visit:1": {MONDAY},
    "visit:2": {WEDNESDAY},
    "visit:3": {FRIDAY},
    "visit:4": {MONDAY},
    "visit:5": {WEDNESDAY, FRIDAY},
}


def about(because: str | None) -> frozenset[Subject]:
    return frozenset(ABOUT[because or ""])


def each(because: str | None) -> None:
    """Return no origin: each transaction is a sum of its own."""


def entry(
    transaction: int, because: str, visit: int, amount: int, *, unit: str = "points", undone: bool = False
) -> LossEntry:
    return LossEntry(transaction, because, undone, unit, visit, amount)


def test_what_a_record_left_belongs_to_its_day() -> None:
    found = losses([entry(1, "visit:1", 1, 10), entry(1, "visit:1", 2, 5)], "points", about, each)
    assert found == (Loss(frozenset({MONDAY}), {1: 10, 2: 5}),)
    assert returning(found, frozenset({MONDAY})) == {1: 10, 2: 5}
    assert returning(found, frozenset({WEDNESDAY})) == {}


def test_the_next_record_about_the_day_brings_it_back_and_may_leave_some_again() -> None:
    found = losses(
        [entry(1, "visit:1", 1, 10), entry(1, "visit:1", 2, 5), entry(2, "visit:4", 1, -10)], "points", about, each
    )
    assert found == (Loss(frozenset({MONDAY}), {2: 5}),)


def test_what_came_back_whole_is_gone() -> None:
    assert losses([entry(1, "visit:1", 1, 10), entry(2, "visit:4", 1, -10)], "points", about, each) == ()


def test_records_about_other_days_leave_it_alone() -> None:
    found = losses([entry(1, "visit:1", 2, 10), entry(2, "visit:2", 2, 7)], "points", about, each)
    assert found == (Loss(frozenset({MONDAY}), {2: 10}), Loss(frozenset({WEDNESDAY}), {2: 7}))
    assert returning(found) == {2: 17}


def test_records_that_were_saved_together_share_what_they_left() -> None:
    found = losses([entry(1, "visit:5", 3, 10), entry(2, "visit:2", 3, -4)], "points", about, each)
    # The record about Wednesday alone brought 4 back; the rest stays with both days.
    assert found == (Loss(frozenset({WEDNESDAY, FRIDAY}), {3: 6}),)


def test_units_are_never_set_against_each_other() -> None:
    entries = [entry(1, "visit:1", 1, 10), entry(2, "visit:1", 1, 3, unit="draws")]
    assert losses(entries, "draws", about, each) == (Loss(frozenset({MONDAY}), {1: 3}),)


def test_an_undone_transaction_and_its_undo_never_counted() -> None:
    entries = [entry(1, "visit:1", 1, 10, undone=True), entry(2, "visit:1", 1, -10, undone=True)]
    assert losses(entries, "points", about, each) == ()


def test_a_record_of_an_earlier_version_took_from_whoever_left_it() -> None:
    found = losses([entry(1, "visit:1", 2, 10), entry(2, "visit:3", 2, -4)], "points", about, each)
    assert found == (Loss(frozenset({MONDAY}), {2: 6}),)


def test_such_a_record_took_from_the_oldest_loss_of_its_visit_first_and_from_no_other_visit() -> None:
    before = [
        entry(1, "visit:1", 1, 9),
        entry(1, "visit:1", 2, 10),
        entry(2, "visit:2", 2, 7),
        entry(2, "visit:2", 3, 4),
    ]
    found = losses([*before, entry(3, "visit:3", 2, -12)], "points", about, each)
    assert found == (Loss(frozenset({MONDAY}), {1: 9}), Loss(frozenset({WEDNESDAY}), {2: 5, 3: 4}))
    assert losses([*before, entry(3, "visit:3", 3, -4)], "points", about, each) == (
        Loss(frozenset({MONDAY}), {1: 9, 2: 10}),
        Loss(frozenset({WEDNESDAY}), {2: 7}),
    )


def test_what_several_entries_left_of_one_visit_is_added_up() -> None:
    found = losses([entry(1, "visit:1", 2, 10), entry(2, "visit:4", 2, 5)], "points", about, each)
    assert found == (Loss(frozenset({MONDAY}), {2: 15}),)


def test_an_undo_of_a_part_leaves_what_the_rest_alone_would_have_left() -> None:
    """Records 4 and 5 were saved together, and left nothing; record 9 undoes 5, and record 4 alone leaves 10."""

    def origin(because: str | None) -> str | None:
        return "visit:4" if because == "visit:9" else because

    entries = [entry(2, "visit:4", 3, -7), entry(3, "visit:9", 3, 7), entry(3, "visit:9", 2, 10)]
    assert losses([entry(1, "visit:3", 3, 7), *entries], "points", about, origin) == (
        Loss(frozenset({FRIDAY}), {3: 7}),
        Loss(frozenset({MONDAY}), {2: 10}),
    )
