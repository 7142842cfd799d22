"""What a page is called in the list of who has looked at a record.

The pages about one client are named in the client's language, too: they stand on the list that a client takes along.
"""

from collections.abc import Mapping
from types import MappingProxyType

from cm_tracker.domain.audit.viewings import REFUSED, VIEW, WRONG
from cm_tracker.i18n import gettext as _
from cm_tracker.labels.tags import Tag
from cm_tracker.queries.audit.viewings import ViewingLine

# Pages about many people, by endpoint or by blueprint, for staff alone.
LISTS: Mapping[str, str] = MappingProxyType(
    {
        "start": "The first page",
        "desk": "Clients at risk",
        "caseload": "A counselor’s caseload",
        "start.sign_in": "Sign-in",
        "start.password": "Own password",
        "codes.redeem": "One-time code",
        "proof": "Second step of signing in",
        "proof.again": "The question “Is it you?”",
        "factor": "Own second factor",
        "kiosk_pins": "A new PIN, at the kiosk",
        "day": "The day",
        "sheets": "A group’s sheet",
        "closing": "Close the day",
        "downtime": "Paper sheet of a day",
        "downtime.printed": "Paper sheet of a day, to print",
        "closed_days": "Excused visits of a closed day",
        "calls": "Calls to whoever did not come",
        "week_hours": "Hours of the week",
        "services": "A service, before it is retired",
        "people": "Rated sessions of staff",
        "agreements.unsigned": "Agreements that are not signed",
        "due": "Goals and reviews that are due",
        "moves": "Enrollments of a schedule",
        "trials": "Visits replayed under a schedule",
        "imports": "A file that is imported",
        "imports.rejects": "Refused rows of an import, as a file",
        "reports": "A report",
        "reports.download": "A report, as a file",
        "lists.download": "A list, as a file",
        "saved_reports": "A saved report",
        "named_lines": "Visit lines with names",
        "saved_reports.download": "A saved report, as a file",
        "audit": "Audit trail",
        "audit.download": "Audit trail, as a file",
        "ledger.download": "Ledger, as a file",
        "ledger.index": "Ledger",
        "checks": "A verification of the ledger",
        "money": "Money",
        "handed_out": "Hand-over log",
        "handed_out.download": "Hand-over log, as a file",
        "money.tax_year": "Tax-year list",
        "money.tax_year_file": "Tax-year list, as a file",
        "clients.index": "Client list",
        "clients.new": "New client",
        "id_cards.index": "ID cards to print",
        "redemptions.waiting": "Prizes set aside",
        "adjustments.index": "Adjustments",
        "merges.index": "Merges",
        "draws.fairness": "Are the draws fair?",
        "viewings.index": "Who has looked at records",
        "viewings.download": "Who has looked at records, as a file",
        "identities.index": "Identities that were opened",
    }
)
KINDS = ((VIEW, "Looked"), (REFUSED, "Refused"), (WRONG, "Wrong password"))
_TAGS = {REFUSED: Tag("Refused", "warm"), WRONG: Tag("Wrong password", "warm")}


def pages_of_clients() -> Mapping[str, str]:
    """Return what the pages about one client are called, by their blueprint, in the language of the page."""
    record, prizes, points = _("Client’s page"), _("Prizes and draws"), _("Points and adjustments")
    visits, goals = _("Visits and attendance"), _("Goals and reviews")
    return {
        "clients": record,
        "start": record,
        "day": record,
        "enrollments": _("Enrollment"),
        "sources": _("Enrollment"),
        "transfers": _("Site and code"),
        "counselors": _("Counselor"),
        "consents": _("Consents and disclosures"),
        "agreements": _("Signed agreement"),
        "id_cards": _("ID card"),
        "merges": _("Records of one person"),
        "plans": _("Plan and week"),
        "goals": goals,
        "reviews": goals,
        "meeting_slips": _("Slips of meetings"),
        "visits": visits,
        "hours": visits,
        "downtime": visits,
        "corrections": visits,
        "adjustments": points,
        "statements": points,
        "ledger": points,
        "offers": prizes,
        "redemptions": prizes,
        "requests": prizes,
        "draws": prizes,
        "slips": prizes,
        "trades": prizes,
        "questions": _("Questions from the kiosk"),
        "viewings": _("Who has looked at this record"),
        "identities": _("Name, for an audit"),
    }


def page(endpoint: str, *, is_of_client: bool) -> str:
    """Return what a page is called. A page that is gone from a later version has the words of its endpoint."""
    blueprint = endpoint.partition(".")[0]
    if is_of_client and (word := pages_of_clients().get(blueprint)):
        return word
    word = LISTS.get(endpoint) or LISTS.get(blueprint) or pages_of_clients().get(blueprint)
    return word or endpoint.replace(".", " ").replace("_", " ").capitalize()


def tag(kind: str) -> Tag:
    """Return the tag of a line: nothing where somebody simply looked."""
    return _TAGS.get(kind, Tag("", ""))


def who(line: ViewingLine) -> str:
    """Return who a line is about. Whoever typed a wrong password is not signed in: their account may be known."""
    if line.kind == WRONG:
        return f"Somebody, for the account of {line.account}" if line.account else "Somebody"
    return line.staff_name or "Somebody"
