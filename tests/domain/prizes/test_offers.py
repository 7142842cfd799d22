"""Offers: how a client agrees, and how long an offer and a PIN count."""

from datetime import UTC, datetime, timedelta

import pytest

from cm_tracker.domain.errors import OfferIsOld, OfferWithdrawn
from cm_tracker.domain.prizes.offers import (
    KIOSK,
    NOBODY,
    SCREEN,
    Confirmation,
    check_offer,
    is_recently_confirmed,
    unconfirmed,
)
from tests.domain.refused import refused

OFFERED = datetime(2026, 3, 16, 15, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_staff_say_why_a_client_does_not_confirm() -> None:
    assert unconfirmed(7, "  a hurt hand ") == Confirmation(7, NOBODY, "a hurt hand")
    for why in ("", "  "):
        with refused("Let the client type their PIN, or say why they do not.", "why"):
            unconfirmed(7, why)


def test_an_offer_can_be_confirmed_for_as_long_as_the_site_sets() -> None:
    check_offer(OFFERED, None, OFFERED + timedelta(minutes=10), 10)
    with pytest.raises(OfferIsOld) as caught:
        check_offer(OFFERED, None, OFFERED + timedelta(minutes=10) + SECOND, 10)
    assert caught.value.minutes == 10


def test_an_offer_that_was_withdrawn_cannot_be_confirmed() -> None:
    with pytest.raises(OfferWithdrawn):
        check_offer(OFFERED, OFFERED + SECOND, OFFERED + 2 * SECOND, 10)


@pytest.mark.parametrize(
    ("confirmed", "after", "minutes", "counts"),
    [
        (SCREEN, timedelta(minutes=15), 15, True),
        (KIOSK, timedelta(minutes=15), 15, True),
        (SCREEN, timedelta(minutes=15) + SECOND, 15, False),
        (NOBODY, SECOND, 15, False),
        (None, SECOND, 15, False),
        (SCREEN, timedelta(0), 1, True),
        # A site that sets 0 minutes asks for the PIN every time.
        (SCREEN, timedelta(0), 0, False),
    ],
)
def test_a_pin_at_the_redemption_counts_for_some_minutes_at_the_handover(
    confirmed: str | None, after: timedelta, minutes: int, counts: bool
) -> None:
    assert is_recently_confirmed(confirmed, OFFERED, OFFERED + after, minutes) is counts
