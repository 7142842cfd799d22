"""Reports on how clients do: negative tests, abstinence, engagement, retention, attendance."""

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction

from cm_tracker.domain.day.client_week import monday_of
from cm_tracker.domain.languages import marked
from cm_tracker.domain.measures.abstinence import SUSTAINED, abstinence
from cm_tracker.domain.measures.attendance import attendance, hours_of_required
from cm_tracker.domain.measures.engagement import engagement
from cm_tracker.domain.measures.groups import OF_SLOTS
from cm_tracker.domain.measures.negatives import negative_counts, of_all_possible, weeks_of_negatives
from cm_tracker.domain.measures.numbers import median, per_mille, tenths
from cm_tracker.domain.measures.retention import IN_WEEKS, is_still_attending, weeks_retained
from cm_tracker.domain.measures.sequences import Course, expected_of
from cm_tracker.domain.measures.small_cells import HIDDEN, GroupRow, to_hide, told_apart
from cm_tracker.domain.measures.tables import DAY, MINUTES, NUMBER, PERCENT, TENTHS, Cell, Column
from cm_tracker.queries.reports.scope import Columns, Measured, Rows, Scope


def negatives_by_week(scope: Scope) -> tuple[Columns, Rows]:
    """Return a row for each calendar week."""
    columns = (
        Column("monday", marked("Week from"), DAY),
        Column("expected", marked("Expected tests")),
        Column("negative", marked("Negative")),
        Column("no_outcome", marked("Nothing said")),
        Column("of_expected", marked("Negative of expected"), PERCENT),
        Column("submitted", marked("Submitted tests")),
        Column("of_submitted", marked("Negative of submitted"), PERCENT),
    )
    weeks = weeks_of_negatives(scope.in_days, scope.first_day, scope.last_day, scope.today)
    rows = tuple(
        (
            week.monday, week.counts.expected, week.counts.negative, week.counts.no_outcome, week.counts.of_expected,
            week.counts.submitted, week.counts.of_submitted,
        )
        for week in weeks
    )  # fmt: skip
    hidden = frozenset() if scope.sees_clients else _weeks_of_few(scope, [week.monday for week in weeks])
    return columns, tuple(
        (row[0], *(HIDDEN for _ in row[1:])) if place in hidden else row for place, row in enumerate(rows)
    )  # fmt: skip


def _weeks_of_few(scope: Scope, mondays: Sequence[date]) -> frozenset[int]:
    """Return the places of weeks that would tell about a few clients: of the report, or of the reader's other sites."""

    def tested(known: Iterable[Course]) -> list[frozenset[int]]:
        found: dict[date, set[int]] = {monday: set() for monday in mondays}
        for course in known:
            for one in course.expected:
                if one.is_test:
                    found[monday_of(one.on_day)].add(course.client_id)
        return [frozenset(clients) for clients in found.values()]

    hidden, wide = to_hide(tested(scope.in_days), scope.least), scope.wide
    if wide is None:
        return hidden
    of_sites = [tested(one for one in wide.in_days if one.site_id == site_id) for site_id in wide.places]
    few = {
        place
        for place, of_week in enumerate(zip(*of_sites, strict=True))
        if told_apart((), [GroupRow((), clients) for clients in of_week], scope.chosen, scope.least)
    }
    return hidden | few


def negatives(scope: Scope) -> tuple[Columns, Rows]:
    """Return a row for each group, with the shares of its tests."""

    def measure(known: Sequence[Course]) -> tuple[Cell, ...]:
        counts = negative_counts(expected_of(known))
        return (
            counts.expected, counts.negative, counts.no_outcome, counts.of_expected, counts.submitted, counts.of_submitted,
        )  # fmt: skip

    columns = (
        Column("expected", marked("Expected tests")),
        Column("negative", marked("Negative")),
        Column("no_outcome", marked("Nothing said")),
        Column("of_expected", marked("Negative of expected"), PERCENT),
        Column("submitted", marked("Submitted tests")),
        Column("of_submitted", marked("Negative of submitted"), PERCENT),
    )
    return scope.grouped(columns, lambda of: Measured(of.in_days, measure, lambda one: one.is_test))


def of_possible(scope: Scope) -> tuple[Columns, Rows]:
    """Return a row for each group, with its negative tests of all that the protocol has."""

    def measure(known: Sequence[Course]) -> tuple[Cell, ...]:
        negative, possible = of_all_possible(known)
        return possible, negative, per_mille(negative, possible)

    columns = (
        Column("possible", marked("Possible tests")),
        Column("negative", marked("Negative")),
        Column("share", marked("Negative of possible"), PERCENT),
    )
    return scope.grouped(columns, lambda of: Measured(of.courses, measure))


