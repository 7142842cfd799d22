"""Who publishes a schedule, with which words, and from which day on it takes enrollments."""

from datetime import date

import pytest

from cm_tracker.domain.errors import ReasonMissing, SecondLeadPublishes, VersionNotYet
from cm_tracker.domain.schedules.approval import (
    check_decision,
    check_in_force,
    check_note,
    check_start,
    check_statement,
    is_in_force,
)
from cm_tracker.domain.schedules.schedule import parse
from tests.domain.refused import refused
from tests.domain.schedules.documents import document

TODAY = date(2026, 3, 16)


def test_who_sends_a_draft_says_what_it_is_for() -> None:
    check_note("x")
    for note in ("", "  "):
        with pytest.raises(ReasonMissing) as caught:
            check_note(note)
        assert caught.value.field == "note"


def test_a_second_lead_approves_or_sends_back_with_a_note() -> None:
    check_decision("approved", "", is_own=False)
    check_decision("sent_back", "Lower it a", is_own=False)


@pytest.mark.parametrize("note", ["", "Lower it.", "  Lower it.  "])
def test_who_sends_a_draft_back_says_what_has_to_change(note: str) -> None:
    with refused("Say what has to change, so that whoever sent it understands it.", "note"):
        check_decision("sent_back", note, is_own=False)


@pytest.mark.parametrize("decision", ["approved", "sent_back"])
def test_nobody_decides_about_their_own_draft(decision: str) -> None:
    with pytest.raises(SecondLeadPublishes):
        check_decision(decision, "Lower it a bit", is_own=True)


def test_a_decision_is_one_of_two() -> None:
    with refused("Choose whether it is approved.", "decision"):
        check_decision("declined", "Lower it a bit", is_own=False)


@pytest.mark.parametrize("day", [TODAY, date(2027, 3, 17)])
def test_a_version_begins_today_or_within_a_year(day: date) -> None:
    check_start(day, TODAY)


def test_a_version_begins_neither_in_the_past_nor_more_than_a_year_ahead() -> None:
    with refused("The day is past. Choose today or a later day.", "starts_on"):
        check_start(date(2026, 3, 15), TODAY)
    with refused("The day may lie at most a year ahead.", "starts_on"):
        check_start(date(2027, 3, 18), TODAY)


def test_a_statement_that_there_is_one_lead_says_something() -> None:
    check_statement("One lead..")
    for words in ("", "One lead.", "  One lead.  "):
        with refused("Write a sentence that an auditor understands a year from now.", "words"):
            check_statement(words)


@pytest.mark.parametrize(
    ("starts_on", "is_there"), [(None, True), (date(2026, 3, 15), True), (TODAY, True), (date(2026, 3, 17), False)]
)
def test_a_version_takes_enrollments_from_its_day_on(starts_on: date | None, is_there: bool) -> None:
    assert is_in_force(starts_on, TODAY) is is_there
    schedule = parse(document(name="Vouchers"))
    if is_there:
        check_in_force(schedule, starts_on, TODAY)
        return
    with pytest.raises(VersionNotYet) as caught:
        check_in_force(schedule, starts_on, TODAY)
    refusal = caught.value
    assert (refusal.schedule, refusal.starts_on, refusal.field) == ("Vouchers", starts_on, "schedule_version_id")
