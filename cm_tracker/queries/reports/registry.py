"""The table of a report, by its name: pages, files and commands ask here. `definitions` says what each report is."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.errors.translator import ENGLISH, Translator
from cm_tracker.domain.languages import marked
from cm_tracker.domain.measures.groups import SERVICE, SITE, STAFF
from cm_tracker.domain.measures.small_cells import HIDDEN, LEAST, UNDER
from cm_tracker.domain.measures.tables import PERCENT, TEXT, Cell, Column, Table, Title, Value
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.queries.reports.definitions import REPORTS, Report
from cm_tracker.queries.reports.scope import ALL, Scope
from cm_tracker.queries.reports.uncollected import uncollected

ESTIMATED = marked(
    "Where no plan says when tests are, such as in an imported history, the schedule's visits a week were expected, and "
    "the rest of them counts as missed. This holds for %(n)s of the enrollments here."
)
CUT = marked(
    "%(all)s enrollments could run in these days, which is more than one report counts. It counts the %(counted)s of them "
    "that began last. The other %(left_out)s are in none of these numbers."
)
DIVIDED = {
    SERVICE: marked(
        "By service: everything counts under the service in whose slot it stood, and a client under each of their services. "
        "What stood in no slot, such as a test that no plan expected, stands under a dash."
    ),
    STAFF: marked(
        "By staff: who recorded the visit first, or who noted the slot where there is no visit. Where nobody said anything, "
        "or the service did not meet, it is who led the service that day. What was recorded by nobody here, such as an "
        "imported visit, stands under a dash. A client counts under everybody who recorded something of theirs."
    ),
}
"""What is added to a definition where the rows are services or staff."""

FEW = marked("What would tell about fewer than five clients is hidden.")
WORDED = frozenset({"verdict", "what", "basis", "minutes_are", "tier"})
"""The columns whose texts are words of the program, not names."""


def table_of(
    session: Session,
    actor: Actor,
    name: str,
    *,
    first_day: date,
    last_day: date,
    now: datetime,
    site_id: int | None = None,
    site_ids: Collection[int] | None = None,
    by: str = SITE,
    least: int = LEAST,
    of_group: int | None = None,
    translator: Translator = ENGLISH,
) -> Table:
    """Return a report of some days, both included, at the actor's sites, at `site_id` of them, or at several, `site_ids`.

    To an actor who may not see clients, sites that were chosen tell nothing about a few at the others (`told_apart`).

    With `of_group`, the rows of a report in groups are the clients of one of its groups, see `Scope`. The caller checks the
    permission. Raise `NotFound` for a name that is no report's, for another site and for a group that there is not, and
    `BadInput` for days that are no span, and for groups that the report does not have. What it says is in the language of
    the `translator`; files are in English.
    """
    report = REPORTS.get(name)
    if report is None:
        raise NotFound(what="report")
    if not report.groups:
        by, of_group = SITE, None
    chosen = site_ids if site_id is None else {site_id}
    only = None if chosen is None else frozenset(chosen)
    with uncollected():
        # The facts are gone before anybody looks for garbage among them.
        return _table(
            report,
            Scope(session, actor, only, first_day, last_day, now, by, least, of_group, report.groups, translator),
        )


def _table(report: Report, scope: Scope) -> Table:
    columns, rows = report.make(scope)
    say = scope.translator.gettext
    title = _title(report, columns, rows)
    means = [report.definition, *([DIVIDED[scope.by]] if report.groups and scope.by in DIVIDED else [])]
    return Table(
        name=report.name,
        title=Title(say(title.text), title.values),
        first_day=scope.first_day,
        last_day=scope.last_day,
        columns=tuple(replace(column, title=say(column.title)) for column in columns),
        rows=_worded(report, columns, rows, scope.translator),
        definition=" ".join(map(say, means)),
        source=say(report.source),
        notes=_notes(report, scope),
        left_out=_left_out(report, scope),
        chart=report.chart if scope.of_group is None else None,
        names_clients=report.names_clients or scope.of_group is not None,
    )


def _title(report: Report, columns: tuple[Column, ...], rows: tuple[tuple[Cell, ...], ...]) -> Title:
    """Return the sentence over a report: its names are columns, whose values are those of the last row."""
    if not rows:
        return Title(report.nothing)
    last = rows[-1] if report.is_grouped else _sums(columns, rows)
    values = {column.name: Value(cell, column.kind) for column, cell in zip(columns, last, strict=True)}
    used = {name: value for name, value in values.items() if f"%({name})s" in report.says}
    if any(value.value in (HIDDEN, UNDER) for value in used.values()):
        return Title(FEW)
    if any(value.value is None for value in used.values()):
        return Title(report.nothing)
    return Title(report.says, used)


def _worded(
    report: Report, columns: tuple[Column, ...], rows: tuple[tuple[Cell, ...], ...], translator: Translator
) -> tuple[tuple[Cell, ...], ...]:
    """Return rows with the program's own words in the language of a translator. Names stay as they are."""

    def said(cell: Cell, column: Column) -> Cell:
        # A text in a column of numbers says why there is no number.
        is_word = column.kind != TEXT or column.name in WORDED
        return translator.gettext(cell) if is_word and isinstance(cell, str) and cell else cell

    found = [tuple(said(cell, column) for cell, column in zip(row, columns, strict=True)) for row in rows]
    if report.is_grouped and found and found[-1][0] == ALL:
        found[-1] = (translator.gettext(ALL), *found[-1][1:])
    return tuple(found)


def _sums(columns: tuple[Column, ...], rows: tuple[tuple[Cell, ...], ...]) -> tuple[Cell, ...]:
    """Return the sums of columns of numbers; a share has none, and a text says how many rows there are."""
    found: list[Cell] = []
    for place, column in enumerate(columns):
        cells = [row[place] for row in rows]
        if column.kind in (TEXT, "day"):
            found.append(len(rows))
        elif column.kind in (PERCENT, "tenths"):
            found.append(None)
        else:
            found.append(HIDDEN if HIDDEN in cells else sum(cell for cell in cells if isinstance(cell, int)))
    return tuple(found)


def _notes(report: Report, scope: Scope) -> tuple[str, ...]:
    if not report.uses_tests:
        return ()
    known = scope.__dict__.get("whole") or scope.__dict__.get("in_days") or ()
    count = len({course.enrollment_id for course in known if course.is_estimated})
    say = scope.translator
    return (say.gettext(ESTIMATED, n=say.number(count)),) if count else ()


def _left_out(report: Report, scope: Scope) -> str:
    cut = scope.cut if report.uses_tests else None
    if cut is None:
        return ""
    say = scope.translator
    return say.gettext(
        CUT, all=say.number(cut.all), counted=say.number(cut.counted), left_out=say.number(cut.all - cut.counted)
    )
