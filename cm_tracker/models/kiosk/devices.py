"""The tablets that are paired with a site, the codes that pair them, and whom they know."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from cm_tracker.db import Base, Id


class KioskDevice(Base):
    """A paired tablet. Its browser has the token in a cookie, and the table only its hash.

    `paired_by_id` is who made the code with which it was paired. `stopped_at` is when too many codes failed there, until
    a lead lets it go on.
    """

    __tablename__ = "kiosk_device"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    name: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(8))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    paired_at: Mapped[datetime]
    paired_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    last_seen_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class KioskPairing(Base):
    """A code that pairs one tablet until `ends_at`. The row is deleted with its use, and the table has only a hash."""

    __tablename__ = "kiosk_pairing"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    name: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(8))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    ends_at: Mapped[datetime]


class KioskUse(Base):
    """When a client last opened their card at a tablet."""

    __tablename__ = "kiosk_use"

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), primary_key=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("kiosk_device.id"), primary_key=True)
    opened_at: Mapped[datetime]


class PinApproval(Base):
    """A member of staff lets a client without a PIN choose one at a tablet, until `ends_at` and once."""

    __tablename__ = "pin_approval"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("kiosk_device.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    ends_at: Mapped[datetime]
