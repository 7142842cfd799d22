"""The hand-over log, on a page, as a file and on paper: what auditors of grants ask for."""

from flask import Blueprint, render_template, request

from cm_tracker.db import db
from cm_tracker.domain.prizes.catalog import GIFT_CARD
from cm_tracker.exports.prizes import HANDOVERS
from cm_tracker.forms.base import choices
from cm_tracker.forms.prizes.catalog import HandedOutFilterForm
from cm_tracker.i18n import gettext
from cm_tracker.queries.prizes.handed_out import HANDED_OUT, HandedOutFilter, sum_of_log
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import cursor_from
from cm_tracker.web.list_files import Answer, common_filter, offer_sites, send_list

blueprint = Blueprint("handed_out", __name__, url_prefix="/money")


@blueprint.get("/handed-out")
@allow("money:view")
def index() -> str | tuple[str, int]:
    """List what clients got in their hands, by code."""
    form = _form()
    page = _page(form)
    return (page, 422) if form.errors else page


@blueprint.get("/handed-out.<any(csv, xlsx, print):way>")
@allow("money:view", fresh=True)
def download(way: str) -> Answer:
    """Send the same lines as a file, or show them to be printed."""
    form = _form()
    return send_list(HANDOVERS, way, form, _filter(form), lambda: _page(form))


def _form() -> HandedOutFilterForm:
    form = HandedOutFilterForm(request.args)
    offer_sites(form)
    form.category.choices = choices([("", gettext("Every prize")), (GIFT_CARD, gettext("Gift cards"))])
    form.validate()
    return form


def _filter(form: HandedOutFilterForm) -> HandedOutFilter:
    return HandedOutFilter(**common_filter(form), category=form.chosen("category"))


def _page(form: HandedOutFilterForm) -> str:
    chosen = _filter(form)
    page = HANDED_OUT.page(db.session(), actor(), chosen, before=cursor_from(request.args))
    return render_template(
        "prizes/handed_out.html",
        form=form,
        lines=page.lines,
        total=sum_of_log(db.session(), actor(), chosen),
        older=page.older,
        zone=chosen.time_zone,
        query=form.in_url(),
    )
