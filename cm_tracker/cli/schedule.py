"""`cm-tracker schedule`: list the presets, check a document, and replay visits. It needs no database."""

import json
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

import click

from cm_tracker.domain.days import parse_day
from cm_tracker.domain.errors import BadInput, Problem
from cm_tracker.domain.schedules.check import problems
from cm_tracker.domain.schedules.engine import Replay, Visit, replay_timeline
from cm_tracker.domain.schedules.json_text import read_json
from cm_tracker.domain.schedules.outcomes import ALL, LETTERS, MET, POSITIVE
from cm_tracker.domain.schedules.reach import reach_problems
from cm_tracker.domain.schedules.rehearsal import START, lay_out, weeks_of
from cm_tracker.domain.schedules.schedule import Schedule, Track, parse
from cm_tracker.domain.schedules.timeline import Move, Pause, Timeline, timeline_of
from cm_tracker.i18n import money, ngettext, using_currency
from cm_tracker.queries.schedules.presets import preset, presets
from cm_tracker.tables.reading import read_file
from cm_tracker.tables.sources import BadFile

MOST_LETTERS = 10_000


@click.group()
def schedule() -> None:
    """Check and try out schedule documents."""


@schedule.command("list")
def list_() -> None:
    """List the presets that come with the program."""
    documents = presets()
    width = max(len(name) for name in documents)
    for name, document in documents.items():
        click.echo(f"{name:<{width}}  {document['name']}")


@schedule.command()
@click.argument("document")
def check(document: str) -> None:
    """Check a document and print all its problems."""
    found = _document(document)
    _fail_for((*problems(found), *reach_problems(found)))
    click.echo(f"{parse(found).name}: no problems found.")


@schedule.command("replay")
@click.argument("document")
@click.option("--outcomes", help='Letters, such as "NN NN PN". A space ends a program week.')
@click.option("--also", help="For each visit, N if the side bonus's analytes were negative, else P.")
@click.option(
    "--visits",
    type=click.Path(),
    help="A CSV file with date, behavior, outcome [, time, also_negative, reading, version].",
)
@click.option("--start", metavar="DATE", help="The enrollment's first day.")
@click.option("--pause", "pauses", metavar="FROM..TO", multiple=True, help="Days that do not count, both included.")
@click.option("--prior-cents", type=click.IntRange(min=0), default=0, help="Cents already paid in this calendar year.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def replay_(
    document: str,
    outcomes: str | None,
    also: str | None,
    visits: str | None,
    start: str | None,
    pauses: tuple[str, ...],
    prior_cents: int,
    as_json: bool,
) -> None:
    """Print what each visit earns under a document or a preset."""
    parsed = _read(document)
    errors = []
    if (outcomes is None) == (visits is None):
        errors.append("Give either --outcomes or --visits.")
    if also is not None and outcomes is None:
        errors.append("--also works only with --outcomes. A visits file can have a column also_negative.")
    starts_on = None
    if start is not None:
        try:
            starts_on = parse_day(start)
        except BadInput as error:
            errors.append(f"--start: {start!r} is not a day. {error}")
    paused = [pause for text in pauses if (pause := _pause(text, errors)) is not None]
    if outcomes is not None:
        if len(parsed.tracks) > 1:
            errors.append("The document has more than one track. Use --visits, where each visit names its track.")
        elif parsed.tracks[0].reading is not None:
            errors.append("The document decides by readings. Use --visits with a column reading.")
        errors += _wrong_letters(outcomes, also)
    if errors:
        _fail(errors)
    moves: list[Move] = []
    if outcomes is not None:
        starts_on = starts_on or START
        listed = _from_letters(parsed.tracks[0], outcomes, also, starts_on)
    else:
        listed, moves, starts_on = _from_file(parsed, Path(visits or ""), starts_on)
    timeline = timeline_of(starts_on, parsed, moves, paused)
    _fail_if([f"A visit falls on {visit.day}, which is paused." for visit in listed if timeline.is_paused(visit.day)])
    # There is no program here: the amounts are in the document's currency.
    with using_currency(parsed.currency):
        _print(parsed, replay_timeline(timeline, listed, prior_cents=prior_cents), as_json)


def _pause(text: str, errors: list[str]) -> Pause | None:
    """Return the pause of FROM..TO, or None and a sentence in `errors`."""
    first, dots, last = text.partition("..")
    problem = "Write two days with two dots between them, such as 2026-03-02..2026-03-08."
    try:
        if dots and parse_day(first) <= parse_day(last):
            return Pause(parse_day(first), parse_day(last))
        if dots:
            problem = "The last day is before the first. Change one of the two."
    except BadInput as error:
        problem = str(error)
    errors.append(f"--pause: {text!r} is not a pause. {problem}")
    return None


