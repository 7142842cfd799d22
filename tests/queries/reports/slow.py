"""Courses worked out plainly, day by day and one enrollment at a time, by the definitions: what reports are compared with.

It shares nothing with `domain.measures`: slots and what became of them come from the functions of the day's board.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.domain.day.expected_visits import slots_of_day, visits_of_day
from cm_tracker.domain.day.plans import Plan, plan_on
from cm_tracker.domain.day.slots import Planned
from cm_tracker.domain.day.states import DayVisit, Note
from cm_tracker.domain.visits.history import EnrollmentHistory
from cm_tracker.models import (
    AccountRow,
    Adjustment,
    Client,
    ClientMerge,
    ClientTransfer,
    Commitment,
    DayClosing,
    Draw,
    Enrollment,
    EntryRow,
    SlotNote,
    VisitRow,
)
from cm_tracker.queries.clients.enrollments import enrollment_history
from cm_tracker.queries.day.plans import plans_of
from cm_tracker.queries.day.week import site_week

ONE_DAY = timedelta(days=1)
OF_VISIT = {
    "met": "negative", "positive": "positive", "unexcused": "missed", "excused": "excused", "refused": "refused",
    "tampered": "tampered", "dilute": "dilute", "pending": "waiting", "disputed": "waiting",
}  # fmt: skip
CENTS_OF_A_POINT = 25
CAME = {"negative", "positive", "refused", "tampered", "dilute", "waiting", "attended"}


@dataclass
class Thing:
    """Something that was expected, or that happened."""

    day: date
    week: int
    site: int
    outcome: str
    is_test: bool
    is_expected: bool
    behavior: str | None
    visit: int | None
    service: int | None = None
    staff: int | None = None
    minutes: int = 0
    attended: int = 0
    excused: int = 0
    stayed: int | None = None


@dataclass
class Slow:
    """An enrollment with everything that was expected of it until a day."""

    history: EnrollmentHistory
    client: int
    code: str
    language: str
    plans: tuple[Plan, ...]
    until: date
    by_then: date
    site: int
    behavior: str | None
    sites: "Sites"
    things: list[Thing] = field(default_factory=list)
    paid: dict[int, dict[str, int]] = field(default_factory=dict)

    def tests(self) -> list[Thing]:
        """The scheduled tests of the first track that takes tests."""
        return [one for one in self.things if one.is_test and one.is_expected and one.behavior == self.behavior]


def slow_courses(session: Session, first_day: date, last_day: date, now: datetime) -> list[Slow]:
    """Every enrollment that ran on some days."""
    found = []
    for enrollment in session.execute(select(Enrollment).order_by(Enrollment.id)).scalars():
        history = enrollment_history(session, enrollment.id)
        end = history.span.last_day
        if history.span.is_mistake or enrollment.starts_on > last_day or (end is not None and end < first_day):
            continue
        found.append(_course(session, enrollment, history, last_day, now))
    return found


@dataclass
class Got:
    """Something that a client was awarded on a day, in cents: by a visit, by an adjustment, or by a slip."""

    client: int
    enrollment: int | None
    site: int
    day: date
    kind: str
    cents: int


def slow_money(session: Session) -> list[Got]:
    """Everything that anybody was ever awarded and kept, row by row."""
    enrollments = {row.id: row for row in session.execute(select(Enrollment)).scalars()}
    clients = {row.id: row for row in session.execute(select(Client)).scalars()}

    def got(enrollment_id: int, day: date, kind: str, cents: int) -> Got:
        record = clients[enrollments[enrollment_id].client_id]
        main = clients[record.merged_into_id or record.id]
        return Got(main.id, enrollment_id, Sites(session, record, main).on(day), day, kind, cents)

    found = []
    for root, newest in chains(session).values():
        points = _paid(session, [root.id]).get(root.id, {}).get("points", 0)
        found.append(got(root.enrollment_id, newest.happened_on, "points", points * CENTS_OF_A_POINT))
    for draw, commitment in session.execute(select(Draw, Commitment).where(Commitment.id == Draw.commitment_id)):
        found.append(got(commitment.enrollment_id, draw.happened_on, "drawn", draw.given_cents))
    for row in session.execute(select(Adjustment)).scalars():
        day = day_at(row.recorded_at, "America/New_York")
        main = clients[clients[row.client_id].merged_into_id or row.client_id]
        running = []
        for enrollment in enrollments.values():
            if main.id in (enrollment.client_id, clients[enrollment.client_id].merged_into_id):
                span = enrollment_history(session, enrollment.id).span
                if span.starts_on <= day <= (span.last_day or date.max):
                    running.append((span.starts_on, enrollment.id))
        amount = row.amount * CENTS_OF_A_POINT
        if running:
            found.append(got(max(running)[1], day, "adjusted", amount))
        else:
            found.append(Got(main.id, None, Sites(session, main, main).on(day), day, "adjusted", amount))
    return [one for one in found if one.cents]


def chains(session: Session) -> dict[int, tuple[VisitRow, VisitRow]]:
    """The first and the newest record of each visit, by the id of the first one."""
    first: dict[int, int] = {}
    found: dict[int, tuple[VisitRow, VisitRow]] = {}
    for row in session.execute(select(VisitRow).order_by(VisitRow.id)).scalars():
        root = first[row.id] = row.id if row.corrects_id is None else first[row.corrects_id]
        found[root] = (found[root][0] if root in found else row, row)
    return found


class Sites:
    """At which site a client was on a day: told backwards from the one where they are now."""

    def __init__(self, session: Session, record: Client, main: Client) -> None:
        own = [row for row in session.execute(select(ClientTransfer)).scalars() if row.client_id == record.id]
        if record.id != main.id:
            [merged] = [
                row for row in session.execute(select(ClientMerge)).scalars() if row.from_client_id == record.id
            ]
            own += [
                row
                for row in session.execute(select(ClientTransfer)).scalars()
                if row.client_id == main.id and row.recorded_at >= merged.recorded_at
            ]
        self.moves = sorted(own, key=lambda row: row.id)
        self.now = main.site_id

    def on(self, day: date) -> int:
        site = self.now
        for move in reversed(self.moves):
            if day < move.first_day:
                site = move.site_id
        return site

    def span(self, day: date) -> tuple[date, date]:
        first = max((move.first_day for move in self.moves if move.first_day <= day), default=date.min)
        after = min((move.first_day for move in self.moves if move.first_day > day), default=None)
        return first, date.max if after is None else after - ONE_DAY


def _course(
    session: Session, enrollment: Enrollment, history: EnrollmentHistory, last_day: date, now: datetime
) -> Slow:
    record = session.get_one(Client, enrollment.client_id)
    main = session.get_one(Client, record.merged_into_id or record.id)
    sites = Sites(session, record, main)
    end = history.span.last_day
    until = last_day if end is None else min(end, last_day)
    today = day_at(now, "America/New_York")
    tracks = {track.behavior: track for version in history.timeline.schedules for track in version.tracks}
    slow = Slow(
        history, main.id, main.code, main.language, plans_of(session, [enrollment.id]).get(enrollment.id, ()), until,
        min(last_day + ONE_DAY, today), sites.on(until), _behavior(history, until), sites,
    )  # fmt: skip
    voided = [
        (root, newest)
        for root, newest in chains(session).values()
        if root.enrollment_id == enrollment.id and newest.correction in ("voided", "undone")
    ]
    slow.paid = _paid(session, [*(visit.id for visit in history.visits), *(root.id for root, _ in voided)])
    seen = _add_slots(session, slow, sites, today, now)
    _add_estimates(session, slow, sites, tracks, seen, today)
    for root, newest in voided:
        day = newest.happened_on
        if day <= last_day:
            week, staff = history.timeline.week_of(day), _recorder(session, root.id)
            slow.things.append(Thing(day, week, sites.on(day), "voided", False, False, None, root.id, staff=staff))
    slow.things.sort(key=lambda one: one.day)
    return slow


def _behavior(history: EnrollmentHistory, until: date) -> str | None:
    """The first track that takes tests of the version of the last day; where it has none, of the version before."""
    day = until
    while day >= history.starts_on:
        tests = [track.behavior for track in history.timeline.schedule_on(day).tracks if track.is_test]
        if tests:
            return tests[0]
        day -= ONE_DAY
    return None


def _paid(session: Session, visit_ids: list[int]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    for entry, account in session.execute(select(EntryRow, AccountRow).where(AccountRow.id == EntryRow.account_id)):
        if account.kind == "client" and entry.visit_id in visit_ids:
            units = found.setdefault(entry.visit_id, {})
            units[entry.unit] = units.get(entry.unit, 0) + entry.amount
    return found


def _notes(session: Session, enrollment_id: int) -> dict[tuple[date, int], Note]:
    found: dict[tuple[date, int], Note] = {}
    for row in session.execute(select(SlotNote).order_by(SlotNote.id)).scalars():
        if row.enrollment_id == enrollment_id:
            found[row.on_day, row.service_id] = Note(
                row.id, row.status, row.at, row.minutes, row.excuse, row.to_day, row.visit_id, row.staff_id
            )
    return found


def _add_slots(session: Session, slow: Slow, sites: Sites, today: date, now: datetime) -> set[int]:
    history, number = slow.history, slow.history.id
    notes = _notes(session, number)
    closed = {
        (row.site_id, row.on_day) for row in session.execute(select(DayClosing)).scalars() if row.reopened_at is None
    }
    seen: set[int] = set()
    day = history.starts_on
    while day <= slow.until:
        site = sites.on(day)
        week = site_week(session, site)
        first, last = sites.span(day)
        planned = Planned(number, history.span, slow.plans, first, last)
        of_day = {(number, service): note for (on, service), note in notes.items() if on == day}
        moved = {(number, service) for (_, service), note in notes.items() if note.to_day == day}
        visits = [
            DayVisit(visit.id, number, visit.behavior, visit.outcome)
            for visit in history.visits
            if visit.happened_on == day
        ]
        slots = slots_of_day(week, {number: planned}, of_day, moved, day)
        for one in visits_of_day(
            week.services, slots, of_day, visits, moved, now, is_day_closed=(site, day) in closed
        ):  # fmt: skip
            if one.visit is not None:
                seen.add(one.visit.id)
            outcome = {"absent": "missed", "closed": "excused", "not_held": "excused", "open": "nothing"}.get(
                one.outcome, one.outcome
            )
            if outcome in ("moved", "to_come") or (outcome == "nothing" and (day >= today or not one.is_expected)):
                continue
            thing = Thing(
                day, history.timeline.week_of(day), site, outcome, one.slot.is_test, one.is_expected, one.slot.behavior,
                one.visit.id if one.visit else None, one.slot.service_id,
            )  # fmt: skip
            said = one.note if one.note is not None and one.note.visit_id is None else None
            if one.visit is not None:
                thing.staff = _recorder(session, one.visit.id)
            elif said is not None and said.status in ("attended", "absent", "excused"):
                thing.staff = said.staff_id
            else:
                thing.staff = one.slot.leader_id
            noted = one.note.minutes if one.note is not None else None
            thing.stayed = one.slot.minutes if noted is None else min(noted, one.slot.minutes)
            if one.is_care:
                thing.minutes = one.slot.minutes
                if outcome in ("attended", "waiting"):
                    noted = one.note.minutes if one.note is not None else None
                    thing.attended = thing.minutes if noted is None else min(noted, thing.minutes)
                if outcome == "excused":
                    thing.excused = thing.minutes
            slow.things.append(thing)
        day += ONE_DAY
    return seen


def _add_estimates(
    session: Session, slow: Slow, sites: Sites, tracks: dict[str, Any], seen: set[int], today: date
) -> None:
    """Where no plan says when, the version says how many: the rest of a whole week that is over was missed."""
    timeline = slow.history.timeline
    left = [one for one in slow.history.visits if one.id not in seen and one.happened_on <= slow.until]
    for behavior, track in tracks.items():
        if not track.is_test and track.evidence != "attendance":
            continue
        week = 1
        while (begins := timeline.first_day_of(week)) is not None and begins <= slow.until:
            on_day = timeline.track_on(behavior, begins)
            phase = on_day.phase_in(week) if on_day else None
            weeks = list(phase.weeks_of_period(week)) if phase else [week]
            ends = timeline.last_day_of(weeks[-1])
            week = weeks[-1] + 1
            if phase is None or _planned(slow, sites, behavior, begins, ends or slow.until):
                continue
            recorded = [
                one for one in left if one.behavior == behavior and timeline.week_of(one.happened_on) in weeks
            ]  # fmt: skip
            for one in recorded:
                left.remove(one)
                slow.things.append(_thing(session, slow, sites, one, track, is_expected=True))
            if ends is None or ends > slow.until or ends >= today:
                continue
            days = [begins + timedelta(days=n) for n in range((ends - begins).days + 1)]
            closures = site_week(session, sites.on(ends)).calendar.closures
            if any(timeline.is_paused(day) or any(one.covers(day) for one in closures) for day in days):
                continue
            for _ in range(phase.visits_per_week - len(recorded)):
                slow.things.append(
                    Thing(ends, weeks[-1], sites.on(ends), "missed", track.is_test, True, behavior, None)
                )  # fmt: skip
    for one in left:
        slow.things.append(_thing(session, slow, sites, one, tracks[one.behavior], is_expected=False))


def _planned(slow: Slow, sites: Sites, behavior: str, first: date, last: date) -> bool:
    day = first
    while day <= last:
        plan = plan_on(slow.plans, day)
        if plan is not None and plan.site_id == sites.on(day) and behavior in [item.behavior for item in plan.items]:
            return True
        day += ONE_DAY
    return False


def _recorder(session: Session, visit_id: int) -> int | None:
    """Who recorded a visit first. The history names each visit by its first record."""
    row = session.get_one(VisitRow, visit_id)
    return None if row.via == "import" else row.staff_id


def _thing(session: Session, slow: Slow, sites: Sites, visit: Any, track: Any, *, is_expected: bool) -> Thing:
    outcome = OF_VISIT[visit.outcome]
    if not track.is_test and outcome == "negative":
        outcome = "attended" if track.evidence == "attendance" else "other"
    day = visit.happened_on
    return Thing(
        day, slow.history.timeline.week_of(day), sites.on(day), outcome, track.is_test, is_expected, visit.behavior,
        visit.id, None, _recorder(session, visit.id),
    )  # fmt: skip
