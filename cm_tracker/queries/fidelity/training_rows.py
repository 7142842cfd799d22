"""Records of training, one line for each subject that somebody learned on a day, newest first."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Note, Site, Staff, StaffSite, TrainingRow, TrainingWithdrawal
from cm_tracker.queries.paging import ListFilter, listing
from cm_tracker.queries.staff.sites import at_sites
from cm_tracker.queries.staff.staff import is_colleague

_BETWEEN = "\n"


@dataclass(frozen=True, slots=True)
class TrainingRecord:
    """A subject that a member of staff learned on a day. `person` is the number of their account.

    `withdrawn_at` is None where the record holds. `sites_text` has their sites, as far as they are the reader's.
    """

    training: int
    person: int
    name: str
    is_active: bool
    sites_text: str | None
    subject: str
    trained_on: date
    note: str | None
    recorded_at: datetime
    recorded_by: str | None
    withdrawn_at: datetime | None
    why_withdrawn: str | None

    @property
    def sites(self) -> tuple[str, ...]:
        """Return the names of the sites, in the order of the alphabet."""
        return tuple(sorted(name for name in (self.sites_text or "").split(_BETWEEN) if name))


def _sites(actor: Actor) -> ColumnElement[str | None]:
    return (
        select(func.aggregate_strings(Site.name, _BETWEEN))
        .join(StaffSite, StaffSite.site_id == Site.id)
        .where(StaffSite.staff_id == Staff.id, at_sites(Site.id, actor))
        .correlate(Staff)
        .scalar_subquery()
    )


def _asked(actor: Actor, chosen: ListFilter) -> Any:
    """Return the statement of the records of whom the actor works with, as on the page of a person."""
    recorder, why = aliased(Staff), aliased(Note)
    statement = (
        select(
            TrainingRow.id.label("training"),
            TrainingRow.person_id.label("person"),
            Staff.display_name.label("name"),
            Staff.is_active,
            _sites(actor).label("sites_text"),
            TrainingRow.subject,
            TrainingRow.trained_on,
            Note.text.label("note"),
            TrainingRow.recorded_at,
            recorder.display_name.label("recorded_by"),
            TrainingWithdrawal.recorded_at.label("withdrawn_at"),
            why.text.label("why_withdrawn"),
        )
        .join(Staff, Staff.id == TrainingRow.person_id)
        .outerjoin(recorder, recorder.id == TrainingRow.staff_id)
        .outerjoin(Note, Note.digest == TrainingRow.note_digest)
        .outerjoin(TrainingWithdrawal, TrainingWithdrawal.training_id == TrainingRow.id)
        .outerjoin(why, why.digest == TrainingWithdrawal.note_digest)
        .where(
            is_colleague(actor),
            TrainingRow.trained_on >= (chosen.since or date.min),
            TrainingRow.trained_on <= (chosen.until or date.max),
        )
    )
    if chosen.site_id is not None:
        at_it = select(StaffSite.staff_id).where(StaffSite.site_id == chosen.site_id)
        statement = statement.where(TrainingRow.person_id.in_(at_it))
    return statement


TRAININGS = listing(_asked, TrainingRecord)
"""The records, the newest first, also those that were withdrawn."""
