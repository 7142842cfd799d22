"""Staff save the sheet of a group: everybody of whom they said something, in one transaction."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.day.recording import Said
from cm_tracker.domain.errors import BadInput, ChangedMeanwhile, Refused
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.steps.lock_slot import lock_slots
from cm_tracker.operations.steps.run_once import IdempotentRequest, answers_of, keep_answers
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.operations.steps.write_outcome import Decided, decide_outcome, write_outcome
from cm_tracker.queries.day.notes import notes_of
from cm_tracker.queries.day.week import service_of

MOST_ROWS = 500
"""So many people one sheet has."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """What staff say of one client on the sheet. `seen` is the newest note that the page showed, 0 for none."""

    enrollment_id: int
    said: Said
    seen: int


@dataclass(frozen=True, slots=True)
class SavedSheet:
    """The enrollments that were saved, and why others were refused."""

    saved: Collection[int]
    refused: Mapping[int, Refused]


@one_transaction
def save_sheet(
    session: Session,
    *,
    service_id: int,
    on_day: date,
    rows: Collection[SheetRow],
    key: str,
    actor: Actor,
    now: datetime,
) -> SavedSheet:
    """Record each row of a sheet, and pay what it earns. A row that is refused loses nobody else's.

    Every row has an idempotency key of its own, made from `key`: a sheet that is sent again records the rows that were
    refused, and no row twice. A row is refused as `record_slot` refuses a slot. Raise `NotFound` for a service of another
    site, and `BadInput` for a day that is closed, somebody who has two rows, and too many rows. All clients are locked before anything is decided, and every row is
    decided before any is written, so that a refusal leaves nothing behind.
    """
    if len({row.enrollment_id for row in rows}) < len(rows):
        raise BadInput("Somebody stands on this sheet twice. Open it again.")
    if len(rows) > MOST_ROWS:
        raise BadInput("A sheet has up to %(most)s people.", most=MOST_ROWS)
    service = service_of(session, actor, service_id).service
    slots, refused_first = lock_slots(
        session, [row.enrollment_id for row in rows], service, on_day, "visit:record", actor
    )
    refused: dict[int, Refused] = dict(refused_first)
    requests = {row.enrollment_id: _request(row, service_id, on_day, key, actor, now) for row in rows}
    answers = answers_of(session, requests.values())
    notes = notes_of(session, service.site_id, on_day)
    decided: dict[int, Decided] = {}
    saved: list[int] = []
    for row in rows:
        of = row.enrollment_id
        if of in refused:
            continue
        try:
            if requests[of].is_answered(session, answers):
                saved.append(of)
                continue
            note = notes.get((of, service_id))
            if (note.id if note else 0) != row.seen:
                raise ChangedMeanwhile
            decided[of] = decide_outcome(slots[of], row.said, panel=None, actor=actor, now=now)
        except Refused as error:
            refused[of] = error
    written = {of: write_outcome(session, slots[of], one, actor=actor, now=now) for of, one in decided.items()}
    keep_answers(session, {requests[of]: one.note_id for of, one in written.items()})
    seal_records(session, [record for one in written.values() for record in one.records])
    return SavedSheet((*saved, *written), refused)


def _request(row: SheetRow, service_id: int, on_day: date, key: str, actor: Actor, now: datetime) -> IdempotentRequest:
    content = [row.enrollment_id, service_id, on_day.isoformat(), *row.said.content]
    return IdempotentRequest(f"{key}-{row.enrollment_id}", "record_slot", content, actor, now)
