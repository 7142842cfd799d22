"""Clients: the list and its search, a client's page, PIN and enrollment."""

from datetime import datetime
from uuid import uuid4

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.clients.codes import new_code
from cm_tracker.domain.clients.id_cards import is_card_number
from cm_tracker.domain.clients.sounding import shown_as
from cm_tracker.domain.day.states import SlotKey
from cm_tracker.domain.errors import AlreadyEnrolled, MaybeKnown, NotFound
from cm_tracker.domain.languages import LANGUAGES
from cm_tracker.domain.schedules.first_day import PastStart, past_start
from cm_tracker.draw_sentences import tier
from cm_tracker.forms.base import choices
from cm_tracker.forms.clients.clients import ClientChangeForm, ClientForm, EnrollForm, PinForm, SearchForm
from cm_tracker.i18n import gettext
from cm_tracker.operations.clients.change_client import change_client
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.clients.set_pin import set_pin
from cm_tracker.operations.clients.unlock_client import unlock_client
from cm_tracker.queries.clients.alike import ClientAlike, clients_alike
from cm_tracker.queries.clients.clients import ClientCard, ClientName, client_card, client_list, client_name
from cm_tracker.queries.clients.counselors import client_counselors
from cm_tracker.queries.clients.id_cards import found_card
from cm_tracker.queries.clients.pins import least_pin_digits
from cm_tracker.queries.clients.search import client_with_code
from cm_tracker.queries.clients.transfers import former_client
from cm_tracker.queries.day.client_paths import paths_of
from cm_tracker.queries.day.client_today import ClientDay, client_today, enrolled_today
from cm_tracker.queries.day.closed_day_pages import closed_lately
from cm_tracker.queries.funding.sources import open_sources
from cm_tracker.queries.goals.client_goals import goal_summary
from cm_tracker.queries.idempotency import answer_of
from cm_tracker.queries.kiosk.locks import locked_until
from cm_tracker.queries.ledger.expiry import spend_by
from cm_tracker.queries.ledger.transactions import transactions_of_client
from cm_tracker.queries.prizes.draws import won_of
from cm_tracker.queries.prizes.redemptions import receipts_of, set_aside
from cm_tracker.queries.schedules.program import point_value
from cm_tracker.queries.schedules.schedules import newest_versions
from cm_tracker.queries.staff.sites import sites_of
from cm_tracker.web.access import actor, allow, hasher, limit
from cm_tracker.web.day.filters import counselor_in_url
from cm_tracker.web.form_answers import attempt, status_of

blueprint = Blueprint("clients", __name__, url_prefix="/clients")


@blueprint.route("", methods=["GET", "POST"])
@allow("client:find")
def index() -> str | Response | tuple[str, int]:
    """List clients by code. A search is posted, so that no name is in the URL. A whole code opens its client."""
    form = SearchForm()
    search, page = "", 1
    if form.validate_on_submit():
        search = (form.q.data or "").strip()
        page = form.page.data or 1
    if is_card_number(search):
        return _scanned(form, search)
    client_id = client_with_code(db.session(), actor(), search) if search else None
    if client_id is not None:
        return redirect(url_for("clients.show", client_id=client_id), 303)
    # A search finds everybody: whoever looks for a name may not know whose client it is.
    counselor_id = None if search else counselor_in_url()
    listed = client_list(db.session(), actor(), search=search, page=page, now=clock.now(), counselor_id=counselor_id)
    if search and listed.total == 1:
        return redirect(url_for("clients.show", client_id=listed.lines[0].id), 303)
    return render_template("clients/list.html", form=form, listed=listed, search=search, counselor_id=counselor_id)


def _scanned(form: SearchForm, number: str) -> Response | tuple[str, int]:
    """Lead to the client whose ID card was scanned. The number stands in no URL, and on no page."""
    card = found_card(db.session(), actor(), number)
    if card is not None and card.replaced_at is None:
        return redirect(url_for("clients.show", client_id=card.client_id), 303)
    form.q.data = ""
    if card is None:
        form.say(gettext("This card is not known at your sites. Look for the client by code or name."), "q")
    else:
        day = current_user.day(card.replaced_at)
        form.say(
            gettext("This card was replaced on %(day)s and is no longer valid. Ask for the new one.", day=day), "q"
        )
    counselor_id = counselor_in_url()
    listed = client_list(db.session(), actor(), search="", page=1, now=clock.now(), counselor_id=counselor_id)
    page = render_template("clients/list.html", form=form, listed=listed, search="", counselor_id=counselor_id)
    return page, 422


