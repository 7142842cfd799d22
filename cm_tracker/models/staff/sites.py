"""Sites: a clinic's places, each with its time zone, cabinet and outside accounts."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from cm_tracker.db import Base, Id


class Site(Base):
    """`expiry_weeks` and `expiry_since` are the rule for points that nobody spent (`domain.expiry`), if there is one.

    `trade_days` is the rule for trading small prizes up (`domain.trading`), if there is one.
    """

    __tablename__ = "site"
    __table_args__ = (
        CheckConstraint("(expiry_weeks IS NULL) = (expiry_since IS NULL)", name="expiry_is_whole"),
        CheckConstraint("trade_days >= 1", name="trade_days_are_positive"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    time_zone: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]
    expiry_weeks: Mapped[int | None]
    expiry_since: Mapped[date | None]
    trade_days: Mapped[int | None]
