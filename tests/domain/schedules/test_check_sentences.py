"""What the check says of each wrong value, word by word, and the smallest and the largest value that it takes.

Each case changes one value of a document that is right, and expects exactly one problem.
"""

import re
from copy import deepcopy
from typing import Any

import pytest

from cm_tracker.domain.schedules.check import problems
from tests.domain.schedules.documents import document, phase, track

FIRST = document(
    track(
        phase((1, 4), run_bonus={"every": 3, "amount": 40}, cap=50),
        phase((5, 8)),
        restore={"after": 2, "takes_effect": "same", "to": "next_due"},
        side_bonus={"also_negative": ["thc"], "amount": 1},
        min_hours_between=48,
    ),
    track(behavior="came", evidence="attendance", target=[], pays="draws"),
    bowl={"name": "B", "slips": [{"tier": "small", "count": 1, "cents": 100}, {"tier": "large", "count": 1, "cents": 1}]},
    ceilings=[{"scope": "month", "cents": 20000}, {"scope": "award", "cents": 20000}],
)  # fmt: skip


def _listed(**more: Any) -> dict[str, Any]:
    return {key: value for key, value in phase(**more).items() if key not in ("base", "step", "cap")}


def _reading(behavior: str, rule: dict[str, Any], *phases: dict[str, Any]) -> dict[str, Any]:
    return track(*phases, behavior=behavior, evidence="reading", target=[], reading=rule)


SECOND = document(
    track(
        {**_listed(weeks=(1, 4)), "values": [5], "period_weeks": 2, "week_bonus": 7, "most_paid": 2, "target": ["mdma"]},
        phase((5, 8), base=0, step=0, pays_nothing=True),
        start_level=1,
        reset_to={"drop": 2},
        most_paid=30,
        side_bonus={"also_negative": ["thc"], "amount": 1},
    ),
    _reading("at most", {"unit": "ppm", "at_most": 6}, phase(reading={"unit": "ppm", "at_most": 3})),
    _reading("rank", {"unit": "ppm", "at_most": 6, "percentile": {"of_last": 9, "rank": 4}}),
    _reading("falls", {"unit": "ppm", "at_most": 6, "falls_by_percent": 25}),
    _reading("scale", {"unit": "ppm", "scale": [{"at_most": 3, "amount": 40}, {"at_most": 7, "amount": 20}]}),
    track(phase(visits_per_week=1), behavior="work", evidence="hours", target=[], hours=10),
    format="cm-schedule/2",
    currency="GBP",
    ceilings=[{"scope": "year_from", "from": "09-30", "cents": 75000}, {"scope": "rolling", "days": 30, "cents": 1}],
)  # fmt: skip

GONE = object()


