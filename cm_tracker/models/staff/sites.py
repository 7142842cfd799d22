"""Sites: a clinic's places, each with its time zone, settings, cabinet and outside accounts."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cm_tracker.db import Base, Id


class Site(Base):
    """A site. `settings` is the JSON text that `domain.staff.site_settings` reads and writes.

    The settings lie in the site's own row, so whatever reads a site's time zone has them in the same
    query, and a new setting needs no column. `picture` is what the kiosk shows while nobody uses it; without one it shows
    the program's own. With `has_checklist` its first client waits until the checklist is complete (`steps.check_ready`);
    it is empty, not false, for a site from before there were checklists.
    """

    __tablename__ = "site"
    __table_args__ = (CheckConstraint("has_checklist", name="has_checklist"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    time_zone: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]
    settings: Mapped[str] = mapped_column(Text, server_default="{}")
    picture: Mapped[bytes | None] = mapped_column(ForeignKey("prize_picture.digest"))
    has_checklist: Mapped[bool | None]
