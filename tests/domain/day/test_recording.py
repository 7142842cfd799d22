"""From what staff say of a slot to the visit that is recorded, or to a note alone."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from cm_tracker.domain.day.recording import Said, check_way, is_paid_for, minutes_between, minutes_needed, visit_of
from cm_tracker.domain.day.slots import Slot
from cm_tracker.domain.schedules.schedule import Track, parse
from cm_tracker.domain.visits.evidence import Absence, Collection, NewVisit, Presence, Test
from cm_tracker.domain.visits.panels import KitLot, Panel, Strip
from tests.domain.day.weeks import TWO_TRACKS
from tests.domain.refused import sentences
from tests.domain.schedules.documents import document, phase, track

NOON = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
URINE, GROUPS = parse(TWO_TRACKS).tracks
GROUP = Slot(7, 10, TODAY, NOON, 120, "groups", False, 1, None)
TEST = Slot(7, 30, TODAY, NOON, 20, "urine", True, 1, None)
BREATH = parse(document(track(phase(), evidence="breath_test", target=[]))).tracks[0]
CO = parse(
    document(
        track(phase(), evidence="reading", target=[], reading={"unit": "ppm", "at_most": 6}),
        format="cm-schedule/2",
    )
).tracks[0]
LOT = KitLot(4, "A1", date(2026, 3, 2), date(2026, 1, 1))
CUP = Panel(3, "Cup", (Strip("cocaine", 150), Strip("thc", 50)), LOT)


def said(slot: Slot, of: Track | None, way: str, today: date = TODAY) -> list[str]:
    return sentences(lambda: check_way(slot, of, way, today))


def test_a_slot_is_recorded_in_the_ways_that_belong_to_it() -> None:
    assert said(GROUP, GROUPS, "attended") == said(GROUP, None, "attended") == []
    assert said(TEST, URINE, "negative") == said(TEST, BREATH, "negative") == []
    for way in ("excused", "absent"):
        assert said(TEST, URINE, way) == said(GROUP, GROUPS, way) == []


def test_other_ways_are_refused() -> None:
    negative = "Nothing of this visit can be negative. Open its form."
    assert said(GROUP, GROUPS, "negative") == said(GROUP, None, "negative") == said(TEST, CO, "negative") == [negative]
    assert said(TEST, URINE, "attended") == ["This visit is for a test. Record its result."]
    assert said(TEST, URINE, "arrived") == ["Say what happened."]
    assert said(GROUP, GROUPS, "attended", date(2026, 3, 1)) != []


@pytest.mark.parametrize(
    "arrived, left, minutes",
    [
        (None, None, None),
        (-10, None, 120),
        (0, None, 120),
        (12, None, 108),
        (None, 70, 70),
        (12, 70, 58),
        (None, 130, 120),
        (130, None, 0),
        (None, -5, 0),
    ],
)
def test_the_minutes_between_arriving_and_leaving(arrived: int | None, left: int | None, minutes: int | None) -> None:
    at = [None if one is None else NOON + timedelta(minutes=one) for one in (arrived, left)]
    assert minutes_between(GROUP, *at) == minutes


def test_nobody_leaves_before_they_arrive() -> None:
    assert sentences(lambda: minutes_between(GROUP, NOON + timedelta(minutes=30), NOON)) == [
        "The client left before they arrived. Correct one of the times."
    ]


def test_of_an_odd_length_the_minutes_needed_are_rounded_up() -> None:
    assert [minutes_needed(minutes) for minutes in (120, 50, 45, 1)] == [90, 38, 34, 1]


def test_three_quarters_of_a_session_are_paid() -> None:
    assert is_paid_for(GROUP, None)
    assert is_paid_for(GROUP, 90)
    assert not is_paid_for(GROUP, 89)


def visit(slot: Slot, of: Track | None, way: str, **more: Any) -> NewVisit | None:
    others = {name: more.pop(name) for name in ("minutes", "panel") if name in more}
    return visit_of(slot, of, Said(way, **more), now=NOON, **others)


def test_who_attends_is_recorded_with_the_time_of_arrival() -> None:
    assert visit(GROUP, GROUPS, "attended", arrived_at=NOON) == NewVisit("groups", TODAY, Presence(), collected_at=NOON)


def test_who_leaves_too_early_has_attended_and_loses_nothing() -> None:
    assert visit(GROUP, GROUPS, "attended", minutes=89) is None


def test_a_slot_that_counts_for_no_track_is_only_noted() -> None:
    for way in ("attended", "absent"):
        assert visit(GROUP, None, way) is None
    assert visit(GROUP, None, "excused", excuse="court") is None


def test_an_absence_is_excused_with_its_reason_or_not_at_all() -> None:
    assert visit(GROUP, GROUPS, "absent") == NewVisit("groups", TODAY, Absence(None))
    assert visit(TEST, URINE, "excused", excuse="court") == NewVisit("urine", TODAY, Absence("court"))
    assert visit(TEST, URINE, "excused", excuse="other", note="Snow") == NewVisit(
        "urine", TODAY, Absence("other"), note="Snow"
    )
    assert sentences(lambda: visit(GROUP, GROUPS, "excused")) == ["Choose the reason for the excuse."]
    assert sentences(lambda: visit(GROUP, None, "excused", excuse="other", note=" ")) == [
        "Enter the reason in the note."
    ]


def test_all_strips_of_the_cup_are_negative_and_the_cup_is_in_range() -> None:
    assert visit(TEST, URINE, "negative", panel=CUP) == NewVisit(
        "urine",
        TODAY,
        Test({"cocaine": "negative", "thc": "negative"}, temperature="in_range"),
        collected_at=NOON,
        read_at=NOON,
        asked=("cocaine", "thc"),
        collection=Collection(panel_id=3, kit_lot_id=4),
    )


def test_without_a_cup_what_the_schedule_asks_for_is_negative() -> None:
    found = visit(TEST, URINE, "negative")
    assert found is not None
    assert (found.evidence, found.collection) == (
        Test({"cocaine": "negative"}, temperature="in_range"),
        Collection(),
    )


def test_a_breath_test_has_no_cup_and_no_temperature() -> None:
    found = visit(TEST, BREATH, "negative", panel=CUP)
    assert found is not None
    assert (found.evidence, found.collection) == (Test({"breath": "negative"}), Collection())


def test_a_lot_that_has_expired_is_not_used() -> None:
    late = replace(TEST, on_day=date(2026, 3, 3))
    assert sentences(lambda: visit(late, URINE, "negative", panel=CUP)) == [
        "The kit's lot A1 expired on Mar 2, 2026. Enter the lot that is in use."
    ]
    assert visit(late, URINE, "negative", panel=replace(CUP, lot=None)) is not None
