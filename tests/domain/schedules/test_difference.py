"""The difference of two schedules in words: every change has a line, and equal schedules have none."""

import copy
import json
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cm_tracker.domain.schedules import difference, phase_difference, track_difference
from cm_tracker.domain.schedules.check import problems
from cm_tracker.domain.schedules.difference import differences, rules_that_differ
from cm_tracker.domain.schedules.schedule import Bowl, Phase, Schedule, Track, parse
from cm_tracker.queries.schedules.presets import presets
from tests.domain.schedules.documents import document, phase, track


def second(*tracks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return document(*tracks, format="cm-schedule/2", **more)


def listed_phase(weeks: tuple[int, int], values: list[int], **more: Any) -> dict[str, Any]:
    """A phase that lists what its levels pay."""
    return {
        key: value for key, value in phase(weeks, values=values, **more).items() if key not in ("base", "step", "cap")
    }


# A document in which every key of the first format holds something.
FULL: dict[str, Any] = document(
    track(
        phase((1, 8), cap=60, run_bonus={"every": 3, "amount": 40}),
        phase((9, 12), base=20, carry_level=True),
        restore={"after": 5, "takes_effect": "next", "to": "last_paid"},
        side_bonus={"also_negative": ["opiates", "thc"], "amount": 4},
        min_hours_between=48,
        target=["cocaine", "methamphetamine"],
    ),
    track(behavior="attends", title="Attendance", evidence="attendance", target=[], pays="draws"),
    bowl={"name": "Standard", "slips": [{"tier": "small", "count": 9, "cents": 100}, {"tier": "none", "count": 9, "cents": 0}]},
    ceilings=[{"scope": "month", "cents": 20000}, {"scope": "calendar_year", "cents": 59900}],
)  # fmt: skip

# The keys of the second format, each with something in it.
CO = {"unit": "ppm", "percentile": {"of_last": 9, "rank": 4}, "at_most": 4}
FULL_SECOND: dict[str, Any] = second(
    track(
        phase((1, 2), base=0, step=0, pays_nothing=True),
        listed_phase((3, 8), [4, 6, 9], period_weeks=2, week_bonus=8, most_paid=11, reset_on=["positive"], target=["thc"]),
        start_level=1,
        reset_to={"drop": 2},
        most_paid=20,
    ),
    track(phase(reading={"unit": "ppm", "falls_by_percent": 25, "at_most": 3}),
          behavior="smoke", title="Smoke", evidence="reading", target=[], reading=CO),
    track(behavior="scale", title="Scale", evidence="reading", target=[],
          reading={"unit": "ppm", "scale": [{"at_most": 3, "amount": 20}, {"at_most": 7, "amount": 5}]}),
    track(phase(visits_per_week=1), behavior="work", title="Work", evidence="hours", target=[], hours=10),
    currency="EUR",
    ceilings=[
        {"scope": "year_from", "from": "09-30", "cents": 75000},
        {"scope": "rolling", "days": 30, "cents": 20000},
        {"scope": "lifetime", "cents": 150000},
    ],
)  # fmt: skip


def says(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [one.says for one in differences(parse(before), parse(after))]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (track(phase()), track(phase(base=12)),
         ["The first met visit now earns 12 points instead of 10 ($3.00 instead of $2.50)."]),
        (track(phase()), track(phase(step=1)), ["Each step up is 1 point instead of 5 ($0.25 instead of $1.25)."]),
        (track(phase()), track(phase(cap=80)),
         ["It rises to 80 points ($20.00) and stays there. Before, it had no end."]),
        (track(phase(cap=80)), track(phase(cap=100)),
         ["It rises to 100 points instead of 80 ($25.00 instead of $20.00)."]),
        (track(phase(cap=80)), track(phase()), ["It rises without an end. Before, it stopped at 80 points ($20.00)."]),
        (track(phase()), track(phase(rises="week")),
         ["It rises after each full week instead of after each visit that meets the target."]),
        (track(phase()), track(phase(visits_per_week=3)), ["There are 3 visits a week instead of 2."]),
        (track(phase()), track(phase((1, 6))), ["The phase ends with week 6 instead of week 4."]),
        (track(phase()), track(phase(carry_level=True)),
         ["At the beginning of the phase the ladder now goes on from the phase before."]),
        (track(phase()), track(phase(run_bonus={"every": 3, "amount": 40})),
         ["New: a bonus of 40 points ($10.00) at every 3rd met visit in a row."]),
        (track(phase(run_bonus={"every": 3, "amount": 40})), track(phase(run_bonus={"every": 2, "amount": 40})),
         ["The bonus comes at every 2nd met visit in a row instead of at every 3rd."]),
        (track(phase()), track(phase(), phase((5, 6), base=4)),
         ["New: weeks 5 to 6 with 2 visits a week and 4 points ($1.00) at first."]),
        (track(phase(), phase((5, 5), base=4)), track(phase()),
         ["There is no longer a phase in week 5 with 2 visits a week and 4 points ($1.00) at first."]),
        (track(reset_on=["positive"]), track(reset_on=["positive", "unexcused"]),
         ["An absence without an excuse now resets the ladder."]),
        (track(), track(reset_on=["unexcused", "refused", "tampered"]), ["A positive test no longer resets the ladder."]),
        (track(), track(on_dilute="reset"), ["A dilute specimen now resets the ladder."]),
        (track(restore={"after": 5, "takes_effect": "next", "to": "last_paid"}),
         track(restore={"after": 3, "takes_effect": "same", "to": "next_due"}),
         ["What was reached comes back after 3 met visits in a row instead of 5.",
          "What was reached comes back with that same visit instead of from the visit after it on.",
          "What comes back is the value that was due next instead of the last value paid."]),
        (track(), track(restore={"after": 1, "takes_effect": "next", "to": "last_paid"}),
         ["New: what was reached comes back after 1 met visit in a row, from the visit after it on, "
          "to the last value paid."]),
        (track(), track(restore_week_rises=True), ["The week in which the value comes back now adds a step, too."]),
        (track(), track(side_bonus={"also_negative": ["opiates"], "amount": 2}),
         ["New: 2 points ($0.50) more when also negative: opiates."]),
        (track(), track(min_hours_between=72), ["New: at least 72 hours between two paid visits."]),
        (track(min_hours_between=72), track(min_hours_between=48),
         ["At least 48 hours between two paid visits instead of 72 hours."]),
        (track(), track(target=["opiates"]), ["What has to be negative: opiates instead of cocaine."]),
        (track(), track(title="Other"), ["What is rewarded is called “Other” instead of “Goal”."]),
        (track(), track(evidence="attendance", target=[]),
         ["Staff record attendance instead of a drug test.", "What has to be negative: none instead of cocaine."]),
    ],
)  # fmt: skip
def test_a_change_of_a_track_is_said(before: dict[str, Any], after: dict[str, Any], expected: list[str]) -> None:
    assert says(document(before), document(after)) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (track(phase()), track(listed_phase((1, 4), [5, 10, 15])),
         ["The visits pay 5, 10, then 15 points ($3.75) instead of 10 points ($2.50), 5 more with each step."]),
        (track(listed_phase((1, 4), [5])), track(listed_phase((1, 4), [5, 10])),
         ["The visits pay 5, then 10 points ($2.50) instead of 5 points ($1.25)."]),
        (track(phase()), track(phase(period_weeks=2)),
         ["Visits are counted by periods of 2 weeks instead of 1 week."]),
        (track(phase(period_weeks=2)), track(phase(period_weeks=2, visits_per_week=3)),
         ["There are 3 visits every 2 weeks instead of 2."]),
        (track(phase()), track(phase(period_weeks=2, visits_per_week=3)),
         ["There are 3 visits every 2 weeks instead of 2 a week.",
          "Visits are counted by periods of 2 weeks instead of 1 week."]),
        (track(phase()), track(phase(week_bonus=8)), ["New: a bonus of 8 points ($2.00) for a full week."]),
        (track(phase(week_bonus=8)), track(phase()), ["There is no bonus of 8 points ($2.00) for a full week any more."]),
        (track(phase(week_bonus=8)), track(phase(week_bonus=4)),
         ["The bonus for a full week is 4 points instead of 8 ($1.00 instead of $2.00)."]),
        (track(phase()), track(phase(most_paid=1)), ["New: at most 1 visit of the phase is paid."]),
        (track(phase(most_paid=4)), track(phase(most_paid=6)),
         ["At most 6 visits of the phase are paid instead of 4."]),
        (track(most_paid=4), track(), ["There is no limit of 4 visits of an enrollment any more."]),
        (track(phase(base=0, step=0)), track(phase(base=0, step=0, pays_nothing=True)),
         ["The visits of the phase are recorded and not paid instead of paid."]),
        (track(phase()), track(phase(), phase((5, 6), base=0, step=0, pays_nothing=True)),
         ["New: weeks 5 to 6 with 2 visits a week that are recorded and not paid."]),
        (track(), track(start_level=3), ["An enrollment begins at level 3 instead of level 0."]),
        (track(), track(reset_to={"drop": 1}), ["A reset goes down by 1 level instead of back to the start."]),
        (track(phase()), track(phase(target=["thc"])),
         ["What has to be negative in this phase: THC instead of cocaine."]),
        (track(phase(target=["thc"])), track(phase(target=["thc"]), target=["thc"]),
         ["What has to be negative: THC instead of cocaine.", "What has to be negative in this phase: THC, as before."]),
        (track(phase()), track(phase(reset_on=["refused"])),
         ["What resets the ladder in this phase: a refused test instead of a positive test, an absence without an "
          "excuse, a refused test, a tampered specimen."]),
        (track(), track(evidence="reading", target=[], reading={"unit": "ppm", "at_most": 6}),
         ["Staff record a reading instead of a drug test.", "What has to be negative: none instead of cocaine.",
          "What meets the target: 6 ppm or below instead of none."]),
        (track(evidence="reading", target=[], reading={"unit": "ppm", "at_most": 6}),
         track(evidence="reading", target=[], reading=CO),
         ["What meets the target: 4 ppm or below, or not above the 4th lowest of the last 9 readings instead of 6 ppm "
          "or below."]),
        (track(phase(), evidence="reading", target=[], reading={"unit": "ppm", "at_most": 6}),
         track(phase(reading={"unit": "ppm", "falls_by_percent": 25, "at_most": 3}), evidence="reading", target=[],
               reading={"unit": "ppm", "at_most": 6}),
         ["What meets the target in this phase: 3 ppm or below, or at least 25 % below the last reading instead of "
          "6 ppm or below."]),
        (track(phase(visits_per_week=1), evidence="hours", target=[], hours=10),
         track(phase(visits_per_week=1), evidence="hours", target=[], hours=8),
         ["Attended hours that meet a week: 8 hours instead of 10 hours."]),
    ],
)  # fmt: skip
def test_a_change_of_the_second_format_is_said(
    before: dict[str, Any], after: dict[str, Any], expected: list[str]
) -> None:
    assert says(second(before), second(after)) == expected


