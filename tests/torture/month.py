"""Four weeks at a clinic of 120 clients, drawn from a seed: who is expected when, what they do, and when it is entered.

Days are counted from `cast.START`, a Monday. Nothing here knows the program: what every visit is worth follows from these
lists and the schedule alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import time
from random import Random
from typing import Any, NamedTuple

from cm_tracker.domain.day.services import Meeting
from tests import week
from tests.domain.schedules.documents import document, phase, track

CLIENTS = 120
DAYS = 28
URINE, GROUP, VOCATIONAL, FAMILY, MEETING = "Urine tests", "Skills group", "Vocational session", "Family", "Meeting"
# Each service with its kind and its meetings. Test visits are on every weekday.
SERVICES: dict[str, tuple[str, list[Meeting]]] = {
    URINE: ("test_visit", week.meetings("01234", time(9), 20)),
    GROUP: ("skills", week.meetings("13", time(13), 120)),
    VOCATIONAL: ("psychoeducation", week.meetings("2", time(14), 60)),
    FAMILY: ("family", week.meetings("4", time(16), 60)),
    MEETING: ("community_meeting", week.meetings("3", time(19), 60)),
}
BEHAVIOR = {URINE: "cocaine-negative", GROUP: "attendance", VOCATIONAL: "attendance", FAMILY: None, MEETING: None}

HOLIDAY, MAKE_UP_DAY, WATER_DAMAGE = 9, 12, 15  # a Wednesday, made up for on Saturday, and a Tuesday
PAUSED = (14, 20)
LEFT, CAME_BACK, MERGED = 11, 14, 19  # days of those who have two records
REDEEMING = (4, 11, 18, 25)  # on Fridays, once everything of the day is entered
ADJUSTING = 26


def document_of(corrections: str, ceilings: list[dict[str, Any]]) -> dict[str, Any]:
    """Tests rise with each visit, with a bonus and a way back; attendance rises with each full week."""
    restore = {"after": 3, "takes_effect": "next", "to": "last_paid"}
    return document(
        track(
            phase((1, 8), visits_per_week=3, base=5, step=2, run_bonus={"every": 3, "amount": 9}),
            behavior="cocaine-negative", restore=restore,
        ),
        track(
            phase((1, 8), base=4, step=1, cap=8, rises="week"), behavior="attendance", title="Attendance",
            evidence="attendance", target=[], restore=restore,
        ),
        corrections=corrections, ceilings=ceilings, name=f"Month, {corrections}",
    )  # fmt: skip


DOCUMENTS = (
    document_of("keep", [{"scope": "award", "cents": 600}, {"scope": "enrollment", "cents": 5000}]),
    document_of("replay", [{"scope": "month", "cents": 4500}]),
)


class Visit(NamedTuple):
    """What became of a slot: `outcome` is met, positive, pending, excused or unexcused; it is entered on a day.

    `answer` is what the laboratory says of a pending test, on the next Sunday.
    """

    client: int
    day: int
    service: str
    outcome: str
    entered: int
    answer: str = ""


@dataclass
class Patient:
    """A client as planned: the services with their weekdays, the version, and what happens to the client."""

    number: int
    version: int
    plan: dict[str, str]
    is_paused: bool = False
    has_two_records: bool = False
    visits: list[Visit] = field(default_factory=list)

    def takes_part_on(self, day: int) -> bool:
        if self.is_paused and PAUSED[0] <= day <= PAUSED[1]:
            return False
        return not (self.has_two_records and LEFT < day < CAME_BACK)

    def expected(self) -> Iterator[tuple[int, str]]:
        """Yield each day and service with a slot that the program does not excuse."""
        for day in range(DAYS):
            of = HOLIDAY if day == MAKE_UP_DAY else day
            for service, weekdays in self.plan.items():
                is_held = day not in (HOLIDAY, WATER_DAMAGE) and str(of % 7) in weekdays
                if is_held and self.takes_part_on(day):
                    yield day, service


def patients(seed: int) -> list[Patient]:
    """Return 120 clients with everything that they do in the month."""
    random = Random(seed)
    return [_patient(number, random) for number in range(CLIENTS)]


def _patient(number: int, random: Random) -> Patient:
    two_records = number % 30 == 10
    patient = Patient(
        number,
        version=0 if two_records or number % 3 else 1,
        plan={URINE: random.choice(["024", "1", "3", "4"])},
        is_paused=number % 40 == 7,
        has_two_records=two_records,
    )
    for one_in, service, weekdays in ((5, GROUP, "13"), (12, VOCATIONAL, "2"), (10, FAMILY, "4")):
        if number % one_in == 0:
            patient.plan[service] = weekdays
    if number % 10 == 3:
        patient.plan[MEETING] = "3"
    is_late_in: set[int] = set()
    for day, service in patient.expected():
        visit = Visit(number, day, service, *_what_happens(service, random))
        # Late ones are entered on the Sunday, one a week of each client: the clinic's paper is in no order of its own.
        if day // 7 not in is_late_in and (visit.answer or random.random() < 0.04):
            is_late_in.add(day // 7)
            visit = visit._replace(entered=day if visit.answer else sunday(day))
        else:
            visit = visit._replace(entered=day, outcome=visit.answer or visit.outcome, answer="")
        patient.visits.append(visit)
    return patient


def _what_happens(service: str, random: Random) -> tuple[str, int, str]:
    chance = random.random()
    if chance < 0.06:
        return "unexcused", 0, ""
    if chance < 0.10:
        return "excused", 0, ""
    if service == URINE and chance < 0.20:
        return "positive", 0, ""
    if service == URINE and chance < 0.24:
        return "pending", 0, random.choice(["met", "met", "positive"])
    return "met", 0, ""


def sunday(day: int) -> int:
    """Return the last day of a day's week."""
    return day // 7 * 7 + 6


def later(visits: Sequence[Visit], seed: int) -> list[Visit]:
    """Return the same visits, of which every fourth is entered up to six days later."""
    random = Random(seed)
    return [
        visit._replace(entered=min(visit.entered + random.randint(1, 6), DAYS - 1)) if random.random() < 0.25 else visit
        for visit in visits
    ]
