"""The start page, signing in and out, and changing one's password."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask_login import current_user, logout_user
from werkzeug.wrappers import Response

from cm_tracker import clock, labels
from cm_tracker.db import db
from cm_tracker.domain.staff.passwords import strength
from cm_tracker.domain.staff.second_factor import HalfSignedIn
from cm_tracker.domain.upkeep import CHECKPOINT, EXPIRY, FILES, VERIFY
from cm_tracker.domain.visits.proposals import CLOCK_TOLERANCE
from cm_tracker.forms.day.slots import SlotForm
from cm_tracker.forms.staff import PasswordForm, SignInForm
from cm_tracker.i18n import gettext
from cm_tracker.operations.staff.change_password import change_password
from cm_tracker.operations.staff.sign_in import sign_in as start_session
from cm_tracker.operations.staff.sign_out import sign_out as end_session
from cm_tracker.queries.audit.identities import opened_lately
from cm_tracker.queries.kiosk.devices import stopped_devices
from cm_tracker.queries.ledger.transactions import head
from cm_tracker.queries.ledger.verifications import CheckLine, newest_check, newest_record_at
from cm_tracker.queries.prizes.counts import waiting_losses
from cm_tracker.queries.staff.codes import passwords_set_lately
from cm_tracker.queries.staff.factors import factor_due, taken_away_lately
from cm_tracker.queries.upkeep import UpkeepLine, failed_upkeep
from cm_tracker.queries.visits.panels import expiring_lots
from cm_tracker.web.access import PUBLIC, actor, allow, hasher, waits_of_sign_in
from cm_tracker.web.day.today import day_page
from cm_tracker.web.form_answers import attempt, status_of
from cm_tracker.web.kept_forms import FIELD
from cm_tracker.web.proof_page import sign_in_page
from cm_tracker.web.reports.desk import desk_page
from cm_tracker.web.staff.arrivals import arrive
from cm_tracker.web.staff.proofs import go_on
from cm_tracker.web.staff.signing_in import first_step_here

blueprint = Blueprint("start", __name__)


@blueprint.get("/")
@allow("account:own")
def show() -> str:
    """Show a lead the program, the day to whoever works with clients, and to others whatever waits for them."""
    check = newest_check(db.session()) if current_user.may("ledger:verify") else None
    seen_first = {
        "check": check,
        "failed": _failed(check) if current_user.may("ledger:verify") else (),
        "is_behind": _is_behind(),
        "factor_due": None if current_app.config["DEMONSTRATION"] else factor_due(db.session(), actor()),
        "taken_away": taken_away_lately(db.session(), actor(), clock.now()) if current_user.may("staff:manage") else (),
        "stopped": stopped_devices(db.session(), actor()) if current_user.may("device:view") else (),
        "opened": opened_lately(db.session(), actor(), clock.now()) if current_user.may("viewing:client") else (),
        "passwords": passwords_set_lately(db.session(), actor(), clock.now())
        if current_user.may("staff:manage")
        else (),
    }
    if current_user.may("desk:view"):
        lots = expiring_lots(db.session(), actor(), current_user.today) if current_user.may("visit:record") else ()
        return desk_page(**seen_first, lots=lots)
    waiting = {"losses": waiting_losses(db.session(), actor()) if current_user.may("loss:sign") else ()}
    if current_user.may("day:view"):
        return day_page(SlotForm(), **seen_first, **waiting)[0]
    return render_template(
        "staff/start.html",
        head=head(db.session()) if current_user.may("ledger:view") else None,
        **seen_first,
        **waiting,
    )


def _failed(check: CheckLine | None) -> tuple[UpkeepLine, ...]:
    """Return the tasks that failed. What only follows from an open verification is told by its own notice."""
    follows = {VERIFY, EXPIRY, FILES, CHECKPOINT} if check is not None and check.is_open else set()
    return tuple(line for line in failed_upkeep(db.session()) if line.task not in follows)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@allow(PUBLIC)
def sign_in() -> str | Response | tuple[str, int]:
    """Sign in with user name and password. Whoever has a second factor goes on to the second step."""
    if current_user.is_authenticated:
        return redirect(url_for("start.show"))
    form = SignInForm()
    started = attempt(
        form,
        lambda: start_session(
            db.session(),
            username=form.username.data,
            password=form.password.data,
            **first_step_here(),
        ),
    )
    kept = request.form.get(FIELD, "")
    if isinstance(started, HalfSignedIn):
        return go_on(started, kept)
    if started is not None and (answer := arrive(started, kept)) is not None:
        return answer
    return sign_in_page(form, kept, request.args.get("next")), status_of(form)


@blueprint.route("/password", methods=["GET", "POST"])
@allow("account:own")
def password() -> str | Response | tuple[str, int]:
    """Change one's own password."""
    form = PasswordForm()

    def save() -> bool:
        change_password(
            db.session(),
            old=form.old.data,
            new=form.new.data,
            token=current_user.token,
            hasher=hasher(),
            limit=waits_of_sign_in(),
            actor=actor(),
            now=clock.now(),
        )
        return True

    if attempt(form, save):
        how_strong = labels.staff.strength(strength(form.new.data))
        flash(
            gettext(
                "Your password is changed. %(how_strong)s You are signed out everywhere else.", how_strong=how_strong
            )
        )
        return redirect(url_for("start.show"), 303)
    return render_template("staff/password.html", form=form), status_of(form)


@blueprint.post("/sign-out")
@allow(PUBLIC)
def sign_out() -> Response:
    """End the session, in the browser and in the database."""
    if current_user.is_authenticated:
        end_session(db.session(), token=current_user.token, now=clock.now())
    logout_user()
    session.clear()
    return redirect(url_for("start.sign_in"))


def _is_behind() -> bool:
    """Return whether the machine's clock is earlier than the newest record, so that somebody must set it."""
    newest = newest_record_at(db.session())
    return newest is not None and clock.now() < newest - CLOCK_TOLERANCE
