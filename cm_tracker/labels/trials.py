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
from cm_tracker.domain.simulation.trial import Span, Spread, TierNeed, Trial
from cm_tracker.i18n import day, gettext, lazy, money, ngettext, number
from cm_tracker.labels.counting import listed, tier_name
from cm_tracker.queries.visits.backtest import MOST, BackTest


def whole(cents: int) -> str:
    """Return an amount of money, without cents where it has none."""
    return money(cents).removesuffix(".00")


def title(trial: Trial) -> str:
    """Return what a trial has found."""
    return ngettext(
        "%(n)s invented client: %(mean)s each on average; 95 of 100 cost %(high)s or less",
        "%(n)s invented clients: %(mean)s each on average; 95 of 100 cost %(high)s or less",
        trial.clients,
        mean=whole(trial.mean_cents),
        high=whole(trial.each.high),
    )


def costs(trial: Trial) -> str:
    """Return the title of the costs."""
    return gettext("Half of the clients cost %(amount)s or less", amount=whole(trial.each.middle))


def cost_span(span: Span) -> str:
    """Return a span of costs."""
    return gettext("%(low)s to %(high)s", low=whole(span.from_cents), high=whole(span.to_cents))


def hatched(trial: Trial) -> str:
    """Return which costs are beyond those of 95 of 100 clients."""
    dearest = [span.from_cents for span in trial.spans if span.is_dearest]
    return gettext("Hatched: %(amount)s and more.", amount=whole(dearest[0])) if dearest else ""


def together(trial: Trial) -> str:
    """Return what the clients cost who begin together."""
    return ngettext(
        "%(n)s client in all: %(amount)s",
        "%(n)s clients in all: %(amount)s",
        trial.together,
        amount=whole(trial.cost.middle),
    )


def tries(spread: Spread) -> str:
    """Return between which amounts of money 90 of 100 tries lie."""
    return gettext("(%(low)s to %(high)s in 90 of 100 tries)", low=whole(spread.low), high=whole(spread.high))


def ceiling(trial: Trial, schedule: Schedule) -> str:
    """Return the title of the ceilings: who uses up the program's; without one, from whom any cuts something."""
    of = number(trial.clients)
    if not schedule.ceilings:
        return gettext("There is no ceiling, so nothing is cut")
    if trial.ceiling is None:
        cut = sum(trial.cut)
        if not cut:
            return gettext("None of %(of)s have something cut by a ceiling", of=of)
        return ngettext(
            "%(n)s of %(of)s has something cut by a ceiling",
            "%(n)s of %(of)s have something cut by a ceiling",
            cut,
            of=of,
        )
    used_up, most = sum(trial.used_up), whole(trial.ceiling.cents)
    if not used_up:
        return gettext("None of %(of)s reach the ceiling of %(most)s", of=of, most=most)
    return ngettext(
        "%(n)s of %(of)s reaches the ceiling of %(most)s",
        "%(n)s of %(of)s reach the ceiling of %(most)s",
        used_up,
        of=of,
        most=most,
    )


def cut(trial: Trial, schedule: Schedule) -> str:
    """Return how many have something cut, where that says more than how many use up the program's ceiling."""
    found = sum(trial.cut)
    if trial.ceiling is None or not found or (len(schedule.ceilings) == 1 and trial.cut == trial.used_up):
        return ""
    share = _of_100(found, trial.clients)
    if len(schedule.ceilings) == 1:
        return ngettext("%(share)s has something cut by it.", "%(share)s have something cut by it.", found, share=share)
    return ngettext(
        "%(share)s has something cut by one of the ceilings.",
        "%(share)s have something cut by one of the ceilings.",
        found,
        share=share,
    )


