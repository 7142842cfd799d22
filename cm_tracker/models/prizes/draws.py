"""Prize draws: the commitments before them, and what was drawn."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cm_tracker.db import Base
from cm_tracker.models.records import SealedRecord


class Commitment(SealedRecord, Base):
    """The digest of the secret for a client's draw of that `number`, made before the client adds their part. Sealed."""

    __tablename__ = "commitment"
    __table_args__ = (UniqueConstraint("client_id", "number"),)

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    number: Mapped[int]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    # The version with the bowl. NULL in records of before enrollments could be moved: that of the enrollment.
    schedule_version_id: Mapped[int | None] = mapped_column(ForeignKey("schedule_version.id"))


class DrawSecret(Base):
    """The secret of a commitment. It is not sealed, because others get copies of the log before the draw."""

    __tablename__ = "draw_secret"

    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitment.id"), primary_key=True, autoincrement=False)
    secret: Mapped[bytes] = mapped_column(LargeBinary)


class Draw(SealedRecord, Base):
    """One draw: the secret, the client's part, and the slip that follows from them. Sealed.

    `tier` and `cents` are the slip's. `given_tier` and `given_cents` are what the client got for it under the
    ceilings.
    """

    __tablename__ = "draw"
    __table_args__ = (
        CheckConstraint("slip >= 1", name="slip_is_counted_from_one"),
        CheckConstraint("given_cents <= cents", name="nobody_is_given_more_than_was_drawn"),
    )

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
