"""Who may do what: four roles, one table. Whatever is not written here is refused."""

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
    "redemption:undo": frozenset({STAFF, LEAD}),
    "redemption:void": frozenset({LEAD}),
    "adjustment:view": frozenset({LEAD, AUDITOR}),
    "adjustment:request": frozenset({LEAD}),
    "adjustment:decide": frozenset({LEAD}),
    "schedule:view": frozenset({STAFF, LEAD, AUDITOR, ADMIN}),
    "schedule:edit": frozenset({LEAD}),
    "schedule:publish": frozenset({LEAD}),
    "ledger:view": frozenset({LEAD, AUDITOR}),
    "ledger:verify": frozenset({LEAD, AUDITOR, ADMIN}),
    "ledger:release": frozenset({ADMIN}),
    "audit:view": frozenset({LEAD, AUDITOR, ADMIN}),
    "site:view": frozenset({LEAD, ADMIN}),
    "site:settings": frozenset({LEAD}),
    "points:expire": frozenset(),  # by the nightly command alone
    "staff:manage": frozenset({LEAD, ADMIN}),
    "site:manage": frozenset({ADMIN}),
    "account:own": frozenset(ROLES),
}

# The roles that each role may give, and whose accounts it may change. An auditor looks over the
# leads' shoulders, and a second lead decides what a lead asks for: a lead makes and changes neither.
MAY_GIVE: dict[str, tuple[str, ...]] = {
    LEAD: (STAFF,),
    ADMIN: ROLES,
}


def may(role: str, permission: str) -> bool:
    """Whether a role may do a permission; a permission that nobody wrote down is refused."""
    return role in MAY.get(permission, frozenset())


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a member of staff with a role at some sites, or a command at the clinic's machine.

    `via` says where the request came from: web, kiosk, command, import or demonstration. A command has no
    `staff_id`; it runs under the machine's own access control and reaches every site.
    """

    staff_id: int | None
    role: str
    site_ids: frozenset[int] | None
    via: str

    def may(self, permission: str, site_id: int | None = None) -> bool:
        """Whether this actor may do a permission, at a site where one is named."""
        if self.staff_id is None and self.via != "web":
            return True
        return may(self.role, permission) and (site_id is None or self.reaches(site_id))

    def reaches(self, site_id: int) -> bool:
        """Whether the site is one of the actor's; `site_ids` None means all of them."""
        return self.site_ids is None or site_id in self.site_ids


def command(via: str = "command") -> Actor:
    """The actor of a command that runs on the clinic's own machine."""
    return Actor(None, ADMIN, None, via)
