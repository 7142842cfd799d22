"""The kiosk: a client types code and PIN, reads their card, and leaves; the card then closes."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import command
from cm_tracker.domain.visits.evidence import Test
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from tests import cast
from tests.domain.schedules.documents import document, phase, track
from tests.operations.visits.test_readings import enrolled, record
from tests.web.conftest import Person, text

Given = Callable[..., Any]


def opened(app: Flask, code: str = "HS-1", pin: str = cast.PIN) -> Person:
    client = Person(app, tablet=cast.MILL if code.upper().startswith("MR") else cast.HARBOR)
    answer = client.send("/kiosk/sign-in", code=code, pin=pin)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/kiosk/card")
    return client


def refusal(app: Flask, code: str, pin: str) -> str:
    """Sign in with what is refused, and return the text of the page that the browser is led to."""
    client = Person(app)
    assert not client.opens(code, pin)
    return text(client.get("/kiosk/sign-in"))


@pytest.mark.parametrize("code", ["HS1", "hs 1", " hs-1 ", "H-S-1", "hs–1"])
def test_a_code_may_be_typed_with_or_without_hyphens_spaces_and_capitals(app: Flask, code: str) -> None:
    assert opened(app, code).get("/kiosk/card").status_code == 200


def test_a_code_that_matches_two_clients_opens_neither_card(app: Flask, rosa: Person) -> None:
    for code in ("1-11", "11-1"):
        client_url = rosa.send("/clients/new", code=code, preferred_name="", site_id="1", language="en").headers[
            "Location"
        ]
        rosa.send(f"{client_url}/pin", pin=cast.PIN, again=cast.PIN)
    assert not Person(app).opens("111", cast.PIN)
    assert opened(app, "11-1").get("/kiosk/card").status_code == 200


def test_tries_with_differently_written_codes_count_for_the_same_client(app: Flask) -> None:
    for code in ("HS-1", "HS1", "H-S1", "h s 1", "hs1-"):
        assert "do not match" in refusal(app, code, "9999")
    assert "Too many tries" in refusal(app, "HS-1", cast.PIN)


def test_the_card_shows_what_a_client_has_their_next_step_and_the_prizes(app: Flask, given: Given) -> None:
    given(cast.rich)
    client = opened(app)
    # What the kiosk is glad about stands in the place of the prizes, once.
    assert "3 visits met. Well done!" in text(client.get("/kiosk/card"))
    client.send("/kiosk/moments", shown_at="/kiosk/card", moment="run-3")
    content = text(client.get("/kiosk/card"))
    assert "You have 85 points = $21.25 85 points earned since March 2 3 visits met" in content
    # The fourth visit earns 25, and the sixth has a flag.
    assert "Your next step: 25 points 3 more visits to the flag: 40 extra" in content
    assert "Ask us for your next visit 25 points for your visit" in content
    assert "Travel mug" in content and "Grocery card" in content


def test_the_card_shows_no_name_no_substance_and_no_result(app: Flask, given: Given) -> None:
    given(cast.rich)
    given(cast.visit, 7, cast.positive())
    page = opened(app).get("/kiosk/card").get_data(as_text=True).lower()
    for word in ("amir", "hs-1", "cocaine", "urine", "test", "positive", "negative", "reset", "in a row", " back "):
        assert word not in page, word


def test_the_card_is_in_the_clients_language(app: Flask) -> None:
    client = Person(app, tablet=cast.MILL)
    answer = client.send("/kiosk/sign-in", code="mr-1", pin=cast.PIN)
    content = text(client.get(answer.headers["Location"]))
    assert "Aquí estará lo que gane." in content and "10 puntos por su visita" in content and "He terminado" in content


def test_a_client_is_warned_before_a_ceiling_is_reached(app: Flask, rosa: Person, given: Given) -> None:
    version = given(publish_low_ceiling)
    client_url = rosa.send("/clients/new", code="HS-77", preferred_name="", site_id="1", language="en").headers[
        "Location"
    ]
    rosa.send(f"{client_url}/enroll", schedule_version_id=str(version), starts_on="2026-03-16")
    rosa.send(f"{client_url}/pin", pin=cast.PIN, again=cast.PIN)
    rosa.send("/enrollments/3/0/visits/new", happened_on="2026-03-16", came_at="09:00")
    assert "$8.00 of the $10.00 for this calendar year are used. Tell the client before it is reached." in text(
        rosa.get(client_url)
    )
    content = text(opened(app, "HS-77").get("/kiosk/card"))
    assert "You are close to this year's limit: $2.00 left." in content


def test_the_bonus_of_a_full_week_is_a_flag(app: Flask, rosa: Person, given: Given) -> None:
    """One visit fills the week, for 10 points and 40 more; the next visit has the flag again."""
    version = given(publish_week_bonus)
    client_url = rosa.send("/clients/new", code="HS-77", preferred_name="", site_id="1", language="en").headers[
        "Location"
    ]
    rosa.send(f"{client_url}/enroll", schedule_version_id=str(version), starts_on="2026-03-16")
    rosa.send(f"{client_url}/pin", pin=cast.PIN, again=cast.PIN)
    card = opened(app, "HS-77")
    assert "Your next step: 10 points The flag is next: 40 extra" in text(card.get("/kiosk/card"))
    assert "Su próximo paso: 10 puntos Ahora viene la bandera: 40 extra" in text(card.in_language("es"))
    rosa.send("/enrollments/3/0/visits/new", happened_on="2026-03-16", came_at="09:00")
    assert "You have +50 today 50 points = $12.50" in text(card.in_language("en"))


def publish_week_bonus(session: Session) -> int:
    """Publish an attendance schedule with a bonus for a full week of one visit. Return its version's id."""
    doc = document(
        track(phase(visits_per_week=1, week_bonus=40), evidence="attendance", target=[]),
        name="Full week",
        format="cm-schedule/2",
    )
    return publish_schedule(session, document=doc, reason="t", key=cast.key(), actor=command(), now=cast.NOW)


