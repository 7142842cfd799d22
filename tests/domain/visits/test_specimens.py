"""Several specimens of one visit: which of them decides, by examples typed by hand from docs/schedules.md."""

import time
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest

from cm_tracker.domain.errors import BadInput, NoOtherSpecimen
from cm_tracker.domain.schedules.schedule import parse
from cm_tracker.domain.staff.site_settings import SiteSettings
from cm_tracker.domain.visits import corrections
from cm_tracker.domain.visits.evidence import Absence, Collection, NewVisit, Specimen, Test
from cm_tracker.domain.visits.history import CurrentVisit
from cm_tracker.domain.visits.proposals import answered_visit, propose_correction, propose_visit
from cm_tracker.domain.visits.specimens import (
    deciding,
    is_cold,
    may_have_another,
    needs_observation,
    new_visit,
    outcome_of_all,
    specimens_from,
    specimens_of,
    specimens_text,
    with_specimen,
)
from cm_tracker.domain.visits.wrong_specimens import wrong_specimens
from tests.domain.schedules.documents import document
from tests.domain.visits.histories import MIRIAM, NOW, ROSA, a_visit, enrollment, miriam, new, rosa

TRACK = parse(document()).tracks[0]
ONES = {
    "N": Test({"cocaine": "negative"}, temperature="in_range"),
    "P": Test({"cocaine": "positive"}, temperature="in_range"),
    "?": Test({"cocaine": "pending"}, temperature="in_range"),
    "D": Test(specimen="dilute"),
    "L": Test(specimen="leaked", temperature="out_of_range"),
    "I": Test(specimen="invalid"),
    "C": Test({"cocaine": "negative"}, temperature="out_of_range"),  # cold
    "T": Test(specimen="tampered"),
    "R": Test(specimen="refused"),
    "n": Test({"cocaine": "negative"}, is_observed=True),  # a negative one that somebody watched being given
    "p": Test({"cocaine": "positive"}, is_observed=True),
    "d": Test(specimen="dilute", is_observed=True),
}


def given(letters: str) -> tuple[Specimen, ...]:
    """Return one specimen for each letter, ten minutes apart, with the labels U1, U2, ..."""
    return tuple(
        Specimen(ONES[letter], f"U{n}", NOW + timedelta(minutes=10 * n - 60)) for n, letter in enumerate(letters, 1)
    )


@pytest.mark.parametrize(
    ("letters", "decides", "outcome"),
    [
        # One specimen means what it has always meant; a cup that nobody can use is nobody's lapse.
        ("N", 0, "met"), ("D", 0, "dilute"), ("T", 0, "tampered"), ("C", 0, "tampered"), ("L", 0, "excused"),
        ("I", 0, "excused"), ("R", 0, "refused"),
        # The last valid one decides, whichever way it goes.
        ("DN", 1, "met"), ("DP", 1, "positive"), ("LN", 1, "met"), ("IP", 1, "positive"), ("D?", 1, "pending"),
        ("CN", 1, "met"), ("CP", 1, "positive"), ("DLN", 2, "met"), ("ND", 0, "met"),
        # Where none is valid, the last one decides.
        ("DL", 1, "excused"), ("LD", 1, "dilute"), ("DD", 1, "dilute"), ("DR", 1, "refused"),
        # What counts as tampered with is forgiven by no specimen that proves nothing.
        ("CD", 0, "tampered"), ("CL", 0, "tampered"), ("TD", 0, "tampered"), ("TR", 0, "tampered"),
        ("Td", 0, "tampered"), ("DT", 1, "tampered"), ("TC", 1, "tampered"),
        # After an altered or swapped one, a specimen is valid only if somebody watched it being given.
        ("TN", 0, "tampered"), ("TP", 0, "tampered"), ("Tn", 1, "met"), ("Tp", 1, "positive"), ("DTN", 1, "tampered"),
        ("TNn", 2, "met"), ("NT", 1, "tampered"), ("nT", 1, "tampered"),
    ],
)  # fmt: skip
def test_the_last_valid_specimen_decides(letters: str, decides: int, outcome: str) -> None:
    assert deciding(given(letters)) == decides
    assert outcome_of_all(TRACK, given(letters)) == outcome


