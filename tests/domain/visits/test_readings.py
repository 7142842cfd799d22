"""A number decides: what a reading counts as, alone and after earlier ones, and what each number would earn."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cm_tracker.domain.clients.events import EnrollmentEvent
from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.schedules.outcomes import (
    DILUTE,
    DISPUTED,
    EXCUSED,
    MET,
    PENDING,
    POSITIVE,
    REFUSED,
    TAMPERED,
)
from cm_tracker.domain.schedules.schedule import Track, parse
from cm_tracker.domain.visits.consequences import OF_A_TEST, consequences
from cm_tracker.domain.visits.evidence import Absence, NewVisit, Specimen, Test, content_of, outcome_of
from cm_tracker.domain.visits.history import CurrentVisit, EnrollmentHistory, decided
from cm_tracker.domain.visits.proposals import propose_correction, propose_visit
from cm_tracker.domain.visits.reading_points import limit_on, reading_points
from cm_tracker.domain.visits.settling import preview
from cm_tracker.domain.visits.specimens import specimens_from, specimens_text
from cm_tracker.domain.visits.wrong_specimens import wrong_specimens
from tests.domain.refused import refused
from tests.domain.schedules.documents import document, phase, track
from tests.domain.visits.histories import NOW, START, a_visit, enrollment, miriam, new, paid, rosa

CO = {"unit": "ppm", "at_most": 11}
URINE = {"unit": "ng/mL", "falls_by_percent": 25, "at_most": 300}
BEST_OF_THREE = {"unit": "ppm", "percentile": {"of_last": 3, "rank": 2}, "at_most": 3}
SCALE = {"unit": "ppm", "scale": [{"at_most": 7, "amount": 48}, {"at_most": 14, "amount": 24}]}


def by(rule: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A document of the second format whose one track is decided by readings."""
    one = track(phase(), evidence="reading", target=[], reading=rule, **more)
    return {"tracks": [one], "format": "cm-schedule/2"}


def the_track(rule: dict[str, Any]) -> Track:
    return parse(document(**by(rule))).tracks[0]


def read(record_id: int, day: int, reading: int, outcome: str = MET) -> CurrentVisit:
    return a_visit(record_id, day, results={}, reading=reading, outcome=outcome)


@pytest.mark.parametrize(
    ("test", "outcome"),
    [
        (Test(reading=11), MET),
        (Test(reading=12), POSITIVE),
        (Test(reading=0), MET),
        (Test(reading=12, is_disputed=True), DISPUTED),
        (Test({"reading": "pending"}), PENDING),
        (Test(specimen="refused"), REFUSED),
        (Test(specimen="dilute"), DILUTE),
        (Test(specimen="invalid"), EXCUSED),
        (Test(specimen="tampered", reading=5), TAMPERED),
        (Test(temperature="out_of_range", reading=5), TAMPERED),
        (Absence("court"), EXCUSED),
    ],
)
def test_a_number_at_the_limit_or_below_meets_the_target(test: Any, outcome: str) -> None:
    assert outcome_of(the_track(CO), test) == outcome


@pytest.mark.parametrize(
    ("test", "field", "says"),
    [
        (Test(), "reading", "Enter the number that the device shows."),
        (
            Test(is_disputed=True),
            "is_disputed",
            "Nothing is positive, so there is nothing to dispute. Correct one of the two.",
        ),
        (
            Test(reading=11, is_disputed=True),
            "is_disputed",
            "The number counts, so there is nothing to dispute. Correct one of the two.",
        ),
        (
            Test({"reading": "pending"}, reading=3),
            "reading",
            "There is a number, so none is awaited. Correct one of the two.",
        ),
        (Test(reading=-1), "reading", "Enter the number in ppm: it is from 0 to 1,000,000."),
        (Test(reading=1_000_001), "reading", "Enter the number in ppm: it is from 0 to 1,000,000."),
        (
            Test(specimen="refused", reading=3),
            "specimen",
            "No specimen was given, but a result is marked. Remove one of the two.",
        ),
    ],
)
def test_a_reading_that_contradicts_itself_is_refused_at_its_field(test: Test, field: str, says: str) -> None:
    with refused(says, field):
        outcome_of(the_track(CO), test)


