"""No number that tells how the program is doing counts a practice client: with one or without one it is the same."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from cm_tracker.domain.measures.groups import SITE
from cm_tracker.domain.schedules.schedule import parse
from cm_tracker.models import Enrollment
from cm_tracker.operations.clients.set_counselor import set_counselor
from cm_tracker.operations.prizes.commit_draw import commit_draw
from cm_tracker.queries.day.shelf_today import may_not_last
from cm_tracker.queries.funding.money import money_page
from cm_tracker.queries.funding.owed import spent_since
from cm_tracker.queries.funding.tax_years import TaxFilter, tax_lines
from cm_tracker.queries.prizes.draws import drawn_groups
from cm_tracker.queries.prizes.stock import short_tiers
from cm_tracker.queries.reports.caseload import caseload
from cm_tracker.queries.reports.dashboard import dashboard
from cm_tracker.queries.reports.definitions import REPORTS
from cm_tracker.queries.reports.registry import table_of
from cm_tracker.queries.schedules.presets import preset
from cm_tracker.queries.schedules.schedules import versions
from cm_tracker.queries.visits.backtest import back_test
from cm_tracker.queries.visits.observed import observed_chances
from cm_tracker.queries.visits.reward_minutes import reward_minutes
from tests import cast, drawing, funding, week
from tests.domain.schedules.documents import document, phase, track
from tests.redeeming import redeem_at_once

TODAY = cast.NOW.date()
DRAWS = document(
    track(phase((1, 8), base=2, step=0), behavior="cocaine-negative", pays="draws"),
    bowl={"name": "Six slips", "slips": drawing.SLIPS},
)


def test_who_practices_is_not_enrolled_in_a_version(session: Session) -> None:
    def enrolled() -> dict[int, int]:
        return {line.id: line.enrolled for line in versions(session, cast.miriam, TODAY)}

    week.newcomer(session, "HS-P1", is_practice=True)
    assert enrolled() == {cast.HIGGINS: 1, cast.ATTENDANCE: 0}
    week.newcomer(session, "HS-11")
    assert enrolled() == {cast.HIGGINS: 1, cast.ATTENDANCE: 1}


def test_the_minutes_to_a_reward_are_those_of_clients(session: Session) -> None:
    practice = week.newcomer(session, "HS-P1", version_id=cast.HIGGINS, is_practice=True)
    at = cast.NOW - timedelta(minutes=6)
    cast.visit(session, 14, enrollment_id=practice, collected_at=at)
    month = (date(2026, 3, 1), date(2026, 3, 31))
    assert reward_minutes(session, cast.rosa, cast.HARBOR, *month).count == 0
    cast.visit(session, 14, collected_at=at)
    assert reward_minutes(session, cast.rosa, cast.HARBOR, *month).count == 1


@pytest.mark.parametrize(("is_practice", "drawn"), [(True, []), (False, [{"small": 2}])])
def test_the_fairness_of_draws_is_that_of_clients(
    session: Session, is_practice: bool, drawn: list[dict[str, int]]
) -> None:
    drawing.won(session, 2, is_practice=is_practice)
    assert [dict(group.counts) for group in drawn_groups(session, cast.rosa, since=cast.START)] == drawn


@pytest.mark.parametrize(("is_practice", "short"), [(True, []), (False, ["small"])])
def test_no_shelf_is_short_of_prizes_for_who_gets_none(session: Session, is_practice: bool, short: list[str]) -> None:
    drawing.won(session, 2, is_practice=is_practice)
    assert [one.stock.tier for one in short_tiers(session, cast.rosa, TODAY)] == short


@pytest.mark.parametrize(("is_practice", "short"), [(True, set()), (False, {cast.MUG})])
def test_who_gets_no_prize_is_not_expected_to_take_one_today(
    session: Session, is_practice: bool, short: set[int]
) -> None:
    """Four of five mugs went at three visits, and eleven more people are still expected."""
    cast.rich(session)
    redeem_at_once(session, quantity=4)
    tests = week.tests(session)
    for number in range(11):
        enrollment = week.newcomer(session, f"HS-{20 + number}", version_id=cast.HIGGINS, is_practice=is_practice)
        week.plan(session, week.item(tests, "024", "cocaine-negative"), enrollment_id=enrollment)
    assert may_not_last(session, cast.HARBOR, {cast.MUG: 1}, cast.NOW) == short


def every_number(session: Session, counselor_id: int | None) -> dict[str, Any]:
    """What all reports, the desk, the caseload, the money page and the two trials say today and in two weeks."""
    session.expire_all()
    found: dict[str, Any] = {}
    for weeks in (0, 4):
        now = cast.NOW + timedelta(weeks=weeks)
        today = now.date()
        days = {"first_day": cast.START, "last_day": today, "now": now}
        for name, report in REPORTS.items():
            for by in report.groups or (SITE,):
                table = table_of(session, cast.miriam, name, by=by, **days)
                found[f"report {name} by {by} after {weeks}"] = table
        desk = dashboard(session, cast.miriam, None, now, 20)
        money = money_page(session, cast.miriam, now)
        found |= {
            f"{name} after {weeks}": value
            for name, value in {
                **{f"desk {key}": getattr(desk, key) for key in desk.__slots__},
                **{f"money {key}": getattr(money, key) for key in money.__slots__},
                "caseload": caseload(session, cast.miriam, None, now),
                "caseload of a counselor": caseload(session, cast.miriam, counselor_id, now),
                "tax list": tax_lines(session, cast.miriam, TaxFilter(2026, 0)),
                "spent": spent_since(session, cast.miriam, datetime(2026, 1, 1, tzinfo=UTC)),
                "observed": observed_chances(session, cast.miriam, today, now),
                **{
                    f"replayed as {name}": back_test(session, cast.miriam, parse(preset(name)), cast.START, today)
                    for name in ("higgins-voucher", "va-prize")
                },
            }.items()
        }
    return found


def test_no_page_that_counts_clients_or_money_counts_who_practices(session: Session) -> None:
    """Amir, and Dora who draws, beside two who practice the same, miss two visits, and have the same source and counselor."""
    paul = cast.counselor(session).staff_id
    funding.source(session)
    tests = week.tests(session)
    urine = week.item(tests, "01234", "cocaine-negative")

    def begin(enrollment_id: int, client_id: int) -> None:
        week.plan(session, urine, enrollment_id=enrollment_id)
        funding.choose(session, enrollment_id=enrollment_id)
        set_counselor(
            session, client_id=client_id, counselor_id=paul, from_on=cast.START, key=cast.key(), actor=cast.rosa,
            now=cast.NOW,
        )  # fmt: skip
        for day, evidence in ((0, None), (2, cast.positive()), (4, None), (9, cast.ABSENT), (11, cast.ABSENT)):
            cast.visit(session, day, evidence, enrollment_id=enrollment_id)

    def draw(client_id: int) -> None:
        commit_draw(session, client_id=client_id, actor=drawing.KIOSK, now=cast.NOW)
        drawing.draw(session, client_id, 1)

    begin(cast.AMIR, cast.AMIR)
    redeem_at_once(session)
    dora, hers = drawing.enrolled_in(session, DRAWS)
    begin(hers, dora)
    draw(dora)
    before = every_number(session, paul)
    version_id = max(line.id for line in versions(session, cast.miriam, TODAY))
    for code, of_version in (("HS-P1", cast.HIGGINS), ("HS-P2", version_id)):
        enrollment_id = week.newcomer(session, code, version_id=of_version, is_practice=True)
        client_id = session.get_one(Enrollment, enrollment_id).client_id
        begin(enrollment_id, client_id)
    draw(client_id)
    after = every_number(session, paul)
    assert len(before) > 100
    assert [name for name in before if before[name] != after[name]] == []
