"""The labels and sentences on the pages for staff."""

import re
from datetime import UTC, date, datetime, time
from html import unescape
from typing import Any

import pytest
from flask import Flask, render_template_string

from cm_tracker.domain.ledger import adjustments
from cm_tracker.domain.prizes.fairness import Fairness
from cm_tracker.domain.schedules import outcomes
from cm_tracker.domain.schedules.ceilings import CeilingUse, ReceivedSum
from cm_tracker.domain.schedules.engine import Result
from cm_tracker.domain.schedules.first_day import past_start
from cm_tracker.domain.schedules.ladder import LadderState
from cm_tracker.domain.schedules.schedule import Bowl, Ceiling, Phase, Restore, RunBonus, Slip, Track, parse
from cm_tracker.domain.visits import corrections
from cm_tracker.domain.visits.consequences import Consequence
from cm_tracker.forms.schedules import second_format
from cm_tracker.labels import consequences, counting, ledger, prizes, schedules, staff, tags, visits
from cm_tracker.labels.tags import Tag
from cm_tracker.queries.schedules.presets import preset
from cm_tracker.web.schedules.drawing import chart_values
from tests.domain.schedules import documents


def result(**changed: object) -> Result:
    """Return the result of the second visit of a ladder: met, and paid 15 points. `changed` replaces fields."""
    fields: dict[str, object] = {
        "n": 2, "week": 1, "behavior": "cocaine", "outcome": "met", "level": 1, "run": 2, "ladder": 15, "run_bonus": 0,
        "week_bonus": 0, "side_bonus": 0, "due": 15, "paid": 15, "unit": "points", "cents": 375, "cut_by": None, "next_due": 20,
        "why": "paid", "ref": 2, "level_after": 2, "limit": None,
    }  # fmt: skip
    return Result(**{**fields, **changed})  # type: ignore[arg-type]


def state(
    next_due: int | None, run: int, unit: str = "points", bonus: int = 0, after: int | None = None
) -> LadderState:
    return LadderState("cocaine", unit, 1, run, next_due, bonus, after, 1)


@pytest.mark.parametrize(
    ("n", "unit", "expected"),
    [
        (1, "points", "1 point"),
        (2, "points", "2 points"),
        (0, "draws", "0 draws"),
        (-1, "draws", "-1 draw"),
        (1240, "points", "1,240 points"),
        (1, "tier/small", "1 slip (small)"),
        (2, "tier/extra_large", "2 slips (extra large)"),
        (3, "items/5", "3 items/5"),
    ],
)
def test_an_amount_names_its_unit_in_the_singular_or_plural(n: int, unit: str, expected: str) -> None:
    assert counting.amount(n, unit) == expected


def test_a_count_of_one_uses_the_singular() -> None:
    assert [counting.counted(n, "visit") for n in (0, 1, 2, 1240)] == [
        "0 visits",
        "1 visit",
        "2 visits",
        "1,240 visits",
    ]
    assert counting.counted(1, "adjustment waits", "adjustments wait") == "1 adjustment waits"
    assert counting.counted(2, "adjustment waits", "adjustments wait") == "2 adjustments wait"


def test_a_signed_amount_uses_a_real_minus_sign() -> None:
    assert [counting.signed(n) for n in (5, -5, 0)] == ["+5", "−5", "0"]
    assert counting.signed(-1, "draws") == "−1 draw"


