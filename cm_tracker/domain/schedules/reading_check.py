"""Check a rule that decides readings."""

from itertools import pairwise

from cm_tracker.domain.phrases import phrase
from cm_tracker.domain.schedules.value_check import ValueCheck

RULES = ("percentile", "falls_by_percent", "scale")
MOST_UNIT = 20
MOST_READINGS = 100
MOST_STEPS = 50


def check_rule(check: ValueCheck, value: object, path: str) -> None:
    """Add every problem of a rule: it has a unit, and exactly one way to decide."""
    ways = [way for way in RULES if isinstance(value, dict) and way in value]
    if len(ways) > 1:
        check.add(path, phrase("must decide in one way only; choose one of: %(ways)s.", ways=", ".join(ways)))
        return
    way = ways[0] if ways else ""
    rule = check.keys(value, path, f"unit {way}" if way == "scale" else f"unit at_most {way}")
    if rule is None:
        return
    if "unit" in rule:
        check.text(rule["unit"], f"{path}.unit", MOST_UNIT)
    if way != "scale" and "at_most" in rule:
        check.whole(rule["at_most"], f"{path}.at_most")
    if way == "falls_by_percent":
        check.whole(rule[way], f"{path}.{way}", 1, 100)
    if way == "percentile":
        _percentile(check, rule[way], f"{path}.{way}")
    if way == "scale":
        _scale(check, rule[way], f"{path}.{way}")


def _percentile(check: ValueCheck, value: object, path: str) -> None:
    percentile = check.keys(value, path, "of_last rank")
    if percentile is None:
        return
    of_last = percentile.get("of_last")
    if "of_last" in percentile:
        check.whole(of_last, f"{path}.of_last", 1, MOST_READINGS)
    if "rank" in percentile:
        most = of_last if type(of_last) is int and 1 <= of_last <= MOST_READINGS else MOST_READINGS
        check.whole(percentile["rank"], f"{path}.rank", 1, most)


def _scale(check: ValueCheck, value: object, path: str) -> None:
    def step(item: object, at: str) -> None:
        found = check.keys(item, at, "at_most amount")
        for key in ("at_most", "amount"):
            if found is not None and key in found:
                check.whole(found[key], f"{at}.{key}")

    check.each(value, path, step, least=1, most=MOST_STEPS)
    steps = [item.get("at_most") for item in value if isinstance(item, dict)] if isinstance(value, list) else []
    for n, (before, after) in enumerate(pairwise(steps), 1):
        if type(before) is int and type(after) is int and after <= before:
            check.add(
                f"{path}[{n}].at_most",
                phrase("is %(value)s; it must be above the one before it, %(before)s.", value=after, before=before),
            )
