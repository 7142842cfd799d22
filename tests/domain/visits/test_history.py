"""An enrollment's visits as they are now, out of the records that were written."""

from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from cm_tracker.domain.clients.events import EnrollmentEvent
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.schedules.schedule import parse
from cm_tracker.domain.visits.evidence import NOT_SAID, Collection, Specimen, Test
from cm_tracker.domain.visits.history import Cut, VisitSite
from cm_tracker.domain.visits.specimens import specimens_text
from cm_tracker.domain.visits.visit_records import records_by_visit
from tests.domain.schedules.documents import document, phase, track
from tests.domain.visits.histories import MIRIAM, ROSA, a_visit, enrollment

LEO = 2


def row(id: int, corrects_id: int | None = None, **more: Any) -> Any:
    """A row of the visit table."""
    values = {
        "behavior": "goal", "happened_on": date(2026, 3, 2), "day_place": 1, "outcome": "met", "excuse": None,
        "specimen": None, "temperature": None, "specimen_id": None, "collected_at": None, "read_at": None,
        "correction": None, "recorded_at": datetime(2026, 3, 2, tzinfo=UTC), "staff_id": ROSA,
        "saved_with_id": None, "site_id": 1, "time_zone": "America/New_York", "specimens": None, "panel_id": None,
        "kit_lot_id": None, "collected_by_id": None, "observed": None, "second_reader_id": None,
        "reading": None,
        "minutes_attended": None, "minutes_excused": None, "minutes_expected": None,
    }  # fmt: skip
    return SimpleNamespace(id=id, corrects_id=corrects_id, **{**values, **more})


def test_a_chain_of_corrections_is_one_visit_with_its_records_in_order() -> None:
    records = records_by_visit(
        [row(1), row(2), row(3, 1, correction="answered", outcome="positive"), row(4, 3, correction="voided")],
        [(3, "cocaine", "positive")],
    )
    assert {first: [record.newest_id for record in of_visit] for first, of_visit in records.items()} == {
        1: [1, 3, 4],
        2: [2],
    }
    assert [record.results for record in records[1]] == [{}, {"cocaine": "positive"}, {}]
    assert [record.is_current for record in records[1]] == [True, True, False]


def test_a_record_of_a_visit_says_what_its_row_says() -> None:
    at = datetime(2026, 3, 3, 14, tzinfo=UTC)
    first = row(1, happened_on=date(2026, 3, 2))
    second = row(
        2, 1, behavior="breath", happened_on=date(2026, 3, 3), day_place=2, outcome="excused", excuse="illness",
        specimen="leaked", temperature="not_read", specimen_id="U7", collected_at=at, read_at=at.replace(minute=5),
        correction="corrected", recorded_at=at.replace(minute=9), staff_id=MIRIAM, saved_with_id=1, site_id=4,
        time_zone="America/Chicago", panel_id=5, kit_lot_id=6, collected_by_id=7, observed="yes", second_reader_id=8,
        specimens=specimens_text((Specimen(Test(specimen="dilute"), "U6"), Specimen(Test(specimen="leaked"), "U7"))),
    )  # fmt: skip
    _, found = records_by_visit([first, second], [(2, "breath", "pending")])[1]
    assert (found.id, found.newest_id, found.behavior, found.happened_on) == (1, 2, "breath", date(2026, 3, 3))
    assert (found.day_place, found.outcome, found.excuse, found.correction) == (2, "excused", "illness", "corrected")
    assert (found.specimen, found.temperature, found.specimen_id) == ("leaked", "not_read", "U7")
    assert (found.collected_at, found.read_at, found.recorded_at) == (at, at.replace(minute=5), at.replace(minute=9))
    assert (found.staff_id, found.makers, found.saved_with_id) == (MIRIAM, {ROSA, MIRIAM}, 1)
    assert (found.site, found.results) == (VisitSite(4, "America/Chicago"), {"breath": "pending"})
    assert found.collection == Collection(5, 6, 7, "yes", 8)
    assert (found.specimen_ids, found.deciding_place) == (("U6", "U7"), 2)


def test_one_of_the_things_about_a_specimen_is_enough_and_none_is_not_said() -> None:
    said = [records_by_visit([row(1, **one)], [])[1][0].collection for one in ({"panel_id": 5}, {"observed": "no"}, {})]
    assert said == [Collection(panel_id=5), Collection(observed="no"), NOT_SAID]


