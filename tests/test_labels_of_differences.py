"""What two schedules share, in words."""

from typing import Any

from cm_tracker.domain.schedules.schedule import Schedule, parse
from cm_tracker.labels.differences import from_to, same_in_both
from cm_tracker.queries.schedules.presets import preset
from tests.domain.schedules.documents import document, phase, track


def changed(key: str, **more: Any) -> Schedule:
    return parse({**preset(key), **more})  # type: ignore[dict-item]


def test_what_is_the_same_is_said_in_the_order_of_the_steps() -> None:
    assert same_in_both(changed("higgins-voucher"), changed("higgins-voucher", name="Ours")) == (
        "drug test: negative for cocaine",
        "12 weeks",
        "3 visits a week",
        "a reset by a positive test, an absence without an excuse, a refused test, a tampered specimen",
        "the way back: once 5 visits in a row meet the target, from the visit after on, to the last value paid",
        "10 points at first",
        "5 points more each time",
        "40 points at every 3rd in a row",
        "points that were paid by mistake stay with the client",
    )


def test_what_differs_is_left_out() -> None:
    before, after = parse(document(track(phase(base=10)))), parse(document(track(phase(base=12))))
    said = same_in_both(before, after)
    assert "10 points at first" not in said and "12 points at first" not in said
    assert "5 points more each time" in said and "2 visits a week" in said
    longer = same_in_both(parse(document(track(phase((1, 4))))), parse(document(track(phase((1, 6))))))
    assert "4 weeks" not in longer and "6 weeks" not in longer


def test_parts_that_differ_within_a_schedule_are_said_one_after_the_other() -> None:
    two = parse(document(track(phase((1, 2)), phase((3, 4), visits_per_week=1, base=20))))
    said = same_in_both(two, two)
    assert "2 visits a week, then 1 visit a week" in said and "10 points at first, then 20 points at first" in said
    assert said.count("5 points more each time") == 1


def test_bowl_and_ceilings_are_the_same_only_where_all_of_them_is() -> None:
    said = same_in_both(changed("va-prize"), changed("va-prize"))
    assert "the bowl" in said
    capped = [{"scope": "enrollment", "cents": 50000}]
    assert "a ceiling of $500.00 for each enrollment" in same_in_both(
        changed("higgins-voucher", ceilings=capped), changed("higgins-voucher", ceilings=capped)
    )
    assert not any("ceiling" in one for one in same_in_both(changed("higgins-voucher"), changed("higgins-voucher")))


def test_of_several_behaviors_each_is_named_and_one_alone_has_nothing_in_common() -> None:
    both = parse(document(track(), track(behavior="group", title="Group", evidence="attendance", target=[])))
    alone = parse(document(track()))
    assert "Goal: 2 visits a week" in same_in_both(both, alone)
    assert not any(one.startswith("Group") for one in same_in_both(both, alone))


def test_a_ladder_is_said_from_its_first_to_its_highest_value() -> None:
    assert from_to([0, 0, 10, 15, 20, 0], "points") == "10 to 20 points"
    assert from_to([10, 10], "draws") == "10 draws" and from_to([1], "draws") == "1 draw"
    assert from_to([20, 10], "points") == "20 points first"
    assert from_to([0], "points") == "pays nothing"
