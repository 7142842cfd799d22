"""The lines that work out what a key does, beside its field of the editor."""

import copy
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from cm_tracker.domain.schedules.engine import Visit, replay
from cm_tracker.domain.schedules.schedule import parse
from cm_tracker.domain.schedules.worked_lines import worked_lines
from cm_tracker.forms.schedules.drafts import is_formable
from cm_tracker.forms.schedules.second_format import PHASE, TRACK
from tests.domain.schedules.documents import START, document, phase, track

SECOND = {"format": "cm-schedule/2"}


def values(*listed: int, **more: Any) -> dict[str, Any]:
    """Return a phase of listed values."""
    made = phase(**{"values": list(listed), **more})
    return {key: value for key, value in made.items() if key not in ("base", "step", "cap")}


def line(key: str, *phases: dict[str, Any], **more: Any) -> tuple[str, str]:
    """Return the sentence and the given plain value at a key of a track, or of its last phase (`phase.base`)."""
    of_track = track(*phases, **more)
    place = f"tracks[0].phases[{len(of_track['phases']) - 1}]." if key.startswith("phase.") else "tracks[0]."
    found = worked_lines(document(of_track, **SECOND))[place + key.removeprefix("phase.")]
    return found.says, found.given


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        # Two visits a week of 10 points ($2.50), and 5 ($1.25) more after each.
        (phase(), "Level 0, 1, 2: 10, 15, 20 points ($2.50, $3.75, $5.00); each further level 5 points ($1.25) more."),
        (phase(cap=20), "Level 0, 1, 2: 10, 15, 20 points ($2.50, $3.75, $5.00); from then on 20 points ($5.00)."),
        (phase(cap=50), "Level 0, 1, 2: 10, 15, 20 points ($2.50, $3.75, $5.00); from level 8 on 50 points ($12.50)."),
        (phase(step=0), "Each visit that meets its target pays 10 points ($2.50)."),
        (phase(cap=10), "Each visit that meets its target pays 10 points ($2.50)."),
    ],
)  # fmt: skip
def test_a_ladder_says_what_its_first_levels_pay_and_where_it_stops(of: dict[str, Any], expected: str) -> None:
    assert line("phase.base", of) == (expected, "")


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ([20, 40, 60], "Level 0, 1, 2: 20, 40, 60 points ($5.00, $10.00, $15.00); from then on 60 points ($15.00)."),
        ([20, 40], "Level 0, 1: 20, 40 points ($5.00, $10.00); from then on 40 points ($10.00)."),
        ([1, 2, 3, 4, 5], "Level 0, 1, 2: 1, 2, 3 points ($0.25, $0.50, $0.75); from level 4 on 5 points ($1.25)."),
        ([20], "Each visit that meets its target pays 20 points ($5.00)."),
    ],
)  # fmt: skip
def test_listed_values_say_what_the_levels_pay(listed: list[int], expected: str) -> None:
    assert line("phase.values", values(*listed)) == (expected, "")


def test_listed_values_are_explained_also_beside_amounts_that_were_left() -> None:
    expected = "Level 0, 1: 20, 40 points ($5.00, $10.00); from then on 40 points ($10.00)."
    assert line("phase.values", phase(values=[20, 40])) == (expected, "")


def test_empty_values_have_an_example_with_plain_numbers() -> None:
    expected = "Level 0, 1, 2: 5, 10, 15 points ($1.25, $2.50, $3.75); from then on 15 points ($3.75)."
    assert line("phase.values", phase()) == (expected, "5, 10, 15")


