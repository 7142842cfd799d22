"""What the two ways to sign in have in common: from where somebody comes, and their session in the browser."""

from flask import g, request, session
from flask_login import login_user

from cm_tracker.domain.audit.browsers import browser_name
from cm_tracker.domain.staff.sign_ins import Where
from cm_tracker.web.access import Member


def where() -> Where:
    """Return from where this request comes."""
    return Where((request.remote_addr or "")[:45], browser_name(request.user_agent.string)[:60])


def log_in(member: Member) -> None:
    """Let this browser be signed in as somebody. Nothing stays of whoever used it before."""
    session.clear()
    g.pop("csrf_token", None)  # it belongs to the session that was cleared
    login_user(member)