def test_every_outcome_has_a_tag() -> None:
    assert {word: visits.outcome(word).text for word in outcomes.ALL} == {
        "met": "Met", "positive": "Positive", "unexcused": "Absent", "refused": "Refused", "tampered": "Tampered",
        "excused": "Excused", "dilute": "Dilute", "pending": "Pending", "disputed": "Disputed",
    }  # fmt: skip
    assert {word for word in outcomes.ALL if visits.outcome(word).tone == "missed"} == set(outcomes.NOT_MET)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, "2nd in a row"),
        ({"run": 1}, "The first in a row"),
        ({"run": 3, "run_bonus": 40, "side_bonus": 5}, "3rd in a row, +40 for the run, +5 side bonus"),
        ({"cut_by": "calendar_year", "paid": 8}, "2nd in a row, cut from 15 by the calendar year ceiling"),
        ({"why": "reset", "level_after": 0}, "Reset to the first value; points already earned stay"),
        ({"why": "reset", "level_after": 3}, "Lowered to level 3; points already earned stay"),
        ({"why": "baseline"}, "A baseline week: recorded, and nothing is paid yet"),
        ({"run": 3, "week_bonus": 9}, "3rd in a row, +9 for the full week"),
        ({"cut_by": "rolling", "paid": 8}, "2nd in a row, cut from 15 by the rolling ceiling"),
        ({"cut_by": "lifetime", "paid": 8}, "2nd in a row, cut from 15 by the lifetime ceiling"),
        ({"why": "extra"}, "All the visits that are paid then had been paid"),
        ({"why": "too_soon"}, "Too soon after the previous visit"),
        ({"why": "outside", "week": 5}, "Outside the schedule’s weeks"),
        ({"why": "outside", "week": 4}, "The schedule of that day does not have this track"),
        ({"why": "held", "outcome": "excused"}, "Nothing earned, nothing lost"),
        ({"why": "held", "outcome": "dilute"}, "Nothing earned, nothing lost"),
        # True only until the laboratory answers.
        ({"why": "held", "outcome": "pending"}, "Nothing earned and nothing lost yet"),
        ({"why": "held", "outcome": "disputed"}, "Nothing earned and nothing lost yet"),
    ],
)
def test_a_visit_says_why_it_earned_what_it_earned(changed: dict[str, object], expected: str) -> None:
    assert visits.reason(result(**changed), parse(documents.document()).tracks[0]) == expected


def test_a_full_period_of_several_weeks_is_no_full_week() -> None:
    own = documents.track(documents.phase(period_weeks=2, week_bonus=9))
    fortnight = parse(documents.document(own, format="cm-schedule/2")).tracks[0]
    assert visits.reason(result(run=3, week_bonus=9), fortnight) == "3rd in a row, +9 for the full period"


def test_a_reset_says_where_the_ladder_stood() -> None:
    assert visits.ladder(result()) == "Level 1; 2 in a row; program week 1"
    assert (
        visits.ladder(result(why="reset", level=3, run=0, level_after=0))
        == "Level 3, now back to 0; 0 in a row; program week 1"
    )


def test_what_the_next_visit_earns_is_shown_in_points_or_draws() -> None:
    assert visits.next_visit(1, "draws", None) == "the next visit earns 1 draw"
    expected = "this week’s paid visits are complete; from Mar 21, 2026 on the next visit earns 15 points"
    assert visits.next_visit(15, "points", date(2026, 3, 21)) == expected
    of_period = "the paid visits of this period are complete; from Mar 21, 2026 on the next visit earns 15 points"
    assert visits.next_visit(15, "points", date(2026, 3, 21), is_period=True) == of_period
    assert visits.next_visit(None, "points", None) == "the schedule’s weeks are complete"
    assert visits.next_note(state(1, 0, "draws"), None) == "draw"
    assert (
        visits.next_note(state(65, 2, bonus=40), date(2026, 3, 21)) == "points, 40 of them bonus, from Mar 21, 2026 on"
    )
    assert visits.level_note(state(10, 0, after=5)) == "restored after 5 more"
    assert visits.level_note(state(10, 0)) == "of the ladder"


@pytest.mark.parametrize(
    ("week", "weeks", "expected"),
    [(None, None, ""), (0, 12, "not begun"), (1, 12, "1 of 12"), (12, 12, "12 of 12"), (13, 12, "complete")],
)
def test_an_enrollment_shows_its_program_week(week: int | None, weeks: int | None, expected: str) -> None:
    assert visits.program_week(week, weeks) == expected


def test_a_ceiling_says_how_much_is_used_and_what_follows() -> None:
    near, reached = CeilingUse(Ceiling("month", 20000), 16000), CeilingUse(Ceiling("calendar_year", 59900), 59900)
    assert (
        visits.ceiling(near) == "$160.00 of the $200.00 for this month are used. Tell the client before it is reached."
    )
    assert visits.ceiling(reached) == (
        "$599.00 of the $599.00 for this calendar year are used. Further visits earn nothing, but the ladder still rises."
    )
    assert visits.ceilings((near, reached)) == (
        "$160.00 of $200.00 for this month are used; $599.00 of $599.00 for this calendar year are used"
    )


