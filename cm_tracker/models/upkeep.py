"""What was done to keep the installation well: backups, drills, verifications and the like, and whether they held."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cm_tracker.db import Base, Id


class Upkeep(Base):
    """A task that was carried out, or failed.

    `says` is a phrase as JSON (`domain.stored_phrases`), which names nobody and no path. Before migration 0065 it was a
    sentence in English.

    `version` is the version of the program that did it.
    """

    __tablename__ = "upkeep"
    __table_args__ = (
        CheckConstraint("ended_at >= started_at", name="ends_after_start"),
        Index("ix_upkeep_task", "task", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    task: Mapped[str] = mapped_column(String(20))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    is_done: Mapped[bool]
    says: Mapped[str] = mapped_column(Text)
    version: Mapped[str] = mapped_column(String(40))