def test_what_differs_in_the_whole_track_has_no_second_line_in_its_phases() -> None:
    two = phase(), phase((5, 6))
    assert says(second(track(*two)), second(track(*two, target=["thc"], reset_on=[]))) == [
        "What has to be negative: THC instead of cocaine.",
        "A positive test no longer resets the ladder.",
        "An absence without an excuse no longer resets the ladder.",
        "A refused test no longer resets the ladder.",
        "A tampered specimen no longer resets the ladder.",
    ]


def test_ceilings_are_matched_by_their_scope_with_its_first_day_or_its_days() -> None:
    before = second(ceilings=[
        {"scope": "year_from", "from": "09-30", "cents": 75000}, {"scope": "rolling", "days": 30, "cents": 20000},
    ])  # fmt: skip
    after = second(ceilings=[
        {"scope": "year_from", "from": "07-01", "cents": 75000}, {"scope": "rolling", "days": 30, "cents": 30000},
        {"scope": "rolling", "days": 1, "cents": 5000}, {"scope": "lifetime", "cents": 100000},
    ])  # fmt: skip
    assert says(before, after) == [
        "No more than $750.00 in a year from July 1 instead of in a year from September 30.",
        "No more than $300.00 in 30 days instead of $200.00.",
        "New: no more than $50.00 in 1 day.",
        "New: no more than $1,000.00 in all enrollments together.",
    ]


