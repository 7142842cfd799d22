"""A line for each visit that was attended, as a payer asks for it: service, codes, minutes and units, staff, funding."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import func, select

from cm_tracker.domain.day.billing_codes import NO_CODES
from cm_tracker.domain.day.states import ATTENDED
from cm_tracker.domain.funding.counting import source_on
from cm_tracker.domain.languages import marked
from cm_tracker.domain.measures.sequences import CAME, NEGATIVE, POSITIVE, Course, Expected
from cm_tracker.domain.measures.tables import DAY, MINUTES, TEXT, Cell, Column
from cm_tracker.domain.measures.units import units_of
from cm_tracker.models import FundingSource, ServiceRow, SlotNote, VisitRow
from cm_tracker.queries.day.service_codes import codes_at
from cm_tracker.queries.funding.sources import entered_sources
from cm_tracker.queries.reports.enrolled import enrollment_ids
from cm_tracker.queries.reports.scope import Columns, Rows, Scope

COLUMNS = (
    Column("day", marked("Day"), DAY),
    Column("site", marked("Site"), TEXT),
    Column("client", marked("Client"), TEXT),
    Column("service", marked("Service"), TEXT),
    Column("procedure", marked("Procedure code"), TEXT),
    Column("units", marked("Units of 15 minutes")),
    Column("minutes", marked("Minutes"), MINUTES),
    Column("minutes_are", marked("Minutes are"), TEXT),
    Column("diagnosis", marked("Diagnosis code"), TEXT),
    Column("staff", marked("Staff"), TEXT),
    Column("funding", marked("Funding source"), TEXT),
)
NOTED, PLANNED = marked("Noted"), marked("Planned")


class _Noted(NamedTuple):
    """What staff noted of somebody who attended: the minutes, if any, and who noted it."""

    minutes: int | None
    staff_id: int | None


class _Service(NamedTuple):
    """A service as a line names it, with its diagnosis code by what became of a test."""

    name: str
    procedure: str
    diagnoses: Mapping[str, str]


_NOTHING, _NO_SERVICE = _Noted(None, None), _Service("", "", {})


def visit_lines(scope: Scope) -> tuple[Columns, Rows]:
    """Return a line for each visit that was attended on the report's days at its sites, by day, site and client."""
    lines = _Lines(scope)
    found = [row for course in scope.in_days for row in lines.of(course)]
    # By day, site, client and service. What is alike in these stays in the order of its enrollments.
    return COLUMNS, tuple(sorted(found, key=lambda row: row[:4]))


class _Lines:
    """What the lines of a report need beyond the courses, each read once."""

    def __init__(self, scope: Scope) -> None:
        session = scope.session
        self.scope = scope
        self.services = _services(scope)
        self.funding = entered_sources(session)
        self.sources: Mapping[int, str] = {
            row.id: row.name for row in session.execute(select(FundingSource.id, FundingSource.name))
        }
        self.notes = _notes(scope)
        self.testers = _testers(scope)

    def of(self, course: Course) -> Iterator[tuple[Cell, ...]]:
        """Yield the lines of a course at one site."""
        site, code, entered = self.scope.sites[course.site_id].name, course.code, self.funding.get(course.enrollment_id)
        for one in course.expected:
            # An attendance that pays points beside a service is no visit of its own.
            if one.outcome not in CAME or not (one.is_test or one.service_id is not None):
                continue
            number = one.service_id
            service = _NO_SERVICE if number is None else self.services[number]
            note = self.notes.get((course.enrollment_id, number, one.on_day), _NOTHING)
            minutes, units, basis = _minutes(one, note)
            source_id = source_on(entered, one.on_day) if entered else None
            yield (
                one.on_day, site, code, service.name, service.procedure, units, minutes, basis,
                service.diagnoses.get(one.outcome, "") if one.is_test else "", self._staff(one, note),
                "" if source_id is None else self.sources[source_id],
            )  # fmt: skip

    def _staff(self, one: Expected, note: _Noted) -> str:
        tester = self.testers.get(one.visit_id) if one.is_test and one.visit_id is not None else None
        staff_id = tester or one.leader_id or note.staff_id
        return "" if staff_id is None else self.scope.staff_names.get(staff_id, "")


def _minutes(one: Expected, note: _Noted) -> tuple[int | None, int | None, str]:
    """Return the minutes of a visit, its units, and what the minutes are."""
    if one.service_id is None:
        return None, None, ""
    minutes = one.length if note.minutes is None else min(note.minutes, one.length)
    return minutes, units_of(minutes), PLANNED if note.minutes is None else NOTED


def _services(scope: Scope) -> dict[int, _Service]:
    codes = codes_at(scope.session, scope.sites)
    rows = scope.session.execute(select(ServiceRow.id, ServiceRow.name))
    found = {}
    for row in rows:
        of = codes.get(row.id, NO_CODES)
        found[row.id] = _Service(row.name, of.procedure, {NEGATIVE: of.negative, POSITIVE: of.positive})
    return found


def _ids(scope: Scope) -> Any:
    ids = enrollment_ids(scope.actor, None, scope.first_day, scope.last_day).subquery()
    return select(ids.c.id)


def _notes(scope: Scope) -> dict[tuple[int, int | None, Any], _Noted]:
    """Return the newest notes of those who attended, by the enrollment, the service and the day."""
    of_days = (SlotNote.enrollment_id.in_(_ids(scope)), SlotNote.on_day.between(scope.first_day, scope.last_day))
    newest = (
        select(func.max(SlotNote.id)).where(*of_days)
        .group_by(SlotNote.enrollment_id, SlotNote.service_id, SlotNote.on_day)
    )  # fmt: skip
    rows = scope.session.execute(
        select(SlotNote.enrollment_id, SlotNote.service_id, SlotNote.on_day, SlotNote.minutes, SlotNote.staff_id).where(
            SlotNote.id.in_(newest), SlotNote.status == ATTENDED
        )
    )
    return {(row[0], row[1], row[2]): _Noted(row[3], row[4]) for row in rows}


def _testers(scope: Scope) -> dict[int, int | None]:
    """Return who collected the specimen of a visit, or else recorded it first, by the visit's first record."""
    rows = scope.session.execute(
        select(VisitRow.id, func.coalesce(VisitRow.collected_by_id, VisitRow.staff_id)).where(
            VisitRow.enrollment_id.in_(_ids(scope)), VisitRow.corrects_id.is_(None)
        )
    )
    return {row[0]: row[1] for row in rows}
