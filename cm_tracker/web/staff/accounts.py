"""The accounts of staff."""

from collections.abc import Iterable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.staff.credentials import clean_username
from cm_tracker.domain.staff.roles import ROLES, may_give
from cm_tracker.domain.typed_codes import shown_code
from cm_tracker.forms.base import Form, choices
from cm_tracker.forms.staff import StaffForm
from cm_tracker.i18n import gettext, lazy
from cm_tracker.operations.staff.end_sessions_of import end_sessions_of
from cm_tracker.operations.staff.lift_account import lift_account
from cm_tracker.operations.staff.lift_source import lift_source
from cm_tracker.operations.staff.make_code import MadeCode, make_code
from cm_tracker.operations.staff.save_staff import save_staff
from cm_tracker.operations.staff.take_away_factor import take_away_factor
from cm_tracker.queries.staff.factors import factors_of
from cm_tracker.queries.staff.sites import sites_of
from cm_tracker.queries.staff.staff import staff_line, staff_list
from cm_tracker.queries.staff.waits import waiting_accounts, waiting_sources
from cm_tracker.web.access import actor, allow, hasher, waits_of_sign_in
from cm_tracker.web.form_answers import attempt, status_of

blueprint = Blueprint("staff", __name__, url_prefix="/staff")

# What each role does, in a few words.
_MEANS = {
    "front_desk": lazy("Front desk: names, times and who came; no results, no points"),
    "technician": lazy("Technician: enters tests and sees their own entries; no history, no points"),
    "counselor": lazy("Counselor: records and hands out; sees their own clients first; counts no cabinet"),
    "coordinator": lazy("Coordinator: records visits, hands out prizes, counts the cabinet"),
    "lead": lazy("Lead: also schedules, prizes, accounts"),
    "purchaser": lazy("Purchaser: buys prizes and sees what is in the cabinet; no clients"),
    "auditor": lazy("Auditor: reads the ledger, by client code; no other role goes with it"),
    "admin": lazy("Admin: accounts and sites, no clients"),
}


@blueprint.get("")
@allow("staff:manage")
def index() -> str:
    """List the accounts at the reader's sites, and who has to wait after wrong passwords."""
    limit, now = waits_of_sign_in(), clock.now()
    return render_template(
        "staff/list.html",
        form=Form(),
        staff=staff_list(db.session(), actor()),
        accounts=waiting_accounts(db.session(), actor(), limit, now),
        sources=waiting_sources(db.session(), limit, now),
    )


@blueprint.post("/<id:staff_id>/lift")
@allow("staff:manage", fresh=True)
def lift(staff_id: int) -> Response:
    """End the wait of an account after wrong passwords."""
    lift_account(db.session(), staff_id=staff_id, actor=actor(), now=clock.now())
    flash(gettext("The wait is over. The person can sign in at once."))
    return redirect(url_for("staff.index"), 303)


@blueprint.post("/lift")
@allow("staff:manage", fresh=True)
def lift_place() -> Response:
    """End the wait of a browser, a network address or a tablet. The form names it, so it stands in no URL."""
    lift_source(db.session(), source=request.form.get("source", "")[:60], actor=actor(), now=clock.now())
    flash(gettext("The wait is over. Everybody can sign in there at once."))
    return redirect(url_for("staff.index"), 303)


@blueprint.post("/<id:staff_id>/take-away")
@allow("staff:manage", fresh=True)
def take_away(staff_id: int) -> Response:
    """Take away the second factor of somebody who has lost it."""
    take_away_factor(db.session(), staff_id=staff_id, actor=actor(), now=clock.now())
    flash(gettext("The second factor is taken away. The person signs in with the password, and sets up another one."))
    return redirect(url_for("staff.edit", staff_id=staff_id), 303)


@blueprint.route("/new", methods=["GET", "POST"])
@allow("staff:manage", fresh=True)
def new() -> str | Response | tuple[str, int]:
    """Create an account, and show its one-time code."""
    form = _form(StaffForm())
    staff_id = attempt(form, lambda: _save(form, None), lambda: _check(form))
    if staff_id is None:
        return render_template("staff/new.html", form=form), status_of(form)
    made = make_code(db.session(), staff_id=staff_id, hasher=hasher(), actor=actor(), now=clock.now())
    return _code_page(staff_id, made, gettext("The account is created"))


@blueprint.route("/<id:staff_id>/edit", methods=["GET", "POST"])
@allow("staff:manage", fresh=True)
def edit(staff_id: int) -> str | Response | tuple[str, int]:
    """Change an account, or close it."""
    line = staff_line(db.session(), actor(), staff_id)
    kept = tuple(role for role in ROLES if role in line.roles - may_give(actor().roles))
    form = _form(StaffForm(obj=line))
    if attempt(form, lambda: _save(form, staff_id, kept), lambda: _check(form)) is not None:
        flash(gettext("Saved."))
        return redirect(url_for("staff.index"), 303)
    has_factor = staff_id != actor().staff_id and factors_of(db.session(), staff_id).has_any
    page = render_template("staff/edit.html", form=form, line=line, kept=kept, has_factor=has_factor)
    return page, status_of(form)


@blueprint.route("/<id:staff_id>/code", methods=["GET", "POST"])
@allow("staff:manage", fresh=True)
def code(staff_id: int) -> str | tuple[str, int]:
    """Make the code with which somebody sets a new password. It is shown once, and stands in no URL."""
    line = staff_line(db.session(), actor(), staff_id)
    form = Form()
    made = attempt(
        form, lambda: make_code(db.session(), staff_id=staff_id, hasher=hasher(), actor=actor(), now=clock.now())
    )
    if made is None:
        return render_template("staff/new_code.html", form=form, line=line), status_of(form)
    return _code_page(staff_id, made, gettext("One-time code"))


@blueprint.post("/<id:staff_id>/sign-out")
@allow("staff:manage", fresh=True)
def sign_out(staff_id: int) -> Response:
    """Sign somebody out everywhere."""
    line = staff_line(db.session(), actor(), staff_id)
    end_sessions_of(db.session(), staff_id=staff_id, actor=actor(), now=clock.now())
    flash(gettext("%(name)s is signed out everywhere.", name=line.display_name))
    return redirect(url_for("staff.edit", staff_id=staff_id), 303)


def _code_page(staff_id: int, made: MadeCode, heading: str) -> str:
    line, code = staff_line(db.session(), actor(), staff_id), shown_code(made.code)
    address = url_for("codes.redeem", _external=True)
    # What stands behind "#" stays in the browser: no log of a server or a proxy has it.
    link = f"{address}#{line.username}:{code}"
    return render_template(
        "staff/made_code.html", heading=heading, line=line, code=code, made=made, address=address, link=link
    )


def _form(form: StaffForm) -> StaffForm:
    mine = may_give(actor().roles)
    form.roles.choices = choices((role, _MEANS[role]) for role in ROLES if role in mine)
    form.site_ids.choices = choices((site.id, site.name) for site in sites_of(db.session(), actor()))
    return form


def _check(form: StaffForm) -> None:
    clean_username(form.username.data or "")


def _save(form: StaffForm, staff_id: int | None, kept: Iterable[str] = ()) -> int:
    """Save the account. `kept` are roles of it that are not the reader's to give or take."""
    return save_staff(
        db.session(),
        username=form.username.data,
        display_name=form.display_name.data,
        roles=[*(form.roles.data or ()), *kept],
        site_ids=form.site_ids.data or [],
        is_active=form.is_active.data,
        actor=actor(),
        now=clock.now(),
        staff_id=staff_id,
    )
