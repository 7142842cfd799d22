"""ID cards: issued, printed in sheets, replaced when lost, and scanned into the search, a sheet and the kiosk."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import segno
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import ChangedMeanwhile, NotAllowed, NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import AuditEvent, IdCard
from cm_tracker.operations.clients.issue_card import issue_card
from tests import cast, merging, week
from tests.web.checklist import check
from tests.web.conftest import Person, text

Given = Callable[..., Any]
UNKNOWN = "1" * 39


def issue(session: Session, client_id: int = cast.AMIR, **more: Any) -> int:
    return issue_card(
        session, **{"client_id": client_id, "key": cast.key(), "actor": cast.rosa, "now": cast.NOW, **more}
    )


def number_of(session: Session, card_id: int) -> str:
    return session.execute(select(IdCard.number).where(IdCard.id == card_id)).scalar_one()


@pytest.fixture
def card(given: Given) -> str:
    """The number of Amir's card."""
    return given(lambda session: number_of(session, issue(session)))


def test_the_checklist(person: Callable[..., Person]) -> None:
    check(person, "/id-cards", allowed=("rosa", "miriam"), writes=True)
    check(
        person, "/clients/1/id-card", allowed=("rosa", "miriam"), unknown="/clients/99/id-card", writes=True,
        elsewhere="/clients/1/id-card",
    )  # fmt: skip
    check(person, "/id-cards/print?clients=1", allowed=("rosa", "miriam"), unknown="/id-cards/print?clients=x")


def test_a_scan_leads_to_the_client_and_leaves_no_number_behind(rosa: Person, card: str) -> None:
    answer = rosa.send("/clients", q=card)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/clients/1")
    page = rosa.get("/clients/1").get_data(as_text=True)
    assert card not in page


def test_a_scan_records_nothing(rosa: Person, card: str, given: Given) -> None:
    def tags(session: Session) -> list[str]:
        return list(session.execute(select(AuditEvent.tag).order_by(AuditEvent.id)).scalars())

    before = given(tags)
    rosa.send("/clients", q=card)
    assert given(tags) == before


def test_an_unknown_card_says_so(rosa: Person, card: str) -> None:
    answer = rosa.send("/clients", q=UNKNOWN)
    assert answer.status_code == 422 and "This card is not known at your sites." in text(answer)
    assert UNKNOWN not in answer.get_data(as_text=True)


def test_a_card_of_another_site_is_not_known(person: Callable[..., Person], card: str) -> None:
    answer = person("anna").send("/clients", q=card)
    assert answer.status_code == 422 and "This card is not known at your sites." in text(answer)


def test_a_lost_card_stops_at_once(rosa: Person, card: str, given: Given) -> None:
    answer = rosa.send("/clients/1/id-card", shown="1")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/id-cards/print?clients=1&paper=a4")
    answer = rosa.send("/clients", q=card)
    assert answer.status_code == 422
    assert "This card was replaced on Mar 16, 2026 and is no longer valid." in text(answer)
    new = given(lambda session: number_of(session, 2))
    assert new != card
    assert rosa.send("/clients", q=new).headers["Location"] == "/clients/1"
    with pytest.raises(ChangedMeanwhile):
        given(issue, instead_of=1)


def test_a_client_has_one_valid_card(given: Given, card: str) -> None:
    assert given(issue) == 1, "whoever has a card keeps it"
    once = cast.key()
    assert given(issue, instead_of=1, key=once) == given(issue, instead_of=1, key=once) == 2


@pytest.mark.parametrize("role", ["auditor", "admin"])
def test_only_who_works_with_clients_issues_cards(given: Given, role: str) -> None:
    with pytest.raises(NotAllowed):
        given(issue, actor=Actor(9, frozenset({role}), frozenset({cast.HARBOR}), "web"))


def test_nobody_issues_a_card_to_a_client_of_another_site(given: Given) -> None:
    with pytest.raises(NotFound):
        given(issue, actor=cast.anna)


