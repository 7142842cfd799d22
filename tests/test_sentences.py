"""The sentences that tell a client what a visit earned, in English and Spanish."""

import re
from datetime import timedelta

import pytest

from cm_tracker import draw_sentences, sentences
from cm_tracker.domain.schedules import ladder, outcomes
from cm_tracker.domain.schedules.ceilings import CeilingUse
from cm_tracker.domain.schedules.check import MORE_SCOPES
from cm_tracker.domain.schedules.engine import Replay
from cm_tracker.domain.schedules.schedule import Ceiling, parse
from cm_tracker.i18n import using_language
from cm_tracker.labels import visits
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
    assert sentences.near(CeilingUse(ceiling, 1000)) == f"You have reached {english}. What you do still counts."
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
        (
            "?",
            "The result is not known yet. Until then nothing is earned and nothing is lost. When it comes, it counts for "
            "that day.",
        ),
        ("!", "The lab is checking it again"),
        ("NNN", "You have had all the visits that are paid now"),
    ],
)
def test_a_hold_says_why_nothing_is_lost(weeks: str, expected_start: str) -> None:
    assert explained(document(), weeks)[0].startswith(expected_start)


FORTNIGHT = document(track(phase(step=0, visits_per_week=3, period_weeks=2, week_bonus=20)), format="cm-schedule/2")


def test_a_bonus_of_a_period_of_several_weeks_is_said_with_its_weeks() -> None:
    assert explained(FORTNIGHT, "NN N")[0] == (
        "10 points for a negative test, the 3rd in a row. 20 points more for all visits of these 2 weeks."
    )
    assert explained(FORTNIGHT, "NN N", "es")[0].endswith("20 puntos más por todas las visitas de estas 2 semanas.")


WHYS = {
    "paid": "10 points for meeting your goal.",
    "reset": "You earn nothing this time, and everything you earned before stays yours. We are glad that you are here.",
    "held": "Nothing is earned this time, and nothing is lost.",
    "extra": "You have had all the visits that are paid now. This one earns nothing and changes nothing.",
    "too_soon": "It is less than 20 hours since your last paid visit. This one earns nothing and changes nothing.",
    "outside": "This day is outside the weeks of your program. It earns nothing and changes nothing.",
    "baseline": "Nothing is paid in these weeks yet, so this visit earns nothing and changes nothing.",
}


def every_why() -> set[str]:
    """Return the codes that the ladder gives for what a visit was paid."""
    names = ("PAID", "RESET", "HELD", "EXTRA", "TOO_SOON", "OUTSIDE", "BASELINE")
    words = {value for name, value in vars(ladder).items() if name.isupper() and isinstance(value, str)}
    assert {getattr(ladder, name) for name in names} <= words
    return words - {outcomes.DILUTE, outcomes.MET, outcomes.POSITIVE}


def test_every_reason_is_said_in_both_languages() -> None:
    """Kiosk and receipt: never a reading, a substance or a result."""
    assert set(WHYS) == every_why()
    of = parse(document(track(min_hours_between=20))).tracks[0]
    replayed = run(document(), "N")
    for why, expected in WHYS.items():
        outcome = "met" if why == "paid" else "positive"
        result = replayed.results[0]._replace(why=why, outcome=outcome)
        state = replayed.state("goal", START)
        assert sentences.explain(result, of, state, on_kiosk=True)[0] == expected
        with using_language("es"):
            spanish = sentences.explain(result, of, state, on_kiosk=True)[0]
        assert spanish and spanish != expected
        assert not {"test", "prueba", "cocaine", "positiv", "negativ"} & set(
            re.findall(r"[a-z]+", (expected + spanish).lower())
        )
        assert visits.reason(result, parse(document()).tracks[0])


