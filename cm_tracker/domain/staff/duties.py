"""Duties that must not meet in one person, whatever roles they have (docs/roles.md has the sources).

Who could pay without anybody noticing would have to do two things: enter what is paid for and change it later, buy prizes
and count them, set a client's PIN and say yes with it. So the second of the two is refused to whoever did the first. A
site with few people may say in its settings that it cannot keep two of them apart. Then the second is allowed, each
time stands on the audit trail, and auditors read what the site does not keep.
"""

from collections.abc import Collection
from typing import NamedTuple

from cm_tracker.domain.errors import BoughtYourself, OwnEntry, PinSetByYou
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.staff.site_settings import SiteSettings


class Duty(NamedTuple):
    """Two things that one person does not do. `name` stands on the audit trail.

    `setting` is the setting by which a site says that it cannot keep them apart; a duty without one is always kept.
    """

    name: str
    setting: str | None = None

    def is_kept(self, settings: SiteSettings) -> bool:
        """Return whether a site keeps the two apart."""
        return self.setting is None or not getattr(settings, self.setting)


ENTRY = Duty("entry", "corrects_own_entries")
PURCHASE = Duty("purchase", "counts_own_purchases")
PIN = Duty("pin", "confirms_with_own_pin")
# The database itself refuses these: two people stand behind each of their records.
REQUEST = Duty("request")
COUNT = Duty("count")
SCHEDULE = Duty("schedule")  # a program with one lead states that in writing (`domain.schedules.approval`)
DUTIES = (ENTRY, PURCHASE, PIN, REQUEST, COUNT, SCHEDULE)


def not_kept(settings: SiteSettings) -> tuple[Duty, ...]:
    """Return the duties that a site has stated it cannot keep apart."""
    return tuple(duty for duty in DUTIES if not duty.is_kept(settings))


def check_apart(duty: Duty, settings: SiteSettings, staff_ids: Collection[int | None], actor: Actor) -> bool:
    """Check that the actor did not do the first part of a duty; `staff_ids` are those who did.

    Return whether the actor did, at a site that cannot keep the two apart: the audit trail then says so. Raise
    `OwnEntry`, `BoughtYourself` or `PinSetByYou`.
    """
    if actor.staff_id is None or actor.staff_id not in staff_ids:
        return False
    if duty.is_kept(settings):
        raise _REFUSALS[duty]()
    return True


_REFUSALS: dict[Duty, type[OwnEntry] | type[BoughtYourself] | type[PinSetByYou]] = {
    ENTRY: OwnEntry,
    PURCHASE: BoughtYourself,
    PIN: PinSetByYou,
}