def publish_low_ceiling(session: Session) -> int:
    """Publish an attendance schedule that pays $8 a visit, with a ceiling of $10 a year. Return its version's id."""
    doc = document(
        track(phase(base=32, step=0), evidence="attendance", target=[]),
        name="Near",
        ceilings=[{"scope": "calendar_year", "cents": 1000}],
    )
    return publish_schedule(session, document=doc, reason="t", key=cast.key(), actor=command(), now=cast.NOW)


def test_the_first_page_is_in_english_or_spanish(app: Flask) -> None:
    assert "Good to see you" in text(Person(app).get("/kiosk")) and "Qué gusto verle" in text(Person(app).get("/kiosk"))
    assert "Su código" in text(Person(app).get("/kiosk/sign-in?lang=es"))
    assert "Your code" in text(Person(app).get("/kiosk/sign-in?lang=xx"))


@pytest.mark.parametrize(
    ("code", "pin"), [("HS-1", "9999"), ("NOBODY", cast.PIN), ("HS-1", f"{cast.PIN} "), ("x" * 41, "1")]
)
def test_a_wrong_code_and_a_wrong_pin_look_the_same(app: Flask, code: str, pin: str) -> None:
    content = refusal(app, code, pin)
    assert "do not match" in content or "Type your code" in content
    assert code not in content


def test_an_empty_form_asks_for_code_and_pin(app: Flask) -> None:
    assert "Type your code and your PIN." in refusal(app, "", "")


def test_a_code_is_blocked_after_five_failures_and_others_are_not(app: Flask, clock: time_machine.Traveller) -> None:
    for _ in range(5):
        assert "do not match" in refusal(app, "HS-1", "9999")
    assert "Too many tries. Wait 10 minutes" in refusal(app, "HS-1", cast.PIN)
    opened(app, "MR-1")
    clock.shift(timedelta(minutes=10))
    opened(app)


def test_one_pin_over_many_codes_stops_at_the_tablet_even_without_its_other_cookies(app: Flask) -> None:
    for n in range(8):
        assert "do not match" in refusal(app, f"GUESS-{n}", "2580")
    for n in range(8, 40):
        assert "Too many tries. Wait 10 minutes" in refusal(app, f"GUESS-{n}", "2580")
    assert "Too many tries. Wait 10 minutes" in refusal(app, "HS-1", cast.PIN)
    opened(app, "MR-1")