def warned(trial: Trial) -> str:
    """Return how many are warned at four fifths of the ceiling, and when."""
    if trial.ceiling is None:
        return ""
    near, at = sum(trial.near), whole(trial.ceiling.cents * 4 // 5)
    if not near:
        return gettext("Nobody is warned: that begins at %(amount)s.", amount=at)
    share = _of_100(near, trial.clients)
    weeks = [n + 1 for n, count in enumerate(trial.near) if count]
    if len(weeks) == 1:
        return gettext("%(share)s are warned at %(amount)s, in week %(week)s.", share=share, amount=at, week=weeks[0])
    return gettext(
        "%(share)s are warned at %(amount)s, in weeks %(first)s to %(last)s.",
        share=share,
        amount=at,
        first=weeks[0],
        last=weeks[-1],
    )


def owed(trial: Trial) -> str:
    """Return the title of what is owed, or of what was paid by the end where no points are."""
    if trial.peak.high:
        return ngettext(
            "You will owe about %(n)s point at the peak",
            "You will owe about %(n)s points at the peak",
            _about(trial.peak.middle),
        )
    return ngettext(
        "%(n)s client costs about %(amount)s by the end",
        "%(n)s clients cost about %(amount)s by the end",
        trial.together,
        amount=whole(trial.cost.middle),
    )


def band_of(trial: Trial, pays_points: bool) -> str:
    """Return what the band shows, and of how many clients."""
    if pays_points:
        return ngettext(
            "Points not yet spent, %(n)s client, by week.",
            "Points not yet spent, %(n)s clients, by week.",
            trial.together,
        )
    return ngettext("Paid so far, %(n)s client, by week.", "Paid so far, %(n)s clients, by week.", trial.together)


def aside(trial: Trial, schedule: Schedule) -> str:
    """Return what to keep ready to be safe."""
    if trial.peak.high:
        amount = whole(trial.peak.high * schedule.point_value_cents)
        return gettext("Set %(amount)s aside to be safe in 95 of 100 tries.", amount=amount)
    return gettext(
        "Have %(amount)s ready to be safe in 95 of 100 tries. Draws are made at the visit: nothing is owed.",
        amount=whole(trial.cost.high),
    )


def prizes(trial: Trial, schedule: Schedule) -> str:
    """Return the title of the prizes that are needed."""
    needs = [
        gettext("%(n)s %(tier)s", n=number(need.needed.high), tier=tier_name(need.slip.tier))
        for need in trial.tiers
        if need.slip.cents
    ]
    if needs:
        joint = gettext("and")
        return gettext("Have %(prizes)s prizes ready", prizes=listed(needs, joint))
    if trial.spent.high:
        amount = whole(trial.spent.high * schedule.point_value_cents)
        return gettext("Have prizes worth %(amount)s ready", amount=amount)
    return gettext("No prizes are needed")


def spent(trial: Trial, schedule: Schedule) -> str:
    """Return how many points are spent."""
    points = ngettext("%(n)s point", "%(n)s points", trial.spent.middle)
    weeks = ngettext("%(n)s week", "%(n)s weeks", schedule.last_week)
    return ngettext(
        "%(n)s client spend %(points)s in %(weeks)s (%(low)s to %(high)s in 90 of 100 tries), worth %(amount)s.",
        "%(n)s clients spend %(points)s in %(weeks)s (%(low)s to %(high)s in 90 of 100 tries), worth %(amount)s.",
        trial.together,
        points=points,
        weeks=weeks,
        low=number(trial.spent.low),
        high=number(trial.spent.high),
        amount=whole(trial.spent.middle * schedule.point_value_cents),
    )


def praise(trial: Trial) -> str:
    """Return how many slips without a prize are drawn, and whether the invented draws are worth what the bowl says."""
    slips = sum(need.needed.middle for need in trial.tiers if not need.slip.cents)
    if not slips:
        return ""
    return ngettext(
        "%(n)s slip say “Good job”, which is praise without a prize.",
        "%(n)s slips say “Good job”, which are praise without a prize.",
        slips,
    )


def worth(trial: Trial, schedule: Schedule) -> str:
    """Return what a draw is worth by the bowl, and by the invented draws."""
    if schedule.bowl is None or not trial.slips:
        return ""
    by_bowl = _mean(schedule.bowl.total_cents, schedule.bowl.size)
    drawn = _mean(trial.slips_cents, trial.slips)
    return ngettext(
        "One draw is worth %(by_bowl)s on average; the %(n)s invented draw came to %(drawn)s each.",
        "One draw is worth %(by_bowl)s on average; the %(n)s invented draws came to %(drawn)s each.",
        trial.slips,
        by_bowl=money(by_bowl),
        drawn=money(drawn),
    )


def to_order(need: TierNeed, stock: Mapping[str, int] | None) -> str:
    """Return how many prizes of a tier to order, so that they last in 95 of 100 tries."""
    if stock is None:
        return ""
    missing = need.needed.high - stock.get(need.slip.tier, 0)
    return ngettext("%(n)s more", "%(n)s more", missing) if missing > 0 else gettext("enough")


def fewer(trial: Trial, most: int) -> str:
    """Return why fewer clients were invented than usual, or nothing."""
    if trial.clients >= most:
        return ""
    visits = ngettext("%(n)s visit", "%(n)s visits", trial.visits_each)
    says = ngettext(
        "%(n)s client in place of %(most)s, because each has %(visits)s.",
        "%(n)s clients in place of %(most)s, because each has %(visits)s.",
        trial.clients,
        most=number(most),
        visits=visits,
    )
    return f"{says} "


def _about(n: int) -> int:
    """Return a number with its first three digits."""
    unit: int = 10 ** max(len(str(n)) - 3, 0)
    return _mean(n, unit) * unit


def _of_100(n: int, of: int) -> str:
    """Return a share in words: 4 of 100; less than 1 of 100."""
    share = _mean(100 * n, of)
    return gettext("%(n)s of 100", n=share) if share else gettext("Less than 1 of 100")


def _mean(total: int, count: int) -> int:
    return (2 * total + count) // (2 * count)


_REASONS = {
    TARGET: (lazy("a test counts otherwise"), lazy("a test counts otherwise")),
    PLACES: (lazy("more visits are paid"), lazy("fewer visits are paid")),
    CEILING: (lazy("a ceiling cut less"), lazy("a ceiling cut more")),
    BONUS: (lazy("higher bonuses"), lazy("lower bonuses")),
    LAPSE: (lazy("a lapse cost less"), lazy("a lapse cost more")),
    WAY_BACK: (lazy("the way back was shorter"), lazy("the way back was longer")),
    AMOUNTS: (lazy("the ladder pays more"), lazy("the ladder pays less")),
    BEHAVIOR: ("", lazy("what this schedule does not verify")),
    KEPT: (lazy("less was paid than is owed"), lazy("a correction left more with the client")),
}
# So many reasons of a client are named.
MOST_REASONS = 2


def span(since: date, until: date) -> str:
    """Return the days that were replayed."""
    return gettext("%(since)s to %(until)s", since=day(since), until=day(until))


def backtest_title(found: BackTest, since: date, until: date) -> str:
    """Return what a back-test has found."""
    of, more, less = len(found.clients), len(found.more), len(found.less)
    days = span(since, until)
    if not of:
        return gettext("%(days)s: no visit to replay", days=days)
    if not more and not less:
        return ngettext(
            "%(days)s: %(n)s client, and nobody gets more or less",
            "%(days)s: %(n)s clients, and nobody gets more or less",
            of,
            days=days,
        )
    return gettext(
        "%(days)s: %(more)s of %(of)s get more, %(less)s less",
        days=days,
        more=number(more),
        of=number(of),
        less=number(less),
    )


def signed_money(cents: int) -> str:
    """Return an amount of money with its sign."""
    sign = "+" if cents > 0 else "−" if cents < 0 else ""
    return f"{sign}{money(abs(cents))}"


def of_every_100(found: BackTest) -> str:
    """Return how much more or less all of it is."""
    before, after = found.before_cents, found.after_cents
    if not before or before == after:
        return gettext("the same in all") if before == after else gettext("nothing was paid")
    share, is_more = _mean(100 * abs(after - before), before), after > before
    if not share:
        return gettext("a little more") if is_more else gettext("a little less")
    amounts = {"amount": whole(share * 100), "of": whole(100_00)}
    if is_more:
        return gettext("%(amount)s of every %(of)s more", **amounts)
    return gettext("%(amount)s of every %(of)s less", **amounts)


def reached(found: BackTest) -> tuple[str, str]:
    """Return how many clients a ceiling would have cut, and who came first."""
    if not found.full:
        return gettext("Nobody"), gettext("no ceiling cut anything")
    first = found.full[0]
    who = gettext("%(code)s in week %(week)s", code=first.client_code, week=first.compared.full_in)
    return ngettext("%(n)s client", "%(n)s clients", len(found.full)), who


def chart_title(found: BackTest) -> str:
    """Return what the bars say."""
    most = found.clients[0] if found.more else None
    least = found.clients[-1] if found.less else None
    if most is None and least is None:
        return gettext("Nobody would get more or less")
    parts = []
    if most is not None:
        gains = money(most.compared.difference)
        parts.append(gettext("%(code)s would gain the most, %(amount)s", code=most.client_code, amount=gains))
    if least is not None:
        loses = money(-least.compared.difference)
        parts.append(gettext("%(code)s would lose the most, %(amount)s", code=least.client_code, amount=loses))
    return "; ".join(parts)


def why(reasons: Sequence[Reason]) -> str:
    """Return why a client would get more or less: the largest reasons, where there are several with their money."""
    named = [one for one in reasons[:MOST_REASONS] if one.cents]
    words = "; ".join(
        reason(one.kind, one.cents) + (f" ({signed_money(one.cents)})" if len(named) > 1 else "") for one in named
    )
    return words[:1].upper() + words[1:] if words else gettext("Nothing differs")


def reason(kind: str | None, cents: int) -> str:
    """Return why a visit would pay more or less."""
    return str(_REASONS[kind][cents < 0]) if kind else ""


def not_replayed(found: BackTest) -> str:
    """Return whom the numbers leave out."""
    words = []
    if found.not_fitting:
        words.append(
            ngettext(
                "%(n)s client is left out: none of their visits is of a kind that this schedule pays.",
                "%(n)s clients are left out: none of their visits is of a kind that this schedule pays.",
                found.not_fitting,
            )
        )
    if found.not_known:
        words.append(
            ngettext(
                "%(n)s client is left out: nobody can say what their draws bring on average under these ceilings. "
                "Invented clients can show it.",
                "%(n)s clients are left out: nobody can say what their draws bring on average under these ceilings. "
                "Invented clients can show it.",
                found.not_known,
            )
        )
    if found.has_more:
        words.append(gettext("There are more than %(n)s clients: choose a site, fewer days, or codes.", n=number(MOST)))
    return " ".join(words)
