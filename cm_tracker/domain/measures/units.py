"""Units of 15 minutes, as codes such as H0050 are billed in."""

UNIT_MINUTES = 15
LEAST_MINUTES = 8
"""From so many minutes on, a begun unit counts: the first whole minute after its middle."""


def units_of(minutes: int) -> int:
    """Return the units of 15 minutes of one service of one client on one day.

    A unit is reached when its middle is passed: 7 minutes are none, 8 to 22 are one, 23 to 37 are two. This is the rule of
    time of the CPT code book, and for a single service of a day the one of Medicare (Claims Processing Manual 100-04,
    chapter 5, section 20.2). Minutes of several services are not added up.
    """
    return (minutes + UNIT_MINUTES - LEAST_MINUTES) // UNIT_MINUTES
