"""Find a schedule by what a clinic has: what it can test, how often, what it can pay, for how long, and its money."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from cm_tracker.domain.schedules.facts import Facts


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a schedule has to be; None takes anything.

    It tests this kind, has at most so many visits in a week, pays this unit, ends after at most so many weeks, and costs
    at most so many cents a client.
    """

    tested: str | None = None
    visits: int | None = None
    pays: str | None = None
    weeks: int | None = None
    cents: int | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """What a search found, by name: `fitting` from the cheapest on, and what each of the `others` misses.

    Where nothing fits, `loosened` has how many fit without each single wish; those that would not help are left out.
    """

    fitting: tuple[str, ...]
    others: Mapping[str, tuple[str, ...]]
    loosened: Mapping[str, int]


def search(every: Mapping[str, Facts], wanted: Wanted, currency: str) -> Search:
    """Return which of `every` schedule fits, and what to loosen where none does.

    Amounts in another currency than the program's are compared with nothing: they come last, and miss a limit of money.
    """
    ordered = sorted(every, key=lambda name: (every[name].currency != currency, every[name].cents, name))
    missed = {name: missing(every[name], wanted, currency) for name in ordered}
    fitting = tuple(name for name in ordered if not missed[name])
    loosened = {} if fitting else _loosened(every, wanted, currency)
    return Search(fitting, {name: wishes for name, wishes in missed.items() if wishes}, loosened)


def missing(facts: Facts, wanted: Wanted, currency: str) -> tuple[str, ...]:
    """Return the wishes that a schedule does not meet, as the names of the fields of `Wanted`."""
    is_met = {
        "tested": wanted.tested is None or wanted.tested in facts.tested,
        "visits": wanted.visits is None or facts.visits_a_week <= wanted.visits,
        "pays": wanted.pays is None or wanted.pays in facts.pays,
        "weeks": wanted.weeks is None or facts.weeks <= wanted.weeks,
        "cents": wanted.cents is None or (facts.currency == currency and facts.cents <= wanted.cents),
    }
    return tuple(wish for wish, met in is_met.items() if not met)


def _loosened(every: Mapping[str, Facts], wanted: Wanted, currency: str) -> dict[str, int]:
    found = {}
    for wish in (field.name for field in fields(wanted)):
        without = replace(wanted, **{wish: None})
        if without != wanted:
            found[wish] = sum(not missing(facts, without, currency) for facts in every.values())
    return {wish: count for wish, count in found.items() if count}
