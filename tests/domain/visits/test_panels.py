"""Panels: what the form asks for, what an answer is, and when a lot warns."""

from datetime import date

import pytest

from cm_tracker.domain.errors import BadInput, Refused, SeveralRefused
from cm_tracker.domain.schedules.analytes import BY_NAME
from cm_tracker.domain.schedules.schedule import Track, parse
from cm_tracker.domain.visits.evidence import Test
from cm_tracker.domain.visits.panels import (
    TEMPLATES,
    KitLot,
    Strip,
    asked_on,
    check_answers,
    check_lot,
    check_panel,
    needed_on,
    with_groups,
)
from tests.domain.schedules.documents import document, track

CUP = ("cocaine", "amphetamine", "methamphetamine", "opiate", "thc")
TODAY = date(2026, 3, 16)


def on(*target: str, side: tuple[str, ...] = ()) -> Track:
    bonus = {"also_negative": list(side), "amount": 1} if side else None
    return parse(document(track(target=list(target), side_bonus=bonus))).tracks[0]


def problems(refused: Refused) -> list[tuple[str | None, str]]:
    found = refused.refusals if isinstance(refused, SeveralRefused) else (refused,)
    return [(one.field, str(one)) for one in found]


@pytest.mark.parametrize(
    ("of", "asked"),
    [
        (on("thc"), ("thc", "cocaine", "amphetamine", "methamphetamine", "opiate")),
        (on("stimulant"), ("cocaine", "amphetamine", "methamphetamine", "opiate", "thc")),
        (on("stimulant", side=("thc",)), ("cocaine", "amphetamine", "methamphetamine", "thc", "opiate")),
        (on("alcohol"), ("alcohol", "cocaine", "amphetamine", "methamphetamine", "opiate", "thc")),
        (on("opioid"), ("opioid", "cocaine", "amphetamine", "methamphetamine", "opiate", "thc")),
        (on("cocaine", side=("opiate", "thc")), ("cocaine", "opiate", "thc", "amphetamine", "methamphetamine")),
    ],
)
def test_the_targets_come_first_and_a_group_is_asked_by_its_strips(of: Track, asked: tuple[str, ...]) -> None:
    assert asked_on(of, CUP) == asked


def test_a_group_is_asked_for_itself_where_the_cup_lacks_one_of_its_strips() -> None:
    assert asked_on(on("stimulant"), ("cocaine", "thc")) == ("stimulant", "cocaine", "thc")
    assert asked_on(on("stimulant"), ()) == ("stimulant",)


def test_only_the_target_is_needed_for_the_outcome() -> None:
    stimulants = on("stimulant", side=("thc",))
    assert needed_on(stimulants, asked_on(stimulants, CUP)) == {"cocaine", "amphetamine", "methamphetamine"}
    assert needed_on(stimulants, asked_on(stimulants, ("thc",))) == {"stimulant"}


@pytest.mark.parametrize(
    ("results", "stimulant"),
    [
        ({"cocaine": "negative", "amphetamine": "negative", "methamphetamine": "negative"}, "negative"),
        ({"cocaine": "negative", "amphetamine": "positive", "methamphetamine": "pending"}, "positive"),
        ({"cocaine": "negative", "amphetamine": "pending", "methamphetamine": "negative"}, "pending"),
    ],
)
def test_the_result_of_a_group_follows_from_its_strips(results: dict[str, str], stimulant: str) -> None:
    assert with_groups(on("stimulant"), results) == {**results, "stimulant": stimulant}


def test_a_group_that_was_answered_itself_keeps_its_answer_and_another_is_not_added() -> None:
    assert with_groups(on("stimulant"), {"stimulant": "pending"}) == {"stimulant": "pending"}
    assert with_groups(on("thc"), dict.fromkeys(CUP, "negative")) == dict.fromkeys(CUP, "negative")
    assert with_groups(on("stimulant"), {"cocaine": "negative"}) == {"cocaine": "negative"}


def test_every_analyte_without_an_answer_is_asked_for_at_its_field() -> None:
    of = on("cocaine", side=("thc",))
    with pytest.raises(SeveralRefused) as refused:
        check_answers(of, Test({"opiate": "negative"}), asked_on(of, CUP))
    assert problems(refused.value) == [
        ("result_cocaine", "Give a result for cocaine: negative, positive or pending."),
        ("result_thc", "Give a result for THC, or say that it was not read."),
        ("result_amphetamine", "Give a result for amphetamine, or say that it was not read."),
        ("result_methamphetamine", "Give a result for methamphetamine, or say that it was not read."),
    ]


