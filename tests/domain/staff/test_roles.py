"""Who may do what, as a table that a lead could read; typed by hand."""

import pytest

from cm_tracker.domain.staff.roles import ADMIN, MAY, ROLES, STAFF, Actor, command, may

# act: staff, counselor, front desk, lead, auditor, admin
TABLE = {
    "client:find": "yyyynn",
    "client:view": "yynynn",
    "card:issue": "yyyynn",
    "client:create": "yynynn",
    "client:change": "yynynn",
    "client:enroll": "yynynn",
    "client:transfer": "nnnynn",
    "counselor:assign": "yynynn",
    "consent:view": "yynynn",
    "consent:change": "yynynn",
    "disclosure:record": "yynynn",
    "visit:record": "yynynn",
    "visit:view": "yynynn",
    "visit:answer": "yynynn",
    "visit:correct": "nnnynn",
    "question:view": "yyyynn",
    "question:answer": "yynynn",
    "prize:view": "yynyyn",
    "prize:redeem": "yynynn",
    "prize:manage": "nnnynn",
    "draw:make": "yynynn",
    "draw:view": "yynyyn",
    "stock:count": "ynnynn",
    "loss:sign": "nnnynn",
    "redemption:undo": "yynynn",
    "redemption:void": "nnnynn",
    "adjustment:view": "nnnyyn",
    "adjustment:request": "nnnynn",
    "adjustment:decide": "nnnynn",
    "merge:view": "nnnynn",
    "merge:request": "nnnynn",
    "merge:decide": "nnnynn",
    "service:view": "yyyynn",
    "service:manage": "nnnynn",
    "calendar:manage": "nnnynn",
    "plan:view": "yynynn",
    "plan:change": "yynynn",
    "goal:view": "yynynn",
    "goal:change": "yynynn",
    "goal:meet": "yynynn",
    "goal-list:manage": "nnnynn",
    "review:change": "yynynn",
    "review:repeat": "nnnynn",
    "slip:decide": "yynynn",
    "day:view": "yyyynn",
    "day:note": "yyyynn",
    "day:close": "yynynn",
    "day:reopen": "nnnynn",
    "schedule:view": "yynyyy",
    "schedule:edit": "nnnynn",
    "schedule:publish": "nnnynn",
    "ledger:view": "nnnyyn",
    "ledger:verify": "nnnyyy",
    "ledger:release": "nnnnny",
    "note:erase": "nnnnny",
    "audit:view": "nnnyyy",
    "viewing:list": "nnnyyy",
    "viewing:client": "nnnynn",
    "identity:open": "nnnnyn",
    "identity:view": "nnnyyn",
    "site:view": "nnnyny",
    "site:settings": "nnnynn",
    "device:view": "nnnyyy",
    "device:manage": "nnnyny",
    "panel:manage": "nnnynn",
    "enrollment:move": "nnnynn",
    "points:expire": "nnnnnn",
    "ledger:settle": "nnnnnn",
    "point-value:set": "nnnnnn",
    "currency:set": "nnnnnn",
    "staff:manage": "nnnyny",
    "site:manage": "nnnnny",
    "account:own": "yyyyyy",
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
