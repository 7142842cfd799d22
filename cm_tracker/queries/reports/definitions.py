"""What each report is: its name, the sentence that it says, what its numbers mean, and how its rows are made."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from cm_tracker.domain.languages import marked
from cm_tracker.domain.measures.groups import GROUPS, OF_CLIENTS
from cm_tracker.domain.measures.tables import Cell, Column
from cm_tracker.queries.reports import billing, by_client, cabinet, delivery, money, progress
from cm_tracker.queries.reports.scope import Scope

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
    nothing: str = marked("There is nothing to count in these days.")
    chart: str | None = None
    groups: Sequence[str] = OF_CLIENTS
    is_grouped: bool = True
    names_clients: bool = False
    uses_tests: bool = True
    choices: tuple[Column, ...] = ()


_LIST = (
    Report(
        name="negatives-by-week",
        title=marked("Negative tests by week"),
        says=marked("%(negative)s of %(expected)s expected tests were negative."),
        definition=marked(
            "Negative of expected: negative tests of all scheduled tests but the excused ones and those that wait "
            "for a result. A missed test is not negative, and neither is one of a past day of which nobody said anything. "
            "Negative of submitted: of the tests with a result alone; it flatters, because whoever does not come cannot be "
            "positive."
        ),
        source=marked("Both ways are reported side by side in trials of contingency management."),
        make=progress.negatives_by_week,
        chart="of_expected",
        is_grouped=False,
        groups=(),
    ),
    Report(
        name="negatives",
        title=marked("Negative tests"),
        says=marked("%(of_expected)s of the expected tests were negative, and %(of_submitted)s of the submitted ones."),
        definition=marked(
            "Negative of expected: negative tests of all scheduled tests but the excused ones and those that wait "
            "for a result. A missed test is not negative, and neither is one of a past day of which nobody said anything. "
            "Negative of submitted: of the tests with a result alone."
        ),
        source=marked("Both ways are reported side by side in trials of contingency management."),
        make=progress.negatives,
        chart="of_expected",
        groups=GROUPS,
    ),
    Report(
        name="possible",
        title=marked("Negative tests of all possible ones"),
        says=marked("%(share)s of all possible tests were negative."),
        definition=marked(
            "Scheduled negative tests since the first day, of all that the schedule asks for in the program weeks that "
            "are over, whether or not the client still comes. Each week asks for what the version asked that held on its first "
            "day, and counts no more negative tests than it asked for. Only the first track that takes tests is counted."
        ),
        source=marked("The strictest of the usual ways: drop-outs count to the end."),
        make=progress.of_possible,
        chart="share",
    ),
    Report(
        name="abstinence",
        title=marked("Longest abstinence"),
        says=marked("Half of the enrollments had %(weeks)s weeks of negative tests in a row or more so far."),
        definition=marked(
            "The longest row of scheduled negative tests since the first day. A positive, missed, refused, tampered "
            "or dilute test ends it. An excused one, and one that waits for a result, neither adds to it nor ends it. In weeks, "
            "each test counts for one week by the tests that the schedule asked for in that week; more tests than it asked for "
            "make a week no longer. A whole negative week has no other test that counts. 4, 8 or 12 weeks or more: of the "
            "enrollments that have had so many weeks with tests, whether or not the client still came."
        ),
        source=marked(
            "Primary outcome of trials in the Clinical Trials Network and in community practice (Peirce 2006, Petry 2012)."
        ),
        make=progress.lasting,
        chart="weeks",
    ),
    Report(
        name="engagement",
        title=marked("Who met the target at all"),
        says=marked("%(non_engagement)s of the enrollments with tests have no negative one."),
        definition=marked(
            "Initiation: enrollments with at least one negative test, and the scheduled tests up to the first one. "
            "Non-engagement: those without any. Treatment effectiveness score: how many negative tests a client gave since the "
            "first day; a missing one is none. Only the first track that takes tests is counted."
        ),
        source=marked("Ling 1997 (treatment effectiveness score); Rash 2024 (non-engagement)."),
        make=progress.engaged,
        chart="non_engagement",
    ),
    Report(
        name="retention",
        title=marked("Who keeps coming"),
        says=marked("Half of the enrollments kept coming for %(weeks)s weeks or more so far."),
        definition=marked(
            "Weeks retained: from the first day on which a client came to the last one, without the days of a pause. "
            "Still attending in week n: the client came in that program week or in the one after it, of those whose program has "
            "a week n, once the two weeks are over. Who left or was discharged counts as lost. Who completed the program early, "
            "moved to other care or died is left out of the weeks after."
        ),
        source=marked("Stitzer 2010: half of the clients still came at three months, against 35 % in usual care."),
        make=progress.retained,
        chart="week_12",
    ),
    Report(
        name="attendance",
        title=marked("Attendance"),
        says=marked("%(share)s of what was scheduled was attended."),
        definition=marked(
            "Attended of scheduled: of everything that plans expected, without what was excused. Somebody who gave a "
            "specimen attended, whatever it showed. Hours are those of care; a test has none. Hours required are those of the "
            "plan, in the whole calendar weeks of the report, and excused hours count as attended there."
        ),
        source=marked("Attended of scheduled, excused out, is how programs report it."),
        make=progress.attended,
        chart="share",
        groups=GROUPS,
    ),
    Report(
        name="recovery",
        title=marked("Recovery after a reset"),
        says=marked("%(recovered)s of %(with_reset)s clients with a reset reached their earlier level again."),
        definition=marked(
            "A reset is a visit after which the ladder stood lower than before. A client recovers from it with a "
            "later visit of the same track that meets the target at that level or a higher one, by climbing or because the "
            "schedule restored it. Visits are counted from the one after the reset up to that one. Resets since the first day "
            "count."
        ),
        source=marked(
            "Whether the way back works is what a schedule with a reset is judged by (domain notes, section 4)."
        ),
        make=delivery.recovery,
        nothing=marked("Nobody had a reset."),
        chart="share",
    ),
    Report(
        name="uptake",
        title=marked("Earned of available"),
        says=marked("Clients earned %(earned)s of %(available)s that were available to them: %(share)s."),
        definition=marked(
            "Earned: what clients got for tests and attendance of these days, also what stayed with them after a "
            "visit was voided; adjustments are not in it. Available: what the schedule would "
            "have paid on the same days if everything expected and not excused had met its target since the first day, after "
            "the schedule's ceilings. Points count with their value, draws with what a draw of the bowl is worth on average."
        ),
        source=marked("Stitzer 2010, Petry 2005: clients earned about half of what they could."),
        make=money.uptake,
        chart="share",
        groups=GROUPS,
    ),
    Report(
        name="cost",
        title=marked("What incentives cost"),
        says=marked("Incentives cost %(cost)s in these days."),
        definition=marked(
            "What was awarded on these days and kept: the value of the points that visits of these days earned, also "
            "after a void, of the points that leads adjusted on them, and of the prizes that were drawn on them, also after an "
            "enrollment ended. It counts at the client's site on its day, and an adjustment in no enrollment under a dash. "
            "Clients: those whose enrollment ran, or who were awarded something. Per negative test: of all negative tests. "
            "What tests and staff cost is not known to the program."
        ),
        source=marked("Cost per client and per negative sample are the usual ratios of cost studies."),
        make=money.cost,
        chart="per_client",
    ),
    Report(
        name="state",
        title=marked("Counts for a state or a payer"),
        says=marked("%(tests)s tests with a result, %(negative)s of them negative, and incentives of %(incentives)s."),
        definition=marked(
            "By site, of the days that were chosen, such as a quarter: clients whose enrollment ran or who were awarded "
            "something, enrollments that began, at the client's site on the first day, tests with a result, and the value of "
            "what was awarded, as in the report on what incentives cost. How many were screened is not known to the program."
        ),
        source=marked(
            "California asks for sites, screened, enrolled, tests and results by quarter (BHIN 23-40, CalMHSA)."
        ),
        make=money.counts_for_a_state,
    ),
    Report(
        name="immediacy",
        title=marked("How soon rewards follow"),
        says=marked("%(same_visit_share)s of rewarded tests were rewarded at the same visit."),
        definition=marked(
            "Minutes from the specimen to the award in the program: from when it was collected, or from the arrival "
            "where nobody entered that. The same visit: no laboratory was waited for, and at most 30 minutes passed. Late: more "
            "than 30 minutes, or more than a day with a laboratory. Minutes to the prize: from the award to the first prize or "
            "draw of that day. What was imported is left out, and of more than 20,000 tests of a site the newest are counted."
        ),
        source=marked("Lussier 2006: rewards given at once work better than later ones."),
        make=delivery.immediacy,
        nothing=marked("No test of these days was rewarded."),
        chart="same_visit_share",
        groups=GROUPS,
    ),
    Report(
        name="missed-rewards",
        title=marked("Missed rewards"),
        says=marked("%(day)s rewards may have been missed."),
        definition=marked(
            "Met, not paid: the visit met its target, and the client got less for it than the schedule says. Nothing "
            "said: somebody was expected on a day that is over, and nobody recorded what happened. Staff: who recorded the visit "
            "first, or who noted the slot where there is no visit. Where nobody said anything, or the service did not meet, it is "
            "who led the service that day. What was recorded by nobody here, such as an imported visit, stands under a dash."
        ),
        source=marked("A reward that does not come is the commonest fault of practicing clinics (PMC6980876)."),
        make=delivery.missed_rewards,
        nothing=marked("No reward was missed."),
        is_grouped=False,
        names_clients=True,
        groups=(),
    ),
    Report(
        name="fidelity",
        title=marked("Paid as the schedule says"),
        says=marked("%(share)s of the visits were paid exactly what the schedule says."),
        definition=marked(
            "What clients got for each visit of these days, beside what the schedule says for the visits as they "
            "stand now. After a correction that stays with the client, a visit is paid more. By site and by staff, "
            "sessions of these days that somebody sat in on and rated stand beside it. Next value told: of the sessions in which "
            "that was seen, those in which saying what the next visit earns was rated 4 or more of 7. Average of 4 or more: of "
            "all rated sessions. Without a rated session there is a dash."
        ),
        source=marked(
            "Fidelity: share of visits with the correct amount, the next value told, and a competence of 4 or more "
            "(domain notes, section 4). The rating follows the structure of the Contingency Management Competence Scale (Petry "
            "2010); its words are our own."
        ),
        make=delivery.fidelity,
        chart="share",
        groups=GROUPS,
    ),
    Report(
        name="laboratory",
        title=marked("How long the laboratory takes"),
        says=marked("Half of the answers of the laboratory came within %(hours)s hours."),
        definition=marked(
            "From the specimen to the first record with a known result. Specimens of these days count. Later than a "
            "day: more than 24 hours."
        ),
        source=marked("A reward that waits for the laboratory loses its effect; within a day is the usual bound."),
        make=delivery.laboratory,
        nothing=marked("No specimen of these days was answered by a laboratory."),
        chart="hours",
        uses_tests=False,
        groups=(),
    ),
    Report(
        name="prize-fairness",
        title=marked("Are the draws fair?"),
        says=marked("%(draws)s draws were worth %(drawn)s; the bowls lead us to expect %(expected)s."),
        definition=marked(
            "The value of what was drawn against draws times the average of their bowls, in standard deviations (z), "
            "and Pearson's chi-squared of the tiers with its probability (p). Beyond 3 standard deviations, or with a "
            "probability below one in a thousand, it is unusual."
        ),
        source=marked("The same test as under Prizes, Draws."),
        make=cabinet.fairness,
        uses_tests=False,
        groups=(),
    ),
    Report(
        name="shrinkage",
        title=marked("What is missing from the cabinet"),
        says=marked("%(missing)s of %(expected)s items were missing."),
        definition=marked(
            "Signed counts of these days, by prize and tier. Should be there: what the ledger expected at the last "
            "count, and what counts before it found missing. Counted last: what two people counted then. Missing: expected minus "
            "counted of every count, also at its retail value. What was found beyond the ledger does not make up for it."
        ),
        source=marked("Expected minus counted, by tier (domain notes, section 4)."),
        make=cabinet.missing_items,
        nothing=marked("No count was signed in these days."),
        uses_tests=False,
        groups=(),
    ),
    Report(
        name="equity",
        title=marked("Does it reach everybody alike?"),
        says=marked("Over all, clients earned %(uptake)s of what was available to them."),
        definition=marked(
            "Earned of available, excused of scheduled, attended of scheduled and negative of expected, as in the "
            "reports of these names, by site, schedule, counselor, language, service or staff. A group of fewer than five clients is not shown; "
            "where it could be worked out from the sum, the next smallest ones are not shown, either."
        ),
        source=marked("Uptake and excused rate by group are the usual signs that staff treat people differently."),
        make=money.equity,
        chart="uptake",
        groups=GROUPS,
    ),
    Report(
        name="clients",
        title=marked("Client by client"),
        says=marked("%(client)s enrollments ran in these days."),
        definition=marked(
            "Tests and attendance are those of these days. The longest row of negative tests, the treatment "
            "effectiveness score (negative tests), the tests to the first negative one and the weeks retained are counted since "
            "the first day. See the reports of these names."
        ),
        source=marked("The measures of the other reports, one client at a time."),
        make=by_client.clients,
        is_grouped=False,
        names_clients=True,
        groups=(),
    ),
    Report(
        name="visit-lines",
        title=marked("Visit lines for billing"),
        says=marked("%(day)s visits were attended, with %(units)s units of 15 minutes."),
        definition=marked(
            "A line for each visit that a client attended: each test and each service of the plan, and each test "
            "beyond it. Minutes: those that staff noted, else the length of the service as it was planned; “Minutes are” says "
            "which. Compare planned ones with the chart before you bill them. Units: of 15 minutes, each line by itself; 7 "
            "minutes are none, 8 to 22 are one, 23 to 37 are two. Codes: those that a lead has set for the service, as they are "
            "now; empty where none is set, and the code of a result only for a test that is negative or positive. Staff: who "
            "collected the specimen or recorded the test; of another service who led it, else who recorded it. Funding: who pays "
            "for the enrollment on that day. A test without a service of the plan has no minutes and no codes."
        ),
        source=marked(
            "Units: the midpoint rule of the CPT code book; Medicare Claims Processing Manual, chapter 5, 20.2. Codes: "
            "HCPCS H0050 and the code of a result, such as R82.998 or Z71.51, as California asks for. Ask your payer."
        ),
        make=billing.visit_lines,
        nothing=marked("No visit was attended in these days."),
        is_grouped=False,
        names_clients=True,
        uses_tests=False,
        choices=billing.COLUMNS,
    ),
)

REPORTS: Mapping[str, Report] = {report.name: report for report in _LIST}
"""Every report by its name, in the order in which they are listed."""
