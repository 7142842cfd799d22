"""Invented clients: what three of them get visit by visit, what a client costs, and what a ceiling cuts."""

from cm_tracker.domain.schedules.invented import (
    ABSENT,
    LAPSE,
    PERFECT,
    bonus_that_fits,
    costs,
    invented_clients,
)
from cm_tracker.domain.schedules.outcomes import EXCUSED, MET, POSITIVE, UNEXCUSED
from cm_tracker.domain.schedules.schedule import parse
from cm_tracker.domain.schedules.standard_bowl import STANDARD_BOWL, average_cents, bowl_facts
from tests.domain.schedules.documents import document, phase, track

CEILING = [{"scope": "enrollment", "cents": 1000}]


def test_three_clients_are_replayed_visit_by_visit() -> None:
    """Two weeks of three visits: 10 points and 5 more after each, a point is worth 25 cents."""
    schedule = parse(document(track(phase((1, 2), visits_per_week=3))))
    perfect, lapse, absent = invented_clients(schedule, schedule.tracks[0])
    assert [client.kind for client in (perfect, lapse, absent)] == [PERFECT, LAPSE, ABSENT]
    assert [result.paid for result in perfect.results] == [10, 15, 20, 25, 30, 35]
    assert perfect.cents == 135 * 25
    assert [result.outcome for result in lapse.results] == [MET, MET, POSITIVE, MET, MET, MET]
    assert [result.paid for result in lapse.results] == [10, 15, 0, 10, 15, 20]
    assert lapse.week_of_lapse == 1
    assert [result.outcome for result in absent.results] == [MET, MET, MET, UNEXCUSED, MET, MET]
    assert absent.missed == 1 and absent.cents == (10 + 15 + 20 + 10 + 15) * 25


def test_who_is_often_absent_is_excused_now_and_then() -> None:
    schedule = parse(document(track(phase((1, 6), visits_per_week=3))))
    absent = invented_clients(schedule, schedule.tracks[0])[2]
    assert [n for n, result in enumerate(absent.results, 1) if result.outcome == EXCUSED] == [18]
    assert [n for n, result in enumerate(absent.results, 1) if result.outcome == UNEXCUSED] == [4, 8, 12, 16]


def test_a_ceiling_says_whom_it_cuts_and_from_when_on() -> None:
    """$10 are 40 points: 10, 15, and 15 of the 20 of the third visit."""
    schedule = parse(document(track(phase((1, 2), visits_per_week=2)), ceilings=CEILING))
    perfect = invented_clients(schedule, schedule.tracks[0])[0]
    assert [result.paid for result in perfect.results] == [10, 15, 15, 0]
    assert (perfect.cut, perfect.ceiling_week) == (2, 2)


def test_what_a_client_costs_with_and_without_a_ceiling() -> None:
    cost = costs(parse(document(track(phase((1, 2), visits_per_week=2)), ceilings=CEILING)))
    assert (cost.most_cents, cost.most_without_ceilings_cents, cost.clients) == (1000, 70 * 25, 100)
    assert 0 < cost.expected_cents < 1000


def test_the_expected_cost_is_the_share_of_met_visits_where_all_pay_the_same() -> None:
    """62 of 100 first visits are met; in the long run p = 0.88 p + 0.46 (1 - p), so 46 of 58 are: 79 of 100."""
    flat = phase((1, 50), visits_per_week=4, base=1, step=0)
    cost = costs(parse(document(track(flat), point_value_cents=100)))
    assert cost.most_cents == 20_000
    assert 15_560 < cost.expected_cents < 16_160, "15,862 are expected, within two in a hundred"


def test_the_same_draft_costs_the_same_each_time() -> None:
    schedule = parse(document())
    assert costs(schedule) == costs(schedule)


def test_draws_count_what_they_are_worth_on_average() -> None:
    """Two weeks of one visit: 1 and 2 draws from the standard bowl, of which each is worth 221.8 cents."""
    draws = track(phase((1, 2), visits_per_week=1, base=1, step=1), pays="draws")
    cost = costs(parse(document(draws, bowl=dict(STANDARD_BOWL))))
    assert cost.most_cents == 665


def test_the_standard_bowl_has_500_slips_and_a_draw_is_worth_2_dollars_22() -> None:
    bowl = parse(document(track(pays="draws"), bowl=dict(STANDARD_BOWL))).bowl
    assert bowl is not None and (bowl.size, average_cents(bowl)) == (500, 222)
    assert bowl_facts(dict(STANDARD_BOWL)) == (500, 222)


def test_a_bowl_with_mistakes_has_no_worth() -> None:
    for wrong in (None, 1, {"slips": 1}, {"slips": []}, {"slips": [{"count": 1}]}, {"slips": [7]}):
        assert bowl_facts(wrong) is None


def test_the_largest_bonus_that_fits_under_a_ceiling_is_found() -> None:
    """Four visits pay 10 each, and 44 points fit: the bonus at every second may be 2, and not 3."""
    flat = phase((1, 2), visits_per_week=2, base=10, step=0, run_bonus={"every": 2, "amount": 9})
    schedule = parse(document(track(flat), ceilings=[{"scope": "enrollment", "cents": 44 * 25}]))
    assert bonus_that_fits(schedule, schedule.tracks[0]) == 2


def test_no_bonus_is_named_where_none_would_be_enough() -> None:
    flat = phase((1, 2), visits_per_week=2, base=10, step=0, run_bonus={"every": 2, "amount": 9})
    for of in (flat, phase((1, 2), base=10, step=0)):
        schedule = parse(document(track(of), ceilings=[{"scope": "enrollment", "cents": 30 * 25}]))
        assert bonus_that_fits(schedule, schedule.tracks[0]) is None