def test_draws_have_no_money_and_smaller_plain_numbers() -> None:
    of = track(phase(base=1, step=1), pays="draws")
    lines = worked_lines(document(of, **SECOND, bowl={"name": "B", "slips": [{"tier": "s", "count": 1, "cents": 100}]}))
    at = "tracks[0].phases[0]."
    assert lines[at + "base"].says == "Level 0, 1, 2: 1, 2, 3 draws; each further level 1 draw more."
    assert lines[at + "week_bonus"].says == (
        "The 2nd paid visit of a week pays 2 draws more, if nothing reset the ladder in it before."
    )
    assert lines[at + "week_bonus"].given == "2"


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        (phase(), "Three visits in a row that meet the target are paid at level 0, 1, 2."),
        (phase(rises="week"),
         "The visits of the first week are paid at level 0. When it is full, the next begins at level 1."),
        (phase(rises="week", period_weeks=2, visits_per_week=1),
         "The visit of the first period is paid at level 0. When it is full, the next begins at level 1."),
    ],
)  # fmt: skip
def test_a_level_rises_by_the_visit_or_by_the_full_period(of: dict[str, Any], expected: str) -> None:
    assert line("phase.rises", of) == (expected, "")


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        (phase(), "Three visits in a row that meet the target are paid at level 2, 3, 4."),
        (phase(rises="week"),
         "The visits of the first week are paid at level 2. When it is full, the next begins at level 3."),
        # The second of two values is that of level 1 and of all above.
        (values(20, 40), "The first visit is paid at level 1 already, and no level pays more."),
    ],
)  # fmt: skip
def test_the_levels_of_the_first_phase_begin_with_the_start_level(of: dict[str, Any], expected: str) -> None:
    assert line("phase.rises", of, start_level=2) == (expected, "")


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({}, "After each visit that meets the target, the next is paid one level higher."),
        # 10, 15, 20, 25, 30: level 4 is the highest.
        ({"cap": 30}, "After each visit that meets the target, the next is paid one level higher, up to level 4."),
        ({"rises": "week"}, "After each full week, the next begins one level higher."),
        ({"rises": "week", "period_weeks": 2}, "After each full period, the next begins one level higher."),
    ],
)
def test_a_phase_that_goes_on_with_a_level_names_none_to_begin_with(keys: dict[str, Any], expected: str) -> None:
    assert line("phase.rises", phase(), phase((5, 8), carry_level=True, **keys), start_level=2) == (expected, "")


def test_a_phase_that_begins_anew_rises_from_level_0_also_after_a_start_level() -> None:
    expected = "Three visits in a row that meet the target are paid at level 0, 1, 2."
    assert line("phase.rises", phase(), phase((5, 8)), start_level=2) == (expected, "")


TWO = "Two visits in a row that meet the target are paid at level {}, and no more are paid."
NEVER = "Only {} paid and no {} gets full, so the level never rises."


@pytest.mark.parametrize(
    ("of", "of_track", "expected"),
    [
        (phase(most_paid=3), {}, "Three visits in a row that meet the target are paid at level 0, 1, 2."),
        (phase(most_paid=2), {}, TWO.format("0, 1")),
        (phase(), {"most_paid": 2}, TWO.format("0, 1")),
        (phase(most_paid=2), {"start_level": 2}, TWO.format("2, 3")),
        # One week of two visits.
        (phase((1, 1)), {}, TWO.format("0, 1")),
        (phase(most_paid=1), {}, "Only one visit of these weeks is paid, at level 0."),
        (phase(rises="week", most_paid=1), {}, NEVER.format("1 visit is", "week")),
        (phase(rises="week", visits_per_week=3, most_paid=2), {}, NEVER.format("2 visits are", "week")),
        (phase(rises="week", period_weeks=2, most_paid=1), {}, NEVER.format("1 visit is", "period")),
        (phase(rises="week", most_paid=2), {},
         "The visits of the first week are paid at level 0. When it is full, the next begins at level 1."),
    ],
)  # fmt: skip
def test_a_level_rises_by_as_many_visits_as_are_paid(
    of: dict[str, Any], of_track: dict[str, Any], expected: str
) -> None:
    assert line("phase.rises", of, **of_track) == (expected, "")


@pytest.mark.parametrize(
    ("later", "of_track", "expected"),
    [
        (phase((5, 8), carry_level=True, most_paid=1), {}, "Only one visit of these weeks is paid, so nothing rises in them."),
        (phase((5, 8), carry_level=True, rises="week", most_paid=1), {}, NEVER.format("1 visit is", "week")),
        # The eight visits of the first four weeks are all that are paid; or all but one, or two.
        (phase((5, 8)), {"most_paid": 8}, "No visit of these weeks is paid."),
        (phase((5, 8), carry_level=True), {"most_paid": 8}, "No visit of these weeks is paid."),
        (phase((5, 8)), {"most_paid": 9}, "Only one visit of these weeks is paid, at level 0."),
        (phase((5, 8)), {"most_paid": 10}, TWO.format("0, 1")),
    ],
)  # fmt: skip
def test_a_later_phase_rises_by_as_many_visits_as_are_left(
    later: dict[str, Any], of_track: dict[str, Any], expected: str
) -> None:
    assert line("phase.rises", phase(), later, **of_track) == (expected, "")