def test_a_strip_beyond_the_target_may_be_unread_and_the_target_may_not() -> None:
    of = on("cocaine")
    check_answers(of, Test({"cocaine": "negative"}), ("cocaine", "thc"), unread=("thc",))
    with pytest.raises(BadInput) as refused:
        check_answers(of, Test({"thc": "negative"}), ("cocaine", "thc"), unread=("cocaine",))
    assert refused.value.field == "result_cocaine"


@pytest.mark.parametrize(
    "test",
    [Test(specimen="refused"), Test(specimen="tampered"), Test(specimen="dilute"), Test(temperature="out_of_range")],
)
def test_a_specimen_that_is_not_read_needs_no_answer(test: Test) -> None:
    check_answers(on("cocaine"), test, CUP)


def test_a_group_is_not_negative_where_one_of_its_strips_is_positive() -> None:
    with pytest.raises(BadInput) as refused:
        check_answers(on("opioid"), Test({"opioid": "negative", "opiate": "positive"}), ("opioid", "opiate"))
    assert problems(refused.value) == [
        ("result_opioid", "Opiates is positive, so Opioids cannot be negative. Correct one of the two.")
    ]


@pytest.mark.parametrize(
    ("today", "warns", "expired", "left"),
    [
        (date(2026, 3, 1), False, False, 31),
        (date(2026, 3, 2), True, False, 30),
        (date(2026, 4, 1), True, False, 0),
        (date(2026, 4, 2), True, True, -1),
    ],
)
def test_a_lot_warns_30_days_before_its_last_day_and_after_it(
    today: date, warns: bool, expired: bool, left: int
) -> None:
    lot = KitLot(1, "A1", date(2026, 4, 1), date(2026, 1, 1))
    assert (lot.warns(today), lot.is_expired(today), lot.days_left(today)) == (warns, expired, left)


@pytest.mark.parametrize(
    ("name", "strips", "fields"),
    [
        ("", [Strip("thc", 50)], ["name"]),
        ("x" * 81, [Strip("thc", 50)], ["name"]),
        ("Cup", [], ["strips"]),
        ("Cup", [Strip("stimulant", 50)], ["strips"]),
        ("Cup", [Strip("cocain", 50)], ["strips"]),
        ("Cup", [Strip("thc", 50), Strip("thc", 25)], ["strips"]),
        ("", [Strip("thc", 0), Strip("cocaine", 1_000_001)], ["name", "cutoff_thc", "cutoff_cocaine"]),
        ("Cup", [Strip("thc", 50, "g")], ["cutoff_thc"]),
    ],
)
def test_a_panel_that_is_not_right_is_refused_at_each_field(name: str, strips: list[Strip], fields: list[str]) -> None:
    with pytest.raises(Refused) as refused:
        check_panel(name, strips)
    assert [field for field, _ in problems(refused.value)] == fields


@pytest.mark.parametrize(
    ("number", "expires_on", "used_from", "fields"),
    [
        ("", date(2026, 12, 1), TODAY, ["number"]),
        ("A", date(2026, 3, 15), TODAY, ["expires_on", "used_from"]),
        ("A", date(2036, 12, 1), date(2027, 3, 17), []),
        ("A", date(2037, 1, 1), TODAY, ["expires_on"]),
        ("A", date(2026, 12, 1), date(2025, 3, 14), ["used_from"]),
        ("A", date(2026, 12, 1), date(2026, 12, 2), ["used_from"]),
        ("A", None, None, ["expires_on", "used_from"]),
    ],
)
def test_a_lot_that_is_not_right_is_refused_at_each_field(
    number: str, expires_on: date | None, used_from: date | None, fields: list[str]
) -> None:
    if not fields:
        check_lot(number, expires_on, used_from, TODAY)
        return
    with pytest.raises(Refused) as refused:
        check_lot(number, expires_on, used_from, TODAY)
    assert [field for field, _ in problems(refused.value)] == fields


def test_every_common_cup_is_a_right_panel_with_its_number_of_strips() -> None:
    for template in TEMPLATES:
        check_panel(template.title, template.strips)
        assert all(not BY_NAME[strip.analyte].members for strip in template.strips)
    assert [len(template.strips) for template in TEMPLATES] == [5, 5, 10, 12, 14]
    federal = next(template for template in TEMPLATES if template.name == "federal")
    # 90 FR 4662: amphetamines 500, cocaine metabolite 150, codeine and morphine 2,000, PCP 25, THC metabolite 50.
    assert {strip.analyte: strip.cutoff for strip in federal.strips} == {
        "amphetamine": 500,
        "cocaine": 150,
        "opiate": 2000,
        "phencyclidine": 25,
        "thc": 50,
    }
