"""The day of a site: who is expected, who came, who is missing; and what staff say of each."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from cm_tracker import clock, labels
from cm_tracker.clock import day_at
from cm_tracker.db import db
from cm_tracker.domain.day.recording import WAYS
from cm_tracker.domain.day.states import ARRIVED, LATER, MOVED, NOT_COMING, OPEN
from cm_tracker.domain.days import parse_day
from cm_tracker.domain.errors import BadInput, NotFound
from cm_tracker.forms.base import id_in
from cm_tracker.forms.day.slots import SlotForm
from cm_tracker.labels.day import reason_given
from cm_tracker.operations.day.note_slot import note_slot
from cm_tracker.operations.day.record_slot import record_slot
from cm_tracker.queries.audit.trail import state_of_site
from cm_tracker.queries.day.board import board
from cm_tracker.queries.day.downtime import unsigned_days
from cm_tracker.queries.day.hands import hands_of
from cm_tracker.queries.day.last_note import last_note
from cm_tracker.queries.day.lines import SlotLine
from cm_tracker.queries.goals.due import count_due
from cm_tracker.queries.prizes.stock import short_tiers
from cm_tracker.queries.staff.sites import SiteLine, sites_of
from cm_tracker.queries.visits.panels import expiring_lots
from cm_tracker.queries.visits.visits import waiting_visits
from cm_tracker.web.access import actor, allow
from cm_tracker.web.day.filters import NAMES, filter_in_url
from cm_tracker.web.form_answers import attempt

blueprint = Blueprint("day", __name__)

# What is shown of the day: the counts at its top are links to these.
SHOWN = ("open", "arrived", "missing", "later", "done", "excused")
# So many rows of each kind the page shows, and so many of a kind that was chosen; a link leads to more of them.
MOST_ROWS, MOST_OF_ONE = 30, 100
# What a row can ask before it records anything.
ASKS = ("absent", "later", "part")


@blueprint.get("/day")
@allow("day:view")
def show() -> str:
    """Show the day of one of the person's sites, today unless told."""
    return day_page(SlotForm())[0]


@blueprint.get("/day/changes")
@allow("day:view")
def changes() -> Response:
    """Answer a page that looks after itself with the parts of its board, without the rows that it has.

    `X-Seen` is the state that the page shows, `X-Known` are the marks of its rows. Where nothing can have changed, the
    answer is empty (204). Looking on is not being there: `X-Poll` keeps nobody signed in (see `load_member`).
    """
    form = SlotForm(formdata=None)
    site = _chosen_site(sites_of(db.session(), actor()))
    if site is None:
        raise NotFound(what="site")
    seen = _seen(site)
    if request.headers.get("X-Seen") == seen:
        return Response(status=204)
    known = frozenset(request.headers.get("X-Known", "").split(","))
    answer = make_response(render_template("day/_board.html", **_board_of(form, site, known)))
    answer.headers["X-Seen"] = seen
    return answer


@blueprint.post("/day/slots")
@allow("day:note")
def record() -> str | Response | tuple[str, int]:
    """Note or record what staff say of a slot. After an award, go to the page that says what was earned."""
    form = SlotForm()
    visit_id: int | None = None

    def save() -> bool:
        nonlocal visit_id
        if form.way.data in WAYS:
            visit_id = _record(form)
        else:
            _note(form)
        return True

    if attempt(form, save):
        if visit_id is not None and form.way.data in ("negative", "attended"):
            return redirect(url_for("visits.show", visit_id=visit_id), 303)
        if (only := filter_in_url()).client_id is not None:
            return redirect(url_for("clients.show", client_id=only.client_id), 303)
        return redirect(_back(form), 303)
    page, status = day_page(form)
    return page, status


@blueprint.get("/day/slots")
@allow("day:view")
def after_a_refusal() -> Response:
    """Lead to the day from the address of a form that was refused, such as when somebody opens it once more."""
    return redirect(_address(), 303)


def day_page(form: SlotForm, **more: object) -> tuple[str, int]:
    """Return the page of a day with its status. The row that a form was sent for shows what is wrong with it.

    `more` is what else the template shows: on the first page, what waits for this person.
    """
    sites = sites_of(db.session(), actor())
    site = _chosen_site(sites)
    if site is None:
        return render_template("day/no_site.html"), 200
    seen = _seen(site)
    unsigned = unsigned_days(db.session(), site.id) if current_user.may("visit:record") else ()
    page = render_template("day/today.html", **_board_of(form, site), sites=sites, seen=seen, unsigned=unsigned, **more)
    return page, 422 if form.is_submitted() and form.errors else 200


def _seen(site: SiteLine) -> str:
    """Return what names the state of a day: the minute, and what was written at the site in the minutes before it."""
    minute = clock.now().replace(second=0, microsecond=0)
    return f"{int(minute.timestamp() // 60)}-{state_of_site(db.session(), site.id, minute - timedelta(minutes=10))}"


