"""The menu: which entries each role sees, and which entry a page belongs to."""

import pytest

from cm_tracker.domain.staff.roles import may
from cm_tracker.web.blueprints import BLUEPRINTS
from cm_tracker.web.navigation import _BLUEPRINTS, menu


def entries_for(role: str, endpoint: str = "start.show") -> dict[str, bool]:
    return {entry.label: entry.is_current for entry in menu(lambda permission: may({role}, permission), endpoint)}


def test_each_role_sees_only_its_entries() -> None:
    assert list(entries_for("coordinator")) == ["Today", "Week", "Clients", "Prizes", "Schedules"]
    assert list(entries_for("lead")) == [
        "Desk",
        "Today",
        "Week",
        "Caseload",
        "Clients",
        "Prizes",
        "Schedules",
        "Reports",
        "Money",
        "Ledger",
        "Audit trail",
        "Staff",
        "Sites",
    ]
    assert list(entries_for("auditor")) == ["Prizes", "Schedules", "Reports", "Money", "Ledger", "Audit trail", "Sites"]
    assert list(entries_for("admin")) == ["Schedules", "Ledger", "Audit trail", "Staff", "Sites", "Server"]


@pytest.mark.parametrize(
    ("endpoint", "label"),
    [
        ("clients.show", "Clients"),
        ("visits.new", "Clients"),
        ("redemptions.show", "Clients"),
        ("day.show", "Today"),
        ("desk.at_risk", "Desk"),
        ("caseload.show", "Caseload"),
        ("services.change", "Week"),
        ("calendar.holidays", "Week"),
        ("redemptions.waiting", "Prizes"),
        ("draws.fairness", "Prizes"),
        ("counts.index", "Prizes"),
        ("money.tax_year", "Money"),
        ("reports.show", "Reports"),
        ("trials.show_trial", "Schedules"),
        ("sources.show", "Money"),
        ("sources.choose", "Clients"),
        ("checks.show", "Ledger"),
        ("adjustments.show", "Ledger"),
    ],
)
def test_each_page_marks_the_entry_it_belongs_to_as_current(endpoint: str, label: str) -> None:
    assert [name for name, is_current in entries_for("lead", endpoint).items() if is_current] == [label]


def test_the_start_page_is_a_leads_desk_and_the_day_of_whoever_else_works_with_clients() -> None:
    assert [label for label, is_current in entries_for("lead").items() if is_current] == ["Desk"]
    assert [label for label, is_current in entries_for("coordinator").items() if is_current] == ["Today"]
    assert not any(entries_for("auditor").values())


def test_a_lead_reaches_the_day_in_one_click_and_everybody_else_has_it_as_the_first_page() -> None:
    for role, page in (("lead", "day.show"), ("coordinator", "start.show"), ("front_desk", "start.show")):
        entries = menu(lambda permission, role=role: may({role}, permission), "clients.show")  # type: ignore[misc]
        assert [entry.endpoint for entry in entries if entry.label == "Today"] == [page]


def test_the_ledger_entry_leads_an_admin_to_the_verifications() -> None:
    entries = menu(lambda permission: may({"admin"}, permission), "start.show")
    assert [entry.endpoint for entry in entries if entry.label == "Ledger"] == ["checks.index"]


def test_every_blueprint_for_staff_has_an_entry() -> None:
    assert {blueprint.name for blueprint in BLUEPRINTS} - set(_BLUEPRINTS) == {
        "account", "codes", "factor", "proof", "start", "kiosk", "kiosk_cards", "kiosk_history", "kiosk_looks",
        "kiosk_moments", "kiosk_pairing", "kiosk_pins",
        "kiosk_questions", "kiosk_rewards", "kiosk_slips", "styleguide",
        "health", "metrics",
    }  # fmt: skip
