"""How well the program is delivered: training, a site's checklist, observed sessions. Rows are only added."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from cm_tracker.db import Base, Id


class TrainingRow(Base):
    """A member of staff learned a subject on a day. `staff_id` recorded it."""

    __tablename__ = "training"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    subject: Mapped[str] = mapped_column(String(20))
    trained_on: Mapped[date]
    note_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    recorded_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class TrainingWithdrawal(Base):
    """A record of a training does not hold, and why."""

    __tablename__ = "training_withdrawal"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    training_id: Mapped[int] = mapped_column(ForeignKey("training.id"), unique=True)
    note_digest: Mapped[bytes] = mapped_column(LargeBinary)
    recorded_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class ReadinessMark(Base):
    """A lead confirmed an item of a site's checklist, or took it back. The newest row of an item holds."""

    __tablename__ = "readiness_mark"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    item: Mapped[str] = mapped_column(String(20))
    is_done: Mapped[bool]
    text: Mapped[str] = mapped_column(String(120))
    recorded_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class SessionRating(Base):
    """A session of a member of staff that somebody sat in on and rated.

    `ratings` is JSON text: of each item a number from 1 to 7, or null for what was not observed. A correction is one more
    row that names the row that it replaces.
    """

    __tablename__ = "session_rating"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    client_id: Mapped[int | None] = mapped_column(ForeignKey("client.id"))
    session_on: Mapped[date]
    ratings: Mapped[str] = mapped_column(String(400))
    note_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("session_rating.id"), unique=True)
    recorded_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