@pytest.mark.parametrize(
    ("first", "of_track", "expected"),
    [
        # Three visits raise the ladder to level 3, and the other five of the first weeks hold it.
        (phase(most_paid=3), {}, "begins week 5 at level 3: 25 points ($6.25)."),
        (phase(), {"most_paid": 8}, "begins week 5 at level 8, and nothing is paid."),
    ],
)
def test_a_phase_begins_at_the_level_to_which_the_paid_visits_led(
    first: dict[str, Any], of_track: dict[str, Any], expected: str
) -> None:
    found = line("phase.carry_level", first, phase((5, 8), carry_level=True), **of_track)
    assert found == (f"A client who met every target before {expected}", "")


def test_a_wrong_start_level_leaves_the_levels_out() -> None:
    expected = "After each visit that meets the target, the next is paid one level higher."
    assert line("phase.rises", phase(), start_level=-1) == (expected, "")


@pytest.mark.parametrize(
    ("bonus", "expected", "given"),
    [
        ({"every": 3, "amount": 40}, "The 3rd, 6th and 9th visit in a row pay 40 points ($10.00) more each.", ""),
        ({"every": 1, "amount": 4}, "Each visit that meets its target pays 4 points ($1.00) more.", ""),
        ({"every": 700, "amount": 4}, "The 700th visit in a row pays 4 points ($1.00) more.", ""),
        (None, "The 3rd, 6th and 9th visit in a row pay 10 points ($2.50) more each.", "3 and 10"),
        ({"every": "x", "amount": 4}, "The 3rd, 6th and 9th visit in a row pay 10 points ($2.50) more each.", "3 and 10"),
    ],
)  # fmt: skip
def test_a_bonus_for_a_run_names_the_visits_that_earn_it(bonus: Any, expected: str, given: str) -> None:
    assert line("phase.run_bonus.every", phase(run_bonus=bonus)) == (expected, given)


@pytest.mark.parametrize(
    ("of", "expected", "given"),
    [
        (phase(week_bonus=20),
         "The 2nd paid visit of a week pays 20 points ($5.00) more, if nothing reset the ladder in it before.", ""),
        (phase(week_bonus=20, visits_per_week=3, period_weeks=2),
         "The 3rd paid visit of a period pays 20 points ($5.00) more, if nothing reset the ladder in it before.", ""),
        (phase(visits_per_week=1),
         "The paid visit of a week pays 10 points ($2.50) more, if nothing reset the ladder in it before.", "10"),
    ],
)  # fmt: skip
def test_a_bonus_for_a_full_week_names_the_visit_that_fills_it(of: dict[str, Any], expected: str, given: str) -> None:
    assert line("phase.week_bonus", of) == (expected, given)


@pytest.mark.parametrize(
    ("of", "expected", "given"),
    [
        (phase(period_weeks=2), "2 paid visits in 2 program weeks are a full period. The first ends with week 2.", ""),
        (phase(period_weeks=1), "2 paid visits in a program week are a full week.", ""),
        (phase(), "2 paid visits in 2 program weeks are a full period. The first ends with week 2.", "2"),
        (phase((1, 2), visits_per_week=1, period_weeks=4),
         "1 paid visit in 4 program weeks is a full period. The first ends with week 2.", ""),
    ],
)  # fmt: skip
def test_a_period_says_how_many_visits_fill_it_and_when_the_first_ends(
    of: dict[str, Any], expected: str, given: str
) -> None:
    assert line("phase.period_weeks", of) == (expected, given)


def test_a_period_of_a_later_phase_begins_with_the_phase() -> None:
    says, _ = line("phase.period_weeks", phase((1, 4)), phase((5, 10), period_weeks=3))
    assert says == "2 paid visits in 3 program weeks are a full period. The first ends with week 7."