def test_the_card_closes_by_itself_after_a_minute(app: Flask, clock: time_machine.Traveller) -> None:
    client = opened(app)
    page = client.get("/kiosk/card")
    assert b'http-equiv="refresh" content="61; url=/kiosk' in page.data
    assert page.headers["Cache-Control"] == "no-store"
    clock.shift(timedelta(seconds=61))
    answer = client.get("/kiosk/card")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/kiosk")


def test_a_client_can_ask_for_more_time_until_the_card_is_closed(app: Flask, clock: time_machine.Traveller) -> None:
    client = opened(app)
    clock.shift(timedelta(seconds=50))
    assert client.send("/kiosk/more", shown_at="/kiosk/card").status_code == 303
    clock.shift(timedelta(seconds=50))
    assert client.get("/kiosk/card").status_code == 200
    clock.shift(timedelta(seconds=11))
    client.send("/kiosk/more", shown_at="/kiosk")
    assert client.get("/kiosk/card").status_code == 302
    assert opened(app).send_bare("/kiosk/more").status_code == 400


def test_i_am_done_also_closes_the_card_for_a_copied_cookie(app: Flask) -> None:
    client = opened(app)
    cookie = client.client.get_cookie("cm_kiosk", path="/kiosk")
    assert cookie is not None
    assert client.send("/kiosk/close", shown_at="/kiosk/card").status_code == 303
    thief = Person(app)
    thief.client.set_cookie("cm_kiosk", cookie.value, path="/kiosk")
    assert thief.get("/kiosk/card").status_code == 302


def test_a_kiosk_cookie_opens_no_staff_page_and_a_staff_cookie_no_card(app: Flask, rosa: Person) -> None:
    client = opened(app)
    for path in ("/", "/clients/1", "/visits/1", "/ledger"):
        assert client.get(path).status_code == 302
    assert rosa.get("/kiosk/card").headers["Location"] == "/kiosk/pair"
    rosa.pair(cast.TOKENS[cast.HARBOR])
    assert rosa.get("/kiosk/card").headers["Location"] == "/kiosk"


def test_forms_without_a_token_are_refused(app: Flask) -> None:
    assert Person(app).send_bare("/kiosk/sign-in", code="HS-1", pin=cast.PIN).status_code == 400
    assert opened(app).send_bare("/kiosk/close").status_code == 400


def test_other_methods_are_refused_with_a_friendly_page(app: Flask) -> None:
    answer = Person(app).client.put("/kiosk/card")
    assert answer.status_code == 405
    assert "Something went wrong. Please start again" in text(answer)


def test_a_client_without_a_pin_cannot_open_a_card(app: Flask, rosa: Person) -> None:
    rosa.send("/clients/new", code="HS-77", preferred_name="", site_id="1", language="en")
    assert not Person(app).opens("HS-77", "")
    assert not Person(app).opens("HS-77", "None")


def test_the_card_explains_points_that_a_correction_added(app: Flask, given: Given) -> None:
    given(cast.visit, 0, Test({"cocaine": "pending"}, temperature="in_range"))
    given(cast.put_right, 1, "answer", cast.negative(), actor=cast.rosa)
    content = text(opened(app).get("/kiosk/card"))
    assert "On Monday, March 16 we added 10 points that we owed you from before." in content


def test_a_paused_client_reads_since_when_and_what_waits_for_them(app: Flask, given: Given) -> None:
    given(cast.rich)
    given(cast.pause, cast.AMIR, "2026-03-09")
    content = text(opened(app).get("/kiosk/card"))
    assert (
        "Your program is paused since Monday, March 9. This step waits for you: 25 points for your visit. "
        "You can still spend 85 points ($21.25)." in content
    )
    assert "hospital" not in content.lower() and "Your next step" not in content


