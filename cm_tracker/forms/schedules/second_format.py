"""The fields of the keys that only `cm-schedule/2` has.

A key that says what is meant without it (`most_paid` empty, `period_weeks` 1) is left out of the document, and a
document without any such key keeps the first format.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from cm_tracker.domain.schedules.analytes import find
from cm_tracker.domain.schedules.check import EVIDENCE, FIRST_FORMAT, SCOPES, SECOND_FORMAT

# What each key means where it is left out.
TRACK: dict[str, Any] = {"start_level": 0, "reset_to": "zero", "most_paid": None, "reading": None, "hours": None}
PHASE: dict[str, Any] = {
    "values": None,
    "period_weeks": 1,
    "week_bonus": None,
    "most_paid": None,
    "reset_on": None,
    "target": None,
    "reading": None,
    "pays_nothing": None,
}

Get = Callable[[str], str]
_STEP = re.compile(r"\s*([^=,]*?)\s*=\s*([^=,]*?)\s*")


def number(text: str) -> int | str:
    """Return the number of a text, or the text itself if it is not a number."""
    text = text.strip().replace(",", "")
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 12 else text


def words(text: str) -> list[str]:
    """Return the words of a text with commas between them."""
    return [word.strip() for word in text.split(",") if word.strip()]


def analytes(texts: Iterable[str]) -> list[str]:
    """Return the analytes of texts with commas between them. A synonym becomes the analyte's own name."""
    known = [(word, find(word)) for text in texts for word in words(text)]
    return list(dict.fromkeys(analyte.name if analyte is not None else word for word, analyte in known))


def optional(text: str) -> int | str | None:
    """Return the number of a text, or None for an empty one."""
    return number(text) if text else None


def more_of_track(get: Get) -> dict[str, Any]:
    """Return a track's keys of the second format that say something."""
    drop = get("reset_to.drop")
    keys = {
        "start_level": number(get("start_level") or "0"),
        "reset_to": {"drop": number(drop)} if drop else "zero",
        "most_paid": optional(get("most_paid")),
        "reading": rule_from(get),
        "hours": optional(get("hours")),
    }
    return {key: value for key, value in keys.items() if value != TRACK[key]}


def more_of_phase(get: Get, resets: list[str]) -> dict[str, Any]:
    """Return a phase's keys of the second format that say something. `resets` are the outcomes that reset in it."""
    keys = {
        "values": [number(value) for value in words(get("values"))] or None,
        "period_weeks": number(get("period_weeks") or "1"),
        "week_bonus": optional(get("week_bonus")),
        "most_paid": optional(get("most_paid")),
        "reset_on": resets if get("has_own_resets") == "true" else None,
        "target": analytes([get("target")]) or None,
        "reading": rule_from(get),
        "pays_nothing": True if get("pays_nothing") == "true" else None,
    }
    return {key: value for key, value in keys.items() if value != PHASE[key]}


def rule_from(get: Get) -> dict[str, Any] | None:
    """Return the rule that decides readings, or None where none of its fields is filled in."""
    keys: dict[str, Any] = {"unit": get("reading.unit"), "at_most": optional(get("reading.at_most"))}
    of_last, rank = get("reading.percentile.of_last"), get("reading.percentile.rank")
    if of_last or rank:
        keys["percentile"] = {"of_last": number(of_last), "rank": number(rank)}
    if get("reading.falls_by_percent"):
        keys["falls_by_percent"] = number(get("reading.falls_by_percent"))
    if scale := get("reading.scale"):
        keys["scale"] = [_step(step) for step in scale.split(",") if step.strip()]
    return {key: value for key, value in keys.items() if value not in (None, "")} or None


def _step(text: str) -> dict[str, int | str]:
    found = _STEP.fullmatch(text)
    at_most, amount = found.groups() if found else (text.strip(), "")
    return {"at_most": number(at_most), "amount": number(amount)}


def format_of(document: Mapping[str, Any]) -> str:
    """Return the format that a document of the form needs: the second one where a key, evidence or ceiling needs it."""
    tracks = document["tracks"]
    needs_second = (
        "currency" in document
        or any(key in track for track in tracks for key in TRACK)
        or any(key in phase for track in tracks for phase in track["phases"] for key in PHASE)
        or any(track["evidence"] not in ("", *EVIDENCE) for track in tracks)
        or any(ceiling["scope"] not in ("", *SCOPES) for ceiling in document["ceilings"])
    )
    return SECOND_FORMAT if needs_second else FIRST_FORMAT
