"""Check what a new visit says about the panel, its lot and the people, before the visit is written."""

from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import AllRefusals, BadInput, NotFound
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.evidence import NOT_SAID, NewVisit
from cm_tracker.domain.visits.panels import asked_on
from cm_tracker.models import KitLotRow
from cm_tracker.queries.staff.staff import names_at_site
from cm_tracker.queries.visits.panels import panels_in_use


def check_collection(session: Session, site_id: int, track: Track | None, visit: NewVisit, actor: Actor) -> NewVisit:
    """Return the visit with every strip of its panel asked for, so that each of its specimens needs an answer.

    Raise what does not fit: a panel or lot of another site, an expired lot, somebody of another site. Nothing is asked of the database
    where the visit says nothing of it, as with an import.
    """
    said = visit.collection
    if said == NOT_SAID:
        return visit
    refusals = AllRefusals()
    if said.panel_id is not None:
        with refusals:
            asked = _asked(session, site_id, track, visit)
            visit = replace(visit, asked=asked, earlier=tuple(replace(one, asked=asked) for one in visit.earlier))
    elif said.kit_lot_id is not None:
        raise NotFound(what="panel")
    if said.collected_by_id is not None or said.second_reader_id is not None:
        there = names_at_site(session, site_id)
        for field, staff_id in (("collected_by", said.collected_by_id), ("second_reader", said.second_reader_id)):
            with refusals:
                if staff_id is not None and staff_id not in there:
                    raise BadInput("Choose somebody who works at this site.", field)
    with refusals:
        if said.second_reader_id is not None and said.second_reader_id == actor.staff_id:
            raise BadInput("The second reader is somebody else than you. Choose who read it, too.", "second_reader")
    refusals.raise_any()
    return visit


def _asked(session: Session, site_id: int, track: Track | None, visit: NewVisit) -> tuple[str, ...]:
    """Return what the form of a visit asks for with its panel. Raise `BadInput` and `NotFound`."""
    said, day = visit.collection, visit.happened_on
    panel = next((one for one in panels_in_use(session, site_id, day) if one.id == said.panel_id), None)
    if panel is None:
        raise BadInput("The panel is no longer in use at this site. Open the form again.")
    if said.kit_lot_id is not None:
        _check_lot(session, said.kit_lot_id, panel.id, day)
    return asked_on(track, panel.analytes) if track is not None else ()


def _check_lot(session: Session, lot_id: int, panel_id: int, day: date) -> None:
    """Raise `NotFound` for a lot that the panel did not have by a day, and `BadInput` for one that had expired."""
    lot = session.execute(
        select(KitLotRow.number, KitLotRow.expires_on).where(
            KitLotRow.id == lot_id, KitLotRow.panel_id == panel_id, KitLotRow.used_from <= day
        )
    ).one_or_none()
    if lot is None:
        raise NotFound(what="panel")
    if lot.expires_on < day:
        raise BadInput(
            "The kit's lot %(lot)s expired on %(day)s. Enter the lot that is in use.",
            lot=lot.number,
            day=lot.expires_on,
        )
