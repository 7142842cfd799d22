"""Check a second factor of somebody, and use it up: no code and no signature is taken twice."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cm_tracker.authenticators import step_of
from cm_tracker.domain.staff.second_factor import digits_of, recovery_hash
from cm_tracker.models import PasskeyRow, RecoveryCode, SecondFactor
from cm_tracker.passkeys import SignedChallenge, uses_of
from cm_tracker.secret_box import SecretBox

APP, PASSKEY, RECOVERY = "app", "passkey", "recovery"


class Proof(NamedTuple):
    """What somebody types or signs: a code from their app, a recovery code, or the signature of a passkey."""

    code: str = ""
    signed: SignedChallenge | None = None

    @property
    def what(self) -> str:
        """Return the word for a refusal of it."""
        return "code" if self.signed is None else "passkey"


def check_factor(session: Session, *, staff_id: int, proof: Proof, box: SecretBox, now: datetime) -> str | None:
    """Return which factor of the account was proved, or None. Raise `SecretsKeyMissing` for a code of an app."""
    if proof.signed is not None:
        return PASSKEY if check_passkey(session, signed=proof.signed, staff_id=staff_id, now=now) else None
    if (digits := digits_of(proof.code)) is not None:
        return APP if _is_code_of_app(session, staff_id, digits, box, now) else None
    used = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.staff_id == staff_id,
            RecoveryCode.code_hash == recovery_hash(proof.code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id)
    )
    return RECOVERY if used.one_or_none() is not None else None


def check_passkey(session: Session, *, signed: SignedChallenge, staff_id: int | None, now: datetime) -> int | None:
    """Return the account whose passkey signed, or None. With `staff_id` it has to be a passkey of this account."""
    row = session.execute(
        select(PasskeyRow.id, PasskeyRow.staff_id, PasskeyRow.public_key, PasskeyRow.uses).where(
            PasskeyRow.key_id == (signed.key_id or b"")
        )
    ).one_or_none()
    if row is None or staff_id not in (None, row.staff_id):
        return None
    if (uses := uses_of(signed, row.public_key, row.uses)) is None:
        return None
    # The condition is what lets a signature count once, also where it comes twice at the same time.
    used = session.execute(
        update(PasskeyRow)
        .where(PasskeyRow.id == row.id, PasskeyRow.challenge_made_at < signed.made_at)
        .values(uses=uses, used_at=now, challenge_made_at=signed.made_at)
        .returning(PasskeyRow.staff_id)
    )
    return used.scalar_one_or_none()


def _is_code_of_app(session: Session, staff_id: int, digits: str, box: SecretBox, now: datetime) -> bool:
    secret = session.execute(
        select(SecondFactor.secret).where(SecondFactor.staff_id == staff_id, SecondFactor.secret.is_not(None))
    ).scalar_one_or_none()
    if secret is None or (step := step_of(box.open(secret), digits, now)) is None:
        return False
    taken = session.execute(
        update(SecondFactor)
        .where(SecondFactor.staff_id == staff_id, SecondFactor.secret == secret, SecondFactor.last_step < step)
        .values(last_step=step)
        .returning(SecondFactor.staff_id)
    )
    return taken.one_or_none() is not None
