"""Reports that a lead has saved, with their days as a kind."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from cm_tracker.db import Base, Id
from cm_tracker.domain.measures.saved_reports import DAYS


class SavedReport(Base):
    """A report with its days, groups and columns. It counts its own sites; a retired one stays and opens no more.

    `column_names` are those of the chosen columns in their order, with a space between them; empty means all.
    """

    __tablename__ = "saved_report"
    __table_args__ = (
        CheckConstraint(f"days IN ({', '.join(map(repr, DAYS))})", name="days_are_known"),
        CheckConstraint("(days = 'fixed') = (first_day IS NOT NULL)", name="first_day_is_fixed"),
        CheckConstraint("(days = 'fixed') = (last_day IS NOT NULL)", name="last_day_is_fixed"),
        CheckConstraint("last_day >= first_day", name="days_are_in_order"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    report: Mapped[str] = mapped_column(String(40))
    grouped_by: Mapped[str] = mapped_column(String(20))
    days: Mapped[str] = mapped_column(String(20))
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    column_names: Mapped[str] = mapped_column(String(400))
    created_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    retired_at: Mapped[datetime | None]


class SavedReportSite(Base):
    """A site that a saved report counts. Who reaches all of its sites sees it."""

    __tablename__ = "saved_report_site"

    saved_report_id: Mapped[int] = mapped_column(ForeignKey("saved_report.id"), primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), primary_key=True)