def test_the_highest_number_is_taken() -> None:
    assert outcome_of(the_track(CO), Test(reading=1_000_000)) == POSITIVE


def test_a_test_with_analytes_keeps_its_rule_without_a_number() -> None:
    plain = parse(document()).tracks[0]
    with pytest.raises(BadInput, match="Give a result for cocaine"):
        outcome_of(plain, Test(reading=3))


@pytest.mark.parametrize(("reading", "outcome"), [(300, MET), (750, MET), (751, POSITIVE)])
def test_a_fall_is_measured_from_the_last_reading(reading: int, outcome: str) -> None:
    """25 % below 1,000 is 750; 300 or below counts always."""
    history = enrollment(read(1, 0, 400), read(2, 2, 1000, POSITIVE), **by(URINE))
    assert propose_visit(history, new(7, Test(reading=reading)), actor=rosa, now=NOW).outcome == outcome


def test_a_percentile_looks_at_the_last_readings_also_those_that_were_not_paid() -> None:
    """Of 20, 9 and 14, the second lowest is 14."""
    before = (read(1, 0, 20, POSITIVE), read(2, 1, 9, POSITIVE), read(3, 2, 14, POSITIVE))
    history = enrollment(*before, **by(BEST_OF_THREE))
    seen = [propose_visit(history, new(7, Test(reading=n)), actor=rosa, now=NOW).outcome for n in (14, 15)]
    assert seen == [MET, POSITIVE]


def test_a_reading_that_is_entered_late_decides_later_ones_again() -> None:
    """Without the 1,000 of day 0, nothing came before the 700 of day 2, so it was too high."""
    history = enrollment(read(1, 2, 700, POSITIVE), **by(URINE))
    assert history.replay().results[0].outcome == POSITIVE
    late = replace(read(2, 0, 1000, POSITIVE))
    results = history.with_visits([late]).replay().results
    assert [(result.outcome, result.limit) for result in results] == [(POSITIVE, 300), (MET, 750)]


@pytest.mark.parametrize("outcome", [DISPUTED, TAMPERED, PENDING])
def test_a_number_that_does_not_count_decides_nothing_and_is_no_earlier_reading(outcome: str) -> None:
    history = enrollment(read(1, 0, 1000, outcome), read(2, 2, 700, POSITIVE), **by(URINE))
    assert [result.outcome for result in history.replay().results] == [outcome, POSITIVE]
    assert [point.reading for point in reading_points(history, history.replay(), "goal")] == [700]


def test_the_readings_of_a_chart_have_what_would_have_counted_then() -> None:
    history = enrollment(read(1, 0, 400), read(2, 2, 1000, POSITIVE), read(3, 7, 700), **by(URINE))
    points = reading_points(history, history.replay(), "goal")
    assert [(point.visit_id, point.reading, point.limit, point.is_met) for point in points] == [
        (1, 400, 300, False),
        (2, 1000, 300, False),
        (3, 700, 750, True),
    ]
    until = reading_points(history, history.replay(), "goal", START + timedelta(days=2))
    assert [point.visit_id for point in until] == [1, 2]
    many = enrollment(*(read(n, n, 5) for n in range(1, 28)), **by(CO))
    assert len(reading_points(many, many.replay(), "goal")) == 24


@pytest.mark.parametrize(
    ("day", "limit", "earlier"),
    [
        (14, 450, [1000, 600]),  # 25 % below the 600 of day 7
        (7, 450, [1000, 600]),  # on the same day, after the one that was recorded first
        (5, 750, [1000]),  # 25 % below the 1,000 of day 0
        (0, 750, [1000]),
    ],
)
def test_the_limit_of_a_recorded_visit_follows_its_day_and_not_its_own_number(
    day: int, limit: int, earlier: list[int]
) -> None:
    recorded = read(3, 14, 5)
    history = enrollment(read(1, 0, 1000, POSITIVE), read(2, 7, 600), recorded, **by(URINE))
    found = limit_on(history, recorded, START + timedelta(days=day))
    assert found is not None
    assert (found.most, [point.reading for point in found.earlier]) == (limit, earlier)