BOWL = {
    "name": "Standard",
    "slips": [{"tier": "small", "count": 9, "cents": 100}, {"tier": "big", "count": 1, "cents": 2000}],
}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {"name": "Ours"}, ["It is called “Ours”."]),
        ({}, {"source": "ours"}, ["It names another source."]),
        ({}, {"point_value_cents": 50}, ["A point is worth $0.50 instead of $0.25."]),
        ({"format": "cm-schedule/2"}, {"format": "cm-schedule/2", "currency": "GBP"},
         ["Its money is GBP instead of USD. The program exchanges no amount."]),
        ({}, {"corrections": "replay"}, ["Points that were paid by mistake now are taken back from unspent points."]),
        ({}, {"ceilings": [{"scope": "calendar_year", "cents": 75000}]},
         ["New: no more than $750.00 in a calendar year."]),
        ({"ceilings": [{"scope": "month", "cents": 100}]}, {"ceilings": [{"scope": "month", "cents": 200}]},
         ["No more than $2.00 in a month instead of $1.00."]),
        ({"ceilings": [{"scope": "award", "cents": 100}]}, {},
         ["There is no ceiling of $1.00 for a visit any more."]),
        ({}, {"bowl": BOWL}, ["New: a bowl to draw from, “Standard” with 9 small ($1.00), 1 big ($20.00)."]),
        ({"bowl": BOWL}, {"bowl": {"name": "Ours", "slips": BOWL["slips"]}},
         ["The bowl is called “Ours” instead of “Standard”."]),
        ({"bowl": BOWL}, {"bowl": {"name": "Standard", "slips": [{"tier": "small", "count": 8, "cents": 200}]}},
         ["The bowl holds 8 slips “small” instead of 9.", "A slip “small” is worth $2.00 instead of $1.00.",
          "The bowl holds no slip “big” any more."]),
        ({"bowl": BOWL}, {"bowl": {"name": "Standard", "slips": BOWL["slips"][::-1]}},
         ["The slips stand in another order: big, small."]),
    ],
)  # fmt: skip
def test_a_change_of_the_whole_is_said(before: dict[str, Any], after: dict[str, Any], expected: list[str]) -> None:
    assert says(document(**before), document(**after)) == expected


