"""A prize leaves the cabinet on the client's word: staff offer it, the client confirms it with their PIN.

Where a client cannot or will not (no PIN yet, a hurt hand), staff say why, and the receipt keeps it. An
offer waits ten minutes and reserves nothing; what was shown on it is what is confirmed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cm_tracker.domain.errors import BadInput, OfferIsOld, OfferWithdrawn
from cm_tracker.domain.visits.corrections import UNDO_MINUTES

# How a client agreed: with the PIN on staff's screen, with the PIN at the kiosk, or not at all.
SCREEN, KIOSK, NOBODY = "screen", "kiosk", "nobody"
# A prize that waits for the client instead of being handed over at once.
SET_ASIDE = "set_aside"

WAITS = timedelta(minutes=10)


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


def check_offer(offered_at: datetime, withdrawn_at: datetime | None, now: datetime) -> None:
    """Raise `OfferWithdrawn` or `OfferIsOld` for an offer that nobody can accept any more."""
    if withdrawn_at is not None:
        raise OfferWithdrawn
    if now > offered_at + WAITS:
        raise OfferIsOld(minutes=WAITS.seconds // 60)


def is_confirmed_lately(confirmed: str | None, recorded_at: datetime, now: datetime) -> bool:
    """Whether the client's word at the redemption still holds when what was set aside is handed over."""
    return confirmed in (SCREEN, KIOSK) and now - recorded_at <= timedelta(minutes=UNDO_MINUTES)
