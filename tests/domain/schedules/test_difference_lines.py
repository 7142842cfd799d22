"""The whole line of each difference: its step, its sentence, what was, what is, and what that gives. Typed by hand.

Each case is told there and back.
"""

from typing import Any

import pytest

from cm_tracker.domain.schedules.difference import differences
from cm_tracker.domain.schedules.difference_lines import Difference, Unit, counted, listed, ordinal
from cm_tracker.domain.schedules.schedule import parse
from tests.domain.schedules.documents import document, phase, program, track
from tests.domain.schedules.test_difference import listed_phase, second

LADDER, LAPSE, BONUS, VISITS, BACK = "The ladder", "Lapse", "Bonus", "Visits", "Way back"
VERIFIED, SIDE, APART = "What is verified", "Side bonus", "Time between"
Line = tuple[str, str, str, str, str]
RESTORE = {"after": 5, "takes_effect": "next", "to": "last_paid"}
PPM = {"unit": "ppm", "at_most": 6}


def of_track(**more: Any) -> dict[str, Any]:
    return second(track(**more))


def of_phase(**more: Any) -> dict[str, Any]:
    return second(track(phase(**more)))


def reading(rule: dict[str, Any], *phases: dict[str, Any]) -> dict[str, Any]:
    return second(track(*phases, evidence="reading", target=[], reading=rule))


def hours(number: int) -> dict[str, Any]:
    return second(track(phase(visits_per_week=1), evidence="hours", target=[], hours=number))


def lines(before: dict[str, Any], after: dict[str, Any]) -> list[Line]:
    found = differences(parse(before), parse(after))
    return [(one.step, one.says, one.before, one.after, one.gives) for one in found]


