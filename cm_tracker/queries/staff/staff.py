"""Who is signed in, and the accounts that a lead or an admin manages."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, false, literal, or_, select, true
from sqlalchemy.orm import Session

from cm_tracker.db import table
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.staff.roles import ADMIN, CARE, DESK, LEAD, MAY, ROLES, Actor, reaches_every_site, roles_in
from cm_tracker.domain.staff.session_limits import session_limit
from cm_tracker.models import Program, Site, Staff, StaffSession, StaffSite
from cm_tracker.passwords import token_hash
from cm_tracker.prepared import Prepared
from cm_tracker.queries.practice import codes_in, practice_codes_column
from cm_tracker.queries.views import view_of

MOST = 500


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The member of staff of a session. `site_ids` are their sites; None means all.

    `currency` is the program's, and `practice_codes` are the codes of practice clients: this query runs for every page, so
    no page needs another one for them. `proved_at` is when
    the person last proved in this session who they are; one that `is_for_set_up` opens only the page of the second factor.
    """

    staff_id: int
    display_name: str
    roles: frozenset[str]
    site_ids: frozenset[int] | None
    seen_at: datetime
    currency: str
    proved_at: datetime | None
    is_for_set_up: bool
    language: str
    practice_codes: frozenset[str]

    @property
    def actor(self) -> Actor:
        """Return this person as an actor."""
        return Actor(self.staff_id, self.roles, self.site_ids, "web")


@dataclass(frozen=True, slots=True)
class StaffLine:
    """An account in a list. `site_names` are those of its sites that are the reader's, too.

    An account without a password waits for its person to use a one-time code.
    """

    id: int
    username: str
    display_name: str
    roles: frozenset[str]
    is_active: bool
    has_password: bool
    site_ids: frozenset[int]
    site_names: tuple[str, ...]


def signed_in(session: Session, token: str, now: datetime, idle: timedelta) -> SignedIn | None:
    """Return the person of the session with this token, or None.

    There is none if the session does not exist or has ended, was idle too long or is too old for the person's role
    (`session_limit`), or if the account is closed.
    """
    rows = _SIGNED_IN(session, {"token": token_hash(token)})
    if not rows:
        return None
    row = rows[0]
    roles = roles_in(row.roles)
    if session_limit(roles, idle).has_passed(row.started_at, row.seen_at, now):
        return None
    site_ids = None if reaches_every_site(roles) else frozenset(row.site_id for row in rows if row.site_id is not None)
    return SignedIn(
        staff_id=row.id,
        display_name=row.display_name,
        roles=roles,
        site_ids=site_ids,
        seen_at=row.seen_at,
        currency=row.currency,
        proved_at=row.proved_at,
        is_for_set_up=row.is_for_set_up,
        language=row.language,
        practice_codes=codes_in(row.practice_codes),
    )


def person_of_session(session: Session, token: str) -> int | None:
    """Return the id of the account whose session had this token, even if it has ended, or None."""
    return session.execute(
        select(StaffSession.staff_id).where(StaffSession.token_hash == token_hash(token))
    ).scalar_one_or_none()


def own_username(session: Session, staff_id: int) -> str:
    """Return the user name of an account, by which an app or a passkey shows whose it is."""
    return session.execute(select(Staff.username).where(Staff.id == staff_id)).scalar_one()


# This statement runs for every page, so it is compiled only once. It returns one row for each site of the person.
_STAFF, _SESSION, _AT = table(Staff), table(StaffSession), table(StaffSite)
_SIGNED_IN_COLUMNS = (
    _STAFF.c.id,
    _STAFF.c.display_name,
    _STAFF.c.roles,
    _SESSION.c.started_at,
    _SESSION.c.seen_at,
    _SESSION.c.proved_at,
    _SESSION.c.is_for_set_up,
    _STAFF.c.language,
    _AT.c.site_id,
    select(Program.currency).scalar_subquery().label("currency"),
    practice_codes_column().label("practice_codes"),
)
_SIGNED_IN = Prepared(
    select(*_SIGNED_IN_COLUMNS)
    .select_from(_SESSION)
    .join(_STAFF, _STAFF.c.id == _SESSION.c.staff_id)
    .outerjoin(_AT, _AT.c.staff_id == _STAFF.c.id)
    .where(
        _SESSION.c.token_hash == bindparam("token"),
        _SESSION.c.ended_at.is_(None),
        _STAFF.c.is_active,
    ),
    columns=_SIGNED_IN_COLUMNS,
)


