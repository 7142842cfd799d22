"""Who may do what: eight roles in one table. A permission that is not in the table is refused.

A person may hold several roles; they hold all of them at each of their sites. What nobody may do twice, whatever their
roles, is in `domain.staff.duties`.
"""

from collections.abc import Collection
from dataclasses import dataclass

from cm_tracker.domain.errors import BadInput, CareNeedsALead, NotAllowed

FRONT_DESK = "front_desk"
TECHNICIAN = "technician"
COUNSELOR = "counselor"
COORDINATOR = "coordinator"
LEAD = "lead"
PURCHASER = "purchaser"
AUDITOR = "auditor"
ADMIN = "admin"
ROLES = (FRONT_DESK, TECHNICIAN, COUNSELOR, COORDINATOR, LEAD, PURCHASER, AUDITOR, ADMIN)

# Roles that see the results of a client. A counselor does with clients what a coordinator does.
CARE = frozenset({COORDINATOR, COUNSELOR, LEAD})
# Roles that enter a test. A technician sees what they entered themselves, and no history.
TESTS = CARE | {TECHNICIAN}
# Roles that work with clients at all. The front desk sees names, times and attendance: no result, no points.
DESK = TESTS | {FRONT_DESK}
# Roles that see what is in the cabinet, and nothing of a client.
STOCK = CARE | {PURCHASER, AUDITOR}

# A permission's name is `noun:verb`. An auditor works with codes: no client page, no name, no result. `client:find`
# shows who a client is and when they come; `client:view` and `visit:view` show what they did and what they earned.
# `identity:open` shows an auditor the name of one client for an hour, with a reason that a lead reads.
MAY: dict[str, frozenset[str]] = {
    "client:find": DESK,
    "client:view": CARE,
    "card:issue": CARE | {FRONT_DESK},
    "client:create": CARE,
    "client:change": CARE,
    "client:enroll": CARE,
    "client:transfer": frozenset({LEAD}),
    "counselor:assign": CARE,
    "consent:view": CARE,
    "consent:change": CARE,
    "disclosure:record": CARE,
    "test:record": TESTS,
    "visit:own": TESTS,
    "visit:record": CARE,
    "visit:view": CARE,
    "visit:answer": CARE,
    "visit:correct": frozenset({LEAD}),
    "question:view": CARE | {FRONT_DESK},
    "question:answer": CARE,
    "prize:view": CARE | {AUDITOR},
    "prize:redeem": CARE,
    "prize:manage": frozenset({LEAD}),
    "draw:make": CARE,
    "draw:view": CARE | {AUDITOR},
    "stock:view": STOCK,
    "stock:deliver": frozenset({LEAD, PURCHASER}),
    "purchase:decide": frozenset({LEAD}),
    "stock:count": frozenset({COORDINATOR, LEAD}),
    "count:sign": frozenset({COORDINATOR, LEAD, AUDITOR}),
    "loss:sign": frozenset({LEAD, AUDITOR}),
    "redemption:undo": CARE,
    "redemption:void": frozenset({LEAD}),
    "adjustment:view": frozenset({LEAD, AUDITOR}),
    "adjustment:request": frozenset({LEAD}),
    "adjustment:decide": frozenset({LEAD}),
    "merge:view": frozenset({LEAD}),
    "merge:request": frozenset({LEAD}),
    "merge:decide": frozenset({LEAD}),
    "schedule:view": CARE | {AUDITOR, ADMIN},
    "schedule:edit": frozenset({LEAD}),
    "schedule:publish": frozenset({LEAD}),
    "money:view": frozenset({LEAD, AUDITOR}),
    "funding:manage": frozenset({LEAD}),
    "ledger:view": frozenset({LEAD, AUDITOR}),
    "report:view": frozenset({LEAD, AUDITOR}),
    "report:clients": frozenset({LEAD}),
    # To see which lists leave the program; each list asks for its own permission, too.
    "list:view": STOCK | {ADMIN},
    "report:save": frozenset({LEAD}),
    "ledger:verify": frozenset({LEAD, AUDITOR, ADMIN}),
    "ledger:release": frozenset({ADMIN}),
    "installation:view": frozenset({LEAD, ADMIN}),
    "note:erase": frozenset({ADMIN}),
    "audit:view": frozenset({LEAD, AUDITOR, ADMIN}),
    "viewing:list": frozenset({LEAD, AUDITOR, ADMIN}),
    "viewing:client": frozenset({LEAD}),
    "identity:open": frozenset({AUDITOR}),
    "identity:view": frozenset({LEAD, AUDITOR}),
    "site:view": frozenset({LEAD, AUDITOR, ADMIN}),
    "site:settings": frozenset({LEAD}),
    "device:view": frozenset({LEAD, AUDITOR, ADMIN}),
    "device:manage": frozenset({LEAD, ADMIN}),
    "panel:manage": frozenset({LEAD}),
    "service:view": DESK,
    "service:manage": frozenset({LEAD}),
    "calendar:manage": frozenset({LEAD}),
    "plan:view": CARE,
    "plan:change": CARE,
    "goal:view": CARE,
    "goal:change": CARE,
    "goal:meet": CARE,
    "goal-list:manage": frozenset({LEAD}),
    "review:change": CARE,
    "review:repeat": frozenset({LEAD}),
    "slip:decide": CARE,
    "desk:view": frozenset({LEAD}),
    "caseload:view": frozenset({COUNSELOR, LEAD}),
    "day:view": DESK,
    "day:note": DESK,
    "day:close": CARE,
    "day:reopen": frozenset({LEAD}),
    "import:run": frozenset({LEAD}),
    "enrollment:move": frozenset({LEAD}),
    "points:expire": frozenset(),  # by the nightly command alone
    "ledger:settle": frozenset(),  # by the command `cm-tracker ledger settle` alone
    "upkeep:note": frozenset(),  # by commands alone
    "point-value:set": frozenset(),  # by `cm-tracker init` alone
    "currency:set": frozenset(),  # by `cm-tracker init` alone
    "staff:manage": frozenset({LEAD, ADMIN}),
    "training:view": frozenset({LEAD, AUDITOR}),
    "training:record": frozenset({LEAD}),
    "readiness:view": frozenset({LEAD, AUDITOR, ADMIN}),
    "readiness:confirm": frozenset({LEAD}),
    "session:rate": frozenset({LEAD}),
    "site:manage": frozenset({ADMIN}),
    "account:own": frozenset(ROLES),
}

