"""Reports on how clients do: negative tests, abstinence, engagement, retention, attendance."""

from collections.abc import Sequence
from fractions import Fraction

from cm_tracker.domain.measures.abstinence import SUSTAINED, abstinence
from cm_tracker.domain.measures.attendance import attendance, hours_of_required
from cm_tracker.domain.measures.engagement import engagement
from cm_tracker.domain.measures.groups import OF_SLOTS
from cm_tracker.domain.measures.negatives import negative_counts, of_all_possible, weeks_of_negatives
from cm_tracker.domain.measures.numbers import median, per_mille, tenths
from cm_tracker.domain.measures.retention import IN_WEEKS, is_still_attending, weeks_retained
from cm_tracker.domain.measures.sequences import Course, expected_of
from cm_tracker.domain.measures.tables import DAY, MINUTES, NUMBER, PERCENT, TENTHS, Cell, Column
from cm_tracker.queries.reports.scope import CLIENTS, Scope

Columns = tuple[Column, ...]
Rows = tuple[tuple[Cell, ...], ...]


def negatives_by_week(scope: Scope) -> tuple[Columns, Rows]:
    """Return a row for each calendar week."""
    columns = (
        Column("monday", "Week from", DAY),
        Column("expected", "Expected tests"),
        Column("negative", "Negative"),
        Column("no_outcome", "Nothing said"),
        Column("of_expected", "Negative of expected", PERCENT),
        Column("submitted", "Submitted tests"),
        Column("of_submitted", "Negative of submitted", PERCENT),
    )
    weeks = weeks_of_negatives(scope.in_days, scope.first_day, scope.last_day, scope.today)
    return columns, tuple(
        (
            week.monday, week.counts.expected, week.counts.negative, week.counts.no_outcome, week.counts.of_expected,
            week.counts.submitted, week.counts.of_submitted,
        )
        for week in weeks
    )  # fmt: skip


def negatives(scope: Scope) -> tuple[Columns, Rows]:
    """Return a row for each group, with the shares of its tests."""

    def measure(known: Sequence[Course]) -> tuple[Cell, ...]:
        counts = negative_counts(expected_of(known))
        return (
            counts.expected, counts.negative, counts.no_outcome, counts.of_expected, counts.submitted, counts.of_submitted,
        )  # fmt: skip

    columns = (
        Column("expected", "Expected tests"),
        Column("negative", "Negative"),
        Column("no_outcome", "Nothing said"),
        Column("of_expected", "Negative of expected", PERCENT),
        Column("submitted", "Submitted tests"),
        Column("of_submitted", "Negative of submitted", PERCENT),
    )
    rows = scope.grouped(scope.in_days, measure, measured=lambda one: one.is_test)
    return (scope.group_column, CLIENTS, *columns), rows


def of_possible(scope: Scope) -> tuple[Columns, Rows]:
    """Return a row for each group, with its negative tests of all that the protocol has."""

    def measure(known: Sequence[Course]) -> tuple[Cell, ...]:
        negative, possible = of_all_possible(known)
        return possible, negative, per_mille(negative, possible)

    columns = (
        Column("possible", "Possible tests"),
        Column("negative", "Negative"),
        Column("share", "Negative of possible", PERCENT),
    )
    return (scope.group_column, CLIENTS, *columns), scope.grouped(scope.courses, measure)


def lasting(scope: Scope) -> tuple[Columns, Rows]:
    """Return a row for each group, with the longest rows of negative tests."""

    def measure(known: Sequence[Course]) -> tuple[Cell, ...]:
        found = [abstinence(course) for course in known if course.behavior is not None]
        shares = [per_mille(sum(one.lasted(weeks) for one in found), len(found)) for weeks in SUSTAINED]
        return (
            len(found),
            tenths(median(one.tests for one in found)),
            tenths(median(one.tests_missing_ignored for one in found)),
            tenths(median(one.weeks_by_tests for one in found)),
            tenths(median(one.weeks_missing_ignored for one in found)),
            tenths(median(one.weeks for one in found)),
            *shares,
        )

    columns = (
        Column("enrollments", "Enrollments with tests"),
        Column("tests", "Longest row, tests (median)", TENTHS),
        Column("tests_missing_ignored", "The same, missed ones taken out", TENTHS),
        Column("weeks", "Longest row, weeks (median)", TENTHS),
        Column("weeks_missing_ignored", "The same, missed ones taken out", TENTHS),
        Column("whole_weeks", "Whole negative weeks in a row (median)", TENTHS),
        *(Column(f"lasted_{weeks}", f"{weeks} weeks or more", PERCENT) for weeks in SUSTAINED),
    )
    return (scope.group_column, CLIENTS, *columns), scope.grouped(scope.courses, measure)


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
        Column("tested", "Enrollments with tests"),
        Column("began", "With a negative test"),
        Column("initiation", "Initiation", PERCENT),
        Column("tests_to_first", "Tests to the first negative one (median)", TENTHS),
        Column("never", "Without a negative test"),
        Column("non_engagement", "Non-engagement", PERCENT),
        Column("effectiveness", "Treatment effectiveness score (mean)", TENTHS),
    )
    return (scope.group_column, CLIENTS, *columns), scope.grouped(scope.courses, measure)


def retained(scope: Scope) -> tuple[Columns, Rows]:
    """Return a row for each group, with how long its clients kept coming."""

    def measure(known: Sequence[Course]) -> tuple[Cell, ...]:
        cells: list[Cell] = [len(known), tenths(median(weeks_retained(course) for course in known))]
        for week in IN_WEEKS:
            still = [found for course in known if (found := is_still_attending(course, week)) is not None]
            cells += [len(still), per_mille(sum(still), len(still))]
        return tuple(cells)

    columns = [Column("enrollments", "Enrollments"), Column("weeks", "Weeks retained (median)", TENTHS)]
    for week in IN_WEEKS:
        columns += [
            Column(f"could_{week}", f"Could attend in week {week}"),
            Column(f"week_{week}", f"Still attending in week {week}", PERCENT),
        ]
    return (scope.group_column, CLIENTS, *columns), scope.grouped(scope.courses, measure)


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
        Column("scheduled", "Scheduled", NUMBER),
        Column("attended", "Attended"),
        Column("share", "Attended of scheduled", PERCENT),
        Column("excused", "Excused"),
        Column("minutes", "Care scheduled", MINUTES),
        Column("minutes_attended", "Care attended", MINUTES),
        Column("share_of_hours", "Hours attended of scheduled", PERCENT),
    ]
    if has_required:
        columns += [
            Column("required", "Care required, whole weeks", MINUTES),
            Column("attended_of_required", "Attended or excused in them", MINUTES),
            Column("share_of_required", "Hours attended of required", PERCENT),
        ]
    return (scope.group_column, CLIENTS, *columns), scope.grouped(scope.in_days, measure)
