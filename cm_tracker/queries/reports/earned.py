"""What the ledger paid for visits, and what the schedule owes for them."""

from collections.abc import Collection, Mapping

from sqlalchemy import func, select

from cm_tracker.domain.measures.ladders import Step, is_plain, steps_taken
from cm_tracker.domain.measures.sequences import Course
from cm_tracker.models import AccountRow, CeilingCut, EntryRow, VisitRow
from cm_tracker.queries.clients.enrollments import histories_of
from cm_tracker.queries.reports.scope import Scope

Paid = Mapping[int, Mapping[str, int]]


def paid_by_visit(scope: Scope) -> Paid:
    """Return what clients got for each visit of the report's enrollments, by the visit's first record and the unit.

    What was taken back is subtracted. What stayed with a client as the program's loss is still theirs.
    """
    ids = scope.enrollment_ids
    rows = scope.session.execute(
        select(EntryRow.visit_id, EntryRow.unit, func.sum(EntryRow.amount))
        .join(AccountRow, AccountRow.id == EntryRow.account_id)
        .join(VisitRow, VisitRow.id == EntryRow.visit_id)
        .where(
            VisitRow.enrollment_id.in_(select(ids.c.id)), AccountRow.kind == "client"
        )
        .group_by(EntryRow.visit_id, EntryRow.unit)
    ).all()  # fmt: skip
    found: dict[int, dict[str, int]] = {}
    for visit_id, unit, amount in rows:
        if visit_id is not None:
            found.setdefault(visit_id, {})[unit] = int(amount)
    return found


def steps_owed(scope: Scope, known: Collection[Course]) -> dict[int, tuple[Step, ...]]:
    """Return what the visits of each course earn, by the enrollment, as `EnrollmentHistory.replay` works it out.

    Most courses follow from their outcomes alone. The others are read with everything that was recorded of them.
    """
    cut = _cut_enrollments(scope)
    plain = {one.enrollment_id for one in known if one.enrollment_id not in cut and is_plain(one.timeline)}
    found = {one.enrollment_id: steps_taken(one) for one in known if one.enrollment_id in plain}
    others = [one.enrollment_id for one in known if one.enrollment_id not in plain]
    for number, history in (histories_of(scope.session, others) if others else {}).items():
        days = {visit.id: visit.happened_on for visit in history.visits}
        found[number] = tuple(
            Step(one.ref, days[one.ref], one.behavior, one.outcome, one.level, one.level_after, one.paid, one.unit)
            for one in history.replay().results
            if days[one.ref] <= scope.last_day
        )
    return found


def _cut_enrollments(scope: Scope) -> frozenset[int]:
    """Return the report's enrollments from which a ceiling cut something because of what a client got elsewhere."""
    rows = scope.session.execute(
        select(VisitRow.enrollment_id)
        .join(CeilingCut, CeilingCut.visit_id == VisitRow.id)
        .where(VisitRow.enrollment_id.in_(select(scope.enrollment_ids.c.id)))
        .distinct()
    )
    return frozenset(rows.scalars())
