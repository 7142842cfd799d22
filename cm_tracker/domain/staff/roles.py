"""Who may do what: four roles in one table. A permission that is not in the table is refused."""

from dataclasses import dataclass

STAFF = "staff"
LEAD = "lead"
AUDITOR = "auditor"
ADMIN = "admin"
ROLES = (STAFF, LEAD, AUDITOR, ADMIN)

# A permission's name is `noun:verb`. An auditor works with codes: no client page, no name, no result.
MAY: dict[str, frozenset[str]] = {
    "client:view": frozenset({STAFF, LEAD}),
    "client:create": frozenset({STAFF, LEAD}),
    "client:change": frozenset({STAFF, LEAD}),
    "client:enroll": frozenset({STAFF, LEAD}),
    "client:transfer": frozenset({LEAD}),
    "visit:record": frozenset({STAFF, LEAD}),
    "visit:view": frozenset({STAFF, LEAD}),
    "visit:answer": frozenset({STAFF, LEAD}),
    "visit:correct": frozenset({LEAD}),
    "prize:view": frozenset({STAFF, LEAD, AUDITOR}),
    "prize:redeem": frozenset({STAFF, LEAD}),
    "prize:manage": frozenset({LEAD}),
    "draw:make": frozenset({STAFF, LEAD}),
    "draw:view": frozenset({STAFF, LEAD, AUDITOR}),
    "stock:count": frozenset({STAFF, LEAD}),
    "loss:sign": frozenset({LEAD}),
    "redemption:undo": frozenset({STAFF, LEAD}),
    "redemption:void": frozenset({LEAD}),
    "adjustment:view": frozenset({LEAD, AUDITOR}),
    "adjustment:request": frozenset({LEAD}),
    "adjustment:decide": frozenset({LEAD}),
    "merge:view": frozenset({LEAD}),
    "merge:request": frozenset({LEAD}),
    "merge:decide": frozenset({LEAD}),
    "schedule:view": frozenset({STAFF, LEAD, AUDITOR, ADMIN}),
    "schedule:edit": frozenset({LEAD}),
    "schedule:publish": frozenset({LEAD}),
    "ledger:view": frozenset({LEAD, AUDITOR}),
    "ledger:verify": frozenset({LEAD, AUDITOR, ADMIN}),
    "ledger:release": frozenset({ADMIN}),
    "audit:view": frozenset({LEAD, AUDITOR, ADMIN}),
    "site:view": frozenset({LEAD, ADMIN}),
    "site:settings": frozenset({LEAD}),
    "panel:manage": frozenset({LEAD}),
    "service:view": frozenset({STAFF, LEAD}),
    "service:manage": frozenset({LEAD}),
    "calendar:manage": frozenset({LEAD}),
    "plan:view": frozenset({STAFF, LEAD}),
    "plan:change": frozenset({STAFF, LEAD}),
    "goal:view": frozenset({STAFF, LEAD}),
    "goal:change": frozenset({STAFF, LEAD}),
    "goal:meet": frozenset({STAFF, LEAD}),
    "goal-list:manage": frozenset({LEAD}),
    "review:change": frozenset({STAFF, LEAD}),
    "review:repeat": frozenset({LEAD}),
    "slip:decide": frozenset({STAFF, LEAD}),
    "day:view": frozenset({STAFF, LEAD}),
    "day:note": frozenset({STAFF, LEAD}),
    "day:close": frozenset({STAFF, LEAD}),
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
    LEAD: (STAFF,),
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
