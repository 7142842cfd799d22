"""The demonstration clinic: a realistic month of visits, prizes and corrections.

All of it is invented. The operations that the pages use write it, each with a time in the past, so the
ledger of the demonstration verifies like that of a real clinic.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from cm_tracker.cli.demo.cabinet import PRIZES, count, stock, take
from cm_tracker.cli.demo.cups import Cup, open_cups
from cm_tracker.cli.demo.schedules import MOST_TESTS, WEEKDAYS_OF_TESTS, publish, publish_again, send_another
from cm_tracker.db import db
from cm_tracker.domain.errors import LimitReached, NotEnoughPoints, NotEnoughStock
from cm_tracker.domain.schedules.point_value import in_program
from cm_tracker.domain.schedules.schedule import Track, parse
from cm_tracker.domain.staff.roles import Actor, command, roles_in
from cm_tracker.domain.visits.evidence import NOT_SAID, Absence, Evidence, NewVisit, Presence, Test
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.clients.set_pin import set_pin
from cm_tracker.operations.kiosk.pair_demonstration import pair_demonstration
from cm_tracker.operations.kiosk.touch_device import touch_device
from cm_tracker.operations.ledger.decide_adjustment import decide_adjustment
from cm_tracker.operations.ledger.request_adjustment import request_adjustment
from cm_tracker.operations.prizes.sign_count import sign_count
from cm_tracker.operations.prizes.undo_redemption import undo_redemption
from cm_tracker.operations.schedules.retire_schedule import retire_schedule
from cm_tracker.operations.staff.add_demonstration_account import add_demonstration_account
from cm_tracker.operations.staff.add_site import add_site
from cm_tracker.operations.visits.correct_visit import correct_visit
from cm_tracker.operations.visits.record_visit import record_visit
from cm_tracker.passwords import Hasher
from cm_tracker.queries.schedules.presets import preset
from cm_tracker.queries.schedules.program import program_money
from cm_tracker.queries.schedules.schedules import version_card
from cm_tracker.queries.visits.previews import preview_correction

PASSWORD = "demonstration-only"  # noqa: S105  (printed at every start; the demonstration holds nobody's data)
PIN = "7304"
DAYS = 33
# The time between a visit and its entry.
ENTRY_DELAY = timedelta(minutes=8)
REDEEM_DELAY = timedelta(minutes=1)

SITES = (("Harbor Street Clinic", "America/New_York"), ("Mill Road Clinic", "America/Chicago"))
# (user name, name, roles, numbers of the sites in SITES)
STAFF = (
    ("rosa", "Rosa Delgado", "coordinator", (0,)),
    ("kofi", "Kofi Mensah", "coordinator", (0,)),
    ("anna", "Anna Lindqvist", "coordinator", (1,)),
    ("tom", "Tom Okafor", "coordinator", (0, 1)),
    ("miriam", "Miriam Katz", "lead", (0, 1)),
    ("daniel", "Daniel Reyes", "lead", (0, 1)),
    ("grace", "Grace Huang", "auditor", (0, 1)),
    ("sam", "Sam Whitfield", "admin", ()),
    ("lena", "Lena Brandt", "counselor", (0,)),
    ("nora", "Nora Quinn", "front_desk", (0,)),
    ("theo", "Theo Marsh", "technician", (0,)),
    ("paula", "Paula Winter", "purchaser", (0, 1)),
    ("tess", "Tess Moreau", "coordinator", (0,)),
)
NAMES = [
    *"Ari Bea Cal Dee Eli Fay Gus Hal Ivy Jo Kai Lou Mae Ned Oz Pia Quin Ray Sky Ty Uma Val Wes Xen Yas Zoe Ana Luis".split(),  # noqa: SIM905  (a list of one word a line hides the rest)
    "María-José",
    "Maximiliano-Bartholomew",
]
SCHEDULES = ("higgins-voucher", "california-recovery-incentives", "attendance-points", "weekly-opioid")


# When something is entered, and the function that enters it. Events run in order of time, as in a real clinic.
Event = tuple[datetime, Callable[[], None]]


@dataclass(slots=True)
class _Plan:
    """A client's month: the enrollment, who sees them, how often they meet the target, and when they visit."""

    client_id: int
    enrollment: int
    track: Track
    zone: ZoneInfo
    actor: Actor
    met_rate: float
    moments: list[datetime]
    cup: Cup


