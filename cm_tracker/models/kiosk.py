"""The kiosk's sessions: one client, one minute, one card."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from cm_tracker.db import Base, Id


class KioskSession(Base):
    __tablename__ = "kiosk_session"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    started_at: Mapped[datetime]
    ends_at: Mapped[datetime]
