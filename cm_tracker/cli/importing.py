"""`flask import`: take clients, visits and tests over from files of another program."""

import csv
import io
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from cm_tracker import clock
from cm_tracker.cli.clinic import fail, need_tables
from cm_tracker.db import db, rolled_back
from cm_tracker.domain.errors import Refused
from cm_tracker.domain.schedules.json_text import read_json
from cm_tracker.domain.schedules.schedule import Schedule, Track
from cm_tracker.domain.staff.roles import command
from cm_tracker.domain.visits.importing import (
    COLUMNS,
    Candidate,
    MappingFile,
    Reject,
    Row,
    day_of,
    mapping_from,
    test_candidates,
    visit_candidates,
)
from cm_tracker.operations.clients.import_client import import_client
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.operations.staff.add_site import add_site
from cm_tracker.operations.visits.import_visits import import_visits
from cm_tracker.queries.schedules.documents import schedule_of
from cm_tracker.queries.schedules.presets import preset, preset_names
from cm_tracker.queries.schedules.schedules import version_card
from cm_tracker.queries.staff.sites import sites_of
from cm_tracker.queries.visits.importing import enrollments_by_code, newest_version_id

MOST_BYTES = 20_000_000
ACTOR = command("import")
FIRST_SITE = "Main site"


@click.command("import")
@click.argument("kind", type=click.Choice(tuple(COLUMNS)))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--schedule", required=True, help="A preset's name, or the name of a published schedule.")
@click.option("--site", help="The site's name; it is made if it is not there. Default: the only one.")
@click.option("--time-zone", default="UTC", show_default=True, help="Time zone of a site that is made.")
@click.option("--mapping", type=click.Path(path_type=Path), help="What the file's words mean; a default is shipped.")
@click.option("--rejects", type=click.Path(path_type=Path), help="Default: FILE.rejects.csv in this folder.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@with_appcontext
def import_(
    kind: str,
    file: Path,
    schedule: str,
    site: str | None,
    time_zone: str,
    mapping: Path | None,
    rejects: Path | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Import a roster, planned visits, or drug tests from a CSV FILE.

    Take them in that order. Rows that cannot be taken go to the rejects file, each with its line
    and a sentence; running the same file again adds nothing.
    """
    rows = _read(file, COLUMNS[kind])
    meaning, mapping_text = _mapping(mapping)
    need_tables()
    if kind != "roster":
        click.echo(mapping_text, err=True)
    work = _Import(kind, dry_run)
    try:
        with work.transaction():
            site_id = work.site(site, time_zone)
            version_id, found = work.version(schedule)
            if kind == "roster":
                work.roster(rows, site_id, version_id)
            else:
                work.visits(rows, meaning, found, site_id)
    except Refused as error:
        fail(str(error))
    kept = None
    if work.rejects:
        kept = rejects or Path(f"{file.stem}.rejects.csv")
        if not dry_run:
            _keep(kept, work.rejects, {row.line: row for row in rows}, COLUMNS[kind])
    work.summary(file, len(rows), None if dry_run else kept, as_json)


# -- reading -----------------------------------------------------------------------------------


def _read(path: Path, columns: tuple[str, ...]) -> list[Row]:
    """Every row of the file, or one clear sentence and exit 2: nothing is written before it is read."""
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            fail(f"{path}: has {size / 1e6:,.0f} MB; at most {MOST_BYTES / 1e6:,.0f} MB are taken. Split it.")
        raw = path.read_bytes()
    except OSError as error:
        fail(f"{path}: cannot be read ({error.strerror}).")
    if not raw.strip():
        fail(f"{path}: the file is empty.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        fail(f"{path}: not a text in UTF-8 (byte {error.start + 1:,}). Save it as CSV UTF-8 and try again.")
    if "\x00" in text:
        fail(f"{path}: not a CSV file.")
    try:
        table = csv.reader(io.StringIO(text, newline=""), strict=True)
        head = [name.strip() for name in next(table)]
        if sorted(head) != sorted(columns):
            fail(f"{path}: the first line must name the columns {', '.join(columns)}; it has: {_short(head)}.")
        rows = []
        for values in table:
            if values:
                rows.append(Row(table.line_num, _named(head, values)))
    except csv.Error as error:
        fail(f"{path}: not a CSV file ({error}).")
    if not rows:
        fail(f"{path}: there is no row below the first line.")
    return rows


def _short(head: list[str]) -> str:
    text = ", ".join(head)
    return text if len(text) <= 200 else text[:200] + " …"


def _named(head: list[str], values: list[str]) -> dict[str, str]:
    named = dict(zip(head, values, strict=False))
    if len(values) != len(head):
        named["\0"] = f"The row has {len(values)} values; there are {len(head)} columns."
    return named


def _mapping(path: Path | None) -> tuple[MappingFile, str]:
    try:
        if path is None:
            text = (files("cm_tracker") / "presets" / "mappings" / "default.json").read_text(encoding="utf-8")
        else:
            text = path.read_text(encoding="utf-8")
        return mapping_from(read_json(text)), text
    except (OSError, UnicodeDecodeError):
        fail(f"{path}: cannot be read.")
    except Refused as error:
        fail(f"{path}: {error}")


# -- the work ----------------------------------------------------------------------------------


class _Import:
    """One run: what was added, what was there, what was rejected."""

    def __init__(self, kind: str, dry_run: bool) -> None:
        self.kind = kind
        self.dry_run = dry_run
        self.now = clock.now()
        self.clients: set[str] = set()
        self.added = self.already = self.points = 0
        self.rejects: list[tuple[int, Reject]] = []

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A dry run is one transaction that is rolled back; a real one commits client by client."""
        if not self.dry_run:
            yield
            return
        with rolled_back(db.session()):
            yield

    def do(self, operation: Callable[..., Any], **arguments: Any) -> Any:
        """Run an operation: in a transaction of its own, or inside the dry run's."""
        # `one_transaction` keeps the bare function, as functools.wraps does; a Callable does not say so.
        run = operation.__wrapped__ if self.dry_run else operation  # type: ignore[attr-defined]
        return run(db.session(), actor=ACTOR, now=self.now, **arguments)

    def site(self, name: str | None, time_zone: str) -> int:
        """The site's id; a site that is not there is made."""
        there = {site.name: site.id for site in sites_of(db.session(), ACTOR)}
        if name is None and len(there) > 1:
            fail(f"There are several sites: say with --site which one ({', '.join(there)}).")
        name = name or next(iter(there), FIRST_SITE)
        if name in there:
            return there[name]
        site_id: int = self.do(add_site, name=name, time_zone=time_zone)
        return site_id

    def version(self, name: str) -> tuple[int, Schedule]:
        """The newest version of the schedule; a preset that is not published yet is published."""
        document = preset(name)
        version_id = newest_version_id(db.session(), document["name"] if document else name)
        if version_id is None and document is None:
            fail(f"There is no published schedule {name!r}, and no preset; presets: {', '.join(preset_names())}.")
        if version_id is None:
            key = f"import-{self.now.timestamp()}"
            version_id = self.do(publish_schedule, document=document, reason="Needed by an import", key=key)
        return version_id, schedule_of(version_card(db.session(), ACTOR, version_id).text)

    def roster(self, rows: list[Row], site_id: int, version_id: int) -> None:
        """Open and enroll every client of the file."""
        for row in self.progress(rows):
            try:
                self.refuse_misshapen(row)
                was_added = self.do(
                    import_client,
                    code=row.values["client_code"],
                    enrolled_on=day_of(row.values["enrolled_on"]),
                    site_id=site_id,
                    schedule_version_id=version_id,
                )
                self.clients.add(row.values["client_code"])
                self.added += was_added
                self.already += not was_added
            except Reject as reject:
                self.rejects.append((row.line, reject))
            except Refused as error:
                self.rejects.append((row.line, Reject("cannot be enrolled", str(error))))

    def visits(self, rows: list[Row], mapping: MappingFile, schedule: Schedule, site_id: int) -> None:
        """Record the visits or tests of the file, client by client."""
        track = self.track(schedule)
        enrollments = enrollments_by_code(db.session(), schedule.name, site_id)
        by_client: dict[str, list[Row]] = {}
        for row in rows:
            try:
                self.refuse_misshapen(row)
                code = row.values["client_code"].strip().upper()
                if code not in enrollments:
                    raise Reject("no enrollment", f"{code!r} is not enrolled in this schedule at this site.")
                by_client.setdefault(code, []).append(row)
            except Reject as reject:
                self.rejects.append((row.line, reject))
        for code in self.progress(by_client):
            candidates, rejects = self.candidates(by_client[code], mapping, track)
            done = self.do(
                import_visits, enrollment_id=enrollments[code], behavior=track.behavior, candidates=candidates
            )
            self.clients.add(code)
            self.added += done.added
            self.already += done.already
            self.points += done.points
            self.rejects += [*rejects, *done.rejects]

    def candidates(
        self, rows: list[Row], mapping: MappingFile, track: Track
    ) -> tuple[list[Candidate], list[tuple[int, Reject]]]:
        """The rows of one client as visits."""
        return visit_candidates(rows, mapping, track) if self.kind == "visits" else test_candidates(rows, mapping)

    def track(self, schedule: Schedule) -> Track:
        """The track that the file's rows belong to."""
        tests = [track for track in schedule.tracks if track.evidence == "drug_test"]
        came = [track for track in schedule.tracks if track.evidence == "attendance"]
        fitting = (came or tests) if self.kind == "visits" else tests
        if len(fitting) != 1:
            fail(f'"{schedule.name}" has {len(fitting)} tracks for {self.kind}; an import needs exactly one.')
        return fitting[0]

    @staticmethod
    def refuse_misshapen(row: Row) -> None:
        """Raise `Reject` for a row with more or fewer values than there are columns."""
        if "\0" in row.values:
            raise Reject("misshapen row", row.values["\0"])

    def progress(self, items: Iterable[Any]) -> Iterator[Any]:
        """A bar on standard error, where a person looks at it."""
        listed = list(items)
        with click.progressbar(listed, label=f"Importing {self.kind}", file=sys.stderr) as bar:
            yield from bar

    def summary(self, file: Path, rows: int, kept: Path | None, as_json: bool) -> None:
        """What was done."""
        refused = Counter(reject.reason for _, reject in self.rejects)
        facts = {
            "file": file.name,
            "kind": self.kind,
            "dry_run": self.dry_run,
            "rows": rows,
            "clients": len(self.clients),
            "added": self.added,
            "already": self.already,
            "points_paid": self.points,
            "rejected": len(self.rejects),
            "refused": dict(sorted(refused.items())),
            "rejects": str(kept) if kept else None,
        }
        if as_json:
            click.echo(json.dumps(facts))
            return
        noun = {"roster": "enrollments", "visits": "visits", "tests": "tests"}[self.kind]
        head = "Nothing was written; it would be: " if self.dry_run else ""
        click.echo(f"{head}{rows:,} rows, {len(self.clients):,} clients.")
        click.echo(f"{self.added:,} {noun} added, {self.already:,} there already, {self.points:,} points paid.")
        click.echo(f"{len(self.rejects):,} rows refused{':' if refused else '.'}")
        for reason, count in refused.most_common():
            click.echo(f"  {count:>6,}  {reason}")
        if kept:
            click.echo(f"Each with its line and a sentence: {kept}")


def _keep(path: Path, rejects: list[tuple[int, Reject]], rows: dict[int, Row], columns: tuple[str, ...]) -> None:
    """Write the rejects file, for its owner only: it holds client codes."""
    try:
        with os.fdopen(
            os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8", newline=""
        ) as file:
            out = csv.writer(file)
            out.writerow(["line", "reason", "says", *columns])
            for line, reject in sorted(rejects, key=lambda pair: pair[0]):
                values = [rows[line].values.get(name, "") for name in columns]
                out.writerow([line, reject.reason, str(reject), *map(_harmless, values)])
    except OSError as error:
        click.echo(f"{path}: the rejects cannot be kept ({error.strerror}).", err=True)


def _harmless(value: str) -> str:
    """A spreadsheet must not take what somebody typed for a formula."""
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
