"""Where the numbers come from that a trial assumes of invented clients."""

from cm_tracker.domain.simulation.observed import FEWEST_TESTS, Observed
from cm_tracker.i18n import day, gettext, lazy, ngettext, number

OURS, PUBLISHED, MINE = "ours", "published", "mine"
TAKE = ((OURS, lazy("Ours")), (PUBLISHED, lazy("Published")))
# Where each published figure comes from. What nobody has published is said, too.
SOURCES = lazy(
    "Published figures. VA clinics: 91 of 100 tests that were given were negative, and clients came to more than half of "
    "the visits. A trial of eight clinics (CTN): half of the clients still came after 3 months. Nobody has published how "
    "much likelier a negative test is after a negative one, or how fast points are spent: these are a guess."
)
TAKEN_AS = lazy(
    "A reading that meets its target is taken as the best one, and the other drugs of a bonus are negative as often as a "
    "test after a negative."
)


def taken_from(chosen: str, ours: Observed) -> str:
    """Return where the numbers of the form come from."""
    if chosen == PUBLISHED:
        return str(SOURCES)
    if chosen == MINE:
        return gettext("Your own numbers.")
    return ngettext(
        "From our visits, %(first)s to %(last)s: %(n)s test. Change any number.",
        "From our visits, %(first)s to %(last)s: %(n)s tests. Change any number.",
        ours.tests,
        first=day(ours.first_day),
        last=day(ours.last_day),
    )


def too_few(ours: Observed) -> str:
    """Return why the program's own numbers are not offered."""
    return ngettext(
        "Our own numbers need %(needed)s tests in the last half year; there is %(n)s.",
        "Our own numbers need %(needed)s tests in the last half year; there are %(n)s.",
        ours.tests,
        needed=number(FEWEST_TESTS),
    )