@pytest.mark.parametrize(
    ("letters", "may"),
    [("", False), ("N", False), ("P", False), ("?", False), ("R", False), ("D", True), ("L", True), ("I", True),
     ("C", True), ("T", True), ("DN", False), ("TN", True), ("Tn", False), ("DL", True), ("DLI", False)],
)  # fmt: skip
def test_another_specimen_may_follow_while_none_is_valid(letters: str, may: bool) -> None:
    assert may_have_another(given(letters)) is may


def test_only_an_altered_or_swapped_specimen_asks_for_one_that_is_observed() -> None:
    assert [letters for letters in ("D", "C", "L", "T", "DT") if needs_observation(given(letters))] == ["T", "DT"]


def test_specimens_are_sealed_as_json_with_sorted_keys_and_read_back() -> None:
    text = specimens_text((*given("D"), *given("n")))
    assert text == (
        '[{"collected_at":"2026-03-16T14:10:00.000000Z","is_disputed":false,"is_observed":false,"read_at":null,'
        '"results":{},"specimen":"dilute","specimen_id":"U1","temperature":null},'
        '{"collected_at":"2026-03-16T14:10:00.000000Z","is_disputed":false,"is_observed":true,"read_at":null,'
        '"results":{"cocaine":"negative"},"specimen":"given","specimen_id":"U1","temperature":null}]'
    )
    assert specimens_from(text) == (*given("D"), *given("n"))
    assert (specimens_text(given("D")), specimens_from(None)) == (None, ()), "one specimen is in the columns alone"


def test_every_part_of_a_specimen_is_read_back_and_times_are_sealed_in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/Los_Angeles")
    time.tzset()
    new_york = timezone(timedelta(hours=-4))
    disputed = Specimen(
        Test({"thc": "positive", "cocaine": "negative"}, temperature="in_range", is_disputed=True),
        "U2",
        datetime(2026, 3, 16, 10, 0, tzinfo=new_york),
        datetime(2026, 3, 16, 10, 5, tzinfo=new_york),
    )
    text = specimens_text((*given("D"), disputed))
    monkeypatch.undo()
    time.tzset()
    assert text is not None and text.endswith(
        '{"collected_at":"2026-03-16T14:00:00.000000Z","is_disputed":true,"is_observed":false,'
        '"read_at":"2026-03-16T14:05:00.000000Z","results":{"cocaine":"negative","thc":"positive"},'
        '"specimen":"given","specimen_id":"U2","temperature":"in_range"}]'
    )
    assert specimens_from(text)[1] == disputed


def test_a_visit_is_entered_with_its_specimens_and_gives_them_back() -> None:
    first, last = given("DN")
    last = Specimen(last.test, "U2", last.collected_at, NOW, asked=("cocaine", "thc"), unread=("thc",))
    visit = new_visit("goal", date(2026, 3, 16), (first, last))
    assert (visit.behavior, visit.happened_on, visit.earlier) == ("goal", date(2026, 3, 16), (first,))
    assert (visit.evidence, visit.specimen_id) == (ONES["N"], "U2")
    assert (visit.collected_at, visit.read_at) == (last.collected_at, NOW)
    assert (visit.asked, visit.unread) == (("cocaine", "thc"), ("thc",))
    assert specimens_of(visit) == (first, last)
    assert (specimens_of(visit)[1].asked, specimens_of(visit)[1].unread) == (("cocaine", "thc"), ("thc",))
    assert specimens_of(new(14, Absence())) == ()


def test_one_specimen_takes_the_place_of_another() -> None:
    one, two, three = given("DLN")
    other = given("P")[0]
    assert with_specimen((one, two, three), 0, other) == (other, two, three)
    assert with_specimen((one, two, three), 2, other) == (one, two, other)


def test_only_a_specimen_that_was_given_is_too_cold_or_too_warm() -> None:
    assert [letter for letter, test in ONES.items() if is_cold(test)] == ["C"]
    assert not is_cold(Test(specimen="dilute", temperature="out_of_range"))


def dilute(**more: object) -> CurrentVisit:
    """A dilute specimen of today, U1, that was collected at 10:10 in the morning of New York."""
    (first,) = given("D")
    facts = {"specimen": "dilute", "specimen_id": "U1", "collected_at": first.collected_at, "results": {}, **more}
    return a_visit(3, 14, "D", recorded_at=NOW, **facts)


def another(letter: str, **more: object) -> NewVisit:
    second = given(f"D{letter}")[1]
    return new(14, second.test, **{"specimen_id": "U2", "collected_at": second.collected_at, **more})


