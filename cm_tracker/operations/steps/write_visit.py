"""Write one record of a visit, the first or a correcting one, with its results. It is neither sealed nor paid here."""

from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.db import table
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.history import CurrentVisit, EnrollmentHistory
from cm_tracker.domain.visits.proposals import check_specimen
from cm_tracker.domain.visits.specimens import specimens_text
from cm_tracker.models import VisitResult
from cm_tracker.operations.steps.add_record import Record, add_record
from cm_tracker.prepared import Prepared
from cm_tracker.queries.visits.corrections import specimen_holder


def write_visit(
    session: Session,
    history: EnrollmentHistory,
    visit: CurrentVisit,
    *,
    note_digest: bytes | None,
    actor: Actor,
    now: datetime,
    saved_with_id: int | None = None,
) -> Record:
    """Write a proposed visit and return its record; the caller settles and seals.

    `saved_with_id` is the first of the records that are saved together, for every other one of them. Raise
    `SameSpecimen` where another visit of the site already has one of its specimens.
    """
    site_id = history.site_of(visit).id
    check_specimen(visit, specimen_holder(session, site_id, visit))
    # Where another writer was faster with the same specimen or day, the database refuses this row; then
    # `one_transaction` tries the whole operation again, which finds the other visit and says so.
    record = add_record(
        session,
        "visit",
        enrollment_id=history.id,
        site_id=site_id,
        behavior=visit.behavior,
        happened_on=visit.happened_on,
        day_place=visit.day_place,
        outcome=visit.outcome,
        specimen=visit.specimen,
        specimen_id=visit.specimen_id,
        temperature=visit.temperature,
        collected_at=visit.collected_at,
        read_at=visit.read_at,
        excuse=visit.excuse,
        note_digest=note_digest,
        corrects_id=visit.newest_id or None,
        correction=visit.correction,
        specimens=specimens_text(visit.specimens),
        saved_with_id=saved_with_id,
        panel_id=visit.collection.panel_id,
        kit_lot_id=visit.collection.kit_lot_id,
        collected_by_id=visit.collection.collected_by_id,
        observed=visit.collection.observed,
        second_reader_id=visit.collection.second_reader_id,
        reading=visit.reading,
        minutes_attended=visit.hours.attended if visit.hours else None,
        minutes_excused=visit.hours.excused if visit.hours else None,
        minutes_expected=visit.hours.expected if visit.hours else None,
        recorded_at=now,
        staff_id=actor.staff_id,
        via=actor.via,
    )
    results = sorted(visit.results.items())
    _RESULT.enqueue(
        session, *({"visit_id": record.id, "analyte": analyte, "result": result} for analyte, result in results)
    )
    return Record("visit", record.row, tuple(results))


_RESULT = Prepared(insert(table(VisitResult)))
