"""A lead changes what holds at a site: who may, what the audit trail keeps, and what follows from each setting."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import (
    BadInput,
    ChangedMeanwhile,
    NotAllowed,
    NotFound,
    OfferIsOld,
    TooLateToUndo,
    UndoIsOff,
)
from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.domain.staff.setting_kinds import Value
from cm_tracker.domain.staff.site_settings import SettingChange, SiteSettings
from cm_tracker.models import AuditEvent, Note
from cm_tracker.operations.prizes.hand_over import hand_over
from cm_tracker.operations.prizes.offer_prize import offer_prize
from cm_tracker.operations.prizes.redeem_prize import redeem_prize
from cm_tracker.operations.prizes.undo_redemption import undo_redemption
from cm_tracker.operations.staff.change_site_settings import change_site_settings
from cm_tracker.queries.prizes.offers import offer_card
from cm_tracker.queries.prizes.redemptions import receipt_card
from cm_tracker.queries.staff.site_settings import settings_of
from cm_tracker.queries.visits.visits import visit_card
from tests import cast
from tests.redeeming import confirmed, redeem_at_once

LATER = cast.NOW + timedelta(minutes=6)


def change(
    session: Session, *, reason: str = "County policy", actor: Actor = cast.miriam, site_id: int = cast.HARBOR,
    shown: str | None = None, **values: Value,
) -> tuple[SettingChange, ...]:  # fmt: skip
    return change_site_settings(
        session, site_id=site_id, values=values, reason=reason, shown=shown, actor=actor, now=cast.NOW
    )


def noted(session: Session) -> list[str]:
    found = select(AuditEvent.detail).where(AuditEvent.tag == "settings:changed").order_by(AuditEvent.id)
    return list(session.execute(found).scalars())


def test_what_is_set_holds_at_that_site_alone(session: Session) -> None:
    assert settings_of(session, cast.HARBOR) == SiteSettings()
    change(session, undo_minutes=5, trade_days=14)
    held = settings_of(session, cast.HARBOR)
    assert (held.undo_minutes, held.trade_days, held.offer_minutes) == (5, 14, 10)
    assert held.since["undo_minutes"].isoformat() == "2026-03-16"
    assert settings_of(session, cast.MILL) == SiteSettings()


def test_the_trail_keeps_what_changed_what_it_was_and_why(session: Session) -> None:
    assert change(session, undo_minutes=5, expiry_weeks=6) == (
        SettingChange("undo_minutes", 15, 5),
        SettingChange("expiry_weeks", None, 6),
    )
    assert change(session, undo_minutes=5, expiry_weeks=6) == ()  # nothing is different, and nothing is written
    change(session, undo_minutes=5, expiry_weeks=None)
    assert noted(session) == [
        '{"expiry_weeks":6,"expiry_weeks_before":null,"undo_minutes":5,"undo_minutes_before":15}',
        '{"expiry_weeks":null,"expiry_weeks_before":6}',
    ]
    line = session.execute(select(AuditEvent).where(AuditEvent.tag == "settings:changed")).scalars().first()
    assert line is not None
    assert (line.subject, line.site_id, line.staff_id) == ("site:1", cast.HARBOR, cast.MIRIAM)
    assert session.execute(select(Note.text).where(Note.digest == line.note_digest)).scalar_one() == "County policy"


@pytest.mark.parametrize(
    ("actor", "site_id", "refusal"),
    [
        (cast.rosa, cast.HARBOR, NotAllowed),
        (cast.grace, cast.HARBOR, NotAllowed),
        (cast.sam, cast.HARBOR, NotAllowed),
        (cast.anna, cast.HARBOR, NotFound),
        (cast.miriam, cast.MILL, NotFound),
        (command(), 99, NotFound),
    ],
)
def test_only_a_lead_of_the_site_changes_it(
    session: Session, actor: Actor, site_id: int, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        change(session, actor=actor, site_id=site_id, undo_minutes=5)
    assert noted(session) == []


def test_a_value_that_may_not_stand_and_a_missing_reason_change_nothing(session: Session) -> None:
    with pytest.raises(BadInput, match="Enter a whole number from 4 to 104") as refused:
        change(session, undo_minutes=5, expiry_weeks=3)
    assert refused.value.field == "expiry_weeks"
    with pytest.raises(BadInput, match="Say why") as refused:
        change(session, reason=" ", undo_minutes=5)
    assert refused.value.field == "reason"
    assert settings_of(session, cast.HARBOR) == SiteSettings()
    assert noted(session) == []


def test_what_somebody_else_set_meanwhile_is_not_overwritten(session: Session) -> None:
    shown = settings_of(session, cast.HARBOR).fingerprint
    change(session, undo_minutes=5, shown=shown)
    with pytest.raises(ChangedMeanwhile):
        change(session, undo_minutes=15, trade_days=14, shown=shown)
    assert settings_of(session, cast.HARBOR).undo_minutes == 5
    change(session, undo_minutes=15, shown=settings_of(session, cast.HARBOR).fingerprint)


# -- what follows ------------------------------------------------------------------------------------------


def test_a_visit_is_undone_for_as_long_as_its_site_says(session: Session) -> None:
    slip = cast.visit(session, 0)
    assert "undo" in visit_card(session, cast.rosa, slip, LATER).ways
    change(session, undo_minutes=5)
    card = visit_card(session, cast.rosa, slip, LATER)
    assert ("undo" in card.ways, card.undo_minutes) == (False, 5)
    with pytest.raises(TooLateToUndo) as late:
        cast.put_right(session, slip, "undo", actor=cast.rosa, now=LATER)
    assert late.value.minutes == 5
    change(session, undo_minutes=60)
    cast.put_right(session, slip, "undo", actor=cast.rosa, now=cast.NOW + timedelta(minutes=60))


def test_where_undoing_is_off_nobody_undoes_a_visit_and_a_lead_voids_it(session: Session) -> None:
    slip = cast.visit(session, 0)
    change(session, undo_minutes=0)
    assert "undo" not in visit_card(session, cast.rosa, slip, cast.NOW).ways
    with pytest.raises(UndoIsOff):
        cast.put_right(session, slip, "undo", actor=cast.rosa)
    cast.put_right(session, slip, "void")


def test_a_redemption_is_undone_for_as_long_as_its_site_says(session: Session) -> None:
    cast.rich(session)
    redemption_id = redeem_at_once(session)
    assert receipt_card(session, cast.rosa, redemption_id).receipt.may_undo(cast.rosa, LATER)
    change(session, undo_minutes=5)
    assert not receipt_card(session, cast.rosa, redemption_id).receipt.may_undo(cast.rosa, LATER)
    with pytest.raises(TooLateToUndo):
        undo_redemption(
            session, redemption_id=redemption_id, is_back=True, reason="Wrong", key=cast.key(), actor=cast.rosa,
            now=LATER,
        )  # fmt: skip


def test_an_offer_waits_for_as_long_as_the_clients_site_says(session: Session) -> None:
    cast.rich(session)
    offer_id = offer_prize(
        session, client_id=cast.AMIR, prize_id=cast.MUG, quantity=1, price_points=20, key=cast.key(), actor=cast.rosa,
        now=cast.NOW,
    )  # fmt: skip
    change(session, offer_minutes=5)
    card = offer_card(session, cast.rosa, offer_id)
    assert (card.minutes, card.ends_at, card.is_open(LATER)) == (5, cast.NOW + timedelta(minutes=5), False)
    with pytest.raises(OfferIsOld) as old:
        redeem_prize(session, offer_id=offer_id, confirmation=confirmed(cast.AMIR), actor=cast.rosa, now=LATER)
    assert old.value.minutes == 5
    change(session, offer_minutes=6)
    redeem_prize(session, offer_id=offer_id, confirmation=confirmed(cast.AMIR), actor=cast.rosa, now=LATER)


@pytest.mark.parametrize(("minutes", "after", "holds"), [(5, 5, True), (5, 6, False), (0, 0, False), (60, 60, True)])
def test_a_pin_holds_for_the_handover_as_long_as_the_site_says(
    session: Session, minutes: int, after: int, holds: bool
) -> None:
    cast.rich(session)
    redemption_id = redeem_at_once(session, is_set_aside=True)
    change(session, confirmation_minutes=minutes)
    now = cast.NOW + timedelta(minutes=after)
    assert receipt_card(session, cast.rosa, redemption_id).receipt.is_recently_confirmed(now) is holds

    def over() -> int:
        return hand_over(
            session, redemption_id=redemption_id, confirmation=None, key=cast.key(), actor=cast.leo, now=now
        )

    if holds:
        over()
    else:
        with pytest.raises(BadInput, match="Let the client type their PIN"):
            over()


def test_undoing_and_the_handover_are_two_settings(session: Session) -> None:
    cast.rich(session)
    redemption_id = redeem_at_once(session, is_set_aside=True)
    change(session, undo_minutes=5)
    receipt = receipt_card(session, cast.rosa, redemption_id).receipt
    assert receipt.is_recently_confirmed(LATER) and not receipt.may_undo(cast.rosa, LATER)