@pytest.mark.parametrize(
    ("ceiling", "expected"),
    [
        (Ceiling("year_from", 75000, first_day=(9, 30)), "$1.00 of $750.00 for this year from September 30 are used"),
        (Ceiling("rolling", 20000, days=30), "$1.00 of $200.00 for the last 30 days are used"),
        (Ceiling("lifetime", 20000), "$1.00 of $200.00 for this client in all are used"),
    ],
)
def test_a_ceiling_of_the_second_format_says_when_it_counts(ceiling: Ceiling, expected: str) -> None:
    assert visits.ceilings((CeilingUse(ceiling, 100),)) == expected


@pytest.mark.parametrize(
    ("of", "when", "beyond"),
    [
        (ReceivedSum("calendar_year", 900, 1000), "This calendar year", "for this calendar year"),
        (ReceivedSum("year_from", 900, 1000, first_day=(7, 1)), "This year from July 1", "for this year from July 1"),
        (ReceivedSum("rolling", 900, 1000, days=1), "The last 1 day", "for the last 1 day"),
        (ReceivedSum("lifetime", 900, 1000), "This client in all", "for this client in all"),
    ],
)
def test_what_a_client_received_says_in_which_time(of: ReceivedSum, when: str, beyond: str) -> None:
    assert ledger.received_when(of) == when
    assert ledger.beyond(of, 300) == f"$12.00 {beyond} instead of at most $10.00: $2.00 of it beyond the ceiling."


def test_only_a_corrected_visit_has_a_tag() -> None:
    for no_correction in (None, corrections.AGAIN, corrections.ANOTHER_SPECIMEN):
        assert visits.corrected(no_correction) is None
    assert visits.corrected(corrections.CORRECTED) == Tag("Corrected")
    assert visits.corrected(corrections.ANSWERED) == Tag("Lab result")


@pytest.mark.parametrize(
    ("starts_on", "expected"),
    [
        (date(2026, 3, 15), "Mar 15, 2026: 1 day is gone. Today is in program week 1 of 12."),
        (date(2026, 3, 9), "Mar 9, 2026: 1 week is gone. Today is in program week 2 of 12."),
        (date(2026, 3, 8), "Mar 8, 2026: 1 week and 1 day are gone. Today is in program week 2 of 12."),
        (date(2025, 12, 23), "Dec 23, 2025: 11 weeks and 6 days are gone. Today is in program week 12 of 12."),
        (date(2025, 12, 22), "Dec 22, 2025: 12 weeks are gone. The schedule’s 12 weeks ended on Mar 15, 2026."),
    ],
)
def test_an_enrollment_in_the_past_says_how_much_of_the_schedule_is_gone(starts_on: date, expected: str) -> None:
    past = past_start(parse(preset("higgins-voucher")), starts_on, date(2026, 3, 16))
    assert past is not None
    assert schedules.past_start(past) == f"The first day is {expected}"


def test_an_enrollment_from_today_on_is_not_in_the_past() -> None:
    for starts_on in (date(2026, 3, 16), date(2026, 3, 17)):
        assert past_start(parse(preset("higgins-voucher")), starts_on, date(2026, 3, 16)) is None


def test_an_approved_adjustment_is_not_shown_in_red() -> None:
    assert ledger.decision(adjustments.APPROVED) == Tag("Approved", "good")
    assert ledger.decision(adjustments.DECLINED) == Tag("Declined", "plain")
    assert ledger.decision(None) == Tag("Waits for a second lead", "warm")


def test_the_number_of_findings_is_in_the_singular_or_plural() -> None:
    assert [ledger.findings(n) for n in (0, 1, 2)] == [
        Tag("No findings", "good"), Tag("1 finding", "warm"), Tag("2 findings", "warm")
    ]  # fmt: skip


def test_a_button_is_primary_or_quiet() -> None:
    assert tags.button(True) == "btn btn-primary" and tags.button(False) == "btn btn-quiet"


def test_a_limit_says_how_many_each_client_may_have() -> None:
    assert prizes.limit(2, 30) == "At most 2 for each client in 30 days"
    assert prizes.limit(1, 1) == "At most 1 for each client in 1 day"
    assert prizes.limit(3, None) == "At most 3 for each client"


def test_a_receipt_says_how_the_client_confirmed() -> None:
    assert prizes.confirmed("screen", None) == "with the PIN, on the staff screen"
    assert prizes.confirmed("kiosk", None) == "with the PIN, at the kiosk"
    assert prizes.confirmed("nobody", "A hurt hand") == "without a PIN: A hurt hand"
    assert prizes.confirmed("nobody", None) == "without a PIN: the reason was erased"
    assert prizes.receipt(False, True, "nobody") == (Tag("Set aside", "warm"), Tag("no PIN"))
    assert prizes.receipt(True, False, "screen") == (Tag("Undone", "warm"),)


