"""Where prizes and cards are kept, and who has a key of it. No row is ever edited."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from cm_tracker.db import Base, Id


class KeyHolding(Base):
    """A member of staff has a key, or the code, of a place of a site from a day on."""

    __tablename__ = "key_holding"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    place: Mapped[str] = mapped_column(String(80))
    holder_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    from_on: Mapped[date]
    recorded_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class KeyReturn(Base):
    """The last day on which somebody had a key. Once."""

    __tablename__ = "key_return"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    holding_id: Mapped[int] = mapped_column(ForeignKey("key_holding.id"), unique=True)
    until_on: Mapped[date]
    recorded_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
