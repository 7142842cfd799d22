"""Offers to clients, redemptions, and the handover of prizes that were set aside."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from cm_tracker.db import Base, Id
from cm_tracker.models.records import SealedRecord


class Offer(Base):
    """A prize that staff chose with a client and the client has not confirmed yet. It reserves nothing.

    `price_points` was worked out from `price_cents` when it was offered. For a slip of a `tier` it is 0, and
    `price_cents` is None.
    """

    __tablename__ = "offer"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    prize_id: Mapped[int] = mapped_column(ForeignKey("prize.id"))
    prize_name: Mapped[str] = mapped_column(String(120))
    price_points: Mapped[int]
    price_cents: Mapped[int | None]
    quantity: Mapped[int]
    tier: Mapped[str | None] = mapped_column(String(24))
    is_set_aside: Mapped[bool]
    offered_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    via: Mapped[str] = mapped_column(String(20))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_via: Mapped[str | None] = mapped_column(String(20))
    redemption_id: Mapped[int | None] = mapped_column(ForeignKey("redemption.id"), unique=True)


class Redemption(SealedRecord, Base):
    """A prize handed to a client for points, at the price of that day, or for a slip of a `tier`. Sealed.

    `price_cents` is the price in money, from which `price_points` was worked out. It is None for a slip, and for a
    redemption from before prizes had a price in money. `retail_cents` is the retail value of one item for a slip, as it was
    when it was redeemed; it is None for points, and for a slip from before the program kept it.

    `confirmed` says how the client agreed (`domain.prizes.offers`); if they did not, the note says why. If `way`
    is `set_aside`, the prize waits for the client until its `Handover`.

    `given_at` is when it was given by hand while the program was down; it is None for everything that the program saw.
    Then the program bears what the client's points did not reach for (`operations.steps.write_paper_prize`).
    """

    __tablename__ = "redemption"
    __table_args__ = (
        CheckConstraint("quantity >= 1", name="quantity_is_positive"),
        CheckConstraint("confirmed IN ('screen', 'kiosk', 'nobody')", name="confirmed_is_known"),
        CheckConstraint("way = 'set_aside'", name="way_is_known"),
    )

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    prize_id: Mapped[int] = mapped_column(ForeignKey("prize.id"))
    prize_name: Mapped[str] = mapped_column(String(120))
    price_points: Mapped[int]
    quantity: Mapped[int]
    tier: Mapped[str | None] = mapped_column(String(24))
    transaction_id: Mapped[int] = mapped_column(ForeignKey("ledger_transaction.id"), unique=True)
    confirmed: Mapped[str | None] = mapped_column(String(10))
    way: Mapped[str | None] = mapped_column(String(10))
    card_id: Mapped[int | None] = mapped_column(ForeignKey("gift_card.id"))
    note_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    price_cents: Mapped[int | None]
    retail_cents: Mapped[int | None]
    given_at: Mapped[datetime | None]


class UsePromise(Base):
    """A client confirmed a gift card with the promise beside it: what the card will not pay for. Written once."""

    __tablename__ = "use_promise"

    redemption_id: Mapped[int] = mapped_column(ForeignKey("redemption.id"), primary_key=True, autoincrement=False)
    recorded_at: Mapped[datetime]


class Handover(SealedRecord, Base):
    """The handover of a prize that was set aside. Sealed."""

    __tablename__ = "handover"

    redemption_id: Mapped[int] = mapped_column(ForeignKey("redemption.id"), unique=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    confirmed: Mapped[str] = mapped_column(String(10))
    note_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    transaction_id: Mapped[int] = mapped_column(ForeignKey("ledger_transaction.id"), unique=True)
