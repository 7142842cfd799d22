"""Where the money for rewards comes from: sources, their terms, and which source pays for an enrollment.

No row is ever edited. What changes is a new row from a day on.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from cm_tracker.db import Base, Id
from cm_tracker.domain.funding.sources import KINDS


class FundingSource(Base):
    """A source of money for the whole program. Its year begins on a day of each year, or it has no year."""

    __tablename__ = "funding_source"
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(map(repr, KINDS))})", name="kind_is_known"),
        CheckConstraint("(year_month IS NULL) = (year_day IS NULL)", name="first_day_is_whole"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    year_month: Mapped[int | None]
    year_day: Mapped[int | None]
    created_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class FundingTerms(Base):
    """The terms of a source from a day on: its limits in cents (None: no limit), and what may be bought.

    `budget_cents` is what is planned for purchases in each of its years (None: nothing is planned).
    `is_closed`: from that day on nobody can choose it any more.
    """

    __tablename__ = "funding_terms"
    __table_args__ = (
        CheckConstraint("client_cents > 0", name="client_limit_is_positive"),
        CheckConstraint("total_cents > 0", name="total_limit_is_positive"),
        CheckConstraint("budget_cents > 0", name="budget_is_positive"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("funding_source.id"), index=True)
    from_on: Mapped[date]
    client_cents: Mapped[int | None] = mapped_column(BigInteger)
    total_cents: Mapped[int | None] = mapped_column(BigInteger)
    budget_cents: Mapped[int | None] = mapped_column(BigInteger)
    buys: Mapped[str] = mapped_column(String(300))
    is_closed: Mapped[bool]
    recorded_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class EnrollmentFunding(Base):
    """Which source pays for an enrollment from a day on; None: none."""

    __tablename__ = "enrollment_funding"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    source_id: Mapped[int | None] = mapped_column(ForeignKey("funding_source.id"), index=True)
    from_on: Mapped[date]
    note_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    recorded_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
