"""Sites."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.forms.base import Form
from cm_tracker.forms.staff import ExpiryForm, SiteForm, TradingForm
from cm_tracker.operations.ledger.set_expiry import set_expiry
from cm_tracker.operations.prizes.set_trading import set_trading
from cm_tracker.operations.staff.add_site import add_site
from cm_tracker.queries.staff.sites import SiteLine, site_of, sites_of
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, status_of

blueprint = Blueprint("sites", __name__, url_prefix="/sites")

PageAnswer = str | Response | tuple[str, int]


@blueprint.get("")
@allow("site:manage")
def index() -> str:
    """The sites."""
    return render_template("staff/sites.html", sites=sites_of(db.session(), actor()))


@blueprint.route("/new", methods=["GET", "POST"])
@allow("site:manage")
def new() -> str | Response | tuple[str, int]:
    """Add a site."""
    form = SiteForm()
    site_id = attempt(
        form,
        lambda: add_site(
            db.session(), name=form.name.data, time_zone=form.time_zone.data, actor=actor(), now=clock.now()
        ),
    )
    if site_id is not None:
        flash("The site is there. Give its staff their accounts.")
        return redirect(url_for("sites.index"), 303)
    return render_template("staff/new_site.html", form=form), status_of(form)


@blueprint.route("/<id:site_id>/unspent-points", methods=["GET", "POST"])
@allow("expiry:set")
def expiry(site_id: int) -> PageAnswer:
    """When points that nobody spent expire at a site."""
    site = site_of(db.session(), actor(), site_id)
    form = ExpiryForm(expires="weeks" if site.expiry_weeks else "never", weeks=site.expiry_weeks)

    def save() -> None:
        set_expiry(
            db.session(),
            site_id=site_id,
            weeks=form.weeks.data if form.expires.data == "weeks" else None,
            reason=form.reason.data,
            actor=actor(),
            now=clock.now(),
        )

    return _rule(form, save, site, "ledger/expiry.html", back="schedules.index")


@blueprint.route("/<id:site_id>/trading-up", methods=["GET", "POST"])
@allow("trading:set")
def trading(site_id: int) -> PageAnswer:
    """Whether five small prizes may be handed back for one of the next tier at a site."""
    site = site_of(db.session(), actor(), site_id)
    form = TradingForm(trades="days" if site.trade_days else "never", days=site.trade_days)

    def save() -> None:
        set_trading(
            db.session(),
            site_id=site_id,
            days=form.days.data if form.trades.data == "days" else None,
            reason=form.reason.data,
            actor=actor(),
            now=clock.now(),
        )

    return _rule(form, save, site, "prizes/trading.html", back="prizes.index")


def _rule(form: Form, save: Callable[[], None], site: SiteLine, template: str, *, back: str) -> PageAnswer:
    """The form of a site's rule, or the way back once it is saved."""
    if attempt(form, lambda: save() is None):
        flash("The rule is saved. It holds from today on.")
        return redirect(url_for(back), 303)
    return render_template(template, form=form, site=site), status_of(form)