@pytest.mark.parametrize(
    ("of", "expected", "given"),
    [
        (phase(most_paid=5), "The 6th visit in these weeks that meets its target pays nothing and changes nothing.", ""),
        # Four weeks of two visits.
        (phase(most_paid=8), "There are 8 visits in these weeks, so all of them can be paid.", ""),
        (phase(), "The 4th visit in these weeks that meets its target pays nothing and changes nothing.", "3"),
    ],
)  # fmt: skip
def test_a_limit_on_paid_visits_says_which_one_is_the_first_without_pay(
    of: dict[str, Any], expected: str, given: str
) -> None:
    assert line("phase.most_paid", of) == (expected, given)


def test_a_limit_of_a_later_phase_counts_its_own_visits() -> None:
    says, _ = line("phase.most_paid", phase((1, 4)), phase((5, 8), most_paid=1))
    assert says == "The 2nd visit in these weeks that meets its target pays nothing and changes nothing."


def test_a_limit_of_the_track_counts_all_visits_of_an_enrollment() -> None:
    says = "The 10th visit of an enrollment that meets its target pays nothing and changes nothing."
    assert line("most_paid", phase((1, 4)), phase((5, 8)), most_paid=9) == (says, "")
    says = "There are 16 visits of an enrollment, so all of them can be paid."
    assert line("most_paid", phase((1, 4)), phase((5, 8)), most_paid=16) == (says, "")


def test_weeks_that_pay_nothing_leave_the_level() -> None:
    says = "A visit in these weeks that meets its target pays 0 points. The level stays as it is."
    assert line("phase.pays_nothing", phase(base=0, step=0, pays_nothing=True)) == (says, "")
    assert line("phase.pays_nothing", phase()) == (says, "“not paid”")


@pytest.mark.parametrize(
    ("own", "expected", "given"),
    [
        (["positive", "tampered"],
         "In these weeks a positive test or a tampered specimen resets the ladder; an absence without an excuse and a "
         "refused test change nothing.", ""),
        (["positive", "unexcused", "refused"],
         "In these weeks a positive test, an absence without an excuse or a refused test resets the ladder; a tampered "
         "specimen changes nothing.", ""),
        ([], "Nothing resets the ladder in these weeks.", ""),
        (None, "In these weeks a positive test resets the ladder; an absence without an excuse, a refused test and a "
         "tampered specimen change nothing.", "only “a positive test”"),
    ],
)  # fmt: skip
def test_resets_of_a_phase_say_what_resets_and_what_does_not(own: Any, expected: str, given: str) -> None:
    assert line("phase.has_own_resets", phase(reset_on=own)) == (expected, given)


def test_a_target_of_a_phase_is_said_with_the_names_of_the_list() -> None:
    says = "A test in these weeks counts when it is negative for THC and cocaine; other results change nothing."
    assert line("phase.target", phase(target=["thc", "cocaine"])) == (says, "")
    assert line("phase.target", phase())[1] == "cocaine, thc"


def test_an_analyte_that_is_not_in_the_list_is_in_no_line() -> None:
    says = "A test in these weeks counts when it is negative for cocaine and THC; other results change nothing."
    assert line("phase.target", phase(target=["alcohol", "unicorn"])) == (says, "cocaine, thc")
    side = {"amount": 8, "also_negative": ["unicorn"]}
    says = "The first visit that meets its target pays 10 points; if it is negative for THC, too, 15 points ($3.75)."
    assert line("side_bonus.amount", side_bonus=side) == (says, "5, and THC")


def test_a_phase_says_where_a_client_begins_it() -> None:
    """Four weeks of two visits leave the ladder at level 8, which pays 10 + 8 x 5 = 50 points."""
    says = "A client who met every target before begins week 5 at level {}."
    assert line("phase.carry_level", phase(), phase((5, 8), carry_level=True)) == (
        says.format("8: 50 points ($12.50)"),
        "",
    )
    assert line("phase.carry_level", phase(), phase((5, 8))) == (says.format("0: 10 points ($2.50)"), "")
    nothing = phase((5, 8), base=0, step=0, pays_nothing=True, carry_level=True)
    assert line("phase.carry_level", phase(), nothing) == (says.format("8, and nothing is paid"), "")


