"""Prizes, their deliveries, and gift cards. The number on the shelf is a balance of the ledger."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, false
from sqlalchemy.orm import Mapped, mapped_column

from cm_tracker.db import Base, Id
from cm_tracker.models.records import SealedRecord


class Prize(Base):
    """A prize of the catalog, with its price in money. Its name and price may change; a redemption stores those of its day.

    A prize with a `tier` can be chosen for a slip of that tier. One with a `site_id` is handed out only at
    that site. A client may have `limit_count` of it within any `limit_days` days, or in all if these are
    None. If `is_serial`, each piece has a row of its own, a `GiftCard`.
    """

    __tablename__ = "prize"
    __table_args__ = (
        CheckConstraint("price_cents >= 1", name="price_is_positive"),
        CheckConstraint("retail_cents >= 0", name="retail_is_not_negative"),
        CheckConstraint("limit_count >= 1", name="limit_is_positive"),
        CheckConstraint("limit_days >= 1", name="limit_days_are_positive"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    name_es: Mapped[str | None] = mapped_column(String(120))
    category: Mapped[str] = mapped_column(String(40))
    price_cents: Mapped[int]
    retail_cents: Mapped[int]
    is_active: Mapped[bool]
    tier: Mapped[str | None] = mapped_column(String(24))
    description: Mapped[str | None] = mapped_column(String(300))
    description_es: Mapped[str | None] = mapped_column(String(300))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    limit_count: Mapped[int | None]
    limit_days: Mapped[int | None]
    picture: Mapped[bytes | None] = mapped_column(ForeignKey("prize_picture.digest"))
    is_serial: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime]


class PrizePicture(Base):
    """A picture that `pictures.reencode` returned, by its SHA-256. It is in the database so that backups include it."""

    __tablename__ = "prize_picture"

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    image: Mapped[bytes] = mapped_column(LargeBinary)


class Delivery(SealedRecord, Base):
    """A delivery of a prize and the cost of one item, in cents. Its transaction books the items. Sealed."""

    __tablename__ = "delivery"
    __table_args__ = (
        CheckConstraint("quantity >= 1", name="quantity_is_positive"),
        CheckConstraint("unit_cents >= 0", name="cost_is_not_negative"),
    )

    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    prize_id: Mapped[int] = mapped_column(ForeignKey("prize.id"))
    quantity: Mapped[int]
    unit_cents: Mapped[int]
    note_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    transaction_id: Mapped[int] = mapped_column(ForeignKey("ledger_transaction.id"), unique=True)


class GiftCard(SealedRecord, Base):
    """One gift card by its last four digits. Sealed. Its account in the ledger says where it is.

    The program never stores the whole number.
    """

    __tablename__ = "gift_card"

    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    prize_id: Mapped[int] = mapped_column(ForeignKey("prize.id"), index=True)
    last_four: Mapped[str] = mapped_column(String(4))
