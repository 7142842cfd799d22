"""What a trial and a back-test have found, each in a sentence made from its numbers."""

from collections.abc import Mapping, Sequence
from datetime import date

from cm_tracker.domain.schedules.backtest import (
    AMOUNTS,
    BEHAVIOR,
    BONUS,
    CEILING,
    KEPT,
    LAPSE,
    PLACES,
    TARGET,
    WAY_BACK,
    Reason,
)
from cm_tracker.domain.schedules.schedule import Schedule
from cm_tracker.domain.simulation.observed import FEWEST_TESTS, Observed
from cm_tracker.domain.simulation.trial import Spread, TierNeed, Trial
from cm_tracker.i18n import day, money, number
from cm_tracker.labels.counting import counted, listed, plural, tier_name
from cm_tracker.queries.visits.backtest import MOST, BackTest

OURS, PUBLISHED, MINE = "ours", "published", "mine"
TAKE = ((OURS, "Ours"), (PUBLISHED, "Published"))
# Where each published figure comes from. What nobody has published is said, too.
SOURCES = (
    "Published figures. VA clinics: 91 of 100 tests that were given were negative, and clients came to more than half of "
    "the visits. A trial of eight clinics (CTN): half of the clients still came after 3 months. Nobody has published how "
    "much likelier a negative test is after a negative one, or how fast points are spent: these are a guess."
)


def whole(cents: int) -> str:
    """Return an amount of money, without cents where it has none."""
    return money(cents).removesuffix(".00")


def taken_from(chosen: str, ours: Observed) -> str:
    """Return where the numbers of the form come from."""
    if chosen == PUBLISHED:
        return SOURCES
    if chosen == MINE:
        return "Your own numbers."
    return f"From our visits, {day(ours.first_day)} to {day(ours.last_day)}: {counted(ours.tests, 'test')}. Change any number."


def too_few(ours: Observed) -> str:
    """Return why the program's own numbers are not offered."""
    return (
        f"Our own numbers need {FEWEST_TESTS} tests in the last half year; there {plural(ours.tests, 'is', 'are')} "
        f"{number(ours.tests)}."
    )


def title(trial: Trial) -> str:
    """Return what a trial has found."""
    clients = counted(trial.clients, "invented client")
    return f"{clients}: {whole(trial.mean_cents)} each on average; 95 of 100 cost {whole(trial.each.high)} or less"


def costs(trial: Trial) -> str:
    """Return the title of the costs."""
    return f"Half of the clients cost {whole(trial.each.middle)} or less"


def hatched(trial: Trial) -> str:
    """Return which costs are beyond those of 95 of 100 clients."""
    dearest = [span.from_cents for span in trial.spans if span.is_dearest]
    return f"Hatched: {whole(dearest[0])} and more." if dearest else ""


def together(trial: Trial) -> str:
    """Return what the clients cost who begin together."""
    spread = trial.cost
    return f"{counted(trial.together, 'client')} in all: {whole(spread.middle)}"


def tries(spread: Spread) -> str:
    """Return between which amounts of money 90 of 100 tries lie."""
    return f"({whole(spread.low)} to {whole(spread.high)} in 90 of 100 tries)"


def ceiling(trial: Trial, schedule: Schedule) -> str:
    """Return the title of the ceilings: who uses up the program's; without one, from whom any cuts something."""
    of = number(trial.clients)
    if not schedule.ceilings:
        return "There is no ceiling, so nothing is cut"
    if trial.ceiling is None:
        cut = sum(trial.cut)
        return f"{number(cut) if cut else 'None'} of {of} {plural(cut, 'has', 'have')} something cut by a ceiling"
    used_up, most = sum(trial.used_up), whole(trial.ceiling.cents)
    return (
        f"{number(used_up) if used_up else 'None'} of {of} {plural(used_up, 'reaches', 'reach')} the ceiling of {most}"
    )


