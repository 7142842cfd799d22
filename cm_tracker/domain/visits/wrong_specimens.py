"""What is wrong with the specimens of a record: a verification looks at every one."""

from collections.abc import Sequence

from cm_tracker.domain.errors import BadInput
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
        return None
    decides = specimens[deciding(specimens)]
    of_record = (visit.specimen, visit.temperature, dict(visit.results), visit.specimen_id, visit.collected_at)
    test = decides.test
    if of_record != (test.specimen, test.temperature, dict(test.results), decides.specimen_id, decides.collected_at):
        return "names another specimen than the one that decides"
    observed = visit.collection.observed
    if visit.specimens and observed is not None and (observed == "yes") != test.is_observed:
        return "says of another specimen than the one that decides whether it was observed"
    if not any(_follows(track, visit.outcome, specimens) for track in tracks):
        return "has an outcome that does not follow from its specimens"
    return None


def _follows(track: Track, outcome: str, specimens: Sequence[Specimen]) -> bool:
    try:
        return outcome_of_all(track, specimens) == outcome
    except BadInput:
        return False
