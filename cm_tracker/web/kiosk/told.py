"""What a page of the kiosk tells the next one: why something was refused, and the code that was typed.

Every answer to a form is a redirect, so that Back and reload never send a form again and never show a wrong answer. What
the next page needs goes there in a signed cookie, which lives as long as a sign-in remembers what is typed and is taken
away by the page that shows it.
"""

from collections.abc import Mapping

from flask import current_app, redirect, request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from cm_tracker.web.kiosk.cookies import with_cookie

TOLD_COOKIE = "cm_told"
FORGET_AFTER = 20


def tell(url: str, **words: str) -> Response:
    """Return the redirect to a page of the kiosk that is told these words."""
    return with_cookie(redirect(url, 303), TOLD_COOKIE, _signer().dumps(words), FORGET_AFTER)


def told() -> Mapping[str, str]:
    """Return the words that the page before told this one. There are none after `FORGET_AFTER` seconds."""
    try:
        words: Mapping[str, str] = _signer().loads(request.cookies.get(TOLD_COOKIE, ""), max_age=FORGET_AFTER)
    except BadData:
        return {}
    return words


def forget_told(response: Response) -> Response:
    """Return the response of a page that has shown what it was told."""
    if TOLD_COOKIE in request.cookies:
        response.delete_cookie(TOLD_COOKIE, path="/kiosk")
    return response


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="kiosk-told")
