"""Sessions that somebody sat in on, one line for each as it was rated last, newest rating first."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from cm_tracker.domain.fidelity.competence import Ratings
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Note, SessionRating, Site, Staff
from cm_tracker.queries.paging import ListFilter, listing
from cm_tracker.queries.practice import practice_ids
from cm_tracker.queries.staff.sites import at_sites


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A rated session of a member of staff. `person` is the number of their account. It does not say with which client."""

    session: int
    person: int
    name: str
    site: str
    session_on: date
    ratings_text: str
    note: str | None
    rated_by: str | None
    recorded_at: datetime
    is_corrected: bool

    @property
    def ratings(self) -> Ratings:
        """Return of each item a number from 1 to 7, or None for what was not observed."""
        found: Ratings = json.loads(self.ratings_text)
        return found


def _asked(actor: Actor, chosen: ListFilter) -> Any:
    """Return the statement of the ratings that hold at the actor's sites, without sessions with practice clients."""
    later, rater = aliased(SessionRating), aliased(Staff)
    statement = (
        select(
            SessionRating.id.label("session"),
            SessionRating.person_id.label("person"),
            Staff.display_name.label("name"),
            Site.name.label("site"),
            SessionRating.session_on,
            SessionRating.ratings.label("ratings_text"),
            Note.text.label("note"),
            rater.display_name.label("rated_by"),
            SessionRating.recorded_at,
            SessionRating.replaces_id.is_not(None).label("is_corrected"),
        )
        .join(Staff, Staff.id == SessionRating.person_id)
        .join(Site, Site.id == SessionRating.site_id)
        .outerjoin(rater, rater.id == SessionRating.staff_id)
        .outerjoin(Note, Note.digest == SessionRating.note_digest)
        .where(
            ~exists().where(later.replaces_id == SessionRating.id),
            SessionRating.client_id.is_(None) | SessionRating.client_id.not_in(practice_ids()),
            at_sites(SessionRating.site_id, actor),
            SessionRating.session_on >= (chosen.since or date.min),
            SessionRating.session_on <= (chosen.until or date.max),
        )
    )
    if chosen.site_id is not None:
        statement = statement.where(SessionRating.site_id == chosen.site_id)
    return statement


OBSERVED = listing(_asked, SessionLine)
"""The ratings that hold, the newest first."""
