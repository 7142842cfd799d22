"""Real visits under another schedule: what would be paid, and why it differs."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cm_tracker.domain.schedules.backtest import (
    AMOUNTS,
    BEHAVIOR,
    BONUS,
    CEILING,
    KEPT,
    LAPSE,
    PLACES,
    TARGET,
    WAY_BACK,
    Compared,
    Pair,
    Reason,
    compare,
    shared_out,
    unit_worth,
)
from cm_tracker.domain.schedules.engine import Visit, replay
from cm_tracker.domain.schedules.outcomes import LETTERS
from cm_tracker.domain.schedules.schedule import Schedule, parse
from cm_tracker.domain.simulation.average_pay import NOTHING, AveragePay, Due
from cm_tracker.queries.schedules.presets import preset, preset_names
from tests.domain.schedules.documents import START, document, phase, track

LATE = date(2030, 1, 1)


def visits(letters: str, days: int = 3, behavior: str = "goal") -> list[Visit]:
    """A visit every third day: two of them a week are paid, and sometimes a third one is not."""
    return [
        Visit(START + timedelta(days=n * days), behavior, LETTERS[letter], ref=n + 1)
        for n, letter in enumerate(letters)
    ]


def compared(
    before: Schedule, after: Schedule, of: list[Visit], first_day: date = START, last_day: date = LATE
) -> Compared:
    would = {
        result.ref: result
        for result in replay(after, START, [visit for visit in of if after.track(visit.behavior)]).results
    }
    days, pay = {visit.ref: visit.day for visit in of}, AveragePay()
    results = replay(before, START, of).results
    got = pay.by_visit((one.ref, Due(days[one.ref], one.unit, one.paid, before, are_paid=True)) for one in results)
    would_get = pay.by_visit((ref, Due(days[ref], one.unit, one.paid, after)) for ref, one in would.items())
    assert got is not None and would_get is not None
    pairs = [
        Pair(
            one.ref,
            days[one.ref],
            one,
            would.get(one.ref),
            {one.unit: one.paid},
            before,
            got[one.ref].cents,
            would_get.get(one.ref, NOTHING).cents,
            would_get.get(one.ref, NOTHING).is_cut,
        )
        for one in results
    ]
    return compare(pairs, after, first_day, last_day)


def schedule(
    *, ceilings: list[Any] | None = None, weeks: tuple[int, int] = (1, 12), of: Any = None, **more: Any
) -> Schedule:
    return parse(document(track(phase(weeks, **(of or {})), **more), ceilings=ceilings or []))


FIVE = {"after": 5, "takes_effect": "next", "to": "last_paid"}
TWO = {**FIVE, "after": 2}
# Two visits a week, seven days apart in pairs, so that every one is paid.
WEEKLY = 4


@pytest.mark.parametrize(
    ("letters", "before", "after", "cents", "reasons"),
    [
        # 10, 15 and 20 points against 12, 17 and 22: $0.50 more each.
        ("NNN", schedule(), schedule(of={"base": 12}), 150, (Reason(AMOUNTS, 150, 3),)),
        # The cap of 15 is reached at the second visit; the third pays 5 points less, the fourth 10.
        ("NNNN", schedule(), schedule(of={"cap": 15}), -375, (Reason(AMOUNTS, -375, 2),)),
        # 10, 15, reset, 10, 15 against 10, 15, held, 20, 25.
        ("NNMNN", schedule(), schedule(reset_on=["positive"]), 500, (Reason(LAPSE, 500, 2),)),
        # After the lapse 10, 15, 20, 25 points; or 10, 15, and the last value paid comes back: 25, 30.
        (
            "NNNNPNNNN", schedule(restore=FIVE), schedule(restore=TWO), 250, (Reason(WAY_BACK, 250, 2),),
        ),
        # 40 more points at the third in a row.
        ("NNN", schedule(), schedule(of={"run_bonus": {"every": 3, "amount": 40}}), 1000, (Reason(BONUS, 1000, 1),)),
        # 45 points are $11.25, and no more than $8 are paid: 32 points.
        (
            "NNN", schedule(), schedule(ceilings=[{"scope": "enrollment", "cents": 800}]), -325, (Reason(CEILING, -325, 1),),
        ),
        # Only the first visit is still in a week that the program has.
        ("NNN", schedule(), schedule(weeks=(1, 1)), -500, (Reason(PLACES, -500, 1),)),
    ],
)  # fmt: skip
def test_what_differs_is_told_with_its_money(
    letters: str, before: Schedule, after: Schedule, cents: int, reasons: tuple[Reason, ...]
) -> None:
    found = compared(before, after, visits(letters, WEEKLY))
    assert found.difference == cents
    assert found.reasons == reasons


def test_the_week_in_which_a_ceiling_first_cuts_is_told() -> None:
    after = schedule(ceilings=[{"scope": "enrollment", "cents": 800}])
    assert compared(schedule(), after, visits("NNN", WEEKLY)).full_in == 2
    assert compared(schedule(), schedule(), visits("NNN", WEEKLY)).full_in is None


def test_visits_of_a_behavior_that_the_schedule_does_not_have_earn_nothing() -> None:
    after = parse(document(track(behavior="another")))
    found = compared(schedule(), after, visits("NN", WEEKLY))
    assert (found.before_cents, found.after_cents) == (625, 0)
    assert found.reasons == (Reason(BEHAVIOR, -625, 2),)


def test_a_visit_that_counts_otherwise_under_another_target_says_so() -> None:
    before, after = replay(schedule(), START, visits("P")).results[0], replay(schedule(), START, visits("N")).results[0]
    pair = Pair(1, START, before, after, {"points": 0}, schedule(), Fraction(0), Fraction(250), False)
    assert compare([pair], schedule(), START, LATE).reasons == (Reason(TARGET, 250, 1),)


def test_what_a_correction_left_with_the_client_was_paid() -> None:
    """10 points were paid and kept; the test is positive now. Another visit of 15 points was taken away, and 15 kept."""
    positive, none = replay(schedule(), START, visits("P")).results[0], Fraction(0)
    pairs = [
        Pair(1, START, positive, positive, {"points": 10}, schedule(), Fraction(250), none, False),
        Pair(2, START, None, None, {"points": 15}, schedule(), Fraction(375), none, False),
    ]
    found = compare(pairs, schedule(), START, LATE)
    assert (found.before_cents, found.after_cents) == (625, 0)
    assert found.reasons == (Reason(KEPT, -625, 2),)


def test_only_the_days_that_were_chosen_are_summed_but_what_came_before_counts() -> None:
    after = schedule(of={"step": 6})
    found = compared(schedule(), after, visits("NNN", WEEKLY), START + timedelta(days=8), START + timedelta(days=8))
    assert [(line.pair.before.paid, line.pair.after and line.pair.after.paid) for line in found.lines] == [(20, 22)]
    assert (found.before_cents, found.after_cents) == (500, 550)


def test_a_draw_counts_what_it_is_worth_on_average() -> None:
    prize = parse(preset("va-prize"))
    assert unit_worth(prize, "draws") == Fraction(110_900, 500)
    assert unit_worth(schedule(), "points") == 25
    of = visits("NN", WEEKLY, prize.tracks[0].behavior)
    # 1 draw and 2 draws are 3 times $2.218.
    assert compared(prize, prize, of).before_cents == 665


@pytest.mark.parametrize(
    ("parts", "total", "shared"),
    [
        # A third each of 1.00 and of 1.01: the first gets what is left.
        (["100/3", "100/3", "100/3"], 100, [34, 33, 33]),
        (["101/3", "101/3", "101/3"], 101, [34, 34, 33]),
        # -1.5 and 0.25 of -1.25, which is rounded to -1.
        (["-3/2", "1/4"], -1, [-1, 0]),
        (["1/2"], 1, [1]),
        ([], 0, []),
    ],
)
def test_parts_are_rounded_so_that_they_add_up(parts: list[str], total: int, shared: list[int]) -> None:
    assert shared_out([Fraction(part) for part in parts], total) == shared


def prizes(ceilings: list[Any]) -> Schedule:
    return parse({**preset("va-prize"), "format": "cm-schedule/2", "ceilings": ceilings})


def test_draws_are_cut_by_a_ceiling_as_those_of_invented_clients_are() -> None:
    """A perfect client draws 164 slips, worth 363.75 on average; under a ceiling of 10 dollars they get 10."""
    behavior = prizes([]).tracks[0].behavior
    of = [
        Visit(START + timedelta(weeks=week, days=day), behavior, "met", ref=2 * week + n)
        for week in range(12)
        for n, day in enumerate((0, 3))
    ]
    found = compared(prizes([]), prizes([{"scope": "enrollment", "cents": 10_00}]), of)
    assert (found.before_cents, found.after_cents) == (363_75, 10_00)
    assert found.reasons == (Reason(CEILING, 10_00 - 363_75, 24),)
    assert sum(line.after_cents for line in found.lines) == 10_00
    # 1 and 2 draws in week 1, 3 and 4 in week 2. One of six slips is of 20 dollars or more in 40 of 100 cases, one of ten in
    # 57: 41 of the bowl's 500 slips are, and 459/500 to the sixth power is 0.60, to the tenth 0.43.
    assert found.full_in == 2


LETTER = st.text("NPMEDR", min_size=1, max_size=40)


def of_every_track(schedules: list[Schedule], letters: str) -> list[Visit]:
    behaviors = sorted({track.behavior for one in schedules for track in one.tracks})
    return [
        Visit(START + timedelta(days=n * 2), behaviors[n % len(behaviors)], LETTERS[letter], n % 3 > 0, ref=n + 1)
        for n, letter in enumerate(letters)
    ]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(preset_names()), LETTER)
def test_under_the_same_schedule_nothing_differs(name: str, letters: str) -> None:
    one = parse(preset(name))
    found = compared(one, one, of_every_track([one], letters))
    assert found.reasons == ()
    assert found.difference == 0


@settings(max_examples=60, deadline=None)
@given(LETTER, st.integers(1, 4), st.integers(0, 2), st.integers(1, 3))
def test_the_reasons_add_up_where_draws_are_rounded(letters: str, base: int, step: int, amount: int) -> None:
    changed: Any = preset("va-prize")
    changed["tracks"][0]["phases"][0] |= {"base": base, "step": step, "run_bonus": {"every": 3, "amount": amount}}
    before, other = parse(preset("va-prize")), parse(changed)
    found = compared(before, other, of_every_track([before], letters))
    assert sum(reason.cents for reason in found.reasons) == found.difference
    assert found.before_cents == sum(line.before_cents for line in found.lines)
    assert found.after_cents == sum(line.after_cents for line in found.lines)


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(["higgins-voucher", "silverman-voucher", "budney-cannabis"]),
    LETTER,
    st.integers(1, 20), st.integers(0, 9), st.sampled_from([None, 20, 60]), st.sampled_from([None, 2, 5]),
    st.sampled_from([[], [{"scope": "enrollment", "cents": 50_00}], [{"scope": "award", "cents": 10_00}]]),
    st.sampled_from([["positive"], ["positive", "unexcused", "refused", "tampered"]]),
)  # fmt: skip
def test_the_reasons_add_up_to_the_difference(
    name: str, letters: str, base: int, step: int, cap: int | None, after: int | None, ceilings: Any, resets: list[str]
) -> None:
    changed: Any = preset(name)
    changed["tracks"][0] |= {"reset_on": resets, "restore": None if after is None else {**FIVE, "after": after}}
    changed["tracks"][0]["phases"][0] |= {"base": base, "step": step, "cap": cap}
    changed["ceilings"] = ceilings
    before, other = parse(preset(name)), parse(changed)
    found = compared(before, other, of_every_track([before], letters))
    # Points are whole cents, so nothing is rounded.
    assert sum(reason.cents for reason in found.reasons) == found.difference
    assert found.after_cents == sum(
        result.cents for result in replay(other, START, of_every_track([before], letters)).results
    )
    assert found.before_cents == sum(line.before_cents for line in found.lines)
    assert all(line.why is not None for line in found.lines if line.before_cents != line.after_cents)
