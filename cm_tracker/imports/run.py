"""One run over a file: the operations that it calls, and what happened to each row."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from cm_tracker.db import rolled_back
from cm_tracker.domain.day.importing import ImportedRows, read_appointments, read_plans
from cm_tracker.domain.errors import Refused
from cm_tracker.domain.imports.found import ENROLLED, EXPECTED, PLANNED
from cm_tracker.domain.phrases import in_phrases, phrase, phrases
from cm_tracker.domain.schedules.schedule import Schedule, Track
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.import_columns import APPOINTMENTS, HOURS, PLANS, ROSTER, TESTS, VISITS
from cm_tracker.domain.visits.imported_hours import read_hours
from cm_tracker.domain.visits.imported_tests import read_tests
from cm_tracker.domain.visits.importing import (
    Candidate,
    Enrolled,
    Overruling,
    Reason,
    Reject,
    Row,
    RowRefused,
    VisitsRead,
    by_enrollment,
    code_of,
    day_of,
    planned_days,
    read_roster,
    read_visits,
)
from cm_tracker.domain.visits.mappings import MappingFile
from cm_tracker.operations.clients.import_client import import_client
from cm_tracker.operations.day.import_appointments import import_appointments
from cm_tracker.operations.day.import_plans import import_plans
from cm_tracker.operations.visits.import_visits import import_visits
from cm_tracker.queries.clients.enrollments import enrollment_history
from cm_tracker.queries.day.week import site_week
from cm_tracker.queries.visits.importing import enrollments_by_code, waiting_for_a_test
from cm_tracker.tables.reading import FileTable


class CannotImport(Exception):
    """Raised if nothing of a file can be imported. `says` is a sentence that says what to do."""

    def __init__(self, says: str) -> None:
        super().__init__(says)
        self.says = says


class Words(NamedTuple):
    """What the words of a file mean. `stated` are the analytes that every test of it looked for, where that was said."""

    mapping: MappingFile
    stated: frozenset[str] | None = None


class ImportRun:
    """A run over a file: counts of what was added, was already there or repeats another row, and the rejected rows.

    `became` says by line what became of a row that was added. `waiting` is how many visits of the schedule at the site
    have no result of their test yet. `rejects` begins with the rows that cannot be read. `from_file` has values that only
    the whole file gives, by column and line. The rejects file carries them, so that a rejected row means the same
    without the other rows. `advance` is told how many more rows are done.
    """

    def __init__(
        self,
        session: Session,
        kind: str,
        table: FileTable,
        *,
        actor: Actor,
        now: datetime,
        dry_run: bool,
        advance: Callable[[int], object] = lambda rows: None,
    ) -> None:
        self.session = session
        self.kind = kind
        self.table = table
        self.actor = actor
        self.now = now
        self.dry_run = dry_run
        self.advance = advance
        self.notes: list[str] = list(table.notes)
        self.clients: set[str] = set()
        self.became: dict[int, str] = {}
        self.already: set[int] = set()
        self.repeated = self.points = self.draws = self.waiting = 0
        self.overrulings: list[Overruling] = []
        self.rejects = [Reject(row.line, Reason.MISSHAPEN, row.problem) for row in table.rows if row.problem]
        self.rows = [Row(row.line, row.values) for row in table.rows if not row.problem]
        self.from_file: dict[str, dict[int, str]] = {}
        self._is_open = False

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep what a dry run does until the end of the block, and roll it back then. Nobody else can write meanwhile."""
        with rolled_back(self.session):
            self._is_open = True
            yield
        self._is_open = False

    def do(self, operation: Callable[..., Any], **arguments: Any) -> Any:
        """Run an operation in a transaction of its own, which a dry run rolls back; or in its one `transaction`."""
        if not self.dry_run:
            return operation(self.session, actor=self.actor, now=self.now, **arguments)
        # `one_transaction` keeps the undecorated function as `__wrapped__`, which the type Callable does not show.
        run = operation.__wrapped__  # type: ignore[attr-defined]
        if self._is_open:
            return run(self.session, actor=self.actor, now=self.now, **arguments)
        with rolled_back(self.session):
            return run(self.session, actor=self.actor, now=self.now, **arguments)

    def carry_out(self, words: Words, schedule: Schedule, version_id: int, site_id: int) -> None:
        """Import every row. Raise `CannotImport` for a schedule into which this kind of file does not fit."""
        self.advance(len(self.rejects))
        if self.kind == ROSTER:
            self._roster(site_id, version_id)
        elif self.kind == VISITS:
            self._visits(words.mapping, schedule, site_id)
        elif self.kind == HOURS:
            self._record(schedule, site_id, self._hours)
        elif self.kind == PLANS:
            self._each_client(schedule, site_id, lambda rows, of: self._set_plans(rows, of[-1].enrollment_id, site_id))
        elif self.kind == APPOINTMENTS:
            self._each_client(
                schedule, site_id, lambda rows, of: self._note_appointments(rows, of[-1].enrollment_id, site_id)
            )
        else:
            track = self.track_of(schedule)
            self._record(
                schedule,
                site_id,
                lambda rows, of: self._dated(read_tests(rows, words.mapping, track, words.stated), of),
            )

    def track_of(self, schedule: Schedule) -> Track:
        """Return the track that the file's rows belong to. Raise `CannotImport`."""
        tests = [track for track in schedule.tracks if track.evidence == "drug_test"]
        attendance = [track for track in schedule.tracks if track.evidence == "attendance"]
        hours = [track for track in schedule.tracks if track.evidence == "hours"]
        matching = {VISITS: attendance or tests, TESTS: tests, HOURS: hours}[self.kind]
        if len(matching) != 1:
            kinds = {VISITS: phrase("visits"), TESTS: phrase("tests"), HOURS: phrase("hours")}
            raise CannotImport(
                phrases(
                    '"%(schedule)s" has %(n)s track for %(kind)s; an import needs exactly one.',
                    '"%(schedule)s" has %(n)s tracks for %(kind)s; an import needs exactly one.',
                    len(matching),
                    schedule=schedule.name,
                    kind=kinds[self.kind],
                )
            )
        return matching[0]

    @property
    def added(self) -> int:
        """Return how many rows were added."""
        return len(self.became)

    @property
    def unknown_words(self) -> int:
        """Return how many rows were rejected because the mapping lacks a word of theirs."""
        return sum(reject.reason == Reason.UNKNOWN_WORD for reject in self.rejects)

    def _roster(self, site_id: int, version_id: int) -> None:
        """Open and enroll each client of the file."""
        read = read_roster(self.rows)
        self.repeated = read.repeated
        self.rejects += read.rejects
        self.advance(read.repeated + len(read.rejects))
        for entry in read.entries:
            try:
                was_added = self.do(
                    import_client,
                    code=entry.code,
                    enrolled_on=entry.enrolled_on,
                    site_id=site_id,
                    schedule_version_id=version_id,
                )
            except Refused as error:
                if error.status >= 500:
                    raise  # such as a full disk: no fault of this row
                self.rejects.append(Reject(entry.line, Reason.CANNOT_ENROLL, in_phrases(error)))
            else:
                self.clients.add(entry.code)
                if was_added:
                    self.became[entry.line] = ENROLLED
                else:
                    self.already.add(entry.line)
            self.advance(1)

    def _visits(self, mapping: MappingFile, schedule: Schedule, site_id: int) -> None:
        """Record the planned visits of the file."""
        track = self.track_of(schedule)
        planned: dict[int, str] = {}

        def read(rows: Sequence[Row]) -> VisitsRead:
            planned.update({line: f"{day}" for line, day in planned_days(rows, mapping).items()})
            return read_visits(rows, mapping, track)

        self._record(schedule, site_id, lambda rows, of: self._dated(read(rows), of))
        if any(reject.line in planned for reject in self.rejects):
            self.from_file["planned_date"] = planned

    def _dated(self, read: VisitsRead, of: Sequence[Enrolled]) -> Iterator[tuple[int, Sequence[Candidate]]]:
        """Yield what was read of a client, by the enrollment to which it belongs."""
        self._leave_out(read)
        yield from by_enrollment(read.candidates, of, lambda candidate: candidate.day).items()

    def _hours(self, rows: Sequence[Row], of: Sequence[Enrolled]) -> Iterator[tuple[int, Sequence[Candidate]]]:
        """Yield the weeks of a client by enrollment, since each counts its weeks from its own first day."""
        for enrollment_id, some in by_enrollment(rows, of, _written_day).items():
            read = read_hours(some, enrollment_history(self.session, enrollment_id))
            self._leave_out(read)
            yield enrollment_id, read.candidates

    def _leave_out(self, read: VisitsRead) -> None:
        self.repeated += read.repeated
        self.rejects += read.rejects

    def _record(
        self,
        schedule: Schedule,
        site_id: int,
        read_rows: Callable[[Sequence[Row], Sequence[Enrolled]], Iterable[tuple[int, Sequence[Candidate]]]],
    ) -> None:
        """Record the rows, one client at a time."""
        track = self.track_of(schedule)

        def record(rows: Sequence[Row], of: Sequence[Enrolled]) -> None:
            for enrollment_id, candidates in read_rows(rows, of):
                imported = self.do(
                    import_visits, enrollment_id=enrollment_id, behavior=track.behavior, candidates=candidates
                )
                self.became |= imported.added
                self.already |= imported.already
                self.waiting += imported.waiting
                self.points += imported.points
                self.draws += imported.draws
                self.rejects += imported.rejects
                self.overrulings += imported.overrulings

        self._each_client(schedule, site_id, record)
        if track.evidence == "drug_test":
            # Those of a dry run are rolled back by now, where it has no transaction around all of it.
            rolled_back_since = self.waiting if self.dry_run and not self._is_open else 0
            self.waiting = waiting_for_a_test(self.session, schedule.name, site_id) + rolled_back_since

    def _each_client(
        self, schedule: Schedule, site_id: int, take: Callable[[Sequence[Row], Sequence[Enrolled]], None]
    ) -> None:
        """Take the rows of each enrolled client, one client after the other."""
        enrollments = enrollments_by_code(self.session, schedule.name, site_id)
        for code, rows in self._rows_by_client(enrollments):
            take(rows, enrollments[code])
            self.clients.add(code)
            self.advance(len(rows))

    def _set_plans(self, rows: Sequence[Row], enrollment_id: int, site_id: int) -> None:
        """Set the plans of a client. One that is recorded already adds nothing."""
        history = enrollment_history(self.session, enrollment_id)
        read = read_plans(
            rows,
            site_week(self.session, site_id).services,
            lambda from_on: history.timeline.tracks_on(max(from_on, history.starts_on)),
        )
        self.rejects += read.rejects
        self.repeated += read.repeated
        self._keep(self.do(import_plans, enrollment_id=enrollment_id, plans=read.plans), PLANNED)

    def _note_appointments(self, rows: Sequence[Row], enrollment_id: int, site_id: int) -> None:
        """Expect a client on single days, beside their plan or in place of its time."""
        read = read_appointments(rows, site_week(self.session, site_id).services)
        self.rejects += read.rejects
        self.repeated += read.repeated
        appointments = self.do(import_appointments, enrollment_id=enrollment_id, appointments=read.appointments)
        self._keep(appointments, EXPECTED)

    def _keep(self, imported: ImportedRows, became: str) -> None:
        """Keep what became of a client's rows."""
        self.became |= dict.fromkeys(imported.added, became)
        self.already |= set(imported.already)
        self.rejects += imported.rejects

    def _rows_by_client(self, enrolled: Mapping[str, Sequence[Enrolled]]) -> list[tuple[str, list[Row]]]:
        """Return the rows of each enrolled client, and reject the other rows.

        A client whose code was corrected may be in the file with both codes: their rows are kept together.
        """
        rows_by_code: dict[str, list[Row]] = {}
        first_code_of: dict[Sequence[Enrolled], str] = {}
        strangers = []
        for row in self.rows:
            code = code_of(row)
            if code in enrolled:
                rows_by_code.setdefault(first_code_of.setdefault(enrolled[code], code), []).append(row)
            else:
                says = phrase(
                    "%(code)s is not enrolled in this schedule at this site. Import the roster first.", code=repr(code)
                )
                strangers.append(Reject(row.line, Reason.NO_ENROLLMENT, says))
        self.rejects += strangers
        self.advance(len(strangers))
        return list(rows_by_code.items())


def _written_day(row: Row) -> date | None:
    """Return the day that is written in a row, or None where there is none, or none that can be read."""
    try:
        return day_of(row.values.get("date", ""))
    except RowRefused:
        return None
