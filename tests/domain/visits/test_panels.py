"""Panels: what the form asks for, what an answer is, and when a lot warns."""

from datetime import date

import pytest

from cm_tracker.domain.schedules.analytes import BY_NAME
from cm_tracker.domain.schedules.schedule import Track, parse
from cm_tracker.domain.visits.evidence import Absence, NewVisit, Specimen, Test
from cm_tracker.domain.visits.panels import (
    TEMPLATES,
    KitLot,
    Strip,
    asked_on,
    check_answers,
    check_lot,
    check_panel,
    is_needed,
    needed_on,
    outcome_asked,
    outcome_of_specimen,
    recorded_strips,
    unit_of,
    with_groups,
)
from tests.domain.refused import all_refused, refused
from tests.domain.schedules.documents import document, track

CUP = ("cocaine", "amphetamine", "methamphetamine", "opiate", "thc")
TODAY = date(2026, 3, 16)


def on(*target: str, side: tuple[str, ...] = ()) -> Track:
    bonus = {"also_negative": list(side), "amount": 1} if side else None
    return parse(document(track(target=list(target), side_bonus=bonus))).tracks[0]


@pytest.mark.parametrize(
    ("of", "asked"),
    [
        (on("thc"), ("thc", "cocaine", "amphetamine", "methamphetamine", "opiate")),
        (on("stimulant"), ("cocaine", "amphetamine", "methamphetamine", "opiate", "thc")),
        (on("stimulant", side=("thc",)), ("cocaine", "amphetamine", "methamphetamine", "thc", "opiate")),
        (on("alcohol"), ("alcohol", "cocaine", "amphetamine", "methamphetamine", "opiate", "thc")),
        (on("opioid"), ("opioid", "cocaine", "amphetamine", "methamphetamine", "opiate", "thc")),
        (on("thc", "stimulant"), ("thc", "cocaine", "amphetamine", "methamphetamine", "opiate")),
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
    assert needed_on(on("mdma"), ("thc",)) == frozenset()


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
    assert with_groups(on("thc"), {"cocaine": "negative"}) == {"cocaine": "negative"}


def test_every_analyte_without_an_answer_is_asked_for_at_its_field() -> None:
    of = on("cocaine", side=("thc",))
    with all_refused(
        ("Give a result for cocaine: negative, positive or pending.", "result_cocaine"),
        ("Give a result for THC, or say that it was not read.", "result_thc"),
        ("Give a result for amphetamine, or say that it was not read.", "result_amphetamine"),
        ("Give a result for methamphetamine, or say that it was not read.", "result_methamphetamine"),
    ):
        check_answers(of, Test({"opiate": "negative"}), asked_on(of, CUP))


def test_a_strip_beyond_the_target_may_be_unread_and_the_target_may_not() -> None:
    of = on("cocaine")
    check_answers(of, Test({"cocaine": "negative"}), ("cocaine", "thc"), unread=("thc",))
    with refused("Give a result for cocaine: negative, positive or pending.", "result_cocaine"):
        check_answers(of, Test({"thc": "negative"}), ("cocaine", "thc"), unread=("cocaine",))


def test_an_answer_before_it_does_not_stand_for_one_that_is_missing() -> None:
    of = on("cocaine")
    with refused("Give a result for THC, or say that it was not read.", "result_thc"):
        check_answers(of, Test({"cocaine": "negative", "opiate": "negative"}), ("cocaine", "thc", "opiate"))


@pytest.mark.parametrize(
    "test",
    [Test(specimen="refused"), Test(specimen="tampered"), Test(specimen="dilute"), Test(temperature="out_of_range")],
)
def test_a_specimen_that_is_not_read_needs_no_answer(test: Test) -> None:
    check_answers(on("cocaine"), test, CUP)


def test_a_group_is_not_negative_where_one_of_its_strips_is_positive() -> None:
    with refused("Opiates is positive, so Opioids cannot be negative. Correct one of the two.", "result_opioid"):
        check_answers(on("opioid"), Test({"opioid": "negative", "opiate": "positive"}), ("opioid", "opiate"))
    check_answers(on("opioid"), Test({"opioid": "positive", "opiate": "negative"}), ("opioid", "opiate"))
    check_answers(on("opioid"), Test({"opioid": "negative", "opiate": "negative"}), ("opioid", "opiate"))


def test_a_specimen_has_an_outcome_once_everything_that_was_asked_is_answered() -> None:
    test = Test({"cocaine": "positive"})
    assert outcome_of_specimen(on("cocaine"), Specimen(test)) == "positive"
    assert outcome_of_specimen(on("cocaine"), Specimen(test, asked=("cocaine", "thc"), unread=("thc",))) == "positive"
    with refused("Give a result for THC, or say that it was not read.", "result_thc"):
        outcome_of_specimen(on("cocaine"), Specimen(test, asked=("cocaine", "thc")))
    breath = parse(document(track(evidence="breath_test", target=[]))).tracks[0]
    answered = Specimen(Test({"breath": "negative"}), asked=("thc",))
    assert outcome_of_specimen(breath, answered) == "met", "only a drug test has strips"


def test_of_several_specimens_each_is_asked_and_one_decides() -> None:
    visit = NewVisit(
        "goal",
        TODAY,
        Test({"cocaine": "positive"}),
        earlier=(Specimen(Test({"cocaine": "negative"}, temperature="out_of_range"), asked=("cocaine", "thc")),),
    )
    assert outcome_asked(on("cocaine"), visit) == "positive"
    assert outcome_asked(on("cocaine"), NewVisit("goal", TODAY, Absence())) == "unexcused"
    unanswered = NewVisit("goal", TODAY, Test({"cocaine": "positive"}), asked=("cocaine", "thc"))
    with refused("Give a result for THC, or say that it was not read.", "result_thc"):
        outcome_asked(on("cocaine"), unanswered)


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


NO_NAME = ("Give the panel a name of up to 80 characters.", "name")
NO_STRIPS = ("Enter the cut-off of each strip of the cup, of at most 20 strips.", "strips")


@pytest.mark.parametrize(
    ("name", "strips", "said"),
    [
        ("", [Strip("thc", 50)], [NO_NAME]),
        ("  ", [Strip("thc", 50)], [NO_NAME]),
        ("x" * 81, [Strip("thc", 50)], [NO_NAME]),
        ("a\tb", [Strip("thc", 50)], [NO_NAME]),
        ("Cup", [], [NO_STRIPS]),
        ("Cup", [Strip("stimulant", 50)], [("stimulant is not a single analyte of the list.", "strips")]),
        ("Cup", [Strip("cocain", 50)], [("cocain is not a single analyte of the list.", "strips")]),
        ("Cup", [Strip("thc", 50), Strip("cocaine", 150), Strip("thc", 25)], [("THC is there twice.", "strips")]),
        (
            "",
            [Strip("thc", 0), Strip("cocaine", 1_000_001)],
            [
                NO_NAME,
                ("THC: the cut-off is a whole number such as 300.", "cutoff_thc"),
                ("Cocaine: the cut-off is a whole number such as 300.", "cutoff_cocaine"),
            ],
        ),
        ("Cup", [Strip("thc", 50, "g")], [("THC: the cut-off is a whole number such as 300.", "cutoff_thc")]),
    ],
)
def test_a_panel_that_is_not_right_is_refused_at_each_field(
    name: str, strips: list[Strip], said: list[tuple[str, str]]
) -> None:
    with all_refused(*said):
        check_panel(name, strips)


SINGLE = [name for name in BY_NAME if not BY_NAME[name].members]


def test_a_panel_has_up_to_twenty_strips_and_any_whole_cut_off() -> None:
    check_panel("x" * 80, [Strip("thc", 1), Strip("alcohol", 1_000_000, "mg/dL")])
    check_panel("x", [Strip(name, 300) for name in SINGLE[:20]])
    with all_refused(NO_STRIPS):
        check_panel("x", [Strip(name, 300) for name in SINGLE[:21]])


NO_NUMBER = ("Enter the lot number from the box, up to 40 characters.", "number")
EXPIRED = ("The lot has expired. Enter the last day that is printed on the box.", "expires_on")
TOO_LATE = ("Enter the last day that is printed on the box. It is within ten years.", "expires_on")
NOT_USED = ("Enter the day from which the lot is used, within a year of today.", "used_from")
USED_AFTER = ("The lot expires before it is used. Correct one of the two days.", "used_from")


@pytest.mark.parametrize(
    ("number", "expires_on", "used_from", "said"),
    [
        ("", date(2026, 12, 1), TODAY, [NO_NUMBER]),
        ("   ", date(2026, 12, 1), TODAY, [NO_NUMBER]),
        ("A" * 41, date(2026, 12, 1), TODAY, [NO_NUMBER]),
        ("A\n7", date(2026, 12, 1), TODAY, [NO_NUMBER]),
        ("A", date(2026, 3, 15), TODAY, [EXPIRED, USED_AFTER]),
        ("A", date(2037, 1, 1), TODAY, [TOO_LATE]),
        ("A", date(2026, 12, 1), date(2025, 3, 14), [NOT_USED]),
        ("A", date(2036, 12, 1), date(2027, 3, 18), [NOT_USED]),
        ("A", date(2026, 12, 1), date(2026, 12, 2), [USED_AFTER]),
        ("", None, None, [NO_NUMBER, EXPIRED, NOT_USED]),
    ],
)
def test_a_lot_that_is_not_right_is_refused_at_each_field(
    number: str, expires_on: date | None, used_from: date | None, said: list[tuple[str, str]]
) -> None:
    with all_refused(*said):
        check_lot(number, expires_on, used_from, TODAY)


@pytest.mark.parametrize(
    ("number", "expires_on", "used_from"),
    [
        ("A" * 40, date(2036, 12, 31), date(2027, 3, 17)),
        ("7", TODAY, TODAY),
        ("7", date(2026, 12, 1), date(2025, 3, 15)),
        ("7", date(2026, 12, 1), date(2026, 12, 1)),
    ],
)
def test_a_lot_is_used_until_its_last_day(number: str, expires_on: date, used_from: date) -> None:
    check_lot(number, expires_on, used_from, TODAY)


def test_the_cut_off_of_alcohol_has_a_unit_of_its_own() -> None:
    assert (unit_of("alcohol"), unit_of("cocaine")) == ("mg/dL", "ng/mL")


def test_the_target_is_needed_by_its_name_or_by_its_group() -> None:
    of = on("stimulant", "thc", side=("opiate",))
    assert [name for name in (*CUP, "stimulant") if is_needed(of, name)] == [
        "cocaine",
        "amphetamine",
        "methamphetamine",
        "thc",
        "stimulant",
    ]


def test_recorded_results_are_shown_as_strips_in_the_order_of_the_list() -> None:
    assert recorded_strips(["thc", "stimulant", "cocaine", "breath", "thc"]) == ("cocaine", "thc")


def test_every_common_cup_is_a_right_panel_with_its_number_of_strips() -> None:
    for template in TEMPLATES:
        check_panel(template.title, template.strips)
        assert all(not BY_NAME[strip.analyte].members for strip in template.strips)
    assert [(template.name, template.title, len(template.strips)) for template in TEMPLATES] == [
        ("5", "5 strips", 5),
        ("federal", "Federal workplace panel", 5),
        ("10", "10 strips", 10),
        ("12", "12 strips", 12),
        ("14", "14 strips", 14),
    ]
    # The strips of the largest cup in its order, as kit inserts list them.
    assert {strip.analyte: strip.cutoff for strip in TEMPLATES[-1].strips} == {
        "cocaine": 150,
        "amphetamine": 500,
        "methamphetamine": 500,
        "mdma": 500,
        "benzodiazepine": 300,
        "barbiturate": 300,
        "buprenorphine": 10,
        "fentanyl": 10,
        "methadone": 300,
        "opiate": 300,
        "oxycodone": 100,
        "phencyclidine": 25,
        "thc": 50,
        "tricyclic": 1000,
    }
    federal = next(template for template in TEMPLATES if template.name == "federal")
    # 90 FR 4662: amphetamines 500, cocaine metabolite 150, codeine and morphine 2,000, PCP 25, THC metabolite 50.
    assert {strip.analyte: strip.cutoff for strip in federal.strips} == {
        "amphetamine": 500,
        "cocaine": 150,
        "opiate": 2000,
        "phencyclidine": 25,
        "thc": 50,
    }