CASES: list[tuple[str, dict[str, Any], dict[str, Any], Line, Line]] = [
    (
        "base", of_phase(), of_phase(base=1),
        (LADDER, "The first met visit now earns 1 point instead of 10 ($0.25 instead of $2.50).",
         "10 points ($2.50)", "1 point ($0.25)", "less"),
        (LADDER, "The first met visit now earns 10 points instead of 1 ($2.50 instead of $0.25).",
         "1 point ($0.25)", "10 points ($2.50)", "more"),
    ),
    (
        "step", of_phase(), of_phase(step=1000),
        (LADDER, "Each step up is 1,000 points instead of 5 ($250.00 instead of $1.25).",
         "5 points ($1.25)", "1,000 points ($250.00)", "more"),
        (LADDER, "Each step up is 5 points instead of 1,000 ($1.25 instead of $250.00).",
         "1,000 points ($250.00)", "5 points ($1.25)", "less"),
    ),
    (
        "no cap", of_phase(), of_phase(cap=80),
        (LADDER, "It rises to 80 points ($20.00) and stays there. Before, it had no end.",
         "no limit", "80 points ($20.00)", "less"),
        (LADDER, "It rises without an end. Before, it stopped at 80 points ($20.00).",
         "80 points ($20.00)", "no limit", "more"),
    ),
    (
        "cap", of_phase(cap=80), of_phase(cap=100),
        (LADDER, "It rises to 100 points instead of 80 ($25.00 instead of $20.00).",
         "80 points ($20.00)", "100 points ($25.00)", "more"),
        (LADDER, "It rises to 80 points instead of 100 ($20.00 instead of $25.00).",
         "100 points ($25.00)", "80 points ($20.00)", "less"),
    ),
    (
        "rises", of_phase(), of_phase(rises="week"),
        (LADDER, "It rises after each full week instead of after each visit that meets the target.",
         "after each visit that meets the target", "after each full week", ""),
        (LADDER, "It rises after each visit that meets the target instead of after each full week.",
         "after each full week", "after each visit that meets the target", ""),
    ),
    (
        "visits", of_phase(), of_phase(visits_per_week=1),
        (VISITS, "There are 1 visit a week instead of 2.", "2 a week", "1 a week", "less"),
        (VISITS, "There are 2 visits a week instead of 1.", "1 a week", "2 a week", "more"),
    ),
    (
        "last week", of_phase(), of_phase(weeks=(1, 6)),
        ("Weeks", "The phase ends with week 6 instead of week 4.", "week 4", "week 6", "more"),
        ("Weeks", "The phase ends with week 4 instead of week 6.", "week 6", "week 4", "less"),
    ),
    (
        "carry", of_phase(), of_phase(carry_level=True),
        (LADDER, "At the beginning of the phase the ladder now goes on from the phase before.",
         "starts again", "goes on from the phase before", "more"),
        (LADDER, "At the beginning of the phase the ladder now starts again.",
         "goes on from the phase before", "starts again", "less"),
    ),
    (
        "run bonus", of_phase(), of_phase(run_bonus={"every": 3, "amount": 40}),
        (BONUS, "New: a bonus of 40 points ($10.00) at every 3rd met visit in a row.",
         "none", "40 points ($10.00) at every 3rd", "more"),
        (BONUS, "There is no bonus of 40 points ($10.00) at every 3rd met visit in a row any more.",
         "40 points ($10.00) at every 3rd", "none", "less"),
    ),
    (
        "amount of the run bonus", of_phase(run_bonus={"every": 3, "amount": 40}),
        of_phase(run_bonus={"every": 3, "amount": 20}),
        (BONUS, "The bonus is 20 points instead of 40 ($5.00 instead of $10.00).",
         "40 points ($10.00)", "20 points ($5.00)", "less"),
        (BONUS, "The bonus is 40 points instead of 20 ($10.00 instead of $5.00).",
         "20 points ($5.00)", "40 points ($10.00)", "more"),
    ),
    (
        "every of the run bonus", of_phase(run_bonus={"every": 3, "amount": 40}),
        of_phase(run_bonus={"every": 2, "amount": 40}),
        (BONUS, "The bonus comes at every 2nd met visit in a row instead of at every 3rd.",
         "at every 3rd", "at every 2nd", "more"),
        (BONUS, "The bonus comes at every 3rd met visit in a row instead of at every 2nd.",
         "at every 2nd", "at every 3rd", "less"),
    ),
    (
        "values", of_phase(cap=80), second(track(listed_phase((1, 4), [5, 1000]))),
        (LADDER, "The visits pay 5, then 1,000 points ($250.00) instead of 10 points ($2.50), 5 more with each step, up "
         "to 80 points ($20.00).",
         "10 points ($2.50), 5 more with each step, up to 80 points ($20.00)", "5, then 1,000 points ($250.00)", ""),
        (LADDER, "The visits pay 10 points ($2.50), 5 more with each step, up to 80 points ($20.00) instead of 5, then "
         "1,000 points ($250.00).",
         "5, then 1,000 points ($250.00)", "10 points ($2.50), 5 more with each step, up to 80 points ($20.00)", ""),
    ),
    (
        "one value", second(track(listed_phase((1, 4), [5]))), second(track(listed_phase((1, 4), [1, 5, 10]))),
        (LADDER, "The visits pay 1, 5, then 10 points ($2.50) instead of 5 points ($1.25).",
         "5 points ($1.25)", "1, 5, then 10 points ($2.50)", ""),
        (LADDER, "The visits pay 5 points ($1.25) instead of 1, 5, then 10 points ($2.50).",
         "1, 5, then 10 points ($2.50)", "5 points ($1.25)", ""),
    ),
    (
        "period", of_phase(), of_phase(period_weeks=2),
        (VISITS, "Visits are counted by periods of 2 weeks instead of 1 week.", "1 week", "2 weeks", "less"),
        (VISITS, "Visits are counted by periods of 1 week instead of 2 weeks.", "2 weeks", "1 week", "more"),
    ),
    (
        "week bonus", of_phase(), of_phase(week_bonus=8),
        (BONUS, "New: a bonus of 8 points ($2.00) for a full week.", "none", "8 points ($2.00)", "more"),
        (BONUS, "There is no bonus of 8 points ($2.00) for a full week any more.", "8 points ($2.00)", "none", "less"),
    ),
    (
        "period bonus", of_phase(period_weeks=2), of_phase(period_weeks=2, week_bonus=8),
        (BONUS, "New: a bonus of 8 points ($2.00) for a full period.", "none", "8 points ($2.00)", "more"),
        (BONUS, "There is no bonus of 8 points ($2.00) for a full period any more.",
         "8 points ($2.00)", "none", "less"),
    ),
    (
        "amount of the week bonus", of_phase(week_bonus=8), of_phase(week_bonus=4),
        (BONUS, "The bonus for a full week is 4 points instead of 8 ($1.00 instead of $2.00).",
         "8 points ($2.00)", "4 points ($1.00)", "less"),
        (BONUS, "The bonus for a full week is 8 points instead of 4 ($2.00 instead of $1.00).",
         "4 points ($1.00)", "8 points ($2.00)", "more"),
    ),
    (
        "limit of a phase", of_phase(), of_phase(most_paid=1),
        (VISITS, "New: at most 1 visit of the phase is paid.", "no limit", "1 visit", "less"),
        (VISITS, "There is no limit of 1 visit of the phase any more.", "1 visit", "no limit", "more"),
    ),
    (
        "limit of a track", of_track(most_paid=1000), of_track(most_paid=1),
        (VISITS, "At most 1 visit of an enrollment is paid instead of 1,000.", "1,000 visits", "1 visit", "less"),
        (VISITS, "At most 1,000 visits of an enrollment are paid instead of 1.", "1 visit", "1,000 visits", "more"),
    ),
    (
        "pays nothing", of_phase(base=0, step=0), of_phase(base=0, step=0, pays_nothing=True),
        (LADDER, "The visits of the phase are recorded and not paid instead of paid.",
         "paid", "recorded and not paid", "less"),
        (LADDER, "The visits of the phase are paid instead of recorded and not paid.",
         "recorded and not paid", "paid", "more"),
    ),
    (
        "target of a phase", of_phase(), of_phase(target=["thc", "mdma"]),
        (VERIFIED, "What has to be negative in this phase: THC, MDMA instead of cocaine.", "cocaine", "THC, MDMA", ""),
        (VERIFIED, "What has to be negative in this phase: cocaine instead of THC, MDMA.", "THC, MDMA", "cocaine", ""),
    ),
    (
        "own target as before", of_track(target=["thc"], phases=[phase(target=["thc"])]),
        of_track(target=["cocaine"], phases=[phase(target=["cocaine"])]),
        (VERIFIED, "What has to be negative: cocaine instead of THC.", "THC", "cocaine", ""),
        (VERIFIED, "What has to be negative: THC instead of cocaine.", "cocaine", "THC", ""),
    ),
    (
        "resets of a phase", of_phase(), of_phase(reset_on=[]),
        (LAPSE, "What resets the ladder in this phase: none instead of a positive test, an absence without an "
         "excuse, a refused test, a tampered specimen.",
         "a positive test, an absence without an excuse, a refused test, a tampered specimen", "none", ""),
        (LAPSE, "What resets the ladder in this phase: a positive test, an absence without an excuse, a refused "
         "test, a tampered specimen instead of none.",
         "none", "a positive test, an absence without an excuse, a refused test, a tampered specimen", ""),
    ),
    (
        "reading of a phase", reading(PPM), reading(PPM, phase(reading={"unit": "ppm", "at_most": 1000})),
        (VERIFIED, "What meets the target in this phase: 1,000 ppm or below instead of 6 ppm or below.",
         "6 ppm or below", "1,000 ppm or below", ""),
        (VERIFIED, "What meets the target in this phase: 6 ppm or below instead of 1,000 ppm or below.",
         "1,000 ppm or below", "6 ppm or below", ""),
    ),
    (
        "reading", reading(PPM), reading({"unit": "ppm", "scale": [{"at_most": 3, "amount": 20},
                                                                   {"at_most": 7, "amount": 5}]}),
        (VERIFIED, "What meets the target: 3 ppm or below pays 20 points ($5.00), 7 ppm or below pays 5 points ($1.25) "
         "instead of 6 ppm or below.",
         "6 ppm or below", "3 ppm or below pays 20 points ($5.00), 7 ppm or below pays 5 points ($1.25)", ""),
        (VERIFIED, "What meets the target: 6 ppm or below instead of 3 ppm or below pays 20 points ($5.00), 7 ppm or "
         "below pays 5 points ($1.25).",
         "3 ppm or below pays 20 points ($5.00), 7 ppm or below pays 5 points ($1.25)", "6 ppm or below", ""),
    ),
    (
        "reading among the last ones", reading({**PPM, "percentile": {"of_last": 1, "rank": 1}}),
        reading({**PPM, "falls_by_percent": 25}),
        (VERIFIED, "What meets the target: 6 ppm or below, or at least 25 % below the last reading instead of 6 ppm or "
         "below, or not above the 1st lowest of the last 1 reading.",
         "6 ppm or below, or not above the 1st lowest of the last 1 reading",
         "6 ppm or below, or at least 25 % below the last reading", ""),
        (VERIFIED, "What meets the target: 6 ppm or below, or not above the 1st lowest of the last 1 reading instead of "
         "6 ppm or below, or at least 25 % below the last reading.",
         "6 ppm or below, or at least 25 % below the last reading",
         "6 ppm or below, or not above the 1st lowest of the last 1 reading", ""),
    ),
    (
        "title", of_track(), of_track(title="Other"),
        (VERIFIED, "What is rewarded is called “Other” instead of “Goal”.", "Goal", "Other", ""),
        (VERIFIED, "What is rewarded is called “Goal” instead of “Other”.", "Other", "Goal", ""),
    ),
    (
        "evidence", of_track(evidence="attendance", target=[]), of_track(evidence="activity", target=[]),
        (VERIFIED, "Staff record a finished activity instead of attendance.", "attendance", "a finished activity", ""),
        (VERIFIED, "Staff record attendance instead of a finished activity.", "a finished activity", "attendance", ""),
    ),
    (
        "target", of_track(), of_track(target=["thc"]),
        (VERIFIED, "What has to be negative: THC instead of cocaine.", "cocaine", "THC", ""),
        (VERIFIED, "What has to be negative: cocaine instead of THC.", "THC", "cocaine", ""),
    ),
    (
        "reset", of_track(reset_on=[]), of_track(reset_on=["unexcused"]),
        (LAPSE, "An absence without an excuse now resets the ladder.",
         "changes nothing", "back to the start", "less"),
        (LAPSE, "An absence without an excuse no longer resets the ladder.",
         "back to the start", "changes nothing", "more"),
    ),
    (
        "reset by some levels", of_track(reset_on=[], reset_to={"drop": 2}),
        of_track(reset_on=["refused"], reset_to={"drop": 2}),
        (LAPSE, "A refused test now resets the ladder.", "changes nothing", "down by 2 levels", "less"),
        (LAPSE, "A refused test no longer resets the ladder.", "down by 2 levels", "changes nothing", "more"),
    ),
    (
        "drop", of_track(), of_track(reset_to={"drop": 1}),
        (LAPSE, "A reset goes down by 1 level instead of back to the start.",
         "back to the start", "down by 1 level", "more"),
        (LAPSE, "A reset goes back to the start instead of down by 1 level.",
         "down by 1 level", "back to the start", "less"),
    ),
    (
        "levels of a drop", of_track(reset_to={"drop": 1}), of_track(reset_to={"drop": 3}),
        (LAPSE, "A reset goes down by 3 levels instead of down by 1 level.",
         "down by 1 level", "down by 3 levels", "less"),
        (LAPSE, "A reset goes down by 1 level instead of down by 3 levels.",
         "down by 3 levels", "down by 1 level", "more"),
    ),
    (
        "restore", of_track(), of_track(restore=RESTORE),
        (BACK, "New: what was reached comes back after 5 met visits in a row, from the visit after it on, to the last "
         "value paid.", "step by step", "5 met visits in a row", "more"),
        (BACK, "What was reached no longer comes back after 5 met visits in a row, only step by step.",
         "5 met visits in a row", "step by step", "less"),
    ),
    (
        "restore after", of_track(restore=RESTORE), of_track(restore={**RESTORE, "after": 1}),
        (BACK, "What was reached comes back after 1 met visit in a row instead of 5.",
         "5 met visits in a row", "1 met visit in a row", "more"),
        (BACK, "What was reached comes back after 5 met visits in a row instead of 1.",
         "1 met visit in a row", "5 met visits in a row", "less"),
    ),
    (
        "restore takes effect", of_track(restore=RESTORE), of_track(restore={**RESTORE, "takes_effect": "same"}),
        (BACK, "What was reached comes back with that same visit instead of from the visit after it on.",
         "from the visit after it on", "with that same visit", "more"),
        (BACK, "What was reached comes back from the visit after it on instead of with that same visit.",
         "with that same visit", "from the visit after it on", "less"),
    ),
    (
        "restore to", of_track(restore=RESTORE), of_track(restore={**RESTORE, "to": "next_due"}),
        (BACK, "What comes back is the value that was due next instead of the last value paid.",
         "the last value paid", "the value that was due next", "more"),
        (BACK, "What comes back is the last value paid instead of the value that was due next.",
         "the value that was due next", "the last value paid", "less"),
    ),
    (
        "restoring week", of_track(), of_track(restore_week_rises=True),
        (BACK, "The week in which the value comes back now adds a step, too.",
         "adds no step", "adds a step, too", "more"),
        (BACK, "The week in which the value comes back now adds no step.", "adds a step, too", "adds no step", "less"),
    ),
    (
        "dilute", of_track(), of_track(on_dilute="reset_if_repeated"),
        (LAPSE, "A dilute specimen now resets the ladder the second time.",
         "changes nothing", "resets the ladder the second time", "less"),
        (LAPSE, "A dilute specimen now changes nothing.", "resets the ladder the second time", "changes nothing",
         "more"),
    ),
    (
        "dilute at once", of_track(on_dilute="reset"), of_track(on_dilute="reset_if_repeated"),
        (LAPSE, "A dilute specimen now resets the ladder the second time.",
         "resets the ladder", "resets the ladder the second time", "more"),
        (LAPSE, "A dilute specimen now resets the ladder.",
         "resets the ladder the second time", "resets the ladder", "less"),
    ),
    (
        "side bonus", of_track(), of_track(side_bonus={"also_negative": ["thc", "mdma"], "amount": 2}),
        (SIDE, "New: 2 points ($0.50) more when also negative: THC, MDMA.", "none", "2 points ($0.50)", "more"),
        (SIDE, "Nothing more is paid any longer when also negative: THC, MDMA.", "2 points ($0.50)", "none", "less"),
    ),
    (
        "amount of the side bonus", of_track(side_bonus={"also_negative": ["thc"], "amount": 2}),
        of_track(side_bonus={"also_negative": ["thc"], "amount": 4}),
        (SIDE, "The side bonus is 4 points instead of 2 ($1.00 instead of $0.50).",
         "2 points ($0.50)", "4 points ($1.00)", "more"),
        (SIDE, "The side bonus is 2 points instead of 4 ($0.50 instead of $1.00).",
         "4 points ($1.00)", "2 points ($0.50)", "less"),
    ),
    (
        "analytes of the side bonus", of_track(side_bonus={"also_negative": ["thc"], "amount": 2}),
        of_track(side_bonus={"also_negative": ["mdma", "thc"], "amount": 2}),
        (SIDE, "For the side bonus, also negative has to be: MDMA, THC instead of THC.", "THC", "MDMA, THC", ""),
        (SIDE, "For the side bonus, also negative has to be: THC instead of MDMA, THC.", "MDMA, THC", "THC", ""),
    ),
    (
        "hours between", of_track(), of_track(min_hours_between=1),
        (APART, "New: at least 1 hour between two paid visits.", "none", "1 hour", "less"),
        (APART, "Two paid visits may be less than 1 hour apart.", "1 hour", "none", "more"),
    ),
    (
        "more hours between", of_track(min_hours_between=48), of_track(min_hours_between=72),
        (APART, "At least 72 hours between two paid visits instead of 48 hours.", "48 hours", "72 hours", "less"),
        (APART, "At least 48 hours between two paid visits instead of 72 hours.", "72 hours", "48 hours", "more"),
    ),
    (
        "hours", hours(10), hours(1),
        (VERIFIED, "Attended hours that meet a week: 1 hour instead of 10 hours.", "10 hours", "1 hour", "more"),
        (VERIFIED, "Attended hours that meet a week: 10 hours instead of 1 hour.", "1 hour", "10 hours", "less"),
    ),
    (
        "start level", of_track(), of_track(start_level=1000),
        (LADDER, "An enrollment begins at level 1,000 instead of level 0.", "level 0", "level 1,000", "more"),
        (LADDER, "An enrollment begins at level 0 instead of level 1,000.", "level 1,000", "level 0", "less"),
    ),
    (
        "one more phase", of_phase(), second(track(phase(), phase((5, 6), base=4))),
        ("Phases", "New: weeks 5 to 6 with 2 visits a week and 4 points ($1.00) at first.",
         "none", "weeks 5 to 6", "more"),
        ("Phases", "There is no longer a phase in weeks 5 to 6 with 2 visits a week and 4 points ($1.00) at first.",
         "weeks 5 to 6", "none", "less"),
    ),
    (
        "one more phase of readings", reading(PPM),
        reading(PPM, phase(), phase((5, 5), visits_per_week=1, period_weeks=1,
                                    reading={"unit": "ppm", "scale": [{"at_most": 3, "amount": 20}]})),
        ("Phases", "New: week 5 with 1 visit a week and an amount for each reading.", "none", "week 5", "more"),
        ("Phases", "There is no longer a phase in week 5 with 1 visit a week and an amount for each reading.",
         "week 5", "none", "less"),
    ),
    (
        "one more washout", of_phase(), second(track(phase(), phase((5, 8), period_weeks=2, base=0, step=0,
                                                                    pays_nothing=True))),
        ("Phases", "New: weeks 5 to 8 with 2 visits every 2 weeks that are recorded and not paid.",
         "none", "weeks 5 to 8", "more"),
        ("Phases", "There is no longer a phase in weeks 5 to 8 with 2 visits every 2 weeks that are recorded and not "
         "paid.", "weeks 5 to 8", "none", "less"),
    ),
    (
        "phase of several", second(track(phase(), phase((5, 6)))), second(track(phase(base=9), phase((5, 6)))),
        ("The ladder, weeks 1 to 4", "The first met visit now earns 9 points instead of 10 ($2.25 instead of $2.50).",
         "10 points ($2.50)", "9 points ($2.25)", "less"),
        ("The ladder, weeks 1 to 4", "The first met visit now earns 10 points instead of 9 ($2.50 instead of $2.25).",
         "9 points ($2.25)", "10 points ($2.50)", "more"),
    ),
    (
        "name", document(name="Ours"), document(name="Theirs"),
        ("Name and source", "It is called “Theirs”.", "Ours", "Theirs", ""),
        ("Name and source", "It is called “Ours”.", "Theirs", "Ours", ""),
    ),
    (
        "source", document(source="a"), document(source="b"),
        ("Name and source", "It names another source.", "a", "b", ""),
        ("Name and source", "It names another source.", "b", "a", ""),
    ),
    (
        "corrections", document(), document(corrections="replay"),
        ("Mistakes", "Points that were paid by mistake now are taken back from unspent points.",
         "stay with the client", "are taken back from unspent points", "less"),
        ("Mistakes", "Points that were paid by mistake now stay with the client.",
         "are taken back from unspent points", "stay with the client", "more"),
    ),
    (
        "currency", second(), second(currency="GBP"),
        ("Points", "Its money is GBP instead of USD. The program exchanges no amount.", "USD", "GBP", ""),
        ("Points", "Its money is USD instead of GBP. The program exchanges no amount.", "GBP", "USD", ""),
    ),
    (
        "ceiling", document(), document(ceilings=[{"scope": "month", "cents": 20000}]),
        ("Ceilings", "New: no more than $200.00 in a month.", "none", "$200.00 in a month", "less"),
        ("Ceilings", "There is no ceiling of $200.00 in a month any more.", "$200.00 in a month", "none", "more"),
    ),
    (
        "cents of a ceiling", document(ceilings=[{"scope": "award", "cents": 500}]),
        document(ceilings=[{"scope": "award", "cents": 600}]),
        ("Ceilings", "No more than $6.00 for a visit instead of $5.00.", "$5.00 for a visit", "$6.00 for a visit",
         "more"),
        ("Ceilings", "No more than $5.00 for a visit instead of $6.00.", "$6.00 for a visit", "$5.00 for a visit",
         "less"),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "there", "back"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_a_difference_is_told_there_and_back(
    before: dict[str, Any], after: dict[str, Any], there: Line, back: Line
) -> None:
    assert lines(before, after) == [there]
    assert lines(after, before) == [back]


SLIPS = [{"tier": "small", "count": 9, "cents": 100}, {"tier": "big", "count": 1, "cents": 2000}]


def bowl(*slips: dict[str, Any], name: str = "Standard") -> dict[str, Any]:
    return document(bowl={"name": name, "slips": list(slips)})


def test_a_bowl_is_told_by_its_slips() -> None:
    whole = "“Standard” with 9 small ($1.00), 1 big ($20.00)"
    assert lines(document(), bowl(*SLIPS)) == [("Bowl", f"New: a bowl to draw from, {whole}.", "none", "Standard", "")]
    assert lines(bowl(*SLIPS), document()) == [
        ("Bowl", f"There is no bowl any more. Before: {whole}.", "Standard", "none", "")
    ]
    assert lines(bowl(*SLIPS), bowl(*SLIPS, name="Ours")) == [
        ("Bowl", "The bowl is called “Ours” instead of “Standard”.", "Standard", "Ours", "")
    ]
    small, big = SLIPS
    assert lines(bowl(small), bowl(small, big)) == [
        ("Bowl", "New: 1 slip “big” for $20.00.", "none", "1 slip, $20.00", "")
    ]
    assert lines(bowl(*SLIPS), bowl(small)) == [
        ("Bowl", "The bowl holds no slip “big” any more.", "1 slip, $20.00", "none", "")
    ]
    assert lines(bowl(small), bowl({**small, "count": 1000, "cents": 50})) == [
        ("Bowl", "The bowl holds 1,000 slips “small” instead of 9.", "9 slips", "1,000 slips", ""),
        ("Bowl", "A slip “small” is worth $0.50 instead of $1.00.", "$1.00", "$0.50", "less"),
    ]
    assert lines(bowl({**small, "count": 1000, "cents": 50}), bowl({**small, "count": 1})) == [
        ("Bowl", "The bowl holds 1 slip “small” instead of 1,000.", "1,000 slips", "1 slip", ""),
        ("Bowl", "A slip “small” is worth $1.00 instead of $0.50.", "$0.50", "$1.00", "more"),
    ]
    assert lines(bowl(small, big), bowl(big, small)) == [
        ("Bowl", "The slips stand in another order: big, small.", "small, big", "big, small", "")
    ]


def test_the_value_of_a_point_is_a_line_and_changes_every_amount() -> None:
    assert lines(document(), document(point_value_cents=50)) == [
        ("Points", "A point is worth $0.50 instead of $0.25.", "$0.25", "$0.50", "more")
    ]
    assert lines(document(), document(track(phase(base=12)), point_value_cents=10)) == [
        ("Points", "A point is worth $0.10 instead of $0.25.", "$0.25", "$0.10", "less"),
        (
            LADDER,
            "The first met visit now earns 12 points instead of 10 ($1.20 instead of $2.50).",
            "10 points ($2.50)",
            "12 points ($1.20)",
            "",
        ),
    ]


def test_a_track_that_is_new_one_that_ends_and_their_order() -> None:
    other = track(phase(week_bonus=7), behavior="came", title="Came", evidence="attendance", target=[])
    assert lines(second(track()), second(track(), other)) == [
        (
            "Tracks",
            "New: Came (came), weeks 1 to 4 with 2 visits a week and 10 points ($2.50) at first.",
            "none",
            "Came",
            "more",
        )
    ]
    assert lines(second(track(), other), second(track())) == [
        ("Tracks", "Came (came) is not paid any more.", "Came", "none", "less")
    ]
    in_words = track(behavior="came_late", title="Late", evidence="attendance", target=[])
    assert lines(second(track(), in_words), second(in_words, track())) == [
        (
            "Tracks",
            "The tracks stand in another order: came late, goal.",
            "goal, came late",
            "came late, goal",
            "",
        )
    ]


def test_a_track_of_several_is_named_and_pays_draws_now() -> None:
    slips = {"bowl": {"name": "B", "slips": SLIPS}}
    other = track(behavior="came", title="Came", evidence="attendance", target=[])
    before, after = second(track(), other, **slips), second(track(phase(base=1), pays="draws"), other, **slips)
    assert lines(before, after) == [
        (LADDER, "Goal: It pays draws instead of points.", "points", "draws", ""),
        (
            LADDER,
            "Goal: The first met visit now earns 1 draw instead of 10 points.",
            "10 points ($2.50)",
            "1 draw",
            "",
        ),
    ]


def test_the_visits_of_periods_are_told_with_their_weeks() -> None:
    assert lines(of_phase(), of_phase(period_weeks=2, visits_per_week=3)) == [
        (VISITS, "There are 3 visits every 2 weeks instead of 2 a week.", "2 a week", "3 every 2 weeks", ""),
        (VISITS, "Visits are counted by periods of 2 weeks instead of 1 week.", "1 week", "2 weeks", "less"),
    ]
    assert lines(of_phase(period_weeks=2), of_phase(period_weeks=2, visits_per_week=3)) == [
        (VISITS, "There are 3 visits every 2 weeks instead of 2.", "2 every 2 weeks", "3 every 2 weeks", "more")
    ]


def test_a_phase_that_keeps_its_own_rule_while_the_track_takes_it_over() -> None:
    before = second(track(phase(target=["thc"])))
    after = second(track(phase(target=["thc"]), target=["thc"]))
    assert lines(before, after)[1:] == [
        (VERIFIED, "What has to be negative in this phase: THC, as before.", "THC", "THC", "")
    ]


def test_the_weeks_of_a_phase_that_moved() -> None:
    before = second(track(phase((1, 2)), phase((3, 4))))
    after = second(track(phase((1, 3)), phase((4, 4))))
    assert lines(before, after) == [
        ("Weeks, weeks 1 to 3", "The phase ends with week 3 instead of week 2.", "week 2", "week 3", "more"),
        ("Weeks, week 4", "The phase starts in week 4 instead of week 3.", "week 3", "week 4", ""),
    ]


def test_a_ceiling_of_its_own_year_and_of_some_days() -> None:
    before = second(ceilings=[{"scope": "year_from", "from": "07-01", "cents": 100}])
    after = second(ceilings=[{"scope": "rolling", "days": 1, "cents": 100}])
    assert [one[1] for one in lines(before, after)] == [
        "New: no more than $1.00 in 1 day.",
        "There is no ceiling of $1.00 in a year from July 1 any more.",
    ]
    two = [{"scope": "month", "cents": 1}, {"scope": "calendar_year", "cents": 1}]
    assert lines(second(ceilings=two), second(ceilings=two[::-1])) == [
        (
            "Ceilings",
            "The ceilings stand in another order: in a calendar year, in a month.",
            "in a month, in a calendar year",
            "in a calendar year, in a month",
            "",
        )
    ]


YEAR, ROLLING = {"scope": "year_from", "from": "07-01", "cents": 100}, {"scope": "rolling", "days": 30, "cents": 100}


@pytest.mark.parametrize(
    ("before", "after", "there", "back"),
    [
        # Another first day gives a client neither more nor less.
        (YEAR, {**YEAR, "from": "10-01"},
         ("No more than $1.00 in a year from October 1 instead of in a year from July 1.", "$1.00 in a year from July 1",
          "$1.00 in a year from October 1", ""),
         ("No more than $1.00 in a year from July 1 instead of in a year from October 1.",
          "$1.00 in a year from October 1", "$1.00 in a year from July 1", "")),
        (YEAR, {"scope": "calendar_year", "cents": 300},
         ("No more than $3.00 in a calendar year instead of $1.00 in a year from July 1.", "$1.00 in a year from July 1",
          "$3.00 in a calendar year", ""),
         ("No more than $1.00 in a year from July 1 instead of $3.00 in a calendar year.", "$3.00 in a calendar year",
          "$1.00 in a year from July 1", "")),
        # The same amount in more days is less.
        (ROLLING, {**ROLLING, "days": 60},
         ("No more than $1.00 in 60 days instead of in 30 days.", "$1.00 in 30 days", "$1.00 in 60 days", "less"),
         ("No more than $1.00 in 30 days instead of in 60 days.", "$1.00 in 60 days", "$1.00 in 30 days", "more")),
        # More money in more days can be both.
        (ROLLING, {**ROLLING, "days": 60, "cents": 150},
         ("No more than $1.50 in 60 days instead of $1.00 in 30 days.", "$1.00 in 30 days", "$1.50 in 60 days", ""),
         ("No more than $1.00 in 30 days instead of $1.50 in 60 days.", "$1.50 in 60 days", "$1.00 in 30 days", "")),
        (ROLLING, {**ROLLING, "days": 20, "cents": 150},
         ("No more than $1.50 in 20 days instead of $1.00 in 30 days.", "$1.00 in 30 days", "$1.50 in 20 days", "more"),
         ("No more than $1.00 in 30 days instead of $1.50 in 20 days.", "$1.50 in 20 days", "$1.00 in 30 days", "less")),
    ],
)  # fmt: skip
def test_a_ceiling_with_another_window_is_one_changed_ceiling(
    before: dict[str, Any], after: dict[str, Any], there: tuple[str, ...], back: tuple[str, ...]
) -> None:
    month = {"scope": "month", "cents": 5}
    old, new = second(ceilings=[before, month]), second(ceilings=[after, month])
    assert lines(old, new) == [("Ceilings", *there)]
    assert lines(new, old) == [("Ceilings", *back)]


def test_a_changed_window_is_said_beside_another_order_and_windows_that_stayed() -> None:
    month, week = {"scope": "month", "cents": 5}, {"scope": "rolling", "days": 7, "cents": 50}
    before = second(ceilings=[ROLLING, week, month])
    after = second(ceilings=[month, {**ROLLING, "days": 14}, week])
    assert [one[1] for one in lines(before, after)] == [
        "No more than $1.00 in 14 days instead of in 30 days.",
        "The ceilings stand in another order: in a month, in 14 days, in 7 days.",
    ]


def test_the_words_of_amounts_and_numbers() -> None:
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 101, 111, 112, 113, 1001)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "23rd", "101st", "111th", "112th", "113th",
        "1,001st",
    ]  # fmt: skip
    assert (counted(1, "visit"), counted(0, "visit"), counted(1000, "visit")) == ("1 visit", "0 visits", "1,000 visits")
    assert (listed([]), listed(["a"]), listed(["a", "b"])) == ("none", "a", "a, b")
    points, draws = Unit("points", program(25)), Unit("draws", program(25))
    assert [points.worth(1), points.worth(1000), draws.worth(1), draws.worth(1000)] == [
        "1 point ($0.25)", "1,000 points ($250.00)", "1 draw", "1,000 draws",
    ]  # fmt: skip
    assert Difference("a", "b", "c", "d").gives == ""