def cut(trial: Trial, schedule: Schedule) -> str:
    """Return how many have something cut, where that says more than how many use up the program's ceiling."""
    found = sum(trial.cut)
    if trial.ceiling is None or not found or (len(schedule.ceilings) == 1 and trial.cut == trial.used_up):
        return ""
    by = "it" if len(schedule.ceilings) == 1 else "one of the ceilings"
    return f"{_of_100(found, trial.clients)} {plural(found, 'has', 'have')} something cut by {by}."


def warned(trial: Trial) -> str:
    """Return how many are warned at four fifths of the ceiling, and when."""
    if trial.ceiling is None:
        return ""
    near = sum(trial.near)
    if not near:
        return f"Nobody is warned: that begins at {whole(trial.ceiling.cents * 4 // 5)}."
    weeks = [n + 1 for n, count in enumerate(trial.near) if count]
    when = f"in week {weeks[0]}" if len(weeks) == 1 else f"in weeks {weeks[0]} to {weeks[-1]}"
    return f"{_of_100(near, trial.clients)} are warned at {whole(trial.ceiling.cents * 4 // 5)}, {when}."


def owed(trial: Trial) -> str:
    """Return the title of what is owed, or of what was paid by the end where no points are."""
    if trial.peak.high:
        return f"You will owe about {counted(_about(trial.peak.middle), 'point')} at the peak"
    return f"{counted(trial.together, 'client')} {plural(trial.together, 'costs', 'cost')} about {whole(trial.cost.middle)} by the end"


def aside(trial: Trial, schedule: Schedule) -> str:
    """Return what to keep ready to be safe."""
    if trial.peak.high:
        return f"Set {whole(trial.peak.high * schedule.point_value_cents)} aside to be safe in 95 of 100 tries."
    return f"Have {whole(trial.cost.high)} ready to be safe in 95 of 100 tries. Draws are made at the visit: nothing is owed."


def prizes(trial: Trial, schedule: Schedule) -> str:
    """Return the title of the prizes that are needed."""
    needs = [f"{number(need.needed.high)} {tier_name(need.slip.tier)}" for need in trial.tiers if need.slip.cents]
    if needs:
        return f"Have {listed(needs, 'and')} prizes ready"
    if trial.spent.high:
        return f"Have prizes worth {whole(trial.spent.high * schedule.point_value_cents)} ready"
    return "No prizes are needed"


def praise(trial: Trial) -> str:
    """Return how many slips without a prize are drawn, and whether the invented draws are worth what the bowl says."""
    slips = sum(need.needed.middle for need in trial.tiers if not need.slip.cents)
    if not slips:
        return ""
    return f"{counted(slips, 'slip')} say “Good job”, which {plural(slips, 'is', 'are')} praise without a prize."


def worth(trial: Trial, schedule: Schedule) -> str:
    """Return what a draw is worth by the bowl, and by the invented draws."""
    if schedule.bowl is None or not trial.slips:
        return ""
    by_bowl = _mean(schedule.bowl.total_cents, schedule.bowl.size)
    drawn = _mean(trial.slips_cents, trial.slips)
    return f"One draw is worth {money(by_bowl)} on average; the {number(trial.slips)} invented draws came to {money(drawn)} each."


def to_order(need: TierNeed, stock: Mapping[str, int] | None) -> str:
    """Return how many prizes of a tier to order, so that they last in 95 of 100 tries."""
    if stock is None:
        return ""
    missing = need.needed.high - stock.get(need.slip.tier, 0)
    return f"{number(missing)} more" if missing > 0 else "enough"


def fewer(trial: Trial, most: int) -> str:
    """Return why fewer clients were invented than usual, or nothing."""
    if trial.clients >= most:
        return ""
    return f"{counted(trial.clients, 'client')} in place of {number(most)}, because each has {counted(trial.visits_each, 'visit')}. "


def _about(n: int) -> int:
    """Return a number with its first three digits."""
    unit: int = 10 ** max(len(str(n)) - 3, 0)
    return _mean(n, unit) * unit


def _of_100(n: int, of: int) -> str:
    """Return a share in words: 4 of 100; less than 1 of 100."""
    share = _mean(100 * n, of)
    return f"{share} of 100" if share else "Less than 1 of 100"


