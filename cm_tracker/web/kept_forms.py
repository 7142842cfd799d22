"""What somebody typed survives a session that has ended: they sign in again, and the same form is back, filled in.

A form that is sent too late is not carried out. Its fields are encrypted, and the page that refuses it holds them in a
hidden field: nobody who comes to the screen later can read them, and they are in no address, log or table. Only the
person whose session it was can open them, for one hour, and passwords and PINs are left out.

Nothing is sent again by itself. The request that brings the fields back counts as GET, so that no view can write, and
the form is only filled in. The person looks at it and sends it, with its own idempotency key.
"""

import hashlib
import json
from base64 import urlsafe_b64encode
from typing import NamedTuple

from cryptography.fernet import Fernet, InvalidToken
from flask import Flask, current_app, g, redirect, request, session
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.queries.staff.staff import person_of_session

FIELD = "form_kept"
KEPT_SECONDS = 3600
MOST_BYTES = 250_000
# The fields of passwords and PINs. A test compares them with the forms.
SECRET_FIELDS = frozenset({"password", "old", "new", "again", "pin"})
# What a page puts into a form by itself. A form with nothing else is not worth keeping.
OF_THE_PAGE = frozenset({"key", "shown", "shown_time"})
# A search is typed faster than it is brought back.
NOT_KEPT = frozenset({"clients.index"})
# The page that asks "Is it you?" holds the form of another page, and hands it on.
HANDS_ON = frozenset({"proof.again"})
# What proves who somebody is works once, so it is no use later.
PROOFS = frozenset({"factor_code", "signed", "secret"})
LEFT_OUT = SECRET_FIELDS | PROOFS | {"csrf_token", FIELD}


class KeptForm(NamedTuple):
    """A form that was not carried out: whose it is, the URL of its page, and its fields in their order."""

    staff_id: int
    url: str
    fields: list[tuple[str, str]]


def keep() -> str | None:
    """Return the form of this request as an encrypted text, or None if it cannot be filled in again.

    That is so for a request that has no page, for a form that is too large or has nothing that somebody typed, and
    where nobody can tell whose it is.
    """
    rule = request.url_rule
    if request.method != "POST" or rule is None or "GET" not in (rule.methods or ()) or not _is_same_site():
        return None
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in LEFT_OUT]
    if request.endpoint in NOT_KEPT or not any(value.strip() for name, value in fields if name not in OF_THE_PAGE):
        return None
    if current_user.is_authenticated:
        staff_id: int | None = current_user.person.staff_id
    else:
        # flask-login keeps the token of a session that has ended in the signed cookie until somebody signs out.
        staff_id = person_of_session(db.session(), str(session.get("_user_id", "")))
    if staff_id is None:
        return None
    url = request.full_path if request.query_string else request.path
    text = json.dumps([staff_id, url, fields]).encode()
    if len(text) > MOST_BYTES:
        return None
    return _cipher().encrypt_at_time(text, _seconds()).decode()


def open_kept(text: str, staff_id: int) -> KeptForm | None:
    """Return a form that was kept, or None if it is another person's, is too old, or was changed."""
    try:
        kept = KeptForm(*json.loads(_cipher().decrypt_at_time(text.encode(), KEPT_SECONDS, _seconds())))
    except InvalidToken:
        return None
    return kept if kept.staff_id == staff_id else None


def _is_same_site() -> bool:
    """Return whether a page of this program sent the form. Browsers that do not say so send no cookie from others."""
    return request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"


def _cipher() -> Fernet:
    secret = str(current_app.config["SECRET_KEY"])
    return Fernet(urlsafe_b64encode(hashlib.sha256(f"kept forms {secret}".encode()).digest()))


def _seconds() -> int:
    return int(clock.now().timestamp())


def _fill_in() -> Response | None:
    """Show a page with the form that was kept for it. It is read like GET: nothing can be written."""
    if request.method != "POST" or request.endpoint in HANDS_ON or FIELD not in request.form:
        return None
    if not current_user.is_authenticated:
        return None
    url = request.full_path if request.query_string else request.path
    kept = open_kept(request.form[FIELD], current_user.person.staff_id)
    if kept is None or kept.url != url:
        return redirect(url, 303)
    request.method = "GET"
    g.kept_fields = MultiDict(kept.fields)
    return None


def init_app(app: Flask) -> None:
    """Fill in forms that were kept. This comes after the checks of token, session and permission."""
    app.before_request(_fill_in)
