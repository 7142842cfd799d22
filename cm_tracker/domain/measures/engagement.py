"""Whether clients met the contingency at all, how soon, and how often: by the track that runs are counted on."""

from dataclasses import dataclass

from cm_tracker.domain.measures.sequences import LEFT_OUT, NEGATIVE, Course


@dataclass(frozen=True, slots=True)
class Engagement:
    """The negative tests of a course, of its own track alone.

    `negatives` is the treatment effectiveness score: the count of negative tests given, where a missing one is none (Ling
    1997, F85); those that were not scheduled count as well. `scheduled` are the scheduled tests that counted.
    `tests_to_first` says which of them was the first negative one, None where none was (initiation). A course whose
    `negatives` are 0 never met the contingency (non-engagement, F87).
    """

    negatives: int
    scheduled: int
    tests_to_first: int | None


def engagement(course: Course) -> Engagement:
    """Return the engagement of a course."""
    counted = [one.outcome for one in course.scheduled_tests if one.outcome not in LEFT_OUT]
    return Engagement(
        negatives=sum(
            one.is_test and one.outcome == NEGATIVE and one.behavior == course.behavior for one in course.expected
        ),
        scheduled=len(counted),
        tests_to_first=counted.index(NEGATIVE) + 1 if NEGATIVE in counted else None,
    )
