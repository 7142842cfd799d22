"""Sessions that somebody sat in on, and how they were led."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.fidelity.competence import Ratings
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client, Note, SessionRating, Site, Staff
from cm_tracker.queries.practice import practice_ids
from cm_tracker.queries.staff.sites import at_sites
from cm_tracker.queries.views import view_of

MOST = 200


@dataclass(frozen=True, slots=True)
class RatedSession:
    """A session of a member of staff as it was rated last. `corrects` says that it replaced an earlier rating."""

    id: int
    person_id: int
    site_id: int
    site_name: str
    client_code: str | None
    session_on: date
    ratings: Ratings
    note: str | None
    rated_by: str | None
    recorded_at: datetime
    corrects: bool


def sessions_of(session: Session, actor: Actor, person_id: int) -> tuple[RatedSession, ...]:
    """Return the ratings that hold of a member of staff, the newest session first: at the actor's sites, or their own."""
    of = () if actor.staff_id == person_id else (at_sites(SessionRating.site_id, actor),)
    return _lines(session, SessionRating.person_id == person_id, *of)


def session_rating(session: Session, actor: Actor, rating_id: int) -> RatedSession:
    """Return one rating that holds, at the actor's sites. Raise `NotFound`."""
    lines = _lines(session, SessionRating.id == rating_id, at_sites(SessionRating.site_id, actor))
    if not lines:
        raise NotFound(what="rating")
    return lines[0]


class Rated(NamedTuple):
    """A rating that holds: whose session it was, where, and how it was led."""

    person_id: int
    site_id: int
    ratings: Ratings


def rated_between(session: Session, site_ids: Iterable[int], first_day: date, last_day: date) -> tuple[Rated, ...]:
    """Return the ratings that hold of the sessions of some days, both included, at some sites.

    Sessions with practice clients are left out. The caller checks whether the actor may see the sites.
    """
    later = aliased(SessionRating)
    rows = session.execute(
        select(SessionRating.person_id, SessionRating.site_id, SessionRating.ratings)
        .where(
            ~exists().where(later.replaces_id == SessionRating.id),
            SessionRating.site_id.in_(sorted(site_ids)),
            SessionRating.session_on.between(first_day, last_day),
            SessionRating.client_id.is_(None) | SessionRating.client_id.not_in(practice_ids()),
        )
        .order_by(SessionRating.id)
    )
    return tuple(Rated(row.person_id, row.site_id, json.loads(row.ratings)) for row in rows)


def _lines(session: Session, *conditions: Any) -> tuple[RatedSession, ...]:
    later = aliased(SessionRating)
    rows: Any = session.execute(
        select(
            SessionRating.id,
            SessionRating.person_id,
            SessionRating.site_id,
            Site.name.label("site_name"),
            Client.code.label("client_code"),
            SessionRating.session_on,
            SessionRating.ratings,
            Note.text.label("note"),
            Staff.display_name.label("rated_by"),
            SessionRating.recorded_at,
            SessionRating.replaces_id.is_not(None).label("corrects"),
        )
        .join(Site, Site.id == SessionRating.site_id)
        .outerjoin(Client, Client.id == SessionRating.client_id)
        .outerjoin(Staff, Staff.id == SessionRating.staff_id)
        .outerjoin(Note, Note.digest == SessionRating.note_digest)
        .where(~exists().where(later.replaces_id == SessionRating.id), *conditions)
        .order_by(SessionRating.session_on.desc(), SessionRating.id.desc())
        .limit(MOST)
    )
    return tuple(
        view_of(RatedSession, row, ratings=json.loads(row.ratings), corrects=bool(row.corrects)) for row in rows
    )
