"""The audit trail: who did what, as sentences, on a page and as a CSV file."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from flask import Blueprint, Response, render_template, request, url_for
from flask_login import current_user

from cm_tracker import clock
from cm_tracker.audit_sentences import KINDS, kind_name, record_name, sentence
from cm_tracker.db import db
from cm_tracker.forms.audit import AuditFilterForm
from cm_tracker.forms.base import choices
from cm_tracker.operations.audit.note_download import note_download
from cm_tracker.queries.audit import AuditFilter, AuditLine, audit_trail, trail_is_longer_than
from cm_tracker.queries.paging import BATCH
from cm_tracker.queries.staff.sites import sites_of, zone_of_list
from cm_tracker.queries.staff.staff import staff_list
from cm_tracker.web.access import actor, allow
from cm_tracker.web.csv_download import MOST_LINES, TOO_MANY, csv_download, instant, lines_of_list
from cm_tracker.web.form_answers import cursor_from

blueprint = Blueprint("audit", __name__, url_prefix="/audit")


class RecordPage(NamedTuple):
    """Where a kind of record is shown: the endpoint, the name of its id there, and who may open it."""

    endpoint: str
    argument: str
    permission: str


# A kind that is not here has no page of its own, or one that may be gone (a draft, an offer).
PAGES: Mapping[str, RecordPage] = {
    "visit": RecordPage("visits.show", "visit_id", "visit:view"),
    "redemption": RecordPage("redemptions.show", "redemption_id", "prize:redeem"),
    "draw": RecordPage("draws.show", "draw_id", "draw:view"),
    "transaction": RecordPage("ledger.show", "transaction_id", "ledger:view"),
    "adjustment_request": RecordPage("adjustments.show", "request_id", "adjustment:view"),
    "ledger_check": RecordPage("checks.show", "check_id", "ledger:verify"),
    "schedule_version": RecordPage("schedules.show", "version_id", "schedule:view"),
    "stock_count": RecordPage("counts.show", "count_id", "prize:view"),
    "prize": RecordPage("prizes.edit", "prize_id", "prize:manage"),
    "staff": RecordPage("staff.edit", "staff_id", "staff:manage"),
}
# These may be of another site though the line is shown. Their name was found only where they are not.
NEED_A_NAME = ("prize", "staff")


class ShownLine(NamedTuple):
    """A line with its sentence, and where the reader may go from it (None: nowhere)."""

    line: AuditLine
    says: str
    record: str
    record_url: str | None
    client_url: str | None


@blueprint.get("")
@allow("audit:view")
def index() -> str:
    """Who did what, when and why, newest first."""
    return _page(_form())


@blueprint.get("/trail.csv")
@allow("audit:view")
def download() -> Response | tuple[str, int]:
    """Every line that fits the filter, as a file."""
    form = _form()
    chosen = _filter(form)
    if not form.errors and trail_is_longer_than(db.session(), actor(), chosen, MOST_LINES):
        form.since.errors = [TOO_MANY]
    if form.errors:
        return _page(form), 422
    who, zone = actor(), chosen.time_zone
    note_download(
        db.session(),
        list_name="audit",
        site_id=chosen.site_id,
        since=chosen.since,
        until=chosen.until,
        actor=who,
        now=clock.now(),
    )
    lines = lines_of_list(lambda before: audit_trail(db.session(), who, chosen, before=before, size=BATCH))
    columns = (f"When ({zone})", "Who", "What happened", "Kind", "Site", "Client code", "Record", "Why", "Tag")
    return csv_download(f"audit-trail-{clock.day_at(clock.now(), zone)}", columns, _rows(lines, zone))


def _rows(lines: Iterator[AuditLine], zone: str) -> Iterator[tuple[object, ...]]:
    for line in lines:
        yield (
            instant(line.at, zone),
            line.staff_name or line.via,
            sentence(line),
            kind_name(line.tag),
            line.site_name,
            line.client_code,
            record_name(line),
            line.reason,
            line.tag,
        )


def _form() -> AuditFilterForm:
    form = AuditFilterForm(request.args)
    sites, staff = sites_of(db.session(), actor()), staff_list(db.session(), actor())
    form.kind.choices = choices([("", "Everything"), *((key, kind.name) for key, kind in KINDS.items())])
    form.site_id.choices = choices([("", "All my sites"), *((str(site.id), site.name) for site in sites)])
    form.staff_id.choices = choices([("", "Everybody"), *((str(line.id), line.display_name) for line in staff)])
    form.validate()
    return form


def _filter(form: AuditFilterForm) -> AuditFilter:
    kind, site_id = form.chosen("kind"), form.chosen_id("site_id")
    return AuditFilter(
        tags=tuple(KINDS[kind].sentences) if kind else (),
        staff_id=form.chosen_id("staff_id"),
        site_id=site_id,
        client_code=form.chosen("client_code") or "",
        since=form.chosen("since"),
        until=form.chosen("until"),
        time_zone=zone_of_list(db.session(), actor(), site_id),
    )


def _page(form: AuditFilterForm) -> str:
    chosen = _filter(form)
    page = audit_trail(db.session(), actor(), chosen, before=cursor_from(request.args))
    return render_template(
        "audit/list.html",
        form=form,
        lines=[_shown(line) for line in page.lines],
        older=page.older,
        zone=chosen.time_zone,
        asked=form.in_url(),
    )


def _shown(line: AuditLine) -> ShownLine:
    client_url = None
    if line.client_id is not None and current_user.may("client:view"):
        client_url = url_for("clients.show", client_id=line.client_id)
    return ShownLine(line, sentence(line), record_name(line), _record_url(line), client_url)


def _record_url(line: AuditLine) -> str | None:
    """Return the page of the record, if there is one and the reader may open it."""
    kind, number = ("redemption", line.redemption_id) if line.redemption_id else (line.kind, line.number)
    page = PAGES.get(kind)
    if page is None or number is None or not current_user.may(page.permission):
        return None
    if kind in NEED_A_NAME and line.name is None:
        return None
    return url_for(page.endpoint, **{page.argument: number})
