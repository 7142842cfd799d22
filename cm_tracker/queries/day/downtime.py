"""The paper sheet of a day, with each expected client's value as it is now, and what was typed from it afterwards."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from cm_tracker import clock
from cm_tracker.domain.day.downtime import LinePreview, PaperLine, check_line, check_prize, preview_line, proposed_line
from cm_tracker.domain.day.next_visit import NextVisit, next_visit
from cm_tracker.domain.errors import Refused
from cm_tracker.domain.schedules import outcomes
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.consequences import Consequence, consequences
from cm_tracker.domain.visits.evidence import NEGATIVE
from cm_tracker.domain.visits.history import EnrollmentHistory
from cm_tracker.domain.visits.panels import asked_on
from cm_tracker.domain.visits.proposals import check_specimen
from cm_tracker.domain.visits.settling import LedgerState
from cm_tracker.models import Client, DowntimeLine, DowntimeVisit, Enrollment, Redemption, Staff, VisitResult, VisitRow
from cm_tracker.queries.clients.enrollments import histories_and_ledger_states
from cm_tracker.queries.clients.main_records import Record, main_of
from cm_tracker.queries.day.closed_days import closed_at
from cm_tracker.queries.day.expected import Person, people_at
from cm_tracker.queries.day.lines import SlotLine, lines_of
from cm_tracker.queries.day.paper_prizes import known_of_prize
from cm_tracker.queries.day.week import site_week
from cm_tracker.queries.staff.sites import SiteLine, site_of
from cm_tracker.queries.visits.corrections import specimen_holder, visit_context
from cm_tracker.queries.visits.panels import panels_in_use

MOST_CLIENTS = 300
"""So many clients one sheet has."""
MOST_DAYS = 20
"""So many days with unsigned lines are named."""

_ASKED = {
    "attendance": (outcomes.MET, outcomes.UNEXCUSED),
    "activity": (outcomes.MET, outcomes.UNEXCUSED),
}
_ASKED_OF_TESTS = (outcomes.MET, outcomes.POSITIVE, outcomes.REFUSED, outcomes.UNEXCUSED)


@dataclass(frozen=True, slots=True)
class TrackValue:
    """What a visit of the day would do on a track, and the analytes to read.

    Where nothing can be recorded, `consequences` is empty and `hindrance` says why.
    """

    track: Track
    analytes: tuple[str, ...]
    consequences: tuple[Consequence, ...]
    hindrance: Refused | None


@dataclass(frozen=True, slots=True)
class SheetClient:
    """An expected client on the paper sheet: their slots of the day, their balances, and what a visit would do now.

    `next_visit` is the next planned visit after the day, None where the plan has none within four weeks.
    """

    person: Person
    slots: tuple[SlotLine, ...]
    points: int
    draws: int
    values: tuple[TrackValue, ...]
    next_visit: NextVisit | None


@dataclass(frozen=True, slots=True)
class DowntimeSheet:
    """The paper sheet of a site and day, by the clients' codes. `left_out` are clients beyond what one sheet has."""

    site: SiteLine
    day: date
    clients: tuple[SheetClient, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class TypedVisit:
    """A visit of a line as it was typed, to compare with the paper: `not_negative` are results by analyte."""

    id: int
    outcome: str
    specimen_id: str | None
    reading: int | None
    not_negative: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TypedLine:
    """A line that was typed of a client: when it happened, when and by whom it was typed, and who signed it.

    `is_here` says that the client belongs to the site now. `prize` and `quantity` are what was given by hand.
    """

    id: int
    enrollment_id: int
    code: str
    name: str
    is_here: bool
    happened_at: datetime | None
    initials: str
    recorded_at: datetime
    staff_id: int | None
    typed_by: str | None
    signed_at: datetime | None
    signed_by: str | None
    visits: tuple[TypedVisit, ...]
    redemption_id: int | None
    prize: str | None
    quantity: int | None


@dataclass(frozen=True, slots=True)
class DayClient:
    """A client of the day for typing the sheet: what was typed, and whether something is recorded in another way."""

    person: Person
    slots: tuple[SlotLine, ...]
    typed: tuple[TypedLine, ...]

    @property
    def is_open(self) -> bool:
        """Whether nothing was typed, and something that was expected is still open, or nothing was expected."""
        return not self.typed and (not self.slots or any(line.is_open for line in self.slots))


@dataclass(frozen=True, slots=True)
class DowntimeDay:
    """A day of a site for typing its paper sheet, by the clients' codes. `closed_at` says since when it is closed.

    `others` are lines of clients who do not take part here on that day any more: they moved to another site since, or
    their enrollment was ended with an earlier day.
    """

    site: SiteLine
    day: date
    clients: tuple[DayClient, ...]
    others: tuple[TypedLine, ...]
    closed_at: datetime | None

    @property
    def unsigned(self) -> tuple[TypedLine, ...]:
        """The lines that wait for the second person's signature."""
        typed = [*(line for one in self.clients for line in one.typed), *self.others]
        return tuple(line for line in typed if line.signed_at is None)

    def client_of(self, enrollment_id: int) -> DayClient | None:
        """Return a client of the day by their enrollment, None for one who is not on it."""
        return next((one for one in self.clients if one.person.enrollment_id == enrollment_id), None)


def downtime_sheet(session: Session, actor: Actor, site_id: int, day: date, now: datetime) -> DowntimeSheet:
    """Return the paper sheet of a day of one of the actor's sites. Raise `NotFound`.

    A sheet of a day to come has the values as they are now. The number of statements does not depend on the number of
    clients.
    """
    site = site_of(session, actor, site_id)
    people, lines = _day(session, site_id, day, now)
    expected = [one for one in people if _is_expected(one, lines, day)]
    shown = expected[:MOST_CLIENTS]
    ids = [one.enrollment_id for one in shown]
    states = histories_and_ledger_states(session, ids) if ids else {}
    strips = next((panel.analytes for panel in panels_in_use(session, site_id, day)), ())
    week = site_week(session, site_id)
    # A sheet that is printed the evening before is of a day that has not begun.
    as_of = max(now, datetime.combine(day, time(0), clock.zone(site.time_zone)))
    clients = []
    for one in shown:
        history, ledger_state = states[one.enrollment_id]
        tracks = [track for track in history.timeline.tracks_on(day) if track.evidence != "hours"]
        coming = [
            next_visit(week, one.planned, track.behavior, visited_on=day, today=day, now=as_of) for track in tracks
        ]
        clients.append(
            SheetClient(
                one,
                tuple(line for line in lines if line.person.enrollment_id == one.enrollment_id),
                ledger_state.balances.get("points", 0),
                ledger_state.balances.get("draws", 0),
                tuple(_value(history, ledger_state, track, strips, day, as_of) for track in tracks),
                _soonest(coming),
            )
        )
    return DowntimeSheet(site, day, tuple(clients), len(expected) - len(shown))


def downtime_day(session: Session, actor: Actor, site_id: int, day: date, now: datetime) -> DowntimeDay:
    """Return a day of one of the actor's sites for typing its paper sheet. Raise `NotFound`."""
    site = site_of(session, actor, site_id)
    people, lines = _day(session, site_id, day, now)
    typed = _typed(session, site_id, day)
    with_lines = {line.enrollment_id for line in typed}
    here = {one.enrollment_id for one in people}
    return DowntimeDay(
        site,
        day,
        tuple(
            DayClient(
                one,
                tuple(line for line in lines if line.person.enrollment_id == one.enrollment_id),
                tuple(line for line in typed if line.enrollment_id == one.enrollment_id),
            )
            for one in people
            if one.enrollment_id in with_lines or _is_expected(one, lines, day)
        ),
        tuple(line for line in typed if line.enrollment_id not in here),
        closed_at(session, site_id, day),
    )


def unsigned_days(session: Session, site_id: int) -> tuple[tuple[date, int], ...]:
    """Return the days of a site with lines that wait for a signature, the oldest first, and how many lines.

    The caller checks whether the actor may see the site.
    """
    rows = session.execute(
        select(DowntimeLine.on_day, func.count())
        .where(DowntimeLine.site_id == site_id, DowntimeLine.signed_at.is_(None))
        .group_by(DowntimeLine.on_day)
        .order_by(DowntimeLine.on_day)
        .limit(MOST_DAYS)
    )
    return tuple((day, count) for day, count in rows)


def preview_downtime(session: Session, actor: Actor, enrollment_id: int, line: PaperLine, now: datetime) -> LinePreview:
    """Return what saving a line would change. Raise `NotFound`, and what stands against its prize or one of its visits."""
    history, ledger_state = visit_context(session, actor, enrollment_id)
    check_line(line, history, now)
    proposed = proposed_line(history, line.visits, actor=actor, now=now)
    for visit in proposed:
        check_specimen(visit, specimen_holder(session, history.site_of(visit).id, visit))
    known = known_of_prize(session, history, line)
    check_prize(line, known, actor)
    return preview_line(history, ledger_state, proposed, line.prize, known)


def _day(session: Session, site_id: int, day: date, now: datetime) -> tuple[tuple[Person, ...], tuple[SlotLine, ...]]:
    people = people_at(session, site_id, day)
    is_closed = closed_at(session, site_id, day) is not None
    return people, lines_of(session, site_week(session, site_id), people, day, now, is_closed=is_closed)


def _is_expected(person: Person, lines: Iterable[SlotLine], day: date) -> bool:
    """Return whether somebody has a slot on a day, or takes part without a plan: they may come on any day."""
    if any(line.person.enrollment_id == person.enrollment_id for line in lines):
        return True
    return person.planned.runs_on(day) and not person.planned.plans


def _value(
    history: EnrollmentHistory,
    ledger_state: LedgerState,
    track: Track,
    strips: Collection[str],
    day: date,
    now: datetime,
) -> TrackValue:
    analytes = asked_on(track, tuple(strips)) if track.evidence == "drug_test" else ()
    of = _ASKED.get(track.evidence, _ASKED_OF_TESTS)
    try:
        found = consequences(history, ledger_state, track, day, of, collected_at=None, now=now)
    except Refused as refused:
        return TrackValue(track, analytes, (), refused)
    return TrackValue(track, analytes, found, None)


def _soonest(coming: Iterable[NextVisit | None]) -> NextVisit | None:
    """Return the first of the next visits of several tracks. One whose day may not be told hides the others."""
    found = [one for one in coming if one is not None]
    told = [(one.slot.begins_at, place) for place, one in enumerate(found) if one.slot is not None]
    if len(told) < len(found):
        return NextVisit(None)
    return found[min(told)[1]] if told else None


def _typed(session: Session, site_id: int, day: date) -> tuple[TypedLine, ...]:
    typist, signer = aliased(Staff), aliased(Staff)
    rows = session.execute(
        select(
            DowntimeLine.id,
            DowntimeLine.enrollment_id,
            Client.code,
            Client.preferred_name,
            (Client.site_id == DowntimeLine.site_id).label("is_here"),
            DowntimeLine.happened_at,
            DowntimeLine.initials,
            DowntimeLine.recorded_at,
            DowntimeLine.staff_id,
            typist.display_name.label("typed_by"),
            DowntimeLine.signed_at,
            signer.display_name.label("signed_by"),
            DowntimeLine.redemption_id,
            Redemption.prize_name,
            Redemption.quantity,
        )
        .join(Enrollment, Enrollment.id == DowntimeLine.enrollment_id)
        .join(Record, Record.id == Enrollment.client_id)
        .join(Client, Client.id == main_of(Record))
        .outerjoin(typist, typist.id == DowntimeLine.staff_id)
        .outerjoin(signer, signer.id == DowntimeLine.signed_by_id)
        .outerjoin(Redemption, Redemption.id == DowntimeLine.redemption_id)
        .where(DowntimeLine.site_id == site_id, DowntimeLine.on_day == day)
        .order_by(DowntimeLine.id)
        .limit(2 * MOST_CLIENTS)
    ).all()
    visits = _typed_visits(session, [row.id for row in rows])
    return tuple(
        TypedLine(
            row.id,
            row.enrollment_id,
            row.code,
            row.preferred_name,
            row.is_here,
            row.happened_at,
            row.initials,
            row.recorded_at,
            row.staff_id,
            row.typed_by,
            row.signed_at,
            row.signed_by,
            tuple(visits.get(row.id, ())),
            row.redemption_id,
            row.prize_name,
            row.quantity,
        )
        for row in rows
    )


def _typed_visits(session: Session, line_ids: Collection[int]) -> dict[int, list[TypedVisit]]:
    """Return the visits of lines as they were typed, by the lines' ids."""
    rows = session.execute(
        select(DowntimeVisit.line_id, VisitRow.id, VisitRow.outcome, VisitRow.specimen_id, VisitRow.reading)
        .join(VisitRow, VisitRow.id == DowntimeVisit.visit_id)
        .where(DowntimeVisit.line_id.in_(line_ids))
        .order_by(VisitRow.id)
    ).all()
    results: dict[int, list[tuple[str, str]]] = {}
    for visit_id, analyte, result in session.execute(
        select(VisitResult.visit_id, VisitResult.analyte, VisitResult.result)
        .where(VisitResult.visit_id.in_([row.id for row in rows]), VisitResult.result != NEGATIVE)
        .order_by(VisitResult.visit_id, VisitResult.analyte)
    ):
        results.setdefault(visit_id, []).append((analyte, result))
    found: dict[int, list[TypedVisit]] = {}
    for row in rows:
        visit = TypedVisit(row.id, row.outcome, row.specimen_id, row.reading, tuple(results.get(row.id, ())))
        found.setdefault(row.line_id, []).append(visit)
    return found
