"""A prize that was given by hand while the program was down, and is typed from the paper sheet afterwards."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from cm_tracker.domain.day.downtime import PaperLine, PaperPrize
from cm_tracker.domain.errors import BeforeEnrollment, EnrollmentEnded, NotWhatWasShown, PriceChanged, PrizeOfOtherSite
from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.models import DowntimeLine, Redemption
from cm_tracker.operations.day.record_downtime import record_downtime
from cm_tracker.operations.prizes.deliver_stock import deliver_stock
from cm_tracker.operations.prizes.save_prize import save_prize
from cm_tracker.operations.prizes.undo_redemption import undo_redemption
from cm_tracker.queries.day.downtime import preview_downtime
from cm_tracker.queries.day.paper_prizes import prizes_by_hand
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.queries.prizes.catalog import prize_line
from tests import cast
from tests.operations.day.test_record_downtime import DOWN, points, typed


def mugs(session: Session, site_id: int = cast.HARBOR) -> int | None:
    return prize_line(session, cast.zoe, cast.MUG).left_at(site_id)


def by_hand(day: date = DOWN, quantity: int = 1, price_points: int = 20) -> PaperLine:
    return PaperLine(day, (), PaperPrize(cast.MUG, quantity, price_points), None, "RB / LM")


def test_a_price_that_nobody_saw_is_refused(session: Session) -> None:
    cast.rich(session)
    found = preview_downtime(session, cast.rosa, cast.AMIR, by_hand(), cast.NOW)
    save_prize(
        session, prize_id=cast.MUG, name="Travel mug", name_es="", category="household", price_cents=1500,
        retail_cents=1500, is_active=True, actor=cast.miriam, now=cast.NOW,
    )  # fmt: skip
    with pytest.raises(PriceChanged) as refused:
        typed(session, by_hand(), shown=found.fingerprint)
    assert refused.value.price_points == 60
    with pytest.raises(PriceChanged):
        record_downtime(
            session, enrollment_id=cast.AMIR, line=by_hand(), key=cast.key(), actor=cast.rosa, now=cast.NOW,
            shown=found.fingerprint,
        )  # fmt: skip
    assert (points(session), mugs(session)) == (85, 5)
    typed(session, by_hand(price_points=60))
    assert (points(session), mugs(session)) == (25, 4)


def test_the_prize_of_one_paper_is_not_booked_twice_unasked(session: Session) -> None:
    cast.rich(session)
    before = preview_downtime(session, cast.leo, cast.AMIR, by_hand(), cast.NOW)
    assert (before.same, before.is_shown_first) == ((), False)
    first = typed(session, by_hand())
    for shown in (None, before.fingerprint):
        with pytest.raises(NotWhatWasShown):
            record_downtime(
                session,
                enrollment_id=cast.AMIR,
                line=by_hand(),
                key=cast.key(),
                actor=cast.leo,
                now=cast.NOW,
                shown=shown,
            )
    found = preview_downtime(session, cast.leo, cast.AMIR, by_hand(), cast.NOW)
    assert found.is_shown_first
    assert [(line.id, line.quantity, line.typed_by) for line in found.same] == [(first, 1, "Rosa")]
    assert (points(session), mugs(session)) == (65, 4)
    # Of another day it is another prize, and so is one whose booking was undone.
    assert preview_downtime(session, cast.leo, cast.AMIR, by_hand(date(2026, 3, 10)), cast.NOW).same == ()
    redemption_id = session.get_one(DowntimeLine, first).redemption_id
    assert redemption_id is not None
    undo_redemption(
        session, redemption_id=redemption_id, is_back=True, reason="Not given", key=cast.key(), actor=cast.rosa,
        now=cast.NOW,
    )  # fmt: skip
    assert preview_downtime(session, cast.leo, cast.AMIR, by_hand(), cast.NOW).same == ()


def test_a_prize_outside_the_enrollment_is_refused(session: Session) -> None:
    cast.rich(session)  # the first day is March 2
    for day in (date(2026, 3, 1), date(1990, 1, 1)):
        with pytest.raises(BeforeEnrollment):
            typed(session, by_hand(day))
    cast.end(session, cast.AMIR, "2026-03-10")
    with pytest.raises(EnrollmentEnded):
        typed(session, by_hand(DOWN))
    typed(session, by_hand(date(2026, 3, 10)))
    assert (points(session), mugs(session)) == (65, 4)


def test_a_prize_leaves_the_cabinet_of_the_site_at_which_the_client_was(session: Session) -> None:
    cast.rich(session)
    cast.transfer(session)  # to Mill Road, from March 16 on
    deliver_stock(
        session, site_id=cast.MILL, prize_id=cast.MUG, quantity=3, note="", key=cast.key(), actor=command("demonstration"),
        now=cast.NOW,
    )  # fmt: skip
    with pytest.raises(PrizeOfOtherSite) as refused:
        typed(session, by_hand(), actor=cast.anna)  # she works at Mill Road alone
    assert str(refused.value) == (
        "On Mar 11, 2026 the client belonged to Harbor Street, and the prize left the cabinet there. Type the line "
        "without the prize, and let somebody who works at both sites type the prize."
    )
    both = Actor(cast.ANNA, frozenset({"coordinator"}), frozenset({cast.HARBOR, cast.MILL}), "web")
    assert [prize.id for prize in prizes_by_hand(session, both, cast.AMIR, DOWN)] == [cast.MUG, cast.CARD]
    line_id = typed(session, by_hand(), actor=both)
    assert (mugs(session), mugs(session, cast.MILL), points(session)) == (4, 3, 65)
    given = session.get_one(Redemption, session.get_one(DowntimeLine, line_id).redemption_id)
    assert given.site_id == cast.HARBOR
    typed(session, by_hand(cast.NOW.date()), actor=cast.anna)
    assert (mugs(session), mugs(session, cast.MILL), points(session)) == (4, 2, 45)
    assert verify_ledger(session).findings == []
