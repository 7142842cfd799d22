"""Staff and clients are warned before points expire."""

from collections.abc import Callable
from datetime import UTC, datetime

import time_machine
from flask import Flask

from tests import cast
from tests.web.conftest import Person, text


def test_staff_and_client_are_warned_four_weeks_before(
    app: Flask, person: Callable[[str], Person], given: Callable[..., object]
) -> None:
    given(cast.rich)
    given(cast.set_site, expiry_weeks=6)
    # The points expire on July 6, so the warning is shown from June 8 on, and not on June 7.
    for day, is_warned in ((7, False), (8, True)):
        with time_machine.travel(datetime(2026, 6, day, 15, 0, tzinfo=UTC), tick=False):
            client = Person(app)
            client.send("/kiosk/sign-in", code="HS-1", pin=cast.PIN)
            for lang, warning in (
                ("en", "You can spend 85 points ($21.25) until Sunday, July 5. After that day what is left expires."),
                (
                    "es",
                    "Puede gastar 85 puntos ($21.25) hasta el domingo 5 de julio. Después de ese día lo que quede caduca.",
                ),
            ):
                assert (warning in text(client.in_language(lang))) == is_warned
            page = text(person("rosa").get("/clients/1"))
            assert ("The client can spend 85 points ($21.25) until Sunday, July 5." in page) == is_warned
