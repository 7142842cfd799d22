"""A day on which the program was down: typed from paper, in any order, by two people, and signed by a second one."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.day.downtime import PaperLine, PaperPrize
from cm_tracker.domain.errors import (
    BadInput,
    InTheFuture,
    NotAllowed,
    NotEnoughStock,
    NotFound,
    NothingForPractice,
    NotWhatWasShown,
    SameVisit,
    TypedByYou,
)
from cm_tracker.domain.schedules.outcomes import MET
from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.domain.visits.evidence import Absence, Evidence, NewVisit, Presence, Test
from cm_tracker.models import DowntimeLine, Enrollment, Redemption
from cm_tracker.operations.day.close_day import close_day
from cm_tracker.operations.day.record_downtime import record_downtime
from cm_tracker.operations.day.sign_downtime import sign_downtime
from cm_tracker.operations.prizes.deliver_stock import deliver_stock
from cm_tracker.operations.prizes.save_prize import save_prize
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.operations.visits.record_visit import record_visit
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.clients.enrollments import enrollment_history
from cm_tracker.queries.day.downtime import downtime_day, downtime_sheet, preview_downtime, unsigned_days
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.queries.prizes.catalog import prize_line
from cm_tracker.queries.prizes.redemptions import receipt_card
from cm_tracker.queries.schedules.presets import preset
from tests import cast, week
from tests.redeeming import redeem_at_once

DOWN = date(2026, 3, 11)
"""The Wednesday before `cast.NOW`: the program was down."""
AT = datetime(2026, 3, 11, 14, 30, tzinfo=UTC)
BEHAVIOR = "cocaine-negative"


def seen(evidence: Evidence | None, day: date = DOWN) -> NewVisit:
    at = None if isinstance(evidence, Absence) else datetime(day.year, day.month, day.day, 14, 30, tzinfo=UTC)
    return NewVisit(BEHAVIOR, day, evidence or cast.negative(), collected_at=at)


def paper(evidence: Evidence | None = None, prize: PaperPrize | None = None, day: date = DOWN) -> PaperLine:
    at = datetime(day.year, day.month, day.day, 14, 30, tzinfo=UTC)
    return PaperLine(day, (seen(evidence, day),), prize, at, "RB / LM")


def typed(session: Session, line: PaperLine, *, enrollment_id: int = cast.AMIR, **more: Any) -> int:
    """Type a line as the page does: what it changes was shown first."""
    given = {"actor": cast.rosa, "now": cast.NOW, "key": cast.key(), **more}
    found = preview_downtime(session, given["actor"], enrollment_id, line, given["now"])
    return record_downtime(session, enrollment_id=enrollment_id, line=line, **{"shown": found.fingerprint, **given})


def points(session: Session, client_id: int = cast.AMIR) -> int:
    return balances_of(session, client_id).get("points", 0)


# -- one line ----------------------------------------------------------------------------------


def test_a_line_pays_its_visit_and_books_the_prize_on_the_day_of_the_paper(session: Session) -> None:
    cast.rich(session)  # 85 points for three visits in the first week
    line_id = typed(session, paper(prize=PaperPrize(cast.MUG, 2, 20)))
    # The fourth visit in a row earns 25; two mugs of 20 points each.
    assert points(session) == 85 + 25 - 40
    assert prize_line(session, cast.rosa, cast.MUG).left_at(cast.HARBOR) == 5 - 2
    line = session.get_one(DowntimeLine, line_id)
    assert (line.on_day, line.happened_at, line.recorded_at, line.staff_id) == (DOWN, AT, cast.NOW, cast.ROSA)
    given = session.get_one(Redemption, line.redemption_id)
    assert (given.given_at, given.recorded_at, given.confirmed, given.price_points) == (AT, cast.NOW, "nobody", 20)
    assert verify_ledger(session).findings == []


def test_a_prize_alone_without_a_time_is_dated_at_noon_of_the_day(session: Session) -> None:
    cast.rich(session)
    line_id = typed(session, PaperLine(DOWN, (), PaperPrize(cast.MUG, 1, 20)))
    given = session.get_one(Redemption, session.get_one(DowntimeLine, line_id).redemption_id)
    assert given.given_at == datetime(2026, 3, 11, 16, 0, tzinfo=UTC)  # noon in New York
    assert points(session) == 65


def test_the_program_bears_what_the_points_do_not_reach_for(session: Session) -> None:
    line = paper(prize=PaperPrize(cast.MUG, 1, 20))  # the visit earns 10, and the mug costs 20
    found = preview_downtime(session, cast.rosa, cast.AMIR, line, cast.NOW)
    assert (found.borne, found.is_shown_first, found.changes_others) == (10, True, False)
    with pytest.raises(NotWhatWasShown):
        typed(session, line, shown=None)
    typed(session, line)
    assert points(session) == 0
    assert prize_line(session, cast.rosa, cast.MUG).left_at(cast.HARBOR) == 4
    assert verify_ledger(session).findings == []
    receipt = receipt_card(session, cast.rosa, 1).receipt
    assert (receipt.cost, receipt.borne) == (10, 10)
    cast.visit(session, 11)
    assert points(session) == 15, "nothing is owed: the next visit is paid in full"


def test_a_line_that_changes_later_visits_is_shown_first(session: Session) -> None:
    cast.visit(session, 0)
    cast.visit(session, 11)
    assert points(session) == 10 + 15
    line = paper(cast.positive())
    with pytest.raises(NotWhatWasShown):
        typed(session, line, shown=None)
    typed(session, line)
    assert points(session) == 25, "the schedule keeps what was paid"
    assert verify_ledger(session).findings == []


def test_the_same_form_twice_is_one_line(session: Session) -> None:
    key = cast.key()
    first = record_downtime(session, enrollment_id=cast.AMIR, line=paper(), key=key, actor=cast.rosa, now=cast.NOW)
    again = record_downtime(session, enrollment_id=cast.AMIR, line=paper(), key=key, actor=cast.rosa, now=cast.NOW)
    assert (first == again, points(session)) == (True, 10)


def test_all_visits_of_a_line_are_saved_together(session: Session) -> None:
    publish_schedule(
        session, document=preset("quit-smoking-350"), reason="Smoking", key=cast.key(), actor=command("demonstration"),
        now=cast.NOW,
    )  # fmt: skip
    enrollment_id = week.newcomer(session, "HS-60", version_id=3, starts_on=DOWN)
    test = NewVisit("smoke-free", DOWN, Test({"breath": "negative"}), collected_at=AT)
    line = PaperLine(DOWN, (NewVisit("counseling", DOWN, Presence(), collected_at=AT), test), None, AT)
    typed(session, line, enrollment_id=enrollment_id)
    # A session is worth 20 points and a clear breath test 60.
    assert points(session, client_of(session, enrollment_id)) == 80
    [one] = [one for one in downtime_day(session, cast.rosa, cast.HARBOR, DOWN, cast.NOW).clients if one.typed]
    assert [visit.outcome for visit in one.typed[0].visits] == [MET, MET]
    assert verify_ledger(session).findings == []


def test_what_is_refused_leaves_nothing_behind(session: Session) -> None:
    cast.visit(session, 9)  # the day of the paper
    tomorrow = cast.NOW.date() + timedelta(days=1)
    for line, error in (
        (paper(prize=PaperPrize(cast.MUG, 1, 20)), SameVisit),
        (PaperLine(DOWN, ()), BadInput),
        (PaperLine(DOWN, (), PaperPrize(cast.MUG, 0, 20)), BadInput),
        (PaperLine(DOWN, (), PaperPrize(cast.MUG, 6, 20)), NotEnoughStock),
        (PaperLine(DOWN, (), PaperPrize(99, 1, 20)), NotFound),
        (PaperLine(tomorrow, (), PaperPrize(cast.MUG, 1, 20)), InTheFuture),
        (PaperLine(cast.NOW.date(), (), PaperPrize(cast.MUG, 1, 20), cast.NOW + timedelta(minutes=5)), BadInput),
    ):
        with pytest.raises(error):
            typed(session, line)
    with pytest.raises(NotAllowed):
        record_downtime(session, enrollment_id=cast.AMIR, line=paper(), key=cast.key(), actor=cast.grace, now=cast.NOW)
    with pytest.raises(NotFound):
        record_downtime(session, enrollment_id=cast.AMIR, line=paper(), key=cast.key(), actor=cast.anna, now=cast.NOW)
    assert session.execute(select(DowntimeLine)).first() is None
    assert (points(session), prize_line(session, cast.rosa, cast.MUG).left_at(cast.HARBOR)) == (10, 5)


def test_a_card_with_a_number_is_not_given_by_hand(session: Session) -> None:
    card = save_prize(
        session, name="Numbered card", name_es="", category="gift_card", price_cents=100, retail_cents=100,
        is_active=True, is_serial=True, actor=cast.miriam, now=cast.NOW,
    )  # fmt: skip
    with pytest.raises(BadInput):
        typed(session, PaperLine(DOWN, (), PaperPrize(card, 1, 4)))


def test_a_practice_client_gets_nothing_by_hand(session: Session) -> None:
    enrollment_id = week.newcomer(session, "PRACTICE-1", version_id=cast.HIGGINS, is_practice=True)
    with pytest.raises(NothingForPractice):
        typed(session, paper(prize=PaperPrize(cast.MUG, 1, 20)), enrollment_id=enrollment_id)


# -- the second signature ----------------------------------------------------------------------


def sign(session: Session, *line_ids: int, actor: Actor = cast.leo, **more: Any) -> int:
    given = {"site_id": cast.HARBOR, "on_day": DOWN, "now": cast.NOW, **more}
    return sign_downtime(session, line_ids=line_ids, actor=actor, **given)


def test_somebody_else_signs_and_nobody_their_own(session: Session) -> None:
    line_id = typed(session, paper())
    with pytest.raises(TypedByYou):
        sign(session, line_id, actor=cast.rosa)
    assert sign(session, line_id) == 1
    line = session.get_one(DowntimeLine, line_id, populate_existing=True)
    assert (line.signed_at, line.signed_by_id) == (cast.NOW, cast.LEO)
    assert sign(session, line_id, actor=cast.miriam) == 0, "it is signed already, and stays as it is"
    assert session.get_one(DowntimeLine, line_id, populate_existing=True).signed_by_id == cast.LEO
    assert verify_ledger(session).findings == []


def test_one_wrong_line_and_none_is_signed(session: Session) -> None:
    own, other = typed(session, paper(day=date(2026, 3, 4))), typed(session, paper(), actor=cast.leo)
    for ids, actor, error in (
        ((other, own), cast.rosa, NotFound),  # of another day
        ((other, 99), cast.rosa, NotFound),
        ((), cast.rosa, BadInput),
        ((other,), cast.anna, NotFound),
        ((other,), cast.grace, NotAllowed),
        ((other,), cast.leo, TypedByYou),
    ):
        with pytest.raises(error):
            sign(session, *ids, actor=actor)
    assert session.execute(select(DowntimeLine.signed_at)).scalars().all() == [None, None]


def test_a_line_is_signed_after_the_client_has_moved_or_the_enrollment_was_ended_earlier(session: Session) -> None:
    cast.rich(session)
    prize = PaperLine(DOWN, (), PaperPrize(cast.MUG, 1, 20), AT, "RB")
    lines = [typed(session, prize)]
    cast.end(session, cast.AMIR, "2026-03-10")
    other = week.newcomer(session, "HS-61", version_id=cast.HIGGINS)
    lines += [typed(session, paper(), enrollment_id=other)]
    cast.transfer(session, client_of(session, other))
    shown = downtime_day(session, cast.leo, cast.HARBOR, DOWN, cast.NOW)
    assert shown.clients == ()
    assert [(line.id, line.code, line.is_here) for line in shown.others] == [
        (lines[0], "HS-1", True), (lines[1], "HS-61", False),
    ]  # fmt: skip
    assert unsigned_days(session, cast.HARBOR) == ((DOWN, 2),)
    assert [line.id for line in shown.unsigned] == lines
    assert downtime_day(session, cast.anna, cast.MILL, DOWN, cast.NOW).unsigned == ()
    assert sign(session, *lines) == 2
    assert unsigned_days(session, cast.HARBOR) == ()
    assert len(downtime_day(session, cast.leo, cast.HARBOR, DOWN, cast.NOW).others) == 2


def test_a_closed_day_stays_closed_and_takes_lines(session: Session) -> None:
    close_day(session, site_id=cast.HARBOR, day=DOWN, actor=cast.rosa, now=cast.NOW)
    typed(session, paper())
    day = downtime_day(session, cast.rosa, cast.HARBOR, DOWN, cast.NOW)
    assert day.closed_at == cast.NOW
    assert [line.typed_by for line in day.unsigned] == ["Rosa"]
    assert points(session) == 10


# -- a day of thirty clients -------------------------------------------------------------------

CLIENTS = 30
# What the paper says of each of thirty clients, in turn: the test, how many mugs were given, and the points at the end.
# Everybody came on the first Monday, Wednesday and Friday: 10 + 15 + 20, and a bonus of 40 with the third: 85 points.
WHAT: Sequence[tuple[Evidence, int, int]] = (
    (cast.negative(), 0, 110),  # the fourth in a row: 25
    (cast.negative(), 1, 90),
    (cast.positive(), 0, 85),
    (Absence(), 2, 45),
    (Absence("illness"), 0, 85),
    (cast.negative(), 4, 30),
)


@pytest.fixture
def thirty(session: Session) -> list[int]:
    """Thirty clients at Harbor Street who came three times in the first week, and mugs enough. Return their enrollments."""
    found = [week.newcomer(session, f"HS-{number}", version_id=cast.HIGGINS) for number in range(101, 101 + CLIENTS)]
    for enrollment_id in found:
        for day in (0, 2, 4):
            cast.visit(session, day, enrollment_id=enrollment_id)
    deliver_stock(
        session, site_id=cast.HARBOR, prize_id=cast.MUG, quantity=60, note="", key=cast.key(), actor=cast.miriam,
        now=cast.NOW,
    )  # fmt: skip
    return found


def what_of(place: int) -> tuple[Evidence, int, int]:
    return WHAT[place % len(WHAT)]


def client_of(session: Session, enrollment_id: int) -> int:
    return session.execute(select(Enrollment.client_id).where(Enrollment.id == enrollment_id)).scalar_one()


def live(session: Session, enrollments: Sequence[int]) -> None:
    """Record the day as it happens, client by client."""
    for place, enrollment_id in enumerate(enrollments):
        evidence, mugs, _ = what_of(place)
        record_visit(
            session, enrollment_id=enrollment_id, visit=seen(evidence), key=cast.key(), actor=cast.rosa, now=cast.NOW
        )
        if mugs:
            redeem_at_once(session, client_id=client_of(session, enrollment_id), quantity=mugs)


def from_paper(session: Session, enrollments: Sequence[int], order: int) -> None:
    """Type the day from paper in an order of its own. Rosa and Leo take lines in turn, and each signs the other's."""
    places = list(range(len(enrollments)))
    Random(order).shuffle(places)
    lines: dict[int, list[int]] = {cast.ROSA: [], cast.LEO: []}
    for number, place in enumerate(places):
        evidence, mugs, _ = what_of(place)
        actor = (cast.rosa, cast.leo)[Random(order * 100 + number).randrange(2)]
        prize = PaperPrize(cast.MUG, mugs, 20) if mugs else None
        assert actor.staff_id is not None
        lines[actor.staff_id].append(
            typed(session, paper(evidence, prize), enrollment_id=enrollments[place], actor=actor)
        )
    sign(session, *lines[cast.ROSA], actor=cast.leo)
    sign(session, *lines[cast.LEO], actor=cast.rosa)