def test_a_second_specimen_is_one_more_record_of_the_visit_and_the_first_one_stays_readable() -> None:
    history = enrollment(dilute())
    visit = propose_correction(history, 3, corrections.SPECIMEN, another("N"), actor=miriam, now=NOW)
    assert (visit.id, visit.newest_id, visit.outcome, visit.correction) == (3, 3, "met", "specimen")
    assert (visit.specimen, visit.specimen_id, visit.results) == ("given", "U2", {"cocaine": "negative"})
    assert [(one.specimen_id, one.test.specimen) for one in visit.all_specimens] == [("U1", "dilute"), ("U2", "given")]
    assert visit.specimen_ids == ("U1", "U2")
    assert wrong_specimens(visit, [TRACK]) is None


def test_both_specimens_can_be_entered_at_once() -> None:
    visit = propose_visit(enrollment(), another("P", earlier=given("D")), actor=rosa, now=NOW)
    assert (visit.id, visit.outcome, visit.specimen_id, len(visit.specimens)) == (0, "positive", "U2", 2)


def test_a_second_specimen_that_proves_nothing_leaves_the_first_one_deciding() -> None:
    cold = dilute(outcome="tampered", specimen="given", temperature="out_of_range", results={"cocaine": "negative"})
    visit = propose_correction(enrollment(cold), 3, corrections.SPECIMEN, another("D"), actor=rosa, now=NOW)
    assert (visit.outcome, visit.specimen_id, visit.temperature) == ("tampered", "U1", "out_of_range")
    assert len(visit.specimens) == 2


def test_a_visit_with_a_valid_specimen_gets_no_other_one() -> None:
    with pytest.raises(NoOtherSpecimen):
        propose_correction(enrollment(a_visit(3, 14)), 3, corrections.SPECIMEN, another("N"), actor=rosa, now=NOW)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"specimen_id": "U1"}, "specimen_id"),
        ({"collected_at": NOW - timedelta(minutes=51)}, "collected_at"),
        ({"collected_at": NOW + timedelta(minutes=11)}, "collected_at"),
    ],
)
def test_what_cannot_be_true_of_a_second_specimen_is_refused(more: dict[str, datetime], field: str) -> None:
    """It has the label of the first cup, was collected before it, or in the future."""
    with pytest.raises(BadInput) as refused:
        propose_correction(enrollment(dilute()), 3, corrections.SPECIMEN, another("N", **more), actor=rosa, now=NOW)
    assert refused.value.field == field


def test_the_answer_of_the_laboratory_is_about_the_specimen_that_decides() -> None:
    pending = propose_visit(enrollment(), another("?", earlier=given("D")), actor=rosa, now=NOW)
    answered = answered_visit(pending, ONES["N"])
    assert [one.test.specimen for one in answered.earlier] == ["dilute"]
    assert (answered.specimen_id, answered.evidence) == ("U2", ONES["N"])


def test_whoever_entered_a_specimen_does_not_correct_the_visit() -> None:
    second = replace(dilute(), newest_id=4, correction="specimen", staff_id=MIRIAM, makers=frozenset({ROSA, MIRIAM}))
    target = corrections.CorrectionTarget("dilute", True, "specimen", NOW, MIRIAM, second.makers, SiteSettings())
    assert corrections.CORRECT not in corrections.ways(target, miriam, NOW + timedelta(hours=1))


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({}, None),
        ({"outcome": "met"}, "has an outcome that does not follow from its specimens"),
        ({"specimens": given("DN")}, "names another specimen than the one that decides"),
        ({"specimens": (*given("L"), *given("D"))}, None),
        (
            {"specimens": (*given("L"), *given("D")), "collection": Collection(observed="yes")},
            "says of another specimen than the one that decides whether it was observed",
        ),
        # Where the visit does not say it, each specimen says it itself.
        ({"specimens": (*given("L"), *given("d"))}, None),
        # A result for the target is missing, so that no outcome follows.
        (
            {"specimen": "given", "outcome": "met", "results": {"thc": "negative"}},
            "has an outcome that does not follow from its specimens",
        ),
    ],
)
def test_a_record_whose_outcome_does_not_follow_from_its_specimens_is_found(
    more: dict[str, object], problem: str | None
) -> None:
    assert wrong_specimens(replace(dilute(), **more), [TRACK]) == problem  # type: ignore[arg-type]
