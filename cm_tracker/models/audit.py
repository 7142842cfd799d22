"""The audit trail: who did what, when and why. Never a name of a client, never a result.

The lines form a chain of hashes of their own (`domain.ledger.audit_chain`).
"""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cm_tracker.db import Base, Id
from cm_tracker.encryption import EncryptedBytes


class AuditEvent(Base):
    """One event of the audit trail; `tag` is its kind, such as `prize:added`, `subject` the record it is about.

    `states` is JSON: for each row that the event changed, the digest of the row after it (`models.watched`). `hash`
    covers all of it and the hash of the event before. The numbers follow one another without a gap, since there is a
    chain.
    """

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
    states: Mapped[str | None] = mapped_column(Text)
    hash: Mapped[bytes | None] = mapped_column(LargeBinary)


class AuditHead(Base):
    """The newest event of the audit trail and its hash, in the only row, and how many events there are."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    last_id: Mapped[int] = mapped_column(BigInteger)
    size: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class StateSalt(Base):
    """The salt of the digests of a row with the name of a person, such as `client:7`. It goes when the name goes.

    It is encrypted, as the names are: with it, somebody could try names until one has the digest.
    """

    __tablename__ = "state_salt"

    record: Mapped[str] = mapped_column(String(60), primary_key=True)
    salt: Mapped[bytes] = mapped_column(EncryptedBytes)


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
