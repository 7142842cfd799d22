"""Questions that clients ask staff at the kiosk: one of three, without free text, and the answer of staff."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from cm_tracker.db import Base, Id


class QuestionRow(Base):
    """A question of a client. Of each topic one can wait; `answer` is one of the topic's, and the text is a note."""

    __tablename__ = "question"
    __table_args__ = (
        CheckConstraint("topic IN ('points', 'talk', 'next_visit')", name="topic_is_known"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answer_is_whole"),
        CheckConstraint("read_at IS NULL OR answered_at IS NOT NULL", name="only_an_answer_is_read"),
        Index(
            "uq_question_waits",
            "client_id",
            "topic",
            unique=True,
            sqlite_where=text("answered_at IS NULL"),
            postgresql_where=text("answered_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    topic: Mapped[str] = mapped_column(String(12))
    asked_at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(String(12))
    note_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    answered_at: Mapped[datetime | None]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    read_at: Mapped[datetime | None]