def test_no_limit_where_nothing_depends_on_a_number() -> None:
    weeks = phase((1, 2), base=0, step=0, pays_nothing=True)
    baseline = by(URINE)
    baseline["tracks"][0]["phases"] = [weeks, phase((3, 4))]
    recorded = read(1, 0, 400)
    history = enrollment(recorded, **baseline)
    assert limit_on(history, recorded, START) is None, "in a baseline"
    in_week_3 = limit_on(history, recorded, START + timedelta(days=14))
    assert in_week_3 is not None and in_week_3.most == 300
    for outside in (-1, 28):
        assert limit_on(history, recorded, START + timedelta(days=outside)) is None
    voided = replace(recorded, correction="voided")
    assert limit_on(enrollment(voided, **by(URINE)), voided, START) is None
    test = a_visit(1, 0)
    assert limit_on(enrollment(test), test, START) is None, "a test that no number decides"


def consequences_of(history: EnrollmentHistory, day: int) -> list[tuple[str, int | None, int | None, int, str]]:
    found = consequences(
        history, paid(), history.schedule.tracks[0], START + timedelta(days=day), OF_A_TEST[:2], collected_at=None,
        now=NOW,
    )  # fmt: skip
    return [(one.outcome, one.least, one.most, one.result.paid, one.result.why) for one in found if one.result]


def test_what_saving_would_do_has_a_line_for_the_numbers_that_count_and_one_for_those_above() -> None:
    history = enrollment(read(1, 0, 1000, POSITIVE), **by(URINE))
    assert consequences_of(history, 7) == [(MET, 0, 750, 10, "paid"), (POSITIVE, 751, None, 0, "reset")]


def test_on_a_scale_each_step_has_its_line() -> None:
    assert consequences_of(enrollment(**by(SCALE)), 7) == [
        (MET, 0, 7, 48, "paid"),
        (MET, 8, 14, 24, "paid"),
        (POSITIVE, 15, None, 0, "reset"),
    ]


def test_the_number_is_part_of_what_is_saved_once_and_of_the_specimens() -> None:
    def entered(reading: int | None) -> NewVisit:
        return new(0, Test(reading=reading), earlier=(Specimen(Test(specimen="dilute", reading=reading)),))  # type: ignore[no-any-return]

    assert content_of(entered(1)) != content_of(entered(2))
    given = (Specimen(Test(specimen="dilute")), Specimen(Test(reading=9), "A-1"))
    assert specimens_from(specimens_text(given)) == given
    assert '"reading"' not in (specimens_text([given[0], given[0]]) or "")


@pytest.mark.parametrize(
    ("visit", "wrong"),
    [
        (read(1, 0, 11), None),
        (read(1, 0, 11, POSITIVE), "has an outcome that does not follow from its specimens"),
        (read(1, 0, 12, POSITIVE), None),
        (read(1, 0, 12, EXCUSED), "has an outcome that does not follow from its specimens"),
        (a_visit(1, 0, results={}), "has an outcome that does not follow from its specimens"),
        (a_visit(1, 0, "M", reading=3), "has a reading without a test"),
        # Earlier readings can have met the target for a number above the limit.
        (read(1, 0, 12, MET), None),
    ],
)
def test_a_verification_finds_an_outcome_that_does_not_follow_from_the_number(
    visit: CurrentVisit, wrong: str | None
) -> None:
    assert wrong_specimens(visit, [the_track(CO)]) == wrong