def changed(doc: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return a copy of a document with another value at a path such as `tracks[0].title`; without it for `GONE`."""
    copy = deepcopy(doc)
    steps = [int(step) if step.isdigit() else step for step in re.findall(r"[^.\[\]]+", path)]
    inner: Any = copy
    for step in steps[:-1]:
        inner = inner[step]
    if value is GONE:
        del inner[steps[-1]]
    else:
        inner[steps[-1]] = value
    return copy


def said(doc: object) -> list[tuple[str, str]]:
    return [(problem.path, problem.says) for problem in problems(doc)]


def test_both_documents_are_right() -> None:
    assert (said(FIRST), said(SECOND)) == ([], [])


# -- numbers ----------------------------------------------------------------------------------------------------

PHASE = "tracks[0].phases[0]"
NUMBERS = [
    (FIRST, "point_value_cents", 1, 1_000_000),
    (FIRST, "tracks[0].min_hours_between", 1, 744),
    (FIRST, f"{PHASE}.visits_per_week", 1, 21),
    (FIRST, f"{PHASE}.step", 0, 1_000_000),
    (FIRST, f"{PHASE}.run_bonus.every", 1, 1_000),
    (FIRST, f"{PHASE}.run_bonus.amount", 0, 1_000_000),
    (FIRST, "tracks[0].phases[1].base", 0, 1_000_000),
    (FIRST, "tracks[0].restore.after", 1, 1_000),
    (FIRST, "tracks[0].side_bonus.amount", 0, 1_000_000),
    (FIRST, "bowl.slips[0].count", 1, 100_000),
    (SECOND, "tracks[0].start_level", 0, 2_000),
    (SECOND, "tracks[0].reset_to.drop", 1, 2_000),
    (SECOND, "tracks[0].most_paid", 1, 2_000),
    (SECOND, f"{PHASE}.values[0]", 0, 1_000_000),
    (SECOND, f"{PHASE}.period_weeks", 1, 4),
    (SECOND, f"{PHASE}.week_bonus", 0, 1_000_000),
    (SECOND, f"{PHASE}.most_paid", 1, 2_000),
    (SECOND, "tracks[1].reading.at_most", 0, 1_000_000),
    (SECOND, "tracks[1].phases[0].reading.at_most", 0, 1_000_000),
    (SECOND, "tracks[2].reading.percentile.rank", 1, 9),
    (SECOND, "tracks[3].reading.falls_by_percent", 1, 100),
    (SECOND, "tracks[4].reading.scale[1].amount", 0, 1_000_000),
    (SECOND, "tracks[5].hours", 1, 168),
    (SECOND, "ceilings[1].days", 1, 3_660),
]


@pytest.mark.parametrize(("doc", "path", "least", "most"), NUMBERS, ids=[path for _, path, _, _ in NUMBERS])
def test_a_number_has_its_limits(doc: dict[str, Any], path: str, least: int, most: int) -> None:
    assert [said(changed(doc, path, value)) for value in (least, most)] == [[], []]
    for value in (least - 1, most + 1):
        says = f"is {value:,}; it must be a whole number from {least:,} to {most:,}."
        assert said(changed(doc, path, value)) == [(path, says)]
    for other in ("3", 2.5, True):
        assert said(changed(doc, path, other)) == [(path, f"must be a whole number from {least:,} to {most:,}.")]


def test_a_rank_is_one_of_the_last_readings() -> None:
    path = "tracks[2].reading.percentile"
    assert said(changed(SECOND, path, {"of_last": 100, "rank": 100})) == []
    assert said(changed(SECOND, path, {"of_last": 1, "rank": 1})) == []
    of_last = (f"{path}.of_last", "is 101; it must be a whole number from 1 to 100.")
    assert said(changed(SECOND, path, {"of_last": 101, "rank": 100})) == [of_last]
    assert said(changed(SECOND, path, {"of_last": 0, "rank": 100})) == [
        (f"{path}.of_last", "is 0; it must be a whole number from 1 to 100.")
    ]
    assert said(changed(SECOND, path, {"of_last": "9", "rank": 101})) == [
        (f"{path}.of_last", "must be a whole number from 1 to 100."),
        (f"{path}.rank", "is 101; it must be a whole number from 1 to 100."),
    ]


def test_a_cap_is_not_below_the_base() -> None:
    path = f"{PHASE}.cap"
    assert [said(changed(FIRST, path, cap)) for cap in (None, 10, 1_000_000)] == [[], [], []]
    assert said(changed(FIRST, path, 9)) == [(path, "is 9, below the base of 10; it must be that or more.")]
    assert said(changed(changed(FIRST, path, 1_000), f"{PHASE}.base", 2_000)) == [
        (path, "is 1,000, below the base of 2,000; it must be that or more.")
    ]
    assert said(changed(FIRST, path, 1_000_001)) == [
        (path, "is 1,000,001; it must be a whole number from 0 to 1,000,000.")
    ]
    assert said(changed(FIRST, f"{PHASE}.base", "10")) == [
        (f"{PHASE}.base", "must be a whole number from 0 to 1,000,000.")
    ]


@pytest.mark.parametrize(
    ("path", "most", "in_words"),
    [("bowl.slips[0].cents", 1_000_000, "$10,000.00"), ("ceilings[0].cents", 100_000_000, "$1,000,000.00")],
)
def test_money_is_in_whole_cents(path: str, most: int, in_words: str) -> None:
    assert [said(changed(FIRST, path, cents)) for cents in (0, most)] == [[], []]
    for wrong in (-1, most + 1, 2.5, True, "5"):
        assert said(changed(FIRST, path, wrong)) == [(path, f"must be money from $0.00 to {in_words}, in whole cents.")]


# -- texts and words --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("doc", "path", "most"),
    [
        (FIRST, "name", 120),
        (FIRST, "source", 400),
        (FIRST, "tracks[0].behavior", 60),
        (FIRST, "tracks[0].title", 120),
        (FIRST, "tracks[0].target[0]", 60),
        (FIRST, "tracks[0].side_bonus.also_negative[0]", 60),
        (FIRST, "bowl.name", 120),
        (FIRST, "bowl.slips[0].tier", 24),
        (SECOND, f"{PHASE}.target[0]", 60),
        (SECOND, "tracks[3].reading.unit", 20),
    ],
)
def test_a_text_is_not_empty_and_stands_on_one_line(doc: dict[str, Any], path: str, most: int) -> None:
    assert said(changed(doc, path, "é" * most)) == []
    assert said(changed(doc, path, "x" * (most + 1))) == [
        (path, f"has {most + 1} characters; at most {most} are allowed.")
    ]
    for empty in ("", "  ", None, 7):
        assert said(changed(doc, path, empty)) == [(path, "must be text and not empty.")]
    for broken in ("a\nb", "a\x07b", "a\ud800b"):
        assert said(changed(doc, path, broken)) == [(path, "must be plain text on one line.")]


def test_a_behavior_has_no_space_around_it() -> None:
    for wrong in (" goal", "goal "):
        assert said(changed(FIRST, "tracks[0].behavior", wrong)) == [
            ("tracks[0].behavior", "must not begin or end with a space.")
        ]


CHOICES = [
    (FIRST, "tracks[0].pays", "points, draws"),
    (FIRST, f"{PHASE}.rises", "visit, week"),
    (FIRST, "tracks[0].on_dilute", "hold, reset, reset_if_repeated"),
    (FIRST, "tracks[0].restore.takes_effect", "next, same"),
    (FIRST, "tracks[0].restore.to", "last_paid, next_due"),
    (FIRST, "ceilings[0].scope", "award, month, calendar_year, enrollment"),
    (SECOND, "ceilings[1].scope", "award, month, calendar_year, enrollment, year_from, rolling, lifetime"),
    (FIRST, "corrections", "keep, replay"),
    (FIRST, "tracks[1].evidence", "drug_test, breath_test, attendance, activity"),
    (SECOND, "tracks[5].evidence", "drug_test, breath_test, attendance, activity, reading, hours"),
    (FIRST, "tracks[0].reset_on[0]", "positive, unexcused, refused, tampered"),
    (SECOND, f"{PHASE}.reset_on[0]", "positive, unexcused, refused, tampered"),
]


@pytest.mark.parametrize(("doc", "path", "choices"), CHOICES, ids=[path for _, path, _ in CHOICES])
def test_a_choice_is_one_of_a_list(doc: dict[str, Any], path: str, choices: str) -> None:
    doc = changed(doc, f"{PHASE}.reset_on", ["positive"]) if doc is SECOND else doc
    for choice in choices.split(", "):
        assert path not in dict(said(changed(doc, path, choice))), choice
    assert (path, f"must be one of: {choices}.") in said(changed(doc, path, "other"))


def test_the_format_and_the_currency_are_known() -> None:
    assert said(changed(FIRST, "format", "cm-schedule/3")) == [("format", "must be cm-schedule/1 or cm-schedule/2.")]
    for wrong in ("EURO", "gbp", 5, None):
        assert said(changed(SECOND, "currency", wrong)) == [
            ("currency", "must be the code of a currency in three capital letters, as in USD.")
        ]


@pytest.mark.parametrize("path", ["tracks[0].restore_week_rises", f"{PHASE}.carry_level"])
def test_yes_or_no_is_true_or_false(path: str) -> None:
    assert [said(changed(FIRST, path, value)) for value in (True, False)] == [[], []]
    for wrong in (None, 1, "yes"):
        assert said(changed(FIRST, path, wrong)) == [(path, "must be true or false.")]


# -- objects and lists ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("doc", "path"),
    [
        *((FIRST, path) for path in (
            "tracks[0]", "tracks[0].phases[1]", f"{PHASE}.run_bonus", "tracks[0].restore", "tracks[0].side_bonus",
            "bowl", "bowl.slips[1]", "ceilings[1]",
        )),
        *((SECOND, path) for path in ("tracks[3].reading", "tracks[2].reading.percentile", "tracks[4].reading.scale[1]")),
    ],
)  # fmt: skip
def test_an_object_has_named_values(doc: dict[str, Any], path: str) -> None:
    assert said(changed(doc, path, 7))[0] == (path, "must be an object with named values ({...}).")
    assert said(7) == [("", "must be an object with named values ({...}).")]


@pytest.mark.parametrize(
    ("doc", "path"),
    [
        *((FIRST, path) for path in ("tracks", "tracks[0].phases", "tracks[0].reset_on", "tracks[0].target",
                                     "tracks[0].side_bonus.also_negative", "bowl.slips", "ceilings")),
        *((SECOND, path) for path in (f"{PHASE}.values", f"{PHASE}.target", "tracks[4].reading.scale")),
    ],
)  # fmt: skip
def test_a_list_is_a_list(doc: dict[str, Any], path: str) -> None:
    assert said(changed(doc, path, 7))[:1] == [(path, "must be a list ([...]).")]


@pytest.mark.parametrize(
    ("doc", "path", "least", "most"),
    [
        (FIRST, "tracks", 1, 10),
        (FIRST, "tracks[0].phases", 1, 60),
        (FIRST, "bowl.slips", 1, 60),
        (FIRST, "ceilings", 0, 60),
        (SECOND, f"{PHASE}.values", 1, 2_000),
        (SECOND, "tracks[4].reading.scale", 1, 50),
    ],
)
def test_a_list_has_its_length(doc: dict[str, Any], path: str, least: int, most: int) -> None:
    if least:
        assert (path, "must have at least 1.") in said(changed(doc, path, []))
    else:
        assert said(changed(doc, path, [])) == []
    assert (path, f"has {most + 1}; at most {most:} are allowed.") in said(changed(doc, path, [0] * (most + 1)))
    assert path not in dict(said(changed(doc, path, [0] * most)))
    wrong = [where for where, _ in said(changed(doc, path, ["x"] * (most + 1))) if where.startswith(f"{path}[")]
    assert wrong == [f"{path}[{n}]" for n in range(most)], "no more than that are looked at"


KEYS = [
    (FIRST, "", "format, name, source, point_value_cents, tracks, corrections, bowl, ceilings"),
    (SECOND, "", "format, name, source, point_value_cents, tracks, corrections, bowl, ceilings, currency"),
    (
        FIRST,
        "tracks[0]",
        "behavior, title, evidence, pays, phases, reset_on, restore_week_rises, on_dilute, target, restore, side_bonus, "
        "min_hours_between",
    ),
    (
        SECOND,
        "tracks[0]",
        "behavior, title, evidence, pays, phases, reset_on, restore_week_rises, on_dilute, target, restore, side_bonus, "
        "min_hours_between, start_level, reset_to, most_paid, reading, hours",
    ),
    (FIRST, PHASE, "weeks, visits_per_week, rises, carry_level, base, step, cap, run_bonus"),
    (
        SECOND,
        PHASE,
        "weeks, visits_per_week, rises, carry_level, run_bonus, values, period_weeks, week_bonus, most_paid, reset_on, "
        "target, reading, pays_nothing",
    ),
    (
        SECOND,
        "tracks[0].phases[1]",
        "weeks, visits_per_week, rises, carry_level, base, step, cap, run_bonus, values, period_weeks, week_bonus, "
        "most_paid, reset_on, target, reading, pays_nothing",
    ),
    (FIRST, f"{PHASE}.run_bonus", "every, amount"),
    (FIRST, "tracks[0].restore", "after, takes_effect, to"),
    (FIRST, "tracks[0].side_bonus", "also_negative, amount"),
    (FIRST, "bowl", "name, slips"),
    (FIRST, "bowl.slips[0]", "tier, count, cents"),
    (FIRST, "ceilings[0]", "scope, cents"),
    (SECOND, "ceilings[0]", "scope, cents, from, days"),
    (SECOND, "tracks[0].reset_to", "drop"),
    (SECOND, "tracks[1].reading", "unit, at_most"),
    (SECOND, "tracks[2].reading", "unit, at_most, percentile"),
    (SECOND, "tracks[2].reading.percentile", "of_last, rank"),
    (SECOND, "tracks[3].reading", "unit, at_most, falls_by_percent"),
    (SECOND, "tracks[4].reading", "unit, scale"),
    (SECOND, "tracks[4].reading.scale[0]", "at_most, amount"),
]


@pytest.mark.parametrize(("doc", "path", "known"), KEYS, ids=[f"{n}-{path}" for n, (_, path, _) in enumerate(KEYS)])
def test_an_unknown_key_is_named_with_those_that_are_known(doc: dict[str, Any], path: str, known: str) -> None:
    at = f"{path}.surprise" if path else "surprise"
    assert said(changed(doc, at, 1)) == [(at, f"'surprise' is not a key of this format; known here: {known}.")]


REQUIRED = [
    (FIRST, path)
    for path in [
        "name",
        "source",
        "point_value_cents",
        "corrections",
        "tracks[0].behavior",
        "tracks[0].title",
        "tracks[0].pays",
        "tracks[0].phases",
        "tracks[0].reset_on",
        "tracks[0].restore_week_rises",
        "tracks[0].on_dilute",
        "tracks[1].evidence",
        "tracks[0].phases[1].weeks",
        "tracks[0].phases[1].visits_per_week",
        "tracks[0].phases[1].base",
        "tracks[0].phases[1].step",
        "tracks[0].phases[1].rises",
        "tracks[0].phases[1].carry_level",
        "tracks[0].phases[0].run_bonus.every",
        "tracks[0].phases[0].run_bonus.amount",
        "tracks[0].restore.after",
        "tracks[0].restore.takes_effect",
        "tracks[0].restore.to",
        "tracks[0].side_bonus.also_negative",
        "tracks[0].side_bonus.amount",
        "bowl.name",
        "bowl.slips",
        "bowl.slips[0].tier",
        "bowl.slips[0].count",
        "bowl.slips[0].cents",
        "ceilings[0].scope",
        "ceilings[0].cents",
        "format",
        "tracks",
    ]
] + [
    (SECOND, path)
    for path in [
        "tracks[0].reset_to.drop",
        "tracks[2].reading.unit",
        "tracks[1].reading.at_most",
        "tracks[2].reading.percentile.of_last",
        "tracks[2].reading.percentile.rank",
        "tracks[3].reading.at_most",
        "tracks[4].reading.unit",
        "tracks[4].reading.scale[0].at_most",
        "tracks[4].reading.scale[0].amount",
    ]
]


@pytest.mark.parametrize(("doc", "path"), REQUIRED, ids=[path for _, path in REQUIRED])
def test_what_is_missing_is_named(doc: dict[str, Any], path: str) -> None:
    assert said(changed(doc, path, GONE)) == [(path, "is missing.")]


OPTIONAL = [
    (FIRST, "tracks[0].restore"),
    (FIRST, "tracks[0].side_bonus"),
    (FIRST, "tracks[0].min_hours_between"),
    (FIRST, f"{PHASE}.cap"),
    (FIRST, f"{PHASE}.run_bonus"),
    (FIRST, "tracks[1].target"),
    (FIRST, "ceilings"),
    (SECOND, "currency"),
    (SECOND, "tracks[0].start_level"),
    (SECOND, "tracks[0].reset_to"),
    (SECOND, "tracks[0].most_paid"),
    (SECOND, f"{PHASE}.period_weeks"),
    (SECOND, f"{PHASE}.week_bonus"),
    (SECOND, f"{PHASE}.most_paid"),
    (SECOND, f"{PHASE}.target"),
    (SECOND, "tracks[0].phases[1].pays_nothing"),
    (SECOND, "tracks[1].phases[0].reading"),
]


@pytest.mark.parametrize(("doc", "path"), OPTIONAL, ids=[path for _, path in OPTIONAL])
def test_what_may_be_left_out_may_be_left_out(doc: dict[str, Any], path: str) -> None:
    assert said(changed(doc, path, GONE)) == []


# -- what goes together -------------------------------------------------------------------------------------------

ONE_ANALYTE = "must name at least one analyte that has to be negative."
OTHER_UNIT = "must be the unit of the track: earlier readings go on."
EMPTY = "must be empty or 0: this phase pays nothing."
FALLS = "fall, so a lapse would raise the pay; let them rise, or let nothing reset."
NO_DAY = "must be the day on which the year begins, as in 09-30 (not February 29)."
TWICE = "tracks[1].behavior"


@pytest.mark.parametrize(
    ("doc", "path", "value", "at", "says"),
    [
        (FIRST, "tracks[0].target", [], "", ONE_ANALYTE),
        (FIRST, "tracks[0].target", None, "", ONE_ANALYTE),
        (FIRST, "tracks[0].target", ["thc", "opiate", "thc"], "[2]", "names thc a second time."),
        (FIRST, "tracks[1].target", ["thc"], "", "belongs to a drug test only; leave it empty here."),
        (FIRST, "tracks[0].side_bonus.also_negative", [], "", "must name at least one analyte."),
        (FIRST, "tracks[1].side_bonus", {"also_negative": ["thc"], "amount": 1}, "", "belongs to a drug test only."),
        (FIRST, "tracks[0].reset_on", ["positive"] * 2, "[1]", "names positive a second time."),
        (FIRST, TWICE, "goal", "", "goal is the behavior of another track, too."),
        (FIRST, "ceilings[1].scope", "month", "", "month has a ceiling already."),
        (FIRST, "bowl.slips[1].tier", "small", "", "small is a tier of the bowl already."),
        (FIRST, "bowl", None, "", "is missing: a track pays draws, so say which slips the bowl holds."),
        (FIRST, "tracks[0].phases[1].weeks", [5], "", "must be the first and the last week, as in [1, 12]."),
        (FIRST, "tracks[0].phases[1].weeks", [5, "8"], "", "must be the first and the last week, as in [1, 12]."),
        (FIRST, "tracks[0].phases[1].weeks", [5, True], "", "must be the first and the last week, as in [1, 12]."),
        (
            FIRST,
            "tracks[0].phases[1].weeks",
            [5, 4],
            "",
            "must run from a week to the same or a later one, from 1 to 520.",
        ),
        (
            FIRST,
            "tracks[0].phases[1].weeks",
            [5, 521],
            "",
            "must run from a week to the same or a later one, from 1 to 520.",
        ),
        (FIRST, "tracks[1].phases[0].weeks", [2, 4], "", "starts at week 2; the first phase must start at week 1."),
        (
            FIRST,
            "tracks[0].phases[1].weeks",
            [6, 8],
            "",
            "starts at week 6; no gap and no overlap: this phase must start at week 5.",
        ),
        (
            FIRST,
            "tracks[0].phases[1].weeks",
            [4, 8],
            "",
            "starts at week 4; no gap and no overlap: this phase must start at week 5.",
        ),
        (SECOND, "tracks[0].reset_to", "one", "", 'must be "zero", or {"drop": n} to lower the level by n.'),
        (SECOND, "tracks[0].reset_to", None, "", 'must be "zero", or {"drop": n} to lower the level by n.'),
        (SECOND, "tracks[1].reading", GONE, "", "is missing: say which readings meet the target."),
        (SECOND, "tracks[0].reading", {"unit": "ppm", "at_most": 6}, "", "belongs to the evidence reading only."),
        (SECOND, f"{PHASE}.reading", {"unit": "ppm", "at_most": 6}, "", "belongs to the evidence reading only."),
        (SECOND, "tracks[5].hours", GONE, "", "is missing: say how many attended hours meet a week."),
        (SECOND, "tracks[0].hours", 10, "", "belongs to the evidence hours only."),
        (SECOND, "tracks[5].min_hours_between", 20, "", "does not go with hours: they are counted by the week."),
        (
            SECOND,
            "tracks[5].phases[0].visits_per_week",
            2,
            "",
            "is 2; hours have one result a week, so at most 1.",
        ),
        (SECOND, "tracks[1].phases[0].reading.unit", "g", "", OTHER_UNIT),
        (SECOND, f"{PHASE}.target", [], "", ONE_ANALYTE),
        (SECOND, f"{PHASE}.target", ["mdma", "thc"], "", "names thc, for which the track pays a side bonus."),
        (SECOND, "tracks[5].phases[0].target", ["thc"], "", "belongs to a drug test only; leave it out here."),
        (SECOND, "tracks[0].phases[1].pays_nothing", False, "", "must be true, or be left out."),
        (SECOND, "tracks[0].phases[1].base", 1, "", EMPTY),
        (SECOND, "tracks[0].phases[1].step", 1, "", EMPTY),
        (SECOND, "tracks[0].phases[1].cap", 1, "", EMPTY),
        (SECOND, "tracks[0].phases[1].week_bonus", 1, "", EMPTY),
        (SECOND, "tracks[0].phases[1].run_bonus", {"every": 1, "amount": 1}, "", EMPTY),
        (SECOND, f"{PHASE}.values", [5, 7, 6], "", FALLS),
        (SECOND, "ceilings[0].from", GONE, "", NO_DAY),
        *((SECOND, "ceilings[0].from", wrong, "", NO_DAY) for wrong in (
            "02-29", "00-10", "13-01", "04-31", "06-00", "9-30", "09/30", "09-3a", "0930", "009-30", "09-030",
            "\u0660\u0661-\u0660\u0661", 930, None,
        )),
        (SECOND, "ceilings[1].from", "09-30", "", "belongs to the scope year_from only."),
        (SECOND, "ceilings[0].days", 30, "", "belongs to the scope rolling only."),
        (SECOND, "ceilings[1].days", GONE, "", "must be a whole number from 1 to 3,660."),
        (
            SECOND,
            "tracks[3].reading.percentile",
            {"of_last": 9, "rank": 4},
            "*",
            "must decide in one way only; choose one of: percentile, falls_by_percent.",
        ),
        (
            SECOND,
            "tracks[4].reading.scale[1].at_most",
            3,
            "",
            "is 3; it must be above the one before it, 3.",
        ),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_said(doc: dict[str, Any], path: str, value: Any, at: str, says: str) -> None:
    where = path.rpartition(".")[0] if at == "*" else path + at
    assert said(changed(doc, path, value)) == [(where, says)]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("ceilings[0].from", "01-01"),
        ("ceilings[0].from", "12-31"),
        ("ceilings[0].from", "02-28"),
        ("ceilings[0].from", "04-30"),
        ("tracks[0].reset_to", "zero"),
        ("tracks[0].reset_on", []),
        (f"{PHASE}.values", [5, 5, 6]),
        (f"{PHASE}.reset_on", []),
        ("tracks[4].reading.scale[1].at_most", 4),
        # The same scope twice, of other days.
        ("ceilings[0]", {"scope": "rolling", "days": 7, "cents": 1}),
        ("tracks[5].phases[0]", phase(visits_per_week=2, period_weeks=2)),
    ],
)
def test_what_goes_together_is_taken(path: str, value: Any) -> None:
    assert said(changed(SECOND, path, value)) == []


def test_values_may_fall_where_nothing_resets() -> None:
    falling = changed(changed(SECOND, f"{PHASE}.values", [7, 6]), f"{PHASE}.reset_on", [])
    assert said(falling) == []
    for rule in ("reset", "reset_if_repeated"):
        assert said(changed(falling, "tracks[0].on_dilute", rule)) == [(f"{PHASE}.values", FALLS)]
    assert said(changed(changed(falling, f"{PHASE}.reset_on", None), "tracks[0].reset_on", [])) == []


def test_a_schedule_holds_two_thousand_visits_of_a_track() -> None:
    def weeks(*phases: dict[str, Any]) -> dict[str, Any]:
        return document(track(*phases), format="cm-schedule/2")

    too_many = [("tracks[0].phases", "hold more than 2,000 visits in all; shorten them.")]
    assert said(weeks(phase((1, 100), visits_per_week=20))) == []
    assert said(weeks(phase((1, 100), visits_per_week=20), phase((101, 101), visits_per_week=1))) == too_many
    # Two weeks are one period, and so is a single week at the end.
    assert said(weeks(phase((1, 200), visits_per_week=20, period_weeks=2))) == []
    assert said(weeks(phase((1, 201), visits_per_week=20, period_weeks=2))) == too_many
    assert said(weeks(phase((1, 520), visits_per_week=3))) == []


def test_a_phase_that_cannot_be_read_does_not_hide_where_the_next_one_starts() -> None:
    weeks = "must be the first and the last week, as in [1, 12]."
    doc = document(track(phase((1, 4)), phase(weeks="5-8"), phase((20, 22)), phase((24, 25))))  # type: ignore[arg-type]
    doc["tracks"][0]["phases"][1]["weeks"] = "5-8"
    assert said(doc) == [
        ("tracks[0].phases[1].weeks", weeks),
        ("tracks[0].phases[3].weeks", "starts at week 24; no gap and no overlap: this phase must start at week 23."),
    ]


def test_a_key_of_the_second_format_says_that_it_needs_it() -> None:
    assert said(changed(FIRST, "currency", "GBP")) == [("currency", "'currency' needs the format cm-schedule/2.")]
    for path, key in (
        ("tracks[0]", "start_level"), ("tracks[0]", "reset_to"), ("tracks[0]", "most_paid"), ("tracks[0]", "hours"),
        ("tracks[0]", "reading"), (PHASE, "values"), (PHASE, "period_weeks"), (PHASE, "week_bonus"),
        (PHASE, "most_paid"), (PHASE, "reset_on"), (PHASE, "target"), (PHASE, "reading"), (PHASE, "pays_nothing"),
        ("ceilings[0]", "from"), ("ceilings[0]", "days"),
    ):  # fmt: skip
        at = f"{path}.{key}"
        assert said(changed(FIRST, at, 1)) == [(at, f"'{key}' needs the format cm-schedule/2.")]


def test_values_that_are_wrong_themselves_are_counted_as_little_as_they_can_be() -> None:
    def in_all(*phases: dict[str, Any]) -> bool:
        return ("tracks[0].phases", "hold more than 2,000 visits in all; shorten them.") in said(
            document(track(*phases), format="cm-schedule/2")
        )

    full = phase((1, 100), visits_per_week=20)
    assert in_all(full, phase((101, 101), visits_per_week=1))
    assert not in_all(full, phase((101, 101), visits_per_week="x"))
    assert not in_all(full, phase((102, 101), visits_per_week=1))
    # Periods that cannot be read are weeks. A period that has begun counts as a whole one.
    assert in_all(phase((1, 101), visits_per_week=20, period_weeks="x"))
    assert in_all(phase((1, 199), visits_per_week=20, period_weeks=2), phase((200, 200), visits_per_week=1))


def test_a_phase_that_pays_nothing_lists_no_values() -> None:
    listed = changed(SECOND, "tracks[0].phases[1].values", [5])
    assert said(listed)[-1] == ("tracks[0].phases[1].values", "must be empty or 0: this phase pays nothing.")


def test_the_readings_of_a_scale_are_whole_numbers() -> None:
    at = "tracks[4].reading.scale[0].at_most"
    assert said(changed(SECOND, at, "x")) == [(at, "must be a whole number from 0 to 1,000,000.")]
    assert said(changed(SECOND, at, -1)) == [(at, "is -1; it must be a whole number from 0 to 1,000,000.")]
    beside = "tracks[4].reading.at_most"
    only = "'at_most' is not a key of this format; known here: unit, scale."
    assert said(changed(SECOND, beside, "x")) == [(beside, only)]


@pytest.mark.parametrize(
    ("of_last", "rank", "most"), [(1, 1, None), (1, 2, 1), (100, 100, None), (100, 101, 100), (99, 100, 99)]
)
def test_a_rank_is_one_of_the_readings_that_are_ranked(of_last: int, rank: int, most: int | None) -> None:
    at = "tracks[2].reading.percentile"
    found = said(changed(changed(SECOND, f"{at}.of_last", of_last), f"{at}.rank", rank))
    too_high = [(f"{at}.rank", f"is {rank}; it must be a whole number from 1 to {most}.")]
    assert found == (too_high if most else [])
