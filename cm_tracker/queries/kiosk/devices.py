"""The paired tablets: the one that a request comes from, those of a site, and those that stopped."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.kiosk.tries import DEVICE_CODES, failures_of
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import KioskDevice, KioskSession, Site, Staff, Throttle
from cm_tracker.passwords import token_hash
from cm_tracker.queries.staff.sites import at_sites

MOST = 200


@dataclass(frozen=True, slots=True)
class PairedDevice:
    """The tablet from which a request comes.

    `has_foreign_card` says whether the request shows the card of another tablet: its cookie was copied.
    """

    id: int
    site_id: int
    site_name: str
    name: str
    language: str
    last_seen_at: datetime
    has_foreign_card: bool


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """A tablet in the list. `paired_by` is None for one of the demonstration, `stopped_at` unless too many codes failed.

    `waits_until` is when it takes codes again, or None where it does not wait.
    """

    id: int
    site_id: int
    site_name: str
    time_zone: str
    name: str
    language: str
    paired_at: datetime
    paired_by: str | None
    last_seen_at: datetime
    stopped_at: datetime | None
    waits_until: datetime | None


@dataclass(frozen=True, slots=True)
class StoppedDevice:
    """A tablet that stopped because too many codes failed there."""

    id: int
    name: str
    site_name: str
    stopped_at: datetime


def paired_device(session: Session, token: str, card_token: str) -> PairedDevice | None:
    """Return the tablet whose browser has this token, or None for a browser that is not paired, or not any more.

    `card_token` is that of the card which the browser shows, or empty.
    """
    row = session.execute(
        select(
            KioskDevice.id,
            KioskDevice.site_id,
            Site.name.label("site_name"),
            KioskDevice.name,
            KioskDevice.language,
            KioskDevice.last_seen_at,
            KioskSession.device_id.label("card_device_id"),
        )
        .join(Site, Site.id == KioskDevice.site_id)
        .outerjoin(KioskSession, KioskSession.token_hash == token_hash(card_token))
        .where(KioskDevice.token_hash == token_hash(token), KioskDevice.revoked_at.is_(None))
    ).one_or_none()
    if row is None:
        return None
    return PairedDevice(
        id=row.id,
        site_id=row.site_id,
        site_name=row.site_name,
        name=row.name,
        language=row.language,
        last_seen_at=row.last_seen_at,
        has_foreign_card=row.card_device_id not in (None, row.id),
    )


def device_list(session: Session, actor: Actor, wait: timedelta, now: datetime) -> tuple[DeviceLine, ...]:
    """Return the paired tablets of the actor's sites, by site and name. `wait` is how long a tablet waits."""
    rows = session.execute(
        select(
            KioskDevice.id,
            KioskDevice.site_id,
            Site.name.label("site_name"),
            Site.time_zone,
            KioskDevice.name,
            KioskDevice.language,
            KioskDevice.paired_at,
            Staff.display_name.label("paired_by"),
            KioskDevice.last_seen_at,
            KioskDevice.stopped_at,
        )
        .join(Site, Site.id == KioskDevice.site_id)
        .outerjoin(Staff, Staff.id == KioskDevice.paired_by_id)
        .where(KioskDevice.revoked_at.is_(None), at_sites(KioskDevice.site_id, actor))
        .order_by(Site.name, KioskDevice.name, KioskDevice.id)
        .limit(MOST)
    ).all()
    subjects = {failures_of(row.id): row.id for row in rows}
    waiting = {
        subjects[row.subject]: row.last_failed_at + wait
        for row in session.execute(
            select(Throttle.subject, Throttle.last_failed_at).where(
                Throttle.subject.in_(subjects),
                Throttle.failures >= DEVICE_CODES,
                Throttle.last_failed_at.between(now - wait, now),
            )
        )
    }
    return tuple(DeviceLine(**row._mapping, waits_until=waiting.get(row.id)) for row in rows)


def stopped_devices(session: Session, actor: Actor) -> tuple[StoppedDevice, ...]:
    """Return the tablets of the actor's sites that stopped, and into which nobody has looked yet."""
    rows = session.execute(
        select(KioskDevice.id, KioskDevice.name, Site.name.label("site_name"), KioskDevice.stopped_at)
        .join(Site, Site.id == KioskDevice.site_id)
        .where(
            KioskDevice.stopped_at.is_not(None),
            KioskDevice.revoked_at.is_(None),
            at_sites(KioskDevice.site_id, actor),
        )
        .order_by(KioskDevice.stopped_at, KioskDevice.id)
        .limit(MOST)
    )
    return tuple(StoppedDevice(**row._mapping) for row in rows)