def test_a_phase_with_its_own_target_decides_the_visits_of_its_weeks() -> None:
    """Weeks 1 and 2 look at cocaine, weeks 3 and 4 at opioids. Both are asked for throughout."""
    phases = [phase((1, 2)), phase((3, 4), target=["opioid"])]
    doc = {"tracks": [track(*phases)], "format": "cm-schedule/2"}
    seen = Test({"cocaine": "negative", "opioid": "positive"})
    history = enrollment(**doc)
    first = propose_visit(history, new(0, seen), actor=rosa, now=NOW)
    last = propose_visit(history, new(14, seen), actor=rosa, now=NOW)
    assert (first.outcome, last.outcome) == (MET, POSITIVE)


def test_a_visit_that_a_pause_lays_into_another_phase_is_decided_again_from_its_analytes() -> None:
    """Day 14 was in week 3, where opioids count. After a pause of a week it lies in week 2, where cocaine counts."""
    phases = [phase((1, 2)), phase((3, 4), target=["opioid"])]
    doc = {"tracks": [track(*phases)], "format": "cm-schedule/2"}
    seen = a_visit(1, 14, "P", results={"cocaine": "negative", "opioid": "positive"})
    history = enrollment(seen, **doc)
    assert history.replay().results[0].outcome == POSITIVE
    pause = EnrollmentEvent(1, 1, "pause", START + timedelta(days=3), START + timedelta(days=9), None, None)
    paused = replace(history, span=replace(history.span, events=(pause,)))
    assert (paused.timeline.week_of(seen.happened_on), paused.replay().results[0].outcome) == (2, MET)


@pytest.mark.parametrize(
    ("letter", "more", "outcome"),
    [
        ("N", {"results": {"cocaine": "negative"}}, MET),  # opioid was not read: it stays what it was
        ("?", {"results": {"opioid": "negative"}}, PENDING),  # it goes on waiting
        ("N", {"specimen": "tampered", "outcome": TAMPERED}, TAMPERED),
        ("N", {"results": {"opioid": "pending"}}, MET),
        ("M", {}, "unexcused"),
    ],
)
def test_a_visit_without_a_result_for_the_other_target_stays_what_it_is(
    letter: str, more: dict[str, Any], outcome: str
) -> None:
    other = parse(document(track(target=["opioid"]))).tracks[0]
    assert decided(other, a_visit(1, 0, letter, **more)) == outcome


def test_a_group_is_decided_again_from_its_analytes() -> None:
    other = parse(document(track(target=["stimulant"]))).tracks[0]
    negative = dict.fromkeys(("cocaine", "amphetamine", "methamphetamine"), "negative")
    assert decided(other, a_visit(1, 0, "P", results={**negative, "opioid": "positive"})) == MET


def test_a_number_that_counts_after_earlier_ones_cannot_be_disputed() -> None:
    """25 % below 1,000 is 750: 700 counts, though the rule alone says 300."""
    history = enrollment(read(1, 0, 1000, POSITIVE), **by(URINE))
    with pytest.raises(BadInput, match="The number counts, so there is nothing to dispute") as caught:
        propose_visit(history, new(7, Test(reading=700, is_disputed=True)), actor=rosa, now=NOW)
    assert caught.value.field == "is_disputed"
    disputed = propose_visit(history, new(7, Test(reading=751, is_disputed=True)), actor=rosa, now=NOW)
    assert (disputed.outcome, disputed.reading) == (DISPUTED, 751)


def test_a_cup_without_a_number_can_be_awaited() -> None:
    with refused("Enter the number, or say that the laboratory’s comes later.", "reading"):
        outcome_of(the_track(URINE), Test(temperature="in_range"))


def test_what_a_correction_changes_has_the_number_before_and_after() -> None:
    history = enrollment(read(1, 0, 5), read(2, 2, 6), **by(CO))
    wrong = NewVisit("goal", START, Test(reading=15))
    corrected = propose_correction(history, 1, "correct", wrong, actor=miriam, now=NOW)
    first, second = preview(history, paid(10, 15), corrected).changes
    assert (first.read_before, first.read_after, first.is_unusable, first.is_goal) == (5, 15, False, False)
    assert (second.read_before, second.read_after) == (6, 6)