def _mean(total: int, count: int) -> int:
    return (2 * total + count) // (2 * count)


_REASONS = {
    TARGET: ("a test counts otherwise", "a test counts otherwise"),
    PLACES: ("more visits are paid", "fewer visits are paid"),
    CEILING: ("a ceiling cut less", "a ceiling cut more"),
    BONUS: ("higher bonuses", "lower bonuses"),
    LAPSE: ("a lapse cost less", "a lapse cost more"),
    WAY_BACK: ("the way back was shorter", "the way back was longer"),
    AMOUNTS: ("the ladder pays more", "the ladder pays less"),
    BEHAVIOR: ("", "what this schedule does not verify"),
    KEPT: ("less was paid than is owed", "a correction left more with the client"),
}
# So many reasons of a client are named.
MOST_REASONS = 2


def span(since: date, until: date) -> str:
    """Return the days that were replayed."""
    return f"{day(since)} to {day(until)}"


def backtest_title(found: BackTest, since: date, until: date) -> str:
    """Return what a back-test has found."""
    of, more, less = len(found.clients), len(found.more), len(found.less)
    if not of:
        return f"{span(since, until)}: no visit to replay"
    if not more and not less:
        return f"{span(since, until)}: {counted(of, 'client')}, and nobody gets more or less"
    return f"{span(since, until)}: {number(more)} of {number(of)} get more, {number(less)} less"


def signed_money(cents: int) -> str:
    """Return an amount of money with its sign."""
    sign = "+" if cents > 0 else "−" if cents < 0 else ""
    return f"{sign}{money(abs(cents))}"


def of_every_100(found: BackTest) -> str:
    """Return how much more or less all of it is."""
    before, after = found.before_cents, found.after_cents
    if not before or before == after:
        return "the same in all" if before == after else "nothing was paid"
    share = _mean(100 * abs(after - before), before)
    word = "more" if after > before else "less"
    return f"{whole(share * 100)} of every {whole(100_00)} {word}" if share else f"a little {word}"


def reached(found: BackTest) -> tuple[str, str]:
    """Return how many clients a ceiling would have cut, and who came first."""
    if not found.full:
        return "Nobody", "no ceiling cut anything"
    first = found.full[0]
    return counted(len(found.full), "client"), f"{first.client_code} in week {first.compared.full_in}"


def chart_title(found: BackTest) -> str:
    """Return what the bars say."""
    most = found.clients[0] if found.more else None
    least = found.clients[-1] if found.less else None
    if most is None and least is None:
        return "Nobody would get more or less"
    parts = []
    if most is not None:
        parts.append(f"{most.client_code} would gain the most, {money(most.compared.difference)}")
    if least is not None:
        parts.append(f"{least.client_code} would lose the most, {money(-least.compared.difference)}")
    return "; ".join(parts)


def why(reasons: Sequence[Reason]) -> str:
    """Return why a client would get more or less: the largest reasons, where there are several with their money."""
    named = [one for one in reasons[:MOST_REASONS] if one.cents]
    words = "; ".join(
        reason(one.kind, one.cents) + (f" ({signed_money(one.cents)})" if len(named) > 1 else "") for one in named
    )
    return words[:1].upper() + words[1:] if words else "Nothing differs"


def reason(kind: str | None, cents: int) -> str:
    """Return why a visit would pay more or less."""
    return _REASONS[kind][cents < 0] if kind else ""


def not_replayed(found: BackTest) -> str:
    """Return whom the numbers leave out."""
    words = []
    if found.not_fitting:
        words.append(
            f"{counted(found.not_fitting, 'client')} {plural(found.not_fitting, 'is', 'are')} left out: none of their "
            "visits is of a kind that this schedule pays."
        )
    if found.not_known:
        words.append(
            f"{counted(found.not_known, 'client')} {plural(found.not_known, 'is', 'are')} left out: nobody can say what "
            "their draws bring on average under these ceilings. Invented clients can show it."
        )
    if found.has_more:
        words.append(f"There are more than {MOST} clients: choose a site, fewer days, or codes.")
    return " ".join(words)
