"""Offers: staff offer a prize, and the client confirms it with their PIN before it is handed out.

If a client cannot or does not want to confirm it (no PIN yet, a hurt hand), staff enter the reason,
and the receipt shows it. An offer can be confirmed for some minutes, which a site sets, and reserves
nothing. The client confirms exactly what the offer showed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cm_tracker.domain.errors import BadInput, OfferIsOld, OfferWithdrawn

# How a client agreed: with the PIN on staff's screen, with the PIN at the kiosk, or not at all.
SCREEN, KIOSK, NOBODY = "screen", "kiosk", "nobody"
# The prize is set aside for the client instead of being handed over at once.
SET_ASIDE = "set_aside"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """How a client agreed, after the PIN was checked. If `how` is `NOBODY`, `why` is the reason."""

    client_id: int
    how: str
    why: str = ""


def unconfirmed(client_id: int, why: str) -> Confirmation:
    """Return the confirmation of a prize that the client did not confirm. Raise `BadInput` without a reason."""
    if not why.strip():
        raise BadInput("Let the client type their PIN, or say why they do not.", "why")
    return Confirmation(client_id, NOBODY, why.strip())


def check_offer(offered_at: datetime, withdrawn_at: datetime | None, now: datetime, offer_minutes: int) -> None:
    """Raise `OfferWithdrawn` or `OfferIsOld` for an offer that can no longer be confirmed.

    `offer_minutes` is how long an offer can be confirmed at the client's site.
    """
    if withdrawn_at is not None:
        raise OfferWithdrawn
    if now > offered_at + timedelta(minutes=offer_minutes):
        raise OfferIsOld(minutes=offer_minutes)


def is_recently_confirmed(
    confirmed: str | None, recorded_at: datetime, now: datetime, confirmation_minutes: int
) -> bool:
    """Return whether the client's PIN at the redemption still counts when the prize that was set aside is handed over.

    `confirmation_minutes` is how long it counts at the site; with 0 it never does.
    """
    is_recent = now - recorded_at <= timedelta(minutes=confirmation_minutes)
    return confirmed in (SCREEN, KIOSK) and confirmation_minutes > 0 and is_recent
