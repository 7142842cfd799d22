"""What a lead filled in for a kind that is not chosen any more.

Who changes a ceiling from a grant's year to some days should not have to empty the day on which the year began. So
saving the form leaves out what does not belong to the kind that is chosen, and the page says what that was.
"""

from typing import Any

from cm_tracker.domain.schedules.check import MORE_EVIDENCE, MORE_SCOPES
from cm_tracker.forms.schedules.second_format import format_of
from cm_tracker.i18n import gettext, lazy

# The keys that only one kind has, and what the page calls them.
_OF_SCOPE = {
    "from": ("year_from", lazy("the day on which the year begins")),
    "days": ("rolling", lazy("the number of days")),
}
_OF_EVIDENCE = {
    "target": ("drug_test", lazy("what must be negative")),
    "side_bonus": ("drug_test", lazy("the side bonus")),
    "reading": ("reading", lazy("the rule for readings")),
    "hours": ("hours", lazy("the hours of a week")),
}
_LADDER = ("base", "step", "cap")


def leave_out_other_kinds(document: dict[str, Any]) -> list[str]:
    """Take out of a document of the form what belongs to kinds that are not chosen. Return what that was, in words."""
    left_out: list[str] = []
    for n, ceiling in enumerate(document["ceilings"], 1):
        if ceiling["scope"] in MORE_SCOPES:
            for key, (scope, words) in _OF_SCOPE.items():
                if ceiling["scope"] != scope and ceiling.pop(key, None) is not None:
                    left_out.append(gettext("%(what)s of ceiling %(number)s", what=words, number=n))
    for n, track in enumerate(document["tracks"], 1):
        left_out += [gettext("%(what)s of track %(number)s", what=words, number=n) for words in _of_track(track)]
        for p, phase in enumerate(track["phases"], 1):
            left_out += [
                gettext("%(what)s of track %(number)s, phase %(phase)s", what=words, number=n, phase=p)
                for words in _of_phase(track["evidence"], phase)
            ]
    document["format"] = format_of(document)
    return left_out


def _of_track(track: dict[str, Any]) -> list[str]:
    left_out = _of_evidence(track["evidence"], track)
    if track["evidence"] == "hours" and track["min_hours_between"] is not None:
        track["min_hours_between"] = None
        left_out.append(gettext("the hours between paid visits"))
    return left_out + _of_scale(track.get("reading"))


def _of_phase(evidence: str, phase: dict[str, Any]) -> list[str]:
    left_out = _of_evidence(evidence, phase) + _of_scale(phase.get("reading"))
    if phase.get("pays_nothing"):
        had = [phase.get(key) for key in (*_LADDER, "values", "run_bonus", "week_bonus")]
        phase |= {"base": 0, "step": 0, "cap": None, "run_bonus": None}
        for key in ("values", "week_bonus"):
            phase.pop(key, None)
        left_out += [gettext("what visits pay")] * any(had)
    elif phase.get("values"):
        had = [phase.pop(key, None) for key in _LADDER]
        left_out += [gettext("first value, step and highest value")] * any(value not in (None, "") for value in had)
    return left_out


def _of_evidence(evidence: str, place: dict[str, Any]) -> list[str]:
    """Take out what another evidence has. A key that every track of the form has is emptied."""
    if evidence not in MORE_EVIDENCE:
        return []
    left_out = []
    for key, (of_evidence, words) in _OF_EVIDENCE.items():
        if evidence != of_evidence and place.get(key) not in (None, []):
            left_out.append(words)
            if key in ("target", "side_bonus") and "behavior" in place:
                place[key] = [] if key == "target" else None
            else:
                del place[key]
    return left_out


def _of_scale(rule: dict[str, Any] | None) -> list[str]:
    """Take the limit out of a rule that pays by the reading: the last step of the scale is the limit."""
    if rule is None or not set(rule) <= {"unit", "at_most", "scale"} or "scale" not in rule:
        return []
    return [gettext("the limit beside the scale")] if rule.pop("at_most", None) is not None else []
