"""Staff type a client's line of the paper sheet of a day on which the program was down."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction, table
from cm_tracker.domain.day.downtime import PaperLine, check_line, check_prize, preview_line, proposed_line
from cm_tracker.domain.errors import NotWhatWasShown
from cm_tracker.domain.ledger.accounts import cabinet_account
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.evidence import NewVisit
from cm_tracker.domain.visits.history import CurrentVisit, EnrollmentHistory
from cm_tracker.models import DowntimeLine, DowntimeVisit
from cm_tracker.operations.steps.add_record import Record
from cm_tracker.operations.steps.check_collection import check_collection
from cm_tracker.operations.steps.lock_client import LockedClient
from cm_tracker.operations.steps.lock_enrollment import LockedEnrollment, lock_enrollment
from cm_tracker.operations.steps.note_audit import keep_states, note_audit
from cm_tracker.operations.steps.post_transaction import lock_balances
from cm_tracker.operations.steps.run_once import IdempotentRequest
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.operations.steps.settle_enrollment import settle_visits
from cm_tracker.operations.steps.write_paper_prize import write_paper_prize
from cm_tracker.operations.steps.write_redemption import RedeemablePrize, redeemable_prize
from cm_tracker.operations.steps.write_visit import write_visit
from cm_tracker.queries.day.paper_prizes import known_of_prize, site_on


@one_transaction
def record_downtime(
    session: Session,
    *,
    enrollment_id: int,
    line: PaperLine,
    key: str,
    actor: Actor,
    now: datetime,
    shown: str | None = None,
) -> int:
    """Record what the paper says of a client, pay what it earns, and book what was given. Return the line's id.

    All visits of the line are one recalculation. A prize is dated on the day of the paper; where the client's points do
    not reach for it by now, the program bears the rest. A closed day stays closed: a second person signs each line
    (`sign_downtime`). The prize leaves the cabinet of the site to which the client belonged on that day; where a count
    since has found it missing, it is booked as found again first.

    `shown` is the fingerprint of what the page showed. Raise `NotWhatWasShown` for a line that has to be shown first
    (`LinePreview.is_shown_first`) and was not shown so. Raise `SameVisit` or `SameSpecimen` for what is recorded already, and
    what `check_line`, `check_prize`, `check_collection`, `propose_visit` and `write_paper_prize` raise.
    """
    request = IdempotentRequest(key, "record_downtime", [enrollment_id, line.content], actor, now)
    enrollment = lock_enrollment(session, enrollment_id, "visit:record", actor, request)
    history = enrollment.history

    def write() -> int:
        check_line(line, history, now)
        visits = [_checked(session, enrollment, visit, actor) for visit in line.visits]
        proposed = proposed_line(history, visits, actor=actor, now=now)
        prize = _locked_prize(session, history, line)
        known = known_of_prize(session, history, line)
        check_prize(line, known, actor)
        found = preview_line(history, enrollment.ledger_state, proposed, line.prize, known)
        if found.is_shown_first and found.fingerprint != shown:
            raise NotWhatWasShown
        records, ids = _write_visits(session, enrollment, visits, actor=actor, now=now)
        redemption_id = None
        if line.prize is not None and prize is not None and known is not None:
            written = write_paper_prize(
                session,
                LockedClient(history.client_id, known.site_id),
                prize,
                line.prize,
                known.missing,
                borne=found.borne,
                given_at=line.given_at(history.time_zone, now),
                actor=actor,
                now=now,
            )
            records += written.records
            redemption_id = written.id
        line_id = session.execute(
            insert(table(DowntimeLine))
            .values(
                enrollment_id=enrollment_id,
                site_id=history.site_id,
                on_day=line.on_day,
                happened_at=line.happened_at,
                initials=line.initials.strip(),
                redemption_id=redemption_id,
                recorded_at=now,
                staff_id=actor.staff_id,
                via=actor.via,
            )
            .returning(table(DowntimeLine).c.id)
        ).scalar_one()
        if ids:
            session.execute(
                insert(table(DowntimeVisit)), [{"visit_id": visit_id, "line_id": line_id} for visit_id in ids]
            )
        keep_states(session, f"downtime_line:{line_id}")
        note_audit(
            session,
            "downtime:typed",
            f"downtime_line:{line_id}",
            actor=actor,
            now=now,
            site_id=history.site_id,
            client_id=history.client_id,
            on_day=line.on_day.isoformat(),
            visits=len(ids),
            borne=found.borne,
        )
        seal_records(session, records)
        return int(line_id)

    return request.run(session, write)


def _locked_prize(session: Session, history: EnrollmentHistory, line: PaperLine) -> RedeemablePrize | None:
    """Return the prize of a line with its shelf locked: what is read of counts and other lines afterwards stays true."""
    if line.prize is None:
        return None
    site_id = site_on(session, history, line.on_day)
    prize = redeemable_prize(session, line.prize.prize_id, site_id)
    lock_balances(session, [cabinet_account(site_id, prize.id)])
    return prize


def _checked(session: Session, enrollment: LockedEnrollment, visit: NewVisit, actor: Actor) -> NewVisit:
    track = enrollment.history.timeline.track_on(visit.behavior, visit.happened_on)
    return check_collection(session, enrollment.history.site_id, track, visit, actor)


def _write_visits(
    session: Session, enrollment: LockedEnrollment, visits: list[NewVisit], *, actor: Actor, now: datetime
) -> tuple[list[Record], list[int]]:
    """Write the visits of a line and settle once. Return the records to seal, and the ids of the visits."""
    records: list[Record] = []
    written: list[CurrentVisit] = []
    history = enrollment.history
    for visit in visits:
        [new] = proposed_line(history, [visit], actor=actor, now=now)
        saved_with_id = records[0].id if records else None
        digest = save_note(session, visit.note)
        record = write_visit(
            session, history, new, note_digest=digest, actor=actor, now=now, saved_with_id=saved_with_id
        )
        first_id = new.id if new.id > 0 else record.id
        current = replace(new, id=first_id, newest_id=record.id, saved_with_id=saved_with_id)
        records.append(record)
        written.append(current)
        history = history.with_visits([current])
    if records:
        settlement = settle_visits(session, enrollment, written, because=records[0].address, actor=actor, now=now)
        records += settlement.records
    return records, [visit.newest_id for visit in written]
