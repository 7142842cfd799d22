"""Reports on what clients earned of what they could, what it cost, and whether it reached everybody alike."""

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction

from cm_tracker.domain.languages import marked
from cm_tracker.domain.measures.attendance import attendance
from cm_tracker.domain.measures.ladders import steps_available
from cm_tracker.domain.measures.negatives import negative_counts
from cm_tracker.domain.measures.numbers import mean, per_mille, rounded
from cm_tracker.domain.measures.sequences import NEGATIVE, POSITIVE, Course, expected_of
from cm_tracker.domain.measures.tables import MONEY, PERCENT, Cell, Column
from cm_tracker.domain.measures.uptake import Cents, worths_of
from cm_tracker.queries.reports.awarded import Payee, payees
from cm_tracker.queries.reports.earned import paid_by_visit
from cm_tracker.queries.reports.scope import Columns, Measured, Rows, Scope

_Key = tuple[int, int, str]
"""A part of a course: the enrollment, the site, and the group in which some of it counts, empty for all of it."""
_Sums = list[Cents]
"""What was earned, and what was available."""


def _worths(scope: Scope) -> Mapping[_Key, _Sums]:
    """Return what each part of a course earned on the report's days, where it was something."""
    paid = paid_by_visit(scope)
    found: dict[_Key, _Sums] = {}
    for course in scope.whole:
        for one, earned, available in worths_of(course, steps_available(course), paid):
            if scope.counts(one):
                part = scope.part_of(course, one)
                for group in ("", part) if part else ("",):
                    sums = found.setdefault((course.enrollment_id, one.site_id, group), [0, 0])
                    sums[0] += earned
                    sums[1] += available
    return found


def _sum_of(known: Sequence[Course], worths: Mapping[_Key, _Sums]) -> tuple[int, int]:
    keys = [(course.enrollment_id, course.site_id, course.group) for course in known]
    found = [worths[key] for key in keys if key in worths]
    earned, available = sum(sums[0] for sums in found), sum(sums[1] for sums in found)
    return rounded(Fraction(earned)), rounded(Fraction(available))


def uptake(scope: Scope) -> tuple[Columns, Rows]:
    """Return a row for each group, with what its clients earned of what was available to them."""

    def measured(of: Scope) -> Measured[Course]:
        worths = _worths(of)

        def measure(known: Sequence[Course]) -> tuple[Cell, ...]:
            earned, available = _sum_of(known, worths)
            clients = len({course.client_id for course in known})
            return earned, available, per_mille(earned, available), mean(earned, clients)

        return Measured(of.in_days, measure)

    columns = (
        Column("earned", marked("Earned"), MONEY),
        Column("available", marked("Available"), MONEY),
        Column("share", marked("Earned of available"), PERCENT),
        Column("per_client", marked("Earned per client"), MONEY),
    )
    return scope.grouped(columns, measured)


def cost(scope: Scope) -> tuple[Columns, Rows]:
    """Return a row for each group, with the cost of its incentives."""

    def measure(known: Sequence[Payee]) -> tuple[Cell, ...]:
        total, clients = sum(one.cents for one in known), len({one.client_id for one in known})
        negative = sum(one.is_test and one.outcome == NEGATIVE for payee in known for one in payee.expected)
        return (
            sum(one.points for one in known), sum(one.adjusted for one in known), sum(one.drawn for one in known), total,
            mean(total, clients), negative, mean(total, negative),
        )  # fmt: skip

    columns = (
        Column("points", marked("Points earned"), MONEY),
        Column("adjusted", marked("Points adjusted"), MONEY),
        Column("drawn", marked("Prizes drawn"), MONEY),
        Column("cost", marked("Cost of incentives"), MONEY),
        Column("per_client", marked("Cost per client"), MONEY),
        Column("negative", marked("Negative tests")),
        Column("per_negative", marked("Cost per negative test"), MONEY),
    )
    return scope.grouped(columns, lambda of: Measured(payees(of), measure))


def counts_for_a_state(scope: Scope) -> tuple[Columns, Rows]:
    """Return a row for each group, with what states ask of a quarter: who enrolled, tests, and incentives in money."""

    def measure(known: Sequence[Payee]) -> tuple[Cell, ...]:
        outcomes = Counter(one.outcome for payee in known for one in payee.expected if one.is_test)
        negative, positive = outcomes[NEGATIVE], outcomes[POSITIVE]
        new, cents = sum(one.is_new for one in known), sum(one.cents for one in known)
        return new, negative + positive, negative, positive, cents

    columns = (
        Column("entered", marked("Enrolled in these days"), of="entered"),
        Column("tests", marked("Tests with a result")),
        Column("negative", marked("Negative")),
        Column("positive", marked("Positive")),
        Column("incentives", marked("Incentives"), MONEY),
    )
    return scope.grouped(columns, lambda of: Measured(payees(of), measure))


def equity(scope: Scope) -> tuple[Columns, Rows]:
    """Return a row for each group, with the shares that should not differ between groups."""

    def measured(of: Scope) -> Measured[Course]:
        worths = _worths(of)

        def measure(known: Sequence[Course]) -> tuple[Cell, ...]:
            earned, available = _sum_of(known, worths)
            counts = attendance(expected_of(known))
            tests = negative_counts(expected_of(known))
            asked = counts.scheduled + counts.excused
            return (
                per_mille(earned, available), per_mille(counts.excused, asked), counts.share, tests.of_expected,
            )  # fmt: skip

        return Measured(of.in_days, measure)

    columns = (
        Column("uptake", marked("Earned of available"), PERCENT),
        Column("excused", marked("Excused of scheduled"), PERCENT),
        Column("attended", marked("Attended of scheduled"), PERCENT),
        Column("negative", marked("Negative of expected"), PERCENT),
    )
    return scope.grouped(columns, measured)
