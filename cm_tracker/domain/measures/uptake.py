"""Incentive uptake: earned of what was available, and what an enrollment cost.

Available is what the schedule would have paid on the same days if everything that was expected and not excused had met its
target since the first day. Points count with their value, draws with what a draw of their bowl is worth on average. (CTN:
about $200 and $120 a client, F17, F18.)
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from cm_tracker.domain.measures.ladders import Step, worth
from cm_tracker.domain.measures.sequences import OTHER, Course, Expected

Cents = Fraction | int


def worths_of(
    course: Course, available: Sequence[Step], paid: Mapping[int, Mapping[str, int]]
) -> Iterator[tuple[Expected, Cents, Cents]]:
    """Yield what each thing expected earned and what was available for it, in cents that are not rounded, if it was something.

    `available` are the `steps_available` of a whole course, and `paid` is by the visit. What hours and goals earned is left
    out: nothing is available for them on a day.
    """
    timeline = course.timeline
    steps = {step.visit_id: step for step in available if step.paid}
    for place, one in enumerate(course.expected):
        step = steps.get(place)
        got = paid.get(one.visit_id) if one.visit_id is not None and one.outcome != OTHER else None
        if step is not None or got:
            yield (
                one,
                worth(timeline, one.on_day, got) if got else 0,
                worth(timeline, one.on_day, {step.unit: step.paid}) if step is not None else 0,
            )
