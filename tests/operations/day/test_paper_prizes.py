"""A prize that was given by hand while the program was down, and is typed from the paper sheet afterwards."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.day.downtime import PaperLine, PaperPrize
from cm_tracker.domain.errors import (
    BadInput,
    BeforeEnrollment,
    EnrollmentEnded,
    NotEnoughStock,
    NotWhatWasShown,
    PriceChanged,
    PrizeOfOtherSite,
)
from cm_tracker.domain.ledger.accounts import site_account
from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.models import AccountRow, DowntimeLine, EntryRow, Redemption
from cm_tracker.operations.day.record_downtime import record_downtime
from cm_tracker.operations.prizes.count_stock import count_stock
from cm_tracker.operations.prizes.deliver_stock import deliver_stock
from cm_tracker.operations.prizes.save_prize import save_prize
from cm_tracker.operations.prizes.sign_count import sign_count
from cm_tracker.operations.prizes.undo_redemption import undo_redemption
from cm_tracker.queries.day.downtime import preview_downtime
from cm_tracker.queries.day.paper_prizes import prizes_by_hand
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.queries.prizes.catalog import prize_line
from tests import cast, week
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


# -- a count of the cabinet between giving and typing ----------------------------------------------


def counted(session: Session, mugs_there: int) -> int:
    """Two people count the cabinet: so many mugs, and the one card. Return the count's id."""
    of = {cast.MUG: mugs_there, cast.CARD: 1}
    first = count_stock(session, site_id=cast.HARBOR, counted=of, key=cast.key(), actor=cast.rosa, now=cast.NOW)
    count_stock(session, site_id=cast.HARBOR, counted=of, key=cast.key(), actor=cast.leo, now=cast.NOW)
    return first


def signed(session: Session, count_id: int) -> None:
    sign_count(session, count_id=count_id, reason="Some are missing", key=cast.key(), actor=cast.miriam, now=cast.NOW)


def answered(was_missing: bool | None, quantity: int = 1) -> PaperLine:
    return PaperLine(DOWN, (), PaperPrize(cast.MUG, quantity, 20, was_missing), None, "RB / LM")


def shrinkage(session: Session) -> int:
    key = site_account("shrinkage", cast.HARBOR, f"items/{cast.MUG}", cast.MUG).key
    amounts = (
        select(EntryRow.amount).join(AccountRow, AccountRow.id == EntryRow.account_id).where(AccountRow.key == key)
    )
    return sum(session.execute(amounts).scalars())


def test_a_mug_that_was_given_before_the_count_leaves_the_cabinet_once(session: Session) -> None:
    """5 mugs; one was given on March 11; 4 were counted on March 16, and the missing one was written off."""
    cast.rich(session)
    signed(session, counted(session, 4))
    assert (mugs(session), shrinkage(session)) == (4, 1)
    found = preview_downtime(session, cast.rosa, cast.AMIR, by_hand(), cast.NOW)
    assert found.missing is not None and (found.missing.quantity, found.missing.counted_at) == (1, cast.NOW)
    with pytest.raises(NotWhatWasShown):
        typed(session, answered(True), shown=None)
    with pytest.raises(BadInput):
        typed(session, answered(None))
    line_id = typed(session, answered(True))
    assert (mugs(session), shrinkage(session), points(session)) == (4, 0, 65)
    assert verify_ledger(session).findings == []
    # Nothing is missing any more: another one of that day leaves the cabinet, and is asked about for another reason.
    found = preview_downtime(session, cast.rosa, cast.AMIR, by_hand(), cast.NOW)
    assert (found.missing, len(found.same)) == (None, 1)
    # Where it was never given, it is in the cabinet after all.
    undo_redemption(
        session, redemption_id=session.get_one(DowntimeLine, line_id).redemption_id or 0, is_back=True,
        reason="Another client", key=cast.key(), actor=cast.rosa, now=cast.NOW,
    )  # fmt: skip
    assert (mugs(session), shrinkage(session), points(session)) == (5, 0, 85)
    assert verify_ledger(session).findings == []