@pytest.mark.parametrize(
    ("rule", "key", "expected", "given"),
    [
        ({"unit": "ppm", "at_most": 6}, "at_most", "6 ppm would count, 7 ppm would not.", ""),
        # 25 % below 24 are 18.
        ({"unit": "ppm", "at_most": 6, "falls_by_percent": 25}, "falls_by_percent",
         "After a reading of 24 ppm, 18 ppm would count, 19 ppm would not.", ""),
        # Nine readings above 3; the fourth lowest of 4, 5, 6, 7, ... is 7.
        ({"unit": "ppm", "at_most": 3, "percentile": {"of_last": 9, "rank": 4}}, "percentile.of_last",
         "After 12, 11, 10, 9, 8, 7, 6, 5, 4 ppm, 7 ppm would count, 8 ppm would not.", ""),
        ({"unit": "ng/mL", "at_most": 300, "percentile": {"of_last": 12, "rank": 1}}, "percentile.of_last",
         "After 312, 311, 310, …, 301 ng/mL, 301 ng/mL would count, 302 ng/mL would not.", ""),
        ({"unit": "ppm", "scale": [{"at_most": 3, "amount": 40}, {"at_most": 5, "amount": 30},
                                   {"at_most": 6, "amount": 20}]}, "scale",
         "3 ppm would pay 40 points ($10.00), 6 ppm 20 points ($5.00); 7 ppm would not count.", ""),
        ({"unit": "ppm", "at_most": 8}, "falls_by_percent",
         "After a reading of 32 ppm, 24 ppm would count, 25 ppm would not.", "25"),
        ({"unit": "ppm", "at_most": "x"}, "at_most", "6 ppm would count, 7 ppm would not.", "6"),
        ({"unit": "", "at_most": 8, "percentile": {"of_last": "nine", "rank": 4}}, "percentile.of_last",
         "After 17, 16, 15, 14, 13, 12, 11, 10, 9 ppm, 12 ppm would count, 13 ppm would not.", "9 and 4"),
    ],
)  # fmt: skip
def test_a_rule_for_readings_says_which_number_would_count(
    rule: dict[str, Any], key: str, expected: str, given: str
) -> None:
    assert line(f"reading.{key}", evidence="reading", reading=rule, target=[]) == (expected, given)


def test_a_reading_of_a_phase_has_its_own_lines() -> None:
    rule = {"unit": "ppm", "at_most": 6}
    says, given = line("phase.reading.at_most", phase(reading={"unit": "ppm", "at_most": 4}), evidence="reading",
                       reading=rule, target=[])  # fmt: skip
    assert (says, given) == ("4 ppm would count, 5 ppm would not.", "")


def test_where_the_reading_decides_the_amount_no_level_is_explained() -> None:
    rule = {"unit": "ppm", "scale": [{"at_most": 3, "amount": 40}]}
    of = {"evidence": "reading", "reading": rule, "target": []}
    expected = ("The reading decides what a visit pays, and not the level.", "")
    for key in ("phase.base", "start_level", "reset_to.drop", "restore.after"):
        assert line(key, **of) == expected


def test_hours_count_excused_minutes() -> None:
    says = "7 hours attended and 1 hour excused make 8, so the week counts; 7 hours and 59 minutes do not."
    assert line("hours", evidence="hours", hours=8, target=[]) == (says, "")
    says = "1 hour attended and 1 hour excused make 2, so the week counts; 1 hour and 59 minutes do not."
    assert line("hours", evidence="hours", hours=2, target=[]) == (says, "")
    assert line("hours", evidence="hours", target=[])[1] == "10"


def test_a_start_level_says_what_the_first_paid_visit_pays() -> None:
    """Level 5 pays 10 + 5 x 5 = 35 points."""
    says = "The first paid visit of an enrollment is at level {}."
    assert line("start_level", start_level=3) == (says.format("3: 25 points ($6.25)"), "")
    assert line("start_level") == (says.format("5: 35 points ($8.75)"), "5")
    assert line("start_level", values(20, 40), start_level=9) == (says.format("1: 40 points ($10.00)"), "")
    nothing = phase((1, 2), base=0, step=0, pays_nothing=True)
    assert line("start_level", nothing, phase((3, 4)), start_level=3)[0] == says.format("0: 10 points ($2.50)")
    carries = phase((3, 4), carry_level=True)
    assert line("start_level", nothing, carries, start_level=3)[0] == says.format("3: 25 points ($6.25)")
    assert line("start_level", nothing, start_level=3)[0] == "Nothing is paid in any of the weeks."


