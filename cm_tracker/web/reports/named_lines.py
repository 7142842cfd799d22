"""Visit lines with names, for somebody outside the clinic: what it rests on is asked first, and recorded for each client."""

from collections import Counter

from flask import Blueprint, Response, render_template
from flask_login import current_user

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.audit.downloads import REPORT, XLSX
from cm_tracker.domain.clients.disclosures import BASES, CONSENT, NOTICE, NOTICE_SOURCE, OF_MANY
from cm_tracker.forms.base import choices
from cm_tracker.forms.reports import NamedLinesForm
from cm_tracker.i18n import day as day_name
from cm_tracker.i18n import gettext, ngettext, using_language
from cm_tracker.labels.counting import counted
from cm_tracker.operations.audit.note_download import note_download
from cm_tracker.operations.reports.disclose_lines import DisclosedLines, disclose_lines
from cm_tracker.queries.reports.named_lines import ToTell, clients_to_tell
from cm_tracker.queries.reports.saved import SavedLine, saved_report
from cm_tracker.report_files import sheets_of
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, status_of
from cm_tracker.web.list_files import xlsx_file

blueprint = Blueprint("named_lines", __name__)


@blueprint.route("/reports/saved/<id:saved_id>/names", methods=["GET", "POST"])
@allow("report:clients", fresh=True)
def give(saved_id: int) -> str | Response | tuple[str, int]:
    """Ask who gets the lines with names and what this rests on; record it for each client, and send the file."""
    saved, now = saved_report(db.session(), actor(), saved_id), clock.now()
    clients = clients_to_tell(db.session(), actor(), saved, now)
    form = _form(clients)
    told = attempt(
        form,
        lambda: disclose_lines(
            db.session(),
            saved_id=saved_id,
            basis=form.basis.data or "",
            recipient=form.who,
            purpose=form.purpose.data or "",
            key=form.key.data,
            actor=actor(),
            now=now,
        ),
    )
    if told is not None:
        with using_language("en"):
            return _file(form, saved, told)
    page = render_template("reports/named_lines.html", form=form, saved=saved, clients=clients, days=saved.days_on(now))
    return page, status_of(form)


def _form(clients: tuple[ToTell, ...]) -> NamedLinesForm:
    form = NamedLinesForm()
    form.basis.choices = choices((word, f"{gettext(BASES[word].words)} ({BASES[word].source})") for word in OF_MANY)
    counts = Counter(_recipients(clients))
    named = [(name, _named(name, n, len(clients))) for name, n in sorted(counts.items())]
    first = gettext("Choose who gets it") if named else gettext("No consent is in force")
    form.consented.choices = choices([("", first), *named])
    if form.is_new:
        form.basis.data = CONSENT
    return form


def _named(name: str, n: int, of: int) -> str:
    return ngettext("%(name)s: %(n)s client of %(all)s", "%(name)s: %(n)s clients of %(all)s", n, name=name, all=of)


def _recipients(clients: tuple[ToTell, ...]) -> list[str]:
    """Return who may be told about each client, once for each of them, by the words of the first consent."""
    words: dict[str, str] = {}
    found = []
    for client in clients:
        for name in {one.recipient.strip().casefold(): one.recipient.strip() for one in client.consents}.items():
            found.append(words.setdefault(*name))
    return found


def _file(form: NamedLinesForm, saved: SavedLine, told: DisclosedLines) -> Response:
    """Send the lines as a workbook whose first sheet is the notice of the law. It is in English for everybody."""
    table, basis = told.table, BASES[form.basis.data]
    note_download(
        db.session(),
        list_name=REPORT,
        about=saved.report,
        way=XLSX,
        site_id=saved.sites[0].id if len(saved.sites) == 1 else None,
        since=table.first_day,
        until=table.last_day,
        actor=actor(),
        now=clock.now(),
    )
    notice = [
        ("Confidential", f"{saved.of.title}, {day_name(table.first_day)} to {day_name(table.last_day)}"),
        ("From", f"{', '.join(site.name for site in saved.sites)}, {current_user.person.display_name}"),
        ("To", form.who.strip()),
        ("On", day_name(clock.day_at(clock.now(), saved.sites[0].time_zone))),
        ("For", (form.purpose.data or "").strip()),
        ("Rests on", f"{basis.words} ({basis.source})"),
        ("Clients", f"{counted(told.told, 'client')}. Left out: {counted(told.left_out, 'client')}."),
        *(("Notice" if not n else "", part) for n, part in enumerate(NOTICE)),
        ("", NOTICE_SOURCE),
    ]
    file_name = f"{table.name}-names-{table.first_day}-{table.last_day}"
    return xlsx_file(file_name, table.columns, table.rows, sheets_of(table, notice))
