"""Who may do what, as a table that a lead could read; typed by hand."""

import pytest

from cm_tracker.domain.errors import BadInput, CareNeedsALead, NotAllowed
from cm_tracker.domain.staff.roles import (
    ADMIN,
    AUDITOR,
    COORDINATOR,
    COUNSELOR,
    FRONT_DESK,
    LEAD,
    MAY,
    PURCHASER,
    ROLES,
    TECHNICIAN,
    Actor,
    check_grant,
    check_roles,
    command,
    may,
    reaches_every_site,
    roles_in,
    roles_text,
    sees_own_clients_first,
)

# act: front desk, technician, counselor, coordinator, lead, purchaser, auditor, admin
TABLE = {
    "client:find": "yyyyynnn",
    "client:view": "nnyyynnn",
    "card:issue": "ynyyynnn",
    "client:create": "nnyyynnn",
    "client:change": "nnyyynnn",
    "client:enroll": "nnyyynnn",
    "client:transfer": "nnnnynnn",
    "counselor:assign": "nnyyynnn",
    "consent:view": "nnyyynnn",
    "consent:change": "nnyyynnn",
    "disclosure:record": "nnyyynnn",
    "test:record": "nyyyynnn",
    "visit:own": "nyyyynnn",
    "visit:record": "nnyyynnn",
    "visit:view": "nnyyynnn",
    "visit:answer": "nnyyynnn",
    "visit:correct": "nnnnynnn",
    "question:view": "ynyyynnn",
    "question:answer": "nnyyynnn",
    "prize:view": "nnyyynyn",
    "prize:redeem": "nnyyynnn",
    "prize:manage": "nnnnynnn",
    "draw:make": "nnyyynnn",
    "draw:view": "nnyyynyn",
    "stock:view": "nnyyyyyn",
    "stock:deliver": "nnnnyynn",
    "purchase:decide": "nnnnynnn",
    "count:sign": "nnnyynyn",
    "stock:count": "nnnyynnn",
    "loss:sign": "nnnnynyn",
    "redemption:undo": "nnyyynnn",
    "redemption:void": "nnnnynnn",
    "adjustment:view": "nnnnynyn",
    "adjustment:request": "nnnnynnn",
    "adjustment:decide": "nnnnynnn",
    "merge:view": "nnnnynnn",
    "merge:request": "nnnnynnn",
    "merge:decide": "nnnnynnn",
    "service:view": "yyyyynnn",
    "service:manage": "nnnnynnn",
    "calendar:manage": "nnnnynnn",
    "plan:view": "nnyyynnn",
    "plan:change": "nnyyynnn",
    "goal:view": "nnyyynnn",
    "goal:change": "nnyyynnn",
    "goal:meet": "nnyyynnn",
    "goal-list:manage": "nnnnynnn",
    "review:change": "nnyyynnn",
    "review:repeat": "nnnnynnn",
    "slip:decide": "nnyyynnn",
    "desk:view": "nnnnynnn",
    "caseload:view": "nnynynnn",
    "day:view": "yyyyynnn",
    "day:note": "yyyyynnn",
    "day:close": "nnyyynnn",
    "day:reopen": "nnnnynnn",
    "import:run": "nnnnynnn",
    "schedule:view": "nnyyynyy",
    "schedule:edit": "nnnnynnn",
    "schedule:publish": "nnnnynnn",
    "money:view": "nnnnynyn",
    "funding:manage": "nnnnynnn",
    "ledger:view": "nnnnynyn",
    "report:view": "nnnnynyn",
    "report:clients": "nnnnynnn",
    "list:view": "nnyyyyyy",
    "report:save": "nnnnynnn",
    "ledger:verify": "nnnnynyy",
    "ledger:release": "nnnnnnny",
    "installation:view": "nnnnynny",
    "note:erase": "nnnnnnny",
    "audit:view": "nnnnynyy",
    "viewing:list": "nnnnynyy",
    "viewing:client": "nnnnynnn",
    "identity:open": "nnnnnnyn",
    "identity:view": "nnnnynyn",
    "site:view": "nnnnynyy",
    "site:settings": "nnnnynnn",
    "device:view": "nnnnynyy",
    "device:manage": "nnnnynny",
    "panel:manage": "nnnnynnn",
    "enrollment:move": "nnnnynnn",
    "points:expire": "nnnnnnnn",
    "ledger:settle": "nnnnnnnn",
    "upkeep:note": "nnnnnnnn",
    "point-value:set": "nnnnnnnn",
    "currency:set": "nnnnnnnn",
    "training:view": "nnnnynyn",
    "training:record": "nnnnynnn",
    "readiness:view": "nnnnynyy",
    "readiness:confirm": "nnnnynnn",
    "session:rate": "nnnnynnn",
    "staff:manage": "nnnnynny",
    "site:manage": "nnnnnnny",
    "account:own": "yyyyyyyy",
}


@pytest.mark.parametrize("act", TABLE)
def test_the_table_of_roles(act: str) -> None:
    assert "".join("y" if may({role}, act) else "n" for role in ROLES) == TABLE[act]


def test_the_table_has_every_permission() -> None:
    assert set(TABLE) == set(MAY)


