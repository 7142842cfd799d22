"""Invented clients: what is known exactly comes out exactly, and the rest as often as was assumed."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cm_tracker.domain.schedules.engine import replay
from cm_tracker.domain.schedules.outcomes import EXCUSED, LETTERS, MET, POSITIVE, UNEXCUSED
from cm_tracker.domain.schedules.rehearsal import START
from cm_tracker.domain.schedules.schedule import Schedule, parse
from cm_tracker.domain.schedules.timeline import Move, Pause, timeline_of
from cm_tracker.domain.simulation.assumptions import PUBLISHED, SEED, Assumptions
from cm_tracker.domain.simulation.clients import (
    InventedClient,
    invent,
    most_clients,
    program_ceiling,
    visits_by_chance,
    visits_of,
)
from cm_tracker.domain.simulation.observed import SeenEnrollment, SeenVisit, observed, seen_outcome, weekly_share_spent
from cm_tracker.domain.simulation.trial import Spread, TierNeed, Trial, spread_of, trial_of
from cm_tracker.queries.schedules.presets import preset, preset_names

PERFECT = Assumptions(
    first=1000, after_negative=1000, after_other=1000, excused=0, missed=0, stops=0, attends=1000, spends=0
)
USUAL = Assumptions(
    first=620, after_negative=880, after_other=460, excused=40, missed=90, stops=22, attends=780, spends=500
)


def schedule(name: str, **changes: object) -> Schedule:
    return parse({**preset(name), **changes})  # type: ignore[dict-item]


def tried(of: Schedule, assumptions: Assumptions, clients: int = 200, together: int = 20) -> Trial:
    return trial_of(of, assumptions, list(invent(of, assumptions, clients, SEED)), together, SEED)


@pytest.mark.parametrize(
    ("name", "cents"),
    [
        ("higgins-voucher", 997_50),  # Higgins et al. 1993, 1994
        ("california-recovery-incentives", 599_00),  # DHCS, BHIN 23-040
        ("budney-cannabis", 570_00),  # Budney et al. 2006
        ("silverman-voucher", 1_155_00),  # Silverman et al. 1996
        ("roll-smoking", 147_50),  # Roll et al. 1996
    ],
)
def test_clients_who_meet_every_target_cost_what_was_published(name: str, cents: int) -> None:
    trial = tried(schedule(name), PERFECT)
    assert trial.mean_cents == cents
    assert trial.each == Spread(cents, cents, cents)
    assert trial.cost == Spread(20 * cents, 20 * cents, 20 * cents)


def test_perfect_clients_make_every_draw_and_the_draws_are_worth_what_the_bowl_says() -> None:
    trial = tried(schedule("va-prize"), PERFECT, clients=2_000)
    assert trial.slips == 2_000 * 164
    # The bowl: 209 of $1, 40 of $20 and 1 of $100 in 500 slips are $2.218 a draw, with a standard deviation of $6.89.
    assert abs(trial.slips_cents / trial.slips - 221.8) < 3 * 689 / (2_000 * 164) ** 0.5


def test_who_never_meets_a_target_costs_nothing() -> None:
    never = replace(PERFECT, first=0, after_negative=0, after_other=0, attends=0)
    for name in preset_names():
        assert tried(schedule(name), never, clients=20).each == Spread(0, 0, 0), name


@pytest.mark.parametrize("name", preset_names())
def test_every_invented_client_gets_what_the_engine_owes(name: str) -> None:
    of = schedule(name)
    clients = list(invent(of, USUAL, 150, SEED))
    for client, (visits, weeks) in zip(clients, visits_by_chance(of, USUAL, 150, SEED), strict=True):
        results = replay(of, START, visits).results
        assert client.weeks_came == weeks
        for week in range(of.last_week):
            points = sum(one.paid for one in results if one.week == week + 1 and one.unit == "points")
            assert client.points[week] == points
        draws = sum(one.paid for one in results if one.unit == "draws")
        assert sum(client.tiers) == draws
        worth = sum(n * slip.cents for n, slip in zip(client.tiers, of.bowl.slips, strict=True)) if of.bowl else 0
        assert sum(client.cents) == sum(one.cents for one in results) + worth


def test_the_chances_are_those_that_were_assumed() -> None:
    counts = {key: [0, 0] for key in ("first", "after_negative", "after_other", "missed", "excused", "stops")}
    for visits, weeks in visits_by_chance(schedule("higgins-voucher"), USUAL, 5_000, SEED):
        key = "first"
        counts["stops"][0] += weeks < 12
        counts["stops"][1] += min(weeks, 11)
        for visit in visits:
            for word, outcome in (("missed", UNEXCUSED), ("excused", EXCUSED)):
                counts[word][0] += visit.outcome == outcome
                counts[word][1] += 1
            if visit.outcome in (MET, POSITIVE):
                counts[key][0] += visit.outcome == MET
                counts[key][1] += 1
            if visit.outcome != EXCUSED:
                key = "after_negative" if visit.outcome == MET else "after_other"
    for key, (n, of) in counts.items():
        chance = getattr(USUAL, key) / 1000
        assert abs(n / of - chance) < 4 * (chance * (1 - chance) / of) ** 0.5, key


def test_the_same_numbers_give_the_same_clients_and_another_seed_gives_others() -> None:
    of = schedule("ctn-prize")
    assert list(invent(of, USUAL, 50, SEED)) == list(invent(of, USUAL, 50, SEED))
    assert list(invent(of, USUAL, 50, SEED)) != list(invent(of, USUAL, 50, SEED + 1))


def test_a_draft_with_the_same_places_gets_the_same_visits() -> None:
    """So what differs between two drafts is what they pay, and not chance."""
    document = preset("higgins-voucher")
    document["tracks"][0]["phases"][0]["base"] = 12
    other = parse(document)
    assert list(visits_by_chance(other, USUAL, 50, SEED)) == list(
        visits_by_chance(schedule("higgins-voucher"), USUAL, 50, SEED)
    )


def test_prizes_that_are_drawn_count_for_a_ceiling_and_no_client_gets_more() -> None:
    of = schedule("va-prize", ceilings=[{"scope": "enrollment", "cents": 100_00}])
    clients = list(invent(of, PERFECT, 300, SEED))
    free = list(invent(schedule("va-prize"), PERFECT, 300, SEED))
    assert max(sum(client.cents) for client in clients) == 100_00
    # Who stays below the ceiling has drawn what they would have drawn without one.
    for client, other in zip(clients, free, strict=True):
        if sum(other.cents) <= 100_00:
            assert client == other._replace(near_in=client.near_in, used_up_in=client.used_up_in)
        else:
            # A large slip may be cut long before four fifths are used.
            assert client.cut_in is not None


def test_a_ceiling_for_one_award_gives_a_smaller_slip() -> None:
    of = schedule("va-prize", ceilings=[{"scope": "award", "cents": 20_00}])
    clients = list(invent(of, PERFECT, 300, SEED))
    free = list(invent(schedule("va-prize"), PERFECT, 300, SEED))
    jumbo = sum(client.tiers[3] for client in free)
    assert jumbo > 20
    assert sum(client.tiers[3] for client in clients) == 0
    assert sum(client.tiers[2] for client in clients) == sum(client.tiers[2] for client in free) + jumbo


def test_a_ceiling_is_passed_in_the_week_in_which_it_is_passed() -> None:
    """Higgins pays 10, 15, 60 (with the bonus), 25, 30, 75 ... points: $21.25 in the first week, $53.75 in two."""
    of = schedule("higgins-voucher", ceilings=[{"scope": "enrollment", "cents": 50_00}])
    trial = tried(of, PERFECT, clients=10)
    assert trial.near == (0, 10, *(0 for _ in range(10)))
    assert trial.cut == trial.used_up == (0, 10, *(0 for _ in range(10)))
    assert trial.each == Spread(50_00, 50_00, 50_00)
    assert trial.ceiling == program_ceiling(of)
    assert program_ceiling(schedule("higgins-voucher")) is None


def test_what_a_month_cuts_does_not_use_up_the_ceiling_of_the_program() -> None:
    """Weeks pay 21.25, 32.50, 43.75 and 55.00 dollars: of 100 in January 97.50 are paid in three of them."""
    of = schedule(
        "higgins-voucher", ceilings=[{"scope": "month", "cents": 100_00}, {"scope": "enrollment", "cents": 900_00}]
    )
    trial = tried(of, PERFECT, clients=10)
    assert trial.mean_cents == 300_00
    assert (sum(trial.near), sum(trial.used_up)) == (0, 0)
    assert trial.cut == (0, 0, 0, 10, *(0 for _ in range(8)))


def test_a_ceiling_is_used_up_when_no_point_fits_any_more() -> None:
    """After 49.80 dollars (of 25 cents a point: 49.75), no point more fits under 49.80."""
    of = schedule("higgins-voucher", ceilings=[{"scope": "enrollment", "cents": 49_80}])
    trial = tried(of, PERFECT, clients=10)
    assert trial.mean_cents == 49_75
    assert trial.used_up == (0, 10, *(0 for _ in range(10)))


def test_long_programs_are_tried_with_fewer_clients() -> None:
    assert most_clients(schedule("higgins-voucher")) == 10_000
    document = preset("higgins-voucher")
    document["tracks"][0]["phases"][0]["weeks"] = [1, 100]
    long = parse(document)
    assert visits_of(long) == 300
    assert most_clients(long) == 2_400


def test_the_spread_is_that_of_the_nearest_rank() -> None:
    assert spread_of(range(1, 101)) == Spread(5, 50, 95)
    assert spread_of([7]) == Spread(7, 7, 7)
    assert spread_of([3, 1, 2]) == Spread(1, 2, 3)


def one(cents: tuple[int, ...], points: tuple[int, ...], came: int, tiers: tuple[int, ...] = ()) -> InventedClient:
    return InventedClient(cents, points, came, tiers, None, None, None)


def small() -> Schedule:
    document = preset("higgins-voucher")
    document["tracks"][0]["phases"][0]["weeks"] = [1, 3]
    return parse(document)


def test_points_are_spent_at_the_end_of_each_week_in_which_a_client_comes() -> None:
    client = one((250, 250, 0), (10, 10, 0), came=2)
    trial = trial_of(small(), replace(PERFECT, spends=500), [client], 2, SEED)
    # 10, of which 5 are spent; 15, of which 7 are spent, rounded down; then nobody comes, and 8 are left.
    assert [week.middle for week in trial.owed] == [2 * 5, 2 * 8, 2 * 8]
    assert [week.middle for week in trial.paid] == [500, 1000, 1000]
    assert trial.spent == Spread(24, 24, 24)
    assert trial.peak == Spread(16, 16, 16)
    assert trial.cost == Spread(1000, 1000, 1000)


def test_the_peak_is_that_of_each_try() -> None:
    """Three clients owe 10 points in one of three weeks each: of three together, the peak of a try is 10, 20 or 30."""
    clients = [one((0, 0, 0), tuple(10 * (week == n) - 10 * (week == n + 1) for week in range(3)), 3) for n in range(3)]
    trial = trial_of(small(), replace(PERFECT, spends=0), clients, 3, SEED)
    # All three in one week: 3 of 27 tries; all in different weeks: 6 of 27. The middle is 20 points in any case, and
    # the 95th of 100 is 30 points, although every single week has 30 points in 1 of 27 tries only.
    assert trial.peak == Spread(10, 20, 30)
    assert [week.high for week in trial.owed] == [20, 20, 20]


def test_it_is_safe_in_95_of_100_tries_to_set_the_peak_aside() -> None:
    """Among 10 clients who spend 3 tenths a week, the highest week of the band was the peak of 87 of 100 tries."""
    of, assumptions = schedule("higgins-voucher"), replace(USUAL, stops=56, spends=300)
    clients = list(invent(of, assumptions, 1_500, SEED))
    high = trial_of(of, assumptions, clients, 10, SEED).peak.high
    owed = []
    for client in clients:
        left, weeks = 0, []
        for week, points in enumerate(client.points):
            left += points
            left -= left * 3 // 10 if week < client.weeks_came else 0
            weeks.append(left)
        owed.append(weeks)
    chance = Random(1)
    peaks = [max(map(sum, zip(*chance.choices(owed, k=10), strict=True))) for _ in range(2_000)]
    assert 0.93 <= sum(peak <= high for peak in peaks) / 2_000 <= 0.97


def test_costs_stand_in_spans_of_one_width_and_the_dearest_are_marked() -> None:
    clients = [one((100 * n, 0, 0), (0, 0, 0), 3) for n in range(1, 101)]
    trial = trial_of(small(), PERFECT, clients, 1, SEED)
    assert trial.mean_cents == 5050
    assert trial.each == Spread(500, 5000, 9500)
    assert {span.to_cents - span.from_cents for span in trial.spans} == {500}
    assert sum(span.clients for span in trial.spans) == 100
    assert [span.from_cents for span in trial.spans if span.is_dearest] == [9500, 10_000]
    assert trial.spans[-1].clients == 1


def test_tiers_are_needed_as_they_are_drawn() -> None:
    document = {**preset("va-prize")}
    of = parse(document)
    assert of.bowl is not None
    weeks = (0,) * of.last_week
    trial = trial_of(of, PERFECT, [InventedClient(weeks, weeks, 12, (5, 3, 1, 0), None, None, None)], 10, SEED)
    assert trial.tiers == tuple(
        TierNeed(slip, Spread(10 * n, 10 * n, 10 * n)) for slip, n in zip(of.bowl.slips, (5, 3, 1, 0), strict=True)
    )


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from(preset_names()),
    st.builds(
        Assumptions,
        first=st.integers(0, 1000), after_negative=st.integers(0, 1000), after_other=st.integers(0, 1000),
        excused=st.integers(0, 500), missed=st.integers(0, 500), stops=st.integers(0, 1000),
        attends=st.integers(0, 1000), spends=st.integers(0, 1000),
    ),
    st.integers(0, 10**6),
)  # fmt: skip
def test_whatever_is_assumed_the_sums_agree(name: str, assumptions: Assumptions, seed: int) -> None:
    of = schedule(name)
    clients = list(invent(of, assumptions, 30, seed))
    trial = trial_of(of, assumptions, clients, 3, seed)
    assert sum(span.clients for span in trial.spans) == trial.clients == 30
    assert trial.each.low <= trial.each.middle <= trial.each.high <= max(sum(client.cents) for client in clients)
    assert trial.slips == sum(sum(client.tiers) for client in clients)
    assert all(week.low <= week.middle <= week.high for week in (*trial.owed, *trial.paid))
    assert sum(trial.near) >= sum(client.near_in is not None for client in clients) == sum(trial.near)


# What is taken over from real visits.

DAY = date(2026, 3, 2)
LATER = date(2026, 6, 1)


def seen(
    letters: str,
    *,
    until: date = LATER,
    is_test: bool = True,
    before: int = 0,
    pauses: tuple[Pause, ...] = (),
    moves: tuple[Move, ...] = (),
    days: int = 7,
) -> SeenEnrollment:
    """A visit a week from March 2 on, of an enrollment that began so many weeks before."""
    of = timeline_of(DAY - timedelta(weeks=before), schedule("higgins-voucher"), moves, pauses)
    track = of.schedule.tracks[0]
    visits = [
        SeenVisit(
            "cocaine-negative", DAY + timedelta(days=n * days),
            seen_outcome(track, LETTERS[letter]), is_test, letter not in "MXE",
        )
        for n, letter in enumerate(letters)
    ]  # fmt: skip
    return SeenEnrollment(of, min(until, of.last_day() or until), visits)


def chances(*enrollments: SeenEnrollment, last_day: date = LATER) -> Assumptions:
    return observed(enrollments, DAY, last_day, None).assumptions


def test_the_chances_of_real_visits_are_counted() -> None:
    last_day = DAY + timedelta(weeks=6)
    found = observed([seen("NNPNMN", until=last_day), seen("PNEN", until=last_day)], DAY, last_day, 400)
    # First: N, P. After a negative: N, P of the first client, and (over the excused visit) N of the second; the miss is
    # no test. After anything else: N after P, N after M; N after P. Of 43 days, 14 do not tell a stop: it is seen before
    # weeks 2 to 5. The first client went on four times, the second three times, and stopped before week 5.
    assert found.tests == 8
    assert found.assumptions == Assumptions(
        first=500, after_negative=667, after_other=1000, excused=100, missed=100, stops=125, attends=700, spends=400
    )
    assert not found.is_enough


def test_who_comes_no_more_stops_once_and_misses_nothing_more() -> None:
    """They went on once, before week 2, and stopped before week 3: the first week is no chance to stop."""
    found = chances(seen("NNMMMMM"))
    assert (found.stops, found.missed) == (500, 0)


def test_what_was_missed_in_the_last_week_was_missed() -> None:
    found = chances(seen("NNNMMMMMM", days=2))
    # Weeks 1 to 3 have visits on days 0, 2, 4 and 6; 8, 10 and 12; 14 and 16. They came in week 1 alone, and missed one.
    assert (found.stops, found.missed) == (1000, 250)


def test_a_program_that_is_over_is_no_stop() -> None:
    assert chances(seen("NNNN", until=DAY + timedelta(weeks=4))).stops == 0


def test_who_never_came_has_stopped() -> None:
    """One went on from week to week up to week 12, of which ten are known; two never came: 2 of 12."""
    found = chances(seen("N" * 12), seen("MMMM"), seen(""))
    assert (found.stops, found.missed) == (167, 0)
    # It is too early to say so of who began two weeks ago.
    early = seen("MM", until=DAY + timedelta(weeks=2))
    assert chances(seen("N" * 12), early).stops == 0


def test_refused_and_tampered_tests_are_not_negative() -> None:
    found = observed([seen("NRNTNR")], DAY, LATER, None)
    assert found.tests == 6
    assert (found.assumptions.after_negative, found.assumptions.after_other) == (0, 1000)
    assert (found.assumptions.missed, found.assumptions.excused) == (0, 0)
    # Where the schedule does not count them, they change nothing: as an excused visit.
    track = replace(schedule("higgins-voucher").tracks[0], reset_on=frozenset({"positive"}))
    assert [seen_outcome(track, of) for of in ("refused", "tampered", "dilute")] == ["excused"] * 3
    assert seen_outcome(replace(track, on_dilute="reset"), "dilute") == "positive"
    assert [seen_outcome(track, of) for of in ("met", "unexcused", "pending")] == ["met", "unexcused", "pending"]


def test_what_came_before_these_days_is_not_known() -> None:
    """An enrollment of four weeks before: its first test is not the first one, and nobody stops before it began."""
    found = chances(seen("NNPN", before=4), seen("P"))
    # Known are N after N, P after N and N after P, and P as the first of the other.
    assert (found.first, found.after_negative, found.after_other) == (0, 500, 1000)
    # Weeks 6 to 8 went on and before week 9 they stopped; the other one stopped before week 2: 2 of 5.
    assert found.stops == 400
    assert chances(seen("MMMM", before=4)).stops == PUBLISHED.stops, "they may have stopped before"


def test_who_pauses_has_not_stopped() -> None:
    pause = Pause(DAY + timedelta(weeks=2), None)
    assert chances(seen("NN", pauses=(pause,))).stops == PUBLISHED.stops, "two weeks do not tell"
    assert chances(seen("NNN", pauses=(Pause(DAY + timedelta(weeks=3), None),))).stops == 0
    # Weeks 3 to 6 are paused: the visits of the third and fourth week lie in the seventh and eighth.
    over = seen(
        "NN    NN".replace(" ", "E"), pauses=(Pause(DAY + timedelta(weeks=2), DAY + timedelta(weeks=6, days=-1)),)
    )
    over = over._replace(visits=[visit for visit in over.visits if visit.outcome != EXCUSED])
    # Before weeks 2, 3 and 4 they went on, and before week 5 they stopped.
    assert chances(over).stops == 250


def test_a_move_to_a_longer_version_makes_the_program_longer() -> None:
    """After 12 weeks without a move nobody is expected; 24 weeks of the other version are not over."""
    longer = preset("higgins-voucher")
    longer["tracks"][0]["phases"][0]["weeks"] = [1, 24]
    moves = (Move(DAY + timedelta(weeks=6), parse(longer)),)
    late = DAY + timedelta(weeks=30)
    assert chances(seen("N" * 12, until=late), last_day=late).stops == 0
    # They went on before weeks 2 to 12 and stopped before week 13.
    assert chances(seen("N" * 12, until=late, moves=moves), last_day=late).stops == 83


@pytest.mark.parametrize(
    ("name", "band"),
    [
        # Three visits a week, and two: 50 of 1,000 of a chance, which is about four standard deviations of 5,000 clients.
        ("higgins-voucher", 50), ("va-prize", 50),
        # One a week: two missed in a row look like a stop at first, and missed ones before a stop like a part of it.
        ("weekly-opioid", 150),
    ],
)  # fmt: skip
def test_what_is_invented_is_observed_again(name: str, band: int) -> None:
    """The chances that made 5,000 clients come out of their visits, each within so many of 1,000 of itself."""
    of, assumptions = schedule(name), replace(USUAL, stops=56)
    timeline = timeline_of(START, of)
    last_day = timeline.last_day()
    assert last_day is not None
    enrollments = []
    for visits, weeks in visits_by_chance(of, assumptions, 5_000, SEED):
        came = [SeenVisit(one.behavior, one.day, one.outcome, True, one.outcome in (MET, POSITIVE)) for one in visits]
        # Who has stopped is recorded as absent for three weeks more.
        absent = [
            SeenVisit(of.tracks[0].behavior, START + timedelta(weeks=weeks + n), UNEXCUSED, True, False)
            for n in range(min(3, of.last_week - weeks))
        ]
        enrollments.append(SeenEnrollment(timeline, last_day, [*came, *absent]))
    found = observed(enrollments, START, last_day, None).assumptions
    for key in ("first", "after_negative", "after_other", "excused", "missed", "stops"):
        was, now = getattr(assumptions, key), getattr(found, key)
        assert abs(now - was) <= max(was * band / 1000, 4), f"{key}: {was} became {now}"


def test_attendance_is_counted_apart_from_tests() -> None:
    found = observed([seen("AAXA", is_test=False)], DAY, DAY + timedelta(weeks=4), None)
    assert (found.tests, found.assumptions.attends, found.assumptions.first) == (0, 750, PUBLISHED.first)


def test_without_anything_to_go_by_the_published_chances_hold() -> None:
    assert observed([], DAY, LATER, None).assumptions == PUBLISHED


def test_the_share_that_is_spent_a_week() -> None:
    # 100 points a week were spent while clients had 100: half of what they had each time.
    assert weekly_share_spent(2600, 26, 100) == 500
    assert weekly_share_spent(0, 26, 100) == 0
    assert weekly_share_spent(0, 26, 0) is None
