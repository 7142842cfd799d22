"""Expiry: when points that nobody spent are let go. Never, unless a site's lead says so.

Where a lead says so, a client's points expire a number of weeks after the last day of their schedule,
never while they are enrolled: what was earned in treatment is there to be spent in treatment. And never
sooner than four weeks after the rule was set or the client was last given points, so that everybody
has been warned at the kiosk for four weeks.
"""

from datetime import date, timedelta
from typing import NamedTuple

NOTICE = timedelta(weeks=4)


class ExpiryRule(NamedTuple):
    """Points expire `weeks` weeks after a client's schedule is over; the rule holds since a day."""

    weeks: int
    since: date


def expires_on(rule: ExpiryRule | None, last_day: date | None, last_given: date | None) -> date | None:
    """The first day on which the points are gone, or None when they stay.

    `last_day` is the last one of the client's last enrollment (None for a client who was never enrolled, `date.max`
    while nobody knows it because the enrollment is paused), `last_given` the day on which points last came to them.
    """
    if rule is None or last_day is None or last_given is None or last_day == date.max:
        return None
    return max(last_day + timedelta(days=1, weeks=rule.weeks), rule.since + NOTICE, last_given + NOTICE)


def is_near(day: date, today: date) -> bool:
    """Whether somebody has to be warned: four weeks before, at the latest."""
    return today >= day - NOTICE
