"""Who may do what, as a table that a lead could read; typed by hand."""

import pytest

from cm_tracker.domain.staff.roles import ADMIN, MAY, ROLES, STAFF, Actor, command, may

# act: staff, lead, auditor, admin
TABLE = {
    "client:view": "yynn",
    "client:create": "yynn",
    "client:change": "yynn",
    "client:enroll": "yynn",
    "client:transfer": "nynn",
    "visit:record": "yynn",
    "visit:view": "yynn",
    "visit:answer": "yynn",
    "visit:correct": "nynn",
    "prize:view": "yyyn",
    "prize:redeem": "yynn",
    "prize:manage": "nynn",
    "draw:make": "yynn",
    "draw:view": "yyyn",
    "stock:count": "yynn",
    "loss:sign": "nynn",
    "redemption:undo": "yynn",
    "redemption:void": "nynn",
    "adjustment:view": "nyyn",
    "adjustment:request": "nynn",
    "adjustment:decide": "nynn",
    "merge:view": "nynn",
    "merge:request": "nynn",
    "merge:decide": "nynn",
    "service:view": "yynn",
    "service:manage": "nynn",
    "calendar:manage": "nynn",
    "plan:view": "yynn",
    "plan:change": "yynn",
    "goal:view": "yynn",
    "goal:change": "yynn",
    "goal:meet": "yynn",
    "goal-list:manage": "nynn",
    "review:change": "yynn",
    "review:repeat": "nynn",
    "slip:decide": "yynn",
    "day:view": "yynn",
    "day:note": "yynn",
    "day:close": "yynn",
    "day:reopen": "nynn",
    "schedule:view": "yyyy",
    "schedule:edit": "nynn",
    "schedule:publish": "nynn",
    "ledger:view": "nyyn",
    "ledger:verify": "nyyy",
    "ledger:release": "nnny",
    "audit:view": "nyyy",
    "site:view": "nyny",
    "site:settings": "nynn",
    "panel:manage": "nynn",
    "enrollment:move": "nynn",
    "points:expire": "nnnn",
    "ledger:settle": "nnnn",
    "point-value:set": "nnnn",
    "currency:set": "nnnn",
    "staff:manage": "nyny",
    "site:manage": "nnny",
    "account:own": "yyyy",
}


@pytest.mark.parametrize("act", TABLE)
def test_the_table_of_roles(act: str) -> None:
    assert "".join("y" if may(role, act) else "n" for role in ROLES) == TABLE[act]


def test_the_table_has_every_permission() -> None:
    assert set(TABLE) == set(MAY)


def test_an_unknown_permission_is_refused() -> None:
    assert not may(ADMIN, "ledger:erase")


def test_staff_have_permissions_only_at_their_sites() -> None:
    actor = Actor(1, STAFF, frozenset({2}), "web")
    assert actor.may("visit:record", 2)
    assert not actor.may("visit:record", 3)


def test_a_web_request_without_a_member_of_staff_may_do_nothing() -> None:
    assert not Actor(None, "", None, "web").may("client:view")


def test_a_command_runs_under_the_machines_own_access_control() -> None:
    assert command().may("site:manage")


def test_a_command_is_nobody_at_every_site() -> None:
    assert command() == Actor(None, "admin", None, "command")
    assert command("import") == Actor(None, "admin", None, "import")
    assert command("import").may("points:expire", 7)


def test_a_member_of_staff_without_sites_reaches_every_one() -> None:
    assert Actor(5, ADMIN, None, "web").reaches(7)
    assert not Actor(5, ADMIN, None, "web").may("points:expire")
