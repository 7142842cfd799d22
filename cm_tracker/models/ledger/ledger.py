"""The ledger's own tables: accounts, transactions with their entries, and the log that seals them.

A row is written once. The database refuses to change or delete it. It changes the balance of a guarded
account only through an entry, and it refuses to commit a record that is not in the log (by the
deferred key from the column `record` of each sealed table).
"""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Computed, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cm_tracker.db import Base, Id
from cm_tracker.encryption import Encrypted, EncryptedBytes


class AccountRow(Base):
    """An account. A guarded account has a `balance`, which only the trigger of entries changes; others have none."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("balance >= 0", name="balance_is_not_negative"),
        CheckConstraint(
            "(kind IN ('client', 'held', 'cabinet')) = (balance IS NOT NULL)", name="only_guarded_keep_a_balance"
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    unit: Mapped[str] = mapped_column(String(30))
    client_id: Mapped[int | None] = mapped_column(ForeignKey("client.id"), index=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"), index=True)
    prize_id: Mapped[int | None] = mapped_column(ForeignKey("prize.id"), index=True)
    balance: Mapped[int | None] = mapped_column(BigInteger)
    # The entry that last changed the balance. The trigger accepts a new balance only together with a newer
    # entry of the same amount.
    last_entry_id: Mapped[int | None] = mapped_column(BigInteger)


class Transaction(Base):
    """A transaction: entries that sum to zero in each unit. Sealed."""

    __tablename__ = "ledger_transaction"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    client_id: Mapped[int | None] = mapped_column(ForeignKey("client.id"), index=True)
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_transaction.id"), unique=True)
    # The record that caused it, by its name in the log, such as `visit:17`.
    because: Mapped[str | None] = mapped_column(String(60))
    note_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    recorded_at: Mapped[datetime] = mapped_column(index=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    via: Mapped[str] = mapped_column(String(20))
    record: Mapped[str] = mapped_column(
        String(60),
        Computed("'transaction:' || CAST(id AS TEXT)", persisted=True),
        ForeignKey("log.record", deferrable=True, initially="DEFERRED"),
        unique=True,
    )


class EntryRow(Base):
    """An amount that a transaction adds to an account, or takes from it if it is negative."""

    __tablename__ = "entry"
    __table_args__ = (
        CheckConstraint("amount <> 0", name="amount_is_not_zero"),
        UniqueConstraint("transaction_id", "position"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    transaction_id: Mapped[int] = mapped_column(ForeignKey("ledger_transaction.id"))
    position: Mapped[int]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    unit: Mapped[str] = mapped_column(String(30))
    amount: Mapped[int] = mapped_column(BigInteger)
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"), index=True)


class LogRow(Base):
    """One link of the chain: the body as bytes, its leaf, and the hash of seq, the previous hash and the leaf."""

    __tablename__ = "log"

    seq: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    record: Mapped[str] = mapped_column(String(60), unique=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    leaf: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class LogHead(Base):
    """The only row says how long the chain is. Its lock is the last one that a write takes."""

    __tablename__ = "log_head"
    __table_args__ = (CheckConstraint("id = 1", name="is_one_row"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class Note(Base):
    """A note. The chain holds only its digest, because the text may have to be erased one day.

    The digest is that of salt and plain text. Both are encrypted: with the salt in sight, somebody could try words until
    one has the digest.
    """

    __tablename__ = "note"

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    salt: Mapped[bytes] = mapped_column(EncryptedBytes)
    text: Mapped[str | None] = mapped_column(Encrypted)