def test_a_pause_whose_last_day_is_known_is_named_with_both_days(app: Flask, given: Given) -> None:
    given(cast.pause, cast.AMIR, "2026-03-16", "2026-03-20")
    content = text(opened(app).get("/kiosk/card"))
    assert "Your program is paused from Monday, March 16 to Friday, March 20." in content
    # Nothing was reached yet: the first visit earns 10 points.
    assert "This step waits for you: 10 points for your visit." in content and "still spend" not in content


def test_a_pause_that_is_over_or_still_to_come_changes_nothing(app: Flask, given: Given) -> None:
    given(cast.pause, cast.AMIR, "2026-03-10", "2026-03-15")
    given(cast.pause, cast.AMIR, "2026-03-17", "2026-03-18")
    content = text(opened(app).get("/kiosk/card"))
    assert "paused" not in content and "10 points for your visit" in content


@pytest.mark.parametrize("reason", ["completed", "discharged"])
def test_a_client_whose_program_has_ended_keeps_their_points_and_reads_no_reason(
    app: Flask, given: Given, reason: str
) -> None:
    given(cast.rich)
    given(cast.end, cast.AMIR, "2026-03-10", reason)
    content = text(opened(app).get("/kiosk/card"))
    assert "Your program has ended. You can still spend 85 points ($21.25)." in content
    assert "for your visit" not in content and "Your next step" not in content and reason not in content.lower()
    assert "You can get any reward now. 20 You can get it now. Travel mug" in content


def test_after_the_end_the_last_day_to_spend_is_named_long_before(app: Flask, given: Given) -> None:
    given(cast.rich)
    given(cast.set_site, expiry_weeks=26)
    given(cast.end, cast.AMIR, "2026-03-10", "completed")
    # 26 weeks after the last day it is September 8; the day after, the points are gone.
    content = text(opened(app).get("/kiosk/card"))
    assert "You can still spend 85 points ($21.25) until Sep 8, 2026." in content
    assert content.count("until") == 1


def test_paused_and_ended_are_said_in_spanish(app: Flask, given: Given) -> None:
    given(cast.visit, 0, enrollment_id=cast.BEA, actor=cast.anna)
    given(cast.pause, cast.BEA, "2026-03-09", actor=cast.anna)
    assert (
        "Su programa está en pausa desde el lunes 9 de marzo. Este paso le espera: 15 puntos por su visita. "
        "Todavía puede gastar 10 puntos ($2.50)." in text(opened(app, "MR-1").get("/kiosk/card"))
    )
    given(cast.end, cast.BEA, "2026-03-10", actor=cast.anna)
    assert "Su programa ha terminado. Todavía puede gastar 10 puntos ($2.50)." in text(
        opened(app, "MR-1").get("/kiosk/card")
    )


def test_an_ended_program_without_points_says_only_that_and_shows_no_prize(app: Flask, given: Given) -> None:
    given(cast.end, cast.AMIR, "2026-03-10", "left")
    content = text(opened(app).get("/kiosk/card"))
    assert "Your program has ended." in content and "Travel mug" not in content and "still spend" not in content


GOALS = track(phase(), behavior="goal", evidence="activity", target=[], title="Finished plans")
SESSIONS = track(phase(), behavior="groups", evidence="attendance", target=[], title="Groups")
SOBER = track(phase(), behavior="sober", evidence="breath_test", target=[], title="Sober")
WEEKS = track(phase((1, 4), visits_per_week=1), behavior="weeks", evidence="hours", hours=9, target=[], title="Hours")


@pytest.mark.parametrize(
    ("tracks", "english", "spanish"),
    [
        ([GOALS, SESSIONS], ["Your goals", "Your sessions"], ["Sus metas", "Sus sesiones"]),
        ([track(), WEEKS], ["Your visits", "Your weeks"], ["Sus visitas", "Sus semanas"]),
        (
            [track(), SOBER, SESSIONS],
            ["Your visits, part 1", "Your visits, part 2", "Your sessions"],
            ["Sus visitas, parte 1", "Sus visitas, parte 2", "Sus sesiones"],
        ),
        ([SESSIONS], [], []),
    ],
)
def test_each_of_several_tracks_has_a_heading_that_names_no_test(
    app: Flask, given: Given, rosa: Person, tracks: list[dict[str, Any]], english: list[str], spanish: list[str]
) -> None:
    given(enrolled, *tracks)
    rosa.send("/clients/3/pin", pin=cast.PIN, again=cast.PIN)
    card = opened(app, "HS-7")
    for language, expected in (("en", english), ("es", spanish)):
        page = card.in_language(language).get_data(as_text=True)
        first = re.findall(r'<p class="part-of">([^<]*)</p>', page)
        others = re.findall(r"<li>([^<:]*): 10 (?:points|puntos) [^<]*</li>", page)
        assert first + others == expected
        for word in ("breath", "cocaine", "hours", "horas", "Groups", "Finished plans", "Sober", "test", "prueba"):
            assert word not in page, word


