"""Moving a client to another site of the program: what must be finished before, and from which day on it counts.

Enrollment, ladder, ceilings, points and slips belong to the client and go along. What is physically at the old site
does not: an offer on the screen, a prize that is set aside, a request that waits for a lead there. The commitment to a
client's next draw is bound to the client, and is drawn at the new site.
"""

from dataclasses import dataclass
from datetime import date

from cm_tracker.domain.errors import (
    AdjustmentWaits,
    AllRefusals,
    BadInput,
    MergeWaits,
    OfferIsOpen,
    PrizesSetAside,
    ReasonMissing,
    VisitAfterTransfer,
)


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What is unfinished at the site that a client leaves: how many of each, and the day of the newest visit."""

    offers: int = 0
    set_aside: int = 0
    adjustments: int = 0
    merges: int = 0
    newest_visit_on: date | None = None
    newest_transfer_on: date | None = None


def check_transfer(
    site_id: int, to_site_id: int, first_day: date, note: str, unfinished: Unfinished, today: date
) -> None:
    """Check a transfer from `site_id` to `to_site_id`. Raise everything that stands against it at once.

    `first_day` is the first day at the new site, and `today` is the day at the old one. A visit of that day may have
    taken place at the old site in the morning.
    """
    refusals = AllRefusals()
    with refusals:
        if to_site_id == site_id:
            raise BadInput("The client belongs to this site already. Choose another one.", "to_site_id")
    with refusals:
        if first_day > today:
            raise BadInput("The day is in the future. Enter the transfer once the client has come over.", "first_day")
        if unfinished.newest_visit_on is not None and first_day < unfinished.newest_visit_on:
            raise VisitAfterTransfer(day=unfinished.newest_visit_on, field="first_day")
        if unfinished.newest_transfer_on is not None and first_day < unfinished.newest_transfer_on:
            raise BadInput(
                "The client came to this site on %(day)s. Choose a later day.",
                "first_day",
                day=unfinished.newest_transfer_on,
            )
    with refusals:
        if not note.strip():
            raise ReasonMissing(field="note")
    with refusals:
        if unfinished.offers:
            raise OfferIsOpen
    with refusals:
        if unfinished.set_aside:
            raise PrizesSetAside(count=unfinished.set_aside)
    with refusals:
        if unfinished.adjustments:
            raise AdjustmentWaits
    with refusals:
        if unfinished.merges:
            raise MergeWaits
    refusals.raise_any()