def test_a_sheet_is_made_for_whoever_is_chosen(rosa: Person, given: Given) -> None:
    given(week.newcomer, "HS-11")
    content = text(rosa.get("/id-cards"))
    assert "No card yet 2" in content
    assert rosa.send("/id-cards", paper="letter").status_code == 422, "nobody is chosen"
    answer = rosa.send("/id-cards", client_ids=["1", "3"], paper="letter")
    assert answer.headers["Location"] == "/id-cards/print?clients=1-3&paper=letter"
    page = rosa.get(answer.headers["Location"]).get_data(as_text=True)
    assert page.count('aria-label="The card of') == 2 and 'class="id-cards letter"' in page
    assert "Has a card 2" in text(rosa.get("/id-cards"))


def test_a_client_of_another_site_is_on_no_sheet(rosa: Person, given: Given) -> None:
    given(issue, cast.BEA, actor=cast.anna)
    assert rosa.send("/id-cards", client_ids=["2"], paper="a4").status_code == 422
    assert "Nobody of these clients has a card" in text(rosa.get("/id-cards/print?clients=2"))


def faces(page: str) -> list[str]:
    """What is written on each card: what is left when the strips are cut off."""
    found = re.findall(r'<div class="id-card">(.*?)</div>', page, re.S)
    return [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in found]


def test_a_card_that_is_found_names_nobody_and_no_treatment(rosa: Person, card: str, given: Given) -> None:
    url = "/id-cards/print?clients=1"
    assert faces(rosa.get(url).get_data(as_text=True)) == ["Member card"]
    given(cast.set_site, card_title="none")
    assert faces(rosa.get(url).get_data(as_text=True)) == [""]
    given(cast.set_site, card_title="appointments", card_shows_name=True)
    assert faces(rosa.get(url).get_data(as_text=True)) == ["Appointment card Amir"]


def test_a_card_is_in_the_clients_language(person: Callable[..., Person], given: Given) -> None:
    given(issue, cast.BEA, actor=cast.anna)
    assert faces(person("anna").get("/id-cards/print?clients=2").get_data(as_text=True)) == ["Tarjeta de socio"]


def test_eight_cards_stand_on_a_page(rosa: Person, given: Given) -> None:
    for number in range(11, 19):
        given(week.newcomer, f"HS-{number}")
    ids = ["1", *map(str, range(3, 11))]
    page = rosa.get(rosa.send("/id-cards", client_ids=ids, paper="a4").headers["Location"]).get_data(as_text=True)
    assert [one.count("<svg viewBox") for one in page.split('<ul class="id-cards a4">')[1:]] == [8, 1]


def test_the_qr_code_holds_the_number_and_nothing_else(card: str) -> None:
    # Digits alone are written in the mode "numeric", of which version 2 holds 63 at this level of correction.
    assert len(card) == 39 and card.isdecimal()
    made = segno.make(card, error="m", micro=False)
    assert (made.mode, made.version) == ("numeric", 2)


def test_whoever_was_not_expected_is_added_to_a_sheet_by_their_card(rosa: Person, given: Given) -> None:
    given(week.a_group_of_four)
    number = given(lambda session: number_of(session, issue(session, 6)))
    answer = rosa.send("/services/1/sheet", code=number)
    assert answer.status_code == 200 and "HS-14" in text(answer) and number not in answer.get_data(as_text=True)
    unknown = rosa.send("/services/1/sheet", code=UNKNOWN)
    assert unknown.status_code == 422 and UNKNOWN not in unknown.get_data(as_text=True)


def test_at_the_kiosk_a_card_stands_for_the_code_and_never_for_the_pin(app: Flask, card: str, given: Given) -> None:
    assert Person(app).opens(card, cast.PIN)
    assert not Person(app).opens(card, "0000")
    assert not Person(app).opens(UNKNOWN, cast.PIN)
    given(issue, instead_of=1)
    assert not Person(app).opens(card, cast.PIN)


def test_a_card_of_a_merged_record_finds_the_main_record(given: Given, rosa: Person) -> None:
    given(merging.second_record)
    number = given(lambda session: number_of(session, issue(session, 3)))
    given(lambda session: merging.merge(session, 3, cast.AMIR) and None)
    assert rosa.send("/clients", q=number).headers["Location"] == "/clients/1"
    given(issue, instead_of=1)
    assert rosa.send("/clients", q=number).status_code == 422