def test_an_offer_says_why_it_has_ended() -> None:
    now = datetime(2026, 3, 16, 15, tzinfo=UTC)
    assert prizes.over(None, None, 10) == "It waited for 10 minutes."
    assert prizes.over(now, "kiosk", 10) == "The client said no at the kiosk."
    assert prizes.over(now, "web", 10) == "It was withdrawn."


def test_a_trade_says_what_has_to_come_back() -> None:
    assert prizes.trade(5, 0) == "5 slips wait to be redeemed."
    assert prizes.trade(1, 4) == "1 slip waits to be redeemed; 4 prizes have to come back."


def fairness(verdict: str, z: float | None, p: float | None) -> Fairness:
    return Fairness(1, (), 0, 0, 0.0, z, None, 1, p, verdict)


def test_the_fairness_of_draws_is_explained_in_a_sentence() -> None:
    since = date(2024, 11, 1)
    assert prizes.fairness(fairness("too_few", None, None), since) == (
        "The 1 draw since Nov 1, 2024 is too few to tell. Each tier should have about five expected slips."
    )
    assert prizes.fairness(fairness("fair", -0.5, 0.42), since).endswith(
        "fair bowls differ at least as much in 42 of 100 cases, and the value drawn is 0.5 standard deviations below "
        "the expected value."
    )


def test_the_rules_of_a_schedule_are_explained_in_words() -> None:
    phase = Phase(1, 12, 2, 1, 1, 8, "visit", RunBonus(3, 2), False)
    track = Track(
        "stimulants", "Stimulants", "drug_test", ("cocaine",), "draws", (phase,), frozenset({"positive", "unexcused"}),
        Restore(5, "next", "last_paid"), False, "reset_if_repeated", None, 1,
    )  # fmt: skip
    assert schedules.verified(track) == "Drug test: negative for cocaine"
    assert schedules.weeks(phase) == "Weeks 1 to 12"
    assert schedules.phase(phase, "draws", True) == (
        "2 visits a week; the first pays 1 draw, then 1 more after each visit that meets the target, up to 8; "
        "2 draws more at every 3rd in a row."
    )
    assert schedules.phase(phase, "draws", False).endswith("3rd in a row. The ladder starts again here.")
    assert schedules.reset(track) == "a positive test, an absence without an excuse, the second dilute specimen"
    assert schedules.restored(track) == (
        "once 5 visits in a row meet the target, from the visit after on, to the last value paid"
    )
    assert schedules.hours_between(track) == "at least 1 hour"
    bowl = Bowl("Half win", (Slip("good_job", 250, 0), Slip("small", 250, 100)))
    assert schedules.bowl(bowl) == "Half win: 250 good job ($0.00), 250 small ($1.00)"
    assert schedules.draws_worth(bowl, 10) == "$5.00"


def test_the_rule_for_expiry_says_when_points_expire() -> None:
    assert schedules.expiry(None, None) == "Points never expire."
    assert schedules.expiry(1, date(2026, 3, 16)) == (
        "Points expire 1 week after the last day of the schedule. This rule has applied since Mar 16, 2026."
    )


def paying(evidence: str = "drug_test", reset_on: tuple[str, ...] = ("positive", "refused", "tampered")) -> Track:
    """Return a track of two visits a week."""
    phase = Phase(1, 12, 2, 10, 5, "visit", None, None, False)
    return Track(
        "goal", "Goal", evidence, ("cocaine",), "points", (phase,), frozenset(reset_on), None, False, "hold", None, 48
    )


@pytest.mark.parametrize(
    ("one", "condition", "text", "note"),
    [
        (Consequence("met", result()), "If it is negative", "It earns 15 points.", ""),
        (
            Consequence("met", result(), result(paid=17)),
            "If it is negative",
            "It earns 15 points. With the side bonus it earns 17 points.",
            "",
        ),
        (
            Consequence("met", result(paid=5, cut_by="month")),
            "If it is negative",
            "It earns 5 points.",
            "The month ceiling cuts it from 15.",
        ),
        (
            Consequence("met", result(why="too_soon", paid=0)),
            "If it is negative",
            "It earns nothing and changes nothing.",
            "The last paid visit was less than 48 hours before.",
        ),
        (
            Consequence("met", result(why="outside", paid=0)),
            "If it is negative",
            "It earns nothing and changes nothing.",
            "The day is outside the schedule’s weeks.",
        ),
    ],
)
def test_a_consequence_is_said_in_words(one: Consequence, condition: str, text: str, note: str) -> None:
    assert consequences.lines((one,), paying()) == ((condition, text, note),)


