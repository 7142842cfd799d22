"""The demonstration's life: a believable month of a clinic.

Everything in it is made up, and made by the same operations that the pages use, each at its own
past instant: the ledger of the demonstration verifies like any other.
"""

import random
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from cm_tracker.cli.demo.cabinet import stock, take
from cm_tracker.db import db
from cm_tracker.domain.errors import LimitReached, NotEnoughPoints, NotEnoughStock
from cm_tracker.domain.schedules.schedule import Track, parse
from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.domain.visits.evidence import Absence, Evidence, NewVisit, Presence, Test
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.clients.set_pin import set_pin
from cm_tracker.operations.ledger.decide_adjustment import decide_adjustment
from cm_tracker.operations.ledger.request_adjustment import request_adjustment
from cm_tracker.operations.prizes.undo_redemption import undo_redemption
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.operations.staff.add_site import add_site
from cm_tracker.operations.staff.save_staff import save_staff
from cm_tracker.operations.visits.correct_visit import correct_visit
from cm_tracker.operations.visits.record_visit import record_visit
from cm_tracker.passwords import Hasher
from cm_tracker.queries.schedules.presets import preset
from cm_tracker.queries.visits.previews import preview_correction

PASSWORD = "demonstration-only"  # noqa: S105  (printed at every start; the demonstration holds nobody's data)
PIN = "2580"
DAYS = 33
# How long after somebody came their visit is entered.
ENTERED = timedelta(minutes=8)

SITES = (("Harbor Street Clinic", "America/New_York"), ("Mill Road Clinic", "America/Chicago"))
# user name, name, role, and which of the sites
STAFF = (
    ("rosa", "Rosa Delgado", "staff", (0,)),
    ("kofi", "Kofi Mensah", "staff", (0,)),
    ("anna", "Anna Lindqvist", "staff", (1,)),
    ("tom", "Tom Okafor", "staff", (0, 1)),
    ("miriam", "Miriam Katz", "lead", (0, 1)),
    ("daniel", "Daniel Reyes", "lead", (0, 1)),
    ("grace", "Grace Huang", "auditor", (0, 1)),
    ("sam", "Sam Whitfield", "admin", ()),
)
NAMES = [
    *"Ari Bea Cal Dee Eli Fay Gus Hal Ivy Jo Kai Lou Mae Ned Oz Pia Quin Ray Sky Ty Uma Val Wes Xen Yas Zoe Ana Luis".split(),  # noqa: SIM905  (a list of one word a line hides the rest)
    "María-José",
    "Maximiliano-Bartholomew",
]
SCHEDULES = ("higgins-voucher", "california-recovery-incentives", "attendance-points", "weekly-opioid")


# What happens, by when it is entered: the ledger of a clinic is written in the order of its days.
Happening = tuple[datetime, Callable[[], None]]


class _Life(NamedTuple):
    """A client's month: where they are enrolled, who sees them, how often they meet the target, and when."""

    client_id: int
    enrollment: int
    track: Track
    zone: ZoneInfo
    actor: Actor
    luck: float
    moments: list[datetime]


class _Entered(NamedTuple):
    """A visit of the month as it was entered."""

    visit_id: int
    life: _Life
    evidence: Evidence
    moment: datetime
    specimen_id: str | None

    @property
    def results(self) -> set[str]:
        """What its cup said, in one word or several."""
        return set(self.evidence.results.values()) if isinstance(self.evidence, Test) else set()


