"""Who may do what: six roles in one table. A permission that is not in the table is refused."""

from dataclasses import dataclass

STAFF = "staff"
LEAD = "lead"
AUDITOR = "auditor"
ADMIN = "admin"
COUNSELOR = "counselor"
FRONT_DESK = "front_desk"
ROLES = (STAFF, COUNSELOR, FRONT_DESK, LEAD, AUDITOR, ADMIN)

# Roles that see the results of a client. A counselor does with clients what staff do.
CARE = frozenset({STAFF, COUNSELOR, LEAD})
# Roles that work with clients at all. The front desk sees names, times and attendance: no result, no points.
DESK = CARE | {FRONT_DESK}

# A permission's name is `noun:verb`. An auditor works with codes: no client page, no name, no result. `client:find`
# shows who a client is and when they come; `client:view` and `visit:view` show what they did and what they earned.
# `identity:open` shows an auditor the name of one client for an hour, with a reason that a lead reads.
MAY: dict[str, frozenset[str]] = {
    "client:find": DESK,
    "client:view": CARE,
    "card:issue": DESK,
    "client:create": CARE,
    "client:change": CARE,
    "client:enroll": CARE,
    "client:transfer": frozenset({LEAD}),
    "counselor:assign": CARE,
    "consent:view": CARE,
    "consent:change": CARE,
    "disclosure:record": CARE,
    "visit:record": CARE,
    "visit:view": CARE,
    "visit:answer": CARE,
    "visit:correct": frozenset({LEAD}),
    "question:view": DESK,
    "question:answer": CARE,
    "prize:view": CARE | {AUDITOR},
    "prize:redeem": CARE,
    "prize:manage": frozenset({LEAD}),
    "draw:make": CARE,
    "draw:view": CARE | {AUDITOR},
    "stock:count": frozenset({STAFF, LEAD}),
    "loss:sign": frozenset({LEAD}),
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
    "ledger:view": frozenset({LEAD, AUDITOR}),
    "ledger:verify": frozenset({LEAD, AUDITOR, ADMIN}),
    "ledger:release": frozenset({ADMIN}),
    "note:erase": frozenset({ADMIN}),
    "audit:view": frozenset({LEAD, AUDITOR, ADMIN}),
    "viewing:list": frozenset({LEAD, AUDITOR, ADMIN}),
    "viewing:client": frozenset({LEAD}),
    "identity:open": frozenset({AUDITOR}),
    "identity:view": frozenset({LEAD, AUDITOR}),
    "site:view": frozenset({LEAD, ADMIN}),
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
    "day:view": DESK,
    "day:note": DESK,
    "day:close": CARE,
    "day:reopen": frozenset({LEAD}),
    "enrollment:move": frozenset({LEAD}),
    "points:expire": frozenset(),  # by the nightly command alone
    "ledger:settle": frozenset(),  # by the command `flask ledger settle` alone
    "point-value:set": frozenset(),  # by `flask init` alone
    "currency:set": frozenset(),  # by `flask init` alone
    "staff:manage": frozenset({LEAD, ADMIN}),
    "site:manage": frozenset({ADMIN}),
    "account:own": frozenset(ROLES),
}

# The roles that each role may give to an account; it may change only accounts with these roles. A lead may
# not create auditors, who check the leads' work, or other leads, who decide about a lead's requests.
MAY_GIVE: dict[str, tuple[str, ...]] = {
    LEAD: (STAFF, COUNSELOR, FRONT_DESK),
    ADMIN: ROLES,
}


def may(role: str, permission: str) -> bool:
    """Return whether a role has a permission; an unknown permission is refused."""
    return role in MAY.get(permission, frozenset())


@dataclass(frozen=True, slots=True)
class Actor:
    """Who makes a request: a member of staff with a role at some sites, or a command on the clinic's machine.

    `via` says where the request came from: web, kiosk, command, import or demonstration. A command has no
    `staff_id` and may do everything at every site: the machine's own access control decides who may run it.
    """

    staff_id: int | None
    role: str
    site_ids: frozenset[int] | None
    via: str

    def may(self, permission: str, site_id: int | None = None) -> bool:
        """Return whether this actor has a permission, and at the given site if there is one."""
        if self.staff_id is None and self.via != "web":
            return True
        return may(self.role, permission) and (site_id is None or self.reaches(site_id))

    def reaches(self, site_id: int) -> bool:
        """Return whether the site is one of the actor's; if `site_ids` is None, every site is."""
        return self.site_ids is None or site_id in self.site_ids


def command(via: str = "command") -> Actor:
    """Return the actor of a command that runs on the clinic's own machine."""
    return Actor(None, ADMIN, None, via)
