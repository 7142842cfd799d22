"""What somebody has as a second factor, until when they may do without one, and whose was taken away."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.staff.second_factor import TOLD_FOR, grace_days, grace_ends, must_have_factor
from cm_tracker.models import PasskeyRow, RecoveryCode, SecondFactor, Site, Staff
from cm_tracker.queries.staff.site_settings import settings_from
from cm_tracker.queries.staff.sites import at_sites
from cm_tracker.queries.staff.staff import is_colleague
from cm_tracker.queries.views import view_of


@dataclass(frozen=True, slots=True)
class PasskeyLine:
    """A passkey of somebody, without its key."""

    id: int
    key_id: bytes
    name: str
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Factors:
    """What somebody has: since when an app, which passkeys, and how many recovery codes are left."""

    app_since: datetime | None
    passkeys: tuple[PasskeyLine, ...]
    codes_left: int

    @property
    def has_any(self) -> bool:
        """Return whether signing in takes a second step."""
        return self.app_since is not None or bool(self.passkeys)

    @property
    def key_ids(self) -> tuple[bytes, ...]:
        """Return the ids by which a browser knows the passkeys."""
        return tuple(one.key_id for one in self.passkeys)


@dataclass(frozen=True, slots=True)
class TakenAway:
    """Whose second factor was taken away, by whom (None for a command of the installation), and when."""

    name: str
    by_name: str | None
    taken_away_at: datetime


def factors_of(session: Session, staff_id: int) -> Factors:
    """Return what an account has."""
    app = select(SecondFactor.set_up_at).where(SecondFactor.staff_id == staff_id, SecondFactor.secret.is_not(None))
    passkeys = session.execute(
        select(PasskeyRow.id, PasskeyRow.key_id, PasskeyRow.name, PasskeyRow.added_at, PasskeyRow.used_at)
        .where(PasskeyRow.staff_id == staff_id)
        .order_by(PasskeyRow.id)
        .limit(50)
    )
    codes = select(func.count()).where(RecoveryCode.staff_id == staff_id, RecoveryCode.used_at.is_(None))
    return Factors(
        app_since=session.execute(app).scalar_one_or_none(),
        passkeys=tuple(view_of(PasskeyLine, row) for row in passkeys),
        codes_left=session.execute(codes).scalar_one(),
    )


def grace_of(session: Session, site_ids: frozenset[int] | None) -> int:
    """Return how many days of grace somebody with these sites has; with None, with all sites."""
    everywhere = Actor(None, frozenset(), site_ids, "web")
    rows = session.execute(select(Site.settings).where(at_sites(Site.id, everywhere)).limit(500))
    return grace_days(settings_from(text) for text in rows.scalars())


def factor_due(session: Session, actor: Actor) -> datetime | None:
    """Return when the grace of the actor ends, or None if they have a second factor or need none."""
    if actor.staff_id is None or not must_have_factor(actor.roles):
        return None
    began_at = session.execute(
        select(SecondFactor.grace_began_at).where(SecondFactor.staff_id == actor.staff_id)
    ).scalar_one_or_none()
    if began_at is None or factors_of(session, actor.staff_id).has_any:
        return None
    return grace_ends(began_at, grace_of(session, actor.site_ids))


def taken_away_lately(session: Session, actor: Actor, now: datetime) -> tuple[TakenAway, ...]:
    """Return whose second factor was taken away at the actor's sites in the last days, at most 20 people."""
    by = aliased(Staff)
    rows = session.execute(
        select(Staff.display_name.label("name"), by.display_name.label("by_name"), SecondFactor.taken_away_at)
        .join(SecondFactor, SecondFactor.staff_id == Staff.id)
        .outerjoin(by, by.id == SecondFactor.taken_away_by_id)
        .where(is_colleague(actor), SecondFactor.taken_away_at > now - TOLD_FOR)
        .order_by(SecondFactor.taken_away_at.desc(), Staff.id)
        .limit(20)
    )
    return tuple(view_of(TakenAway, row) for row in rows)