def test_a_drop_says_where_a_lapse_goes() -> None:
    assert line("reset_to.drop", reset_to={"drop": 3}) == (
        "A lapse at level 5 (35 points) goes to level 2 (20 points).",
        "",
    )
    assert line("reset_to.drop") == ("A lapse at level 5 (35 points) goes to level 3 (25 points).", "2")
    assert (
        line("reset_to.drop", reset_to={"drop": 9})[0] == "A lapse at level 5 (35 points) goes to level 0 (10 points)."
    )
    flat = "Every level pays the same here, so a lapse changes no amount."
    assert line("reset_to.drop", phase(step=0), reset_to={"drop": 9}) == (flat, "")
    assert line("restore.after", phase(step=0)) == (flat, "5")


@pytest.mark.parametrize(
    ("restore", "expected"),
    [
        # The fifth visit in a row is paid at level 4, which leaves level 5 as the one that is due next.
        ({"after": 3, "takes_effect": "next", "to": "last_paid"}, "the 4th in a row is at level 4: 30 points ($7.50)."),
        ({"after": 3, "takes_effect": "same", "to": "last_paid"}, "the 3rd in a row is at level 4: 30 points ($7.50)."),
        ({"after": 3, "takes_effect": "next", "to": "next_due"}, "the 4th in a row is at level 5: 35 points ($8.75)."),
    ],
)  # fmt: skip
def test_restoring_says_what_the_visits_after_a_lapse_pay(restore: dict[str, Any], expected: str) -> None:
    begins = (
        "The last paid visit is at level 4, and a lapse at level 5 goes to level 0. The next visit pays 10 points "
        "($2.50); "
    )
    assert line("restore.after", restore=restore) == (begins + expected, "")


def test_restoring_begins_with_the_lapse_of_the_line_about_drops() -> None:
    """A lapse at level 5 goes three levels down, to level 2 of 20 points; five visits later level 7 is due: 45 points."""
    restore = {"after": 5, "takes_effect": "next", "to": "last_paid"}
    of = {"restore": restore, "reset_to": {"drop": 3}}
    assert line("reset_to.drop", **of)[0] == "A lapse at level 5 (35 points) goes to level 2 (20 points)."
    assert line("restore.after", **of)[0] == (
        "The last paid visit is at level 4, and a lapse at level 5 goes to level 2. The next visit pays 20 points "
        "($5.00); the 6th in a row is at level 7: 45 points ($11.25)."
    )


def test_restoring_in_a_weekly_ladder_counts_full_weeks() -> None:
    says, given = line(
        "restore.after", phase(rises="week"), restore={"after": 2, "takes_effect": "next", "to": "last_paid"}
    )
    assert (says, given) == (
        "The last paid visit is at level 4, and a lapse at level 5 goes to level 0. The next visit pays 10 points "
        "($2.50); the 3rd in a row is at level 4: 30 points ($7.50).",
        "",
    )


def test_a_restore_that_no_schedule_is_long_enough_for_says_so() -> None:
    says, _ = line(
        "restore.after", phase(visits_per_week=1), restore={"after": 900, "takes_effect": "next", "to": "last_paid"}
    )
    assert says == "No schedule is so long that 900 visits in a row can follow a lapse."


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("hold", "Two dilute specimens in a row change nothing."),
        ("reset", "A dilute specimen resets the ladder."),
        ("reset_if_repeated", "A dilute specimen changes nothing, a second one in a row resets the ladder."),
    ],
)
def test_a_dilute_specimen_says_what_it_does(rule: str, expected: str) -> None:
    assert line("on_dilute", on_dilute=rule) == (expected, "")