def test_amounts_of_two_currencies_are_each_said_in_their_own_and_give_neither_more_nor_less() -> None:
    bowl = {"name": "Bowl", "slips": [{"tier": "small", "count": 1, "cents": 100}]}
    ceilings = [{"scope": "month", "cents": 10000}, {"scope": "award", "cents": 900}]
    before = document(format="cm-schedule/2", bowl=bowl, ceilings=ceilings)
    after = document(
        track(phase(base=12)), format="cm-schedule/2", currency="GBP", point_value_cents=20,
        bowl={"name": "Bowl", "slips": [{"tier": "small", "count": 1, "cents": 80}]},
        ceilings=[{"scope": "month", "cents": 8000}, {"scope": "award", "cents": 900}],
    )  # fmt: skip
    found = differences(parse(before), parse(after))
    assert [(one.says, one.gives) for one in found] == [
        ("A point is worth £0.20 instead of $0.25.", ""),
        ("The first met visit now earns 12 points instead of 10 (£2.40 instead of $2.50).", ""),
        ("A slip “small” is worth £0.80 instead of $1.00.", ""),
        ("No more than £80.00 in a month instead of $100.00.", ""),
        ("Its money is GBP instead of USD. The program exchanges no amount.", ""),
    ]


def test_tracks_are_matched_by_their_behavior() -> None:
    other = track(behavior="attends", title="Attendance", evidence="attendance", target=[], pays="draws")
    bowl = {"bowl": BOWL}
    assert says(document(track(), **bowl), document(other, track(), **bowl)) == [
        "New: Attendance (attends), weeks 1 to 4 with 2 visits a week and 10 draws at first."
    ]
    assert says(document(track(), other, **bowl), document(track(), **bowl)) == [
        "Attendance (attends) is not paid any more."
    ]
    assert says(document(track(), other, **bowl), document(other, track(), **bowl)) == [
        "The tracks stand in another order: attends, goal."
    ]
    assert says(document(track(), other, **bowl), document(track(phase(base=11)), other, **bowl)) == [
        "Goal: The first met visit now earns 11 points instead of 10 ($2.75 instead of $2.50)."
    ]


