"""The moment that the kiosk shows to a client, worked out from their enrollment and what was shown before."""

from datetime import date

from cm_tracker.domain.kiosk.moments import Moment, MomentFacts, moment_now
from cm_tracker.domain.schedules.outcomes import MET
from cm_tracker.queries.kiosk.enrolled import Enrolled
from cm_tracker.queries.kiosk.said import Said


def moment_of(current: Enrolled | None, today: date, said: Said, wish_is_reached: bool) -> Moment | None:
    """Return the moment that a client is shown now, or None. It asks the database nothing.

    It is about the track of the newest visit. `wish_is_reached` says whether the client has the points for the prize that
    they save for.
    """
    if current is None or not current.replay.results:
        return None
    behaviors = {visit.id: visit.behavior for visit in current.history.visits}
    days = {visit.id: visit.happened_on for visit in current.history.visits}
    behavior = behaviors[current.replay.results[-1].ref]
    results = [result for result in current.replay.results if behaviors[result.ref] == behavior]
    met = [days[result.ref] for result in results if result.outcome == MET]
    track = next((one for one in current.history.timeline.tracks_on(today) if one.behavior == behavior), None)
    phase = track.phase_in(current.history.timeline.week_of(today)) if track is not None else None
    facts = MomentFacts(
        results=results,
        days=(met[-1] - met[0]).days if met else 0,
        top_level=phase.top_level if phase is not None else None,
        wish=said.wish if wish_is_reached else None,
    )
    return moment_now(facts, said.moments)
