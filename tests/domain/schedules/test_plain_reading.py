"""Random documents of both formats: the engine and a second reading of the rules say the same of every visit.

`plain_reading` was written from docs/schedules.md and shares no code with the engine.
"""

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cm_tracker.domain.schedules.check import problems
from cm_tracker.domain.schedules.engine import Visit, replay
from cm_tracker.domain.schedules.outcomes import ALL, MET, POSITIVE
from cm_tracker.domain.schedules.schedule import parse
from cm_tracker.domain.schedules.timeline import Move, Pause
from tests.domain.schedules.documents import START, document, phase, track
from tests.domain.schedules.plain_reading import read_plainly

AMOUNTS = st.integers(0, 30)
RESETS = st.lists(st.sampled_from(["positive", "unexcused", "refused", "tampered"]), unique=True)
RULES = st.one_of(
    st.fixed_dictionaries({"unit": st.just("ppm"), "at_most": st.integers(0, 8)}),
    st.fixed_dictionaries(
        {
            "unit": st.just("ppm"),
            "at_most": st.integers(0, 8),
            "percentile": st.integers(1, 4).flatmap(
                lambda of_last: st.fixed_dictionaries({"of_last": st.just(of_last), "rank": st.integers(1, of_last)})
            ),
        }
    ),
    st.fixed_dictionaries(
        {"unit": st.just("ppm"), "at_most": st.integers(0, 8), "falls_by_percent": st.integers(1, 100)}
    ),
    st.lists(st.tuples(st.integers(0, 20), AMOUNTS), min_size=1, max_size=3, unique_by=lambda step: step[0]).map(
        lambda steps: {"unit": "ppm", "scale": [{"at_most": x, "amount": a} for x, a in sorted(steps)]}
    ),
)


@st.composite
def phases(draw: st.DrawFn, evidence: str, resets: list[str], on_dilute: str) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    first = 1
    for _ in range(draw(st.integers(1, 3))):
        last = first + draw(st.integers(0, 4))
        one = phase(
            (first, last),
            visits_per_week=draw(st.integers(1, 4)),
            base=draw(AMOUNTS),
            step=draw(st.integers(0, 9)),
            rises=draw(st.sampled_from(["visit", "week"])),
            cap=None,
            run_bonus=draw(st.none() | st.fixed_dictionaries({"every": st.integers(1, 4), "amount": AMOUNTS})),
            carry_level=draw(st.booleans()),
        )
        first = last + 1
        if draw(st.integers(0, 5)) == 0:
            made.append({**one, "base": 0, "step": 0, "run_bonus": None, "pays_nothing": True})
            continue
        one["cap"] = draw(st.none() | st.integers(one["base"], one["base"] + 30))
        own_resets = draw(st.none() | RESETS)
        if draw(st.booleans()):
            for key in ("base", "step", "cap"):
                del one[key]
            values = draw(st.lists(AMOUNTS, min_size=1, max_size=5))
            can_reset = (resets if own_resets is None else own_resets) or on_dilute != "hold"
            one["values"] = sorted(values) if can_reset else values
        if own_resets is not None:
            one["reset_on"] = own_resets
        one |= {
            "period_weeks": draw(st.integers(1, 3)),
            "week_bonus": draw(st.none() | AMOUNTS),
            "most_paid": draw(st.none() | st.integers(1, 5)),
        }
        if evidence == "reading" and draw(st.booleans()):
            one["reading"] = draw(RULES)
        made.append(one)
    return made


@st.composite
def tracks(draw: st.DrawFn, behavior: str) -> dict[str, Any]:
    evidence = draw(st.sampled_from(["attendance", "reading"]))
    resets, on_dilute = draw(RESETS), draw(st.sampled_from(["hold", "reset", "reset_if_repeated"]))
    made = track(
        *draw(phases(evidence, resets, on_dilute)),
        behavior=behavior,
        evidence=evidence,
        target=[],
        reset_on=resets,
        on_dilute=on_dilute,
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
        min_hours_between=draw(st.none() | st.integers(1, 60)),
        start_level=draw(st.integers(0, 6)),
        reset_to=draw(st.just("zero") | st.fixed_dictionaries({"drop": st.integers(1, 4)})),
        most_paid=draw(st.none() | st.integers(1, 12)),
    )
    return {**made, "reading": draw(RULES)} if evidence == "reading" else made