def test_outcomes_that_do_the_same_are_said_once() -> None:
    lapse = result(why="reset", paid=0, outcome="positive")
    held = result(why="held", paid=0, outcome="dilute")
    several = (Consequence("met", result()), Consequence("positive", lapse), Consequence("refused", lapse))
    assert [line.condition for line in consequences.lines(several, paying())] == [
        "If it is negative",
        "If it is positive or refused",
    ]
    assert consequences.lines((Consequence("unexcused", None), Consequence("excused", None)), paying())[0][:2] == (
        "Excused or not",
        "It cannot be recorded.",
    )
    both = (Consequence("met", held), Consequence("dilute", held))
    assert consequences.lines(both, paying())[0].condition == "Whatever the result"


def test_a_consequence_says_that_other_visits_change() -> None:
    (line,) = consequences.lines((Consequence("met", result(), None, True),), paying())
    assert line.note == "Other visits are worked out again; you see how before it is saved."


@pytest.mark.parametrize(
    ("track", "sentence"),
    [
        (
            paying(),
            "Another negative test this week earns nothing; a positive, refused or tampered test still takes the ladder "
            "back to the start.",
        ),
        (
            paying("breath_test", ("positive",)),
            "Another clear test this week earns nothing; a positive test still takes the ladder back to the start.",
        ),
        (paying(reset_on=("unexcused",)), "Another test this week earns nothing."),
        (paying("attendance", ("unexcused",)), "Another visit this week earns nothing."),
    ],
)
def test_what_another_visit_does_in_a_complete_week(track: Track, sentence: str) -> None:
    assert consequences.beyond_the_paid_ones(track) == sentence


VALUES = {key: value for key, value in documents.phase().items() if key not in ("base", "step", "cap")}
RULE = {"unit": "ppm", "at_most": 6}
READS = {"evidence": "reading", "target": [], "reading": RULE}
CEILINGS: list[dict[str, Any]] = [
    {"scope": "year_from", "cents": 75000, "from": "09-30"},
    {"scope": "rolling", "cents": 20000, "days": 30},
    {"scope": "lifetime", "cents": 150000},
]


@pytest.mark.parametrize(
    ("key", "of", "expected"),
    [
        ("start_level", documents.track(start_level=5), "level 5"),
        ("reset_to", documents.track(reset_to={"drop": 2}), "down by 2 levels"),
        ("most_paid", documents.track(most_paid=9), "at most 9 visits of an enrollment"),
        ("reading", documents.track(**READS), "Reading: 6 ppm or below"),
        ("reading", documents.track(**{**READS, "reading": {**RULE, "falls_by_percent": 25}}),
         "Reading: 6 ppm or below, or at least 25 % below the last reading"),
        ("reading", documents.track(**{**READS, "reading": {**RULE, "percentile": {"of_last": 9, "rank": 4}}}),
         "Reading: 6 ppm or below, or not above the 4th lowest of the last 9 readings"),
        ("reading", documents.track(**{**READS, "reading": {"unit": "ppm", "scale": [{"at_most": 3, "amount": 40}]}}),
         "Reading: 3 ppm or below pays 40 points"),
        ("hours", documents.track(documents.phase(visits_per_week=1), evidence="hours", hours=8, target=[]),
         "Attended hours: 8 hours or more"),
        ("phase.values", documents.track({**VALUES, "values": [5, 10, 15]}), "pay 5, 10, then 15 points"),
        ("phase.period_weeks", documents.track(documents.phase(period_weeks=2)), "2 visits every 2 weeks"),
        ("phase.week_bonus", documents.track(documents.phase(week_bonus=20)), "20 points more for a full week"),
        ("phase.most_paid", documents.track(documents.phase(most_paid=3)), "at most 3 visits of these weeks are paid"),
        ("phase.reset_on", documents.track(documents.phase(reset_on=["refused"])),
         "In these weeks the ladder is reset by: a refused test."),
        ("phase.target", documents.track(documents.phase(target=["thc", "alcohol"])),
         "In these weeks: negative for THC and alcohol."),
        ("phase.reading", documents.track(documents.phase(reading={**RULE, "at_most": 4}), **READS),
         "In these weeks: 4 ppm or below."),
        ("phase.pays_nothing", documents.track(
            documents.phase(), documents.phase((5, 6), base=0, step=0, pays_nothing=True)),
         "2 visits a week, recorded and not paid. The ladder starts again here."),
        ("restore_week_rises", documents.track(
            documents.phase(rises="week"), restore_week_rises=True,
            restore={"after": 3, "takes_effect": "same", "to": "last_paid"}),
         "to the last value paid; the week of the restore adds a step, too"),
        ("currency", None, "GBP"),
        ("ceilings", None, "$750.00 for each year from September 30, $200.00 for each 30 days, $1,500.00 for each client"),
    ],
)  # fmt: skip
def test_every_key_of_the_second_format_stands_in_the_rules(
    app: Flask, key: str, of: dict[str, Any] | None, expected: str
) -> None:
    """Each document of the other keys has no such sentence, so the words come from the key."""
    plain = documents.document(documents.track(), format="cm-schedule/2")
    changed = documents.document(
        of or documents.track(), format="cm-schedule/2",
        **({"currency": "GBP", "ceilings": CEILINGS} if of is None else {}),
    )  # fmt: skip
    assert expected in rules(app, changed)
    assert expected not in rules(app, plain)