def other_leads(session: Session, actor: Actor, site_id: int) -> tuple[str, ...]:
    """Return the names of the other leads of a site, who can decide about the actor's request."""
    rows = session.execute(
        select(Staff.display_name)
        .join(StaffSite, StaffSite.staff_id == Staff.id)
        .where(StaffSite.site_id == site_id, has_role(LEAD), Staff.is_active, Staff.id != actor.staff_id)
        .order_by(Staff.display_name)
        .limit(20)
    )
    return tuple(rows.scalars())


def names_at_site(session: Session, site_id: int) -> dict[int, str]:
    """Return the names of those who work with clients at a site, by their ids, ordered by name.

    Each of them may lead a service: its sheet shows a front desk who leads it no results.
    """
    return _names(session, site_id, DESK)


def counselors_at(session: Session, site_id: int) -> dict[int, str]:
    """Return the names of those at a site who may be a client's counselor, by their ids, ordered by name."""
    return _names(session, site_id, CARE)


def receivers_at(session: Session, site_id: int) -> dict[int, str]:
    """Return the names of those at a site who may book a delivery, by their ids, ordered by name."""
    return _names(session, site_id, MAY["stock:deliver"])


def everybody_at(session: Session, site_id: int) -> dict[int, str]:
    """Return the names of everybody who works at a site, by their ids, ordered by name."""
    return _names(session, site_id, frozenset(ROLES))


def _names(session: Session, site_id: int, roles: frozenset[str]) -> dict[int, str]:
    rows = session.execute(
        select(Staff.id, Staff.display_name)
        .join(StaffSite, StaffSite.staff_id == Staff.id)
        .where(StaffSite.site_id == site_id, has_role(*roles), Staff.is_active)
        .order_by(Staff.display_name, Staff.id)
        .limit(MOST)
    )
    return {row.id: row.display_name for row in rows}


def staff_list(session: Session, actor: Actor) -> tuple[StaffLine, ...]:
    """Return the accounts at the actor's sites, ordered by name, with the names of these sites. An admin sees all."""
    return _lines(session, actor)


def staff_line(session: Session, actor: Actor, staff_id: int) -> StaffLine:
    """Return one account at the actor's sites. Raise `NotFound`."""
    lines = _lines(session, actor, Staff.id == staff_id)
    if not lines:
        raise NotFound(what="account")
    return lines[0]


def has_role(*roles: str, of: Any = Staff) -> ColumnElement[bool]:
    """Return the condition that an account has one of the roles. `of` is `Staff` or an alias of it."""
    words = literal(" ").concat(of.roles).concat(" ")
    return or_(false(), *(words.contains(f" {role} ", autoescape=True) for role in sorted(roles)))


def account_with(session: Session, username: str) -> int:
    """Return the id of the account with a user name. Raise `NotFound`."""
    staff_id = session.execute(select(Staff.id).where(Staff.username == username)).scalar_one_or_none()
    if staff_id is None:
        raise NotFound(what="account")
    return staff_id


def is_colleague(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that an account is the actor's own, or has one of the actor's sites.

    Who is nothing but an admin has every site.
    """
    if actor.site_ids is None:
        return true()
    at_these = Staff.id.in_(select(StaffSite.staff_id).where(StaffSite.site_id.in_(actor.site_ids)))
    return or_(Staff.id == actor.staff_id, at_these, Staff.roles == ADMIN)


def _lines(session: Session, actor: Actor, *conditions: ColumnElement[bool]) -> tuple[StaffLine, ...]:
    conditions = (*conditions, is_colleague(actor))
    rows = session.execute(
        select(
            Staff.id,
            Staff.username,
            Staff.display_name,
            Staff.roles,
            Staff.is_active,
            Staff.password_hash.is_not(None).label("has_password"),
        )
        .where(*conditions)
        .order_by(Staff.display_name)
        .limit(MOST)
    ).all()
    sites_by_staff: dict[int, list[tuple[str, int]]] = {}
    for staff_id, site_id, name in session.execute(
        select(StaffSite.staff_id, Site.id, Site.name)
        .join(Site, Site.id == StaffSite.site_id)
        .where(StaffSite.staff_id.in_([row.id for row in rows]))
        .order_by(Site.name)
    ):
        sites_by_staff.setdefault(staff_id, []).append((name, site_id))
    return tuple(
        view_of(
            StaffLine,
            row,
            roles=roles_in(row.roles),
            site_ids=frozenset(site_id for _, site_id in sites_by_staff.get(row.id, [])),
            site_names=tuple(name for name, site_id in sites_by_staff.get(row.id, []) if actor.reaches(site_id)),
        )
        for row in rows
    )