def test_an_unknown_permission_is_refused() -> None:
    assert not may({ADMIN}, "ledger:erase")


def test_several_roles_may_what_each_of_them_may() -> None:
    both = Actor(1, frozenset({FRONT_DESK, PURCHASER}), frozenset({2}), "web")
    assert both.may("day:view", 2)
    assert both.may("stock:deliver", 2)
    assert not both.may("visit:view", 2)


def test_staff_have_permissions_only_at_their_sites() -> None:
    actor = Actor(1, frozenset({COORDINATOR}), frozenset({2}), "web")
    assert actor.may("visit:record", 2)
    assert not actor.may("visit:record", 3)


def test_a_web_request_without_a_member_of_staff_may_do_nothing() -> None:
    assert not Actor(None, frozenset(), None, "web").may("client:view")


def test_a_command_runs_under_the_machines_own_access_control() -> None:
    assert command().may("site:manage")


def test_a_command_is_nobody_at_every_site() -> None:
    assert command() == Actor(None, frozenset({"admin"}), None, "command")
    assert command("import") == Actor(None, frozenset({"admin"}), None, "import")
    assert command("import").may("points:expire", 7)


def test_a_member_of_staff_without_sites_reaches_every_one() -> None:
    assert Actor(5, frozenset({ADMIN}), None, "web").reaches(7)
    assert not Actor(5, frozenset({ADMIN}), None, "web").may("points:expire")


@pytest.mark.parametrize(("roles", "reaches"), [({ADMIN}, True), ({ADMIN, LEAD}, False), ({COORDINATOR}, False)])
def test_only_who_does_nothing_but_administer_has_every_site(roles: set[str], reaches: bool) -> None:
    assert reaches_every_site(roles) is reaches


@pytest.mark.parametrize(
    ("roles", "first"),
    [({COUNSELOR}, True), ({COUNSELOR, FRONT_DESK}, True), ({COUNSELOR, COORDINATOR}, False), ({LEAD}, False)],
)
def test_a_counselor_sees_their_own_clients_first_unless_they_do_what_all_share(roles: set[str], first: bool) -> None:
    assert sees_own_clients_first(roles) is first


def test_roles_are_stored_in_the_order_of_the_table() -> None:
    assert roles_text({LEAD, FRONT_DESK}) == "front_desk lead"
    assert roles_in("front_desk lead") == {LEAD, FRONT_DESK}


@pytest.mark.parametrize("roles", [(), ("chief",), (AUDITOR, FRONT_DESK), (AUDITOR, ADMIN)])
def test_roles_that_nobody_has_are_refused(roles: tuple[str, ...]) -> None:
    with pytest.raises(BadInput) as refused:
        check_roles(roles)
    assert refused.value.field == "roles"


def test_every_other_pair_of_roles_may_be_one_person() -> None:
    for one in set(ROLES) - {AUDITOR}:
        for other in set(ROLES) - {AUDITOR}:
            check_roles({one, other})


# who gives, the account's roles before and after, whether the rest of the account stays, and what refuses it
GRANTS = [
    ({LEAD}, set(), {COORDINATOR, PURCHASER}, True, None),
    ({LEAD}, set(), {LEAD}, True, BadInput),
    ({LEAD}, set(), {AUDITOR}, True, BadInput),
    ({LEAD}, set(), {ADMIN}, True, BadInput),
    ({LEAD}, {COUNSELOR}, {COUNSELOR, TECHNICIAN}, False, None),
    ({LEAD}, {LEAD}, {LEAD, PURCHASER}, True, NotAllowed),
    ({LEAD}, {AUDITOR}, {AUDITOR}, True, NotAllowed),
    # A lead lets an admin work with clients, and ends it, and changes nothing else of the account.
    ({LEAD}, {ADMIN}, {ADMIN, COORDINATOR}, True, None),
    ({LEAD}, {ADMIN, COORDINATOR}, {ADMIN}, True, None),
    ({LEAD}, {ADMIN}, {ADMIN, COORDINATOR}, False, NotAllowed),
    ({LEAD}, {ADMIN}, {COORDINATOR}, True, BadInput),
    ({ADMIN}, set(), {LEAD}, True, None),
    ({ADMIN}, set(), {ADMIN}, True, None),
    ({ADMIN}, set(), {ADMIN, PURCHASER}, True, None),
    ({ADMIN}, set(), {ADMIN, FRONT_DESK}, True, CareNeedsALead),
    ({ADMIN}, {ADMIN}, {ADMIN, LEAD}, True, CareNeedsALead),
    ({ADMIN}, {LEAD}, {LEAD, ADMIN}, True, None),
    ({ADMIN, LEAD}, {ADMIN}, {ADMIN, LEAD}, True, None),
    ({COORDINATOR}, set(), {FRONT_DESK}, True, BadInput),
]


@pytest.mark.parametrize(("giver", "before", "after", "keeps", "error"), GRANTS)
def test_who_may_give_which_roles(
    giver: set[str], before: set[str], after: set[str], keeps: bool, error: type[Exception] | None
) -> None:
    if error is None:
        check_grant(before, after, giver, keeps_the_rest=keeps)
        return
    with pytest.raises(error):
        check_grant(before, after, giver, keeps_the_rest=keeps)
