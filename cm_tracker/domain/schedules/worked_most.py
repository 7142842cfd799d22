"""The worked line of a limit on paid visits."""

from collections.abc import Sequence

from cm_tracker.domain.phrases import Ordinal, phrase, phrases
from cm_tracker.domain.schedules.engine import Result
from cm_tracker.domain.schedules.ladder import EXTRA
from cm_tracker.domain.schedules.rehearsal import rehearse, visits_in
from cm_tracker.domain.schedules.worked_sample import Sample


def beyond_the_most(sample: Sample, *, is_of_all: bool) -> str:
    """Return which visit is the first that a limit on paid visits leaves unpaid, of these weeks or of all."""
    extra = next((n for n, result in enumerate(_in(sample), 1) if result.why == EXTRA), None)
    if extra is None:
        visits = sum(visits_in(phase) for phase in sample.track.phases if not phase.pays_nothing)
        if is_of_all:
            return phrases(
                "There are %(n)s visit of an enrollment, so all of them can be paid.",
                "There are %(n)s visits of an enrollment, so all of them can be paid.",
                visits,
            )
        return phrases(
            "There are %(n)s visit in these weeks, so all of them can be paid.",
            "There are %(n)s visits in these weeks, so all of them can be paid.",
            visits,
        )
    place = Ordinal(extra)
    if is_of_all:
        return phrase(
            "The %(place)s visit of an enrollment that meets its target pays nothing and changes nothing.", place=place
        )
    return phrase(
        "The %(place)s visit in these weeks that meets its target pays nothing and changes nothing.", place=place
    )


def _in(sample: Sample) -> Sequence[Result]:
    """Return what the visits of the phases that pay earn if all of them meet the target."""
    return [
        result
        for result in rehearse(sample.schedule, sample.track)
        if (phase := sample.track.phase_in(result.week)) is not None and not phase.pays_nothing
    ]