class _Entered(NamedTuple):
    """A visit of the month as it was entered."""

    visit_id: int
    plan: _Plan
    evidence: Evidence
    moment: datetime
    specimen_id: str | None

    @property
    def results(self) -> set[str]:
        """The different results of the visit's test; empty without a test."""
        return set(self.evidence.results.values()) if isinstance(self.evidence, Test) else set()


class Clinic:
    """A month of a clinic, up to now. It is the same every time.

    Call `open` on an empty database, run the events of `month`, and then call `correct_mistakes`.
    """

    def __init__(self, now: datetime, hasher: Hasher) -> None:
        self.now = now
        # The last minutes are kept free of the month's events: mistakes are corrected and shelves counted in them.
        self.month_ends_at = now - timedelta(minutes=15)
        self.hasher = hasher
        self.chance = random.Random(1993)  # noqa: S311  (a demonstration, the same every time)
        zone = ZoneInfo(SITES[0][1])
        day = (now - timedelta(days=DAYS)).astimezone(zone).date()
        # Early enough that the sites are set up before the first visit.
        self.first = datetime.combine(day, time(5), zone).astimezone(now.tzinfo)
        self.changed_at = now - timedelta(days=6)
        self.specimens = 4100
        self.lapses = 0
        self.staff: dict[str, Actor] = {}
        self.sites: list[int] = []
        self.prizes: list[tuple[int, int]] = []
        self.entered: list[_Entered] = []
        self.redeemed: list[int] = []
        self.plans: list[_Plan] = []
        self.cups: dict[int, Cup] = {}

    def key(self) -> str:
        return str(UUID(int=self.chance.getrandbits(128)))

    def open(self) -> None:
        """Add the sites, their staff, schedules, prizes and clients."""
        self.add_staff()
        versions = self.publish()
        self.retire()
        self.prizes = stock(self.sites, self.staff["miriam"], self.staff["paula"], self.first + timedelta(minutes=20))
        zones = [zone for _, zone in SITES]
        self.cups = open_cups(self.sites, zones, self.staff["miriam"], self.first + timedelta(minutes=10), self.now)
        self.plans = [self.client(n, name, versions[SCHEDULES[n % len(SCHEDULES)]]) for n, name in enumerate(NAMES)]

    def month(self) -> list[Event]:
        """Return every visit of the month, one change of a schedule, and one that waits for a second lead."""
        visits = [
            (moment + ENTRY_DELAY, partial(self.visit, moment, plan)) for plan in self.plans for moment in plan.moments
        ]
        sent_at = self.now - timedelta(minutes=50)
        return [
            (self.changed_at, partial(publish_again, self.staff, self.changed_at)),
            (sent_at, partial(send_another, self.staff, sent_at)),
            *visits,
        ]

    def add_staff(self) -> None:
        actor = command("demonstration")
        for name, time_zone in SITES:
            site_id = add_site(db.session(), name=name, time_zone=time_zone, actor=actor, now=self.first)
            self.sites.append(site_id)
            tablet = pair_demonstration(
                db.session(), site_id=site_id, name="Front room tablet", actor=actor, now=self.first
            )
            touch_device(db.session(), device_id=tablet.id, now=self.now - timedelta(minutes=12))
        for username, name, roles, site_numbers in STAFF:
            site_ids = [self.sites[n] for n in site_numbers]
            staff_id = add_demonstration_account(
                db.session(),
                username=username,
                display_name=name,
                roles=roles_in(roles),
                site_ids=site_ids,
                password=PASSWORD,
                hasher=self.hasher,
                actor=actor,
                now=self.first,
            )
            self.staff[username] = Actor(staff_id, roles_in(roles), frozenset(site_ids) or None, "demonstration")

    def publish(self) -> dict[str, tuple[int, Track]]:
        versions = {}
        for name in SCHEDULES:
            version_id = publish(name, "Opening of the program", self.staff, self.first + timedelta(minutes=5))
            document = in_program(preset(name), program_money(db.session()))
            versions[name] = (version_id, parse(document).tracks[0])
        return versions

    def retire(self) -> None:
        """Publish a schedule that the clinic does not need, and retire it before anybody is enrolled in it."""
        retired_id = publish("roll-smoking", "Opening of the program", self.staff, self.first + timedelta(minutes=6))
        line = version_card(db.session(), self.staff["miriam"], retired_id, self.first.date()).line
        retire_schedule(
            db.session(),
            schedule_id=line.schedule_id,
            is_retired=True,
            reason="Smoking is treated elsewhere",
            actor=self.staff["miriam"],
            now=self.first + timedelta(minutes=9),
        )

    def client(self, n: int, name: str, version: tuple[int, Track]) -> _Plan:
        is_harbor = n < 18
        site_id = self.sites[0 if is_harbor else 1]
        actor = self.staff[("rosa", "kofi", "tom")[n % 3] if is_harbor else ("anna", "tom")[n % 2]]
        opened = self.first + timedelta(hours=1, minutes=4 * n)
        client_id = open_client(
            db.session(),
            code=f"HS-{101 + n}" if is_harbor else f"MR-{183 + n}",
            preferred_name=name,
            site_id=site_id,
            language="es" if n % 5 == 4 else "en",
            actor=actor,
            now=opened,
        )
        set_pin(db.session(), client_id=client_id, pin=PIN, hasher=self.hasher, actor=actor, now=opened)
        zone = ZoneInfo(SITES[0 if is_harbor else 1][1])
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
        met_rate = self.chance.choice((0.97, 0.93, 0.88, 0.8, 0.6))
        moments = self.moments(starts_on, track, zone)
        return _Plan(client_id, enrollment, track, zone, actor, met_rate, moments, self.cups[site_id])

    def moments(self, starts_on: date, track: Track, zone: ZoneInfo) -> list[datetime]:
        """Return the times of the client's visits: on the weekdays of their plan in each program week, in opening hours."""
        moments = []
        for week in range(1, DAYS // 7 + 2):
            phase = track.phase_in(week)
            begins = starts_on + timedelta(weeks=week - 1)
            weekdays = WEEKDAYS_OF_TESTS[min(phase.visits_per_week, MOST_TESTS)] if phase else ()
            for day in (begins + timedelta(days=n) for n in range(7)):
                if day.weekday() not in weekdays:
                    continue
                hour = time(9 + self.chance.randrange(7), self.chance.randrange(60))
                moment = datetime.combine(day, hour, zone).astimezone(self.now.tzinfo)
                if moment + ENTRY_DELAY + REDEEM_DELAY < self.month_ends_at:
                    moments.append(moment)
        return moments

    def visit(self, moment: datetime, plan: _Plan) -> None:
        evidence = self.evidence(plan)
        came = not isinstance(evidence, Absence)
        self.specimens += 1
        specimen_id = f"U{self.specimens}" if isinstance(evidence, Test) else None
        visit_id = record_visit(
            db.session(),
            enrollment_id=plan.enrollment,
            visit=NewVisit(
                behavior=plan.track.behavior,
                happened_on=moment.astimezone(plan.zone).date(),
                evidence=evidence,
                specimen_id=specimen_id,
                collected_at=moment if came else None,
                read_at=moment + timedelta(minutes=6) if isinstance(evidence, Test) else None,
                collection=plan.cup.collection if isinstance(evidence, Test) else NOT_SAID,
            ),
            key=self.key(),
            actor=plan.actor,
            now=moment + ENTRY_DELAY,
        )
        self.entered.append(_Entered(visit_id, plan, evidence, moment, specimen_id))
        if self.chance.random() < 0.16:
            self.redeem(moment + ENTRY_DELAY + REDEEM_DELAY, plan)

    def evidence(self, plan: _Plan) -> Evidence:
        """Return what staff saw that day: mostly a met target, sometimes one of the other cases."""
        roll, track, cup = self.chance.random(), plan.track, plan.cup
        is_test = track.evidence == "drug_test"
        if roll < plan.met_rate:
            return Test(cup.results(track, "negative"), temperature="in_range") if is_test else Presence()
        if not is_test:
            return Absence(self.chance.choice((None, None, "illness", "work")))
        # The other cases take turns, so that every demonstration has every outcome.
        self.lapses += 1
        cases = cup.lapses(track)
        return cases[self.lapses % len(cases)]

    def redeem(self, moment: datetime, plan: _Plan) -> None:
        """Let the client take the most expensive prize that they can afford and that is on the shelf."""
        for prize_id, price in reversed(self.prizes):
            try:
                self.redeemed.append(take(plan.client_id, prize_id, price, plan.actor, moment))
            except (LimitReached, NotEnoughPoints, NotEnoughStock):
                continue
            return

    def correct_mistakes(self) -> None:
        """Enter corrections, an undo and adjustments, in the last minutes before now."""
        miriam, daniel = self.staff["miriam"], self.staff["daniel"]
        tests = [entry for entry in self.entered if isinstance(entry.evidence, Test)]
        disputed = next(entry for entry in tests if isinstance(entry.evidence, Test) and entry.evidence.is_disputed)
        plan = disputed.plan
        negative = Test(plan.cup.results(plan.track, "negative"), temperature="in_range")
        self.correct("answer", disputed, negative, "Report 2231 of the laboratory", disputed.plan.actor)
        missed = next(entry for entry in reversed(self.entered) if entry.evidence == Absence(None))
        self.correct("excuse", missed, Absence("illness"), "Brought a note from the doctor", missed.plan.actor)
        misread = next(entry for entry in tests if "positive" in entry.results and entry is not disputed)
        reread = Test(misread.plan.cup.results(misread.plan.track, "negative"), temperature="in_range")
        self.correct("correct", misread, reread, "The faint line was read as none; seen on the photo", miriam)
        # Of a day that is over for good: what is entered later for the last days would take the place of a voided visit.
        over = self.now - timedelta(days=8)
        wrong_client = next(entry for entry in reversed(tests) if entry.results == {"negative"} and entry.moment < over)
        self.correct("void", wrong_client, None, "Another client's cup: the labels were swapped", miriam)
        undo_redemption(
            db.session(),
            redemption_id=self.redeemed[-1],
            is_back=True,
            reason="The zipper was broken",
            key=self.key(),
            actor=miriam,
            now=self.now - timedelta(minutes=9),
        )
        mill_clients = list(
            dict.fromkeys(entry.plan.client_id for entry in self.entered if entry.plan.actor is self.staff["anna"])
        )
        for client_id, amount, minutes in ((mill_clients[0], 5, 8), (mill_clients[1], 10, 2)):
            request_id = request_adjustment(
                db.session(),
                client_id=client_id,
                unit="points",
                amount=amount,
                reason="Promised at the opening and never entered",
                key=self.key(),
                actor=miriam,
                now=self.now - timedelta(minutes=minutes),
            )
            if client_id == mill_clients[0]:  # the other request waits for a second lead
                decide_adjustment(
                    db.session(),
                    request_id=request_id,
                    decision="approved",
                    key=self.key(),
                    actor=daniel,
                    now=self.now - timedelta(minutes=7),
                )

    def count_cabinets(self) -> None:
        """Count both cabinets: one loss is signed, and the other one waits for a lead."""
        now = self.now - timedelta(minutes=1)
        signed = count(self.sites[0], self.staff["rosa"], self.staff["miriam"], now, missing=PRIZES[0].name)
        sign_count(
            db.session(),
            count_id=signed,
            reason="One box was open and was thrown away",
            key=self.key(),
            actor=self.staff["miriam"],
            now=now,
        )
        count(self.sites[1], self.staff["anna"], self.staff["tom"], now, missing=PRIZES[5].name)

    def correct(self, way: str, entered: _Entered, evidence: Evidence | None, reason: str, actor: Actor) -> None:
        """Correct a visit as the page does: preview what changes, then save exactly that."""
        now = self.now - timedelta(minutes=10)
        visit = None
        if evidence is not None:
            came = not isinstance(evidence, Absence)
            visit = NewVisit(
                behavior=entered.plan.track.behavior,
                happened_on=entered.moment.astimezone(entered.plan.zone).date(),
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
