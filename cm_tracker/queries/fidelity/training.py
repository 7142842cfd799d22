"""What members of staff have learned."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.fidelity.readiness import Untrained
from cm_tracker.domain.fidelity.training import lacks, needed_by, shortest
from cm_tracker.domain.staff.roles import Actor, roles_in
from cm_tracker.models import Note, Site, Staff, StaffSite, TrainingRow, TrainingWithdrawal
from cm_tracker.queries.staff.site_settings import settings_from
from cm_tracker.queries.staff.staff import staff_line
from cm_tracker.queries.views import view_of

MOST = 500
MOST_STAFF = 5_000


@dataclass(frozen=True, slots=True)
class TrainingLine:
    """A record of a training. One that was withdrawn stays, with the reason."""

    id: int
    person_id: int
    subject: str
    trained_on: date
    note: str | None
    recorded_at: datetime
    recorded_by: str | None
    is_withdrawn: bool
    why_withdrawn: str | None


def trainings_of(session: Session, person_id: int) -> tuple[TrainingLine, ...]:
    """Return the records of a member of staff, the newest day first. The caller checks whether the actor may see them."""
    return _lines(session, TrainingRow.person_id == person_id)


def training_of(session: Session, actor: Actor, training_id: int) -> TrainingLine:
    """Return one record of an account at the actor's sites. Raise `NotFound`."""
    lines = _lines(session, TrainingRow.id == training_id)
    if not lines:
        raise NotFound(what="training")
    staff_line(session, actor, lines[0].person_id)
    return lines[0]


def learned_by(session: Session, staff_ids: Iterable[int]) -> Mapping[int, Mapping[str, date]]:
    """Return of some members of staff each subject on record with its last day, without records that were withdrawn."""
    rows = session.execute(
        select(TrainingRow.person_id, TrainingRow.subject, func.max(TrainingRow.trained_on).label("trained_on"))
        .outerjoin(TrainingWithdrawal, TrainingWithdrawal.training_id == TrainingRow.id)
        .where(TrainingRow.person_id.in_(list(staff_ids)), TrainingWithdrawal.id.is_(None))
        .group_by(TrainingRow.person_id, TrainingRow.subject)
    )
    learned: dict[int, dict[str, date]] = {}
    for row in rows:
        learned.setdefault(row.person_id, {})[row.subject] = row.trained_on
    return learned


@dataclass(frozen=True, slots=True)
class SiteTraining:
    """How many active members of staff of a site need training, and those who lack some of it today, by name.

    `has_records`: of at least one of them a training is on record.
    """

    site_id: int
    site_name: str
    clinical: int
    untrained: tuple[Untrained, ...]
    has_records: bool


def training_at(session: Session, *at: ColumnElement[bool], today: date) -> tuple[SiteTraining, ...]:
    """Return how the staff of some sites are trained today, by the sites' names. Two statements, for any number of sites.

    `at` are conditions of `Site`. A subject that somebody learned counts at every site; when it is due again, each site says.
    """
    rows = session.execute(
        select(Site.id.label("site_id"), Site.name, Site.settings, Staff.id, Staff.display_name, Staff.roles)
        .join(StaffSite, StaffSite.site_id == Site.id)
        .join(Staff, Staff.id == StaffSite.staff_id)
        .where(Staff.is_active, *at)
        .order_by(Site.name, Site.id, Staff.display_name, Staff.id)
        .limit(MOST_STAFF)
    ).all()
    people = [row for row in rows if needed_by(roles_in(row.roles))]
    learned = learned_by(session, {row.id for row in people})
    months = {row.site_id: settings_from(row.settings).training_months for row in people}
    found: dict[int, SiteTraining] = {}
    for row in people:
        of = found.get(row.site_id) or SiteTraining(row.site_id, row.name, 0, (), False)
        never, again = lacks(roles_in(row.roles), learned.get(row.id, {}), months[row.site_id], today)
        one = (Untrained(row.id, row.display_name, never, again),) if never or again else ()
        found[row.site_id] = SiteTraining(
            of.site_id, of.site_name, of.clinical + 1, of.untrained + one, of.has_records or row.id in learned
        )
    return tuple(found.values())


def months_at(session: Session, staff_id: int) -> Mapping[str, int | None]:
    """Return after how many months each subject is due again for somebody: the shortest time of their sites."""
    stored = session.execute(
        select(Site.settings).join(StaffSite, StaffSite.site_id == Site.id).where(StaffSite.staff_id == staff_id)
    ).scalars()
    return shortest(settings_from(text).training_months for text in stored)


def _lines(session: Session, condition: Any) -> tuple[TrainingLine, ...]:
    why = aliased(Note)
    rows: Any = session.execute(
        select(
            TrainingRow.id,
            TrainingRow.person_id,
            TrainingRow.subject,
            TrainingRow.trained_on,
            Note.text.label("note"),
            TrainingRow.recorded_at,
            Staff.display_name.label("recorded_by"),
            TrainingWithdrawal.id.is_not(None).label("is_withdrawn"),
            why.text.label("why_withdrawn"),
        )
        .outerjoin(Staff, Staff.id == TrainingRow.staff_id)
        .outerjoin(Note, Note.digest == TrainingRow.note_digest)
        .outerjoin(TrainingWithdrawal, TrainingWithdrawal.training_id == TrainingRow.id)
        .outerjoin(why, why.digest == TrainingWithdrawal.note_digest)
        .where(condition)
        .order_by(TrainingRow.trained_on.desc(), TrainingRow.id.desc())
        .limit(MOST)
    )
    return tuple(view_of(TrainingLine, row, is_withdrawn=bool(row.is_withdrawn)) for row in rows)
