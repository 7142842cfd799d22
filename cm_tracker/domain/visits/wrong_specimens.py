"""What is wrong with the specimens of a record: a verification looks at every one."""

from collections.abc import Iterator, Sequence

from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.schedules.outcomes import MET, POSITIVE
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.visits.evidence import Specimen
from cm_tracker.domain.visits.history import CurrentVisit
from cm_tracker.domain.visits.specimens import deciding, outcome_of_all


def wrong_specimens(visit: CurrentVisit, tracks: Sequence[Track]) -> str | None:
    """Return what is wrong with the specimens of a record, or None.

    Its outcome must follow from them by the rule of one of the enrollment's `tracks` for its behavior, and what it
    holds of the specimen that decides must be that specimen.
    """
    specimens = visit.all_specimens
    if not specimens:
        return "has a reading without a test" if visit.reading is not None else None
    decides = specimens[deciding(specimens)]
    test = decides.test
    of_record = (visit.specimen, visit.temperature, dict(visit.results), visit.specimen_id, visit.collected_at)
    of_specimen = (test.specimen, test.temperature, dict(test.results), decides.specimen_id, decides.collected_at)
    if (*of_record, visit.reading) != (*of_specimen, test.reading):
        return "names another specimen than the one that decides"
    observed = visit.collection.observed
    if visit.specimens and observed is not None and (observed == "yes") != test.is_observed:
        return "says of another specimen than the one that decides whether it was observed"
    if not any(_follows(track, visit.outcome, specimens) for track in _in_each_phase(tracks)):
        return "has an outcome that does not follow from its specimens"
    return None


def _in_each_phase(tracks: Sequence[Track]) -> Iterator[Track]:
    """Return each track with the target and the rule of each of its phases, and with its own."""
    for track in tracks:
        yield track
        yield from (track.in_week(phase.first_week) for phase in track.phases)


def _follows(track: Track, outcome: str, specimens: Sequence[Specimen]) -> bool:
    """Return whether an outcome follows by a track's rule. Earlier readings can have met the target for a high one."""
    try:
        found = outcome_of_all(track, specimens)
    except BadInput:
        return False
    is_high = found == POSITIVE and track.reading is not None
    return outcome == found or (is_high and outcome == MET)
