"""Whose card is open in this request, and how they see its page.

A view of the kiosk asks `visitor()`, or calls `sees(look)` with the look of its query. From then on every sentence of the
request, also that of a refusal, is in the client's language, and every page looks as they chose.
"""

from flask import Flask, Response, g, request

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.kiosk.looks import COLORS, TEXT_SIZES, USUAL, Look
from cm_tracker.i18n import gettext, hide_amounts, set_language
from cm_tracker.queries.kiosk.visitors import KioskVisitor, kiosk_visitor
from cm_tracker.web.kiosk.cookies import CARD_COOKIE, LOOK_COOKIE
from cm_tracker.web.kiosk.hidden_amounts import spell_hidden


def visitor() -> KioskVisitor | None:
    """Return the client whose card is open, or None. The page is in their language and looks as they chose."""
    found = kiosk_visitor(db.session(), request.cookies.get(CARD_COOKIE, ""), clock.now())
    if found is not None:
        sees(found.look)
    return found


def sees(look: Look) -> None:
    """Show the rest of the request as a client chose."""
    g.kiosk_look = look
    set_language(look.language)
    hide_amounts(look.hides_amounts)


def went_wrong() -> str:
    """Return what every failure says at the kiosk."""
    return gettext("Something went wrong. Please start again, or ask a member of staff.")


def look() -> Look:
    """Return how this page looks: as the client chose, or where no card is open as somebody chose at the door."""
    chosen: Look | None = g.get("kiosk_look")
    return chosen or look_at_door()


def look_at_door() -> Look:
    """Return the look that somebody chose before they signed in. Its cookie lasts for a short time."""
    text_size, _, colors = request.cookies.get(LOOK_COOKIE, "").partition(".")
    return Look(text_size=text_size if text_size in TEXT_SIZES else USUAL, colors=colors if colors in COLORS else USUAL)


def _show_dots(response: Response) -> Response:
    chosen: Look | None = g.get("kiosk_look")
    if chosen is not None and chosen.hides_amounts and response.mimetype == "text/html" and not response.is_streamed:
        response.set_data(spell_hidden(response.get_data(as_text=True)))
    return response


def init_app(app: Flask) -> None:
    """Give the templates `kiosk_look()`, and turn hidden amounts into dots."""
    app.jinja_env.globals["kiosk_look"] = look
    app.after_request(_show_dots)