def test_a_track_that_pays_draws_now_says_so_with_each_amount_that_differs() -> None:
    assert says(document(track(), bowl=BOWL), document(track(phase(base=1), pays="draws"), bowl=BOWL)) == [
        "It pays draws instead of points.",
        "The first met visit now earns 1 draw instead of 10 points.",
    ]


def test_the_columns_show_what_was_and_what_is() -> None:
    [base] = differences(parse(document()), parse(document(track(phase(base=12)))))
    assert (base.step, base.before, base.after, base.gives) == (
        "The ladder", "10 points ($2.50)", "12 points ($3.00)", "more",
    )  # fmt: skip
    [lapse] = differences(parse(document(track(reset_on=[]))), parse(document(track(reset_on=["positive"]))))
    assert (lapse.before, lapse.after, lapse.gives) == ("changes nothing", "back to the start", "less")


def test_a_phase_of_several_is_named() -> None:
    two = document(track(phase(), phase((5, 6))))
    changed = document(track(phase(), phase((5, 6), base=9)))
    [found] = differences(parse(two), parse(changed))
    assert found.step == "The ladder, weeks 5 to 6"


def test_name_and_source_are_no_rules_and_come_last() -> None:
    assert says(document(), document(name="Ours", corrections="replay")) == [
        "Points that were paid by mistake now are taken back from unspent points.",
        "It is called “Ours”.",
    ]
    assert rules_that_differ(parse(document()), parse(document(name="Ours", source="ours"))) == ()
    assert len(rules_that_differ(parse(document()), parse(document(name="Ours", corrections="replay")))) == 1


def test_every_field_has_its_line() -> None:
    for of, lines in (
        (Schedule, difference._SCHEDULE),
        (Bowl, difference._BOWL),
        (Track, track_difference._TRACK),
        (Phase, phase_difference._PHASE),
    ):
        assert [field.name for field in fields(of)] == list(lines)


# -- nothing differs without a line ----------------------------------------------------------------------

