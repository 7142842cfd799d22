"""Return the menu of the staff pages: which entries somebody sees, and under which entry a page belongs."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, request
from flask_login import current_user

# label, the page that it opens, and the permission that shows it. Of two entries with one label the first is shown.
_ENTRIES = (
    ("Clients", "clients.index", "client:view"),
    ("Prizes", "prizes.index", "prize:view"),
    ("Schedules", "schedules.index", "schedule:view"),
    ("Ledger", "ledger.index", "ledger:view"),
    ("Ledger", "checks.index", "ledger:verify"),
    ("Audit trail", "audit.index", "audit:view"),
    ("Staff", "staff.index", "staff:manage"),
    ("Sites", "sites.index", "site:view"),
)
# The blueprints whose pages belong to an entry, and the pages that belong to another entry than their blueprint.
_BLUEPRINTS = {
    "clients": "Clients",
    "visits": "Clients",
    "corrections": "Clients",
    "offers": "Clients",
    "redemptions": "Clients",
    "draws": "Clients",
    "trades": "Clients",
    "prizes": "Prizes",
    "counts": "Prizes",
    "schedules": "Schedules",
    "ledger": "Ledger",
    "checks": "Ledger",
    "adjustments": "Ledger",
    "audit": "Audit trail",
    "staff": "Staff",
    "sites": "Sites",
}
_PAGES = {"redemptions.waiting": "Prizes", "draws.fairness": "Prizes"}


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One entry of the menu: its label, the endpoint that it opens, and whether the page belongs to it."""

    label: str
    endpoint: str
    is_current: bool


def menu(may: Callable[[str], bool], endpoint: str) -> tuple[MenuEntry, ...]:
    """Return the entries that somebody may open, seen from a page."""
    here = _PAGES.get(endpoint) or _BLUEPRINTS.get(endpoint.partition(".")[0])
    shown: dict[str, MenuEntry] = {}
    for label, opens, permission in _ENTRIES:
        if may(permission):
            shown.setdefault(label, MenuEntry(label, opens, label == here))
    return tuple(shown.values())


def _menu_here() -> tuple[MenuEntry, ...]:
    return menu(current_user.may, request.endpoint or "")


def init_app(app: Flask) -> None:
    """Let templates ask for the menu."""
    app.jinja_env.globals["menu"] = _menu_here
