"""What must be true of every schedule and every list of visits."""

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cm_tracker.domain.schedules.engine import Visit, replay
from cm_tracker.domain.schedules.outcomes import ALL
from cm_tracker.domain.schedules.schedule import parse
from tests.domain.schedules.documents import START, document, phase, track

amounts = st.integers(0, 60)


@st.composite
def documents(draw: st.DrawFn, rises: tuple[str, ...] = ("visit", "week")) -> dict[str, Any]:
    phases: list[dict[str, Any]] = []
    first = 1
    for _ in range(draw(st.integers(1, 3))):
        last = first + draw(st.integers(0, 3))
        base = draw(amounts)
        phases.append(
            phase(
                (first, last),
                visits_per_week=draw(st.integers(1, 5)),
                base=base,
                step=draw(st.integers(0, 12)),
                rises=draw(st.sampled_from(rises)),
                cap=draw(st.none() | st.integers(base, base + 80)),
                run_bonus=draw(st.none() | st.fixed_dictionaries({"every": st.integers(1, 4), "amount": amounts})),
                carry_level=draw(st.booleans()),
            )
        )
        first = last + 1
    return document(
        track(
            *phases,
            reset_on=draw(st.lists(st.sampled_from(["positive", "unexcused", "refused", "tampered"]), unique=True)),
            restore=draw(
                st.none()
                | st.fixed_dictionaries(
                    {
                        "after": st.integers(1, 4),
                        "takes_effect": st.sampled_from(["next", "same"]),
                        "to": st.sampled_from(["last_paid", "next_due"]),
                    }
                )
            ),
            restore_week_rises=draw(st.booleans()),
            on_dilute=draw(st.sampled_from(["hold", "reset", "reset_if_repeated"])),
            side_bonus=draw(st.none() | st.just({"also_negative": ["thc"], "amount": 3})),
            min_hours_between=draw(st.none() | st.integers(1, 96)),
        ),
        point_value_cents=draw(st.sampled_from([1, 25, 50])),
        ceilings=draw(
            st.lists(
                st.fixed_dictionaries(
                    {
                        "scope": st.sampled_from(["award", "month", "calendar_year", "enrollment"]),
                        "cents": st.integers(0, 4000),
                    }
                ),
                unique_by=lambda ceiling: str(ceiling["scope"]),
                max_size=4,
            )
        ),
    )


visit_lists = st.lists(
    st.tuples(
        st.integers(-3, 90).map(lambda day: START + timedelta(days=day)),
        st.just("goal"),
        st.sampled_from(ALL),
        st.booleans(),
        st.none() | st.integers(0, 1439),
    ).map(lambda values: Visit(*values)),
    max_size=40,
)


@given(documents(), visit_lists)
def test_a_later_visit_never_changes_an_earlier_result(doc: dict[str, Any], visits: list[Visit]) -> None:
    schedule = parse(doc)
    visits = sorted(visits, key=lambda visit: visit.day)
    whole = replay(schedule, START, visits).results
    for n in range(len(visits)):
        assert replay(schedule, START, visits[:n]).results == whole[:n]


@given(
    documents(rises=("visit",)), visit_lists, st.integers(-3, 90), st.sampled_from(["excused", "pending", "disputed"])
)
def test_under_a_per_visit_ladder_a_held_visit_changes_no_other_amount(
    doc: dict[str, Any], visits: list[Visit], day: int, outcome: str
) -> None:
    schedule = parse(doc)
    held = Visit(START + timedelta(days=day), "goal", outcome, ref=1)
    without = replay(schedule, START, visits).results
    with_it = [result for result in replay(schedule, START, [*visits, held]).results if result.ref != 1]
    assert [result.paid for result in with_it] == [result.paid for result in without]


@given(documents(), visit_lists)
def test_no_amount_is_negative(doc: dict[str, Any], visits: list[Visit]) -> None:
    for result in replay(parse(doc), START, visits).results:
        assert min(result[4:11]) >= 0 and result.cents >= 0 and result.next_due >= 0
        assert result.paid <= result.due


@given(documents(), visit_lists)
def test_no_ceiling_is_ever_passed(doc: dict[str, Any], visits: list[Visit]) -> None:
    found = replay(parse(doc), START, visits).results
    days = [visit.day for visit in sorted(visits, key=lambda visit: visit.day)]
    for ceiling in doc["ceilings"]:
        keys = {
            "award": lambda n: n,
            "month": lambda n: (days[n].year, days[n].month),
            "calendar_year": lambda n: days[n].year,
            "enrollment": lambda n: 0,
        }
        sums: dict[Any, int] = {}
        for n, result in enumerate(found):
            place = keys[ceiling["scope"]](n)
            sums[place] = sums.get(place, 0) + result.cents
        assert all(cents <= ceiling["cents"] for cents in sums.values())


@given(documents(), visit_lists)
def test_a_ceiling_does_not_move_the_ladder(doc: dict[str, Any], visits: list[Visit]) -> None:
    free = replay(parse({**doc, "ceilings": []}), START, visits).results
    cut = replay(parse(doc), START, visits).results
    assert [(r.level, r.run, r.due, r.why) for r in cut] == [(r.level, r.run, r.due, r.why) for r in free]


@given(documents(), visit_lists)
def test_replaying_twice_is_the_same(doc: dict[str, Any], visits: list[Visit]) -> None:
    schedule = parse(doc)
    assert replay(schedule, START, visits).results == replay(schedule, START, visits).results


@given(documents(), visit_lists)
def test_the_next_met_visit_earns_what_next_due_promised(doc: dict[str, Any], visits: list[Visit]) -> None:
    """The promise excludes ceilings and the side bonus, so it is compared with the amount before them."""
    doc = {**doc, "ceilings": []}
    doc["tracks"][0]["min_hours_between"] = None
    schedule = parse(doc)
    visits = [visit for visit in visits if visit.day >= START]
    if not visits:
        return
    found = replay(schedule, START, visits)
    last = max(visits, key=lambda visit: visit.day)
    phase_now = schedule.tracks[0].phase_in(found.results[-1].week)
    in_week = sum(1 for result in found.results if result.week == found.results[-1].week)
    if phase_now is None:
        return
    same_week = in_week < phase_now.visits_per_week
    week = found.results[-1].week + (0 if same_week else 1)
    day = last.day if same_week else START + timedelta(days=7 * (week - 1))
    then = replay(schedule, START, [*visits, Visit(day, "goal", "met")]).results[-1]
    assert then.due == found.results[-1].next_due
