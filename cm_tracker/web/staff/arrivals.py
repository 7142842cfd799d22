"""What a browser gets that has just signed in: its session, its cookie, and the page or the form that it wanted."""

import re

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cm_tracker.i18n import lazy
from cm_tracker.operations.steps.start_session import StartedSession
from cm_tracker.web.access import load_member
from cm_tracker.web.kept_forms import open_kept
from cm_tracker.web.staff.browsers import with_browser
from cm_tracker.web.staff.signing_in import log_in

AGAIN = lazy("You are signed in again. What you typed is still there: look at it, and then save it.")
PROVED = lazy("What you typed is still there: look at it, and then save it.")


def arrive(started: StartedSession, kept_text: str) -> Response | None:
    """Sign the browser in, and return the page that it wanted. Return None where the session ended meanwhile."""
    member = load_member(started.token)
    if member is None:
        return None
    log_in(member)
    url = return_url(request.args.get("next", ""))
    return with_browser(kept_page(member.person.staff_id, kept_text, AGAIN) or redirect(url), started.browser)


def kept_page(staff_id: int, kept_text: str, sentence: str) -> Response | None:
    """Return the page on which somebody opens their form that was kept, or None if there is none."""
    kept = open_kept(kept_text, staff_id) if kept_text else None
    if kept is None:
        return None
    return make_response(render_template("staff/kept.html", sentence=sentence, kept=kept_text, url=kept.url))


def return_url(address: str, *, with_query: bool = False) -> str:
    """Return the address if it is a page of this program, else the start page. No link may lead to another website.

    Somebody who is signed in also gets back to the days and the site that they chose in a list, `with_query`.
    """
    path, mark, query = address.partition("?")
    is_page = re.fullmatch(r"/[A-Za-z0-9/._-]*", path) and not path.startswith("//")
    if is_page and (not mark or (with_query and re.fullmatch(r"[A-Za-z0-9=&_.%+-]*", query))):
        return address
    return url_for("start.show")
