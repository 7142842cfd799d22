"""The audit trail: who did what, in sentences, on a page, as a file and on paper."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from typing import NamedTuple

from flask import Blueprint, render_template, request, url_for
from flask_login import current_user

from cm_tracker import clock
from cm_tracker.audit_sentences import KINDS, record_name, sentence
from cm_tracker.db import db
from cm_tracker.exports.audit import AUDIT
from cm_tracker.forms.audit import AuditFilterForm
from cm_tracker.forms.base import choices
from cm_tracker.i18n import gettext
from cm_tracker.queries.audit.trail import AuditFilter, AuditLine, audit_trail
from cm_tracker.queries.staff.staff import staff_list
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import cursor_from
from cm_tracker.web.list_files import Answer, common_filter, offer_sites, send_list
from cm_tracker.web.record_pages import record_url

blueprint = Blueprint("audit", __name__, url_prefix="/audit")


# A line that the reader may see can be about a prize or an account of another site. Then the query returns no name
# for it, and the line gets no link.
LINKED_ONLY_WITH_NAME = ("prize", "staff")


# So many lines in a row that are alike are folded into one, so that the page of a busy morning is short.
FOLDED_FROM = 3
SIGNED_IN = "staff:signed-in"


class ShownLine(NamedTuple):
    """A line with its sentence and its links. A link is None where the reader may not open the page."""

    line: AuditLine
    says: str
    record: str
    record_url: str | None
    client_url: str | None


class Day(NamedTuple):
    """A day of the trail: its lines in runs. A run of several lines is folded: they are alike."""

    day: date
    runs: tuple[tuple[ShownLine, ...], ...]


@blueprint.get("")
@allow("audit:view")
def index() -> str:
    """Show who did what, when and why, newest first."""
    return _page(_form())


@blueprint.get("/trail.<any(csv, xlsx, print):way>")
@allow("audit:view", fresh=True)
def download(way: str) -> Answer:
    """Send every line that matches the filter as a file, or show them to be printed."""
    form = _form()
    return send_list(AUDIT, way, form, _filter(form), lambda: _page(form))


def _form() -> AuditFilterForm:
    form = AuditFilterForm(request.args)
    staff = staff_list(db.session(), actor())
    offer_sites(form)
    form.kind.choices = choices([("", gettext("Everything")), *((key, kind.name) for key, kind in KINDS.items())])
    form.staff_id.choices = choices(
        [("", gettext("Everybody")), *((str(line.id), line.display_name) for line in staff)]
    )
    form.validate()
    return form


def _filter(form: AuditFilterForm) -> AuditFilter:
    kind = form.chosen("kind")
    return AuditFilter(
        **common_filter(form),
        tags=tuple(KINDS[kind].sentences) if kind else (),
        staff_id=form.chosen_id("staff_id"),
    )


def _page(form: AuditFilterForm) -> str:
    chosen = _filter(form)
    page = audit_trail(db.session(), actor(), chosen, before=cursor_from(request.args))
    return render_template(
        "audit/list.html",
        form=form,
        days=list(_days(page.lines, chosen.time_zone)),
        today=clock.day_at(clock.now(), chosen.time_zone),
        older=page.older,
        zone=chosen.time_zone,
        has_sites=len(form.site_id.choices) > 2,
        query=form.in_url(),
    )


def _days(lines: Iterable[AuditLine], zone: str) -> Iterator[Day]:
    for day, found in groupby(lines, lambda line: clock.day_at(line.at, zone)):
        yield Day(day, tuple(_runs(found)))


def _runs(lines: Iterable[AuditLine]) -> Iterator[tuple[ShownLine, ...]]:
    """Yield the lines of a day in runs: what one person did several times, and gave no reason for.

    The sign-ins of all people are one run.
    """
    for _, found in groupby(lines, lambda line: (line.tag, line.tag != SIGNED_IN and line.staff_name)):
        run = [_shown(line) for line in found]
        if len(run) >= FOLDED_FROM and not any(one.line.reason for one in run):
            yield tuple(run)
        else:
            yield from ((one,) for one in run)


def _shown(line: AuditLine) -> ShownLine:
    client_url = None
    if line.client_id is not None and current_user.may("client:view"):
        client_url = url_for("clients.show", client_id=line.client_id)
    return ShownLine(line, sentence(line), record_name(line), _record_url(line), client_url)


def _record_url(line: AuditLine) -> str | None:
    """Return the URL of the record's page, or None where there is none or the reader may not open it."""
    kind, number = ("redemption", line.redemption_id) if line.redemption_id else (line.kind, line.number)
    if number is None or (kind in LINKED_ONLY_WITH_NAME and line.name is None):
        return None
    return record_url(kind, number)
