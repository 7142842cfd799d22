"""The agreement on pages: it follows enrolling, is signed with the PIN or on paper, and is kept as it was."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from cm_tracker.operations.clients.change_client import change_client
from cm_tracker.operations.clients.set_pin import set_pin
from cm_tracker.passwords import Hasher
from cm_tracker.queries.clients.agreements import signed_of
from tests import cast, merging
from tests.operations.clients.test_sign_agreement import sign
from tests.web.checklist import check
from tests.web.conftest import Person, hidden, text

People = Callable[..., Person]
Given = Callable[..., Any]
CARE = ("rosa", "miriam")
PATH = "/enrollments/1/agreement"


def send(person: Person, way: str = "screen", **fields: str) -> TestResponse:
    """Open the page and send one of its forms."""
    kept = hidden(person.get(PATH).get_data(as_text=True))
    return person.client.post(PATH, data={**kept, "way": way, **fields})


def test_the_checklist(person: People, given: Given) -> None:
    check(person, PATH, allowed=CARE, unknown="/enrollments/99/agreement", elsewhere=PATH, writes=True)
    check(person, "/sites/1/unsigned", allowed=CARE, unknown="/sites/99/unsigned", elsewhere="/sites/1/unsigned")
    given(sign)
    check(person, "/agreements/1", allowed=CARE, unknown="/agreements/99", elsewhere="/agreements/1")
    page = "/agreements/1/withdraw"
    check(person, page, allowed=CARE, unknown="/agreements/99/withdraw", elsewhere=page, writes=True)


def test_enrolling_leads_to_the_agreement(rosa: Person, given: Given) -> None:
    client_id = given(merging.second_record)
    answer = rosa.send(f"/clients/{client_id}/enroll", schedule_version_id="1", starts_on="2026-03-16")
    assert answer.status_code == 303
    assert re.fullmatch(r"/enrollments/\d+/agreement", answer.headers["Location"])
    assert "Later: to the client" in text(rosa.get(answer.headers["Location"]))


def test_a_client_signs_with_their_pin_and_finds_what_they_signed(rosa: Person) -> None:
    page = text(rosa.get(PATH))
    assert "Our agreement HS-1 · Harbor Street It begins on Mar 2, 2026. The last day is May 24, 2026." in page
    assert "Printed by Rosa: Mar 16, 2026, 11:00 AM" in page
    answer = send(rosa, pin=cast.PIN)
    assert answer.status_code == 303, text(answer)
    assert answer.headers["Location"] == "/agreements/1"
    signed = text(rosa.get("/agreements/1"))
    assert "HS-1 signed this with the PIN on Mar 16, 2026." in signed
    assert "Signed with the PIN on Mar 16, 2026. Rosa signed for the clinic." in signed
    assert re.search(r"Seal: [0-9a-f]{64}", signed)
    again = rosa.get(PATH)
    assert (again.status_code, again.headers["Location"]) == (303, "/agreements/1")


def test_a_wrong_pin_is_said_in_the_clients_language_and_signs_nothing(rosa: Person, given: Given) -> None:
    given(
        change_client,
        client_id=cast.AMIR,
        preferred_name="Amir",
        language="es",
        shown="",
        actor=cast.rosa,
        now=cast.NOW,
    )
    for pin in ("9999", ""):
        answer = send(rosa, pin=pin)
        assert answer.status_code == 422
        assert "Ese PIN no es correcto." in text(answer) and "Nuestro acuerdo" in text(answer)
        assert pin not in answer.get_data(as_text=True) or not pin
    assert given(signed_of, cast.AMIR) == ()


def test_what_was_signed_on_paper_is_recorded_with_day_and_witness(rosa: Person) -> None:
    refused = send(rosa, "paper", signed_on="", witness_id=str(cast.LEO))
    assert refused.status_code == 422 and "Enter the day that stands on the paper." in text(refused)
    assert send(rosa, "paper", signed_on="2026-03-12", witness_id=str(cast.LEO)).status_code == 303
    assert "Signed on paper on Mar 12, 2026. Leo signed for the clinic." in text(rosa.get("/agreements/1"))


def test_what_changed_since_it_was_shown_is_shown_again(rosa: Person, given: Given) -> None:
    kept = hidden(rosa.get(PATH).get_data(as_text=True))
    given(cast.move, cast.AMIR, cast.ATTENDANCE, "2026-03-16")
    answer = rosa.client.post(PATH, data={**kept, "way": "screen", "pin": cast.PIN})
    assert answer.status_code == 422
    assert "no longer what the page showed" in text(answer) and "Attendance points, 12 weeks" in text(answer)
    assert given(signed_of, cast.AMIR) == ()


def test_a_client_without_a_pin_signs_on_paper(rosa: Person, given: Given) -> None:
    def no_pin(session: Any) -> None:
        second = merging.second_record(session)
        merging.enroll(session, second, "2026-03-02")

    given(no_pin)
    page = rosa.get("/enrollments/3/agreement").get_data(as_text=True)
    assert "has no PIN yet" in page and "I sign this" not in page and "<details" in page and "open" in page
    given(set_pin, client_id=3, pin="5821", hasher=Hasher(64, 1), actor=cast.rosa, now=cast.NOW)
    assert "I sign this" in rosa.get("/enrollments/3/agreement").get_data(as_text=True)


def test_the_first_page_and_the_desk_say_who_has_not_signed(rosa: Person, miriam: Person, given: Given) -> None:
    first = rosa.get("/").get_data(as_text=True)
    assert 'href="/sites/1/unsigned"' in first and "1 client has not signed the agreement HS-1 Amir" in text(
        rosa.get("/")
    )
    assert "HS-1 Amir" in text(rosa.get("/sites/1/unsigned"))
    desk = text(miriam.get("/"))
    assert "A client has not signed the agreement Harbor Street" in desk and "HS-1" not in desk
    given(sign)
    assert "has not signed" not in text(rosa.get("/")) + text(miriam.get("/"))
    assert "Everybody has signed." in text(rosa.get("/sites/1/unsigned"))


def test_the_clients_papers_and_the_enrollment_lead_to_it(rosa: Person, given: Given) -> None:
    assert f'href="{PATH}"' in rosa.get("/clients/1/consents").get_data(as_text=True)
    assert "Agreement: not signed" in text(rosa.get("/enrollments/1"))
    given(sign)
    papers = text(rosa.get("/clients/1/consents"))
    assert "Voucher ladder for cocaine, 12 weeks, version 1 Mar 2, 2026 on paper English Leo" in papers
    assert "Agreement: signed Mar 2, 2026" in text(rosa.get("/enrollments/1"))


@pytest.mark.parametrize("path", [PATH, "/sites/1/unsigned"])
def test_no_name_is_in_an_address_or_a_title(rosa: Person, path: str) -> None:
    page = rosa.get(path).get_data(as_text=True)
    assert "Amir" not in page.partition("<title>")[2].partition("</title>")[0]


def test_a_signature_by_mistake_is_withdrawn_and_the_client_signs_again(rosa: Person, miriam: Person) -> None:
    assert send(rosa, pin=cast.PIN).status_code == 303
    assert "Recorded by mistake…" in text(rosa.get("/agreements/1"))
    refused = rosa.send("/agreements/1/withdraw", reason="no")
    assert refused.status_code == 422 and "Say what went wrong." in text(refused)
    answer = rosa.send("/agreements/1/withdraw", reason="It was the wrong client")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/clients/1/consents")
    assert rosa.get("/agreements/1/withdraw").status_code == 303, "it is withdrawn already"
    page = text(rosa.get("/clients/1/consents"))
    assert "Not signed" in page and "Recorded by mistake" in page
    assert (
        "This signature was recorded by mistake and does not count: It was the wrong client (Rosa, Mar 16, 2026, 11:00 AM)"
        in text(rosa.get("/agreements/1"))
    )
    assert send(rosa, pin=cast.PIN).headers["Location"] == "/agreements/2"
    assert "Rosa withdrew a signature of HS-1 that was recorded by mistake." in text(miriam.get("/audit"))
