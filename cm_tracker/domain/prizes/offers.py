"""A prize leaves the cabinet on the client's word: staff offer it, the client confirms it with their PIN.

Where a client cannot or will not (no PIN yet, a hurt hand), staff say why, and the receipt keeps it. An
offer waits for some minutes, which a site sets, and reserves nothing. What was shown on it is what is confirmed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cm_tracker.domain.errors import BadInput, OfferIsOld, OfferWithdrawn

# How a client agreed: with the PIN on staff's screen, with the PIN at the kiosk, or not at all.
SCREEN, KIOSK, NOBODY = "screen", "kiosk", "nobody"
# A prize that waits for the client instead of being handed over at once.
SET_ASIDE = "set_aside"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A client's word, as it was looked at; `why` tells why there is none (`how` is `NOBODY`)."""

    client_id: int
    how: str
    why: str = ""


def unconfirmed(client_id: int, why: str) -> Confirmation:
    """What stands in place of a client's word. Raises `BadInput` without a reason."""
    if not why.strip():
        raise BadInput("Let the client type their PIN, or say why they do not.", "why")
    return Confirmation(client_id, NOBODY, why.strip())


def check_offer(offered_at: datetime, withdrawn_at: datetime | None, now: datetime, offer_minutes: int) -> None:
    """Raise `OfferWithdrawn` or `OfferIsOld` for an offer that nobody can accept any more.

    `offer_minutes` is how long an offer waits at the client's site.
    """
    if withdrawn_at is not None:
        raise OfferWithdrawn
    if now > offered_at + timedelta(minutes=offer_minutes):
        raise OfferIsOld(minutes=offer_minutes)


def is_confirmed_lately(confirmed: str | None, recorded_at: datetime, now: datetime, confirmation_minutes: int) -> bool:
    """Return whether the client's PIN at the redemption still holds when what was set aside is handed over.

    `confirmation_minutes` is how long it holds at the site; with 0 it never does.
    """
    is_lately = now - recorded_at <= timedelta(minutes=confirmation_minutes)
    return confirmed in (SCREEN, KIOSK) and confirmation_minutes > 0 and is_lately
