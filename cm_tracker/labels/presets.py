"""Labels of presets: what they test, how often, what they pay and cost, and why one does not fit."""

from collections.abc import Mapping, Sequence
from functools import reduce

from cm_tracker.domain.money import money_in
from cm_tracker.domain.schedules.facts import Facts, Often, kind_of
from cm_tracker.domain.schedules.schedule import Schedule
from cm_tracker.i18n import gettext, lazy, ngettext, number
from cm_tracker.labels.counting import amount, listed
from cm_tracker.labels.schedules import analyte

# What is tested, as it is chosen.
KINDS: Mapping[str, str] = {
    "stimulants": lazy("Urine: stimulants"),
    "opioids": lazy("Urine: opioids"),
    "cannabis": lazy("Urine: cannabis"),
    "other_drugs": lazy("Urine: other drugs"),
    "alcohol": lazy("Alcohol"),
    "smoking": lazy("Smoking: breath CO"),
    "attendance": lazy("Attendance"),
    "goals": lazy("Goals"),
    "medication": lazy("Medication, vaccine"),
}
# The same in a sentence, where it is not looked for in urine.
_IN_SENTENCE: Mapping[str, str] = {
    "alcohol": lazy("alcohol (breath or skin)"),
    "smoking": lazy("breath CO (smoking)"),
    "attendance": lazy("attendance"),
    "goals": lazy("goals"),
    "medication": lazy("medication or vaccine"),
}
PAYS: Mapping[str, str] = {"points": lazy("Points (vouchers)"), "draws": lazy("Draws (prizes)")}
WISHES: Mapping[str, str] = {
    "tested": lazy("what is tested"),
    "visits": lazy("visits a week"),
    "pays": lazy("what it pays"),
    "weeks": lazy("the number of weeks"),
    "cents": lazy("the cost"),
}
# The field of the form that asks for each wish.
FIELDS: Mapping[str, str] = {"tested": "tested", "visits": "visits", "pays": "pays", "weeks": "weeks", "cents": "most"}


def tested(facts: Facts) -> str:
    """Return what is tested: Urine: cocaine; attendance."""
    words = "; ".join(_tested(facts))
    return words[:1].upper() + words[1:]


def _tested(facts: Facts) -> list[str]:
    in_urine = {kind_of(analyte) for analyte in facts.analytes}
    parts = [str(_IN_SENTENCE[kind]) for kind in facts.tested if kind not in in_urine]
    if not facts.analytes:
        return parts
    analytes = listed([analyte(name) for name in facts.analytes], gettext("and"))
    return [gettext("urine: %(analytes)s", analytes=analytes), *parts]


def often(facts: Facts) -> str:
    """Return how often clients come: 2 a week, then 1."""
    return "; ".join(_phases(phases) for phases in facts.often)


def _phases(phases: tuple[Often, ...]) -> str:
    words, period = [], None
    for n, phase in enumerate(phases):
        words.append(number(phase.visits) if n and phase.period_weeks == period else _visits(phase))
        period = phase.period_weeks
    return reduce(lambda first, then: gettext("%(first)s, then %(then)s", first=first, then=then), words)


def _visits(often: Often) -> str:
    visits = number(often.visits)
    if often.period_weeks is None:
        return gettext("%(visits)s in all", visits=visits)
    if often.period_weeks == 1:
        return gettext("%(visits)s a week", visits=visits)
    return gettext("%(visits)s in %(weeks)s weeks", visits=visits, weeks=number(often.period_weeks))


def pays(facts: Facts) -> str:
    """Return what is paid: Points (vouchers)."""
    return listed([str(PAYS[unit]) for unit in facts.pays], gettext("and"))


def in_its_currency(cents: int, schedule: Schedule) -> str:
    """Return an amount of a schedule in the currency of the schedule."""
    return money_in(cents, schedule.currency)


def values(facts: Facts) -> str:
    """Return the first and the highest value of the ladder: $2.50, later $46.25. Empty where points and draws are paid.

    Where it does not begin with the lowest one, or readings decide: $2.00 to $12.00 a visit.
    """
    if not facts.values:
        return ""
    first, last = facts.values
    if facts.pays == ("points",):
        least, most = (money_in(value * facts.point_value_cents, facts.currency) for value in (first, last))
        later = most
    else:
        least = amount(first, "draws") if facts.first == first else number(first)
        most, later = amount(last, "draws"), number(last)
    if facts.first == first != last:
        return gettext("%(first)s, later %(then)s", first=least, then=later)
    if first == last:
        return gettext("%(amount)s a visit", amount=most)
    return gettext("%(least)s to %(most)s a visit", least=least, most=most)


def cost(facts: Facts) -> str:
    """Return the most that a client costs: $997.50."""
    return money_in(facts.cents, facts.currency)


def cost_title(facts: Facts) -> str:
    """Return what the cost is: the most of points, or what the most draws are worth on average."""
    if facts.draws:
        return gettext("%(draws)s, on average", draws=amount(facts.draws, "draws"))
    return gettext("At most")


def misfits(facts: Facts, wishes: Sequence[str], currency: str) -> str:
    """Return why a preset does not meet wishes, one after the other, in a program of a currency."""
    return "; ".join(misfit(facts, wish, currency) for wish in wishes)


def misfit(facts: Facts, wish: str, currency: str) -> str:
    """Return why a preset does not meet a wish. Amounts in another currency than the program's are not compared."""
    if wish == "tested":
        return gettext("tests %(what)s", what=f" {gettext('and')} ".join(_tested(facts)))
    if wish == "visits":
        return ngettext("%(n)s visit a week", "%(n)s visits a week", facts.visits_a_week)
    if wish == "pays":
        return gettext("pays %(units)s", units=listed([gettext(unit) for unit in facts.pays], gettext("and")))
    if wish == "weeks":
        return ngettext("%(n)s week", "%(n)s weeks", facts.weeks)
    if facts.currency != currency:
        return gettext("costs %(money)s, in another currency", money=cost(facts))
    return gettext("costs %(money)s", money=cost(facts))


def fit(count: int, every: int) -> str:
    """Return how many presets fit: 5 of 19 fit, the cheapest first."""
    if count == every:
        return gettext("All %(every)s, the cheapest first", every=number(every))
    return ngettext("%(n)s of %(every)s fits", "%(n)s of %(every)s fit, the cheapest first", count, every=number(every))
