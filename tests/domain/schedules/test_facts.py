"""What a schedule tests, how often, what it pays, how long and at what cost: typed by hand from its document."""

from typing import Any

import pytest

from cm_tracker.domain.schedules.analytes import ANALYTES
from cm_tracker.domain.schedules.facts import Facts, Often, facts_of
from cm_tracker.domain.schedules.schedule import parse
from tests.domain.schedules.documents import document, phase, track

BOWL = {"name": "Bowl", "slips": [{"tier": "good_job", "count": 2, "cents": 0}, {"tier": "small", "count": 1, "cents": 100}]}  # fmt: skip


def facts(*tracks: dict[str, Any], named: dict[str, str] | None = None, **more: Any) -> Facts:
    return facts_of(parse(document(*tracks, format="cm-schedule/2", **more)), named)


def test_the_facts_of_a_ladder_of_points() -> None:
    # 10, 15, 20 and 25 points of 25 cents.
    assert facts(track(phase((1, 2)))) == Facts(
        tested=("stimulants",),
        analytes=("cocaine",),
        often=((Often(2, 1),),),
        visits_a_week=2,
        weeks=2,
        pays=("points",),
        points_cents=17_50,
        draws=0,
        draws_cents=0,
        currency="USD",
        visits=(10, 15, 20, 25),
        values=(10, 25),
        first=10,
        point_value_cents=25,
    )


def test_visits_show_what_is_paid_with_bonuses_and_values_what_the_ladder_pays() -> None:
    found = facts(track(phase((1, 2), run_bonus={"every": 3, "amount": 40})))
    assert (found.visits, found.values) == ((10, 15, 60, 25), (10, 25))


def test_weeks_without_pay_are_shown_and_are_no_value_of_the_ladder() -> None:
    washout = phase((1, 1), base=0, step=0, pays_nothing=True)
    found = facts(track(washout, phase((2, 2))))
    assert (found.visits, found.values) == ((0, 0, 10, 15), (10, 15))


def test_a_visit_without_a_place_is_not_shown() -> None:
    assert facts(track(most_paid=3)).visits == (10, 15, 20)


def test_what_a_ceiling_cuts_is_shown_as_it_is_paid() -> None:
    found = facts(track(phase((1, 2))), ceilings=[{"scope": "enrollment", "cents": 7_50}])
    assert (found.visits, found.values) == ((10, 15, 5, 0), (10, 25))


def test_a_scale_has_every_one_of_its_amounts_as_a_value() -> None:
    scale = {
        "unit": "ppm",
        "scale": [{"at_most": 3, "amount": 40}, {"at_most": 6, "amount": 8}, {"at_most": 9, "amount": 20}],
    }
    found = facts(track(phase((1, 1)), evidence="reading", target=[], reading=scale))
    assert (found.visits, found.values) == ((40, 40), (8, 40))


def test_visits_of_points_and_of_draws_are_not_shown_together() -> None:
    found = facts(track(), track(behavior="other", pays="draws"), bowl=BOWL)
    assert (found.visits, found.values) == ((), ())


def test_draws_cost_what_they_are_worth_on_average() -> None:
    found = facts(track(phase((1, 2), base=1, step=1), pays="draws"), bowl=BOWL)
    # 1 + 2 + 3 + 4 draws; a slip in three is worth a dollar.
    assert (found.pays, found.draws, found.draws_cents, found.points_cents) == (("draws",), 10, 3_33, 0)


def test_points_and_draws_cost_their_sum() -> None:
    draws = track(phase((1, 2), base=1, step=1), behavior="other", pays="draws")
    found = facts(draws, track(phase((1, 2))), bowl=BOWL)
    assert (found.pays, found.cents) == (("points", "draws"), 20_83)


def test_a_ceiling_is_the_most_that_it_costs() -> None:
    assert facts(track(phase((1, 2))), ceilings=[{"scope": "enrollment", "cents": 12_00}]).cents == 12_00


@pytest.mark.parametrize(
    ("target", "tested"),
    [
        (["thc"], ("cannabis",)),
        (["alcohol", "stimulant"], ("stimulants", "alcohol")),
        (["fentanyl"], ("opioids",)),
        (["ketamine"], ("other_drugs",)),
        (["etg"], ("alcohol",)),
        (["cotinine"], ("smoking",)),
    ],
)
def test_a_drug_test_says_which_drugs(target: list[str], tested: tuple[str, ...]) -> None:
    assert facts(track(target=target)).tested == tested


