"""The second factors of staff: authenticator apps, passkeys and recovery codes."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from cm_tracker.db import Base, Id


class SecondFactor(Base):
    """What an account has besides its passkeys: its authenticator app and its grace.

    `secret` is encrypted (`secret_box`); `last_step` is the half minute of the last code that was taken. `grace_began_at`
    is when the account first signed in while it had to have a second factor.
    """

    __tablename__ = "second_factor"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    grace_began_at: Mapped[datetime | None]
    secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    set_up_at: Mapped[datetime | None]
    last_step: Mapped[int | None]
    taken_away_at: Mapped[datetime | None]
    taken_away_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class PasskeyRow(Base):
    """A passkey of an account. `challenge_made_at` is that of the newest challenge that it signed: each works once."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    key_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    uses: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(60))
    added_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    challenge_made_at: Mapped[datetime]


class RecoveryCode(Base):
    """A code for somebody who has lost everything else. Only its hash is stored, and it works once."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
