"""Real visits of some days, as they were paid and as another schedule would pay them. Nothing is written.

What was paid is what the ledger says and the client kept, also for a visit that was taken away later. Practice clients are
left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.ledger.settlement import Paid
from cm_tracker.domain.schedules.backtest import Compared, Pair, compare
from cm_tracker.domain.schedules.schedule import Schedule
from cm_tracker.domain.simulation.average_pay import NOTHING, AveragePay, Due
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.corrections import TAKEN_AWAY
from cm_tracker.domain.visits.history import EnrollmentHistory
from cm_tracker.models import Client, Enrollment, VisitRow
from cm_tracker.queries.clients.enrollments import histories_and_paid
from cm_tracker.queries.clients.main_records import Record, main_of
from cm_tracker.queries.clients.search import records_with_code
from cm_tracker.queries.practice import counted_clients
from cm_tracker.queries.schedules.followed import is_mistake
from cm_tracker.queries.staff.sites import at_sites

# So many enrollments are replayed at once.
MOST = 200


@dataclass(frozen=True, slots=True)
class ReplayedClient:
    """An enrollment with visits in the span: what was paid for them, and would be."""

    enrollment_id: int
    client_id: int
    client_code: str
    compared: Compared


@dataclass(frozen=True, slots=True)
class BackTest:
    """The replayed enrollments, most gained to most lost.

    `has_more` says whether there are others beyond the most that are replayed, and `not_fitting` counts enrollments
    whose visits are all of behaviors that the schedule does not have. `not_known` counts those of whom nobody can say
    what their draws bring on average under the ceilings.
    """

    clients: tuple[ReplayedClient, ...]
    has_more: bool
    not_fitting: int
    not_known: int = 0

    @property
    def before_cents(self) -> int:
        """Return what all of them were paid."""
        return sum(client.compared.before_cents for client in self.clients)

    @property
    def after_cents(self) -> int:
        """Return what all of them would be paid."""
        return sum(client.compared.after_cents for client in self.clients)

    @property
    def more(self) -> tuple[ReplayedClient, ...]:
        """Return who would get more, the most first."""
        return tuple(client for client in self.clients if client.compared.difference > 0)

    @property
    def less(self) -> tuple[ReplayedClient, ...]:
        """Return who would get less, the most lost first."""
        return tuple(client for client in reversed(self.clients) if client.compared.difference < 0)

    @property
    def same(self) -> int:
        """Return how many would get the same."""
        return len(self.clients) - len(self.more) - len(self.less)

    @property
    def full(self) -> tuple[ReplayedClient, ...]:
        """Return whom a ceiling would have cut, the first week first."""
        found = [client for client in self.clients if client.compared.full_in is not None]
        return tuple(sorted(found, key=lambda client: (client.compared.full_in or 0, client.client_code)))


def back_test(
    session: Session,
    actor: Actor,
    schedule: Schedule,
    first_day: date,
    last_day: date,
    *,
    site_id: int | None = None,
    codes: Sequence[str] = (),
) -> BackTest:
    """Return the visits of some days at the actor's sites replayed under a schedule, however many in seven queries.

    What a visit would earn depends on all visits before it: the schedule is taken to have held from the first day of
    each enrollment on.
    """
    rows = session.execute(
        _enrollments(actor, first_day, last_day, site_id, codes).order_by(Client.code, Enrollment.id).limit(MOST + 1)
    ).all()
    histories = histories_and_paid(session, [row.enrollment_id for row in rows[:MOST]])
    behaviors = {track.behavior for track in schedule.tracks}
    average_pay = AveragePay()
    clients, not_fitting, not_known = [], 0, 0
    for row in rows[:MOST]:
        history, paid = histories[row.enrollment_id]
        if not any(visit.behavior in behaviors for visit in history.visits):
            not_fitting += 1
            continue
        compared = _compared(history, paid, schedule, first_day, last_day, average_pay)
        if compared is None:
            not_known += 1
        else:
            clients.append(ReplayedClient(row.enrollment_id, row.client_id, row.code, compared))
    clients.sort(key=lambda client: (-client.compared.difference, client.client_code))
    return BackTest(tuple(clients), len(rows) > MOST, not_fitting, not_known)


def replayed_client(
    session: Session, actor: Actor, schedule: Schedule, enrollment_id: int, first_day: date, last_day: date
) -> ReplayedClient:
    """Return one enrollment at the actor's sites replayed, visit by visit. Raise `NotFound`."""
    row = session.execute(_clients(actor).where(Enrollment.id == enrollment_id)).one_or_none()
    if row is None:
        raise NotFound(what="enrollment")
    history, paid = histories_and_paid(session, [enrollment_id])[enrollment_id]
    compared = _compared(history, paid, schedule, first_day, last_day, AveragePay())
    if compared is None:
        raise NotFound(what="enrollment")
    return ReplayedClient(enrollment_id, row.client_id, row.code, compared)


