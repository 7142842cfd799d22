"""Labels of readings: from where on a number counts, and why."""

from cm_tracker.domain.schedules.engine import Result
from cm_tracker.domain.schedules.ladder import BASELINE, OUTSIDE
from cm_tracker.domain.schedules.outcomes import DISPUTED
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.visits.reading_points import ReadingLimit, deciding_limit
from cm_tracker.i18n import gettext, number, ordinal, weekday


def read(reading: int, track: Track) -> str:
    """Return a number with its unit: 9 ppm."""
    return f"{number(reading)} {track.reading.unit}" if track.reading is not None else number(reading)


def counts(limit: ReadingLimit) -> str:
    """Return from where on a reading counts on a day, and why that is more than the rule's own number."""
    rule = limit.track.reading
    if rule is None:
        return ""
    most, earlier = limit.most, limit.earlier
    values = {"day": weekday(limit.day), "most": number(most), "unit": rule.unit}
    if most > rule.at_most and rule.percentile is not None:
        return gettext(
            "On %(day)s, it counts at %(most)s %(unit)s or below: the %(nth)s lowest of the last %(of)s readings.",
            nth=ordinal(rule.percentile.rank),
            of=number(rule.percentile.of_last),
            **values,
        )
    if most > rule.at_most and rule.falls_by_percent is not None and earlier:
        return gettext(
            "On %(day)s, it counts at %(most)s %(unit)s or below: %(percent)s %% below the last one, %(last)s.",
            percent=rule.falls_by_percent,
            last=number(earlier[-1].reading),
            **values,
        )
    return gettext("On %(day)s, it counts at %(most)s %(unit)s or below.", **values)


def other_day(is_saved_at_once: bool) -> str:
    """Return what a form says instead of the limit while somebody has changed its day."""
    if is_saved_at_once:
        return gettext("You changed the day. Which number counts on that day is worked out when you save it.")
    return gettext("You changed the day. Which number counts on that day is shown before you save it.")


def decided(reading: int | None, result: Result, track: Track) -> str:
    """Return a reading and what decided it, in a few words: 9 ppm, counts at 11 or below. Empty without a reading."""
    if reading is None:
        return ""
    says, limit = read(reading, track), deciding_limit(result)
    if limit is not None:
        return gettext("%(reading)s, counts at %(limit)s or below", reading=says, limit=number(limit))
    if result.outcome == DISPUTED:
        return gettext("%(reading)s, disputed: the lab decides", reading=says)
    return says if result.why in (BASELINE, OUTSIDE) else gettext("%(reading)s, does not count", reading=says)


def between(least: int, most: int | None, unit: str) -> str:
    """Return some readings: 11 ppm or below, 8 to 14 ppm, above 11 ppm."""
    if most is None:
        return gettext("above %(least)s %(unit)s", least=number(least - 1), unit=unit)
    if least:
        return gettext("%(least)s to %(most)s %(unit)s", least=number(least), most=number(most), unit=unit)
    return gettext("%(most)s %(unit)s or below", most=number(most), unit=unit)
