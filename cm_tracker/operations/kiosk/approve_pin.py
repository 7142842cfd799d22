"""A member of staff lets a client who has no PIN choose one at the tablet where both stand."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import ApprovalRefused, HasPin, NobodyHere, SignInWaits, TooManyTries
from cm_tracker.domain.staff.roles import Actor, reaches_every_site, roles_in
from cm_tracker.domain.staff.sign_ins import sign_in_limit, tablet_source
from cm_tracker.models import KioskDevice, PinApproval, Staff, StaffSite
from cm_tracker.operations.steps.client_at_tablet import client_at_tablet
from cm_tracker.operations.steps.count_sign_in import SignInTry, count_sign_in, end_sign_in_try
from cm_tracker.operations.steps.count_try import CountedTry, Limit, count_try, take_back
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.passwords import Hasher, token_hash

# So long the client has for choosing a PIN.
LASTS = timedelta(minutes=3)


def approve_pin(
    session: Session,
    *,
    code: str,
    username: str,
    password: str,
    device_id: int,
    hasher: Hasher,
    limit: Limit,
    now: datetime,
) -> str:
    """Return the token with which the client of a code may choose a PIN at this tablet, for three minutes.

    Nobody is signed in by it. Raise `ApprovalRefused` unless user name and password are those of somebody who may change
    clients at the tablet's site, and `TooManyTries` after too many wrong ones for the account, or at the tablet. Only
    then the code is looked at: raise `NobodyHere` for a code of nobody at the site, and `HasPin`.
    """
    username = username.strip().lower()[:60]
    counted = _count(session, username=username, device_id=device_id, limit=limit, now=now)
    staff = _staff(session, username, device_id)
    is_right = hasher.matches(staff.password_hash if staff else None, password)
    if staff is None or not is_right or not _may_approve(staff):
        _refuse(session, staff_id=staff.id if staff else None, now=now)
        raise ApprovalRefused
    # This stands also where the code is nobody's: a slip in the code is no guess at a password.
    _end_try(session, *counted)
    return _approve(session, code=code, staff=staff, device_id=device_id, now=now)


def _staff(session: Session, username: str, device_id: int) -> Any:
    """Return the account with the tablet's site, and whether that is one of its own, or None."""
    return session.execute(
        select(
            Staff.id,
            Staff.roles,
            Staff.password_hash,
            Staff.is_active,
            KioskDevice.site_id,
            StaffSite.site_id.label("works_at"),
        )
        .select_from(Staff)
        .join(KioskDevice, KioskDevice.id == device_id)
        .outerjoin(StaffSite, (StaffSite.staff_id == Staff.id) & (StaffSite.site_id == KioskDevice.site_id))
        .where(Staff.username == username, KioskDevice.revoked_at.is_(None))
    ).one_or_none()


def _may_approve(staff: Any) -> bool:
    return staff.is_active and _actor(staff).may("client:change", staff.site_id)


def _actor(staff: Any) -> Actor:
    roles = roles_in(staff.roles)
    sites = None if reaches_every_site(roles) else frozenset([staff.works_at] if staff.works_at is not None else [])
    return Actor(staff.id, roles, sites, "kiosk")


@one_transaction
def _refuse(session: Session, *, staff_id: int | None, now: datetime) -> None:
    subject = f"staff:{staff_id}" if staff_id else "staff:unknown"
    note_audit(session, "staff:sign-in-refused", subject, actor=Actor(None, frozenset(), frozenset(), "kiosk"), now=now)


@one_transaction
def _count(
    session: Session, *, username: str, device_id: int, limit: Limit, now: datetime
) -> tuple[SignInTry, CountedTry]:
    """Count a try in a transaction of its own, before the password is checked: for the account, and for the tablet."""
    try:
        of_account = count_sign_in(
            session,
            username=username,
            browser=None,
            place=tablet_source(device_id),
            limit=sign_in_limit(limit.tries, limit.wait),
            now=now,
        )
    except SignInWaits as wait:
        raise TooManyTries(minutes=wait.minutes) from None
    return of_account, count_try(session, subjects=[(f"approval:{device_id}", limit)], now=now)


@one_transaction
def _end_try(session: Session, of_account: SignInTry, of_tablet: CountedTry) -> None:
    end_sign_in_try(session, of_account)
    take_back(session, of_tablet, of_tablet.before)


@one_transaction
def _approve(session: Session, *, code: str, staff: Any, device_id: int, now: datetime) -> str:
    client = client_at_tablet(session, device_id, code, now)
    if client is None:
        raise NobodyHere(field="code")
    if client.pin_hash is not None:
        raise HasPin(field="code")
    session.execute(delete(PinApproval).where((PinApproval.client_id == client.id) | (PinApproval.ends_at <= now)))
    token = secrets.token_urlsafe(32)
    session.execute(
        insert(PinApproval).values(
            token_hash=token_hash(token),
            client_id=client.id,
            device_id=device_id,
            staff_id=staff.id,
            ends_at=now + LASTS,
        )
    )
    note_audit(
        session,
        "pin:approved",
        f"client:{client.id}",
        actor=_actor(staff),
        now=now,
        site_id=client.site_id,
        client_id=client.id,
    )
    return token
