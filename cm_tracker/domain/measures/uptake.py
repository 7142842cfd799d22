"""Incentive uptake: earned of what was available, and what an enrollment cost.

Available is what the schedule would have paid on the same days if everything that was expected and not excused had met its
target since the first day. Points count with their value, draws with what a draw of their bowl is worth on average. (CTN:
about $200 and $120 a client, F17, F18.)
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from cm_tracker.domain.measures.ladders import Step, worth
from cm_tracker.domain.measures.sequences import OTHER, Course, Expected


@dataclass(frozen=True, slots=True)
class Worth:
    """What a course earned and what was available to it, in cents, not yet rounded.

    What hours and goals earned is left out: nothing is available for them on a day.
    """

    earned: Fraction
    available: Fraction


def worth_of(
    course: Course,
    available: Iterable[Step],
    paid: Mapping[int, Mapping[str, int]],
    counts: Callable[[Expected], bool],
) -> Worth:
    """Return the worth of what counts of a whole course. `available` are its `steps_available`, `paid` is by the visit."""
    earned: Fraction | int = 0
    possible: Fraction | int = 0
    timeline = course.timeline
    for one in course.expected:
        if one.visit_id is not None and one.visit_id in paid and one.outcome != OTHER and counts(one):
            earned += worth(timeline, one.on_day, paid[one.visit_id])
    for step in available:
        if step.paid and counts(course.expected[step.visit_id]):
            possible += worth(timeline, step.on_day, {step.unit: step.paid})
    return Worth(Fraction(earned), Fraction(possible))