def test_a_mug_that_was_still_there_at_the_count_leaves_the_cabinet_now(session: Session) -> None:
    cast.rich(session)
    signed(session, counted(session, 4))
    typed(session, answered(False))
    assert (mugs(session), shrinkage(session), points(session)) == (3, 1, 65)
    assert verify_ledger(session).findings == []


def test_the_last_mugs_can_be_typed_after_the_count(session: Session) -> None:
    """Nothing is left after the count: 3 were given by hand, and 2 more are missing."""
    cast.rich(session)
    signed(session, counted(session, 0))
    with pytest.raises(NotEnoughStock):
        typed(session, answered(False, 3))
    typed(session, answered(True, 3))
    assert (mugs(session), shrinkage(session), points(session)) == (0, 2, 25)
    other = week.newcomer(session, "HS-62", version_id=cast.HIGGINS)
    with pytest.raises(NotEnoughStock):
        typed(session, answered(True, 3), enrollment_id=other)
    typed(session, answered(True, 2), enrollment_id=other)
    assert (mugs(session), shrinkage(session)) == (0, 0)
    assert verify_ledger(session).findings == []


def test_a_prize_waits_for_the_signature_of_a_count(session: Session) -> None:
    cast.rich(session)
    count_id = counted(session, 4)
    with pytest.raises(BadInput) as refused:
        typed(session, by_hand())
    assert "the count is not signed yet" in str(refused.value)
    signed(session, count_id)
    typed(session, answered(True))
    assert (mugs(session), shrinkage(session), points(session)) == (4, 0, 65)
    assert verify_ledger(session).findings == []


def test_a_count_before_the_prize_was_given_asks_nothing(session: Session) -> None:
    cast.rich(session)
    signed(session, counted(session, 4))
    later = cast.NOW + timedelta(days=1)
    found = preview_downtime(session, cast.rosa, cast.AMIR, by_hand(later.date()), later)
    assert (found.missing, found.is_shown_first) == (None, False)
    typed(session, by_hand(later.date()), now=later)
    assert (mugs(session), shrinkage(session)) == (3, 1)


def test_a_paper_without_a_time_may_be_from_before_a_count_of_its_day(session: Session) -> None:
    """The cabinet is counted at 11; the paper of that day does not say when the mug was given."""
    cast.rich(session)
    count_id, line = counted(session, 4), by_hand(cast.NOW.date())
    later = cast.NOW + timedelta(hours=2)
    with pytest.raises(BadInput) as refused:
        typed(session, line, now=later)
    assert "the count is not signed yet" in str(refused.value)
    signed(session, count_id)
    found = preview_downtime(session, cast.rosa, cast.AMIR, line, later)
    assert found.missing is not None and found.missing.quantity == 1
    # Where the paper says that it was after the count, nothing is asked.
    after = PaperLine(cast.NOW.date(), (), line.prize, cast.NOW + timedelta(hours=1), "RB / LM")
    assert preview_downtime(session, cast.rosa, cast.AMIR, after, later).missing is None


def test_an_answer_about_a_mug_that_a_colleague_has_found_is_shown_again(session: Session) -> None:
    cast.rich(session)
    signed(session, counted(session, 4))
    asked = preview_downtime(session, cast.rosa, cast.AMIR, answered(True), cast.NOW)
    other = week.newcomer(session, "HS-62", version_id=cast.HIGGINS)
    typed(session, answered(True), enrollment_id=other)
    with pytest.raises(NotWhatWasShown):
        record_downtime(
            session, enrollment_id=cast.AMIR, line=answered(True), key=cast.key(), actor=cast.rosa, now=cast.NOW,
            shown=asked.fingerprint,
        )  # fmt: skip
    assert (mugs(session), shrinkage(session)) == (4, 0)
    found = preview_downtime(session, cast.rosa, cast.AMIR, by_hand(), cast.NOW)
    assert (found.missing, found.is_shown_first) == (None, False)
    typed(session, by_hand())
    assert (mugs(session), shrinkage(session), points(session)) == (3, 0, 65)