def test_what_stands_after_something_new_is_compared_as_well() -> None:
    """A track and a slip come first that are new, and the ones after them differ."""
    other = track(phase((1, 2)), phase((3, 4)), behavior="came", title="Came", evidence="attendance", target=[])
    ten_to_one = "The first met visit now earns 1 point instead of 10 ($0.25 instead of $2.50)."
    both, one = second(other, track(phase(base=1))), second(track())
    assert [found[1] for found in lines(one, both)] == [
        "New: Came (came), weeks 1 to 2 with 2 visits a week and 10 points ($2.50) at first; "
        "weeks 3 to 4 with 2 visits a week and 10 points ($2.50) at first.",
        f"Goal: {ten_to_one}",
    ]
    assert [found[1] for found in lines(second(other, track()), second(track(phase(base=1))))] == [
        f"Goal: {ten_to_one}",
        "Came (came) is not paid any more.",
    ]
    small, big = SLIPS
    assert [found[1] for found in lines(bowl(small), bowl(big, {**small, "count": 8}))] == [
        "New: 1 slip “big” for $20.00.",
        "The bowl holds 8 slips “small” instead of 9.",
    ]


def test_a_phase_is_named_where_there_are_several_before_or_after() -> None:
    one, two = second(track(phase(base=1))), second(track(phase((1, 2)), phase((3, 4))))
    assert {found[0] for found in lines(one, two)} == {"Weeks, weeks 1 to 2", "The ladder, weeks 1 to 2", "Phases"}
    assert {found[0] for found in lines(two, one)} == {"Weeks, weeks 1 to 4", "The ladder, weeks 1 to 4", "Phases"}