@blueprint.route("/new", methods=["GET", "POST"])
@allow("client:create")
def new() -> str | Response | tuple[str, int]:
    """Add a client."""
    form = ClientForm()
    sites = sites_of(db.session(), actor())
    form.site_id.choices = choices((site.id, site.name) for site in sites)
    form.language.choices = choices(LANGUAGES.items())
    if form.is_new and len(sites) == 1:
        form.site_id.data = sites[0].id
    client_id = attempt(
        form,
        lambda: open_client(
            db.session(),
            code=form.code.data,
            preferred_name=form.preferred_name.data or "",
            site_id=form.site_id.data,
            language=form.language.data,
            shown=form.shown.data or "",
            is_practice=form.is_practice.data,
            actor=actor(),
            now=clock.now(),
        ),
        check=lambda: new_code(form.code.data or ""),
    )
    if client_id is not None:
        flash(gettext("The client is added. Next, enroll them in a schedule."))
        return redirect(url_for("clients.show", client_id=client_id), 303)
    alike = _alike(form, form.site_id.data)
    return render_template("clients/new.html", form=form, alike=alike), 200 if alike else status_of(form)


def _alike(
    form: ClientForm | ClientChangeForm, site_id: int, *, but_client: int | None = None
) -> tuple[ClientAlike, ...]:
    """Return the clients whom a form has to show before it is saved, and note in it that it shows them.

    The operation has refused the form because of them, so the actor may see the site.
    """
    if not isinstance(getattr(form, "refusal", None), MaybeKnown):
        return ()
    alike = clients_alike(db.session(), site_id, form.preferred_name.data or "", but_client=but_client)
    form.form_errors = []  # the page asks it as a question
    form.shown.data = shown_as(client.id for client in alike)
    return alike


@blueprint.get("/<id:client_id>")
@allow("client:find")
def show(client_id: int) -> str | Response:
    """Show a client's page; to a site that they have left, what happened there until then.

    The front desk sees who it is and when they come. A record that was merged leads to its main record.
    """
    if not current_user.may("client:view"):
        return _desk(client_id)
    try:
        card = client_card(db.session(), actor(), client_id, clock.now())
    except NotFound:
        return _former(client_id)
    if card.id != client_id:
        return redirect(url_for("clients.show", client_id=card.id))
    now, of = clock.now(), card.enrollment
    client = ClientName(card.id, card.code, card.preferred_name, card.site_id, card.language, card.time_zone)
    today = (
        enrolled_today(db.session(), actor(), client, of.id, of.span, now)
        if of and not of.is_over
        else ClientDay(client, card.today)
    )
    return render_template(
        "clients/show.html",
        card=card,
        now=now,
        today=today,
        today_keys=_keys(today),
        paths=paths_of(of, today) if of else {},
        counselors=client_counselors(db.session(), card.id, card.site_id, card.today),
        plan=today.plan,
        goals=goal_summary(db.session(), of, card.today) if of else None,
        point_value=point_value(db.session()),
        spend_by=spend_by(db.session(), card.id, card.today) if card.points_may_expire else None,
        transactions=transactions_of_client(db.session(), actor(), card.id, limit=20),
        set_aside=set_aside(db.session(), actor(), client_id=card.id),
        won=won_of(card.balances),
        tier=tier,
        closed_on=closed_lately(db.session(), card.id, card.today),
        pin_locked_until=_locked_until(card, now) if card.has_pin else None,
    )


def _locked_until(card: ClientCard, now: datetime) -> datetime | None:
    tries, wait = limit().tries, limit().wait
    return locked_until(db.session(), site_id=card.site_id, code=card.code, tries=tries, wait=wait, now=now)


def _desk(client_id: int) -> str | Response:
    """Show the client to somebody who sees no results. A client who has left the site is not found."""
    now = clock.now()
    today = client_today(db.session(), actor(), client_id, now)
    if today.client.id != client_id:
        return redirect(url_for("clients.show", client_id=today.client.id))
    return render_template("clients/desk.html", client=today.client, today=today, today_keys=_keys(today), now=now)


def _keys(today: ClientDay) -> dict[SlotKey, str]:
    """Return an idempotency key for the form of each slot."""
    return {line.key: str(uuid4()) for line in today.lines}


def _former(client_id: int) -> str:
    client = former_client(db.session(), actor(), client_id)
    return render_template(
        "clients/former.html",
        client=client,
        receipts=receipts_of(db.session(), actor(), client.id).lines,
        transactions=transactions_of_client(db.session(), actor(), client.id, limit=200),
    )


