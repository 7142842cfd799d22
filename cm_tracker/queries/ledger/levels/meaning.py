"""Level 4: what was paid is what the published schedules owe, and no record contradicts another one.

The engine replays every enrollment. What the ledger issued for each visit must be what the visit earns, and
what a client keeps beyond that must be booked as the program's loss.
"""

from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from cm_tracker.domain.errors import Refused
from cm_tracker.domain.ledger.settlement import Paid
from cm_tracker.domain.visits.hours import wrong_hours
from cm_tracker.domain.visits.wrong_specimens import wrong_specimens
from cm_tracker.models import Enrollment
from cm_tracker.queries.clients.enrollments import history_and_ledger_state
from cm_tracker.queries.ledger.levels.contradictions import check_contradictions
from cm_tracker.queries.ledger.levels.run import VerificationRun
from cm_tracker.queries.prizes.cards import wrong_cards
from cm_tracker.queries.prizes.counts import wrong_signatures
from cm_tracker.queries.prizes.draws import all_draws, wrong_commitments, wrong_secrets, wrong_with
from cm_tracker.queries.prizes.trades import wrong_trades
from cm_tracker.queries.schedules.program import wrong_money


def check_meaning(run: VerificationRun) -> None:
    """Check what the records mean. A run from a checkpoint replays the enrollments that have a later record."""
    check_contradictions(run)
    for version, problem in wrong_money(run.session):
        run.find(4, "schedule_version", problem, record=version)
    _check_draws(run)
    for record, problem in wrong_cards(run.session):
        run.find(4, "gift_card", problem, record=record)
    for record, problem in wrong_trades(run.session):
        run.find(4, "trade", problem, record=record)
    for record, problem in wrong_signatures(run.session):
        run.find(4, "count_signature", problem, record=record)
    for draw in wrong_secrets(run.session):
        run.find(4, "draw_secret", "was drawn with another secret than the one that is kept now", record=draw)
    ids = _enrollment_ids(run)
    run.look(4, "enrollments, replayed", len(ids))
    for done, enrollment_id in enumerate(ids, 1):
        _check_enrollment(run, enrollment_id)
        if done % 50 == 0:
            run.show_replay_progress(done / len(ids))


def _check_draws(run: VerificationRun) -> None:
    """Check that every slip follows from its commitment, the client's part and the bowl of the published version."""
    for record in wrong_commitments(run.session):
        run.find(4, "commitment", "waits for its draw, but its secret is not the sealed one", record=record)
    after, count = 0, 0
    while lines := all_draws(run.session, after):
        count += len(lines)
        for line in lines:
            for wrong in wrong_with(line):
                run.find(4, "draw", f"does not hold: {wrong}", record=f"draw:{line.id}")
        after = lines[-1].id
    run.look(4, "draws, drawn again", count)


def _enrollment_ids(run: VerificationRun) -> list[int]:
    if run.since is None:
        return list(run.session.execute(select(Enrollment.id).order_by(Enrollment.id)).scalars())
    rows = run.session.execute(
        text(
            "SELECT DISTINCT v.enrollment_id FROM visit v JOIN log ON log.record = v.record WHERE log.seq > :seq "
            "UNION SELECT v.enrollment_id FROM entry e JOIN visit v ON v.id = e.visit_id "
            "JOIN ledger_transaction t ON t.id = e.transaction_id JOIN log ON log.record = t.record WHERE log.seq > :seq"
        ),
        {"seq": run.since.checkpoint.size},
    )
    return sorted(row[0] for row in rows)


def _check_enrollment(run: VerificationRun, enrollment_id: int) -> None:
    """Compare what the ledger paid for each visit of an enrollment with what the visit earns.

    The outcome of each record must follow from its specimens, or from the minutes of its week.
    """
    record = f"enrollment:{enrollment_id}"
    try:
        history, ledger_state = history_and_ledger_state(run.session, enrollment_id)
        replay = history.replay()
    except SQLAlchemyError:
        raise
    # With the triggers gone, any value may lie in any column, so an error in replaying it is a finding.
    except (Refused, KeyError, ValueError, TypeError, AssertionError, AttributeError) as error:
        run.find(4, "enrollment", f"cannot be replayed ({type(error).__name__})", record=record)
        return
    for records in history.records.values():
        for visit in records:
            tracks = history.timeline.tracks_of(visit.behavior)
            if problem := wrong_specimens(visit, tracks) or wrong_hours(visit, tracks):
                run.find(4, "visit", problem, record=f"visit:{visit.newest_id}")
    owed: dict[tuple[str, int], int] = {(result.unit, result.ref): result.paid for result in replay.results}
    paid: dict[tuple[str, int], Paid] = {
        (unit, visit_id): of_visit
        for unit, of_unit in ledger_state.paid.items()
        for visit_id, of_visit in of_unit.items()
    }
    for unit, visit_id in sorted({*owed, *paid}):
        due, was = owed.get((unit, visit_id), 0), paid.get((unit, visit_id), Paid())
        if was.issued != due:
            problem = f"of {record} earns {due} {unit}, but {was.issued} were issued for it"
        elif was.received < was.issued:
            problem = f"of {record}: {was.issued} {unit} were issued for it, but the client received {was.received}"
        else:
            continue
        run.find(4, "visit", problem, record=f"visit:{visit_id}")
