"""What a lead of the demonstration reports: two saved reports, and the codes with which its services are billed."""

from datetime import datetime
from uuid import uuid4

from cm_tracker.cli.demo.schedules import Staff
from cm_tracker.db import db
from cm_tracker.domain.measures.groups import SITE
from cm_tracker.domain.measures.saved_reports import QUARTER, WEEKS, YEAR
from cm_tracker.operations.day.set_codes import set_codes
from cm_tracker.operations.reports.save_report import save_report
from cm_tracker.queries.day.week import service_lines
from cm_tracker.queries.staff.sites import sites_of

# Procedure code, and the codes of a negative and a positive result, by the service.
CODES = {
    "Test visit": ("H0050", "Z71.51", "R82.998"),
    "Individual session": ("H0004", "", ""),
    "Skills group": ("H0005", "", ""),
}
LINES = ("day", "client", "service", "procedure", "units", "diagnosis", "staff", "minutes", "minutes_are")


def reports(now: datetime, staff: Staff) -> None:
    """Save the counts of both sites by quarter and year, and the visit lines of the first one; set codes of its services."""
    session, lead = db.session(), staff["miriam"]
    sites = [site.id for site in sites_of(session, lead)]
    by_name = {line.service.name: line.service.id for line in service_lines(session, lead, sites[0])}
    for name, (procedure, negative, positive) in CODES.items():
        set_codes(
            session, service_id=by_name[name], procedure=procedure, negative=negative, positive=positive,
            key=str(uuid4()), actor=lead, now=now,
        )  # fmt: skip
    for name, report, days, site_ids, columns in (
        ("Quarterly counts for the state", "state", QUARTER, sites, ()),
        ("Counts of this year", "state", YEAR, sites, ()),
        ("Visit lines for the county", "visit-lines", WEEKS, sites[:1], LINES),
    ):
        save_report(
            session, name=name, report=report, days=days, first_day=None, last_day=None, site_ids=site_ids, by=SITE,
            columns=columns, key=str(uuid4()), actor=lead, now=now,
        )  # fmt: skip
