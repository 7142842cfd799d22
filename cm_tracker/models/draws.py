"""Prize draws: what the program committed itself to, and what was drawn."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Computed, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cm_tracker.db import Base, Id


class Commitment(Base):
    """For the `number`th draw of a client: the digest of a secret, made before the client adds their part. Sealed."""

    __tablename__ = "commitment"
    __table_args__ = (UniqueConstraint("client_id", "number"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    number: Mapped[int]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    recorded_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    via: Mapped[str] = mapped_column(String(20))
    record: Mapped[str] = mapped_column(
        String(60),
        Computed("'commitment:' || CAST(id AS TEXT)", persisted=True),
        ForeignKey("log.record", deferrable=True, initially="DEFERRED"),
        unique=True,
    )


class DrawSecret(Base):
    """The secret of a commitment, until its draw shows it. Not sealed: the log is handed out."""

    __tablename__ = "draw_secret"

    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitment.id"), primary_key=True, autoincrement=False)
    secret: Mapped[bytes] = mapped_column(LargeBinary)


class Draw(Base):
    """One slip: the secret, the client's part, and what came of it. Sealed.

    `tier` and `cents` are the slip's; `given_tier` and `given_cents` are what the ceilings left of it.
    """

    __tablename__ = "draw"
    __table_args__ = (
        CheckConstraint("slip >= 1", name="slip_is_counted_from_one"),
        CheckConstraint("given_cents <= cents", name="nobody_is_given_more_than_was_drawn"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitment.id"), unique=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    happened_on: Mapped[date]
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    client_part: Mapped[str] = mapped_column(String(40))
    slip: Mapped[int]
    tier: Mapped[str] = mapped_column(String(24))
    cents: Mapped[int]
    given_tier: Mapped[str | None] = mapped_column(String(24))
    given_cents: Mapped[int]
    cut_by: Mapped[str | None] = mapped_column(String(20))
    transaction_id: Mapped[int] = mapped_column(ForeignKey("ledger_transaction.id"), unique=True)
    recorded_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    via: Mapped[str] = mapped_column(String(20))
    record: Mapped[str] = mapped_column(
        String(60),
        Computed("'draw:' || CAST(id AS TEXT)", persisted=True),
        ForeignKey("log.record", deferrable=True, initially="DEFERRED"),
        unique=True,
    )
