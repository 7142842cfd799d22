"""What the ways to sign in have in common: from where somebody tries, and their session in the browser."""

from typing import Any

from flask import current_app, g, request, session
from flask_login import login_user

from cm_tracker import clock
from cm_tracker.domain.audit.browsers import browser_name
from cm_tracker.domain.staff.sign_ins import Where, address_source
from cm_tracker.web.access import Member, hasher, waits_of_sign_in
from cm_tracker.web.staff.browsers import known_browser


def where() -> Where:
    """Return from where this request comes."""
    return Where((request.remote_addr or "")[:45], browser_name(request.user_agent.string)[:60])


def tried_here() -> dict[str, Any]:
    """Return what every try is counted by: where it is made, when, and the limit."""
    return {
        "browser": known_browser(),
        "place": address_source(request.remote_addr or ""),
        "limit": waits_of_sign_in(),
        "now": clock.now(),
    }


def first_step_here() -> dict[str, Any]:
    """Return what the first step of signing in needs besides the name and the secret: of a password, or of a code."""
    needs_factor = not current_app.config["DEMONSTRATION"]
    return {**tried_here(), "where": where(), "hasher": hasher(), "needs_factor": needs_factor}


def log_in(member: Member) -> None:
    """Let this browser be signed in as somebody. Nothing stays of whoever used it before."""
    session.clear()
    g.pop("csrf_token", None)  # it belongs to the session that was cleared
    login_user(member)
