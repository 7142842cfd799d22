"""A practice client: everything works, nothing leaves the cabinet, and nobody is merged with one."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cm_tracker.audit_sentences import sentence
from cm_tracker.domain.errors import NothingForPractice, OneIsPractice, PriceChanged
from cm_tracker.models import AccountRow, Client, Redemption
from cm_tracker.operations.prizes.offer_prize import offer_prize
from cm_tracker.operations.prizes.redeem_prize import redeem_prize
from cm_tracker.queries.audit.trail import AuditFilter, audit_trail
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.queries.practice import is_practice
from tests import cast, drawing, merging, redeeming, week

PRACTICE = 3  # the client and the enrollment that `practicing` opens


def practicing(session: Session) -> None:
    """A practice client at Harbor Street, who has earned 10 + 15 + 60 points as Amir would."""
    assert week.newcomer(session, "HS-P1", version_id=cast.HIGGINS, is_practice=True) == PRACTICE
    for day in (0, 2, 4):
        cast.visit(session, day, enrollment_id=PRACTICE)


def items(session: Session) -> int:
    return session.execute(select(AccountRow.balance).where(AccountRow.key == "cabinet:1:items/1")).scalar_one() or 0


def test_a_practice_client_earns_as_anybody_does(session: Session) -> None:
    practicing(session)
    assert balances_of(session, PRACTICE) == {"points": 85}
    assert is_practice(session, PRACTICE) and not is_practice(session, cast.AMIR)
    assert verify_ledger(session).findings == []


def test_the_audit_trail_says_that_a_practice_client_was_added(session: Session) -> None:
    practicing(session)
    said = [sentence(line) for line in audit_trail(session, cast.miriam, AuditFilter()).lines]
    assert "Rosa added the practice client HS-P1." in said


def test_an_offer_is_practiced_up_to_the_last_step_and_takes_nothing(session: Session) -> None:
    practicing(session)
    offer = offer_prize(
        session, client_id=PRACTICE, prize_id=cast.MUG, quantity=1, price_points=20, key=cast.key(), actor=cast.rosa,
        now=cast.NOW,
    )  # fmt: skip
    for _ in range(2):
        with pytest.raises(NothingForPractice, match=r"practice client, so it ends here\. All steps were right"):
            redeem_prize(
                session, offer_id=offer, confirmation=redeeming.confirmed(PRACTICE), actor=cast.rosa, now=cast.NOW
            )
    assert balances_of(session, PRACTICE) == {"points": 85}
    assert items(session) == 5
    assert session.execute(select(Redemption.id)).all() == []


def test_what_is_wrong_with_an_offer_is_said_to_a_practice_client_too(session: Session) -> None:
    practicing(session)
    with pytest.raises(PriceChanged):
        redeeming.redeem_at_once(session, client_id=PRACTICE, price_points=19)


def test_a_slip_is_drawn_but_no_prize_is_given_for_it(session: Session) -> None:
    client = drawing.won(session, is_practice=True)
    prize = drawing.shelved(session, "small")
    with pytest.raises(NothingForPractice):
        drawing.choose(session, client, prize, "small")
    assert balances_of(session, client)["tier/small"] == 1


@pytest.mark.parametrize("value", ["NULL", "false"])
def test_a_practice_client_stays_one(session: Session, value: str) -> None:
    practicing(session)
    with pytest.raises(DBAPIError):
        session.execute(text(f"UPDATE client SET is_practice = {value} WHERE id = 3"))
    session.rollback()
    assert is_practice(session, PRACTICE)


@pytest.mark.owner
def test_not_even_the_owner_of_the_database_turns_a_client_into_a_practice_client(session: Session) -> None:
    with pytest.raises(DBAPIError, match="client: "):
        session.execute(text("UPDATE client SET is_practice = true WHERE id = 1"))
    session.rollback()
    assert session.execute(select(Client.is_practice).where(Client.id == cast.AMIR)).scalar_one() is None


def test_a_practice_client_is_merged_with_nobody_else(session: Session) -> None:
    practicing(session)
    second = merging.second_record(session)
    for from_id, into_id in ((PRACTICE, second), (second, PRACTICE)):
        with pytest.raises(OneIsPractice, match="is a practice client"):
            merging.ask(session, from_id, into_id)


def test_two_practice_records_of_one_site_may_be_merged(session: Session) -> None:
    practicing(session)
    other = week.newcomer(session, "HS-P2", version_id=cast.HIGGINS, is_practice=True)
    cast.end(session, other, "2026-03-16", "mistake")
    merging.merge(session, 4, PRACTICE)
    assert balances_of(session, PRACTICE) == {"points": 85}
