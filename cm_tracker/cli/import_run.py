"""One run of `flask import`: the operations that it calls, and what happened to each row."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import click

from cm_tracker import clock
from cm_tracker.cli.clinic import fail
from cm_tracker.cli.csv_files import CsvTable
from cm_tracker.db import db, rolled_back
from cm_tracker.domain.errors import Refused
from cm_tracker.domain.schedules.check import problems
from cm_tracker.domain.schedules.point_value import currency_of, in_program
from cm_tracker.domain.schedules.schedule import Schedule, Track, parse
from cm_tracker.domain.staff.roles import command
from cm_tracker.domain.visits.imported_hours import read_hours
from cm_tracker.domain.visits.imported_tests import read_tests
from cm_tracker.domain.visits.importing import (
    Overruling,
    Reason,
    Reject,
    Row,
    VisitsRead,
    code_of,
    planned_days,
    read_roster,
    read_visits,
)
from cm_tracker.domain.visits.mappings import MappingFile
from cm_tracker.operations.clients.import_client import import_client
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.operations.staff.add_site import add_site
from cm_tracker.operations.visits.import_visits import import_visits
from cm_tracker.queries.clients.enrollments import enrollment_history
from cm_tracker.queries.schedules.documents import published_version
from cm_tracker.queries.schedules.presets import preset, preset_names
from cm_tracker.queries.schedules.program import program_money
from cm_tracker.queries.staff.sites import sites_of
from cm_tracker.queries.visits.importing import enrollments_by_code, newest_version_id, waiting_for_a_test

T = TypeVar("T")

ACTOR = command("import")
FIRST_SITE = "Main site"


class ImportRun:
    """Counts of rows that were added, were already there or repeat another row, and the rejected rows.

    `waiting` is how many visits of the schedule at the site have no result of their test yet. `rejects` starts with the rows that cannot be read. `from_file` has values that only the whole file gives, by
    column and line. The rejects file carries them, so that a rejected row means the same without the other rows.
    """

    def __init__(self, kind: str, table: CsvTable, dry_run: bool) -> None:
        self.kind = kind
        self.table = table
        self.dry_run = dry_run
        self.now = clock.now()
        self.notes = list(table.notes)
        self.clients: set[str] = set()
        self.added = self.already = self.repeated = self.points = self.draws = self.waiting = 0
        self.overrulings: list[Overruling] = []
        self.rejects = [Reject(row.line, Reason.MISSHAPEN, row.problem) for row in table.rows if row.problem]
        self.rows = [Row(row.line, row.values) for row in table.rows if not row.problem]
        self.from_file: dict[str, dict[int, str]] = {}

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Roll a dry run back as one transaction. A real run commits each client by itself."""
        if not self.dry_run:
            yield
            return
        with rolled_back(db.session()):
            yield

    def do(self, operation: Callable[..., Any], **arguments: Any) -> Any:
        """Run an operation in a transaction of its own, or in the one of the dry run."""
        # `one_transaction` keeps the undecorated function as `__wrapped__`, which the type Callable does not show.
        run = operation.__wrapped__ if self.dry_run else operation  # type: ignore[attr-defined]
        return run(db.session(), actor=ACTOR, now=self.now, **arguments)

    def target(self, schedule_name: str, site_name: str | None, time_zone: str) -> tuple[Schedule, int, int]:
        """Return the schedule, the id of its newest version, and the site's id.

        Publish a preset that is not published yet, and add a site that does not exist, after all other checks.
        """
        document = preset(schedule_name)
        version_id = newest_version_id(db.session(), document["name"] if document else schedule_name, self.now.date())
        if version_id is None and document is None:
            presets = ", ".join(preset_names())
            fail(f"There is no published schedule or preset {schedule_name!r}. The presets are: {presets}.")
        if version_id is None:
            program = program_money(db.session())
            if (written_in := currency_of(document)) != program.currency:
                fail(
                    f"The amounts of {schedule_name} are in {written_in}, and this program pays in {program.currency}. Make "
                    "a draft of it under Schedules, look at every amount and publish it. Then import again."
                )
            document = in_program(document, program)
            if problems(document):
                fail(
                    f"The amounts of {schedule_name} are not whole in this program's points. Make a draft of it under "
                    "Schedules, choose the amounts and publish it. Then import again."
                )
        schedule = parse(document) if version_id is None else published_version(db.session(), version_id)[0]
        if self.kind != "roster":
            self._track(schedule)
        site_id = self._site(site_name, time_zone)
        if version_id is None:
            key = f"import-{self.now.timestamp()}"
            version_id = self.do(
                publish_schedule, document=document, preset=schedule_name, reason="Needed by an import", key=key
            )
        return schedule, version_id, site_id

    def needs_new(self, schedule_name: str, site_name: str | None) -> bool:
        """Return whether the run would first publish a preset or add a site."""
        document = preset(schedule_name)
        sites = {site.name for site in sites_of(db.session(), ACTOR)}
        return newest_version_id(
            db.session(), document["name"] if document else schedule_name, self.now.date()
        ) is None or (site_name not in sites if site_name is not None else not sites)

    def _site(self, name: str | None, time_zone: str) -> int:
        sites = {site.name: site.id for site in sites_of(db.session(), ACTOR)}
        if name is None and len(sites) > 1:
            fail(f"There are several sites. Choose one with --site: {', '.join(sites)}.")
        name = name or next(iter(sites), FIRST_SITE)
        if name in sites:
            return sites[name]
        site_id: int = self.do(add_site, name=name, time_zone=time_zone)
        return site_id

    def roster(self, site_id: int, version_id: int) -> None:
        """Open and enroll each client of the file."""
        read = read_roster(self.rows)
        self.repeated = read.repeated
        self.rejects += read.rejects
        for entry in self._progress(read.entries):
            try:
                was_added = self.do(
                    import_client,
                    code=entry.code,
                    enrolled_on=entry.enrolled_on,
                    site_id=site_id,
                    schedule_version_id=version_id,
                )
            except Refused as error:
                self.rejects.append(Reject(entry.line, Reason.CANNOT_ENROLL, str(error)))
                continue
            self.clients.add(entry.code)
            self.added += was_added
            self.already += not was_added

    def visits(self, mapping: MappingFile, schedule: Schedule, site_id: int) -> None:
        """Record the planned visits of the file, one client at a time."""
        track = self._track(schedule)
        planned: dict[int, str] = {}

        def read(rows: Sequence[Row]) -> VisitsRead:
            planned.update({line: f"{day}" for line, day in planned_days(rows, mapping).items()})
            return read_visits(rows, mapping, track)

        self._record(schedule, site_id, track, lambda rows, enrollment_id: read(rows))
        if any(reject.line in planned for reject in self.rejects):
            self.from_file["planned_date"] = planned

    def tests(self, mapping: MappingFile, stated: frozenset[str] | None, schedule: Schedule, site_id: int) -> None:
        """Record the tests of the file, one client at a time. `stated` has the analytes that every test looked for."""
        track = self._track(schedule)
        self._record(schedule, site_id, track, lambda rows, enrollment_id: read_tests(rows, mapping, track, stated))

    def hours(self, schedule: Schedule, site_id: int) -> None:
        """Record the hours of the program weeks of the file, one client at a time."""

        def read(rows: Sequence[Row], enrollment_id: int) -> VisitsRead:
            return read_hours(rows, enrollment_history(db.session(), enrollment_id))

        self._record(schedule, site_id, self._track(schedule), read)

    @property
    def unknown_words(self) -> int:
        """Return how many rows were rejected because the mapping lacks a word of theirs."""
        return sum(reject.reason == Reason.UNKNOWN_WORD for reject in self.rejects)

    def _record(
        self, schedule: Schedule, site_id: int, track: Track, read_rows: Callable[[Sequence[Row], int], VisitsRead]
    ) -> None:
        enrollments = enrollments_by_code(db.session(), schedule.name, site_id)
        for code, rows in self._progress(self._rows_by_client(enrollments)):
            read = read_rows(rows, enrollments[code])
            imported = self.do(
                import_visits, enrollment_id=enrollments[code], behavior=track.behavior, candidates=read.candidates
            )
            self.clients.add(code)
            self.added += imported.added
            self.already += imported.already
            self.repeated += read.repeated
            self.points += imported.points
            self.draws += imported.draws
            self.rejects += [*read.rejects, *imported.rejects]
            self.overrulings += imported.overrulings
        if track.evidence == "drug_test":
            self.waiting = waiting_for_a_test(db.session(), schedule.name, site_id)

    def _rows_by_client(self, enrolled: Mapping[str, int]) -> list[tuple[str, list[Row]]]:
        """Return the rows of each enrolled client, and reject the other rows.

        A client whose code was corrected may be in the file with both codes: their rows are kept together.
        """
        rows_by_code: dict[str, list[Row]] = {}
        first_code_of: dict[int, str] = {}
        for row in self.rows:
            code = code_of(row)
            if code in enrolled:
                rows_by_code.setdefault(first_code_of.setdefault(enrolled[code], code), []).append(row)
            else:
                says = f"{code!r} is not enrolled in this schedule at this site. Import the roster first."
                self.rejects.append(Reject(row.line, Reason.NO_ENROLLMENT, says))
        return list(rows_by_code.items())

    def _track(self, schedule: Schedule) -> Track:
        """Return the track that the file's rows belong to."""
        tests = [track for track in schedule.tracks if track.evidence == "drug_test"]
        attendance = [track for track in schedule.tracks if track.evidence == "attendance"]
        hours = [track for track in schedule.tracks if track.evidence == "hours"]
        matching = {"visits": attendance or tests, "tests": tests, "hours": hours}[self.kind]
        if len(matching) != 1:
            fail(f'"{schedule.name}" has {len(matching)} tracks for {self.kind}; an import needs exactly one.')
        return matching[0]

    def _progress(self, items: Sequence[T]) -> Iterator[T]:
        """Yield the items, with a progress bar if standard error is a terminal."""
        with click.progressbar(items, label=f"Importing {self.kind}", file=sys.stderr) as bar:
            yield from bar
