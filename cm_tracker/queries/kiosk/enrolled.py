"""The enrollment of a client's card, from two statements: every enrollment of the client, and the visits of the current one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.ledger.settlement import Paid
from cm_tracker.domain.schedules.engine import Replay
from cm_tracker.domain.visits.history import Cut, EnrollmentHistory, history_of
from cm_tracker.domain.visits.settling import LedgerState
from cm_tracker.domain.visits.visit_records import records_by_visit
from cm_tracker.models import (
    AccountRow,
    CeilingCut,
    Enrollment,
    EnrollmentEventRow,
    EntryRow,
    ScheduleVersion,
    VisitResult,
    VisitRow,
)
from cm_tracker.queries.clients.enrollments import VISIT_ROWS
from cm_tracker.queries.clients.main_records import records_of
from cm_tracker.queries.clients.received import received_elsewhere
from cm_tracker.queries.clients.spans import ClientSpan, current_of, span_from
from cm_tracker.queries.kiosk.opened import Opened


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The current enrollment of a client, worked out.

    `received` is by unit what its visits paid and the client kept: it never falls for a lapse, nor by spending. `last_day`
    is the last one of all enrollments of the client, `date.max` while one is paused.
    """

    span: ClientSpan
    history: EnrollmentHistory
    replay: Replay
    ledger_state: LedgerState
    last_day: date

    def received(self, unit: str) -> int:
        """Return what the visits paid in a unit and the client kept."""
        return sum(paid.received for paid in self.ledger_state.paid.get(unit, {}).values())


class _Event(NamedTuple):
    """A record of an event, with the document of the version that it names."""

    id: int
    kind: str
    from_day: date
    to_day: date | None
    reason: str | None
    schedule_version_id: int | None
    replaces_id: int | None
    state: str
    document: str | None


def enrolled(session: Session, opened: Opened) -> Enrolled | None:
    """Return the current enrollment of the client, or None for one who was never enrolled."""
    rows, events = _enrollments(session, opened.client_id)
    spans = [
        ClientSpan(
            enrollment_id=row.id,
            client_id=opened.client_id,
            record_id=row.record_id,
            record_code="",
            version_id=row.schedule_version_id,
            names={},
            starts_on=row.starts_on,
            span=span_from(row.starts_on, row.document, events[row.id]),
        )
        for row in rows
    ]
    counting = [one for one in spans if not one.span.is_mistake]
    current = current_of(counting, opened.today)
    if current is None:
        return None
    row = next(one for one in rows if one.id == current.enrollment_id)
    later = [one.starts_on for one in rows if one.record_id == row.record_id and one.starts_on > row.starts_on]
    visits = _visits(session, row.id)
    history = history_of(
        id=row.id,
        client_id=opened.client_id,
        site_id=opened.site_id,
        time_zone=opened.time_zone,
        settings=opened.settings,
        first_version_id=row.schedule_version_id,
        span=span_from(row.starts_on, row.document, events[row.id], min(later, default=None)),
        records=records_by_visit(visits, _results(visits)),
        cuts={one.id: Cut(one.cut_points, one.cut_scope) for one in visits if one.cut_points},
    )
    scopes = {one.scope for version in history.timeline.schedules for one in version.ceilings}
    is_beside = opened.has_more_received or len(rows) > 1
    return Enrolled(
        span=current,
        history=history,
        replay=history.replay(),
        ledger_state=LedgerState(
            _paid(visits),
            opened.balances,
            received_elsewhere=received_elsewhere(session, history) if is_beside and scopes - {"award"} else (),
        ),
        last_day=max(one.span.last_day or date.max for one in counting),
    )


_MOVED_TO = aliased(ScheduleVersion)


def _enrollments(session: Session, client_id: int) -> tuple[list[Any], dict[int, list[_Event]]]:
    """Return every enrollment of a client by its first day, and the records of their events, from one statement."""
    rows = session.execute(
        select(
            Enrollment.id,
            Enrollment.client_id.label("record_id"),
            Enrollment.schedule_version_id,
            Enrollment.starts_on,
            ScheduleVersion.document,
            EnrollmentEventRow.id.label("event_id"),
            EnrollmentEventRow.kind,
            EnrollmentEventRow.from_day,
            EnrollmentEventRow.to_day,
            EnrollmentEventRow.reason,
            EnrollmentEventRow.schedule_version_id.label("event_version_id"),
            EnrollmentEventRow.replaces_id,
            EnrollmentEventRow.state,
            _MOVED_TO.document.label("event_document"),
        )
        .join(ScheduleVersion, ScheduleVersion.id == Enrollment.schedule_version_id)
        .outerjoin(EnrollmentEventRow, EnrollmentEventRow.enrollment_id == Enrollment.id)
        .outerjoin(_MOVED_TO, _MOVED_TO.id == EnrollmentEventRow.schedule_version_id)
        .where(Enrollment.client_id.in_(records_of(client_id)))
        .order_by(Enrollment.starts_on, Enrollment.id, EnrollmentEventRow.id)
    ).all()
    events: dict[int, list[_Event]] = {row.id: [] for row in rows}
    for row in rows:
        if row.event_id is not None:
            events[row.id].append(
                _Event(
                    row.event_id, row.kind, row.from_day, row.to_day, row.reason, row.event_version_id, row.replaces_id,
                    row.state, row.event_document,
                )
            )  # fmt: skip
    return list({row.id: row for row in rows}.values()), events


# One record of a visit is one row: what belongs to it is written into columns.
_RESULTS = (
    select(func.aggregate_strings(VisitResult.analyte + ":" + VisitResult.result, " "))
    .where(VisitResult.visit_id == VisitRow.id)
    .correlate(VisitRow)
    .scalar_subquery()
)
_CUT = (
    select(CeilingCut.points, CeilingCut.scope)
    .where(CeilingCut.visit_id == VisitRow.id)
    .order_by(CeilingCut.id.desc())
    .limit(1)
    .correlate(VisitRow)
)


def _received(unit: str) -> Any:
    return (
        select(func.sum(EntryRow.amount))
        .join(AccountRow, AccountRow.id == EntryRow.account_id)
        .where(EntryRow.visit_id == VisitRow.id, EntryRow.unit == unit, AccountRow.kind == "client")
        .correlate(VisitRow)
        .scalar_subquery()
    )


_VISITS = VISIT_ROWS.add_columns(
    _RESULTS.label("results"),
    _CUT.with_only_columns(CeilingCut.points).scalar_subquery().label("cut_points"),
    _CUT.with_only_columns(CeilingCut.scope).scalar_subquery().label("cut_scope"),
    _received("points").label("points"),
    _received("draws").label("draws"),
)


def _visits(session: Session, enrollment_id: int) -> list[Any]:
    return list(session.execute(_VISITS.where(VisitRow.enrollment_id == enrollment_id)))


def _results(rows: list[Any]) -> Iterator[tuple[int, str, str]]:
    for row in rows:
        for one in (row.results or "").split():
            analyte, _, result = one.rpartition(":")
            yield row.id, analyte, result


def _paid(rows: list[Any]) -> dict[str, dict[int, Paid]]:
    """Return what the client received for each visit, by unit. What was issued beyond that does not matter here."""
    return {
        unit: {row.id: Paid(0, int(getattr(row, unit))) for row in rows if getattr(row, unit)}
        for unit in ("points", "draws")
    }