def _board_of(form: SlotForm, site: SiteLine, known: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Return what the board shows. `known` are the marks of the rows that the browser has."""
    now = clock.now()
    day, asked = _chosen_day(form), _asked(form)
    shown = board(db.session(), actor(), site.id, now, day, filter_in_url())
    if not form.is_submitted() and asked is not None:
        # Nobody chooses a second time the reason that a client gave for not coming.
        line = shown.line_of(asked[1:])
        form.excuse.data = reason_given(line) if line is not None else ""
    which = request.args.get("show", "open")
    which = which if which in SHOWN else "open"
    first = request.args.get("first", "")
    hands = hands_of(db.session(), actor(), site, now)
    last = last_note(db.session(), actor(), shown, now)
    today = day_at(now, site.time_zone)

    def mark(line: SlotLine) -> str:
        note = f"{labels.calls.note(line, hands, now, site.time_zone)} {shown.day < today} {shown.closed_at}"
        return labels.day.mark(line, shown.leaders.get(line.slot.leader_id or 0), now, note)

    return {
        "board": shown,
        "now": now,
        "today": today,
        "known": known,
        "mark": mark,
        "which": which,
        "first": int(first) if which != "open" and first.isdecimal() and len(first) < 6 else 0,
        "most": MOST_ROWS if which == "open" else MOST_OF_ONE,
        "last": last,
        "hands": hands,
        "due": count_due(db.session(), site.id, shown.day) if current_user.may("goal:view") else 0,
        "form": form,
        "asked": asked,
        "address": _address,
        "keys": {line.key: str(uuid4()) for line in (*shown.lines, *((last.line,) if last else ()))},
        "unanswered": waiting_visits(db.session(), actor()) if current_user.may("visit:answer") else (),
        "short": short_tiers(db.session(), actor(), shown.day) if current_user.may("prize:redeem") else (),
        "lots": expiring_lots(db.session(), actor(), shown.day) if current_user.may("visit:record") else (),
    }


def _chosen_site(sites: tuple[SiteLine, ...]) -> SiteLine | None:
    wanted = request.args.get("site", "")
    return next((site for site in sites if str(site.id) == wanted), sites[0] if sites else None)


def _chosen_day(form: SlotForm) -> date | None:
    if form.is_submitted() and form.on_day.data is not None:
        day: date = form.on_day.data
        return day
    text = request.args.get("on", "")
    if not text:
        return None
    try:
        return parse_day(text)
    except BadInput:
        abort(404)


def _asked(form: SlotForm) -> tuple[str, int, int] | None:
    """Return what a row asks, and of which slot: of the link that was followed, or of the form that was refused."""
    if form.is_submitted():
        return (form.asks.data or "", form.enrollment_id.data or 0, form.service_id.data or 0)
    kind, _, slot = request.args.get("ask", "").partition("-")
    enrollment_id, service_id = map(id_in, slot.partition("-")[::2])
    if kind not in ASKS or enrollment_id is None or service_id is None:
        return None
    return kind, enrollment_id, service_id


def _record(form: SlotForm) -> int | None:
    zone = _zone(form)
    return record_slot(
        db.session(),
        enrollment_id=form.enrollment_id.data,
        service_id=form.service_id.data,
        on_day=form.on_day.data,
        way=form.way.data,
        arrived_at=_instant(form, form.arrived.data, zone),
        left_at=_instant(form, form.left.data, zone),
        excuse=form.excuse.data or None,
        note=form.note.data or None,
        seen=form.seen.data,
        key=form.key.data,
        actor=actor(),
        now=clock.now(),
    )


def _note(form: SlotForm) -> None:
    if form.way.data not in (ARRIVED, LATER, MOVED, NOT_COMING, OPEN):
        raise BadInput("Say what happened.")
    note_slot(
        db.session(),
        enrollment_id=form.enrollment_id.data,
        service_id=form.service_id.data,
        on_day=form.on_day.data,
        status=form.way.data,
        at=_instant(form, form.at.data, _zone(form)) if form.way.data == LATER else None,
        to_day=form.to_day.data,
        excuse=form.excuse.data or None,
        seen=form.seen.data,
        key=form.key.data,
        actor=actor(),
        now=clock.now(),
    )


def _zone(form: SlotForm) -> str:
    """Return the time zone of the site that the page showed."""
    site = _chosen_site(sites_of(db.session(), actor()))
    if site is None:
        raise NotFound(what="site")
    return site.time_zone


def _instant(form: SlotForm, at: time | None, zone: str) -> datetime | None:
    return None if at is None else datetime.combine(form.on_day.data, at, clock.zone(zone))


def _back(form: SlotForm) -> str:
    """Return the address of the page from which a form was sent, at the row that it was about."""
    return _address(anchor=f"slot-{form.enrollment_id.data}-{form.service_id.data}")


def _address(endpoint: str = "", anchor: str | None = None, **more: str | int | None) -> str:
    """Return the address of a page with the site, the day and the filter that this one shows. `more` replaces some.

    Without an endpoint it is this page, without what a row of it asks.
    """
    kept = {name: request.args[name] for name in ("site", "show", "first", "on", *NAMES) if name in request.args}
    if "show" in more or any(name in more for name in NAMES):
        kept.pop("first", None)
    here = "day.show" if "on" in kept or current_user.may("desk:view") else "start.show"
    in_url: dict[str, Any] = {**kept, **more, "_anchor": anchor}
    return url_for(endpoint or here, **in_url)
