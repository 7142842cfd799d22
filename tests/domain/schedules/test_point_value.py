"""Documents whose points are worth something else than the program's: what their drafts say."""

from typing import Any

import pytest

from cm_tracker.domain.errors import OtherCurrency, OtherPointValue, Problem
from cm_tracker.domain.schedules.check import problems
from cm_tracker.domain.schedules.point_value import (
    check_money,
    draft_problems,
    in_program,
    pays_points,
    points_for,
)
from cm_tracker.domain.schedules.rehearsal import most_earned
from cm_tracker.domain.schedules.schedule import parse
from cm_tracker.queries.schedules.presets import preset, preset_names
from tests.domain.schedules.documents import document, phase, program, track


@pytest.mark.parametrize(
    ("price_cents", "point_value_cents", "points"),
    [(1500, 25, 60), (2000, 50, 40), (1499, 25, 60), (1501, 25, 61), (1, 25, 1), (1000, 100, 10)],
)
def test_a_price_is_rounded_up_to_whole_points(price_cents: int, point_value_cents: int, points: int) -> None:
    assert points_for(price_cents, point_value_cents) == points


def test_a_document_of_50_cents_is_drafted_in_25_cents_with_twice_the_points() -> None:
    drafted = in_program(preset("california-recovery-incentives"), program(25))
    phases = drafted["tracks"][0]["phases"]
    assert drafted["point_value_cents"] == 25
    assert [(one["base"], one["step"], one["cap"]) for one in phases] == [
        (40, 6, 106), (60, 0, None), (40, 0, None), (84, 0, None),
    ]  # fmt: skip
    assert drafted["ceilings"] == [{"scope": "calendar_year", "cents": 59900}], "money stays money"
    assert most_earned(parse(drafted)) == {"points": 2396, "draws": 0, "cents": 59900}


def test_every_preset_is_whole_in_25_cents() -> None:
    for name in preset_names():
        before = preset(name)
        drafted = in_program(before, program(25))
        assert problems(drafted) == (), name
        assert most_earned(parse(drafted))["cents"] == most_earned(parse(before))["cents"], name


def uneven() -> dict[str, Any]:
    """10 cents a point: $0.70, $0.10 more each time, up to $2.00; $1.00 at every third, $0.20 on the side."""
    bonus = {"every": 3, "amount": 10}
    side = {"also_negative": ["thc"], "amount": 2}
    return document(
        track(phase(base=7, step=1, cap=20, run_bonus=bonus), side_bonus=side),
        track(phase(base=3), behavior="other", pays="draws"),
        point_value_cents=10,
        bowl={"name": "Bowl", "slips": [{"tier": "small", "count": 1, "cents": 105}]},
    )


def test_an_amount_that_is_not_whole_is_drafted_as_money_and_names_the_points_below_and_above() -> None:
    drafted = in_program(uneven(), program(25))
    first = drafted["tracks"][0]["phases"][0]
    assert (first["base"], first["step"], first["cap"], first["run_bonus"]["amount"]) == ("$0.70", "$0.10", 8, 4)
    assert drafted["tracks"][0]["side_bonus"]["amount"] == "$0.20"
    assert drafted["tracks"][1]["phases"][0]["base"] == 3, "draws are not converted"
    assert draft_problems(drafted, program(25)) == (
        Problem(
            "tracks[0].phases[0].base",
            "is $0.70, and a point is worth $0.25: choose 2 points ($0.50) or 3 points ($0.75).",
        ),
        Problem(
            "tracks[0].phases[0].step",
            "is $0.10, and a point is worth $0.25: choose 0 points ($0.00) or 1 point ($0.25).",
        ),
        Problem(
            "tracks[0].side_bonus.amount",
            "is $0.20, and a point is worth $0.25: choose 0 points ($0.00) or 1 point ($0.25).",
        ),
    )


def test_money_that_somebody_typed_becomes_points_where_it_is_whole() -> None:
    drafted = in_program(uneven(), program(25))
    drafted["tracks"][0]["phases"][0] |= {"base": "$0.75", "step": "$0.25"}
    drafted["tracks"][0]["side_bonus"]["amount"] = "$0.25"
    again = in_program(drafted, program(25))
    first = again["tracks"][0]["phases"][0]
    assert (first["base"], first["step"], again["tracks"][0]["side_bonus"]["amount"]) == (3, 1, 1)
    assert draft_problems(again, program(25)) == ()


def test_a_draft_from_before_says_that_its_points_have_another_value() -> None:
    drafted = document(point_value_cents=10)
    assert draft_problems(drafted, program(25)) == (
        Problem("point_value_cents", "is 10; in this program a point is worth 25 cents. Save the draft to convert it."),
    )
    assert draft_problems(drafted, program(10)) == ()