def test_a_side_bonus_names_its_analytes() -> None:
    says, given = line("side_bonus.amount", side_bonus={"amount": 8, "also_negative": ["thc", "alcohol"]})
    assert says == (
        "The first visit that meets its target pays 10 points; if it is negative for THC and alcohol, too, 18 points "
        "($4.50)."
    )
    assert (given, line("side_bonus.amount")[1]) == ("", "5, and THC")


@pytest.mark.parametrize(
    ("phases", "pays", "both"),
    [
        # Level 2 of 10, 15, 20; and of the listed values 4, 6, 9.
        ([phase()], "20 points", "28 points ($7.00)"),
        ([values(4, 6, 9)], "9 points", "17 points ($4.25)"),
        # After weeks without pay a phase goes on with the start level, or begins anew.
        ([phase((1, 2), base=0, step=0, pays_nothing=True), phase((3, 4), carry_level=True)],
         "20 points", "28 points ($7.00)"),
        ([phase((1, 2), base=0, step=0, pays_nothing=True), phase((3, 4))], "10 points", "18 points ($4.50)"),
    ],
)  # fmt: skip
def test_a_side_bonus_is_paid_on_top_of_the_level_at_which_a_client_begins(
    phases: list[dict[str, Any]], pays: str, both: str
) -> None:
    side = {"amount": 8, "also_negative": ["cocaine", "thc"]}
    assert line("side_bonus.amount", *phases, start_level=2, side_bonus=side, target=["opioid"]) == (
        f"The first visit that meets its target pays {pays}; if it is negative for cocaine and THC, too, {both}.",
        "",
    )


def test_a_side_bonus_where_nothing_is_paid_has_an_example_with_plain_numbers() -> None:
    says = "The first visit that meets its target pays 10 points; if it is negative for THC, too, 15 points ($3.75)."
    nothing = phase((1, 2), base=0, step=0, pays_nothing=True)
    side = {"amount": 8, "also_negative": ["thc"]}
    assert line("side_bonus.amount", nothing, side_bonus=side) == (says, "5, and THC")


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (20, "After a paid visit at 9:00 AM, the next one counts from 5:00 AM the next day on."),
        (6, "After a paid visit at 9:00 AM, the next one counts from 3:00 PM the same day on."),
        (72, "After a paid visit at 9:00 AM, the next one counts from 9:00 AM 3 days later on."),
        (15, "After a paid visit at 9:00 AM, the next one counts from 12:00 AM the next day on."),
    ],
)
def test_the_least_time_between_two_visits_is_a_time_of_day(hours: int, expected: str) -> None:
    assert line("min_hours_between", min_hours_between=hours) == (expected, "")


def test_the_time_of_day_is_the_one_from_which_the_engine_pays() -> None:
    schedule = parse(document(track(phase(visits_per_week=7), min_hours_between=20)))
    for minute, paid in ((5 * 60 - 1, 0), (5 * 60, 15)):
        visits = [
            Visit(START, "goal", "met", minute=540),
            Visit(START + timedelta(days=1), "goal", "met", minute=minute),
        ]
        assert replay(schedule, START, visits).results[1].paid == paid


@pytest.mark.parametrize(
    ("ceiling", "expected", "given"),
    [
        ({"scope": "award", "cents": 5000},
         "A visit for which more is due is paid $50.00 at most; the level rises all the same.", ""),
        ({"scope": "month", "cents": 5000},
         "On March 31, everything from March 1 on counts. On April 1 it begins with $50.00 again.", ""),
        ({"scope": "calendar_year", "cents": 59900},
         "On March 31, everything from January 1 on counts. On January 1 it begins with $599.00 again.", ""),
        ({"scope": "year_from", "cents": 75000, "from": "09-30"},
         "On March 31, everything from September 30 on counts. On September 30 it begins with $750.00 again.", ""),
        ({"scope": "rolling", "cents": 5000, "days": 30},
         "On March 31, everything from March 2 on counts; on April 1, everything from March 3 on.", ""),
        ({"scope": "enrollment", "cents": 5000},
         "All visits of an enrollment count together. A new enrollment begins with $50.00 again.", ""),
        ({"scope": "lifetime", "cents": 75000},
         "All enrollments of a client count together: after $375.00 in an earlier one, $375.00 are left.", ""),
        ({"scope": "year_from", "cents": 75000, "from": "02-29"},
         "On March 31, everything from July 1 on counts. On July 1 it begins with $750.00 again.", "07-01"),
        ({"scope": "rolling", "cents": 75000},
         "On March 31, everything from March 2 on counts; on April 1, everything from March 3 on.", "30"),
        ({"scope": "month", "cents": "much"},
         "On March 31, everything from March 1 on counts. On April 1 it begins with $599.00 again.", "$599.00"),
        ({"scope": "rolling", "cents": "much", "days": "x"},
         "On March 31, everything from March 2 on counts; on April 1, everything from March 3 on.", "30"),
        ({"scope": "decade", "cents": 100},
         "All visits of an enrollment count together. A new enrollment begins with $599.00 again.", "$599.00"),
    ],
)  # fmt: skip
def test_a_ceiling_says_what_counts_on_a_day(ceiling: dict[str, Any], expected: str, given: str) -> None:
    found = worked_lines(document(ceilings=[ceiling], **SECOND))["ceilings[0].scope"]
    assert (found.says, found.given) == (expected, given)


