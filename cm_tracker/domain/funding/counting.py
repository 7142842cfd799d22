"""How much each source has paid, in all and for each client, counted across enrollments, sites and merged records.

What counts is the value that was awarded and kept: points of visits as the ledger stands after every correction, the
value of drawn slips, and adjustments, each on its day. A grant owes this value from that day on, so both limits of a
source count it: what one client received or is owed, and what all did. Whether a client has spent their points yet, and
whether the prize was bought yet, changes neither. An award counts for the source that its enrollment names on that day.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from cm_tracker.domain.funding.sources import FundingYear


class Award(NamedTuple):
    """What a client (main record) received and kept on a day, in cents; it may be negative.

    `enrollment_id` is None for what belongs to no enrollment.
    """

    client_id: int
    enrollment_id: int | None
    day: date
    cents: int


class SourceFrom(NamedTuple):
    """Which source pays for an enrollment from a day on, as it was entered; None: none. `id` is in the order of entry."""

    id: int
    from_on: date
    source_id: int | None


@dataclass(slots=True)
class Counted:
    """What was awarded of one source, in cents: in its year in all and by client, and by day, also before its year."""

    total_cents: int = 0
    by_client: dict[int, int] = field(default_factory=dict)
    by_day: dict[date, int] = field(default_factory=dict)


def source_on(entered: Iterable[SourceFrom], day: date) -> int | None:
    """Return which source pays on a day, or None. Of two entries that begin on one day, the later one counts."""
    begun = [one for one in entered if one.from_on <= day]
    return max(begun, key=lambda one: (one.from_on, one.id)).source_id if begun else None


def count(
    awards: Iterable[Award], entered: Mapping[int, Sequence[SourceFrom]], years: Mapping[int | None, FundingYear]
) -> dict[int | None, Counted]:
    """Return what was awarded of each source in the year that `years` names for it.

    The key None is what no source pays for. `entered` has the sources of each enrollment.
    """
    counted: dict[int | None, Counted] = {source_id: Counted() for source_id in years}
    # Nearly every enrollment has one entry: it is looked at without a list.
    single = {enrollment_id: of[0] for enrollment_id, of in entered.items() if len(of) == 1}
    for client_id, enrollment_id, day, cents in awards:
        one = single.get(enrollment_id) if enrollment_id is not None else None
        if one is not None:
            source_id = one.source_id if one.from_on <= day else None
        else:
            source_id = source_on(entered.get(enrollment_id, ()), day) if enrollment_id is not None else None
        year = years.get(source_id)
        if year is None:
            continue
        of_source = counted[source_id]
        of_source.by_day[day] = of_source.by_day.get(day, 0) + cents
        if year.first <= day <= year.last:
            of_source.total_cents += cents
            of_source.by_client[client_id] = of_source.by_client.get(client_id, 0) + cents
    return counted