class Clinic:
    """A month of a clinic's life, up to now; the same every time.

    `open` the empty database, let the `month` happen, and `put_right` what it leaves.
    """

    def __init__(self, now: datetime, hasher: Hasher) -> None:
        self.now = now
        self.hasher = hasher
        self.chance = random.Random(1993)  # noqa: S311  (a demonstration, the same every time)
        zone = ZoneInfo(SITES[0][1])
        day = (now - timedelta(days=DAYS)).astimezone(zone).date()
        # Early enough that everything is open when the first client comes.
        self.first = datetime.combine(day, time(5), zone).astimezone(now.tzinfo)
        self.changed_at = now - timedelta(days=6)
        self.specimens = 4100
        self.lapses = 0
        self.staff: dict[str, Actor] = {}
        self.sites: list[int] = []
        self.prizes: list[tuple[int, int]] = []
        self.entered: list[_Entered] = []
        self.redeemed: list[int] = []
        self.lives: list[_Life] = []

    def key(self) -> str:
        return str(UUID(int=self.chance.getrandbits(128)))

    def open(self) -> None:
        """The sites, their staff, schedules, prizes and clients."""
        self.employ()
        versions = self.publish()
        self.prizes = stock(self.sites, self.staff["miriam"], self.first + timedelta(minutes=20))
        self.lives = [self.client(n, name, versions[SCHEDULES[n % len(SCHEDULES)]]) for n, name in enumerate(NAMES)]

    def month(self) -> list[Happening]:
        """Every visit of the month, and a lead who changes a schedule."""
        visits = [
            (moment + ENTERED, partial(self.visit, moment, life)) for life in self.lives for moment in life.moments
        ]
        return [(self.changed_at, self.publish_again), *visits]

    def employ(self) -> None:
        machine = command("demonstration")
        for name, time_zone in SITES:
            self.sites.append(add_site(db.session(), name=name, time_zone=time_zone, actor=machine, now=self.first))
        for username, name, role, at in STAFF:
            site_ids = [self.sites[n] for n in at]
            staff_id = save_staff(
                db.session(),
                username=username,
                display_name=name,
                role=role,
                site_ids=site_ids,
                password=PASSWORD,
                is_active=True,
                hasher=self.hasher,
                actor=machine,
                now=self.first,
            )
            self.staff[username] = Actor(staff_id, role, frozenset(site_ids) or None, "demonstration")

    def publish(self) -> dict[str, tuple[int, Track]]:
        versions = {}
        for name in SCHEDULES:
            document = preset(name)
            version_id = publish_schedule(
                db.session(),
                document=document,
                reason="Opening of the program",
                key=self.key(),
                actor=self.staff["miriam"],
                now=self.first + timedelta(minutes=5),
            )
            versions[name] = (version_id, parse(document).tracks[0])
        return versions

    def publish_again(self) -> None:
        """A lead changes a schedule in the middle of the month; whoever is enrolled keeps theirs."""
        document: Any = preset("attendance-points")
        document["tracks"][0]["phases"][0]["cap"] = 20
        publish_schedule(
            db.session(),
            document=document,
            reason="Clients reached the limit too early",
            key=self.key(),
            actor=self.staff["miriam"],
            now=self.changed_at,
        )

    def client(self, n: int, name: str, version: tuple[int, Track]) -> "_Life":
        at_harbor = n < 18
        site_id = self.sites[0 if at_harbor else 1]
        actor = self.staff[("rosa", "kofi", "tom")[n % 3] if at_harbor else ("anna", "tom")[n % 2]]
        opened = self.first + timedelta(hours=1, minutes=4 * n)
        client_id = open_client(
            db.session(),
            code=f"HS-{101 + n}" if at_harbor else f"MR-{183 + n}",
            preferred_name=name,
            site_id=site_id,
            language="es" if n % 5 == 4 else "en",
            actor=actor,
            now=opened,
        )
        set_pin(db.session(), client_id=client_id, pin=PIN, hasher=self.hasher, actor=actor, now=opened)
        zone = ZoneInfo(SITES[0 if at_harbor else 1][1])
        starts_on = (opened + timedelta(days=self.chance.randrange(0, 10))).astimezone(zone).date()
        version_id, track = version
        enrollment = enroll_client(
            db.session(),
            client_id=client_id,
            schedule_version_id=version_id,
            starts_on=starts_on,
            key=self.key(),
            actor=actor,
            now=opened + timedelta(minutes=4),
        )
        luck = self.chance.choice((0.97, 0.93, 0.88, 0.8, 0.6))
        return _Life(client_id, enrollment, track, zone, actor, luck, self.moments(starts_on, track, zone))

    def moments(self, starts_on: date, track: Track, zone: ZoneInfo) -> list[datetime]:
        """When the client's visits fall: evenly over each program week, in the clinic's hours."""
        found = []
        for week in range(1, DAYS // 7 + 2):
            phase = track.phase_in(week)
            for n in range(phase.visits_per_week if phase else 0):
                assert phase is not None
                day = starts_on + timedelta(days=7 * (week - 1) + n * 7 // phase.visits_per_week)
                hour = time(9 + self.chance.randrange(7), self.chance.randrange(60))
                moment = datetime.combine(day, hour, zone).astimezone(self.now.tzinfo)
                if moment < self.now - timedelta(minutes=20):
                    found.append(moment)
        return found

    def visit(self, moment: datetime, life: "_Life") -> None:
        evidence = self.evidence(life.track, life.luck)
        came = not isinstance(evidence, Absence)
        self.specimens += 1
        specimen_id = f"U{self.specimens}" if isinstance(evidence, Test) else None
        visit_id = record_visit(
            db.session(),
            enrollment_id=life.enrollment,
            visit=NewVisit(
                behavior=life.track.behavior,
                happened_on=moment.astimezone(life.zone).date(),
                evidence=evidence,
                specimen_id=specimen_id,
                collected_at=moment if came else None,
                read_at=moment + timedelta(minutes=6) if isinstance(evidence, Test) else None,
            ),
            key=self.key(),
            actor=life.actor,
            now=moment + ENTERED,
        )
        self.entered.append(_Entered(visit_id, life, evidence, moment, specimen_id))
        if self.chance.random() < 0.16:
            self.redeem(moment + ENTERED + timedelta(minutes=1), life)

    def evidence(self, track: Track, luck: float) -> Evidence:
        """What staff saw that day: mostly a target met, now and then everything that happens."""
        roll = self.chance.random()
        is_test = track.evidence == "drug_test"
        if roll < luck:
            return Test(dict.fromkeys(track.analytes, "negative"), temperature="in_range") if is_test else Presence()
        if not is_test:
            return Absence(self.chance.choice((None, None, "illness", "work")))
        # In turn and not by chance, so that every demonstration has every outcome.
        self.lapses += 1
        found = dict.fromkeys(track.analytes, "positive")
        happened: tuple[Evidence, ...] = (
            Test(found, temperature="in_range"),
            Absence(None),
            Test(found, temperature="in_range", is_disputed=True),
            Absence("illness"),
            Test(dict.fromkeys(track.analytes, "pending"), temperature="in_range"),
            Test(specimen="refused"),
            Test(found, temperature="in_range"),
            Test(specimen="dilute", temperature="in_range"),
            Absence("court"),
            Test(specimen="tampered", temperature="out_of_range"),
            Absence(None),
        )
        return happened[self.lapses % len(happened)]

    def redeem(self, moment: datetime, life: "_Life") -> None:
        """The client takes the dearest prize within reach, if one is on the shelf."""
        if moment > self.now:
            return
        for prize_id, price in reversed(self.prizes):
            try:
                self.redeemed.append(take(life.client_id, prize_id, price, life.actor, moment))
            except (LimitReached, NotEnoughPoints, NotEnoughStock):
                continue
            return

    def put_right(self) -> None:
        """What a month brings that has to be put right, in the last minutes before now."""
        miriam, daniel = self.staff["miriam"], self.staff["daniel"]
        tests = [one for one in self.entered if isinstance(one.evidence, Test)]
        disputed = next(one for one in tests if isinstance(one.evidence, Test) and one.evidence.is_disputed)
        analytes = disputed.life.track.analytes
        negative = Test(dict.fromkeys(analytes, "negative"), temperature="in_range")
        self.correct("answer", disputed, negative, "Report 2231 of the laboratory", disputed.life.actor)
        missed = next(one for one in reversed(self.entered) if one.evidence == Absence(None))
        self.correct("excuse", missed, Absence("illness"), "Brought a note from the doctor", missed.life.actor)
        read_wrong = next(one for one in tests if "positive" in one.results and one is not disputed)
        right = Test(dict.fromkeys(read_wrong.life.track.analytes, "negative"), temperature="in_range")
        self.correct("correct", read_wrong, right, "The faint line was read as none; seen on the photo", miriam)
        twice = next(one for one in reversed(tests) if one.results == {"negative"})
        self.correct("void", twice, None, "Another client's cup: the labels were swapped", miriam)
        undo_redemption(
            db.session(),
            redemption_id=self.redeemed[-1],
            is_back=True,
            reason="The zip was broken",
            key=self.key(),
            actor=miriam,
            now=self.now - timedelta(minutes=9),
        )
        at_mill = list({one.life.client_id: one.life for one in self.entered if one.life.actor is self.staff["anna"]})
        for client_id, amount, minutes in ((at_mill[0], 5, 8), (at_mill[1], 10, 2)):
            asked = request_adjustment(
                db.session(),
                client_id=client_id,
                unit="points",
                amount=amount,
                reason="Promised at the opening and never entered",
                key=self.key(),
                actor=miriam,
                now=self.now - timedelta(minutes=minutes),
            )
            if client_id == at_mill[0]:  # the other one still waits for a second lead
                decide_adjustment(
                    db.session(),
                    request_id=asked,
                    decision="approved",
                    key=self.key(),
                    actor=daniel,
                    now=self.now - timedelta(minutes=7),
                )

    def correct(self, way: str, entered: "_Entered", evidence: Evidence | None, reason: str, actor: Actor) -> None:
        """As the page does it: look at what changes, then save exactly that."""
        now = self.now - timedelta(minutes=10)
        visit = None
        if evidence is not None:
            came = not isinstance(evidence, Absence)
            visit = NewVisit(
                behavior=entered.life.track.behavior,
                happened_on=entered.moment.astimezone(entered.life.zone).date(),
                evidence=evidence,
                specimen_id=entered.specimen_id,
                collected_at=entered.moment if came else None,
                read_at=entered.moment + timedelta(minutes=6) if isinstance(evidence, Test) else None,
            )
        shown = preview_correction(db.session(), actor, entered.visit_id, way, visit, now).fingerprint
        correct_visit(
            db.session(),
            visit_id=entered.visit_id,
            way=way,
            visit=visit,
            reason=reason,
            shown=shown,
            key=self.key(),
            actor=actor,
            now=now,
        )