@pytest.mark.parametrize(
    ("corrections", "makers"),
    [
        ([], {ROSA}),
        ([("answered", LEO)], {ROSA}),
        ([("corrected", MIRIAM)], {ROSA, MIRIAM}),
        ([("corrected", MIRIAM), ("corrected", 4)], {ROSA, 4}),
        ([("voided", MIRIAM), ("again", LEO)], {ROSA, LEO}),
        ([("corrected", MIRIAM), ("voided", 4), ("again", LEO)], {ROSA, LEO}),
        ([("specimen", LEO)], {ROSA, LEO}),
        ([("specimen", LEO), ("corrected", MIRIAM)], {ROSA, LEO, MIRIAM}),
        ([("corrected", MIRIAM), ("specimen", LEO)], {ROSA, LEO, MIRIAM}),
    ],
)
def test_a_visit_rests_on_who_entered_it_and_who_corrected_it_last(
    corrections: list[tuple[str, int]], makers: set[int]
) -> None:
    rows = [row(1), *(row(n, n - 1, correction=word, staff_id=who) for n, (word, who) in enumerate(corrections, 2))]
    assert records_by_visit(rows, [])[1][-1].makers == makers


def test_visits_come_by_day_and_then_by_their_first_recording() -> None:
    history = enrollment(a_visit(1, 4), a_visit(2, 0), a_visit(3, 4, day_place=2), a_visit(4, 2, correction="voided"))
    assert [visit.id for visit in history.visits] == [2, 1, 3]
    assert [visit.id for visit in history.voided] == [4]


def test_a_visit_is_found_by_any_of_its_records() -> None:
    history = enrollment(
        records={1: [a_visit(1, 0, "?"), a_visit(1, 0, newest_id=3, correction="answered")], 2: [a_visit(2, 2)]}
    )
    assert (history.visit(1).newest_id, history.visit(3).newest_id, history.visit(2).id) == (3, 3, 2)
    with pytest.raises(NotFound) as caught:
        history.visit(4)
    assert caught.value.what == "visit"


def test_one_more_record_takes_the_place_of_the_newest_and_leaves_the_others() -> None:
    history = enrollment(a_visit(1, 0), a_visit(2, 2))
    after = history.with_visits([a_visit(1, 0, newest_id=9, correction="voided"), a_visit(0, 3)])
    assert [visit.id for visit in after.visits] == [2, 0]
    assert [visit.newest_id for visit in after.voided] == [9]
    assert [record.newest_id for record in after.records[1]] == [1, 9]
    assert [visit.id for visit in history.visits] == [1, 2], "the history itself stays as it was"


def test_a_replay_names_visits_by_their_first_record() -> None:
    replay = enrollment(
        records={1: [a_visit(1, 0, "?"), a_visit(1, 0, newest_id=3, correction="answered")], 2: [a_visit(2, 2)]}
    ).replay()
    assert [(result.ref, result.paid) for result in replay.results] == [(1, 10), (2, 15)]


def test_what_a_ceiling_cut_is_not_paid_and_leaves_the_ladder_alone() -> None:
    history = replace(enrollment(a_visit(1, 0), a_visit(2, 2)), cuts={1: Cut(4, "month")})
    assert [(r.due, r.paid, r.cents, r.cut_by) for r in history.replay().results] == [
        (10, 6, 150, "month"),
        (15, 15, 375, None),
    ]
    assert [r.paid for r in history.replay_before_cuts().results] == [10, 15]
    assert all(type(r.cents) is int for r in history.replay().results)
    positive = replace(enrollment(a_visit(1, 0, "P")), cuts={1: Cut(4, "month")})
    assert [(r.paid, r.cents, r.cut_by) for r in positive.replay().results] == [(0, 0, "month")]


def test_a_record_is_about_its_day_and_about_the_day_on_which_its_visit_lay_before() -> None:
    history = enrollment(records={1: [a_visit(1, 0), a_visit(1, 1, newest_id=3, correction="corrected")]})
    assert history.subjects_of("visit:1") == {("goal", "2026-03-02")}
    assert history.subjects_of("visit:3") == {("goal", "2026-03-02"), ("goal", "2026-03-03")}


def test_records_that_were_saved_together_are_about_all_of_their_days() -> None:
    history = enrollment(a_visit(1, 0), a_visit(2, 2, saved_with_id=1), a_visit(3, 4))
    assert history.subjects_of("visit:1") == {("goal", "2026-03-02"), ("goal", "2026-03-04")}
    assert history.subjects_of("visit:3") == {("goal", "2026-03-06")}


