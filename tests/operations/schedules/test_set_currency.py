"""The program's currency: set before the program begins, then fixed, and the same in every published document."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cm_tracker.db import db
from cm_tracker.domain.errors import BadInput, CurrencyFixed, NotAllowed, OtherCurrency
from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.operations.prizes.save_prize import save_prize
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.operations.schedules.save_draft import save_draft
from cm_tracker.operations.schedules.set_currency import set_currency
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.queries.schedules.presets import preset
from cm_tracker.queries.schedules.program import program_money
from cm_tracker.queries.schedules.schedules import draft
from tests import cast
from tests.domain.schedules.documents import document, phase, track

# A program that begins has nobody yet.
LEAD = Actor(None, frozenset({"lead"}), None, "command")


def set_to(session: Session, currency: str) -> None:
    set_currency(session, currency=currency, actor=command(), now=cast.NOW)


def publish(session: Session, published: dict[str, Any]) -> int:
    return publish_schedule(
        session, document=published, reason="Opening", key=cast.key(), actor=command(), now=cast.NOW
    )


def test_a_program_pays_in_dollars_until_it_is_set_to_another_currency_before_it_begins(bare_app: Flask) -> None:
    with bare_app.app_context():
        assert program_money(db.session()) == (25, "USD")
        set_to(db.session(), "GBP")
        assert program_money(db.session()) == (25, "GBP")
        set_to(db.session(), "GBP")
        set_to(db.session(), "CAD")
        assert program_money(db.session()) == (25, "CAD")
        db.session.remove()


@pytest.mark.parametrize("code", ["JPY", "KWD", "gbp", "EURO", "", "XXX"])
def test_a_program_pays_in_a_currency_that_has_hundredths(bare_app: Flask, code: str) -> None:
    with bare_app.app_context():
        with pytest.raises(BadInput):
            set_to(db.session(), code)
        assert program_money(db.session()).currency == "USD"
        db.session.remove()


def test_the_currency_is_fixed_once_a_schedule_is_published(session: Session) -> None:
    set_to(session, "USD")
    with pytest.raises(CurrencyFixed):
        set_to(session, "GBP")
    assert program_money(session).currency == "USD"


def test_the_currency_is_fixed_by_the_price_of_the_first_prize(bare_app: Flask) -> None:
    with bare_app.app_context():
        save_prize(
            db.session(), name="Mug", name_es="", category="household", price_cents=500, retail_cents=500,
            is_active=True, actor=LEAD, now=cast.NOW,
        )  # fmt: skip
        with pytest.raises(CurrencyFixed):
            set_to(db.session(), "GBP")
        db.session.remove()


def test_nobody_sets_the_currency_on_a_page(session: Session) -> None:
    for actor in (cast.rosa, cast.miriam, cast.grace, cast.sam):
        with pytest.raises(NotAllowed):
            set_currency(session, currency="GBP", actor=actor, now=cast.NOW)


@pytest.mark.parametrize("code", ["GBP", "usd"])
def test_the_database_refuses_another_currency_once_a_schedule_is_published(session: Session, code: str) -> None:
    with pytest.raises(DBAPIError, match="currency cannot change"):
        session.execute(text(f"UPDATE program SET currency = '{code}'"))
    session.rollback()
    assert program_money(session).currency == "USD"


def test_a_document_in_another_currency_is_not_published(session: Session) -> None:
    with pytest.raises(OtherCurrency) as refused:
        publish(session, document(track(phase()), format="cm-schedule/2", currency="GBP"))
    assert (refused.value.currency, refused.value.program_currency) == ("GBP", "USD")


def test_a_preset_in_another_currency_is_drafted_with_its_numbers_and_the_draft_says_so(bare_app: Flask) -> None:
    with bare_app.app_context():
        set_to(db.session(), "GBP")
        with pytest.raises(OtherCurrency):
            publish(db.session(), preset("higgins-voucher"))
        draft_id = save_draft(
            db.session(), document=preset("higgins-voucher"), preset_name="higgins-voucher", actor=LEAD, now=cast.NOW
        )
        line = draft(db.session(), draft_id)
        assert line.not_exchanged_from == "USD"
        assert (line.document["format"], line.document["currency"]) == ("cm-schedule/2", "GBP")
        assert line.document["name"] == f"{preset('higgins-voucher')['name']} (changed)"
        assert line.document["source"] == f"Changed from {preset('higgins-voucher')['source']}: 1 rule differs."
        assert line.document["tracks"] == preset("higgins-voucher")["tracks"]
        publish(db.session(), line.document)
        assert verify_ledger(db.session()).findings == []
        db.session.remove()


def test_a_draft_goes_on_saying_that_nothing_was_exchanged(bare_app: Flask) -> None:
    with bare_app.app_context():
        set_to(db.session(), "GBP")
        own = document(format="cm-schedule/2", currency="GBP")
        draft_id = save_draft(db.session(), document=own, actor=LEAD, now=cast.NOW)
        assert draft(db.session(), draft_id).not_exchanged_from is None
        save_draft(db.session(), document={**own, "currency": "CAD"}, draft_id=draft_id, actor=LEAD, now=cast.NOW)
        assert draft(db.session(), draft_id).document == own
        for _ in range(2):
            assert draft(db.session(), draft_id).not_exchanged_from == "CAD"
            save_draft(db.session(), document=own, draft_id=draft_id, actor=LEAD, now=cast.NOW)
        db.session.remove()
