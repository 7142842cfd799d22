"""The seven steps of the editor, in which step each field stands, and where the page goes after a button."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cm_tracker.domain.errors import Problem
from cm_tracker.forms.schedules.problem_fields import field_of
from cm_tracker.i18n import lazy

NAMES, VERIFIED, WEEKS, LADDER, BONUSES, LAPSE, CEILINGS, BOWL = range(8)
# What the rail calls each step, and its heading.
STEPS = (
    (VERIFIED, lazy("What is verified"), lazy("What is verified")),
    (WEEKS, lazy("The weeks"), lazy("The weeks")),
    (LADDER, lazy("The ladder"), lazy("The ladder")),
    (BONUSES, lazy("Bonuses"), lazy("Bonuses")),
    (LAPSE, lazy("A lapse"), lazy("A lapse and the way back")),
    (CEILINGS, lazy("Ceilings"), lazy("Ceilings")),
    (BOWL, lazy("The bowl"), lazy("The bowl")),
)
_OF_KEY = {
    **dict.fromkeys(("behavior", "title", "evidence", "target", "reading", "hours"), VERIFIED),
    **dict.fromkeys(("pays", "base", "step", "cap", "rises", "values", "carry_level", "start_level"), LADDER),
    **dict.fromkeys(("run_bonus", "week_bonus", "side_bonus"), BONUSES),
    **dict.fromkeys(("reset_on", "reset_to", "restore", "restore_week_rises", "on_dilute"), LAPSE),
}
_TRACK = re.compile(r"tracks\[(\d+)\]")
_PHASE = re.compile(r"tracks\[\d+\]\.phases\[\d+\]")


def step_of(path: str) -> int:
    """Return the step in which a problem of a path stands; 0 for the name and what no step has."""
    first = path.partition(".")[0].partition("[")[0]
    if first in ("ceilings", "corrections"):
        return CEILINGS
    if first == "bowl":
        return BOWL
    if first != "tracks":
        return NAMES
    phase = _PHASE.match(path)
    key = (path[phase.end() :] if phase else _TRACK.sub("", path)).lstrip(".").partition(".")[0].partition("[")[0]
    if phase and key in ("target", "reading"):
        return WEEKS
    return _OF_KEY.get(key, WEEKS if key else VERIFIED)


def track_of(path: str) -> int | None:
    """Return the place of the track to which a path belongs, or None."""
    found = _TRACK.match(path)
    return int(found[1]) if found else None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page with a draft begins: which track is shown, and at which field or step."""

    track: int
    anchor: str | None = None


def place_after(action: str, document: dict[str, Any], track: int) -> Place:
    """Return where the page goes after a button, so that what was added is in sight and the rest keeps its place."""
    verb, _, path = action.partition(":")
    tracks = len(document["tracks"])
    track = min(max(track, 0), max(tracks - 1, 0))
    of_track = track_of(path)
    if verb == "show" and of_track is not None:
        return Place(min(of_track, max(tracks - 1, 0)))
    if path == "tracks" and verb == "add":
        return Place(max(tracks - 1, 0), "content")
    if verb == "add" and path.endswith(".phases") and of_track is not None and of_track < tracks:
        return Place(of_track, f"{path}[{len(document['tracks'][of_track]['phases']) - 1}].weeks")
    if verb == "add" and path == "ceilings":
        return Place(track, f"ceilings[{len(document['ceilings']) - 1}].scope")
    if path.startswith("bowl"):
        return Place(track, "bowl")
    if verb == "remove" and path.startswith("ceilings"):
        return Place(track, "ceilings")
    if verb == "remove" and ".phases" in path:
        return Place(track, f"step-{WEEKS}-{track}")
    return Place(track)


def wrong_steps(found: Iterable[Problem], track: int) -> frozenset[int]:
    """Return the steps with problems while a track is shown. One of another track is at the step of that name, too."""
    return frozenset(step_of(one.path) for one in found if track_of(one.path) in (None, track))


def wrong_tracks(found: Iterable[Problem]) -> frozenset[int]:
    """Return the places of the tracks with problems."""
    return frozenset(place for one in found if (place := track_of(one.path)) is not None)


def of_left_fields(found: Iterable[Problem], left: Iterable[str]) -> tuple[Problem, ...]:
    """Return the problems of fields that somebody has left: the others are not said yet.

    The two weeks of a part are one field, and so are the ticks of a list.
    """
    fields = {re.sub(r"\.(first|last)_week$", ".weeks", name) for name in left}
    return tuple(one for one in found if (field_of(one.path) or "") in fields)
