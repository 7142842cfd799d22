"""The cookies of the kiosk. They open no page of staff, and the staff's cookie opens no page of the kiosk."""

from datetime import timedelta

from flask import current_app
from werkzeug.wrappers import Response

CARD_COOKIE = "cm_kiosk"
DEVICE_COOKIE = "cm_device"
PIN_COOKIE = "cm_pin"
# A browser keeps no cookie for longer than 400 days.
DEVICE_LASTS = 400 * 24 * 3600
# The size of the letters and the colors that somebody chose before they signed in.
LOOK_COOKIE = "cm_look"


def card_duration() -> timedelta:
    """Return how long an open card stays open."""
    return timedelta(seconds=current_app.config["KIOSK_SECONDS"])


def with_cookie(response: Response, name: str, value: str, seconds: int | None) -> Response:
    """Return the response with a cookie of the kiosk that lasts for `seconds`, or until the browser closes."""
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path="/kiosk",
        httponly=True,
        samesite="Strict",
        secure=current_app.config["HTTPS_ONLY"],
    )
    return response
