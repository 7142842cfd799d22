"""Previews of what a new visit or a correction would change. The page shows them, and the operation checks them again.

The domain decides (`domain.visits.proposals`, `domain.visits.settling`). Its refusals are raised through here.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.consequences import Consequence, consequences
from cm_tracker.domain.visits.corrections import UNDO, check_way
from cm_tracker.domain.visits.evidence import NewVisit
from cm_tracker.domain.visits.proposals import check_specimen, correction_target, propose_correction, propose_visit
from cm_tracker.domain.visits.reading_points import ReadingLimit, ReadingPoint, deciding_limit, limit_on, reading_points
from cm_tracker.domain.visits.settling import Preview, preview
from cm_tracker.queries.visits.corrections import (
    correction_context,
    is_newest_of_client,
    specimen_holder,
    undone_record,
    visit_context,
)


def preview_visit(
    session: Session, actor: Actor, enrollment_id: int, visit: NewVisit, now: datetime, *, always: bool = False
) -> Preview | None:
    """Return what a new visit changes about other visits of its enrollment, or None if it changes none of them.

    Only a visit that is entered late changes others. With `always`, return what it changes in any case. Raise
    `NotFound` for an enrollment of another site.
    """
    history, ledger_state = visit_context(session, actor, enrollment_id)
    new = propose_visit(history, visit, actor=actor, now=now)
    check_specimen(new, specimen_holder(session, history.site_of(new).id, new))
    changes = preview(history, ledger_state, new)
    return changes if always or changes.others(new.id) else None


class Outlook(NamedTuple):
    """What a new visit of a day would do, by the track of that day, and the readings until then."""

    track: Track
    day: date
    consequences: tuple[Consequence, ...]
    readings: tuple[ReadingPoint, ...]

    @property
    def limit(self) -> ReadingLimit | None:
        """From where on a reading counts, None where nothing depends on a number."""
        above = next((one for one in self.consequences if one.least is not None and one.most is None), None)
        if above is None or above.least is None or above.result is None or deciding_limit(above.result) is None:
            return None
        return ReadingLimit(self.track, self.day, above.least - 1, self.readings)


def outlook(
    session: Session, actor: Actor, enrollment_id: int, track: Track, day: date, of: Sequence[str], now: datetime
) -> Outlook:
    """Return what a new visit of a day would do, for each of the outcomes `of`. A visit of today is taken as of now.

    Raise `NotFound` for an enrollment of another site, and what stands against every visit of that day.
    """
    history, ledger_state = visit_context(session, actor, enrollment_id)
    collected_at = now if day == history.day_of(now) else None
    track = history.timeline.track_on(track.behavior, day) or track
    found = consequences(history, ledger_state, track, day, of, collected_at=collected_at, now=now)
    readings = reading_points(history, history.replay(), track.behavior, day) if track.reading is not None else ()
    return Outlook(track, day, found, readings)


def limit_of_visit(session: Session, actor: Actor, visit_id: int, day: date) -> ReadingLimit | None:
    """Return from where on a reading would count at a recorded visit if it lay on a day, None where no number decides.

    Raise `NotFound` for a visit of another site.
    """
    history, _ = correction_context(session, actor, visit_id)
    return limit_on(history, history.visit(visit_id), day)


def preview_correction(
    session: Session, actor: Actor, visit_id: int, way: str, visit: NewVisit | None, now: datetime
) -> Preview:
    """Return what a correction changes. Raise `NotFound` for a visit of another site."""
    history, ledger_state = correction_context(session, actor, visit_id)
    undone = undone_record(session, history, history.visit(visit_id)) if way == UNDO else None
    is_newest = undone is None or undone.is_newest
    new = propose_correction(history, visit_id, way, visit, actor=actor, now=now, is_newest=is_newest)
    check_specimen(new, specimen_holder(session, history.site_of(new).id, new))
    return preview(history, ledger_state, new, undoes=undone.undoes if undone is not None else None)


def check_correction(session: Session, actor: Actor, visit_id: int, way: str, now: datetime) -> None:
    """Raise the domain's refusal if a correction is not possible, before anybody fills in the form."""
    history, _ = correction_context(session, actor, visit_id)
    old = history.visit(visit_id)
    is_newest = way != UNDO or is_newest_of_client(session, history, old)
    check_way(way, correction_target(history, old, is_newest=is_newest), actor, now)
