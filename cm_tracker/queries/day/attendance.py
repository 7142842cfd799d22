"""The lines of a day as the front desk sees them: names, times and who came, and nothing of what was found or earned."""

from dataclasses import replace

from cm_tracker.domain.day.states import ATTENDED, NOT_COMING, WAITS
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.queries.day.lines import SlotLine


def as_seen_by(actor: Actor, lines: tuple[SlotLine, ...]) -> tuple[SlotLine, ...]:
    """Return lines without results for an actor who may not see visits, and as they are for anybody else.

    Without a result, a line names no track, no visit, no reason of an excuse, and nothing that waits for a laboratory.
    """
    return lines if actor.may("visit:view") else tuple(map(_without_results, lines))


def _without_results(line: SlotLine) -> SlotLine:
    note = line.note
    if note is not None and note.status != NOT_COMING:
        note = replace(note, excuse=None)
    return replace(
        line,
        slot=replace(line.slot, behavior=None),
        state=ATTENDED if line.state == WAITS else line.state,
        note=note,
        visit=None,
        earns=None,
    )