@pytest.mark.parametrize("order", ["live", 1, 2, 3])
def test_thirty_clients_in_any_order_have_what_the_day_recorded_live_gives(
    session: Session, thirty: list[int], order: str | int
) -> None:
    if isinstance(order, int):
        from_paper(session, thirty, order)
        assert downtime_day(session, cast.rosa, cast.HARBOR, DOWN, cast.NOW).unsigned == ()
    else:
        live(session, thirty)
    assert [points(session, client_of(session, of)) for of in thirty] == [110, 90, 85, 45, 85, 30] * 5
    # 5 from the first order, 60 more, and (0 + 1 + 0 + 2 + 0 + 4) x 5 that were given.
    assert prize_line(session, cast.rosa, cast.MUG).left_at(cast.HARBOR) == 5 + 60 - 35
    assert verify_ledger(session).findings == []


@pytest.mark.parametrize("order", [1, 2, 3])
def test_typed_after_later_days_nobody_has_less_than_the_final_list_is_worth(
    session: Session, thirty: list[int], order: int
) -> None:
    """Later days were recorded first: each client came again, and some spent everything that the program said they had."""
    chance = Random(order)
    for place, enrollment_id in enumerate(thirty):
        cast.visit(session, 11, enrollment_id=enrollment_id)
        if place % 5 == 0:
            cast.visit(session, 14, cast.positive(), enrollment_id=enrollment_id)
        client_id = client_of(session, enrollment_id)
        if chance.random() < 0.5 and prize_line(session, cast.rosa, cast.MUG).left_at(cast.HARBOR) >= 40:
            redeem_at_once(session, client_id=client_id, quantity=points(session, client_id) // 20)
    from_paper(session, thirty, order)
    for enrollment_id in thirty:
        client_id = client_of(session, enrollment_id)
        worth = sum(result.paid for result in enrollment_history(session, enrollment_id).replay().results)
        spent = sum(
            price * quantity
            for price, quantity in session.execute(
                select(Redemption.price_points, Redemption.quantity).where(Redemption.client_id == client_id)
            )
        )
        balance = points(session, client_id)
        assert balance >= 0, "a client never owes"
        assert balance + spent >= worth
    assert verify_ledger(session).findings == []


# -- the sheet ---------------------------------------------------------------------------------


def test_the_sheet_has_the_value_of_each_expected_client(session: Session) -> None:
    service_id = week.tests(session)
    week.plan(session, week.item(service_id, "024", BEHAVIOR))
    cast.rich(session)
    sheet = downtime_sheet(session, cast.rosa, cast.HARBOR, cast.NOW.date(), cast.NOW)
    [amir] = sheet.clients
    assert (amir.person.code, amir.points, amir.draws) == ("HS-1", 85, 0)
    [value] = amir.values
    assert {one.outcome: one.result and one.result.paid for one in value.consequences}[MET] == 25
    assert [one.outcome for one in value.consequences] == [MET, "positive", "refused", "unexcused"]
    assert amir.next_visit is not None and amir.next_visit.slot is not None
    assert amir.next_visit.slot.on_day == date(2026, 3, 18)


def test_a_sheet_of_tomorrow_can_be_printed_today_and_one_of_a_recorded_day_says_so(session: Session) -> None:
    cast.visit(session, 14)
    tomorrow = cast.NOW.date() + timedelta(days=1)
    [amir] = downtime_sheet(session, cast.rosa, cast.HARBOR, tomorrow, cast.NOW).clients
    assert amir.values[0].hindrance is None
    [amir] = downtime_sheet(session, cast.rosa, cast.HARBOR, cast.NOW.date(), cast.NOW).clients
    assert isinstance(amir.values[0].hindrance, SameVisit)
    with pytest.raises(NotFound):
        downtime_sheet(session, cast.anna, cast.HARBOR, tomorrow, cast.NOW)
