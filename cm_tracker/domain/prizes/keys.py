"""Keys of the places where prizes and cards are kept: who has one, from which day to which."""

from datetime import date

from cm_tracker.domain.errors import AllRefusals, BadInput
from cm_tracker.domain.unseen import check_seen

MOST_PLACE = 80


def check_key(place: str, holder_id: int, at_site: bool, from_on: date, today: date) -> None:
    """Raise a refusal for a place without a name, somebody who does not work at the site, or a day to come."""
    refusals = AllRefusals()
    with refusals:
        if not 1 <= len(place.strip()) <= MOST_PLACE:
            raise BadInput("Name the place in up to %(most)s characters.", "place", most=MOST_PLACE)
        check_seen(place, "place")
    with refusals:
        if not holder_id or not at_site:
            raise BadInput("Choose somebody who works at this site.", "holder_id")
    with refusals:
        if from_on > today:
            raise BadInput("This day is still to come.", "from_on")
    refusals.raise_any()


def check_return(from_on: date, until_on: date, today: date) -> None:
    """Raise `BadInput` for a last day before the first one, or one that is still to come."""
    if until_on < from_on:
        raise BadInput("The last day is before the first. Change one of the two.", "until_on")
    if until_on > today:
        raise BadInput("This day is still to come.", "until_on")