def _compared(
    history: EnrollmentHistory,
    paid: Mapping[str, Mapping[int, Paid]],
    schedule: Schedule,
    first_day: date,
    last_day: date,
    average_pay: AveragePay,
) -> Compared | None:
    """Return an enrollment's visits of some days as they were paid, and as a schedule would pay them.

    Return None where nobody can say what draws bring on average under the ceilings.
    """
    before = {result.ref: result for result in history.replay().results}
    after = {result.ref: result for result in history.under(schedule).replay().results}
    visits = [visit for visit in history.in_order() if visit.happened_on <= last_day]
    held = {visit.id: history.timeline.schedule_on(visit.happened_on) for visit in visits}
    received = {
        visit.id: {unit: of[visit.id].received for unit, of in paid.items() if visit.id in of} for visit in visits
    }
    was = average_pay.by_visit(
        (visit.id, Due(visit.happened_on, unit, amount, held[visit.id], are_paid=True))
        for visit in visits
        for unit, amount in received[visit.id].items()
    )
    would = average_pay.by_visit(
        (visit.id, Due(visit.happened_on, result.unit, result.paid, schedule))
        for visit in visits
        if (result := after.get(visit.id)) is not None
    )
    if was is None or would is None:
        return None
    pairs = [
        Pair(
            visit.id,
            visit.happened_on,
            before.get(visit.id),
            after.get(visit.id),
            received[visit.id],
            held[visit.id],
            was.get(visit.id, NOTHING).cents,
            would.get(visit.id, NOTHING).cents,
            would.get(visit.id, NOTHING).is_cut,
        )
        for visit in visits
        if visit.is_current or any(received[visit.id].values())
    ]
    return compare(pairs, schedule, first_day, last_day)


def _enrollments(actor: Actor, first_day: date, last_day: date, site_id: int | None, codes: Sequence[str]) -> Any:
    """Return the statement for the enrollments with visits in a span that count."""
    newer = aliased(VisitRow)
    found = _clients(actor).where(
        ~is_mistake(),
        exists().where(
            VisitRow.enrollment_id == Enrollment.id,
            VisitRow.happened_on.between(first_day, last_day),
            func.coalesce(VisitRow.correction, "").not_in(TAKEN_AWAY),
            ~exists().where(newer.corrects_id == VisitRow.id),
        ),
    )
    if site_id is not None:
        found = found.where(Client.site_id == site_id)
    if codes:
        found = found.where(or_(*(Enrollment.client_id.in_(records_with_code(code)) for code in codes)))
    return found


def _clients(actor: Actor) -> Any:
    return (
        select(Enrollment.id.label("enrollment_id"), Client.id.label("client_id"), Client.code)
        .join(Record, Record.id == Enrollment.client_id)
        .join(Client, Client.id == main_of(Record))
        .where(at_sites(Client.site_id, actor), counted_clients())
    )
