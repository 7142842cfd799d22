"""The test cups of the demonstration: a panel for each site with a lot in use, one of which expires soon."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from cm_tracker.db import db
from cm_tracker.domain.schedules.analytes import GROUPS
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.evidence import NEGATIVE, Absence, Collection, Evidence, Test
from cm_tracker.domain.visits.panels import TEMPLATES, Strip, with_groups
from cm_tracker.operations.visits.add_lot import add_lot
from cm_tracker.operations.visits.add_panel import add_panel

# By the number of the site: the common cup, the lot, and in how many days from now it expires.
CUPS = (("12", "K2207", 210), ("5", "B0413", 12))


class Cup:
    """The cup of a site: its panel with the lot in use, and the analytes of its strips."""

    def __init__(self, panel_id: int, lot_id: int, strips: Sequence[Strip]) -> None:
        self.collection = Collection(panel_id, lot_id)
        self.analytes = tuple(strip.analyte for strip in strips)

    def results(self, track: Track, result: str) -> dict[str, str]:
        """Return a result on each strip: `result` for what the schedule looks for, and negative on the others."""
        results = dict.fromkeys(self.analytes, NEGATIVE)
        for name in track.analytes:
            members = GROUPS.get(name, ())
            # Of a group, one strip shows it.
            on_cup = members and all(member in self.analytes for member in members)
            results[members[0] if on_cup else name] = result
        return with_groups(track, results)

    def lapses(self, track: Track) -> tuple[Evidence, ...]:
        """Return what staff see where a target is not met, or not known yet: a case of each kind."""
        positive = self.results(track, "positive")
        return (
            Test(positive, temperature="in_range"),
            Absence(None),
            Test(positive, temperature="in_range", is_disputed=True),
            Absence("illness"),
            Test(self.results(track, "pending"), temperature="in_range"),
            Test(specimen="refused"),
            Test(positive, temperature="in_range"),
            Test(specimen="dilute", temperature="in_range"),
            Absence("court"),
            Test(specimen="tampered", temperature="out_of_range"),
            Absence(None),
        )


def open_cups(
    sites: Sequence[int], zones: Sequence[str], lead: Actor, first: datetime, now: datetime
) -> dict[int, Cup]:
    """Add the panel of each site, and take a lot into use. Return the cups by the id of the site."""
    cups: Mapping[str, tuple[str, tuple[Strip, ...]]] = {one.name: (one.title, one.strips) for one in TEMPLATES}
    opened = {}
    for site_id, zone, (name, lot, days) in zip(sites, zones, CUPS, strict=True):
        title, strips = cups[name]
        panel_id = add_panel(
            db.session(),
            site_id=site_id,
            name=f"Cup with {title}",
            strips=strips,
            key=str(uuid4()),
            actor=lead,
            now=first,
        )
        lot_id = add_lot(
            db.session(),
            panel_id=panel_id,
            number=lot,
            expires_on=(now + timedelta(days=days)).astimezone(ZoneInfo(zone)).date(),
            used_from=first.astimezone(ZoneInfo(zone)).date(),
            key=str(uuid4()),
            actor=lead,
            now=first,
        )
        opened[site_id] = Cup(panel_id, lot_id, strips)
    return opened
