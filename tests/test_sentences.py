"""The sentences that tell a client what a visit earned, in English and Spanish."""

from datetime import timedelta

import pytest

from cm_tracker import sentences
from cm_tracker.domain.schedules.ceilings import CeilingUse
from cm_tracker.domain.schedules.engine import Replay
from cm_tracker.domain.schedules.schedule import Ceiling, parse
from cm_tracker.i18n import using_language
from tests.domain.schedules.documents import START, document, phase, run, track
from tests.program_hours import hours_document


def explained(doc: dict[str, object], weeks: str, language: str = "en", on_kiosk: bool = False) -> list[str]:
    replayed: Replay = run(doc, weeks)
    schedule = parse(doc)
    result = replayed.results[-1]
    with using_language(language):
        return [
            *sentences.explain(
                result,
                schedule.tracks[0],
                replayed.state(result.behavior, START + timedelta(weeks=result.week - 1)),
                on_kiosk=on_kiosk,
            )
        ]


BONUS = document(track(phase(run_bonus={"every": 4, "amount": 15})))


def test_the_first_visit_earns_the_first_value_of_the_ladder() -> None:
    assert explained(BONUS, "N") == ["10 points for a negative test.", "Your next visit can earn 15 points."]


def test_the_fourth_visit_in_a_row_earns_its_bonus() -> None:
    assert explained(BONUS, "NN NN") == [
        "25 points for a negative test, the 4th in a row. 15 points more for 4 in a row.",
        "Your next visit can earn 30 points.",
    ]


def test_the_sentences_are_translated_into_spanish() -> None:
    assert explained(BONUS, "NN", "es") == [
        "15 puntos por una prueba negativa, la 2.ª seguida.",
        "En su próxima visita puede ganar 20 puntos.",
    ]


def test_after_a_lapse_the_client_is_not_blamed_and_reads_how_to_get_back() -> None:
    doc = document(track(restore={"after": 5, "takes_effect": "next", "to": "last_paid"}))
    assert explained(doc, "NN NP") == [
        "You earn nothing this time, and everything you earned before stays yours. We are glad that you are here.",
        "Your next visit can earn 10 points.",
        "After 5 visits in a row that meet your goal you are back where you were.",
    ]


def test_the_kiosk_does_not_say_what_was_tested() -> None:
    assert explained(BONUS, "N", on_kiosk=True)[0] == "10 points for meeting your goal."


def test_a_ceiling_says_how_much_it_allowed() -> None:
    doc = document(ceilings=[{"scope": "calendar_year", "cents": 450}])
    assert explained(doc, "NN")[1] == (
        "This visit was worth 15 points; this year's limit allowed 8 points. Your next visits go up as if all of it had been paid."
    )


def test_a_client_whose_next_visit_pays_nothing_reads_so_and_not_that_the_weeks_are_over() -> None:
    baseline = document(track(phase((1, 2), base=0, step=0, pays_nothing=True), phase((3, 4))), format="cm-schedule/2")
    assert tuple(explained(baseline, "N")) == (
        "Nothing is paid in these weeks yet, so this visit earns nothing and changes nothing.",
        "Nothing is paid for your next visit.",
    )
    most = document(track(most_paid=1), format="cm-schedule/2")
    assert explained(most, "N")[-1] == "Nothing is paid for your next visit."


@pytest.mark.parametrize(
    ("ceiling", "english", "spanish"),
    [
        (
            Ceiling("year_from", 1000, first_day=(7, 1)),
            "this program year's limit",
            "el límite de este año del programa",
        ),
        (Ceiling("rolling", 1000, days=30), "the limit for these days", "el límite de estos días"),
        (Ceiling("lifetime", 1000), "your limit in this program", "su límite en este programa"),
    ],
)
def test_a_client_is_told_which_limit_is_near(ceiling: Ceiling, english: str, spanish: str) -> None:
    assert sentences.near(CeilingUse(ceiling, 800)) == f"You are close to {english}: $2.00 left."
    assert sentences.near(CeilingUse(ceiling, 1000)) == f"You have reached {english}. Your visits still count."
    with using_language("es"):
        assert spanish in sentences.near(CeilingUse(ceiling, 800))


def test_after_the_last_week_the_client_reads_well_done() -> None:
    assert explained(document(track(phase((1, 1)))), "NN")[1] == (
        "Your program's weeks are complete. Well done for staying with it."
    )


@pytest.mark.parametrize(
    ("weeks", "expected_start"),
    [
        ("E", "The absence is excused"),
        ("D", "The specimen was too dilute"),
        ("?", "The result is not known yet"),
        ("!", "The lab is checking it again"),
        ("NNN", "You already had all the visits that are paid now"),
    ],
)
def test_a_hold_says_why_nothing_is_lost(weeks: str, expected_start: str) -> None:
    assert explained(document(), weeks)[0].startswith(expected_start)


def test_an_unknown_part_of_a_draw_is_shown_unchanged() -> None:
    """The page of a draw works even if the database holds a part that no client can have entered."""
    assert sentences.part("word river") == "river"
    assert sentences.part("touch 12,300") == "touch 12,300"
    assert sentences.part("word summer2") == "summer2"


@pytest.mark.parametrize(
    ("language", "sentences_after"),
    [
        (
            "en",
            [
                "Your next week can earn 10 points.",
                "After 2 weeks in a row with enough hours you are back where you were.",
            ],
        ),
        (
            "es",
            [
                "En su próxima semana puede ganar 10 puntos.",
                "Después de 2 semanas seguidas con horas suficientes vuelve a donde estaba.",
            ],
        ),
    ],
)
def test_too_few_hours_say_when_the_old_level_is_back(language: str, sentences_after: list[str]) -> None:
    doc = hours_document(restore={"after": 2, "takes_effect": "next", "to": "last_paid"})
    assert explained(doc, "N N M", language)[1:] == sentences_after
