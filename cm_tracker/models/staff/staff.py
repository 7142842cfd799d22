"""Staff, the sites that they work at, and their sessions."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from cm_tracker.db import Base, Id
from cm_tracker.domain.staff.roles import ROLES


def _without_known_roles() -> str:
    rest = "' ' || roles || ' '"
    for role in ROLES:
        rest = f"replace({rest}, ' {role} ', ' ')"
    return rest


class Staff(Base):
    """A member of staff: their account. `roles` are words with a space between them (`domain.staff.roles`)."""

    __tablename__ = "staff"
    __table_args__ = (
        CheckConstraint(f"trim(roles) <> '' AND trim({_without_known_roles()}) = ''", name="roles_are_known"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    username: Mapped[str] = mapped_column(String(60), unique=True)
    display_name: Mapped[str] = mapped_column(String(120))
    roles: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str] = mapped_column(String(200))
    is_active: Mapped[bool]
    created_at: Mapped[datetime]


class StaffSite(Base):
    """A site where a member of staff works. Who is nothing but an admin has every site, without a row."""

    __tablename__ = "staff_site"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), primary_key=True)


class StaffSession(Base):
    """One sign-in. The cookie has the token and the table only its hash, so a stolen table opens no session."""

    __tablename__ = "staff_session"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Browser(Base):
    """A browser in which somebody has signed in. Its cookie has the token and the table only its hash."""

    __tablename__ = "browser"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)


class BrowserUse(Base):
    """When an account last signed in in a browser."""

    __tablename__ = "browser_use"

    browser_id: Mapped[int] = mapped_column(ForeignKey("browser.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    signed_in_at: Mapped[datetime]