@blueprint.route("/<id:client_id>/edit", methods=["GET", "POST"])
@allow("client:change")
def edit(client_id: int) -> str | Response | tuple[str, int]:
    """Change a client's preferred name and language."""
    client = client_name(db.session(), actor(), client_id)
    form = ClientChangeForm(obj=client)
    form.language.choices = choices(LANGUAGES.items())

    def save() -> bool:
        change_client(
            db.session(),
            client_id=client.id,
            preferred_name=form.preferred_name.data or "",
            language=form.language.data,
            shown=form.shown.data or "",
            actor=actor(),
            now=clock.now(),
        )
        return True

    if attempt(form, save):
        flash(gettext("Saved."))
        return redirect(url_for("clients.show", client_id=client.id), 303)
    alike = _alike(form, client.site_id, but_client=client.id)
    page = render_template("clients/edit.html", form=form, client=client, alike=alike)
    return page, 200 if alike else status_of(form)


@blueprint.route("/<id:client_id>/pin", methods=["GET", "POST"])
@allow("client:change")
def pin(client_id: int) -> str | Response | tuple[str, int]:
    """Let the client choose a PIN."""
    client = client_name(db.session(), actor(), client_id)
    form = PinForm()

    def save() -> bool:
        if form.pin.data != form.again.data:
            form.say(gettext("The two PINs are not the same. Type both again."), "again")
            return False
        set_pin(db.session(), client_id=client.id, pin=form.pin.data, hasher=hasher(), actor=actor(), now=clock.now())
        return True

    if attempt(form, save):
        flash(gettext("The PIN is set. It works at the kiosk now."))
        return redirect(url_for("clients.show", client_id=client.id), 303)
    least = least_pin_digits(db.session(), client.id)
    return render_template("clients/pin.html", form=form, client=client, least=least), status_of(form)


@blueprint.post("/<id:client_id>/unlock")
@allow("client:change")
def unlock(client_id: int) -> Response:
    """Let a client who has to wait after wrong PINs try again at once."""
    unlock_client(db.session(), client_id=client_id, actor=actor(), now=clock.now())
    flash(gettext("Unlocked. The PIN can be typed again now."))
    return redirect(url_for("clients.show", client_id=client_id), 303)


@blueprint.route("/<id:client_id>/enroll", methods=["GET", "POST"])
@allow("client:enroll")
def enroll(client_id: int) -> str | Response | tuple[str, int]:
    """Enroll the client in the newest version of a schedule. If the first day is past, ask again before that."""
    client = client_name(db.session(), actor(), client_id)
    today = clock.day_at(clock.now(), client.time_zone)
    versions = {line.id: line for line in newest_versions(db.session(), actor(), today, client.site_id)}
    form = EnrollForm()
    listed = [
        (line.id, gettext("%(name)s (version %(number)s)", name=line.name, number=line.number))
        for line in versions.values()
    ]
    form.schedule_version_id.choices = choices([("", gettext("Choose a schedule")), *listed])
    paying = open_sources(db.session(), today)
    if paying:
        form.source_id.choices = choices(
            [
                ("", gettext("Choose who pays")),
                *((line.id, line.name) for line in paying),
                (0, gettext("None of these")),
            ]
        )
    else:
        del form.source_id
    if form.is_new:
        form.starts_on.data = today
    past: PastStart | None = None

    def save() -> int | None:
        nonlocal past
        version_id, starts_on = form.schedule_version_id.data, form.starts_on.data
        past = past_start(versions[version_id].schedule, starts_on, today)
        asked = f"{version_id}:{starts_on}"
        # A form that was sent twice asks nothing: the operation returns its first result again.
        if past and form.shown.data != asked and answer_of(db.session(), "enroll_client", form.key.data) is None:
            form.shown.data = asked
            return None
        return enroll_client(
            db.session(),
            client_id=client.id,
            schedule_version_id=version_id,
            starts_on=starts_on,
            source_id=(form.source_id.data or None) if paying else None,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        )

    enrollment_id = attempt(form, save)
    if enrollment_id is not None:
        flash(gettext("Enrolled. Next, the client signs the agreement; you can also record the first visit."))
        return redirect(url_for("agreements.sign", enrollment_id=enrollment_id), 303)
    asks = past is not None and not form.errors
    status = 409 if isinstance(getattr(form, "refusal", None), AlreadyEnrolled) else 200 if asks else status_of(form)
    page = render_template(
        "clients/enroll.html", form=form, client=client, versions=versions, past=past if asks else None
    )
    return page, status
