"""Labels of readings: from where on a number counts, and why."""

from cm_tracker.domain.schedules.engine import Result
from cm_tracker.domain.schedules.ladder import BASELINE, OUTSIDE
from cm_tracker.domain.schedules.outcomes import DISPUTED
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.visits.reading_points import ReadingLimit, deciding_limit
from cm_tracker.i18n import number, ordinal, weekday


def read(reading: int, track: Track) -> str:
    """Return a number with its unit: 9 ppm."""
    return f"{number(reading)} {track.reading.unit}" if track.reading is not None else number(reading)


def counts(limit: ReadingLimit) -> str:
    """Return from where on a reading counts on a day, and why that is more than the rule's own number."""
    rule = limit.track.reading
    if rule is None:
        return ""
    most, earlier = limit.most, limit.earlier
    says = f"On {weekday(limit.day)}, it counts at {number(most)} {rule.unit} or below"
    if most > rule.at_most and rule.percentile is not None:
        says += f": the {ordinal(rule.percentile.rank)} lowest of the last {number(rule.percentile.of_last)} readings"
    if most > rule.at_most and rule.falls_by_percent is not None and earlier:
        says += f": {rule.falls_by_percent} % below the last one, {number(earlier[-1].reading)}"
    return f"{says}."


def other_day(is_saved_at_once: bool) -> str:
    """Return what a form says instead of the limit while somebody has changed its day."""
    then = "worked out when you save it" if is_saved_at_once else "shown before you save it"
    return f"You changed the day. Which number counts on that day is {then}."


def decided(reading: int | None, result: Result, track: Track) -> str:
    """Return a reading and what decided it, in a few words: 9 ppm, counts at 11 or below. Empty without a reading."""
    if reading is None:
        return ""
    says, limit = read(reading, track), deciding_limit(result)
    if limit is not None:
        return f"{says}, counts at {number(limit)} or below"
    if result.outcome == DISPUTED:
        return f"{says}, disputed: the lab decides"
    return says if result.why in (BASELINE, OUTSIDE) else f"{says}, does not count"


def between(least: int, most: int | None, unit: str) -> str:
    """Return some readings: 11 ppm or below, 8 to 14 ppm, above 11 ppm."""
    if most is None:
        return f"above {number(least - 1)} {unit}"
    return f"{number(least)} to {number(most)} {unit}" if least else f"{number(most)} {unit} or below"
