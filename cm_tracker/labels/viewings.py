"""What a page is called in the list of who has looked at a record."""

from collections.abc import Mapping
from types import MappingProxyType

from cm_tracker.domain.audit.viewings import REFUSED, VIEW, WRONG
from cm_tracker.i18n import gettext, lazy, marked
from cm_tracker.labels.client_pages import pages_of_clients
from cm_tracker.labels.tags import Tag
from cm_tracker.queries.audit.viewings import ViewingLine

# Pages about many people, by endpoint or by blueprint, for staff alone.
LISTS: Mapping[str, str] = MappingProxyType(
    {
        "start": lazy("The first page"),
        "desk": lazy("Clients at risk"),
        "caseload": lazy("A counselor’s caseload"),
        "start.sign_in": lazy("Sign-in"),
        "start.password": lazy("Own password"),
        "codes.redeem": lazy("One-time code"),
        "proof": lazy("Second step of signing in"),
        "proof.again": lazy("The question “Is it you?”"),
        "factor": lazy("Own second factor"),
        "kiosk_pins": lazy("A new PIN, at the kiosk"),
        "day": lazy("The day"),
        "sheets": lazy("A group’s sheet"),
        "closing": lazy("Close the day"),
        "downtime": lazy("Paper sheet of a day"),
        "downtime.printed": lazy("Paper sheet of a day, to print"),
        "closed_days": lazy("Excused visits of a closed day"),
        "calls": lazy("Calls to whoever did not come"),
        "week_hours": lazy("Hours of the week"),
        "services": lazy("A service, before it is retired"),
        "people": lazy("Rated sessions of staff"),
        "agreements.unsigned": lazy("Agreements that are not signed"),
        "due": lazy("Goals and reviews that are due"),
        "moves": lazy("Enrollments of a schedule"),
        "trials": lazy("Visits replayed under a schedule"),
        "imports": lazy("A file that is imported"),
        "imports.rejects": lazy("Refused rows of an import, as a file"),
        "reports": lazy("A report"),
        "reports.download": lazy("A report, as a file"),
        "lists.download": lazy("A list, as a file"),
        "saved_reports": lazy("A saved report"),
        "named_lines": lazy("Visit lines with names"),
        "saved_reports.download": lazy("A saved report, as a file"),
        "audit": lazy("Audit trail"),
        "audit.download": lazy("Audit trail, as a file"),
        "ledger.download": lazy("Ledger, as a file"),
        "ledger.index": lazy("Ledger"),
        "checks": lazy("A verification of the ledger"),
        "money": lazy("Money"),
        "handed_out": lazy("Hand-over log"),
        "handed_out.download": lazy("Hand-over log, as a file"),
        "money.tax_year": lazy("Tax-year list"),
        "money.tax_year_file": lazy("Tax-year list, as a file"),
        "clients.index": lazy("Client list"),
        "clients.new": lazy("New client"),
        "id_cards.index": lazy("ID cards to print"),
        "redemptions.waiting": lazy("Prizes set aside"),
        "adjustments.index": lazy("Adjustments"),
        "merges.index": lazy("Merges"),
        "draws.fairness": lazy("Are the draws fair?"),
        "viewings.index": lazy("Who has looked at records"),
        "viewings.download": lazy("Who has looked at records, as a file"),
        "identities.index": lazy("Identities that were opened"),
    }
)
KINDS = ((VIEW, marked("Looked")), (REFUSED, marked("Refused")), (WRONG, marked("Wrong password")))


def page(endpoint: str, *, is_of_client: bool) -> str:
    """Return what a page is called. A page that is gone from a later version has the words of its endpoint."""
    blueprint = endpoint.partition(".")[0]
    if is_of_client and (word := pages_of_clients().get(blueprint)):
        return word
    listed = LISTS.get(endpoint) or LISTS.get(blueprint) or pages_of_clients().get(blueprint)
    return str(listed) if listed else endpoint.replace(".", " ").replace("_", " ").capitalize()


def tag(kind: str) -> Tag:
    """Return the tag of a line: nothing where somebody simply looked."""
    return Tag("", "") if kind == VIEW else Tag(gettext(dict(KINDS)[kind]), "warm")


def who(line: ViewingLine) -> str:
    """Return who a line is about. Whoever typed a wrong password is not signed in: their account may be known."""
    if line.kind == WRONG:
        return (
            gettext("Somebody, for the account of %(name)s", name=line.account) if line.account else gettext("Somebody")
        )
    return line.staff_name or gettext("Somebody")
