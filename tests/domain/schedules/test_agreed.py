"""The worked example of an agreement: what the engine pays for some visits, a lapse, and the way back."""

from cm_tracker.domain.schedules.agreed import Example, example_of
from cm_tracker.domain.schedules.schedule import parse
from cm_tracker.queries.schedules.presets import preset
from tests.domain.schedules.documents import document, phase, track


def example(name: str, behavior: int = 0) -> Example:
    schedule = parse(preset(name))
    found = example_of(schedule, schedule.tracks[behavior])
    assert found is not None
    return found


def amounts(of: Example) -> list[tuple[int, bool, int]]:
    return [(one.number, one.is_met, one.paid) for one in of.visits]


def test_the_voucher_ladder_comes_back_after_five_visits_in_a_row() -> None:
    """Higgins: 10 points, 5 more each, 40 for each third in a row; the level comes back after five in a row."""
    found = example("higgins-voucher")
    assert amounts(found) == [
        (1, True, 10), (2, True, 15), (7, True, 40), (8, True, 45), (9, False, 0), (10, True, 10), (11, True, 15),
        (12, True, 60), (13, True, 25), (14, True, 30), (15, True, 85),
    ]  # fmt: skip
    assert [one.number for one in found.visits if one.leaves_out] == [7]
    assert (found.after_lapse, found.is_lower, found.after) == (10, True, 5)


def test_a_weekly_ladder_shows_two_full_weeks() -> None:
    """Recovery Incentives: 20 points, 3 more after each full week of two; back after two in a row."""
    found = example("california-recovery-incentives")
    assert amounts(found) == [
        (1, True, 20), (2, True, 20), (3, True, 23), (4, True, 23), (5, False, 0), (6, True, 20), (7, True, 20),
        (8, True, 26),
    ]  # fmt: skip
    assert (found.after_lapse, found.is_lower, found.after) == (20, True, 2)


def test_draws_that_are_not_restored_go_up_step_by_step() -> None:
    found = example("va-prize")
    assert amounts(found) == [(1, True, 1), (2, True, 2), (3, True, 3), (4, False, 0), (5, True, 1), (6, True, 2)]
    assert (found.after_lapse, found.is_lower, found.after) == (1, True, None)


def test_where_every_visit_pays_the_same_the_next_one_is_not_lower() -> None:
    found = example("quit-smoking-350")
    assert amounts(found) == [
        (1, True, 20), (2, True, 20), (3, True, 20), (4, False, 0), (5, True, 20), (6, True, 20),
    ]  # fmt: skip
    assert (found.is_lower, found.after) == (False, None)


def test_a_single_paid_visit_has_no_lapse() -> None:
    found = example("cpit-pregnancy")
    assert amounts(found) == [(1, True, 200)]
    assert found.after_lapse is None


def test_a_baseline_is_left_out_and_a_track_that_pays_nothing_has_no_example() -> None:
    unpaid = phase(weeks=[1, 2], pays_nothing=True, base=0, step=0)
    paid = phase(weeks=[3, 6], base=10, step=5)
    schedule = parse(document(track(unpaid, paid), format="cm-schedule/2"))
    found = example_of(schedule, schedule.tracks[0])
    assert found is not None and amounts(found)[0] == (1, True, 10)
    nothing = parse(document(track(unpaid), format="cm-schedule/2"))
    assert example_of(nothing, nothing.tracks[0]) is None