def test_hours_that_a_track_did_not_have() -> None:
    attended = second(track(phase(visits_per_week=1), evidence="attendance", target=[]))
    there = [line for line in lines(attended, hours(10)) if "hours" in line[1].lower() and line[2] == "none"]
    back = [line for line in lines(hours(10), attended) if "hours" in line[1].lower() and line[3] == "none"]
    assert there == [(VERIFIED, "Attended hours that meet a week: 10 hours instead of none.", "none", "10 hours", "")]
    assert back == [(VERIFIED, "Attended hours that meet a week: none instead of 10 hours.", "10 hours", "none", "")]


def test_the_amounts_of_a_phase_of_its_own_are_told_in_the_money_of_before_and_after() -> None:
    def scaled(cents: int, amount: int) -> dict[str, Any]:
        rule = {"unit": "ppm", "scale": [{"at_most": 3, "amount": amount}]}
        return reading(PPM, phase((1, 2), reading=rule), phase((3, 4))) | {"point_value_cents": cents}

    was, now = "3 ppm or below pays 20 points ($5.00)", "3 ppm or below pays 30 points ($15.00)"
    assert lines(scaled(25, 20), scaled(50, 30))[1:] == [
        (f"{VERIFIED}, weeks 1 to 2", f"What meets the target in this phase: {now} instead of {was}.", was, now, "")
    ]
