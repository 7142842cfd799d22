"""What clients say at the kiosk about prizes, and which of their moments were shown. Nothing of it moves points."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cm_tracker.db import Base, Id


class Wish(Base):
    """The prize that a client saves for. A client has one; at the kiosk it is called *My goal*."""

    __tablename__ = "wish"

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), primary_key=True, autoincrement=False)
    prize_id: Mapped[int] = mapped_column(ForeignKey("prize.id"))
    chosen_at: Mapped[datetime]


class PrizeRequest(Base):
    """A client asked at the kiosk for a prize. It ends with the day, if nothing else ended it; see `prizes.requests`.

    `ended` says what ended it, and `reason` is the kind word with which staff declined it.
    """

    __tablename__ = "prize_request"
    __table_args__ = (
        UniqueConstraint("client_id", "prize_id", "on_day"),
        CheckConstraint("ended IN ('redeemed', 'taken_back', 'declined')", name="ended_is_known"),
        CheckConstraint("(ended IS NULL) = (ended_at IS NULL)", name="end_is_whole"),
        CheckConstraint(
            "(reason IS NOT NULL) = (ended IS NOT NULL AND ended = 'declined')", name="only_a_declined_one_has_a_reason"
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    prize_id: Mapped[int] = mapped_column(ForeignKey("prize.id"))
    on_day: Mapped[date]
    asked_at: Mapped[datetime]
    ended: Mapped[str | None] = mapped_column(String(12))
    ended_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(String(12))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class MomentShown(Base):
    """A moment that the kiosk showed to a client. It is not shown again."""

    __tablename__ = "moment_shown"

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), primary_key=True, autoincrement=False)
    moment: Mapped[str] = mapped_column(String(40), primary_key=True)
    shown_at: Mapped[datetime]
