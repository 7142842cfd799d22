"""What a slip of a community meeting must say, and what can be decided about it."""

from datetime import date

import pytest

from cm_tracker.domain.errors import AlreadySettled, InTheFuture
from cm_tracker.domain.goals.slips import check_decision, check_service, check_slip
from tests.domain.refused import refused

TODAY = date(2026, 3, 16)


def check(on_day: date = TODAY, meeting: str = "St. Mark's", signer: str = "Jo", *, is_known: bool = False) -> None:
    check_slip(on_day, TODAY, meeting, signer, is_known=is_known)


def test_a_slip_is_from_the_last_fourteen_days() -> None:
    check()
    check(date(2026, 3, 2))
    with refused("A slip is handed in within 14 days of the meeting. This one is too old.", "on_day"):
        check(date(2026, 3, 1))
    with pytest.raises(InTheFuture) as error:
        check(date(2026, 3, 17))
    assert error.value.field == "on_day"


def test_a_slip_says_which_meeting_and_who_signed() -> None:
    check(meeting="x" * 200, signer="x" * 200)
    with refused("Copy it from the slip.", "meeting"):
        check(meeting=" ")
    with refused("Copy it from the slip.", "signer"):
        check(signer="")
    with refused("Shorten it to 200 characters.", "signer"):
        check(signer="x" * 201)
    with refused("There is a slip of this meeting already. Look at it on the client's page.", "on_day"):
        check(is_known=True)


def test_a_slip_is_for_a_community_meeting() -> None:
    check_service("community_meeting")
    for kind in ("group", None):
        with refused("Choose one of the site's community meetings.", "service_id"):
            check_service(kind)


def test_a_slip_is_decided_once_and_declined_with_a_reason() -> None:
    check_decision("accepted", "", None)
    check_decision("declined", "Not signed", None)
    with refused("Say whether you accept the slip.", "decision"):
        check_decision("", "", None)
    with refused("Say why you do not accept it. The client may ask.", "reason"):
        check_decision("declined", " ", None)
    for decided in ("accepted", "declined"):
        with pytest.raises(AlreadySettled):
            check_decision("accepted", "", decided)
