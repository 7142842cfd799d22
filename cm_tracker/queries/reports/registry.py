"""Every report of the program: its name, what it says, and how its table is made. Pages, files and commands ask here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.measures.groups import GROUPS, OF_CLIENTS, SERVICE, SITE, STAFF
from cm_tracker.domain.measures.small_cells import LEAST
from cm_tracker.domain.measures.tables import PERCENT, TEXT, Cell, Column, Table, Title, Value
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.queries.reports import billing, by_client, cabinet, delivery, money, progress
from cm_tracker.queries.reports.scope import Scope
from cm_tracker.queries.reports.uncollected import uncollected

ESTIMATED = (
    "Where no plan says when tests are, such as in an imported history, the schedule's visits a week were expected, and "
    "the rest of them counts as missed. This holds for %(n)s of the enrollments here."
)
CUT = (
    "%(all)s enrollments could run in these days, which is more than one report counts. It counts the %(counted)s of them "
    "that began last. The other %(left_out)s are in none of these numbers."
)
WHO = (
    "who recorded the visit first, or who noted the slot where there is no visit. Where nobody said anything, or the "
    "service did not meet, it is who led the service that day. What was recorded by nobody here, such as an imported visit, "
    "stands under a dash."
)
DIVIDED = {
    SERVICE: " By service: everything counts under the service in whose slot it stood, and a client under each of their "
    "services. What stood in no slot, such as a test that no plan expected, stands under a dash.",
    STAFF: f" By staff: {WHO} A client counts under everybody who recorded something of theirs.",
}
"""What is added to a definition where the rows are services or staff."""

Made = tuple[tuple[Column, ...], tuple[tuple[Cell, ...], ...]]


@dataclass(frozen=True, slots=True)
class Report:
    """A report. `make` works its rows out, and `definition` says what its numbers mean.

    `says` is the sentence over it, made from the row for all; `nothing` stands there where that row has no number.
    `is_grouped` says that its last row is for all. `groups` are those that can be chosen where its rows are groups of
    clients, whose clients can be listed; other reports have none. `names_clients` says that its rows have the
    codes of clients: whoever asks must be allowed to see these. `choices` are its columns, where a lead who saves it
    chooses some and their order.
    """

    name: str
    title: str
    says: str
    definition: str
    source: str
    make: Callable[[Scope], Made]
    nothing: str = "There is nothing to count in these days."
    chart: str | None = None
    groups: Sequence[str] = OF_CLIENTS
    is_grouped: bool = True
    names_clients: bool = False
    uses_tests: bool = True
    choices: tuple[Column, ...] = ()


def table_of(
    session: Session,
    actor: Actor,
    name: str,
    *,
    first_day: date,
    last_day: date,
    now: datetime,
    site_id: int | None = None,
    by: str = SITE,
    least: int = LEAST,
    of_group: int | None = None,
) -> Table:
    """Return a report of some days, both included, at the actor's sites or at one of them.

    With `of_group`, the rows of a report in groups are the clients of one of its groups, see `Scope`. The caller checks the
    permission. Raise `NotFound` for a name that is no report's, for another site and for a group that there is not, and
    `BadInput` for days that are no span, and for groups that the report does not have.
    """
    report = REPORTS.get(name)
    if report is None:
        raise NotFound(what="report")
    of_group = of_group if report.groups else None
    with uncollected():
        # The facts are gone before anybody looks for garbage among them.
        return _table(
            report, Scope(session, actor, site_id, first_day, last_day, now, by, least, of_group, report.groups)
        )


def _table(report: Report, scope: Scope) -> Table:
    columns, rows = report.make(scope)
    return Table(
        name=report.name,
        title=_title(report, columns, rows),
        first_day=scope.first_day,
        last_day=scope.last_day,
        columns=columns,
        rows=rows,
        definition=report.definition + (DIVIDED.get(scope.by, "") if report.groups else ""),
        source=report.source,
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
    if any(value.value is None for value in used.values()):
        return Title(report.nothing)
    return Title(report.says, used)


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
            found.append(sum(cell for cell in cells if isinstance(cell, int)))
    return tuple(found)


def _notes(report: Report, scope: Scope) -> tuple[str, ...]:
    if not report.uses_tests:
        return ()
    known = scope.__dict__.get("whole") or scope.__dict__.get("in_days") or ()
    count = len({course.enrollment_id for course in known if course.is_estimated})
    return (ESTIMATED % {"n": f"{count:,}"},) if count else ()


def _left_out(report: Report, scope: Scope) -> str:
    cut = scope.cut if report.uses_tests else None
    if cut is None:
        return ""
    return CUT % {
        "all": f"{cut.all:,}", "counted": f"{cut.counted:,}", "left_out": f"{cut.all - cut.counted:,}",
    }  # fmt: skip


_LIST = (
    Report(
        name="negatives-by-week",
        title="Negative tests by week",
        says="%(negative)s of %(expected)s expected tests were negative.",
        definition="Negative of expected: negative tests of all scheduled tests but the excused ones and those that wait "
        "for a result. A missed test is not negative, and neither is one of a past day of which nobody said anything. "
        "Negative of submitted: of the tests with a result alone; it flatters, because whoever does not come cannot be "
        "positive.",
        source="Both ways are reported side by side in trials of contingency management.",
        make=progress.negatives_by_week,
        chart="of_expected",
        is_grouped=False,
        groups=(),
    ),
    Report(
        name="negatives",
        title="Negative tests",
        says="%(of_expected)s of the expected tests were negative, and %(of_submitted)s of the submitted ones.",
        definition="Negative of expected: negative tests of all scheduled tests but the excused ones and those that wait "
        "for a result. A missed test is not negative, and neither is one of a past day of which nobody said anything. "
        "Negative of submitted: of the tests with a result alone.",
        source="Both ways are reported side by side in trials of contingency management.",
        make=progress.negatives,
        chart="of_expected",
        groups=GROUPS,
    ),
    Report(
        name="possible",
        title="Negative tests of all possible ones",
        says="%(share)s of all possible tests were negative.",
        definition="Negative tests since the first day, of all that the schedule can pay in the program weeks that are "
        "over, whether or not the client still comes. Only the first track that takes tests is counted.",
        source="The strictest of the usual ways: drop-outs count to the end.",
        make=progress.of_possible,
        chart="share",
    ),
    Report(
        name="abstinence",
        title="Longest abstinence",
        says="Half of the clients had %(weeks)s weeks of negative tests in a row or more.",
        definition="The longest row of scheduled negative tests since the first day. A positive, missed, refused, tampered "
        "or dilute test ends it. An excused one, and one that waits for a result, neither adds to it nor ends it. In weeks, "
        "the row is divided by the tests that the schedule asks for a week. A whole negative week has no other test that "
        "counts.",
        source="Primary outcome of trials in the Clinical Trials Network and in community practice (Peirce 2006, Petry 2012).",
        make=progress.lasting,
        chart="weeks",
    ),
    Report(
        name="engagement",
        title="Who met the target at all",
        says="%(non_engagement)s of the enrollments with tests have no negative one.",
        definition="Initiation: enrollments with at least one negative test, and the scheduled tests up to the first one. "
        "Non-engagement: those without any. Treatment effectiveness score: how many negative tests a client gave since the "
        "first day; a missing one is none.",
        source="Ling 1997 (treatment effectiveness score); Rash 2024 (non-engagement).",
        make=progress.engaged,
        chart="non_engagement",
    ),
    Report(
        name="retention",
        title="Who keeps coming",
        says="Half of the clients kept coming for %(weeks)s weeks or more.",
        definition="Weeks retained: from the first day on which a client came to the last one. Still attending in week n: "
        "the client came in that program week or in the one after it, of those whose two weeks are over.",
        source="Stitzer 2010: half of the clients still came at three months, against 35 % in usual care.",
        make=progress.retained,
        chart="week_12",
    ),
    Report(
        name="attendance",
        title="Attendance",
        says="%(share)s of what was scheduled was attended.",
        definition="Attended of scheduled: of everything that plans expected, without what was excused. Somebody who gave a "
        "specimen attended, whatever it showed. Hours are those of care; a test has none. Hours required are those of the "
        "plan, in the whole calendar weeks of the report, and excused hours count as attended there.",
        source="Attended of scheduled, excused out, is how programs report it.",
        make=progress.attended,
        chart="share",
        groups=GROUPS,
    ),
    Report(
        name="recovery",
        title="Recovery after a reset",
        says="%(recovered)s of %(with_reset)s clients with a reset reached their earlier level again.",
        definition="A reset is a visit after which the ladder stood lower than before. A client recovers from it with a "
        "later visit of the same track that meets the target at that level or a higher one, by climbing or because the "
        "schedule restored it. Visits are counted from the one after the reset up to that one. Resets since the first day "
        "count.",
        source="Whether the way back works is what a schedule with a reset is judged by (domain notes, section 4).",
        make=delivery.recovery,
        nothing="Nobody had a reset.",
        chart="share",
    ),
    Report(
        name="uptake",
        title="Earned of available",
        says="Clients earned %(earned)s of %(available)s that were available to them: %(share)s.",
        definition="Earned: what clients got for tests and attendance of these days. Available: what the schedule would "
        "have paid on the same days if everything expected and not excused had met its target since the first day, after "
        "the schedule's ceilings. Points count with their value, draws with what a draw of the bowl is worth on average.",
        source="Stitzer 2010, Petry 2005: clients earned about half of what they could.",
        make=money.uptake,
        chart="share",
        groups=GROUPS,
    ),
    Report(
        name="cost",
        title="What incentives cost",
        says="Incentives cost %(cost)s in these days.",
        definition="The value of the points that visits of these days earned, and of the prizes that were drawn on them. "
        "Per client: of those whose enrollment ran on one of these days. Per negative test: of all negative tests. What "
        "tests and staff cost is not known to the program.",
        source="Cost per client and per negative sample are the usual ratios of cost studies.",
        make=money.cost,
        chart="per_client",
    ),
    Report(
        name="state",
        title="Counts for a state or a payer",
        says="%(tests)s tests with a result, %(negative)s of them negative, and incentives of %(incentives)s.",
        definition="By site, of the days that were chosen, such as a quarter: clients whose enrollment ran, enrollments that "
        "began, tests with a result, and the value of what was awarded, as in the report on what incentives cost. How many "
        "were screened is not known to the program.",
        source="California asks for sites, screened, enrolled, tests and results by quarter (BHIN 23-40, CalMHSA).",
        make=money.counts_for_a_state,
    ),
    Report(
        name="immediacy",
        title="How soon rewards follow",
        says="%(same_visit_share)s of rewarded tests were rewarded at the same visit.",
        definition="Minutes from the specimen to the award in the program: from when it was collected, or from the arrival "
        "where nobody entered that. The same visit: no laboratory was waited for, and at most 30 minutes passed. Late: more "
        "than 30 minutes, or more than a day with a laboratory. Minutes to the prize: from the award to the first prize or "
        "draw of that day. What was imported is left out, and of more than 20,000 tests of a site the newest are counted.",
        source="Lussier 2006: rewards given at once work better than later ones.",
        make=delivery.immediacy,
        nothing="No test of these days was rewarded.",
        chart="same_visit_share",
        groups=GROUPS,
    ),
    Report(
        name="missed-rewards",
        title="Missed rewards",
        says="%(day)s rewards may have been missed.",
        definition="Met, not paid: the visit met its target, and the client got less for it than the schedule says. Nothing "
        "said: somebody was expected on a day that is over, and nobody recorded what happened. Staff: " + WHO,
        source="A reward that does not come is the commonest fault of practicing clinics (PMC6980876).",
        make=delivery.missed_rewards,
        nothing="No reward was missed.",
        is_grouped=False,
        names_clients=True,
        groups=(),
    ),
    Report(
        name="fidelity",
        title="Paid as the schedule says",
        says="%(share)s of the visits were paid exactly what the schedule says.",
        definition="What clients got for each visit of these days, beside what the schedule says for the visits as they "
        "stand now. After a correction that stays with the client, a visit is paid more. By site and by staff, "
        "sessions of these days that somebody sat in on and rated stand beside it. Next value told: of the sessions in which "
        "that was seen, those in which saying what the next visit earns was rated 4 or more of 7. Average of 4 or more: of "
        "all rated sessions. Without a rated session there is a dash.",
        source="Fidelity: share of visits with the correct amount, the next value told, and a competence of 4 or more "
        "(domain notes, section 4). The rating follows the structure of the Contingency Management Competence Scale (Petry "
        "2010); its words are our own.",
        make=delivery.fidelity,
        chart="share",
        groups=GROUPS,
    ),
    Report(
        name="laboratory",
        title="How long the laboratory takes",
        says="Half of the answers of the laboratory came within %(hours)s hours.",
        definition="From the specimen to the first record with a known result. Specimens of these days count. Later than a "
        "day: more than 24 hours.",
        source="A reward that waits for the laboratory loses its effect; within a day is the usual bound.",
        make=delivery.laboratory,
        nothing="No specimen of these days was answered by a laboratory.",
        chart="hours",
        uses_tests=False,
        groups=(),
    ),
    Report(
        name="prize-fairness",
        title="Are the draws fair?",
        says="%(draws)s draws were worth %(drawn)s; the bowls lead us to expect %(expected)s.",
        definition="The value of what was drawn against draws times the average of their bowls, in standard deviations (z), "
        "and Pearson's chi-squared of the tiers with its probability (p). Beyond 3 standard deviations, or with a "
        "probability below one in a thousand, it is unusual.",
        source="The same test as under Prizes, Draws.",
        make=cabinet.fairness,
        uses_tests=False,
        groups=(),
    ),
    Report(
        name="shrinkage",
        title="What is missing from the cabinet",
        says="%(missing)s of %(expected)s items were missing.",
        definition="Signed counts of these days: what the ledger expected, what two people counted, and what was missing at "
        "its retail value. What was found beyond the ledger does not make up for it.",
        source="Expected minus counted, by prize (domain notes, section 4).",
        make=cabinet.shrinkage,
        nothing="No count was signed in these days.",
        uses_tests=False,
        groups=(),
    ),
    Report(
        name="equity",
        title="Does it reach everybody alike?",
        says="Over all, clients earned %(uptake)s of what was available to them.",
        definition="Earned of available, excused of scheduled, attended of scheduled and negative of expected, as in the "
        "reports of these names, by site, schedule, counselor, language, service or staff. A group of fewer than five clients is not shown; "
        "where it could be worked out from the sum, the next smallest one is not shown, either.",
        source="Uptake and excused rate by group are the usual signs that staff treat people differently.",
        make=money.equity,
        chart="uptake",
        groups=GROUPS,
    ),
    Report(
        name="clients",
        title="Client by client",
        says="%(client)s enrollments ran in these days.",
        definition="Tests and attendance are those of these days. The longest row of negative tests, the treatment "
        "effectiveness score (negative tests), the tests to the first negative one and the weeks retained are counted since "
        "the first day. See the reports of these names.",
        source="The measures of the other reports, one client at a time.",
        make=by_client.clients,
        is_grouped=False,
        names_clients=True,
        groups=(),
    ),
    Report(
        name="visit-lines",
        title="Visit lines for billing",
        says="%(day)s visits were attended, with %(units)s units of 15 minutes.",
        definition="A line for each visit that a client attended: each test and each service of the plan, and each test "
        "beyond it. Minutes: those that staff noted, else the length of the service as it was planned; “Minutes are” says "
        "which. Compare planned ones with the chart before you bill them. Units: of 15 minutes, each line by itself; 7 "
        "minutes are none, 8 to 22 are one, 23 to 37 are two. Codes: those that a lead has set for the service, as they are "
        "now; empty where none is set, and the code of a result only for a test that is negative or positive. Staff: who "
        "collected the specimen or recorded the test; of another service who led it, else who recorded it. Funding: who pays "
        "for the enrollment on that day. A test without a service of the plan has no minutes and no codes.",
        source="Units: the midpoint rule of the CPT code book; Medicare Claims Processing Manual, chapter 5, 20.2. Codes: "
        "HCPCS H0050 and the code of a result, such as R82.998 or Z71.51, as California asks for. Ask your payer.",
        make=billing.visit_lines,
        nothing="No visit was attended in these days.",
        is_grouped=False,
        names_clients=True,
        uses_tests=False,
        choices=billing.COLUMNS,
    ),
)

REPORTS: Mapping[str, Report] = {report.name: report for report in _LIST}
"""Every report by its name, in the order in which they are listed."""
