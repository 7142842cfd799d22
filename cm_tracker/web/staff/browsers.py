"""The cookie by which a browser is known again in which somebody signed in. It signs nobody in."""

from flask import current_app, request
from werkzeug.wrappers import Response

COOKIE = "cm_browser"
# A browser keeps no cookie for longer than 400 days.
LASTS = 400 * 24 * 3600


def known_browser() -> str | None:
    """Return the token that this browser has from an earlier sign-in, or None."""
    return request.cookies.get(COOKIE) or None


def with_browser(response: Response, token: str) -> Response:
    """Return the response with the cookie. It is sent to the pages for signing in alone, and outlives the session."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=LASTS,
        path="/sign-in",
        httponly=True,
        samesite="Strict",
        secure=current_app.config["HTTPS_ONLY"],
    )
    return response
