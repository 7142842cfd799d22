"""The whole record of a proposed visit: every value, and every sentence that stands against one."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from cm_tracker.domain.clients.events import EnrollmentEvent, EnrollmentSpan
from cm_tracker.domain.errors import (
    BookedSince,
    DayPaused,
    EnrollmentEnded,
    NoOtherSpecimen,
    OutsideSchedule,
    SameSpecimen,
    SameVisit,
)
from cm_tracker.domain.schedules.schedule import parse
from cm_tracker.domain.staff.site_settings import SiteSettings
from cm_tracker.domain.visits import corrections
from cm_tracker.domain.visits.evidence import Absence, AwaitedTest, Collection, NewVisit, Presence, Specimen, Test
from cm_tracker.domain.visits.history import CurrentVisit, EnrollmentHistory, VisitSite
from cm_tracker.domain.visits.proposals import (
    SpecimenHolder,
    answered_visit,
    check_specimen,
    correction_target,
    propose_correction,
    propose_visit,
)
from cm_tracker.domain.visits.visit_days import check_day, free_place, voided_at
from tests.domain.refused import all_refused, refused
from tests.domain.schedules.documents import document, phase, track
from tests.domain.visits.histories import MIRIAM, NEGATIVE, NOW, ROSA, START, a_visit, enrollment, miriam, new, rosa

TODAY = date(2026, 3, 16)
AT = datetime(2026, 3, 16, 14, 0, tzinfo=UTC)


def proposed(visit: NewVisit, history: EnrollmentHistory | None = None) -> CurrentVisit:
    return propose_visit(history or enrollment(), visit, actor=rosa, now=NOW)


def test_a_test_is_recorded_with_everything_that_was_said_of_it() -> None:
    test = Test({"thc": "positive", "cocaine": "negative"}, temperature="in_range")
    said = Collection(panel_id=4, kit_lot_id=5, collected_by_id=ROSA, observed="no", second_reader_id=MIRIAM)
    visit = new(
        14, test, specimen_id="U1", collected_at=AT, read_at=AT + timedelta(minutes=5), note="late", collection=said
    )
    assert proposed(visit) == CurrentVisit(
        id=0, newest_id=0, behavior="goal", happened_on=TODAY, day_place=1, outcome="met", excuse=None,
        specimen="given", temperature="in_range", specimen_id="U1", collected_at=AT,
        read_at=AT + timedelta(minutes=5), correction=None, recorded_at=NOW, staff_id=ROSA, makers=frozenset({ROSA}),
        results={"cocaine": "negative", "thc": "positive"}, saved_with_id=None, site=None, specimens=(),
        collection=said,
    )  # fmt: skip
    assert list(proposed(visit).results) == ["cocaine", "thc"], "in the order of their names"


@pytest.mark.parametrize(
    ("evidence", "outcome", "excuse"),
    [(Absence(), "unexcused", None), (Absence("illness"), "excused", "illness"), (AwaitedTest(), "pending", None)],
)
def test_a_visit_without_a_test_has_no_specimen(evidence: Any, outcome: str, excuse: str | None) -> None:
    found = proposed(new(14, evidence, collected_at=AT, collection=Collection(panel_id=4)))
    assert (found.outcome, found.excuse, found.specimen, found.temperature) == (outcome, excuse, None, None)
    assert (found.results, found.specimens, found.collected_at) == ({}, (), AT)
    assert found.collection == Collection(), "nothing was collected"


def test_of_several_specimens_the_record_has_the_one_that_decides_and_all_of_them() -> None:
    first = Specimen(Test(specimen="dilute"), "U1", AT)
    visit = new(14, NEGATIVE, specimen_id="U2", collected_at=AT + timedelta(minutes=20), earlier=(first,))
    found = proposed(visit)
    assert (found.specimen_id, found.collected_at, found.outcome) == ("U2", AT + timedelta(minutes=20), "met")
    assert [one.specimen_id for one in found.specimens] == ["U1", "U2"]


def test_a_correction_leaves_the_visit_at_its_site_and_goes_by_the_clock_there() -> None:
    """At 3 in the morning in London it is 8 in the evening of the day before in Los Angeles."""
    west = VisitSite(2, "America/Los_Angeles")
    old = a_visit(1, 13, site=west)
    visit = new(13, Test({"cocaine": "positive"}), collected_at=datetime(2026, 3, 16, 3, 0, tzinfo=UTC))
    found = propose_correction(enrollment(old), 1, "correct", visit, actor=miriam, now=NOW)
    assert (found.site, found.id, found.newest_id, found.correction) == (west, 1, 1, "corrected")
    # The same instant is the evening of March 15 in New York, too, and the morning of March 16 in London.
    london = a_visit(1, 13, site=VisitSite(3, "Europe/London"))
    with refused("The specimen was collected on another day than the visit's.", "collected_at"):
        propose_correction(enrollment(london), 1, "correct", visit, actor=miriam, now=NOW)


@pytest.mark.parametrize(
    ("more", "says", "field"),
    [
        ({"collected_at": NOW + timedelta(minutes=11)}, "The time of collection is in the future. Correct it.",
         "collected_at"),
        ({"collected_at": NOW - timedelta(days=1)}, "The specimen was collected on another day than the visit's.",
         "collected_at"),
        ({"read_at": NOW + timedelta(minutes=11)}, "The time of reading is in the future. Correct it.", "read_at"),
        ({"collected_at": NOW, "read_at": NOW - timedelta(minutes=1)},
         "The test was read before it was collected. Correct one of the times.", "read_at"),
        ({"earlier": (Specimen(Test(specimen="dilute"), "U0", NOW - timedelta(days=1)),)},
         "The specimen was collected on another day than the visit's.", "collected_at"),
        ({"earlier": (Specimen(Test(specimen="dilute"), "U0", NOW),), "collected_at": NOW - timedelta(minutes=1)},
         "A later specimen cannot be collected before an earlier one. Correct one of the times.", "collected_at"),
        ({"earlier": (Specimen(Test(specimen="dilute"), "U1"),), "specimen_id": "U1"},
         "Two specimens of this visit have the same ID. Check the labels on the cups.", "specimen_id"),
    ],
)  # fmt: skip
def test_times_and_labels_that_cannot_be(more: dict[str, Any], says: str, field: str) -> None:
    with refused(says, field):
        proposed(new(14, **more))


@pytest.mark.parametrize(
    "more",
    [
        {"collected_at": NOW, "read_at": NOW},
        {"read_at": NOW + timedelta(minutes=10)},
        {"earlier": (Specimen(Test(specimen="dilute"), "U0", NOW),), "collected_at": NOW},
        {"earlier": (Specimen(Test(specimen="dilute")), Specimen(Test(specimen="leaked")))},
    ],
)
def test_times_and_labels_that_can_be(more: dict[str, Any]) -> None:
    assert proposed(new(14, **more)).outcome == "met"


def test_an_earlier_specimen_was_collected_on_the_visits_day_at_its_site() -> None:
    """At 2 in the morning in London it is the evening of the day before in New York."""
    evening = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
    assert proposed(new(13, earlier=(Specimen(Test(specimen="dilute"), "U0", evening),))).outcome == "met"


def test_an_absence_has_no_specimen() -> None:
    with refused("The visit has specimens, so it was no absence.", "happened"):
        proposed(new(14, Absence(), earlier=(Specimen(Test(specimen="dilute")),)))


@pytest.mark.parametrize("earlier", [Test({"cocaine": "positive"}), Test(specimen="refused")])
def test_no_specimen_follows_a_valid_one_or_a_refusal(earlier: Test) -> None:
    with pytest.raises(NoOtherSpecimen) as caught:
        proposed(new(14, earlier=(Specimen(earlier),)))
    assert caught.value.field == "specimen"


def test_everything_that_stands_against_a_visit_is_said_at_once() -> None:
    with all_refused(
        ("Give a result for cocaine: negative, positive or pending.", "result_cocaine"),
        ("Mar 1, 2026 is before the enrollment's first day (Mar 2, 2026). Correct the date.", "happened_on"),
        ("Two specimens of this visit have the same ID. Check the labels on the cups.", "specimen_id"),
    ):
        proposed(new(-1, Test(), specimen_id="U1", earlier=(Specimen(Test(specimen="dilute"), "U1"),)))


def test_a_behavior_that_no_track_has_is_refused_by_its_name() -> None:
    with refused('The schedule has no "sleep". Choose one of its tracks.', "behavior"):
        proposed(NewVisit("sleep", START, NEGATIVE))


def test_a_visit_of_a_behavior_that_has_ended_is_still_corrected_under_its_old_rules() -> None:
    other = parse(document(track(behavior="came", evidence="attendance", target=[])))
    history = enrollment(a_visit(1, 7))
    move = EnrollmentEvent(9, 9, "move", START + timedelta(days=7), None, None, 2)
    history = replace(history, span=history.span.with_event(move, other))
    with refused('The schedule has no "goal". Choose one of its tracks.', "behavior"):
        proposed(new(8), history)
    visit = new(7, Test({"cocaine": "positive"}))
    assert propose_correction(history, 1, "correct", visit, actor=miriam, now=NOW).outcome == "positive"
    two = history.with_visits([a_visit(2, 8)])
    with pytest.raises(SameVisit):
        propose_correction(two, 2, "correct", visit, actor=miriam, now=NOW)


# -- days -------------------------------------------------------------------------------------------------------


def test_a_day_outside_the_enrollment_says_which() -> None:
    def spanned(*events: EnrollmentEvent) -> EnrollmentHistory:
        history = enrollment()
        return replace(history, span=EnrollmentSpan(START, history.schedule, events))

    ended = spanned(EnrollmentEvent(9, 9, "end", START + timedelta(days=5), None, "left", None))
    check_day(ended, START + timedelta(days=5), NOW)
    with pytest.raises(EnrollmentEnded) as after:
        check_day(ended, START + timedelta(days=6), NOW)
    assert (after.value.day.day, after.value.ended_on.day, after.value.field) == (8, 7, "happened_on")
    paused = spanned(EnrollmentEvent(9, 9, "pause", START + timedelta(days=5), START + timedelta(days=6), None, None))
    with pytest.raises(DayPaused) as away:
        check_day(paused, START + timedelta(days=6), NOW)
    assert (away.value.day.day, away.value.field) == (8, "happened_on")
    with pytest.raises(OutsideSchedule) as late:
        check_day(enrollment(), START + timedelta(days=28), NOW + timedelta(days=90))
    assert (late.value.day, late.value.week, late.value.last_week) == (START + timedelta(days=28), 5, 4)
    assert late.value.field == "happened_on"
    with refused("Mar 17, 2026 is in the future. A visit can be recorded once it has taken place.", "happened_on"):
        check_day(enrollment(), START + timedelta(days=15), NOW)


def test_a_place_in_a_day_stays_with_its_visit_and_a_free_one_is_the_first() -> None:
    doc = {"tracks": [track(phase(visits_per_week=21))]}
    first, second, third = (a_visit(n, 2, day_place=n) for n in (1, 2, 3))
    history = enrollment(first, third, **doc)
    day = START + timedelta(days=2)
    assert free_place(history, "goal", day, None) == 2
    assert [free_place(history, "goal", day, old) for old in (first, third)] == [1, 3]
    # A visit that comes from another day takes the first free place.
    assert free_place(history, "goal", day, a_visit(9, 1, day_place=3)) == 2
    full = enrollment(first, second, third, **doc)
    with pytest.raises(SameVisit) as caught:
        free_place(full, "goal", day, None)
    assert (caught.value.day, caught.value.visit_id) == (day, 1)
    assert free_place(full, "other", day, None) == 1


def test_the_place_of_a_voided_visit_is_that_of_its_behavior_day_and_place() -> None:
    voided = a_visit(1, 2, correction="voided", day_place=2)
    history = enrollment(voided, a_visit(2, 3, correction="voided"))
    day = START + timedelta(days=2)
    assert voided_at(history, "goal", day, 2) == voided
    assert voided_at(history, "goal", day, 1) is None
    assert voided_at(history, "other", day, 2) is None


# -- corrections ------------------------------------------------------------------------------------------------


def test_what_decides_which_corrections_are_possible() -> None:
    visit = a_visit(1, 14, "D", specimen="dilute", results={}, correction="answered", makers=frozenset({ROSA, MIRIAM}))
    target = correction_target(enrollment(visit), visit, is_newest=False)
    assert tuple(target) == (
        "dilute", True, "answered", visit.recorded_at, ROSA, {ROSA, MIRIAM}, SiteSettings(), False, True, False,
    )  # fmt: skip
    attendance = enrollment(a_visit(1, 0), tracks=[track(evidence="attendance", target=[])])
    assert not correction_target(attendance, attendance.visits[0]).is_test
    assert correction_target(attendance, attendance.visits[0]).is_newest
    breath = enrollment(a_visit(1, 0), tracks=[track(evidence="breath_test", target=[])])
    assert correction_target(breath, breath.visits[0]).is_test


@pytest.mark.parametrize(
    ("way", "letter", "evidence", "word", "outcome"),
    [
        ("answer", "?", Test({"cocaine": "positive"}), "answered", "positive"),
        ("excuse", "M", Absence("jail"), "excused", "excused"),
        ("correct", "N", Test({"cocaine": "positive"}), "corrected", "positive"),
    ],
)
def test_a_correction_is_recorded_under_its_word(way: str, letter: str, evidence: Any, word: str, outcome: str) -> None:
    found = propose_correction(enrollment(a_visit(1, 0, letter)), 1, way, new(0, evidence), actor=miriam, now=NOW)
    assert (found.correction, found.outcome, found.recorded_at, found.staff_id) == (word, outcome, NOW, MIRIAM)


def test_a_void_changes_nothing_but_who_says_so_and_when() -> None:
    old = a_visit(1, 0, newest_id=4)
    found = propose_correction(enrollment(old), 4, "void", None, actor=miriam, now=NOW)
    assert found == replace(old, correction="voided", recorded_at=NOW, staff_id=MIRIAM)


def test_an_undo_of_a_first_record_changes_nothing_but_who_says_so_and_when() -> None:
    for word in (None, "again"):
        old = a_visit(1, 14, recorded_at=NOW - timedelta(minutes=5), correction=word)
        found = propose_correction(enrollment(old), 1, "undo", None, actor=rosa, now=NOW)
        assert found == replace(old, correction="undone", recorded_at=NOW, staff_id=ROSA)


def test_no_record_is_undone_after_something_else_was_booked() -> None:
    old = a_visit(1, 14, recorded_at=NOW - timedelta(minutes=5))
    with pytest.raises(BookedSince):
        propose_correction(enrollment(old), 1, "undo", None, actor=rosa, now=NOW, is_newest=False)


def test_the_times_of_a_visit_are_those_of_the_specimen_that_decides() -> None:
    """The first was swapped, and nobody watched the second one being given, so the first one decides."""
    first = Specimen(Test(specimen="tampered"), "U1", AT, AT + timedelta(minutes=3))
    later = AT + timedelta(minutes=20)
    found = proposed(new(14, specimen_id="U2", collected_at=later, read_at=later, earlier=(first,)))
    assert (found.specimen_id, found.collected_at, found.read_at) == ("U1", AT, AT + timedelta(minutes=3))


@pytest.mark.parametrize(("hour", "minute", "why"), [(13, 59, "too_soon"), (14, 0, "paid"), (14, 30, "paid")])
def test_hours_between_visits_are_counted_to_the_minute(hour: int, minute: int, why: str) -> None:
    """Sixteen hours after 10 in the evening in New York it is 2 in the afternoon: 18 hours in London, 4 hours ahead."""
    history = enrollment(
        a_visit(1, 2, collected_at=datetime(2026, 3, 5, 3, 0, tzinfo=UTC)),
        a_visit(2, 3, collected_at=datetime(2026, 3, 5, hour + 5, minute, tzinfo=UTC)),
        tracks=[track(phase(visits_per_week=7), min_hours_between=16)],
    )
    assert [result.why for result in history.replay().results] == ["paid", why]


def test_an_undo_of_a_correction_repeats_the_record_before_it() -> None:
    first = a_visit(1, 14, "?", specimen_id="U1", staff_id=MIRIAM, recorded_at=NOW - timedelta(minutes=20))
    answered = a_visit(1, 14, "P", newest_id=3, correction="answered", recorded_at=NOW - timedelta(minutes=5))
    history = enrollment(records={1: [first, answered]})
    found = propose_correction(history, 1, "undo", None, actor=rosa, now=NOW)
    assert found == replace(first, newest_id=3, correction="reverted", recorded_at=NOW, staff_id=ROSA, day_place=1)


def test_a_correction_that_came_from_another_day_goes_back_to_a_free_place() -> None:
    doc = {"tracks": [track(phase(visits_per_week=14))]}
    first = a_visit(1, 13)
    moved = a_visit(1, 14, newest_id=3, correction="corrected", recorded_at=NOW, staff_id=ROSA)
    history = enrollment(records={1: [first, moved], 2: [a_visit(2, 13)]}, **doc)
    found = propose_correction(history, 1, "undo", None, actor=rosa, now=NOW)
    assert (found.happened_on, found.day_place) == (date(2026, 3, 15), 2)


# -- answers ----------------------------------------------------------------------------------------------------


def test_the_answer_of_a_visit_that_waits_for_its_first_result() -> None:
    waiting = a_visit(1, 0, "?", specimen=None, results={}, specimen_id="U1", collected_at=AT, read_at=NOW)
    found = answered_visit(waiting, NEGATIVE, asked=("cocaine", "thc"), unread=("thc",))
    assert found == NewVisit("goal", START, NEGATIVE, "U1", AT, NOW, asked=("cocaine", "thc"), unread=("thc",))


def test_the_answer_of_a_specimen_keeps_its_label_its_times_and_that_it_was_observed() -> None:
    waiting = a_visit(1, 0, "?", specimen_id="U1", collected_at=AT, read_at=NOW, collection=Collection(observed="yes"))
    found = answered_visit(waiting, Test({"cocaine": "positive"}), asked=("cocaine",), unread=("thc",))
    assert found.evidence == Test({"cocaine": "positive"}, is_observed=True)
    assert (found.behavior, found.happened_on) == ("goal", START)
    assert (found.specimen_id, found.collected_at, found.read_at) == ("U1", AT, NOW)
    assert (found.asked, found.unread, found.earlier) == (("cocaine",), ("thc",), ())


# -- how a specimen was collected -------------------------------------------------------------------------------

SAID = Collection(panel_id=4, kit_lot_id=5, collected_by_id=ROSA, observed="no", second_reader_id=MIRIAM)


def corrected(old: CurrentVisit, visit: NewVisit) -> Collection:
    return propose_correction(enrollment(old), 1, "correct", visit, actor=miriam, now=NOW).collection


def test_a_correction_that_does_not_say_how_it_was_collected_leaves_that_as_it_was() -> None:
    positive = Test({"cocaine": "positive"})
    old = a_visit(1, 0, collection=SAID)
    assert corrected(old, new(0, positive)) == SAID
    other = Collection(panel_id=7)
    assert corrected(old, new(0, positive, collection=other)) == other
    assert corrected(old, new(0, Absence("illness"))) == Collection()


def test_a_visit_that_is_entered_again_says_itself_how_it_was_collected() -> None:
    history = enrollment(a_visit(1, 14, collection=SAID, correction="voided"))
    assert proposed(new(14), history).collection == Collection()


def test_the_specimen_that_decides_says_whether_it_was_observed() -> None:
    watched = replace(NEGATIVE, is_observed=True)
    first = Specimen(Test(specimen="tampered"), "U1")
    visit = new(14, watched, specimen_id="U2", earlier=(first,), collection=SAID)
    assert proposed(visit).collection == replace(SAID, observed="yes")
    plain = new(14, NEGATIVE, specimen_id="U2", earlier=(Specimen(Test(specimen="dilute"), "U1"),), collection=SAID)
    assert proposed(plain).collection == replace(SAID, observed=None)
    assert proposed(new(14, watched, collection=SAID)).collection == replace(SAID, observed="yes")
    assert proposed(new(14, NEGATIVE, collection=SAID)).collection == SAID


def test_what_was_said_of_several_specimens_is_not_said_of_the_one_that_is_left() -> None:
    two = (Specimen(Test(specimen="dilute"), "U1"), Specimen(replace(NEGATIVE, is_observed=True), "U2"))
    old = a_visit(1, 0, specimen_id="U2", specimens=two, collection=replace(SAID, observed="yes"))
    assert corrected(old, new(0, Test({"cocaine": "positive"}), specimen_id="U2")) == replace(SAID, observed=None)


def test_a_specimen_belongs_to_one_visit_and_the_refusal_names_it() -> None:
    with pytest.raises(SameSpecimen) as caught:
        check_specimen(a_visit(0, 0, specimen_id="U7"), SpecimenHolder("U7", 5, date(2026, 3, 4)))
    assert (caught.value.specimen_id, caught.value.day, caught.value.visit_id) == ("U7", date(2026, 3, 4), 5)


def test_another_specimen_belongs_to_the_day_and_the_track_of_the_first() -> None:
    old = a_visit(1, 14, "D", specimen="dilute", results={}, specimen_id="U1", recorded_at=NOW)
    other = NewVisit("other", START, NEGATIVE, "U2")
    found = propose_correction(enrollment(old), 1, corrections.SPECIMEN, other, actor=rosa, now=NOW)
    assert (found.behavior, found.happened_on, found.outcome) == ("goal", TODAY, "met")
    assert [one.specimen_id for one in found.specimens] == ["U1", "U2"]
    assert proposed(NewVisit("goal", TODAY, Presence()), enrollment(tracks=[track(evidence="activity", target=[])]))
