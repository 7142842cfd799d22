"""The audit trail: who did what, when and why. Never a name of a client, never a result."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cm_tracker.db import Base, Id


class AuditEvent(Base):
    """One event of the audit trail; `tag` is its kind, such as `prize:added`, `subject` the record it is about."""

    __tablename__ = "audit_event"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    tag: Mapped[str] = mapped_column(String(60), index=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    via: Mapped[str] = mapped_column(String(20))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"), index=True)
    client_id: Mapped[int | None] = mapped_column(ForeignKey("client.id"), index=True)
    subject: Mapped[str] = mapped_column(String(60))
    detail: Mapped[str] = mapped_column(Text)
    note_digest: Mapped[bytes | None] = mapped_column(LargeBinary)


class ViewingRow(Base):
    """Somebody looked at the record of a client or at a list, was refused, or typed a wrong password. Only added to.

    `page` is the endpoint, `subject` the record that its address names, and `client_id` whose record that is: None for
    a list of many, and for a record that does not exist. `site_id` is the client's site when they looked.
    """

    __tablename__ = "viewing"
    __table_args__ = (
        CheckConstraint("kind IN ('view', 'refused', 'wrong')", name="kind_is_known"),
        Index("ix_viewing_client", "client_id", "id"),
        Index("ix_viewing_site", "site_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(10))
    page: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(60))
    client_id: Mapped[int | None] = mapped_column(ForeignKey("client.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    address: Mapped[str] = mapped_column(String(45))
    browser: Mapped[str] = mapped_column(String(60))


class IdentityOpening(Base):
    """Somebody who works by code opened who a client is, for an hour, and said why. Only added to."""

    __tablename__ = "identity_opening"
    __table_args__ = (CheckConstraint("ends_at > opened_at", name="ends_later"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    opened_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    note_digest: Mapped[bytes] = mapped_column(LargeBinary)
