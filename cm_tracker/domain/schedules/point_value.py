"""What a point is worth, and in which currency: one value and one currency in the whole program.

The price tags in the cabinet, the kiosk, the agreement and the books all mean the same point. So a
document is published only if its `point_value_cents` is the program's. A preset or an imported document
with another value is drafted in the program's: each amount that is paid in points is multiplied by the
document's value and divided by the program's. An amount that is not a whole number of points then is
written into the draft as money ("$0.70"), and the draft cannot be published before somebody has chosen
the points below or above it.

A document in another currency is drafted in the program's with the same numbers: 250 US cents become 250
pence. Nothing is exchanged, because no rate would be right for long. The draft remembers in which currency
its amounts were written, and tells the lead to look at each of them.
"""

import json
from collections.abc import Iterator
from typing import Any

from cm_tracker.domain.errors import OtherCurrency, OtherPointValue, Problem
from cm_tracker.domain.money import DOLLARS, ProgramMoney, cents_of, money_in, names_currency
from cm_tracker.domain.phrases import Phrase, phrase, phrases
from cm_tracker.domain.schedules.analytes import analyte_problems
from cm_tracker.domain.schedules.check import SECOND_FORMAT, problems
from cm_tracker.domain.schedules.currencies import CODES
from cm_tracker.domain.schedules.reach import reach_problems
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


def check_money(schedule: Schedule, program: ProgramMoney) -> None:
    """Raise `OtherCurrency` or `OtherPointValue` for a schedule that pays in other money than the program."""
    if schedule.currency != program.currency:
        raise OtherCurrency(currency=schedule.currency, program_currency=program.currency)
    if schedule.point_value_cents != program.point_value_cents:
        raise OtherPointValue(value_cents=schedule.point_value_cents, program_cents=program.point_value_cents)


def pays_points(schedule: Schedule) -> bool:
    """Return whether a track pays points. Where all tracks pay draws, the value of a point is never used."""
    return any(track.pays == "points" for track in schedule.tracks)


def currency_of(document: Any) -> str | None:
    """Return the code of a document's currency, or None where it says none that exists."""
    currency = document.get("currency", DOLLARS) if isinstance(document, dict) else None
    return currency if isinstance(currency, str) and currency in CODES else None


def in_program(document: Any, program: ProgramMoney) -> Any:
    """Return a document, which may have any mistakes, in the program's currency and its value of a point.

    Its numbers stay as they are in another currency. Beyond that it does what `in_points` does.
    """
    before = currency_of(document)
    if before is None or before == program.currency:
        return in_points(document, program.point_value_cents)
    # Only the second format can say a currency; everything that the first one says means the same there.
    drafted = {**document, "format": SECOND_FORMAT, "currency": program.currency}
    return in_points(drafted, program.point_value_cents, before)


def in_points(document: Any, program_cents: int, typed_in: str | None = None) -> Any:
    """Return a document, which may have any mistakes, in the program's value of a point, and in its own currency.

    An amount that is not a whole number of points becomes a text of money. A document whose own value cannot be read
    is returned unchanged. `typed_in` is the currency of its texts of money where that is not the document's.
    """
    value = document.get("point_value_cents") if isinstance(document, dict) else None
    currency = currency_of(document)
    if type(value) is not int or not 1 <= value <= MOST or currency is None:
        return document
    drafted = json.loads(json.dumps(document))
    drafted["point_value_cents"] = program_cents
    for _, place, key in _amounts(drafted):
        cents = _cents(place[key], value, typed_in or currency)
        if cents is not None:
            points, rest = divmod(cents, program_cents)
            place[key] = money_in(cents, currency) if rest else points
    return drafted


def draft_problems(document: Any, program: ProgramMoney) -> tuple[Problem, ...]:
    """Return everything that is wrong with a draft, as `check.problems` does, and what does not fit the program.

    That is an analyte that is not in the list, a level or a row of visits that no client reaches, and an amount, a value of
    a point or a currency that is not the program's.
    """
    program_cents, currency = program
    found = (*problems(document), *analyte_problems(document), *reach_problems(document))
    if not isinstance(document, dict):
        return found
    not_whole = {
        path: _nearest(cents, program)
        for path, place, key in _amounts(document)
        if isinstance(place[key], str) and (cents := _cents(place[key], program_cents, currency)) is not None
    }
    found = tuple(Problem(problem.path, not_whole.get(problem.path, problem.says)) for problem in found)
    value = document.get("point_value_cents")
    if type(value) is int and value != program_cents and all(one.path != "point_value_cents" for one in found):
        says = phrase(
            "is %(value)s; in this program a point is worth %(cents)s cents. Save the draft to convert it.",
            value=value,
            cents=program_cents,
        )
        found = (Problem("point_value_cents", says), *found)
    if (own := currency_of(document)) is not None and own != currency:
        says = phrase(
            "is %(own)s, and this program pays in %(currency)s. Save the draft to change it: its numbers stay the same.",
            own=own,
            currency=currency,
        )
        found = (Problem("currency", says), *found)
    return found


def _nearest(cents: int, program: ProgramMoney) -> Phrase:
    """Return the sentence for an amount that is not whole: the points below and above it, each in money."""
    below = cents // program.point_value_cents
    is_worth = money_in(cents, program.currency)
    if below * program.point_value_cents == cents:
        return phrase(
            "is %(money)s, which is %(points)s. Save the draft to convert it.",
            money=is_worth,
            points=_in_money(below, program),
        )
    return phrase(
        "is %(money)s, and a point is worth %(point)s: choose %(below)s or %(above)s.",
        money=is_worth,
        point=money_in(program.point_value_cents, program.currency),
        below=_in_money(below, program),
        above=_in_money(below + 1, program),
    )


def _in_money(points: int, program: ProgramMoney) -> Phrase:
    worth = money_in(points * program.point_value_cents, program.currency)
    return phrases("%(n)s point (%(money)s)", "%(n)s points (%(money)s)", points, money=worth)


def _cents(amount: Any, value: int, currency: str) -> int | None:
    """Return what an amount of a document is worth: a number of points, or a text of money such as $0.70."""
    if type(amount) is int and amount >= 0:
        return amount * value
    return cents_of(amount, currency) if isinstance(amount, str) and names_currency(amount, currency) else None


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