@pytest.mark.parametrize(
    ("currency", "cents", "expected", "given"),
    [
        ("GBP", 10, "100 points are worth 10.00 GBP.", ""),
        (None, 25, "100 points are worth 25.00 USD.", ""),
        ("XXQ", "x", "100 points are worth 25.00 USD.", "USD"),
    ],
)
def test_a_currency_says_what_points_are_worth(currency: Any, cents: Any, expected: str, given: str) -> None:
    found = worked_lines(document(currency=currency, point_value_cents=cents, **SECOND))["currency"]
    assert (found.says, found.given) == (expected, given)


WHOLE = document(
    track(
        values(5, 10, weeks=[1, 4], period_weeks=2, week_bonus=5, most_paid=3, reset_on=[], target=["thc"],
               run_bonus={"every": 2, "amount": 4}),
        phase((5, 6), base=0, step=0, pays_nothing=True, carry_level=True),
        start_level=1, reset_to={"drop": 1}, most_paid=20, min_hours_between=20,
        restore={"after": 2, "takes_effect": "same", "to": "last_paid"},
        side_bonus={"amount": 3, "also_negative": ["alcohol"]},
    ),
    track(phase(reading={"unit": "ppm", "scale": [{"at_most": 4, "amount": 9}]}), behavior="co", evidence="reading",
          target=[], reading={"unit": "ppm", "at_most": 4, "percentile": {"of_last": 3, "rank": 1}}),
    track(phase(visits_per_week=1), behavior="hours", evidence="hours", hours=9, target=[]),
    currency="GBP",
    ceilings=[{"scope": "year_from", "cents": 100, "from": "07-01"}, {"scope": "rolling", "cents": 100, "days": 7}],
    **SECOND,
)  # fmt: skip


def test_every_key_of_the_second_format_has_a_line() -> None:
    paths = set(worked_lines(WHOLE))
    field = {"reset_to": "reset_to.drop", "reset_on": "has_own_resets", "reading": "reading.scale"}
    in_tracks = {
        key.split("]", 1)[1].removeprefix(".") for key in paths if key.startswith("tracks") and "phases" not in key
    }
    in_phases = {key.split("]", 2)[2].removeprefix(".") for key in paths if "phases" in key}
    assert {field.get(key, key) for key in TRACK} <= in_tracks
    assert {field.get(key, key) for key in PHASE} <= in_phases
    assert {"currency", "ceilings[0].scope", "ceilings[1].scope"} <= paths
    assert all(one.says for one in worked_lines(WHOLE).values())


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every object or list of a document with each of its keys."""
    for key in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, key
        yield from places(value[key])


@pytest.mark.parametrize("wrong", ["", "x", None, -1, 0, 10**9, True, [], {}])
def test_a_mistake_at_any_place_leaves_every_line_a_sentence(wrong: Any) -> None:
    whole = copy.deepcopy(WHOLE)
    tried = 0
    for place, key in places(whole):
        was, place[key] = place[key], wrong
        if is_formable(whole):
            tried += 1
            assert all(one.says.endswith((".", ")")) for one in worked_lines(whole).values()), (key, wrong)
        place[key] = was
    assert tried > 50