def test_what_waits_for_a_paused_client_is_told_apart_by_the_same_headings(
    app: Flask, given: Given, rosa: Person
) -> None:
    of = given(enrolled, track(), SESSIONS)
    rosa.send("/clients/3/pin", pin=cast.PIN, again=cast.PIN)
    given(cast.pause, of, "2026-03-10")
    content = text(opened(app, "HS-7").in_language("en"))
    assert "Your visits: This step waits for you: 10 points for your visit." in content
    assert "Your sessions: This step waits for you: 10 points for your visit." in content


def test_a_goal_is_called_a_goal(app: Flask, given: Given, rosa: Person) -> None:
    given(enrolled, GOALS)
    rosa.send("/clients/3/pin", pin=cast.PIN, again=cast.PIN)
    rosa.send("/enrollments/3/0/visits/new", happened_on="2026-03-16")
    card = opened(app, "HS-7")
    english, spanish = (text(card.in_language(language)) for language in ("en", "es"))
    assert "1 goal met" in english and "15 points for your goal" in english and "visit" not in english.lower()
    assert "1 meta cumplida" in spanish and "15 puntos por su meta" in spanish and "visita" not in spanish.lower()


@pytest.mark.parametrize(("visits", "spanish"), [(1, "1 visita cumplida"), (2, "2 visitas cumplidas")])
def test_one_visit_is_singular_in_spanish(app: Flask, given: Given, visits: int, spanish: str) -> None:
    for day in (0, 2)[:visits]:
        given(cast.visit, day)
    assert spanish in text(opened(app).in_language("es"))


@pytest.mark.parametrize(
    ("after", "english", "spanish"),
    [
        (1, "1 more visit, then your step is 25", "1 visita más, y su paso es 25"),
        (2, "2 more visits, then your step is 25", "2 visitas más, y su paso es 25"),
    ],
)
def test_after_a_lapse_the_card_says_when_the_step_is_high_again_and_nothing_of_the_lapse(
    app: Flask, given: Given, rosa: Person, after: int, english: str, spanish: str
) -> None:
    """Four visits earned 10, 15, 20 and 25."""
    of = given(
        enrolled,
        track(phase((1, 12), visits_per_week=3), restore={"after": after, "takes_effect": "next", "to": "last_paid"}),
    )
    rosa.send("/clients/3/pin", pin=cast.PIN, again=cast.PIN)
    for day, test in ((0, cast.negative()), (2, cast.negative()), (4, cast.negative()), (7, cast.negative())):
        given(record, of, day, test)
    given(record, of, 9, cast.positive())
    card = opened(app, "HS-7")
    content = text(card.in_language("en"))
    assert f"Your next step: 10 points {english}" in content and "4 visits met" in content
    assert spanish in text(card.in_language("es"))
    page = card.in_language("en").get_data(as_text=True)
    assert re.findall(r'class="stone (\w+)', page)[:5] == ["joined", "pebble", "pebble", "done", "done"]
    # The last steps earned more than the next one will: they say no number.
    assert re.findall(r'class="number done"[^>]*>(\d+)', page) == []


def test_a_zero_never_stands_in_large_letters(app: Flask, given: Given) -> None:
    page = opened(app).get("/kiosk/card").get_data(as_text=True)
    assert 'class="amount"' not in page and "What you earn will stand here." in page
    assert ">0<" not in page and "0 points" not in re.sub(r"\d0 points", "", page)
