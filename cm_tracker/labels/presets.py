"""Labels of presets: what they test, how often, what they pay and cost, and why one does not fit."""

from collections.abc import Mapping, Sequence

from cm_tracker.domain.money import money_in
from cm_tracker.domain.schedules.analytes import in_sentence
from cm_tracker.domain.schedules.facts import Facts, Often, kind_of
from cm_tracker.domain.schedules.schedule import Schedule
from cm_tracker.i18n import number
from cm_tracker.labels.counting import amount, counted, listed, plural

# What is tested, as it is chosen.
KINDS: Mapping[str, str] = {
    "stimulants": "Urine: stimulants",
    "opioids": "Urine: opioids",
    "cannabis": "Urine: cannabis",
    "other_drugs": "Urine: other drugs",
    "alcohol": "Alcohol",
    "smoking": "Smoking: breath CO",
    "attendance": "Attendance",
    "goals": "Goals",
    "medication": "Medication, vaccine",
}
# The same in a sentence, where it is not looked for in urine.
_IN_SENTENCE: Mapping[str, str] = {
    "alcohol": "alcohol (breath or skin)",
    "smoking": "breath CO (smoking)",
    "attendance": "attendance",
    "goals": "goals",
    "medication": "medication or vaccine",
}
PAYS: Mapping[str, str] = {"points": "Points (vouchers)", "draws": "Draws (prizes)"}
WISHES: Mapping[str, str] = {
    "tested": "what is tested",
    "visits": "visits a week",
    "pays": "what it pays",
    "weeks": "the number of weeks",
    "cents": "the cost",
}
# The field of the form that asks for each wish.
FIELDS: Mapping[str, str] = {"tested": "tested", "visits": "visits", "pays": "pays", "weeks": "weeks", "cents": "most"}


def tested(facts: Facts) -> str:
    """Return what is tested: Urine: cocaine; attendance."""
    words = _tested(facts)
    return words[:1].upper() + words[1:]


def _tested(facts: Facts) -> str:
    in_urine = {kind_of(analyte) for analyte in facts.analytes}
    parts = [_IN_SENTENCE[kind] for kind in facts.tested if kind not in in_urine]
    urine = f"urine: {listed([in_sentence(analyte) for analyte in facts.analytes], 'and')}" if facts.analytes else ""
    return "; ".join([urine, *parts] if urine else parts)


def often(facts: Facts) -> str:
    """Return how often clients come: 2 a week, then 1."""
    return "; ".join(_phases(phases) for phases in facts.often)


def _phases(phases: tuple[Often, ...]) -> str:
    words, period = [], None
    for n, phase in enumerate(phases):
        words.append(number(phase.visits) if n and phase.period_weeks == period else _visits(phase))
        period = phase.period_weeks
    return ", then ".join(words)


def _visits(often: Often) -> str:
    visits = number(often.visits)
    if often.period_weeks is None:
        return f"{visits} in all"
    return f"{visits} a week" if often.period_weeks == 1 else f"{visits} in {number(often.period_weeks)} weeks"


def pays(facts: Facts) -> str:
    """Return what is paid: Points (vouchers)."""
    return " and ".join(PAYS[unit] for unit in facts.pays)


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
        said = [money_in(value * facts.point_value_cents, facts.currency) for value in (first, last)]
    else:
        said = [amount(first, "draws") if facts.first == first else number(first), amount(last, "draws")]
    if facts.first == first != last:
        return f"{said[0]}, later {said[1].removesuffix(' draws')}"
    return f"{said[1] if first == last else ' to '.join(said)} a visit"


def cost(facts: Facts) -> str:
    """Return the most that a client costs: $997.50."""
    return money_in(facts.cents, facts.currency)


def cost_title(facts: Facts) -> str:
    """Return what the cost is: the most of points, or what the most draws are worth on average."""
    return f"{amount(facts.draws, 'draws')}, on average" if facts.draws else "At most"


def misfits(facts: Facts, wishes: Sequence[str], currency: str) -> str:
    """Return why a preset does not meet wishes, one after the other, in a program of a currency."""
    return "; ".join(misfit(facts, wish, currency) for wish in wishes)


def misfit(facts: Facts, wish: str, currency: str) -> str:
    """Return why a preset does not meet a wish. Amounts in another currency than the program's are not compared."""
    if wish == "tested":
        return f"tests {_tested(facts).replace('; ', ' and ')}"
    if wish == "visits":
        return f"{counted(facts.visits_a_week, 'visit')} a week"
    if wish == "pays":
        return f"pays {' and '.join(facts.pays)}"
    if wish == "weeks":
        return counted(facts.weeks, "week")
    if facts.currency != currency:
        return f"costs {cost(facts)}, in another currency"
    return f"costs {cost(facts)}"


def fit(count: int, every: int) -> str:
    """Return how many presets fit: 5 of 19 fit, the cheapest first."""
    if count == every:
        return f"All {number(every)}, the cheapest first"
    return f"{number(count)} of {number(every)} {plural(count, 'fits', 'fit, the cheapest first')}"
