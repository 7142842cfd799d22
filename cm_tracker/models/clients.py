"""Clients and their enrollments."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from cm_tracker.db import Base, Id
from cm_tracker.domain.clients.agreements import WAYS
from cm_tracker.domain.clients.disclosures import BASES
from cm_tracker.encryption import Encrypted
from cm_tracker.models.records import SealedRecord


class Client(Base):
    """A person in the program, known by a code. Only staff of their site see the preferred name.

    The name is encrypted, and found by its pieces (`ClientToken`). `plain_code` is the code as a search compares it.
    `merged_into_id` is the main record of a person who was opened twice: always the last one, where that one was merged
    again. It is None in the main record itself (`queries.clients.main_records`).

    `is_practice` is set when a client is opened for training staff, and never changed. It is empty, not false, for
    everybody else: an empty column changes no digest of a state on the audit trail.
    """

    __tablename__ = "client"
    # A search reads only this index, and only the part with the reader's sites.
    __table_args__ = (
        Index("ix_client_search", "site_id", "plain_code"),
        Index(
            "ix_client_is_practice",
            "code",
            sqlite_where=text("is_practice IS NOT NULL"),
            postgresql_where=text("is_practice IS NOT NULL"),
        ),
        CheckConstraint("is_practice", name="is_practice"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    preferred_name: Mapped[str] = mapped_column(Encrypted)
    plain_code: Mapped[str] = mapped_column(String(40))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    language: Mapped[str] = mapped_column(String(10))
    pin_hash: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("client.id"), index=True)
    is_practice: Mapped[bool | None]


class ClientToken(Base):
    """A piece of a client's name, by which a search finds who may be meant: a few bits of its keyed hash.

    `domain.clients.pieces` says which pieces a name has. The keys are those of the encrypted columns.
    """

    __tablename__ = "client_token"
    __table_args__ = (Index("ix_client_token_token", "token", "client_id"),)

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), primary_key=True, autoincrement=False)
    token: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class ClientTransfer(SealedRecord, Base):
    """A client moved from the site `site_id` to the site `to_site_id`; `first_day` is the first day there. Sealed.

    `Client.site_id` is the last one's `to_site_id`.
    """

    __tablename__ = "client_transfer"
    __table_args__ = (CheckConstraint("site_id <> to_site_id", name="to_another_site"),)

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    to_site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    first_day: Mapped[date]
    note_digest: Mapped[bytes] = mapped_column(LargeBinary)


class CodeChange(SealedRecord, Base):
    """The code of a client was corrected. Sealed, without the codes: one of them may hold a part of a name.

    `old_code_digest` is that of a note with the old code, as `note_digest` is that of the reason.
    """

    __tablename__ = "code_change"

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    old_code_digest: Mapped[bytes] = mapped_column(LargeBinary)
    note_digest: Mapped[bytes] = mapped_column(LargeBinary)


class ClientAlias(Base):
    """A code that a client had before: they are still found by it, and nobody else can get it.

    `plain_code` is the code as a search compares it. `change_id` is the change that made it the old one, for the first
    time.
    """

    __tablename__ = "client_alias"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    plain_code: Mapped[str] = mapped_column(String(40), index=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    change_id: Mapped[int] = mapped_column(ForeignKey("code_change.id"))


class Enrollment(SealedRecord, Base):
    """A client follows a published version of a schedule from a day on. Sealed."""

    __tablename__ = "enrollment"

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    schedule_version_id: Mapped[int] = mapped_column(ForeignKey("schedule_version.id"), index=True)
    starts_on: Mapped[date]


class EnrollmentEventRow(SealedRecord, Base):
    """One record of an event of an enrollment: an end, a pause, or a move to another version. Sealed.

    `from_day` is the last day of an enrollment that ends, the first day of a pause, or the first day under another
    version. A later record of the same event names the one that it replaces.
    """

    __tablename__ = "enrollment_event"
    __table_args__ = (
        CheckConstraint("kind IN ('end', 'pause', 'move')", name="kind_is_known"),
        CheckConstraint("state IN ('counts', 'withdrawn')", name="state_is_known"),
        CheckConstraint("(kind = 'move') = (schedule_version_id IS NOT NULL)", name="only_a_move_names_a_version"),
        CheckConstraint("to_day IS NULL OR (kind = 'pause' AND to_day >= from_day)", name="only_a_pause_has_days"),
    )

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    kind: Mapped[str] = mapped_column(String(20))
    from_day: Mapped[date]
    to_day: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(String(20))
    schedule_version_id: Mapped[int | None] = mapped_column(ForeignKey("schedule_version.id"))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("enrollment_event.id"), unique=True)
    # `withdrawn`: it was entered by mistake, and never counted.
    state: Mapped[str] = mapped_column(String(10))
    note_digest: Mapped[bytes | None] = mapped_column(LargeBinary)


class ClientCounselor(Base):
    """Who a client's counselor at a site is from a day on; None: nobody. A change adds a row, and no row is edited."""

    __tablename__ = "client_counselor"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    counselor_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    from_on: Mapped[date]
    recorded_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class IdCard(Base):
    """The card of a client, with the random number of its QR code (`domain.clients.id_cards`). One is valid at a time.

    The number is stored as it is, so that a card can be printed again: it opens nothing without staff or a PIN.
    """

    __tablename__ = "id_card"
    __table_args__ = (
        Index(
            "ix_id_card_valid",
            "client_id",
            unique=True,
            sqlite_where=text("replaced_at IS NULL"),
            postgresql_where=text("replaced_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    number: Mapped[str] = mapped_column(String(39), unique=True)
    issued_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    replaced_at: Mapped[datetime | None]
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class MergeRequest(Base):
    """A lead's request to merge one client record into another one of the same person. It is decided once."""

    __tablename__ = "merge_request"
    __table_args__ = (
        CheckConstraint("from_client_id <> into_client_id", name="names_two_records"),
        CheckConstraint("decision IN ('approved', 'declined', 'withdrawn')", name="decision_is_known"),
        CheckConstraint(
            "decision IS NULL OR decision <> 'approved' OR decided_by_id <> staff_id",
            name="second_person_approves",
        ),
        # A record waits for one decision at a time.
        Index(
            "ix_merge_request_waiting",
            "from_client_id",
            unique=True,
            sqlite_where=text("decision IS NULL"),
            postgresql_where=text("decision IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    from_client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    into_client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    note_digest: Mapped[bytes] = mapped_column(LargeBinary)
    requested_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decision: Mapped[str | None] = mapped_column(String(20))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decision_note_digest: Mapped[bytes | None] = mapped_column(LargeBinary)


class ClientMerge(SealedRecord, Base):
    """An approved merge: `requested_by_id` requested it, `staff_id` approved it. Sealed.

    A transaction of the kind `merge` that it caused names it as its reason.
    """

    __tablename__ = "client_merge"
    __table_args__ = (
        CheckConstraint("from_client_id <> into_client_id", name="names_two_records"),
        CheckConstraint("staff_id <> requested_by_id", name="second_person_approves"),
    )

    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    from_client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), unique=True)
    into_client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    note_digest: Mapped[bytes] = mapped_column(LargeBinary)
    request_id: Mapped[int] = mapped_column(ForeignKey("merge_request.id"), unique=True)
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class _OfClient:
    """The columns that each of these tables has."""

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    recorded_at: Mapped[datetime]

    @declared_attr
    def client_id(cls) -> Mapped[int]:
        """The client whose record it is."""
        return mapped_column(ForeignKey("client.id"), index=True)

    @declared_attr
    def site_id(cls) -> Mapped[int]:
        """The client's site when it was entered."""
        return mapped_column(ForeignKey("site.id"))

    @declared_attr
    def staff_id(cls) -> Mapped[int | None]:
        """Who entered it."""
        return mapped_column(ForeignKey("staff.id"))


class SignedAgreement(SealedRecord, Base):
    """A client signed the agreement about the rules of a version that their enrollment follows. Sealed.

    `note_digest` is that of the whole text as it was shown, in `language`; the text itself is a note. `way` says whether
    they signed on paper, before `witness_id`, or on the screen with their PIN. Of the rows of one version, at most one
    has no `SignatureWithdrawal`.
    """

    __tablename__ = "signed_agreement"
    __table_args__ = (CheckConstraint(f"way IN ({', '.join(map(repr, WAYS))})", name="way_is_known"),)

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    schedule_version_id: Mapped[int] = mapped_column(ForeignKey("schedule_version.id"))
    language: Mapped[str] = mapped_column(String(10))
    way: Mapped[str] = mapped_column(String(10))
    signed_on: Mapped[date]
    witness_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    note_digest: Mapped[bytes] = mapped_column(LargeBinary)


class SignatureWithdrawal(Base):
    """A signature was recorded by mistake, and why: it does not count."""

    __tablename__ = "signature_withdrawal"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("signed_agreement.id"), unique=True)
    note_digest: Mapped[bytes] = mapped_column(LargeBinary)
    recorded_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class Agreement(_OfClient, Base):
    """A client signed a paper of the clinic's own about the program, in a version, before a witness of the staff."""

    __tablename__ = "agreement"

    version: Mapped[str] = mapped_column(String(40))
    signed_on: Mapped[date]
    witness_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))


class Consent(_OfClient, Base):
    """A client agreed in writing that the clinic tells somebody something for a purpose. Without `until` it has no end."""

    __tablename__ = "consent"
    __table_args__ = (CheckConstraint("until IS NULL OR until >= signed_on", name="ends_later"),)

    recipient: Mapped[str] = mapped_column(Encrypted)
    what: Mapped[str] = mapped_column(Encrypted)
    purpose: Mapped[str] = mapped_column(Encrypted)
    signed_on: Mapped[date]
    until: Mapped[date | None]


class ConsentRevocation(_OfClient, Base):
    """A client took a consent back, on a day: nothing is told any more from then on."""

    __tablename__ = "consent_revocation"

    consent_id: Mapped[int] = mapped_column(ForeignKey("consent.id"), unique=True)
    revoked_on: Mapped[date]


class Disclosure(_OfClient, Base):
    """Something about a client was told to somebody outside the clinic, resting on a consent or an exception."""

    __tablename__ = "disclosure"
    __table_args__ = (
        CheckConstraint(f"basis IN ({', '.join(map(repr, BASES))})", name="basis_is_known"),
        CheckConstraint("(basis = 'consent') = (consent_id IS NOT NULL)", name="consent_is_named"),
    )

    basis: Mapped[str] = mapped_column(String(30))
    consent_id: Mapped[int | None] = mapped_column(ForeignKey("consent.id"))
    recipient: Mapped[str] = mapped_column(Encrypted)
    what: Mapped[str] = mapped_column(Encrypted)
    purpose: Mapped[str] = mapped_column(Encrypted)
    disclosed_on: Mapped[date]
