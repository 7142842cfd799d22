"""The sessions of the kiosk. Each shows one client their card, for one minute."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from cm_tracker.db import Base, Id


class KioskSession(Base):
    """A client's session at one tablet of the kiosk; the table has only the hash of its token."""

    __tablename__ = "kiosk_session"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("kiosk_device.id"), index=True)
    started_at: Mapped[datetime]
    ends_at: Mapped[datetime]
