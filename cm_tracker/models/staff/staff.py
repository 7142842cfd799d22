"""Staff, the sites that they work at, and their sessions."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, false
from sqlalchemy.orm import Mapped, mapped_column

from cm_tracker.db import Base, Id
from cm_tracker.domain.staff.roles import ROLES


def _without_known_roles() -> str:
    rest = "' ' || roles || ' '"
    for role in ROLES:
        rest = f"replace({rest}, ' {role} ', ' ')"
    return rest


class Staff(Base):
    """A member of staff: their account. `roles` are words with a space between them (`domain.staff.roles`).

    An account has no password until its person sets one with a one-time code. `language` is that of its pages.
    """

    __tablename__ = "staff"
    __table_args__ = (
        CheckConstraint("language IN ('en', 'es')", name="language_is_known"),
        CheckConstraint(f"trim(roles) <> '' AND trim({_without_known_roles()}) = ''", name="roles_are_known"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    username: Mapped[str] = mapped_column(String(60), unique=True)
    display_name: Mapped[str] = mapped_column(String(120))
    roles: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    is_active: Mapped[bool]
    created_at: Mapped[datetime]
    language: Mapped[str] = mapped_column(String(10), server_default="en")


class StaffSite(Base):
    """A site where a member of staff works. Who is nothing but an admin has every site, without a row."""

    __tablename__ = "staff_site"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), primary_key=True)


class StaffSession(Base):
    """One sign-in. The cookie has the token and the table only its hash, so a stolen table opens no session.

    `address` and `browser` say in words from where it was made; both are empty for one from before they were kept.
    `proved_at` is when the person last proved in it who they are. A session that `is_for_set_up` opens the page of the
    second factor and no other.
    """

    __tablename__ = "staff_session"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    address: Mapped[str] = mapped_column(String(45), server_default="")
    browser: Mapped[str] = mapped_column(String(60), server_default="")
    proved_at: Mapped[datetime | None]
    is_for_set_up: Mapped[bool] = mapped_column(server_default=false())


class OneTimeCode(Base):
    """A code with which a member of staff sets a password. The table has only its hash, made as that of a password.

    `made_by_id` is None for one of the command line. The newest code of an account counts once, and
    until `ends_at`. `address` and `browser` say in words where it was used.
    """

    __tablename__ = "one_time_code"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(200))
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    used_at: Mapped[datetime | None] = mapped_column(index=True)
    address: Mapped[str] = mapped_column(String(45), server_default="")
    browser: Mapped[str] = mapped_column(String(60), server_default="")


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
