"""The hand-over log, on a page and as a CSV file: what auditors of grants ask for."""

from flask import Blueprint, Response, render_template, request

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.prizes.catalog import GIFT_CARD
from cm_tracker.forms.base import choices
from cm_tracker.forms.prizes.catalog import HandedOutFilterForm
from cm_tracker.labels.prizes import confirmed, given_for
from cm_tracker.operations.audit.note_download import note_download
from cm_tracker.queries.paging import BATCH
from cm_tracker.queries.prizes.handed_out import HandedOutFilter, handed_out, log_is_longer_than
from cm_tracker.queries.staff.sites import sites_of, zone_of_list
from cm_tracker.web.access import actor, allow
from cm_tracker.web.csv_download import MOST_LINES, TOO_MANY, csv_download, instant, lines_of_list
from cm_tracker.web.form_answers import cursor_from

blueprint = Blueprint("handed_out", __name__, url_prefix="/money")


@blueprint.get("/handed-out")
@allow("money:view")
def index() -> str | tuple[str, int]:
    """List what clients got in their hands, by code."""
    form = _form()
    page = _page(form)
    return (page, 422) if form.errors else page


@blueprint.get("/handed-out.csv")
@allow("money:view")
def download() -> Response | tuple[str, int]:
    """Send the same lines as a CSV file."""
    form = _form()
    chosen = _filter(form)
    if not form.errors and log_is_longer_than(db.session(), actor(), chosen, MOST_LINES):
        form.since.errors = [TOO_MANY]
    if form.errors:
        return _page(form), 422
    who, zone = actor(), chosen.time_zone
    note_download(
        db.session(),
        list_name="handed-out",
        site_id=chosen.site_id,
        since=chosen.since,
        until=chosen.until,
        actor=who,
        now=clock.now(),
    )
    lines = lines_of_list(lambda before: handed_out(db.session(), who, chosen, before=before, size=BATCH))
    rows = (
        (
            instant(line.at, zone),
            line.site_name,
            line.client_code,
            line.prize_name,
            line.last_four,
            line.quantity,
            line.cents,
            given_for(line),
            line.issuer,
            line.authorized_by,
            confirmed(line.confirmed, line.why_unconfirmed),
            "yes" if line.has_promise else None,
            "voided" if line.undone_at else None,
        )
        for line in lines
    )
    columns = (
        f"When ({zone})", "Site", "Client code", "Prize", "Card ends in", "Quantity", "Amount in cents", "For",
        "Handed out by", "Purchase authorized by", "Confirmed by the client",
        "Promised not to buy alcohol, tobacco, drugs or weapons", "Voided",
    )  # fmt: skip
    return csv_download(f"handed-out-{clock.day_at(clock.now(), zone)}", columns, rows)


def _form() -> HandedOutFilterForm:
    form = HandedOutFilterForm(request.args)
    sites = sites_of(db.session(), actor())
    form.site_id.choices = choices([("", "All my sites"), *((str(site.id), site.name) for site in sites)])
    form.category.choices = choices([("", "Every prize"), (GIFT_CARD, "Gift cards")])
    form.validate()
    return form


def _filter(form: HandedOutFilterForm) -> HandedOutFilter:
    site_id = form.chosen_id("site_id")
    return HandedOutFilter(
        category=form.chosen("category"),
        site_id=site_id,
        client_code=form.chosen("client_code") or "",
        since=form.chosen("since"),
        until=form.chosen("until"),
        time_zone=zone_of_list(db.session(), actor(), site_id),
    )


def _page(form: HandedOutFilterForm) -> str:
    chosen = _filter(form)
    page = handed_out(db.session(), actor(), chosen, before=cursor_from(request.args))
    return render_template(
        "prizes/handed_out.html",
        form=form,
        lines=page.lines,
        older=page.older,
        zone=chosen.time_zone,
        query=form.in_url(),
    )
