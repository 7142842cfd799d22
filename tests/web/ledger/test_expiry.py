"""A lead's rule for points that nobody spent, and who is warned."""

from collections.abc import Callable
from datetime import UTC, datetime

import time_machine
from flask import Flask

from tests import cast
from tests.web.conftest import Person, text

PAGE = "/sites/1/unspent-points"


def test_a_lead_sets_the_rule_and_takes_it_back(miriam: Person) -> None:
    assert "Harbor Street Nothing expires." in text(miriam.get("/schedules"))
    answer = miriam.send(PAGE, expires="weeks", weeks="6", reason="County policy")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/schedules")
    assert "They expire 6 weeks after the schedule's last day; since Mar 16, 2026." in text(miriam.get("/schedules"))
    miriam.send(PAGE, expires="never", weeks="6", reason="Not fair")
    assert "Harbor Street Nothing expires." in text(miriam.get("/schedules"))


def test_what_cannot_be_a_rule_is_told(miriam: Person) -> None:
    for weeks in ("", "3", "105", "many"):
        answer = miriam.send(PAGE, expires="weeks", weeks=weeks, reason="County policy")
        assert answer.status_code == 422
        assert "Enter a whole number from 4 to 104." in text(answer)
    assert "Say why: the audit trail keeps it." in text(miriam.send(PAGE, expires="never", reason=""))


def test_only_leads_of_the_site_set_it(rosa: Person, miriam: Person, person: Callable[[str], Person]) -> None:
    for somebody in (rosa, person("grace"), person("sam")):
        assert somebody.get(PAGE).status_code == 403
        assert "Unspent points" not in text(somebody.get("/schedules"))
    assert miriam.get("/sites/2/unspent-points").status_code == 404


def test_staff_and_client_are_warned_four_weeks_before(
    app: Flask, person: Callable[[str], Person], miriam: Person, given: Callable[..., object]
) -> None:
    given(cast.rich)
    miriam.send(PAGE, expires="weeks", weeks="6", reason="County policy")
    # Gone from July 6 on: nothing is said on June 7, and on June 8 it is.
    for day, is_told in ((7, False), (8, True)):
        with time_machine.travel(datetime(2026, 6, day, 15, 0, tzinfo=UTC), tick=False):
            client = Person(app)
            client.send("/kiosk", code="HS-1", pin=cast.PIN)
            for lang, said in (
                ("en", "Your points can be spent until Sunday, July 5. After that day they expire."),
                ("es", "Puede usar sus puntos hasta el domingo 5 de julio. Después de ese día caducan."),
            ):
                assert (said in text(client.get(f"/kiosk/card?lang={lang}"))) == is_told
            page = text(person("rosa").get("/clients/1"))
            assert ("The 85 points can be spent until Sunday, July 5." in page) == is_told