def test_the_rules_are_tried_with_every_key_of_the_second_format() -> None:
    tried = test_every_key_of_the_second_format_stands_in_the_rules.pytestmark[0].args[1]  # type: ignore[attr-defined]
    keys = {case[0] for case in tried}
    assert set(second_format.TRACK) | {f"phase.{key}" for key in second_format.PHASE} <= keys


def rules(app: Flask, document: dict[str, Any]) -> str:
    """Return the rules of a schedule as its pages show them, without markup and line breaks."""
    page = "{% from 'schedules/_drawn.html' import drawn %}{{ drawn(schedule, charts, most) }}"
    with app.test_request_context():
        shown = render_template_string(page, **chart_values(parse(document)))
    return " ".join(re.sub("<[^>]*>", " ", unescape(shown)).split())


def test_a_client_who_meets_every_target_and_one_who_lapses_are_worked_out(app: Flask) -> None:
    """Four weeks of two visits: 10, 15, ... 45 points are 220. A lapse at the second leaves 10 + 10 + ... + 35 = 145."""
    shown = rules(app, documents.document(documents.track()))
    assert (
        "Every visit met The first 4 paid visits earn 10, 15, 20 and 25 points, the last one 45. 8 of 8 visits are paid: "
        "220 points ($55.00)."
    ) in shown
    assert (
        "One lapse The 2nd visit earns nothing, and the next paid one 10 points: 145 points ($36.25) in all." in shown
    )


def test_visits_that_all_pay_the_same_are_said_once(app: Flask) -> None:
    shown = rules(app, documents.document(documents.track(documents.phase(step=0))))
    assert "Each paid visit earns 10 points. 8 of 8 visits are paid: 80 points ($20.00)." in shown


def test_one_paid_visit_is_in_the_singular(app: Flask) -> None:
    shown = rules(app, documents.document(documents.track(documents.phase(), most_paid=1), format="cm-schedule/2"))
    assert "The first paid visit earns 10 points. 1 of 8 visits is paid: 10 points ($2.50)." in shown


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Rosa Delgado", "RD"), ("maría-josé de la Cruz", "MC"), ("Jo Jo", "JJ"), ("Sam", "S"), ("", "")],
)
def test_the_header_shows_the_first_letters_of_a_name(name: str, letters: str) -> None:
    assert staff.initials(name) == letters


@pytest.mark.parametrize(
    ("on", "collected", "read", "words"),
    [
        (date(2026, 3, 16), time(9, 5), None, "Today · collected 9:05 AM"),
        (date(2026, 3, 16), time(9, 5), time(9, 11), "Today · collected 9:05 AM · read 9:11 AM"),
        (date(2026, 3, 13), None, None, "Friday, March 13"),
        (None, time(9, 5), None, "Day missing · collected 9:05 AM"),
    ],
)
def test_the_head_of_a_test_says_when_the_specimen_was_taken(
    app: Flask, on: date | None, collected: time | None, read: time | None, words: str
) -> None:
    with app.test_request_context():
        assert visits.when_taken(on, collected, read, date(2026, 3, 16)) == words
