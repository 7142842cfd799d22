"""Who is warned before points expire."""

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
            assert ("The client can spend 85 points until Sunday, July 5." in page) == is_told