def lasting(scope: Scope) -> tuple[Columns, Rows]:
    """Return a row for each group, with the longest rows of negative tests."""

    def measure(known: Sequence[Course]) -> tuple[Cell, ...]:
        found = [abstinence(course) for course in known if course.behavior is not None]
        shares: list[Cell] = []
        for weeks in SUSTAINED:
            could = [one.lasted(weeks) for one in found if one.could_last(weeks)]
            shares += [len(could), per_mille(sum(could), len(could))]
        return (
            len(found),
            tenths(median(one.tests for one in found)),
            tenths(median(one.tests_missing_ignored for one in found)),
            tenths(median(one.weeks_by_tests for one in found)),
            tenths(median(one.weeks_missing_ignored for one in found)),
            tenths(median(one.weeks for one in found)),
            *shares,
        )

    columns = [
        Column("enrollments", marked("Enrollments with tests")),
        Column("tests", marked("Longest row, tests (median)"), TENTHS, of="enrollments"),
        Column("tests_missing_ignored", marked("The same, missed ones taken out"), TENTHS, of="enrollments"),
        Column("weeks", marked("Longest row, weeks (median)"), TENTHS, of="enrollments"),
        Column("weeks_missing_ignored", marked("The same, missed ones taken out"), TENTHS, of="enrollments"),
        Column("whole_weeks", marked("Whole negative weeks in a row (median)"), TENTHS, of="enrollments"),
    ]
    for weeks in SUSTAINED:
        columns += [
            Column(f"could_{weeks}", scope.translator.gettext("Could last %(weeks)s weeks", weeks=str(weeks))),
            Column(
                f"lasted_{weeks}",
                scope.translator.gettext("%(weeks)s weeks or more", weeks=str(weeks)),
                PERCENT,
                of=f"could_{weeks}",
            ),
        ]
    return scope.grouped(columns, lambda of: Measured(of.courses, measure))


def engaged(scope: Scope) -> tuple[Columns, Rows]:
    """Return a row for each group, with how many clients met the contingency at all, and how soon."""

    def measure(known: Sequence[Course]) -> tuple[Cell, ...]:
        found = [one for one in map(engagement, known) if one.scheduled or one.negatives]
        began = [one.tests_to_first for one in found if one.tests_to_first is not None]
        never = sum(one.negatives == 0 for one in found)
        total = sum(one.negatives for one in found)
        return (
            len(found),
            len(found) - never,
            per_mille(len(found) - never, len(found)),
            tenths(median(began)),
            never,
            per_mille(never, len(found)),
            tenths(Fraction(total, len(found)) if found else None),
        )

    columns = (
        Column("tested", marked("Enrollments with tests")),
        Column("began", marked("With a negative test"), of="tested"),
        Column("initiation", marked("Initiation"), PERCENT, of="began"),
        Column("tests_to_first", marked("Tests to the first negative one (median)"), TENTHS, of="began"),
        Column("never", marked("Without a negative test"), of="tested"),
        Column("non_engagement", marked("Non-engagement"), PERCENT, of="never"),
        Column("effectiveness", marked("Treatment effectiveness score (mean)"), TENTHS, of="tested"),
    )
    return scope.grouped(columns, lambda of: Measured(of.courses, measure))


def retained(scope: Scope) -> tuple[Columns, Rows]:
    """Return a row for each group, with how long its clients kept coming."""

    def measure(known: Sequence[Course]) -> tuple[Cell, ...]:
        cells: list[Cell] = [len(known), tenths(median(weeks_retained(course) for course in known))]
        for week in IN_WEEKS:
            still = [found for course in known if (found := is_still_attending(course, week)) is not None]
            cells += [len(still), per_mille(sum(still), len(still))]
        return tuple(cells)

    columns = [Column("enrollments", marked("Enrollments")), Column("weeks", marked("Weeks retained (median)"), TENTHS)]
    for week in IN_WEEKS:
        columns += [
            Column(f"could_{week}", scope.translator.gettext("Could attend in week %(week)s", week=str(week))),
            Column(
                f"week_{week}",
                scope.translator.gettext("Still attending in week %(week)s", week=str(week)),
                PERCENT,
                of=f"could_{week}",
            ),
        ]
    return scope.grouped(columns, lambda of: Measured(of.courses, measure))


def attended(scope: Scope) -> tuple[Columns, Rows]:
    """Return a row for each group, with what was attended of what was scheduled.

    A plan requires hours of a week, whatever the service: by service and by staff, there are none.
    """
    has_required = scope.by not in OF_SLOTS

    def measure(known: Sequence[Course]) -> tuple[Cell, ...]:
        counts = attendance(expected_of(known))
        cells = (
            counts.scheduled, counts.attended, counts.share, counts.excused, counts.minutes, counts.minutes_attended,
            counts.share_of_hours,
        )  # fmt: skip
        return (*cells, *required_of(known)) if has_required else cells

    def required_of(known: Sequence[Course]) -> tuple[Cell, ...]:
        required = attended = 0
        for course in known:
            of_course = hours_of_required(course, scope.first_day, scope.last_day, scope.today)
            required, attended = required + of_course.required, attended + of_course.attended
        return required, attended, per_mille(attended, required)

    columns = [
        Column("scheduled", marked("Scheduled"), NUMBER),
        Column("attended", marked("Attended")),
        Column("share", marked("Attended of scheduled"), PERCENT),
        Column("excused", marked("Excused")),
        Column("minutes", marked("Care scheduled"), MINUTES),
        Column("minutes_attended", marked("Care attended"), MINUTES),
        Column("share_of_hours", marked("Hours attended of scheduled"), PERCENT),
    ]
    if has_required:
        columns += [
            Column("required", marked("Care required, whole weeks"), MINUTES),
            Column("attended_of_required", marked("Attended or excused in them"), MINUTES),
            Column("share_of_required", marked("Hours attended of required"), PERCENT),
        ]
    return scope.grouped(columns, lambda of: Measured(of.in_days, measure))
