"""The menu of the staff pages: which entries a person sees, and which entry a page belongs to."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, request
from flask_login import current_user

from cm_tracker.i18n import gettext, marked

# Label, endpoint and permission. If a person may see two entries with the same label, only the first is shown. The first
# page is a lead's desk, and the day for everybody else who works with clients.
_ENTRIES = (
    (marked("Desk"), "start.show", "desk:view"),
    (marked("Today"), "day.show", "desk:view"),
    (marked("Today"), "start.show", "day:view"),
    (marked("Week"), "services.sites", "service:view"),
    (marked("Caseload"), "caseload.show", "caseload:view"),
    (marked("Clients"), "clients.index", "client:find"),
    (marked("Prizes"), "prizes.index", "stock:view"),
    (marked("Schedules"), "schedules.index", "schedule:view"),
    (marked("Reports"), "reports.index", "report:view"),
    (marked("Money"), "money.index", "money:view"),
    (marked("Ledger"), "ledger.index", "ledger:view"),
    (marked("Ledger"), "checks.index", "ledger:verify"),
    (marked("Audit trail"), "audit.index", "audit:view"),
    (marked("Staff"), "staff.index", "staff:manage"),
    (marked("Sites"), "sites.index", "site:view"),
    (marked("Server"), "installation.show", "site:manage"),
)
# The menu entry of each blueprint. `_PAGES` holds the pages that belong to a different entry than their blueprint.
_BLUEPRINTS = {
    "desk": "Desk",
    "caseload": "Caseload",
    "day": "Today",
    "sheets": "Today",
    "closing": "Today",
    "downtime": "Today",
    "due": "Today",
    "closed_days": "Today",
    "calls": "Today",
    "requests": "Today",
    "questions": "Today",
    "clients": "Clients",
    "enrollments": "Clients",
    "transfers": "Clients",
    "counselors": "Clients",
    "consents": "Clients",
    "statements": "Clients",
    "agreements": "Clients",
    "id_cards": "Clients",
    "imports": "Clients",
    "merges": "Clients",
    "plans": "Clients",
    "goals": "Clients",
    "reviews": "Clients",
    "meeting_slips": "Clients",
    "slips": "Clients",
    "visits": "Clients",
    "hours": "Clients",
    "corrections": "Clients",
    "offers": "Clients",
    "redemptions": "Clients",
    "draws": "Clients",
    "trades": "Clients",
    "services": "Week",
    "service_codes": "Week",
    "sample_program": "Week",
    "calendar": "Week",
    "goal_list": "Week",
    "week_hours": "Week",
    "prizes": "Prizes",
    "counts": "Prizes",
    "purchases": "Prizes",
    "keys": "Prizes",
    "schedules": "Schedules",
    "reports": "Reports",
    "saved_reports": "Reports",
    "named_lines": "Reports",
    "presets": "Schedules",
    "schedule_files": "Schedules",
    "trials": "Schedules",
    "moves": "Schedules",
    "approvals": "Schedules",
    "money": "Money",
    "handed_out": "Money",
    "sources": "Money",
    "ledger": "Ledger",
    "lists": "Reports",
    "checks": "Ledger",
    "adjustments": "Ledger",
    "audit": "Audit trail",
    "viewings": "Audit trail",
    "identities": "Audit trail",
    "staff": "Staff",
    "sites": "Sites",
    "panels": "Sites",
    "readiness": "Sites",
    "people": "Staff",
    "devices": "Sites",
    "installation": "Server",
}
_PAGES = {
    "viewings.of_client": "Clients",
    "viewings.print_for_client": "Clients",
    "redemptions.waiting": "Prizes",
    "draws.fairness": "Prizes",
    "sources.choose": "Clients",
}


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One entry of the menu: its label, its endpoint, and whether the current page belongs to it."""

    label: str
    endpoint: str
    is_current: bool


def menu(may: Callable[[str], bool], endpoint: str) -> tuple[MenuEntry, ...]:
    """Return the entries that a person may open. `endpoint` is the current page."""
    first = next((label for label, page, permission in _ENTRIES if page == endpoint and may(permission)), None)
    current = first or _PAGES.get(endpoint) or _BLUEPRINTS.get(endpoint.partition(".")[0])
    shown: dict[str, MenuEntry] = {}
    for label, opened_endpoint, permission in _ENTRIES:
        if may(permission):
            shown.setdefault(label, MenuEntry(gettext(label), opened_endpoint, label == current))
    return tuple(shown.values())


def _current_menu() -> tuple[MenuEntry, ...]:
    return menu(current_user.may, request.endpoint or "")


def init_app(app: Flask) -> None:
    """Give the templates the function `menu`."""
    app.jinja_env.globals["menu"] = _current_menu