def test_a_visit_beyond_the_most_that_are_paid_says_so_in_both_languages() -> None:
    most = document(track(most_paid=1), format="cm-schedule/2")
    assert explained(most, "NN") == [
        "You have had all the visits that are paid now. This one earns nothing and changes nothing.",
        "Nothing is paid for your next visit.",
    ]
    assert explained(most, "NN", "es") == [
        "Ya tuvo todas las visitas que se pagan ahora; esta no gana nada y no cambia nada.",
        "Por su próxima visita no se paga nada.",
    ]


def test_every_ceiling_is_said_in_both_languages() -> None:
    replayed = run(document(), "N")
    for scope in MORE_SCOPES:
        result = replayed.results[0]._replace(cut_by=scope, paid=4)
        english = sentences.explain(result, parse(document()).tracks[0], replayed.state("goal", START))[1]
        with using_language("es"):
            spanish = sentences.explain(result, parse(document()).tracks[0], replayed.state("goal", START))[1]
        assert english.startswith("This visit was worth 10 points; ") and "allowed 4 points." in english
        assert "10 puntos" in spanish and "4 puntos" in spanish
        assert "cut from 10 by the" in visits.reason(result, parse(document()).tracks[0])


def test_a_lapse_that_lowers_by_levels_is_no_fall_to_the_start() -> None:
    """Levels 0, 1, 2 were paid and the next is 3; the lapse lowers it by one, and level 2 pays 20 points."""
    drops = document(track(reset_to={"drop": 1}), format="cm-schedule/2")
    assert explained(drops, "NN NP")[1] == "Your next visit can earn 20 points."
    assert (
        visits.reason(run(drops, "NN NP").results[-1], parse(drops).tracks[0])
        == "Lowered to level 2; points already earned stay"
    )


def test_an_unknown_part_of_a_draw_is_shown_unchanged() -> None:
    """The page of a draw works even if the database holds a part that no client can have entered."""
    assert draw_sentences.part("word river") == "river"
    assert draw_sentences.part("touch 12,300") == "touch 12,300"
    assert draw_sentences.part("word summer2") == "summer2"


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


WEEKS_OF_HOURS = {
    "extra": (
        "You have had all the weeks that are paid. This one earns nothing and changes nothing.",
        "Ya tuvo todas las semanas que se pagan; esta no gana nada y no cambia nada.",
    ),
    "baseline": (
        "Nothing is paid in these weeks yet, so this week earns nothing and changes nothing.",
        "En estas semanas todavía no se paga nada; esta no gana nada y no cambia nada.",
    ),
}


# The hours of two weeks are never too close to each other.
@pytest.mark.parametrize("why", [why for why in WHYS if why != "too_soon"])
def test_no_sentence_about_hours_speaks_of_a_visit(why: str) -> None:
    doc = hours_document()
    of, replayed = parse(doc).tracks[0], run(doc, "N")
    state = replayed.state("hours", START)
    result = replayed.results[0]._replace(why=why, outcome="met" if why == "paid" else "unexcused", cut_by="award")
    english = sentences.explain(result, of, state)
    with using_language("es"):
        spanish = sentences.explain(result, of, state)
    assert "visit" not in " ".join(english).lower() and "visita" not in " ".join(spanish).lower()
    assert (english[0], spanish[0]) == WEEKS_OF_HOURS.get(why, (english[0], spanish[0]))
    assert "visit" not in visits.reason(result._replace(cut_by=None), of).lower()


def test_a_ceiling_over_a_week_of_hours_speaks_of_weeks() -> None:
    doc = hours_document()
    replayed = run(doc, "N")
    result = replayed.results[0]._replace(cut_by="award", paid=4)
    assert sentences.explain(result, parse(doc).tracks[0], replayed.state("hours", START))[1] == (
        "The hours of this week were worth 10 points; the limit for one week allowed 4 points. "
        "Your next weeks go up as if all of it had been paid."
    )


def test_a_week_that_pays_nothing_is_announced_as_a_week() -> None:
    assert sentences.next_one(0, "points", is_hours=True) == "Nothing is paid for your next week."