WORDS = {
    "evidence": ("drug_test", "breath_test", "attendance", "activity", "reading", "hours"),
    "pays": ("points", "draws"),
    "rises": ("visit", "week"),
    "on_dilute": ("hold", "reset", "reset_if_repeated"),
    "takes_effect": ("next", "same"),
    "to": ("last_paid", "next_due"),
    "scope": ("award", "month", "calendar_year", "enrollment", "lifetime"),
    "from": ("01-01", "07-01"),
    "currency": ("USD", "GBP"),
    "corrections": ("keep", "replay"),
}
MAY_BE_EMPTY = (
    "cap", "run_bonus", "restore", "side_bonus", "min_hours_between", "bowl", "week_bonus", "most_paid", "target",
    "reset_on", "reading",
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Return the path of every value of a document, the lists and objects too."""
    if path:
        yield path
    for key, part in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(part, (*path, key))


def changed(doc: dict[str, Any], path: tuple[Any, ...], draw: Any) -> dict[str, Any]:
    """Return the document with another value at a path; it may have problems."""
    doc = copy.deepcopy(doc)
    place = doc
    for key in path[:-1]:
        place = place[key]
    key, value = path[-1], place[path[-1]]
    name = next(part for part in reversed(path) if isinstance(part, str))
    if key in MAY_BE_EMPTY and draw(st.booleans()):
        place[key] = None
    elif key == "reset_to":
        place[key] = "zero"
    elif isinstance(value, bool):
        place[key] = not value
    elif isinstance(value, int):
        place[key] = draw(st.integers(0, 200).filter(lambda n: n != value))
    elif name in WORDS:
        place[key] = draw(st.sampled_from(WORDS[name]))
    elif name == "reset_on":
        place[key] = draw(st.sampled_from(["positive", "unexcused", "refused", "tampered"])) if key != name else []
    elif isinstance(value, str):
        place[key] = value + draw(st.sampled_from([" x", "!"]))
    elif isinstance(value, list):
        place[key] = draw(st.sampled_from([value[::-1], value[:-1], value[1:]]))
    return doc


@pytest.mark.parametrize("doc", [FULL, FULL_SECOND], ids=["first", "second"])
@given(data=st.data())
def test_whatever_is_changed_in_a_document_has_a_line(doc: dict[str, Any], data: st.DataObject) -> None:
    path = data.draw(st.sampled_from([*places(doc)]))
    after = changed(doc, path, data.draw)
    if problems(after):
        return
    before = parse(doc)
    assert bool(differences(before, parse(after))) == (before != parse(after)), path


def test_the_document_of_the_property_has_every_key() -> None:
    assert problems(FULL) == ()
    reached = {part for path in places(FULL) for part in path if isinstance(part, str)}
    whole = {"format", "name", "source", "point_value_cents", "tracks", "bowl", "ceilings", "corrections"}
    a_track = {"behavior", "title", "evidence", "target", "pays", "phases", "reset_on", "restore", "restore_week_rises"}
    more = {"on_dilute", "side_bonus", "min_hours_between", "after", "takes_effect", "to", "also_negative", "amount"}
    a_phase = {"weeks", "visits_per_week", "base", "step", "cap", "rises", "run_bonus", "every", "carry_level"}
    assert reached == whole | a_track | more | a_phase | {"slips", "tier", "count", "cents", "scope"}


def test_the_document_of_the_second_format_has_every_key_of_it() -> None:
    assert problems(FULL_SECOND) == ()
    reached = {part for path in places(FULL_SECOND) for part in path if isinstance(part, str)}
    of_tracks = {"start_level", "reset_to", "drop", "most_paid", "hours"}
    of_phases = {"values", "period_weeks", "week_bonus", "most_paid", "reset_on", "target", "pays_nothing"}
    of_readings = {"reading", "unit", "at_most", "percentile", "of_last", "rank", "falls_by_percent", "scale", "amount"}
    assert reached >= of_tracks | of_phases | of_readings | {"currency", "from", "days"}


@pytest.mark.parametrize("name", sorted(presets()))
def test_a_preset_does_not_differ_from_itself_and_differs_from_every_other(name: str) -> None:
    documents = presets()
    for other, value in documents.items():
        found = differences(parse(documents[name]), parse(json.loads(json.dumps(value))))
        assert (found == ()) == (other == name)
