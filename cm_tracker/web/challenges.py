"""What a passkey has to sign: a challenge of this program, for this browser, made a few minutes ago at most.

Nothing is stored. A challenge is its time, and a code over the time and the secret of the browser's session. That each is
signed once is seen to where a signature is taken: a passkey's challenges only become newer.
"""

import hmac
from datetime import UTC, datetime, timedelta

from flask import current_app, request, session
from flask_wtf.csrf import generate_csrf

from cm_tracker import clock
from cm_tracker.domain.staff.second_factor import STEP_LASTS, is_recent
from cm_tracker.passkeys import Place, SignedChallenge, challenge_in

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TIME_BYTES = 8


def place() -> Place | None:
    """Return this server as the browser knows it, or None where browsers allow no passkeys."""
    return Place.of(request.host)


def new_challenge() -> bytes:
    """Return a challenge for a page that is shown now."""
    return _challenge((clock.now() - _EPOCH) // timedelta(microseconds=1))


def signed_challenge(text: str | None) -> SignedChallenge | None:
    """Return what a form says that a passkey signed, or None if no challenge of this program is in it, or an old one."""
    here = place()
    challenge = challenge_in(text) if text else None
    if text is None or here is None or challenge is None or len(challenge) < _TIME_BYTES:
        return None
    microseconds = int.from_bytes(challenge[:_TIME_BYTES])
    if not hmac.compare_digest(challenge, _challenge(microseconds)):
        return None
    made_at = _EPOCH + timedelta(microseconds=microseconds)
    return SignedChallenge(text, challenge, made_at, here) if is_recent(made_at, STEP_LASTS, clock.now()) else None


def _challenge(microseconds: int) -> bytes:
    generate_csrf()  # a page without a form yet has no secret of the session
    time = microseconds.to_bytes(_TIME_BYTES)
    key = f"passkeys {current_app.config['SECRET_KEY']}".encode()
    return time + hmac.digest(key, time + str(session["csrf_token"]).encode(), "sha256")
