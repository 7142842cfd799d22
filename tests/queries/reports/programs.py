"""Random programs, made by the program's own operations. What an operation refuses is left out."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from hypothesis import strategies as st
from sqlalchemy.orm import Session

from cm_tracker.domain.day.services import Meeting
from cm_tracker.domain.errors import Refused
from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.domain.visits.evidence import Absence, Evidence, NewVisit, Presence, Test
from cm_tracker.operations.clients.decide_merge import decide_merge
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.clients.request_merge import request_merge
from cm_tracker.operations.clients.transfer_client import transfer_client
from cm_tracker.operations.day.add_away import add_away
from cm_tracker.operations.day.add_closure import add_closure
from cm_tracker.operations.day.close_day import close_day
from cm_tracker.operations.day.note_slot import note_slot
from cm_tracker.operations.day.record_slot import record_slot
from cm_tracker.operations.day.save_service import save_service
from cm_tracker.operations.day.set_plan import set_plan
from cm_tracker.operations.ledger.decide_adjustment import decide_adjustment
from cm_tracker.operations.ledger.request_adjustment import request_adjustment
from cm_tracker.operations.prizes.commit_draw import commit_draw
from cm_tracker.operations.prizes.draw_slip import draw_slip
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.operations.visits.record_visit import record_visit
from tests import cast, week
from tests.domain.schedules.documents import document, phase, track

START = cast.START
NOW = datetime(2026, 4, 13, 15, 0, tzinfo=UTC)  # a Monday, six weeks after the first day
DAYS = 42
LONG_AGO = date(2026, 1, 1)
SITES = frozenset({cast.HARBOR, cast.MILL})
ROSA = Actor(cast.ROSA, frozenset({"coordinator"}), SITES, "web")
MIRIAM = Actor(cast.MIRIAM, frozenset({"lead"}), SITES, "web")
KIOSK = Actor(None, frozenset(), SITES, "kiosk")
NADIA = Actor(cast.LEO, frozenset({"lead"}), SITES, "web")
URINE, CAME = "cocaine-negative", "attendance"
CLIENTS = 3
# Who leads the tests and the group of each site, and who records the visits of each client.
LEADERS = {cast.HARBOR: (cast.LEO, cast.MIRIAM), cast.MILL: (cast.ANNA, None)}
RECORDERS = (ROSA, MIRIAM, ROSA)


def specimen(result: str) -> Test:
    return Test({"cocaine": result}, temperature="in_range")


EVIDENCE: dict[str, Evidence] = {
    "met": specimen("negative"), "positive": specimen("positive"), "pending": specimen("pending"),
    "unexcused": Absence(None), "excused": Absence("illness"),
}  # fmt: skip
OUTCOMES = st.sampled_from(["met", "met", "met", "met", "positive", "unexcused", "excused", "pending"])
WHO, WHEN = st.integers(0, CLIENTS - 1), st.integers(0, DAYS)
WEEKDAYS = st.sampled_from(["024", "13", "0134", "5", "01234"])

ACTIONS = st.one_of(
    st.tuples(
        st.just("visits in a row"), WHO, st.lists(st.tuples(st.integers(0, 3), OUTCOMES), min_size=5, max_size=14)
    ),
    st.tuples(st.just("visit"), WHO, WHEN, OUTCOMES),
    st.tuples(st.just("came"), WHO, WHEN),
    st.tuples(st.just("correct"), st.integers(0, 60), OUTCOMES),
    st.tuples(st.just("void"), st.integers(0, 60)),
    st.tuples(st.just("slot"), WHO, WHEN, st.sampled_from(["absent", "excused", "attended"])),
    st.tuples(st.just("put off"), WHO, WHEN, st.integers(1, 5)),
    st.tuples(st.just("pause"), WHO, WHEN, st.integers(0, 12)),
    st.tuples(st.just("move"), WHO, WHEN),
    st.tuples(st.just("end"), WHO, WHEN),
    st.tuples(st.just("closure"), WHEN),
    st.tuples(st.just("away"), st.sampled_from([cast.LEO, cast.MIRIAM]), st.sampled_from([cast.ROSA, None]), WHEN),
    st.tuples(st.just("close"), WHEN),
    st.tuples(st.just("transfer"), WHO, WHEN),
    st.tuples(st.just("merge"), WHO, WHO),
    st.tuples(st.just("plan"), WHO, WEEKDAYS),
)
MONEY = st.one_of(
    st.tuples(st.just("draw"), WHO, WHEN, st.integers(1, 3)),
    st.tuples(st.just("adjust"), WHO, WHEN, st.integers(-3, 9)),
)
PROGRAMS = st.fixed_dictionaries(
    {
        "corrections": st.sampled_from(["keep", "replay"]),
        "draws": st.booleans(),
        "restores": st.booleans(),
        "starts": st.lists(st.integers(0, 12), min_size=CLIENTS, max_size=CLIENTS),
        "plans": st.lists(st.one_of(st.none(), WEEKDAYS), min_size=CLIENTS, max_size=CLIENTS),
        "actions": st.lists(ACTIONS, min_size=3, max_size=14),
        "money": st.lists(MONEY, min_size=3, max_size=5),
    }
)


def on(day: int) -> date:
    return START + timedelta(days=day)


class Program:
    """A program while it is made."""

    def __init__(self, session: Session, given: dict[str, Any]) -> None:
        self.session, self.enrollments, self.clients, self.visits = session, [], [], []  # type: ignore[var-annotated]
        restore = {"after": 2, "takes_effect": "next", "to": "last_paid"} if given["restores"] else None
        pays: dict[str, Any] = {"pays": "draws"} if given["draws"] else {}
        doc = document(
            track(phase((1, 3), run_bonus={"every": 3, "amount": 7}), phase((4, 5), visits_per_week=3, carry_level=True),
                  behavior=URINE, restore=restore, **pays),
            track(phase((1, 5), step=1), behavior=CAME, evidence="attendance", target=[], reset_on=[]),
            bowl={"name": "Five slips", "slips": [{"tier": "small", "count": 4, "cents": 100}, {"tier": "none", "count": 3, "cents": 0}]}
            if given["draws"] else None,
            corrections=given["corrections"], name="Five weeks",
        )  # fmt: skip
        other = document(track(phase((1, 6)), behavior=URINE), name="Six weeks", corrections=given["corrections"])
        self.versions = [
            publish_schedule(session, document=one, reason="x", key=cast.key(), actor=command(), now=NOW)
            for one in (doc, other)
        ]
        for site in sorted(SITES):
            tester, leader = LEADERS[site]
            for name, kind, leader_id, at, minutes in (
                ("Tests", "test_visit", tester, 9, 20), ("Group", "skills", leader, 13, 90)
            ):  # fmt: skip
                save_service(
                    session, site_id=site, name=name, kind=kind, leader_id=leader_id, place="1", capacity=None,
                    meetings=[Meeting(weekday, time(at), minutes, LONG_AGO) for weekday in range(7)],
                    from_on=LONG_AGO, key=cast.key(), actor=MIRIAM, now=NOW,
                )  # fmt: skip
        for number, (start, weekdays) in enumerate(zip(given["starts"], given["plans"], strict=True)):
            client = open_client(
                session, code=f"HS-{number + 20}", preferred_name="", site_id=cast.HARBOR,
                language=("en", "es")[number % 2], actor=ROSA, now=NOW,
            )  # fmt: skip
            enrollment = enroll_client(
                session, client_id=client, schedule_version_id=self.versions[0], starts_on=on(start), key=cast.key(),
                actor=ROSA, now=NOW,
            )  # fmt: skip
            self.clients.append(client)
            self.enrollments.append(enrollment)
            if weekdays is not None:
                self.plan(number, weekdays, from_on=on(start))
        for number, (name, *more) in enumerate([*given["actions"], *given["money"]]):
            # Which of two transfers counts after a merge is told by when they were recorded.
            self.now = NOW - timedelta(minutes=30 - number)
            try:
                getattr(self, name.replace(" ", "_"))(*more)
            except Refused:
                session.rollback()

    def plan(self, who: int, weekdays: str, from_on: date | None = None) -> None:
        """Set a plan: the first one from the first day on, a later one from today on."""
        tests, group = (1, 2)
        set_plan(
            self.session, enrollment_id=self.enrollments[who], from_on=from_on or on(DAYS), level="outpatient",
            hours_required=3, reason="first" if from_on else "services",
            items=[week.item(tests, weekdays, URINE), week.item(group, "1", CAME if who else None)],
            key=cast.key(), actor=ROSA, now=NOW,
        )  # fmt: skip

    def record(self, who: int, day: int, behavior: str, evidence: Evidence) -> None:
        self.visits.append(
            record_visit(
                self.session, enrollment_id=self.enrollments[who], visit=NewVisit(behavior, on(day), evidence),
                key=cast.key(), actor=RECORDERS[who], now=NOW,
            )
        )  # fmt: skip

    def visit(self, who: int, day: int, outcome: str) -> None:
        self.record(who, day, URINE, EVIDENCE[outcome])

    def came(self, who: int, day: int) -> None:
        self.record(who, day, CAME, Presence())

    def visits_in_a_row(self, who: int, steps: list[tuple[int, str]]) -> None:
        day = 0
        for further, outcome in steps:
            day += further
            try:
                self.visit(who, day, outcome)
            except Refused:
                self.session.rollback()

    def correct(self, number: int, outcome: str) -> None:
        if self.visits:
            visit = self.visits[number % len(self.visits)]
            cast.put_right(self.session, visit, "correct", EVIDENCE[outcome], actor=MIRIAM, now=NOW)

    def void(self, number: int) -> None:
        if self.visits:
            cast.put_right(self.session, self.visits[number % len(self.visits)], "void", actor=MIRIAM, now=NOW)

    def slot(self, who: int, day: int, way: str) -> None:
        record_slot(
            self.session, enrollment_id=self.enrollments[who], service_id=2 if way == "attended" else 1, on_day=on(day),
            way=way, key=cast.key(), actor=NADIA, now=NOW, **({"excuse": "court"} if way == "excused" else {}),
        )  # fmt: skip

    def put_off(self, who: int, day: int, further: int) -> None:
        note_slot(
            self.session, enrollment_id=self.enrollments[who], service_id=2, on_day=on(day), status="moved",
            to_day=on(day + further), key=cast.key(), actor=ROSA, now=NOW,
        )  # fmt: skip

    def pause(self, who: int, day: int, length: int) -> None:
        last = on(day + length).isoformat() if length else None
        cast.pause(self.session, self.enrollments[who], on(day).isoformat(), last, now=NOW, actor=ROSA)

    def move(self, who: int, day: int) -> None:
        cast.move(
            self.session, self.enrollments[who], self.versions[1], on(day).isoformat(), now=NOW, actor=MIRIAM
        )  # fmt: skip

    def end(self, who: int, day: int) -> None:
        cast.end(self.session, self.enrollments[who], on(day).isoformat(), now=NOW, actor=ROSA)

    def closure(self, day: int) -> None:
        add_closure(
            self.session, site_id=cast.HARBOR, first_day=on(day), last_day=on(day), name="Snow", key=cast.key(),
            actor=MIRIAM, now=NOW,
        )  # fmt: skip

    def away(self, member: int, stand_in: int | None, day: int) -> None:
        add_away(
            self.session, site_id=cast.HARBOR, member_id=member, stand_in_id=stand_in, first_day=on(day),
            last_day=on(day + 9), key=cast.key(), actor=MIRIAM, now=NOW,
        )  # fmt: skip

    def close(self, day: int) -> None:
        close_day(self.session, site_id=cast.HARBOR, day=on(day), actor=MIRIAM, now=NOW)

    def draw(self, who: int, day: int, count: int) -> None:
        at = NOW - timedelta(days=DAYS - day)
        commit_draw(self.session, client_id=self.clients[who], actor=KIOSK, now=at)
        for number in range(1, count + 1):
            draw_slip(
                self.session, client_id=self.clients[who], number=number, part="touch 500,500", key=cast.key(),
                actor=KIOSK, now=at,
            )  # fmt: skip

    def adjust(self, who: int, day: int, amount: int) -> None:
        at = NOW - timedelta(days=DAYS - day)
        request = request_adjustment(
            self.session, client_id=self.clients[who], unit="points", amount=amount, reason="Promised and never entered", key=cast.key(),
            actor=MIRIAM, now=at,
        )  # fmt: skip
        decide_adjustment(
            self.session, request_id=request, decision="approved", key=cast.key(), actor=NADIA, now=at
        )  # fmt: skip

    def transfer(self, who: int, day: int) -> None:
        transfer_client(
            self.session, client_id=self.clients[who], to_site_id=cast.MILL, first_day=on(day), note="Moved house",
            key=cast.key(), actor=MIRIAM, now=self.now,
        )  # fmt: skip

    def merge(self, who: int, into: int) -> None:
        if who == into:
            return
        request = request_merge(
            self.session, from_client_id=self.clients[who], into_client_id=self.clients[into], reason="The same person",
            key=cast.key(), actor=MIRIAM, now=self.now,
        )  # fmt: skip
        decide_merge(
            self.session, request_id=request, decision="approved", reason="", key=cast.key(), actor=NADIA, now=self.now
        )  # fmt: skip