# The roles that each role may give to an account; it may change only accounts with these roles. A lead may not create
# auditors, who check the leads' work, or other leads, who decide about a lead's requests.
MAY_GIVE: dict[str, frozenset[str]] = {
    LEAD: frozenset({FRONT_DESK, TECHNICIAN, COUNSELOR, COORDINATOR, PURCHASER}),
    ADMIN: frozenset(ROLES),
}


def roles_in(text: str) -> frozenset[str]:
    """Return the roles that an account stores as words with a space between them."""
    return frozenset(text.split())


def roles_text(roles: Collection[str]) -> str:
    """Return the words that an account stores for roles, in the order of `ROLES`."""
    return " ".join(role for role in ROLES if role in roles)


def may(roles: Collection[str], permission: str) -> bool:
    """Return whether one of the roles has a permission; an unknown permission is refused."""
    return not MAY.get(permission, frozenset()).isdisjoint(roles)


def may_give(roles: Collection[str]) -> frozenset[str]:
    """Return the roles that somebody with these roles may give to others."""
    return frozenset[str]().union(*(MAY_GIVE.get(role, frozenset()) for role in roles))


def reaches_every_site(roles: Collection[str]) -> bool:
    """Return whether somebody with these roles has every site: only who does nothing but administer.

    An admin who also works with clients has the sites that were chosen for them, so that administering the program does
    not open the clients of every site.
    """
    return set(roles) == {ADMIN}


def sees_own_clients_first(roles: Collection[str]) -> bool:
    """Return whether the day begins with somebody's own clients: for a counselor who does not also do what all share."""
    return COUNSELOR in roles and CARE.intersection(roles) == {COUNSELOR}


def check_roles(roles: Collection[str]) -> None:
    """Raise `BadInput` for no role, an unknown role, or roles that one person must not have together.

    Who checks what others did cannot be one of them: an auditor has no other role (docs/roles.md has the sources).
    """
    if not roles or not set(roles) <= set(ROLES):
        raise BadInput("Choose at least one role.", "roles")
    if AUDITOR in roles and len(set(roles)) > 1:
        raise BadInput("An auditor checks what others do, so this role goes with no other.", "roles")


def check_grant(
    before: Collection[str], after: Collection[str], giver: Collection[str], *, keeps_the_rest: bool
) -> None:
    """Check that somebody with the roles `giver` may change an account's roles from `before` to `after`.

    A new account has no role before. Raise `BadInput` for a role that the giver may not give or take, `CareNeedsALead`
    where an account that administers would get to work with clients and the giver is no lead, and `NotAllowed` for an
    account with a role beyond the giver's. A lead lets an admin work with clients, or ends it: this changes nothing else
    of the account (`keeps_the_rest`).
    """
    beyond = set(before) - may_give(giver)
    if beyond and not (beyond == {ADMIN} and LEAD in giver and keeps_the_rest):
        raise NotAllowed(roles=giver)
    if not set(before) ^ set(after) <= may_give(giver):
        raise BadInput("Choose roles that you may give.", "roles")
    if ADMIN in after and (set(after) - set(before)) & DESK and LEAD not in giver:
        raise CareNeedsALead(field="roles")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who makes a request: a member of staff with their roles at some sites, or a command on the clinic's machine.

    `via` says where the request came from: web, kiosk, command, import or demonstration. A command has no
    `staff_id` and may do everything at every site: the machine's own access control decides who may run it.
    """

    staff_id: int | None
    roles: frozenset[str]
    site_ids: frozenset[int] | None
    via: str

    def may(self, permission: str, site_id: int | None = None) -> bool:
        """Return whether this actor has a permission, and at the given site if there is one."""
        if self.staff_id is None and self.via != "web":
            return True
        return may(self.roles, permission) and (site_id is None or self.reaches(site_id))

    def reaches(self, site_id: int) -> bool:
        """Return whether the site is one of the actor's; if `site_ids` is None, every site is."""
        return self.site_ids is None or site_id in self.site_ids


def command(via: str = "command") -> Actor:
    """Return the actor of a command that runs on the clinic's own machine."""
    return Actor(None, frozenset({ADMIN}), None, via)