def _fail_if(sentences: list[str]) -> None:
    if sentences:
        _fail(sentences)


def _fail(sentences: list[str]) -> NoReturn:
    for sentence in sentences:
        click.echo(sentence, err=True)
    sys.exit(2)


def _read(name: str) -> Schedule:
    """Return the schedule of a preset or a file. Exit with a sentence if it cannot be read or has problems."""
    document = _document(name)
    _fail_for(problems(document))
    return parse(document)


def _fail_for(errors: Sequence[Problem]) -> None:
    if errors:
        _fail([f"{each.path}: {each.says}" if each.path else f"The document {each.says}" for each in errors])


def _document(name: str) -> Any:
    """Return the document of a preset or a file. Exit with a sentence if it cannot be read."""
    document = preset(name)
    if document is None:
        try:
            document = read_json(Path(name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            _fail([f"{name}: there is no such file, and no preset of that name (cm-tracker schedule list)."])
        except OSError as error:
            _fail([f"{name}: cannot be read ({error.strerror})."])
        except UnicodeDecodeError:
            _fail([f"{name}: is not UTF-8 text."])
        except BadInput as error:
            _fail([f"{name}: {error}"])
    return document


def _wrong_letters(outcomes: str, also: str | None) -> list[str]:
    errors = [
        f"--outcomes: {letter!r} is not an outcome; use {' '.join(LETTERS)}."
        for letter in dict.fromkeys(outcomes)
        if letter not in LETTERS and letter != " "
    ]
    letters = outcomes.replace(" ", "")
    if not letters:
        errors.append("--outcomes: give at least one outcome.")
    for count, noun in ((len(letters), "letters"), (outcomes.count(" ") + 1, "weeks")):
        if count > MOST_LETTERS:
            errors.append(f"--outcomes: has {count:,} {noun}; at most {MOST_LETTERS:,} are allowed.")
    if also is not None:
        also_letters = also.replace(" ", "")
        if set(also_letters) - {"N", "P"}:
            errors.append("--also: use only N (negative) and P (positive).")
        if len(also_letters) != len(letters):
            errors.append(f"--also: has {len(also_letters)} letters, --outcomes has {len(letters)}.")
    return errors


def _from_letters(track: Track, outcomes: str, also: str | None, starts_on: date) -> list[Visit]:
    """Return a visit for each letter. A space ends a program week, so two spaces in a row make an empty week."""
    if " " in outcomes:
        weeks = [[LETTERS[letter] for letter in week] for week in outcomes.split(" ")]
    else:
        weeks = weeks_of(track, [LETTERS[letter] for letter in outcomes])
    next_also = iter((also or "").replace(" ", "") or "P" * len(outcomes))
    also_negative = [[next(next_also) == "N" for _ in week] for week in weeks]
    return lay_out(track, weeks, also_negative, starts_on)


TRUTHS = {
    "": False,
    "yes": True,
    "no": False,
    "true": True,
    "false": False,
    "1": True,
    "0": False,
    "N": True,
    "P": False,
}


def _from_file(schedule: Schedule, path: Path, starts_on: date | None) -> tuple[list[Visit], list[Move], date]:
    """Return the visits of a file, the moves that its column `version` says, and the first day.

    `version` names the document or preset that holds on the row's day; it is empty for the one of the command.
    """
    try:
        table = read_file(path, ("date", "behavior", "outcome"), ("time", "also_negative", "reading", "version"))
    except BadFile as error:
        _fail([str(error)])
    for note in table.notes:
        click.echo(f"{path}: {note}", err=True)
    errors: list[str] = []
    visits = []
    versions: dict[str, Schedule] = {"": schedule}
    version_on: dict[date, str] = {}
    lines = []
    for row in table.rows:
        name = row.values.get("version", "")
        if name not in versions:
            versions[name] = _read(name)
        visit, sentences = (None, [row.problem]) if row.problem else _visit(versions[name], row.values)
        if visit is not None and version_on.setdefault(visit.day, name) != name:
            visit, sentences = None, ["Another row of this day names another version."]
        errors += [f"{path}, line {row.line}: {sentence}" for sentence in sentences]
        if visit is not None:
            visits.append(visit)
            lines.append(row.line)
    errors += [
        f"{name} pays in {version.currency} and {schedule.name} in {schedule.currency}: a program has one currency."
        for name, version in versions.items()
        if version.currency != schedule.currency
    ]
    if errors:
        _fail(errors)
    first = starts_on or min(visit.day for visit in visits)
    moves, holds = [], ""
    for day in sorted(version_on):
        if version_on[day] != holds:
            holds = version_on[day]
            moves.append(Move(day, versions[holds]))
    timeline = timeline_of(first, schedule, moves)
    if errors := _same_visits(timeline, visits, lines):
        _fail([f"{path}, {error}" for error in errors])
    return sorted(visits, key=lambda visit: visit.day), moves, first


def _same_visits(timeline: Timeline, visits: Sequence[Visit], lines: Sequence[int]) -> list[str]:
    """Return a sentence for each row whose day already has all the visits of its behavior that a day can have."""
    errors = []
    there: dict[tuple[str, date], list[int]] = {}
    for visit, line in zip(visits, lines, strict=True):
        same = there.setdefault((visit.behavior, visit.day), [])
        track = timeline.track_on(visit.behavior, visit.day)
        if track is not None and len(same) >= track.places_in_day(timeline.week_of(visit.day)):
            earlier = f"{'line' if len(same) == 1 else 'lines'} {' and '.join(map(str, same))}"
            errors.append(
                f"line {line}: {earlier} already {'has' if len(same) == 1 else 'have'} {visit.behavior!r} on "
                f"{visit.day}. Keep the row that is right."
            )
        else:
            same.append(line)
    return errors


def _visit(schedule: Schedule, row: Mapping[str, str]) -> tuple[Visit | None, list[str]]:
    """Return the visit of a row, or None and a sentence for each problem."""
    errors = []
    day = None
    try:
        day = parse_day(row["date"])
    except BadInput as error:
        errors.append(f"{row['date']!r} is not a day. {error}")
    behavior = row["behavior"]
    track = schedule.track(behavior)
    if track is None:
        known = ", ".join(track.behavior for track in schedule.tracks)
        errors.append(f"{behavior!r} is not a behavior of the document; it has: {known}.")
    outcome = LETTERS.get(row["outcome"], row["outcome"])
    reading = None
    if has_readings := track is not None and track.reading is not None:
        reading = _reading(outcome, row.get("reading", ""), errors)
    elif row.get("reading", ""):
        errors.append("reading: this behavior has no readings. Leave it empty.")
    if not has_readings and outcome not in ALL:
        errors.append(f"{outcome!r} is not an outcome; use one of: {', '.join(ALL)}.")
    minute = None
    if at := row.get("time", ""):
        if clock := re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(:[0-5][0-9])?", at):
            minute = int(clock[1]) * 60 + int(clock[2])
        else:
            errors.append(f"{at!r} is not a time. Write it like 09:30.")
    also = row.get("also_negative", "")
    if also not in TRUTHS:
        errors.append(f"also_negative: {also!r} must be yes or no.")
    if errors or day is None:
        return None, errors
    return Visit(day, behavior, outcome, TRUTHS[also], minute, reading=reading), []


def _reading(outcome: str, text: str, errors: list[str]) -> int | None:
    """Return the reading of a row of a behavior that is decided by readings, or None where it has an outcome."""
    if text and outcome:
        errors.append("A row has a reading or an outcome, never both. The reading decides whether the target is met.")
    elif text and not re.fullmatch(r"[0-9]{1,7}", text):
        errors.append(f"reading: {text!r} must be a whole number, 0 or more.")
    elif text:
        return int(text)
    elif outcome in (MET, POSITIVE):
        errors.append(f"{outcome!r} is decided by the reading: give the reading, and leave the outcome empty.")
    elif outcome not in ALL:
        errors.append(f"{outcome!r} is not an outcome; give a reading, or one of: {', '.join(_WITHOUT_READING)}.")
    return None


_WITHOUT_READING = [outcome for outcome in ALL if outcome not in (MET, POSITIVE)]


def _print(schedule: Schedule, replayed: Replay, as_json: bool) -> None:
    totals = {
        "points": replayed.total("points"),
        "draws": replayed.total("draws"),
        "cents": sum(result.cents for result in replayed.results),
    }
    if as_json:
        lines = [
            {name: value for name, value in result._asdict().items() if name not in ("ref", "level_after", "limit")}
            for result in replayed.results
        ]
        click.echo(json.dumps({"schedule": schedule.name, "visits": lines, "totals": totals}))
        return
    click.echo(schedule.name)
    click.echo(f"{'visit':>5} {'week':>4}  {'outcome':<10} {'level':>5} {'run':>4} {'due':>5} {'paid':>5}  why")
    for r in replayed.results:
        why = f"{r.why}, cut by {r.cut_by}" if r.cut_by else r.why
        click.echo(f"{r.n:>5} {r.week:>4}  {r.outcome:<10} {r.level:>5} {r.run:>4} {r.due:>5} {r.paid:>5}  {why}")
    amounts = (
        (totals["points"], ngettext("%(n)s point", "%(n)s points", totals["points"])),
        (totals["draws"], ngettext("%(n)s draw", "%(n)s draws", totals["draws"])),
    )
    parts = [text for total, text in amounts if total] or ["nothing"]
    click.echo(f"Paid: {' and '.join(parts)}" + (f", {money(totals['cents'])}" if totals["cents"] else ""))