@pytest.mark.parametrize(
    "broken",
    [
        7,
        [],
        {},
        document(point_value_cents="x"),
        document(point_value_cents=0),
        document(point_value_cents=True),
        document(tracks=7),
        document(tracks=[1, {"pays": "points", "phases": 3, "side_bonus": 4}]),
        document(track({"base": -1, "step": "ten", "cap": None, "run_bonus": 5})),
    ],
)
def test_a_document_with_mistakes_keeps_them(broken: Any) -> None:
    drafted = in_program(broken, program(50))
    assert [one.path for one in problems(drafted)] == [one.path for one in problems(broken)]
    assert {one.path for one in problems(broken)} <= {one.path for one in draft_problems(drafted, program(50))}


def test_the_value_of_a_document_must_be_the_programs() -> None:
    schedule = parse(document(point_value_cents=10))
    check_money(schedule, program(10))
    with pytest.raises(OtherPointValue) as refused:
        check_money(schedule, program(25))
    assert (refused.value.value_cents, refused.value.program_cents) == (10, 25)


def test_the_currency_of_a_document_must_be_the_programs() -> None:
    pounds = parse(document(format="cm-schedule/2", currency="GBP"))
    check_money(pounds, program(25, "GBP"))
    for schedule, of_program in ((pounds, "USD"), (parse(document()), "GBP")):
        with pytest.raises(OtherCurrency) as refused:
            check_money(schedule, program(25, of_program))
        assert (refused.value.currency, refused.value.program_currency) == (schedule.currency, of_program)


def test_a_document_in_another_currency_keeps_its_numbers() -> None:
    bowl = {"name": "Bowl", "slips": [{"tier": "small", "count": 1, "cents": 100}]}
    before = document(bowl=bowl, ceilings=[{"scope": "calendar_year", "cents": 59900}])
    drafted = in_program(before, program(25, "GBP"))
    assert drafted == {**before, "format": "cm-schedule/2", "currency": "GBP"}
    assert draft_problems(drafted, program(25, "GBP")) == ()
    assert in_program(drafted, program(25, "USD")) == {**drafted, "currency": "USD"}


def test_another_currency_and_another_value_of_a_point_keep_the_amounts_of_money() -> None:
    drafted = in_program(document(track(phase(base=7))), program(10, "GBP"))
    first = drafted["tracks"][0]["phases"][0]
    # 7 points of 25 cents are 1.75 and 5 are 1.25: neither is whole in points of 10 pence.
    assert (first["base"], first["step"]) == ("£1.75", "£1.25")
    assert draft_problems(drafted, program(10, "GBP")) == (
        Problem(
            "tracks[0].phases[0].base",
            "is £1.75, and a point is worth £0.10: choose 17 points (£1.70) or 18 points (£1.80).",
        ),
        Problem(
            "tracks[0].phases[0].step",
            "is £1.25, and a point is worth £0.10: choose 12 points (£1.20) or 13 points (£1.30).",
        ),
    )


def test_money_that_stands_in_a_document_of_another_currency_keeps_its_number_too() -> None:
    written = document(track(phase(base="$0.70", step="$1.00", cap="£2.00")), point_value_cents=10)
    first = in_program(written, program(10, "CAD"))["tracks"][0]["phases"][0]
    assert (first["base"], first["step"], first["cap"]) == (7, 10, "£2.00")
    first = in_program(written, program(25, "CAD"))["tracks"][0]["phases"][0]
    assert (first["base"], first["step"]) == ("CAD 0.70", 4)


def test_a_draft_in_another_currency_says_so_at_the_currency() -> None:
    assert draft_problems(document(), program(25, "GBP")) == (
        Problem(
            "currency", "is USD, and this program pays in GBP. Save the draft to change it: its numbers stay the same."
        ),
    )


@pytest.mark.parametrize("currency", ["gbp", "EURO", "", 5, None, ["GBP"]])
def test_a_currency_that_there_is_not_stays_to_be_looked_at(currency: Any) -> None:
    wrong = document(format="cm-schedule/2", currency=currency)
    assert in_program(wrong, program(25, "GBP")) == wrong
    assert [one.path for one in draft_problems(wrong, program(25, "GBP"))] == ["currency"]


def test_a_schedule_of_draws_alone_uses_no_points() -> None:
    assert not pays_points(parse(preset("va-prize")))
    assert pays_points(parse(preset("higgins-voucher")))


def test_an_amount_in_money_that_is_whole_now_says_so() -> None:
    """The draft was made for a program of another value: $0.75 are three points of 25 cents."""
    doc = document(track(phase(base="$0.75", step="$0.70")))
    assert [(one.path, one.says) for one in draft_problems(doc, program(25))] == [
        ("tracks[0].phases[0].base", "is $0.75, which is 3 points ($0.75). Save the draft to convert it."),
        (
            "tracks[0].phases[0].step",
            "is $0.70, and a point is worth $0.25: choose 2 points ($0.50) or 3 points ($0.75).",
        ),
    ]
    one = document(track(phase(base="$0.30")))
    assert [problem.says for problem in draft_problems(one, program(25))] == [
        "is $0.30, and a point is worth $0.25: choose 1 point ($0.25) or 2 points ($0.50)."
    ]


