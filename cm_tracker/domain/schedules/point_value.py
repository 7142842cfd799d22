"""What a point is worth: one value in the whole program.

The price tags in the cabinet, the kiosk, the agreement and the books all mean the same point. So a
document is published only if its `point_value_cents` is the program's. A preset or an imported document
with another value is drafted in the program's: each amount that is paid in points is multiplied by the
document's value and divided by the program's. An amount that is not a whole number of points then is
written into the draft as money ("$0.70"), and the draft cannot be published before somebody has chosen
the points below or above it.
"""

import json
from collections.abc import Iterator
from typing import Any

from cm_tracker.domain.errors import OtherPointValue, Problem
from cm_tracker.domain.money import cents_of, dollars
from cm_tracker.domain.schedules.analytes import analyte_problems
from cm_tracker.domain.schedules.check import problems
from cm_tracker.domain.schedules.publishable import not_yet_problems
from cm_tracker.domain.schedules.schedule import Schedule
from cm_tracker.domain.schedules.value_check import MOST

# The path of an amount in a document, and the object or list and the key or place where it is.
Amount = tuple[str, Any, Any]

# Every published voucher schedule is whole in it.
DEFAULT_CENTS = 25
# A point that is worth more than $100 is a typing mistake.
MOST_CENTS = 10_000


def points_for(price_cents: int, point_value_cents: int) -> int:
    """Return the points that cover a price: the next whole number."""
    return -(-price_cents // point_value_cents)


def check_point_value(schedule: Schedule, program_cents: int) -> None:
    """Raise `OtherPointValue` for a schedule whose points have another value than the program's."""
    if schedule.point_value_cents != program_cents:
        raise OtherPointValue(value_cents=schedule.point_value_cents, program_cents=program_cents)


def pays_points(schedule: Schedule) -> bool:
    """Return whether a track pays points. Where all tracks pay draws, the value of a point is never used."""
    return any(track.pays == "points" for track in schedule.tracks)


def in_program(document: Any, program_cents: int) -> Any:
    """Return a document, which may have any mistakes, in the program's value of a point.

    An amount that is not a whole number of points becomes a text of money. A document whose own value
    cannot be read is returned unchanged.
    """
    value = document.get("point_value_cents") if isinstance(document, dict) else None
    if type(value) is not int or not 1 <= value <= MOST:
        return document
    drafted = json.loads(json.dumps(document))
    drafted["point_value_cents"] = program_cents
    for _, place, key in _amounts(drafted):
        cents = _cents(place[key], value)
        if cents is not None:
            points, rest = divmod(cents, program_cents)
            place[key] = dollars(cents) if rest else points
    return drafted


def draft_problems(document: Any, program_cents: int) -> tuple[Problem, ...]:
    """Return everything that is wrong with a draft, as `check.problems` does, and what does not fit the program.

    That is an analyte that is not in the list, what no program can pay yet (`publishable`), and an amount or a value
    of a point that is not the program's.
    """
    found = (*problems(document), *analyte_problems(document), *not_yet_problems(document))
    if not isinstance(document, dict):
        return found
    not_whole = {
        path: _nearest(cents, program_cents)
        for path, place, key in _amounts(document)
        if isinstance(place[key], str) and (cents := _cents(place[key], program_cents)) is not None
    }
    found = tuple(Problem(problem.path, not_whole.get(problem.path, problem.says)) for problem in found)
    value = document.get("point_value_cents")
    if type(value) is int and value != program_cents and all(one.path != "point_value_cents" for one in found):
        says = f"is {value:,}; in this program a point is worth {program_cents:,} cents. Save the draft to convert it."
        found = (Problem("point_value_cents", says), *found)
    return found


def _nearest(cents: int, program_cents: int) -> str:
    """Return the sentence for an amount that is not whole: the points below and above it, each in money."""
    below = cents // program_cents
    if below * program_cents == cents:
        return f"is {dollars(cents)}, which is {_in_money(below, program_cents)}. Save the draft to convert it."
    return (
        f"is {dollars(cents)}, and a point is worth {dollars(program_cents)}: choose "
        f"{_in_money(below, program_cents)} or {_in_money(below + 1, program_cents)}."
    )


def _in_money(points: int, program_cents: int) -> str:
    return f"{points:,} {'point' if points == 1 else 'points'} ({dollars(points * program_cents)})"


def _cents(amount: Any, value: int) -> int | None:
    """Return what an amount of a document is worth: a number of points, or a text of money such as $0.70."""
    if type(amount) is int and amount >= 0:
        return amount * value
    return cents_of(amount) if isinstance(amount, str) and amount.startswith("$") else None


def _amounts(document: dict[str, Any]) -> Iterator[Amount]:
    """Yield every amount that is paid in points."""
    for t, track in _objects(document.get("tracks")):
        if track.get("pays") != "points":
            continue
        for p, phase in _objects(track.get("phases")):
            yield from _present(f"tracks[{t}].phases[{p}]", phase, "base", "step", "cap", "week_bonus")
            yield from _listed(f"tracks[{t}].phases[{p}].values", phase.get("values"))
            yield from _present(f"tracks[{t}].phases[{p}].run_bonus", phase.get("run_bonus"), "amount")
            yield from _scale(f"tracks[{t}].phases[{p}].reading", phase.get("reading"))
        yield from _present(f"tracks[{t}].side_bonus", track.get("side_bonus"), "amount")
        yield from _scale(f"tracks[{t}].reading", track.get("reading"))


def _scale(path: str, rule: Any) -> Iterator[Amount]:
    for n, step in _objects(rule.get("scale") if isinstance(rule, dict) else None):
        yield from _present(f"{path}.scale[{n}]", step, "amount")


def _listed(path: str, values: Any) -> Iterator[Amount]:
    for n in range(len(values) if isinstance(values, list) else 0):
        yield f"{path}[{n}]", values, n


def _objects(listed: object) -> Iterator[tuple[int, dict[str, Any]]]:
    for n, item in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(item, dict):
            yield n, item


def _present(path: str, place: Any, *keys: str) -> Iterator[Amount]:
    for key in keys:
        if isinstance(place, dict) and key in place:
            yield f"{path}.{key}", place, key
