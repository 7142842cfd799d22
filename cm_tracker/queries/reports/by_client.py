"""The measures of each client, for those who may see the clients behind a number."""

from cm_tracker.domain.languages import marked
from cm_tracker.domain.measures.abstinence import abstinence
from cm_tracker.domain.measures.attendance import attendance
from cm_tracker.domain.measures.engagement import engagement
from cm_tracker.domain.measures.negatives import negative_counts
from cm_tracker.domain.measures.numbers import tenths
from cm_tracker.domain.measures.retention import weeks_retained
from cm_tracker.domain.measures.tables import DAY, PERCENT, TENTHS, TEXT, Cell, Column
from cm_tracker.queries.reports.scope import Columns, Rows, Scope


def clients(scope: Scope) -> tuple[Columns, Rows]:
    """Return a row for each enrollment, by the clients' codes."""
    whole = {course.enrollment_id: course for course in scope.whole}
    rows: list[tuple[Cell, ...]] = []
    for part in scope.in_days:
        course = whole[part.enrollment_id]
        tests, came = negative_counts(part.expected), attendance(part.expected)
        longest, met = abstinence(course), engagement(course)
        rows.append(
            (
                part.code, scope.sites[part.site_id].name, part.schedule, part.starts_on, part.last_day, tests.expected,
                tests.negative, tests.of_expected, tests.of_submitted, came.share, longest.tests,
                tenths(longest.weeks_by_tests), met.negatives, met.tests_to_first, tenths(weeks_retained(course)),
                marked("Estimated") if course.is_estimated else marked("Planned"),
            )
        )  # fmt: skip
    columns = (
        Column("client", marked("Client"), TEXT),
        Column("site", marked("Site"), TEXT),
        Column("schedule", marked("Schedule"), TEXT),
        Column("starts_on", marked("First day"), DAY),
        Column("last_day", marked("Last day"), DAY),
        Column("expected", marked("Expected tests")),
        Column("negative", marked("Negative")),
        Column("of_expected", marked("Negative of expected"), PERCENT),
        Column("of_submitted", marked("Negative of submitted"), PERCENT),
        Column("attended", marked("Attended of scheduled"), PERCENT),
        Column("longest", marked("Longest row, tests")),
        Column("longest_weeks", marked("Longest row, weeks"), TENTHS),
        Column("effectiveness", marked("Treatment effectiveness score")),
        Column("tests_to_first", marked("Tests to the first negative one")),
        Column("weeks_retained", marked("Weeks retained"), TENTHS),
        Column("basis", marked("What was expected is"), TEXT),
    )
    return columns, tuple(rows)