STEPS = [{"at_most": 3, "amount": 20}, {"at_most": 7, "amount": 5}]


def second(*tracks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return document(*tracks, format="cm-schedule/2", **more)


def test_every_amount_of_the_second_format_is_converted() -> None:
    """From 25 cents to 50: half of each number of points, or the money where that is not whole."""
    values = {key: value for key, value in phase().items() if key not in ("base", "step", "cap")}
    scale = {"unit": "ppm", "scale": STEPS}
    doc = second(
        track(phase(week_bonus=8), behavior="came", evidence="attendance", target=[], pays="draws"),
        track({**values, "values": [0, 4, 7], "week_bonus": 8}),
        track(phase(step=4, reading=scale), behavior="smoke", evidence="reading", target=[], reading=scale),
    )
    came, goal, smoke = in_program(doc, program(50))["tracks"]
    assert (goal["phases"][0]["values"], goal["phases"][0]["week_bonus"]) == ([0, 2, "$1.75"], 4)
    for rule in (smoke["reading"], smoke["phases"][0]["reading"]):
        assert rule["scale"] == [{"at_most": 3, "amount": 10}, {"at_most": 7, "amount": "$1.25"}]
    assert came["phases"][0]["week_bonus"] == 8, "draws have no value of their own"
    assert doc["tracks"][1]["phases"][0]["values"] == [0, 4, 7], "the document itself stays"
    draft = in_program(doc, program(50))
    assert [(one.path, one.says) for one in draft_problems(draft, program(50)) if "choose" in one.says] == [
        (path, f"is {money}, and a point is worth $0.50: choose {below} or {above}.")
        for path, money, below, above in (
            ("tracks[1].phases[0].values[2]", "$1.75", "3 points ($1.50)", "4 points ($2.00)"),
            ("tracks[2].phases[0].reading.scale[1].amount", "$1.25", "2 points ($1.00)", "3 points ($1.50)"),
            ("tracks[2].reading.scale[1].amount", "$1.25", "2 points ($1.00)", "3 points ($1.50)"),
        )
    ]


@pytest.mark.parametrize(("value", "base"), [(1, "$0.10"), (2, "$0.20"), (1_000_000, 400_000)])
def test_the_smallest_and_the_largest_value_are_converted(value: int, base: int | str) -> None:
    converted = in_program(document(point_value_cents=value), program(25))
    assert (converted["point_value_cents"], converted["tracks"][0]["phases"][0]["base"]) == (25, base)


def test_a_value_that_no_point_can_have_is_not_converted() -> None:
    for value in (0, 1_000_001, "25", None):
        doc = document(point_value_cents=value)
        assert in_program(doc, program(50)) is doc


def test_another_value_of_a_point_is_named_first_and_once() -> None:
    says = "is 1,000; in this program a point is worth 2,500 cents. Save the draft to convert it."
    found = draft_problems(document(point_value_cents=1_000, name=""), program(2_500))
    assert [(one.path, one.says) for one in found] == [
        ("point_value_cents", says),
        ("name", "must be text and not empty."),
    ]
    assert [one.path for one in draft_problems(document(point_value_cents=0), program(25))] == ["point_value_cents"]
    assert draft_problems(document(), program(25)) == ()


def test_an_analyte_that_is_not_in_the_list_is_a_problem_of_a_draft() -> None:
    assert [(one.path, one.says) for one in draft_problems(document(track(target=["sugar"])), program(25))] == [
        ("tracks[0].target[0]", 'is "sugar", which is not in the list of analytes. Choose one of the list.')
    ]


def test_every_key_of_the_second_format_is_published() -> None:
    of_phase = {key: value for key, value in phase((3, 8)).items() if key not in ("base", "step", "cap")}
    own = {"values": [4, 8], "period_weeks": 2, "week_bonus": 8, "most_paid": 9, "reset_on": [], "target": None}
    phases = [phase((1, 2), base=0, step=0, pays_nothing=True), {**of_phase, **own, "carry_level": True}]
    ceilings = [
        {"scope": "year_from", "from": "09-30", "cents": 75000},
        {"scope": "rolling", "days": 30, "cents": 20000},
        {"scope": "lifetime", "cents": 150000},
    ]
    ppm = {"unit": "ppm", "at_most": 6}
    one = track(*phases, start_level=1, reset_to={"drop": 1}, most_paid=8)
    own_target = track(phase(), phase((5, 6), target=["thc"]), behavior="other")
    read = track(phase(reading=ppm), behavior="breath", evidence="reading", target=[], reading=ppm)
    hours = track(phase(visits_per_week=1), behavior="work", evidence="hours", target=[], hours=9)
    doc = document(one, own_target, read, hours, format="cm-schedule/2", currency="USD", ceilings=ceilings)
    assert draft_problems(doc, program(25)) == ()
