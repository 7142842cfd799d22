"""The menu: what each role sees of it, and which entry a page belongs to."""

import pytest

from cm_tracker.domain.staff.roles import may
from cm_tracker.web.blueprints import BLUEPRINTS
from cm_tracker.web.navigation import _BLUEPRINTS, menu


def seen(role: str, endpoint: str = "start.show") -> dict[str, bool]:
    return {entry.label: entry.is_current for entry in menu(lambda permission: may(role, permission), endpoint)}


def test_each_role_sees_its_entries() -> None:
    assert list(seen("staff")) == ["Clients", "Prizes", "Schedules"]
    assert list(seen("lead")) == ["Clients", "Prizes", "Schedules", "Ledger", "Audit trail", "Staff", "Sites"]
    assert list(seen("auditor")) == ["Prizes", "Schedules", "Ledger", "Audit trail"]
    assert list(seen("admin")) == ["Schedules", "Ledger", "Audit trail", "Staff", "Sites"]


@pytest.mark.parametrize(
    ("endpoint", "label"),
    [
        ("clients.show", "Clients"),
        ("visits.new", "Clients"),
        ("redemptions.show", "Clients"),
        ("redemptions.waiting", "Prizes"),
        ("draws.fairness", "Prizes"),
        ("counts.index", "Prizes"),
        ("checks.show", "Ledger"),
        ("adjustments.show", "Ledger"),
    ],
)
def test_a_page_belongs_to_an_entry(endpoint: str, label: str) -> None:
    assert [name for name, is_current in seen("lead", endpoint).items() if is_current] == [label]


def test_the_first_page_belongs_to_none() -> None:
    assert not any(seen("lead").values())


def test_an_admin_opens_the_ledger_at_its_verifications() -> None:
    entries = menu(lambda permission: may("admin", permission), "start.show")
    assert [entry.endpoint for entry in entries if entry.label == "Ledger"] == ["checks.index"]


def test_every_group_of_staff_pages_has_its_entry() -> None:
    assert {blueprint.name for blueprint in BLUEPRINTS} - set(_BLUEPRINTS) == {"start", "kiosk"}