CEILINGS = st.lists(
    st.one_of(
        st.fixed_dictionaries(
            {
                "scope": st.sampled_from(["award", "month", "calendar_year", "enrollment", "lifetime"]),
                "cents": st.integers(0, 6000),
            }
        ),
        st.fixed_dictionaries(
            {"scope": st.just("year_from"), "from": st.sampled_from(["01-15", "02-01"]), "cents": st.integers(0, 6000)}
        ),
        st.fixed_dictionaries({"scope": st.just("rolling"), "days": st.integers(1, 20), "cents": st.integers(0, 3000)}),
    ),
    max_size=3,
    unique_by=lambda ceiling: (ceiling["scope"], ceiling.get("from"), ceiling.get("days")),
)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    return document(
        *[draw(tracks(behavior)) for behavior in ("first", "second")[: draw(st.integers(1, 2))]],
        format="cm-schedule/2",
        ceilings=draw(CEILINGS),
    )


@st.composite
def visits(draw: st.DrawFn, *documents: dict[str, Any], paused: tuple[tuple[date, date], ...] = ()) -> list[Any]:
    behaviors = sorted({track["behavior"] for doc in documents for track in doc["tracks"]})
    found = []
    for offset in draw(st.lists(st.integers(0, 80), max_size=30)):
        day = START + timedelta(days=offset)
        if any(first <= day <= last for first, last in paused):
            continue
        behavior = draw(st.sampled_from(behaviors))
        reads = {
            track["evidence"] == "reading"
            for doc in documents
            for track in doc["tracks"]
            if track["behavior"] == behavior
        }
        is_read = reads == {True} and draw(st.booleans())
        outcomes = [outcome for outcome in ALL if True not in reads or outcome not in (MET, POSITIVE)]
        found.append(
            {
                "date": day,
                "behavior": behavior,
                "outcome": None
                if is_read
                else draw(st.sampled_from([*outcomes, *([MET] * 8 if True not in reads else [])])),
                "reading": draw(st.integers(0, 25)) if is_read else None,
                "also_negative": False,
                "minute": draw(st.none() | st.integers(0, 1439)),
            }
        )
    return found


def by_engine(doc: dict[str, Any], listed: list[dict[str, Any]], **more: Any) -> list[dict[str, Any]]:
    found = replay(
        parse(doc),
        START,
        [
            Visit(
                visit["date"], visit["behavior"], visit["outcome"] or "", visit["also_negative"], visit["minute"],
                reading=visit["reading"],
            )
            for visit in listed
        ],
        **more,
    ).results  # fmt: skip
    return [
        {name: value for name, value in result._asdict().items() if name not in ("ref", "level_after")}
        for result in found
    ]


@given(st.data())
def test_the_engine_agrees_with_a_second_reading(data: st.DataObject) -> None:
    doc = data.draw(documents())
    assert problems(doc) == ()
    listed = data.draw(visits(doc))
    prior = data.draw(st.integers(0, 2000))
    plain = read_plainly(doc, START, listed, prior_cents=prior)
    for engine, second in zip(by_engine(doc, listed, prior_cents=prior), plain, strict=True):
        assert engine == {name: second[name] for name in engine}


@st.composite
def pauses(draw: st.DrawFn) -> tuple[tuple[date, date], ...]:
    found = []
    for first, length in draw(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 20)), max_size=3)):
        found.append((START + timedelta(days=first), START + timedelta(days=first + length)))
    return tuple(found)


@given(st.data())
def test_the_engine_agrees_with_a_second_reading_where_the_enrollment_is_paused(data: st.DataObject) -> None:
    doc, paused = data.draw(documents()), data.draw(pauses())
    listed = data.draw(visits(doc, paused=paused))
    plain = read_plainly(doc, START, listed, pauses=paused)
    by_day = by_engine(doc, listed, pauses=[Pause(*days) for days in paused])
    for engine, second in zip(by_day, plain, strict=True):
        assert engine == {name: second[name] for name in engine}


@given(st.data())
def test_the_engine_agrees_with_a_second_reading_where_the_enrollment_is_moved(data: st.DataObject) -> None:
    """A visit of a behavior that the version of its day lacks has no ladder: only what it pays is compared."""
    first, other = data.draw(documents()), data.draw(documents())
    from_day = START + timedelta(days=data.draw(st.integers(1, 60)))
    listed = sorted(data.draw(visits(first, other)), key=lambda visit: visit["date"])
    plain = read_plainly(first, START, listed, moves=[(from_day, other)])
    by_day = by_engine(first, listed, moves=[Move(from_day, parse(other))])
    for visit, engine, second in zip(listed, by_day, plain, strict=True):
        version = first if visit["date"] < from_day else other
        if all(track["behavior"] != visit["behavior"] for track in version["tracks"]):
            engine = {name: engine[name] for name in ("n", "week", "why", "due", "paid", "cents", "next_due")}
        assert engine == {name: second[name] for name in engine}
