"""The columns that every table of sealed records has: who wrote it, when and how, and its name in the log."""

from datetime import datetime

from sqlalchemy import Computed, ForeignKey, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from cm_tracker.db import Id


class SealedRecord:
    """A mixin for tables whose records have the table's name in the log, such as `draw:17`."""

    __tablename__: str

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    recorded_at: Mapped[datetime]
    via: Mapped[str] = mapped_column(String(20))

    @declared_attr
    def staff_id(cls) -> Mapped[int | None]:
        """The member of staff who wrote it, or None for a command, an import or a client at the kiosk."""
        return mapped_column(ForeignKey("staff.id"))

    @declared_attr
    def record(cls) -> Mapped[str]:
        """The record's name in the log. The deferred key to the log lets no row be committed that is not sealed."""
        return mapped_column(
            String(60),
            Computed(f"'{cls.__tablename__}:' || CAST(id AS TEXT)", persisted=True),
            ForeignKey("log.record", deferrable=True, initially="DEFERRED"),
            unique=True,
        )
