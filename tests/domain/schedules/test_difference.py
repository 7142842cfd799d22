"""The difference of two schedules in words: every change has a line, and equal schedules have none."""

import copy
import json
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cm_tracker.domain.schedules import difference, track_difference
from cm_tracker.domain.schedules.check import problems
from cm_tracker.domain.schedules.difference import differences, rules_that_differ
from cm_tracker.domain.schedules.schedule import Bowl, Phase, Schedule, Track, parse
from cm_tracker.queries.schedules.presets import presets
from tests.domain.schedules.documents import document, phase, track

# A document in which every key holds something.
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
         ["A missed visit without an excuse now resets the ladder."]),
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
        (Phase, track_difference._PHASE),
    ):
        assert [field.name for field in fields(of)] == list(lines)


# -- nothing differs without a line ----------------------------------------------------------------------

WORDS = {
    "evidence": ("drug_test", "breath_test", "attendance", "activity"),
    "pays": ("points", "draws"),
    "rises": ("visit", "week"),
    "on_dilute": ("hold", "reset", "reset_if_repeated"),
    "takes_effect": ("next", "same"),
    "to": ("last_paid", "next_due"),
    "scope": ("award", "month", "calendar_year", "enrollment"),
    "corrections": ("keep", "replay"),
}
MAY_BE_EMPTY = ("cap", "run_bonus", "restore", "side_bonus", "min_hours_between", "bowl")


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


@given(st.data())
def test_whatever_is_changed_in_a_document_has_a_line(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from([*places(FULL)]))
    after = changed(FULL, path, data.draw)
    if problems(after):
        return
    before = parse(FULL)
    assert bool(differences(before, parse(after))) == (before != parse(after)), path


def test_the_document_of_the_property_has_every_key() -> None:
    assert problems(FULL) == ()
    reached = {part for path in places(FULL) for part in path if isinstance(part, str)}
    whole = {"format", "name", "source", "point_value_cents", "tracks", "bowl", "ceilings", "corrections"}
    a_track = {"behavior", "title", "evidence", "target", "pays", "phases", "reset_on", "restore", "restore_week_rises"}
    more = {"on_dilute", "side_bonus", "min_hours_between", "after", "takes_effect", "to", "also_negative", "amount"}
    a_phase = {"weeks", "visits_per_week", "base", "step", "cap", "rises", "run_bonus", "every", "carry_level"}
    assert reached == whole | a_track | more | a_phase | {"slips", "tier", "count", "cents", "scope"}


@pytest.mark.parametrize("name", sorted(presets()))
def test_a_preset_does_not_differ_from_itself_and_differs_from_every_other(name: str) -> None:
    documents = presets()
    for other, value in documents.items():
        found = differences(parse(documents[name]), parse(json.loads(json.dumps(value))))
        assert (found == ()) == (other == name)