def test_what_was_saved_together_is_about_the_days_of_what_stays() -> None:
    undone = a_visit(2, 2, newest_id=4, correction="undone")
    history = enrollment(records={1: [a_visit(1, 0)], 2: [a_visit(2, 2, saved_with_id=1), undone]})
    for record in ("visit:1", "visit:2", "visit:4"):
        assert history.origin_of(record) == "visit:1"
        assert history.subjects_of(record) == {("goal", "2026-03-02")}
    # Where all of it is undone, it is about all of it.
    history = history.with_visits([a_visit(1, 0, newest_id=5, correction="undone")])
    assert history.subjects_of("visit:5") == {("goal", "2026-03-02"), ("goal", "2026-03-04")}
    assert [history.origin_of(record) for record in (None, "enrollment_event:3", "visit:9")] == [None, None, "visit:9"]


def test_a_record_is_about_its_day_and_the_one_before_it_but_not_about_earlier_ones() -> None:
    history = enrollment(
        records={1: [a_visit(1, 0), a_visit(1, 1, newest_id=3, correction="corrected"),
                     a_visit(1, 2, newest_id=4, correction="corrected")]}
    )  # fmt: skip
    assert history.subjects_of("visit:4") == {("goal", "2026-03-03"), ("goal", "2026-03-04")}


def test_an_event_is_one_subject_through_all_of_its_records_and_anything_else_is_its_own() -> None:
    history = enrollment(a_visit(1, 0))
    history = replace(history, span=replace(history.span, first_of={11: 11, 13: 11}))
    assert [history.subjects_of(f"enrollment_event:{n}") for n in (11, 13, 15)] == [
        {("enrollment_event", "11")},
        {("enrollment_event", "11")},
        {("enrollment_event", "15")},
    ]
    assert [history.subjects_of(record) for record in ("client:7:points", None, "visit:9")] == [
        {("record", "client:7:points")},
        {("record", "")},
        frozenset(),
    ]


def test_the_track_of_a_visit_is_that_of_the_version_of_its_day() -> None:
    later = parse(document(track(title="New", phases=[phase((1, 4))])))
    history = enrollment(a_visit(1, 0), a_visit(2, 7))
    move = EnrollmentEvent(1, 1, "move", date(2026, 3, 9), None, None, 2)
    span = history.span.with_event(move, later)
    moved = replace(history, span=span)
    assert [moved.track_of(visit).title for visit in moved.visits] == ["Goal", "New"]
    with pytest.raises(KeyError, match="sleep"):
        moved.track_of(a_visit(3, 0, behavior="sleep"))


def test_a_visit_that_is_not_recorded_yet_is_the_last_of_its_day() -> None:
    history = enrollment(a_visit(5, 2), a_visit(6, 3)).with_visits([a_visit(0, 2)])
    assert [visit.id for visit in history.in_order()] == [5, 0, 6]


def test_an_enrollment_under_another_schedule_keeps_its_pauses_and_forgets_its_moves() -> None:
    def schedule(base: int, **more: Any) -> Any:
        return parse(document(track(phase(base=base), **more)))

    moved = EnrollmentEvent(1, 1, "move", date(2026, 3, 10), None, None, 9)
    paused = EnrollmentEvent(2, 2, "pause", date(2026, 3, 12), date(2026, 3, 14), None, None)
    history = enrollment(a_visit(1, 0), a_visit(2, 8), a_visit(3, 9))
    history = replace(
        history, span=history.span.with_event(moved, schedule(100)).with_event(paused), cuts={1: Cut(3, "lifetime")}
    )
    other = history.under(schedule(20))
    assert [result.paid for result in other.replay().results] == [20, 25, 30]
    assert other.timeline.schedules == (schedule(20),)
    assert other.timeline.pauses == history.timeline.pauses != ()
    assert other.cuts == {}
    assert history.under(schedule(20, behavior="another")).visits == ()


def test_what_a_ceiling_cut_because_of_other_money_is_cut_under_another_schedule_with_ceilings_too() -> None:
    history = replace(enrollment(a_visit(1, 0)), cuts={1: Cut(3, "lifetime")})
    other = parse(document(ceilings=[{"scope": "enrollment", "cents": 100_00}]))
    assert [(result.paid, result.cut_by) for result in history.under(other).replay().results] == [(7, "lifetime")]


def test_a_test_is_decided_again_by_the_target_of_another_schedule() -> None:
    results = {"cocaine": "negative", "thc": "positive"}
    history = enrollment(a_visit(1, 0, results=results))
    both = parse(document(track(target=["cocaine", "thc"])))
    assert [result.outcome for result in history.replay().results] == ["met"]
    assert [result.outcome for result in history.under(both).replay().results] == ["positive"]
