"""What a visit earned in plain words, in both languages."""

import pytest

from cm_tracker import sentences
from cm_tracker.domain.schedules.engine import Replay
from cm_tracker.domain.schedules.schedule import parse
from cm_tracker.i18n import speaking
from tests.domain.schedules.documents import document, phase, run, track


def say(doc: dict[str, object], weeks: str, language: str = "en", on_kiosk: bool = False) -> list[str]:
    found: Replay = run(doc, weeks)
    schedule = parse(doc)
    last = found.results[-1]
    with speaking(language):
        return [*sentences.explain(last, schedule.tracks[0], found.state(last.behavior, last.week), on_kiosk=on_kiosk)]


BONUS = document(track(phase(run_bonus={"every": 4, "amount": 15})))


def test_the_first_one() -> None:
    assert say(BONUS, "N") == ["10 points for a negative test.", "Your next visit can earn 15 points."]


def test_the_fourth_in_a_row_with_its_bonus() -> None:
    assert say(BONUS, "NN NN") == [
        "25 points for a negative test, the 4th in a row. 15 points more for 4 in a row.",
        "Your next visit can earn 30 points.",
    ]


def test_in_spanish() -> None:
    assert say(BONUS, "NN", "es") == [
        "15 puntos por una prueba negativa, la 2.ª seguida.",
        "En su próxima visita puede ganar 20 puntos.",
    ]


def test_a_lapse_is_no_scolding_and_says_how_to_come_back() -> None:
    doc = document(track(restore={"after": 5, "takes_effect": "next", "to": "last_paid"}))
    assert say(doc, "NN NP") == [
        "You earn nothing this time, and everything you earned before stays yours. We are glad that you are here.",
        "Your next visit can earn 10 points.",
        "After 5 visits in a row that meet your goal you are back where you were.",
    ]


def test_on_the_kiosk_nothing_says_what_was_tested() -> None:
    assert say(BONUS, "N", on_kiosk=True)[0] == "10 points for meeting your goal."


def test_a_ceiling_says_that_it_cut() -> None:
    doc = document(ceilings=[{"scope": "calendar_year", "cents": 450}])
    assert say(doc, "NN")[1] == (
        "This visit was worth 15 points; this year's limit allowed 8 points. Your next visits go up as if all of it had been paid."
    )


def test_after_the_last_week_it_says_well_done() -> None:
    assert say(document(track(phase((1, 1)))), "NN")[1] == (
        "Your program's weeks are complete. Well done for staying with it."
    )


@pytest.mark.parametrize(
    ("weeks", "begins"),
    [
        ("E", "The absence is excused"),
        ("D", "The specimen was too dilute"),
        ("?", "The result is not known yet"),
        ("!", "The lab is checking it again"),
        ("NNN", "You already had all of this week's paid visits"),
    ],
)
def test_a_hold_says_why_nothing_is_lost(weeks: str, begins: str) -> None:
    assert say(document(), weeks)[0].startswith(begins)


def test_a_part_that_no_client_can_have_added_is_shown_as_it_stands() -> None:
    """Whatever was put into the database: the page of a draw tells of it, and does not stumble."""
    assert sentences.part("word river") == "river"
    assert sentences.part("touch 12,300") == "touch 12,300"
    assert sentences.part("word summer2") == "summer2"