def test_every_analyte_of_the_list_has_a_kind() -> None:
    others = {one.name for one in ANALYTES if facts(track(target=[one.name])).tested == ("other_drugs",)}
    assert others == {
        "barbiturate", "benzodiazepine", "gabapentin", "ketamine", "kratom", "phencyclidine", "sedative", "tricyclic",
        "xylazine",
    }  # fmt: skip


def test_the_target_of_a_phase_is_tested_and_that_of_a_side_bonus_need_not_be() -> None:
    side = {"also_negative": ["opioid"], "amount": 1}
    found = facts(track(phase(), phase((5, 6), target=["thc"]), side_bonus=side))
    assert (found.tested, found.analytes) == (("stimulants", "cannabis"), ("cocaine", "thc"))


def test_an_analyte_that_is_named_is_looked_for_in_urine_and_a_kind_is_not() -> None:
    by_number = {"evidence": "reading", "target": [], "reading": {"unit": "ng/mL", "at_most": 300}}
    assert facts(track(**by_number), named={"goal": "cocaine"}).analytes == ("cocaine",)
    assert facts(track(**by_number), named={"goal": "alcohol"}).analytes == ()


@pytest.mark.parametrize(
    ("more", "named", "tested"),
    [
        ({"evidence": "attendance"}, {}, ("attendance",)),
        ({"evidence": "activity"}, {}, ("goals",)),
        ({"evidence": "breath_test"}, {}, ()),
        ({"evidence": "breath_test"}, {"goal": "alcohol"}, ("alcohol",)),
        ({"evidence": "attendance"}, {"goal": "medication"}, ("medication",)),
        ({"evidence": "attendance"}, {"other": "medication"}, ("attendance",)),
        ({"evidence": "reading", "reading": {"unit": "ppm", "at_most": 6}}, {}, ("smoking",)),
        ({"evidence": "reading", "reading": {"unit": "ng/mL", "at_most": 300}}, {}, ()),
        (
            {"evidence": "reading", "reading": {"unit": "ng/mL", "at_most": 300}},
            {"goal": "stimulants"},
            ("stimulants",),
        ),
    ],
)
def test_what_a_document_does_not_say_can_be_named(
    more: dict[str, Any], named: dict[str, str], tested: tuple[str, ...]
) -> None:
    assert facts(track(target=[], **more), named=named).tested == tested


def test_attended_hours_are_attendance() -> None:
    assert facts(track(phase(visits_per_week=1), evidence="hours", hours=9, target=[])).tested == ("attendance",)


def test_how_often_changes_with_the_phases_and_is_said_once_where_it_does_not() -> None:
    phases = [phase((1, 4)), phase((5, 6)), phase((7, 8), visits_per_week=1), phase((9, 12), visits_per_week=3, period_weeks=4)]  # fmt: skip
    found = facts(track(*phases))
    assert found.often == ((Often(2, 1), Often(1, 1), Often(3, 4)),)
    assert (found.visits_a_week, found.weeks) == (2, 12)


def test_visits_of_two_weeks_are_rounded_up_to_those_of_a_week() -> None:
    assert facts(track(phase((1, 2), visits_per_week=9, period_weeks=2))).visits_a_week == 5


def test_tracks_with_the_same_visits_are_said_once_and_others_apart() -> None:
    same = facts(track(), track(behavior="other"))
    assert same.often == ((Often(2, 1),),)
    apart = facts(track(), track(phase(visits_per_week=1), behavior="other"))
    assert apart.often == ((Often(2, 1),), (Often(1, 1),))
    assert apart.visits_a_week == 2


def test_visits_that_are_limited_are_counted_in_all() -> None:
    assert facts(track(most_paid=3)).often == ((Often(3, None),),)
    assert facts(track(phase(most_paid=2), phase((5, 6), most_paid=1))).often == ((Often(3, None),),)
    assert facts(track(phase(most_paid=2), phase((5, 6)))).often == ((Often(2, 1),),)
    assert facts(track(phase(most_paid=9), most_paid=4)).often == ((Often(4, None),),)


def test_limited_tracks_are_counted_together_and_a_limited_one_beside_another_is_not() -> None:
    two = track(phase(most_paid=2), behavior="other")
    assert facts(track(most_paid=3), two).often == ((Often(5, None),),)
    assert facts(track(), two).often == ((Often(2, 1),), (Often(2, None),))


def test_the_currency_is_that_of_the_document() -> None:
    assert facts(track(), currency="GBP").currency == "GBP"
