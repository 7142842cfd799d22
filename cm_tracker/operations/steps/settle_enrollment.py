"""Pay what an enrollment is owed: replay its visits, compare with the ledger, post one sum for each unit.

The same rule serves an award, a late entry, a corrected result, a void and a laboratory's answer;
run again it posts nothing.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from cm_tracker.domain.schedules.engine import Replay
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.corrections import NO_CORRECTION
from cm_tracker.domain.visits.history import CurrentVisit, EnrollmentHistory
from cm_tracker.domain.visits.kept import Subject
from cm_tracker.domain.visits.settling import Settled, settle_record, subjects_of
from cm_tracker.domain.visits.undoing import Undone
from cm_tracker.operations.steps.add_record import Record, add_record
from cm_tracker.operations.steps.lock_enrollment import LockedEnrollment
from cm_tracker.operations.steps.post_transaction import post_transaction


class Settlement(NamedTuple):
    """The replay with the new records, and what was written for it (transactions and cuts): the caller seals them."""

    replay: Replay
    records: list[Record]

    @property
    def payments(self) -> list[Record]:
        """The transactions."""
        return [record for record in self.records if record.kind == "transaction"]


def settle_enrollment(
    session: Session,
    enrollment: LockedEnrollment,
    new: CurrentVisit,
    record: Record,
    *,
    actor: Actor,
    now: datetime,
    note_digest: bytes | None = None,
    undoes: Undone | None = None,
) -> Settlement:
    """Post what is owed after one record of a visit was written.

    `enrollment` is as it was locked, before the record; `new` is the visit that was written as `record`. `undoes` is
    what an undo moves back, None for everything but an undo.
    """
    current = replace(new, id=new.id or record.id, newest_id=record.id)
    return settle_visits(
        session,
        enrollment,
        [current],
        because=record.address,
        actor=actor,
        now=now,
        note_digest=note_digest,
        undoes=undoes,
    )


def settle_visits(
    session: Session,
    enrollment: LockedEnrollment,
    written: Sequence[CurrentVisit],
    *,
    because: str,
    actor: Actor,
    now: datetime,
    note_digest: bytes | None = None,
    undoes: Undone | None = None,
) -> Settlement:
    """Post what is owed after several records were saved together, with their ids: one transaction for each unit.

    `because` names the first of them.
    """
    return settle_after(
        session,
        enrollment,
        enrollment.history.with_visits(written),
        subjects_of(enrollment.history, written),
        because=because,
        actor=actor,
        now=now,
        first_pay=frozenset(visit.id for visit in written if visit.correction in NO_CORRECTION),
        note_digest=note_digest,
        undoes=undoes,
    )


def settle_after(
    session: Session,
    enrollment: LockedEnrollment,
    history: EnrollmentHistory,
    subjects: frozenset[Subject],
    *,
    because: str,
    actor: Actor,
    now: datetime,
    first_pay: frozenset[int] = frozenset(),
    note_digest: bytes | None = None,
    undoes: Undone | None = None,
) -> Settlement:
    """Post what is owed after records about some subjects. `history` is the enrollment with them.

    A transaction that pays nothing but visits of `first_pay` is an award, any other one a correction.
    """
    settled = settle_record(history, enrollment.ledger_state, subjects, undoes=undoes)
    payments = [
        post_transaction(
            session,
            "award" if all(entry.visit_id in first_pay for entry in entries) else "correction",
            entries,
            site_id=history.site_id,
            client_id=history.client_id,
            actor=actor,
            now=now,
            note_digest=note_digest,
            because=because,
        )
        for entries in settled.entries.values()
    ]
    return Settlement(
        settled.replay, [*payments, *_write_cuts(session, history, settled, because=because, actor=actor, now=now)]
    )


def _write_cuts(
    session: Session, history: EnrollmentHistory, settled: Settled, *, because: str, actor: Actor, now: datetime
) -> list[Record]:
    """Write what ceilings cut from visits from now on, for each visit where that changed."""
    return [
        add_record(
            session,
            "ceiling_cut",
            visit_id=visit_id,
            site_id=history.site_id,
            points=cut.points,
            scope=cut.scope,
            because=because,
            recorded_at=now,
            staff_id=actor.staff_id,
            via=actor.via,
        )
        for visit_id, cut in settled.cuts.items()
    ]
