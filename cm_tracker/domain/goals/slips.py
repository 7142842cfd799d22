"""Slips of community meetings. The meeting is outside of the clinic: a slip says which one, when, and who signed it.

Staff accept a slip or do not. An accepted one records what a visit of that slot pays, a declined one records nothing.
"""

from datetime import date, timedelta

from cm_tracker.domain.errors import AllRefusals, AlreadySettled, BadInput, InTheFuture

COMMUNITY_MEETING = "community_meeting"
"""The kind of service that a slip verifies."""

ACCEPTED, DECLINED = "accepted", "declined"
DECISIONS = (ACCEPTED, DECLINED)

MOST_DAYS_LATE = 14
"""A slip is handed in so many days after the meeting at the latest."""
MOST_WORDS = 200


def can_be_handed_in(on_day: date, today: date) -> bool:
    """Return whether a slip of a meeting of a day is not too old."""
    return today <= on_day + timedelta(days=MOST_DAYS_LATE)


def check_slip(on_day: date, today: date, meeting: str, signer: str, *, is_known: bool) -> None:
    """Raise everything that is wrong with a slip. `is_known` says whether the client has handed it in before."""
    refusals = AllRefusals()
    with refusals:
        if on_day > today:
            raise InTheFuture(day=on_day, field="on_day")
        if not can_be_handed_in(on_day, today):
            raise BadInput(
                "A slip is handed in within %(days)s days of the meeting. This one is too old.",
                "on_day",
                days=MOST_DAYS_LATE,
            )
        if is_known:
            raise BadInput("There is a slip of this meeting already. Look at it on the client's page.", "on_day")
    for words, field in ((meeting, "meeting"), (signer, "signer")):
        with refusals:
            if not words.strip():
                raise BadInput("Copy it from the slip.", field)
            if len(words.strip()) > MOST_WORDS:
                raise BadInput("Shorten it to %(most)s characters.", field, most=MOST_WORDS)
    refusals.raise_any()


def check_service(kind: str | None) -> None:
    """Raise `BadInput` for a service that no slip verifies. `kind` is None where the site has no such service."""
    if kind != COMMUNITY_MEETING:
        raise BadInput("Choose one of the site's community meetings.", "service_id")


def check_decision(decision: str, reason: str, decided: str | None) -> None:
    """Raise what stands against a decision about a slip. `decided` is the decision that it has, or None."""
    if decided is not None:
        raise AlreadySettled(what="slip")
    if decision not in DECISIONS:
        raise BadInput("Say whether you accept the slip.", "decision")
    if decision == DECLINED and not reason.strip():
        raise BadInput("Say why you do not accept it. The client may ask.", "reason")
