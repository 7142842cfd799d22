"""What the pages about one client are called, in the client's language: they stand on the list that a client takes along."""

from collections.abc import Mapping

from cm_tracker.i18n import gettext as _


def pages_of_clients() -> Mapping[str, str]:
    """Return what the pages about one client are called, by their blueprint, in the language of the page."""
    record, prizes, points = _("Client’s page"), _("Prizes and draws"), _("Points and adjustments")
    visits, goals, alone = _("Visits and attendance"), _("Goals and reviews"), _("A list about this client")
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
        "lists": alone,
        "audit": alone,
        "handed_out": prizes,
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
