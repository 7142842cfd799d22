"""Files that people upload to be imported: the file, how it is read, and what a run over it did.

The rows change while a run goes on, and lose the file once it is not needed any more. What was written into the clinic's
records is on the audit trail.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cm_tracker.db import Base, Id
from cm_tracker.encryption import Encrypted, EncryptedBytes


class ImportRow(Base):
    """A file. `how` is a JSON text, see `domain.imports.reading`; `found` is what a run found, see `domain.imports.found`.

    `busy` is 1 while a run goes on and empty otherwise: its unique constraint lets one file run at a time.
    """

    __tablename__ = "import_file"
    __table_args__ = (
        CheckConstraint(
            "state IN ('new', 'checking', 'checked', 'running', 'done', 'stopped', 'failed', 'removed')",
            name="state_is_known",
        ),
        CheckConstraint("busy = 1", name="busy_is_one"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    schedule_id: Mapped[int | None] = mapped_column(ForeignKey("schedule.id"))
    name: Mapped[str] = mapped_column(Encrypted)
    content: Mapped[bytes | None] = mapped_column(EncryptedBytes)
    how: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))
    busy: Mapped[int | None] = mapped_column(unique=True)
    rows_total: Mapped[int]
    rows_done: Mapped[int]
    found: Mapped[bytes | None] = mapped_column(EncryptedBytes)
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("import_file.id"))
    started_at: Mapped[datetime | None]
    beat_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class ImportLayout(Base):
    """Columns and words that were chosen for a file, kept under a name for the next one of the same program."""

    __tablename__ = "import_layout"
    __table_args__ = (UniqueConstraint("site_id", "kind", "name", name="uq_import_layout_site_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(60))
    how: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
