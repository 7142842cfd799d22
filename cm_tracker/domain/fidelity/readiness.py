"""Whether a site is ready for its first client: the checklist.

California reviews each site before its first client (PMID 39243980). What the program can see, it sees; what it cannot see,
a lead confirms, by name and with the day. A site that has enrolled somebody has begun, and the list stops nobody there.
"""

from collections.abc import Mapping
from dataclasses import dataclass

# What the program sees by itself.
TRAINED, SCHEDULE, LEADS, KIT, CABINET = "trained", "schedule", "leads", "kit", "cabinet"
# What a lead confirms.
AGREEMENT, WAIVER, ROOM, COVER = "agreement", "waiver", "room", "cover"
SEEN = (TRAINED, SCHEDULE, LEADS, KIT, CABINET)
CONFIRMED = (AGREEMENT, WAIVER, ROOM, COVER)
ITEMS = SEEN + CONFIRMED
# These are asked only of a site whose schedules use tests.
OF_TESTS = frozenset({KIT, WAIVER})


@dataclass(frozen=True, slots=True)
class Untrained:
    """A member of staff with the subjects that are not on record, and those that are due again."""

    staff_id: int
    name: str
    subjects: tuple[str, ...]
    again: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a site.

    `clinical` counts its active members of staff who need training, `untrained` are those without all of it. `schedules`
    counts what a client can be enrolled in. `empty_tiers` are tiers that a bowl promises and the cabinet lacks; `items`
    counts what is in the cabinet. `leads` counts the program's active leads. `confirmed` are the items that a lead confirms.
    """

    clinical: int
    untrained: tuple[Untrained, ...]
    schedules: int
    has_tests: bool
    has_kit: bool
    empty_tiers: tuple[str, ...]
    items: int
    leads: int
    is_one_lead_stated: bool
    confirmed: frozenset[str]


def checklist(facts: Facts) -> Mapping[str, bool]:
    """Return each item of the checklist that is asked of a site, and whether it is done."""
    done = {
        TRAINED: facts.clinical > 0 and not facts.untrained,
        SCHEDULE: facts.schedules > 0,
        LEADS: facts.leads > 1 or facts.is_one_lead_stated,
        KIT: facts.has_kit,
        CABINET: facts.items > 0 and not facts.empty_tiers,
        **{item: item in facts.confirmed for item in CONFIRMED},
    }
    return {item: done[item] for item in ITEMS if facts.has_tests or item not in OF_TESTS}
