"""What was awarded on a report's days: to whom, and at the site to which the client belonged on the day of it.

Money counts on its own day, whether or not the enrollment still ran, and the visit still counts: it is what the ledger
says (`awards_between`). So the money of months adds up to that of their quarter.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from cm_tracker.domain.funding.counting import Award
from cm_tracker.domain.measures.facts import Stay, site_on
from cm_tracker.domain.measures.sequences import Course, Expected
from cm_tracker.models import Enrollment
from cm_tracker.queries.funding.awards import adjustments_between, points_between, slips_between, trades_between
from cm_tracker.queries.reports.enrolled import Enrolled, Unenrolled, at_sites_once, enrolled_in, unenrolled
from cm_tracker.queries.reports.scope import Scope
from cm_tracker.queries.reports.slot_groups import NOBODY


@dataclass(slots=True)
class Payee:
    """What one client was awarded in one enrollment at one site, in cents, and what was expected of them there.

    `points` were earned by visits, `adjusted` was booked by leads, and `drawn` is what slips gave, and what trading them gained. What is in no enrollment
    stands under a dash. `is_new` says whether the enrollment began there on the report's days.
    """

    client_id: int
    code: str
    site_id: int
    language: str
    counselor_id: int | None
    schedule: str
    expected: tuple[Expected, ...] = ()
    is_new: bool = False
    points: int = 0
    adjusted: int = 0
    drawn: int = 0

    @property
    def cents(self) -> int:
        """Everything that was awarded."""
        return self.points + self.adjusted + self.drawn


_Key = tuple[int, int | None, int]
"""A client, an enrollment or none, and a site."""


def payees(scope: Scope) -> tuple[Payee, ...]:
    """Return everybody whose enrollment ran on the report's days at its sites, or who was awarded something on them there."""
    whose = at_sites_once(scope.actor, None)
    asked = scope.session, scope.first_day, scope.last_day, whose
    awards = {
        "points": list(points_between(*asked)),
        "adjusted": list(adjustments_between(*asked)),
        "drawn": [*slips_between(*asked), *trades_between(*asked)],
    }
    found: dict[_Key, Payee] = {}
    known: dict[int, Course | Enrolled] = {}
    for part in scope.in_days:
        began = part.starts_on if scope.first_day <= part.starts_on <= scope.last_day else None
        known[part.enrollment_id] = part
        found[part.client_id, part.enrollment_id, part.site_id] = Payee(
            part.client_id, part.code, part.site_id, part.language, part.counselor_id, part.schedule, part.expected,
            began is not None and site_on(part.stays, began) == part.site_id,
        )  # fmt: skip
    of_all = {(one.client_id, one.enrollment_id) for some in awards.values() for one in some}
    missing = {enrollment_id for _, enrollment_id in of_all if enrollment_id is not None} - known.keys()
    known |= {one.enrollment_id: one for one in _enrolled(scope, missing)}
    outside = unenrolled(scope.session, {client_id for client_id, enrollment_id in of_all if enrollment_id is None})
    stays = {
        (client_id, number): (outside[client_id] if number is None else known[number]).stays
        for client_id, number in of_all
    }  # fmt: skip
    for kind, some in awards.items():
        for key, cents in _by_site(some, stays).items():
            client_id, number, site_id = key
            if cents and site_id in scope.sites:
                of = outside[client_id] if number is None else known[number]
                setattr(found.setdefault(key, _outside(client_id, site_id, of)), kind, cents)
    return tuple(found.values())


def _by_site(awards: Iterable[Award], stays: Mapping[tuple[int, int | None], Sequence[Stay]]) -> dict[_Key, int]:
    """Return the cents of awards by the client, the enrollment and the site of the day."""
    sums: dict[_Key, int] = {}
    only_site = {key: of[0].site_id for key, of in stays.items() if len(of) == 1}
    for client_id, number, day, cents in awards:
        site_id = only_site.get((client_id, number)) or site_on(stays[client_id, number], day)
        key = client_id, number, site_id
        sums[key] = sums.get(key, 0) + cents
    return sums


def _outside(client_id: int, site_id: int, of: Course | Enrolled | Unenrolled) -> Payee:
    """Return somebody of whom nothing was expected at a site on the report's days."""
    counselor_id, schedule = (None, NOBODY) if isinstance(of, Unenrolled) else (of.counselor_id, of.schedule)
    return Payee(client_id, of.code, site_id, of.language, counselor_id, schedule)


def _enrolled(scope: Scope, enrollment_ids: Collection[int]) -> Iterable[Enrolled]:
    if not enrollment_ids:
        return ()
    return enrolled_in(scope.session, select(Enrollment.id).where(Enrollment.id.in_(enrollment_ids)), scope.last_day)
