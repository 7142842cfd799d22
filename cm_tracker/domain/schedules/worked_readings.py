"""The worked lines of a rule for readings: which number would count, and which would not."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cm_tracker.domain.phrases import phrase
from cm_tracker.domain.schedules.difference_lines import Unit
from cm_tracker.domain.schedules.readings import ReadingRule
from cm_tracker.domain.schedules.worked_sample import Samples, WorkedLine, chosen

PLAIN_UNIT = "ppm"
PLAIN_AT_MOST = 6
# The other ways to decide: the field at which the line stands, plain numbers, and how these are typed.
_WAYS: dict[str, tuple[str, Any, str]] = {
    "falls_by_percent": ("falls_by_percent", 25, "25"),
    "percentile": (
        "percentile.of_last",
        {"of_last": 9, "rank": 4},
        phrase("%(first)s and %(second)s", first=9, second=4),
    ),
    "scale": ("scale", [{"at_most": 3, "amount": 40}, {"at_most": 6, "amount": 20}], "3 = 40, 6 = 20"),
}
# So many earlier readings are named one by one.
MOST_NAMED, FIRST_NAMED = 10, 3


def reading_lines(samples: Samples, rule: Mapping[str, Any]) -> Iterator[tuple[str, WorkedLine]]:
    """Yield the worked lines of a rule for readings, each with the key at which it stands."""
    plain = {"unit": PLAIN_UNIT, "at_most": PLAIN_AT_MOST}
    own = {**plain, **chosen(rule, "unit", "at_most")}
    if not rule.get("scale"):
        is_own = type(rule.get("at_most")) is int
        yield "reading.at_most", _line(samples, own if is_own else None, own, plain, str(PLAIN_AT_MOST))
    for key, (at, value, given) in _WAYS.items():
        filled = rule.get(key)
        yield (
            f"reading.{at}",
            _line(
                samples,
                _with(own, key, filled) if filled else None,
                _with(own, key, value),
                _with(plain, key, value),
                given,
            ),
        )


def _with(rule: Mapping[str, Any], way: str, value: Any) -> dict[str, Any]:
    """Return a rule with one way to decide. A scale takes the place of the highest reading that counts."""
    return {"unit": rule["unit"], way: value} if way == "scale" else {**rule, way: value}


def _line(
    samples: Samples, own: Mapping[str, Any] | None, mixed: Mapping[str, Any], plain: Mapping[str, Any], given: str
) -> WorkedLine:
    """Return the line of the rule that is filled in or, where it is empty or wrong, of one with plain numbers."""
    for rule in (own, mixed, plain):
        sample = samples.of([{}], evidence="reading", reading=rule) if rule is not None else None
        if sample is not None and sample.track.reading is not None:
            return WorkedLine(reading_in_words(sample.track.reading, sample.unit), "" if rule is own else given)
    raise AssertionError("plain values are a right document")


def reading_in_words(rule: ReadingRule, unit: Unit) -> str:
    """Return which reading would count and which would not, after some earlier ones where these matter."""
    if rule.scale:
        return scale_in_words(rule, unit)
    earlier = earlier_readings(rule)
    limit, unit_name = rule.limit(earlier), rule.unit
    if not earlier:
        return phrase(
            "%(limit)s %(unit)s would count, %(over)s %(unit)s would not.", limit=limit, over=limit + 1, unit=unit_name
        )
    if rule.percentile is None:
        return phrase(
            "After a reading of %(earlier)s %(unit)s, %(limit)s %(unit)s would count, %(over)s %(unit)s would not.",
            earlier=earlier[-1],
            limit=limit,
            over=limit + 1,
            unit=unit_name,
        )
    named = [f"{reading:,}" for reading in earlier]
    if len(named) > MOST_NAMED:
        named = [*named[:FIRST_NAMED], "…", named[-1]]
    return phrase(
        "After %(earlier)s %(unit)s, %(limit)s %(unit)s would count, %(over)s %(unit)s would not.",
        earlier=", ".join(named),
        limit=limit,
        over=limit + 1,
        unit=unit_name,
    )


def scale_in_words(rule: ReadingRule, unit: Unit) -> str:
    """Return what the best reading pays and the worst that counts, and which one does not count."""
    best, worst = rule.scale[0], rule.scale[-1]
    pays = unit.worth(rule.amount(best.at_most))
    if worst == best:
        return phrase(
            "%(best)s %(unit)s would pay %(pays)s; %(over)s %(unit)s would not count.",
            best=best.at_most,
            pays=pays,
            over=worst.at_most + 1,
            unit=rule.unit,
        )
    return phrase(
        "%(best)s %(unit)s would pay %(pays)s, %(worst)s %(unit)s %(less)s; %(over)s %(unit)s would not count.",
        best=best.at_most,
        pays=pays,
        worst=worst.at_most,
        less=unit.worth(rule.amount(worst.at_most)),
        over=worst.at_most + 1,
        unit=rule.unit,
    )


def earlier_readings(rule: ReadingRule) -> Sequence[int]:
    """Return invented earlier readings, all above what always counts; none where the rule compares with none."""
    if rule.percentile is not None:
        return [rule.at_most + rule.percentile.of_last - n for n in range(rule.percentile.of_last)]
    if rule.falls_by_percent is not None:
        return [max(rule.at_most * 4, 20)]
    return ()
