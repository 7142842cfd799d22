"""The money page's numbers, worked by hand: what was awarded of each source, who is near a limit, what is owed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.prizes.decide_purchase import decide_purchase
from cm_tracker.operations.prizes.deliver_stock import deliver_stock
from cm_tracker.queries.clients.received import received_in_year
from cm_tracker.queries.funding.client_use import client_use
from cm_tracker.queries.funding.money import SourceUse, money_page
from cm_tracker.queries.funding.owed import Owed
from cm_tracker.queries.funding.sources import source_of
from cm_tracker.queries.funding.tax_years import TaxFilter, tax_lines
from tests import cast, drawing, funding, merging, purchasing
from tests.operations.prizes.test_counts import begin, check, count, sign
from tests.redeeming import redeem_at_once
from tests.web.clients.test_transfers import adjusted

TODAY = date(2026, 3, 16)


def grant(session: Session) -> SourceUse:
    found = money_page(session, cast.miriam, cast.NOW).source(funding.GRANT)
    assert found is not None
    return found


def test_without_a_source_everything_is_unnamed(session: Session) -> None:
    cast.rich(session)
    money = money_page(session, cast.miriam, cast.NOW)
    assert (money.sources, money.unnamed_cents, money.near_count) == ((), 2_125, 0)


def test_what_was_awarded_counts_for_the_source_of_its_day(session: Session) -> None:
    cast.rich(session)  # 250 on March 2, 375 on March 4, 1,500 on March 6
    funding.source(session)
    funding.donations(session)
    funding.choose(session)
    assert grant(session).total.used_cents == 2_125
    funding.choose(session, funding.DONATIONS, from_on=date(2026, 3, 5))
    money = money_page(session, cast.miriam, cast.NOW)
    assert [(use.line.name, use.total.used_cents, use.total.limit_cents) for use in money.sources] == [
        ("Donations", 1_500, 3_000), ("State opioid response grant", 625, 50_000),
    ]  # fmt: skip
    assert money.unnamed_cents == 0
    assert money.sources[1].by_day == {date(2026, 3, 2): 250, date(2026, 3, 4): 375}
    assert (money.sources[1].year.first, money.sources[1].year.last) == (date(2025, 9, 30), date(2026, 9, 29))


def test_who_is_near_the_limit_of_a_source(session: Session) -> None:
    cast.rich(session)
    funding.source(session, client_cents=2_600)
    funding.choose(session)
    money = money_page(session, cast.miriam, cast.NOW)
    (near,) = money.near
    assert (near.code, near.name, near.source_name) == ("HS-1", "Amir", "State opioid response grant")
    assert (near.use.used_cents, near.use.limit_cents, near.use.percent) == (2_125, 2_600, 81)
    auditor = money_page(session, cast.grace, cast.NOW)
    assert [(one.code, one.name) for one in auditor.near] == [("HS-1", None)], "an auditor sees codes"
    line = source_of(session, funding.GRANT)
    assert client_use(session, cast.AMIR, line, TODAY).percent == 81
    assert client_use(session, cast.BEA, line, TODAY).used_cents == 0


def test_the_second_record_of_a_person_counts_for_the_same_client(session: Session) -> None:
    second = merging.second_record(session)
    enrollment_id = merging.enroll(session, second, "2026-03-02")
    cast.visit(session, 0, enrollment_id=enrollment_id)
    cast.end(session, enrollment_id, "2026-03-02")
    cast.visit(session, 2)
    funding.source(session, client_cents=500)
    funding.choose(session)
    funding.choose(session, enrollment_id=enrollment_id)
    apart = money_page(session, cast.miriam, cast.NOW)
    assert [(one.code, one.use.used_cents) for one in apart.near] == []
    line = source_of(session, funding.GRANT)
    assert client_use(session, cast.AMIR, line, TODAY).used_cents == 250
    merging.merge(session, second)
    (near,) = money_page(session, cast.miriam, cast.NOW).near
    assert (near.code, near.use.used_cents, near.use.percent) == ("HS-1", 500, 100)
    assert client_use(session, cast.AMIR, line, TODAY).used_cents == 500


def test_people_are_those_of_the_readers_sites_and_sources_count_every_site(session: Session) -> None:
    cast.rich(session)
    cast.visit(session, 0, enrollment_id=cast.BEA, actor=cast.anna)
    funding.source(session, client_cents=250)
    funding.choose(session)
    funding.choose(session, enrollment_id=cast.BEA, actor=cast.zoe)
    money = money_page(session, cast.miriam, cast.NOW)
    assert grant(session).total.used_cents == 2_375
    assert [one.code for one in money.near] == ["HS-1"]
    assert money.near[0].use.is_over
    assert [one.code for one in money_page(session, cast.grace, cast.NOW).near] == ["HS-1", "MR-1"]
    assert money.owed.points == 85
    assert money_page(session, cast.grace, cast.NOW).owed.points == 95


def test_the_higgins_schedule_may_pay_more_than_a_hundred_dollars(session: Session) -> None:
    funding.source(session)
    funding.choose(session)
    (gap,) = money_page(session, cast.miriam, cast.NOW).gaps
    assert (gap.source_name, gap.gap.most_cents, gap.gap.limit_cents, gap.gap.ceiling_cents) == (
        "State opioid response grant", 99_750, 10_000, None,
    )  # fmt: skip
    funding.terms(session, client_cents=100_000)
    assert money_page(session, cast.miriam, cast.NOW).gaps == ()


def test_what_is_owed_is_points_draws_and_slips_in_money(session: Session) -> None:
    cast.rich(session)
    # Three draws from a bowl of two slips of nothing, three of $1.00 and one of $20.00: 2,300 cents in six.
    drawing.dora(session)
    owed = money_page(session, cast.miriam, cast.NOW).owed
    assert (owed, owed.cents) == (Owed(85, 2_125, 3, 1_150, 0, 0), 3_275)


def test_redeeming_changes_what_is_owed_and_not_what_was_awarded(session: Session) -> None:
    cast.rich(session)
    funding.source(session)
    funding.choose(session)
    redeem_at_once(session)  # a mug of 20 points
    money = money_page(session, cast.miriam, cast.NOW)
    assert (money.owed.points, money.sources[0].total.used_cents) == (65, 2_125)


def test_slips_that_wait_for_a_prize_are_owed(session: Session) -> None:
    drawing.won(session, 2)
    assert money_page(session, cast.miriam, cast.NOW).owed == Owed(0, 0, 0, 0, 2, 200)


def test_what_was_bought_and_lost_this_month(session: Session) -> None:
    def month() -> tuple[int, int, int, int]:
        found = money_page(session, cast.miriam, cast.NOW).month
        return found.bought, found.bought_cents, found.lost, found.lost_cents

    assert month() == (0, 0, 0, 0), "the cast's deliveries have no cost"
    deliver_stock(
        session, site_id=cast.HARBOR, prize_id=cast.MUG, quantity=4, unit_cents=425, note="x", key=cast.key(),
        actor=command(), now=cast.NOW,
    )  # fmt: skip
    assert month() == (4, 1_700, 0, 0)
    begin(session)
    count_id = count(session, 7)
    check(session, count_id)
    sign(session, count_id)
    assert month() == (4, 1_700, 2, 1_000), "nine mugs of $5.00 should be there"


def test_the_forecast_begins_once_four_full_weeks_are_known(session: Session) -> None:
    funding.source(session)
    funding.choose(session)
    for day in (0, 2, 4, 7, 9, 11):
        cast.visit(session, day)
    two_weeks = grant(session)
    assert two_weeks.forecast is None
    assert [(week.cents, week.enrolled) for week in two_weeks.weeks[-2:]] == [(2_125, 1), (3_250, 1)]
    later = money_page(session, cast.miriam, cast.NOW + timedelta(weeks=2)).source(funding.GRANT)
    assert later is not None and later.forecast is not None
    assert later.enrolled == 1
    # 2,125 + 3,250 + 0 + 0 in four weeks: 1,343.75 a week, and 183 days are left from March 30 to September 29.
    assert later.forecast.likely_cents == 5_375 + 35_129


def test_purchases_count_against_the_budget_of_their_year(session: Session) -> None:
    daniel = cast.another_lead(session)
    funding.source(session, budget_cents=5_000)
    asked = [purchasing.ask(session, source_id=funding.GRANT) for _ in range(4)]  # 4 mugs at $4.25: $17.00
    assert bought(session) == (0, 0, 5_000)
    for purchase_id in asked[:2]:
        purchasing.decide(session, purchase_id, actor=daniel)
    purchasing.decide(session, asked[2], "declined", actor=daniel, reason="There are enough")
    assert bought(session) == (3_400, 0, 5_000)
    # Three arrived at $5.00 each: $15.00 of the $17.00 that were authorized.
    purchasing.receive(session, asked[0], actor=daniel, quantity=3, unit_cents=500)
    assert bought(session) == (3_200, 1_500, 5_000)
    purchasing.receive(session, asked[1], actor=daniel, unit_cents=None)
    assert bought(session) == (3_200, 3_200, 5_000)
    # The year of the grant ends on September 29; what is authorized later counts in the next one.
    decide_purchase(
        session, purchase_id=asked[3], decision="authorized", reason="", key=cast.key(), actor=daniel,
        now=cast.NOW.replace(month=9, day=30),
    )  # fmt: skip
    assert bought(session) == (3_200, 3_200, 5_000)
    assert bought(session, cast.NOW.replace(month=9, day=30)) == (1_700, 0, 5_000)


def bought(session: Session, now: datetime = cast.NOW) -> tuple[int, int, int | None]:
    use = money_page(session, cast.miriam, now).source(funding.GRANT)
    assert use is not None
    return use.bought.used_cents, use.received_cents, use.bought.limit_cents


@pytest.mark.parametrize(
    ("minutes", "year"),
    [(-1, (1_700, 0)), (0, (0, 1_700))],
)
def test_the_year_of_a_purchase_is_that_of_its_site(session: Session, minutes: int, year: tuple[int, int]) -> None:
    """Midnight in New York is at 4:00 UTC in September."""
    daniel = cast.another_lead(session)
    funding.source(session, budget_cents=5_000)
    purchase_id = purchasing.ask(session, source_id=funding.GRANT)
    decide_purchase(
        session, purchase_id=purchase_id, decision="authorized", reason="", key=cast.key(), actor=daniel,
        now=datetime(2026, 9, 30, 4, tzinfo=UTC) + timedelta(minutes=minutes),
    )  # fmt: skip
    noons = [datetime(2026, 9, day, 16, tzinfo=UTC) for day in (29, 30)]
    assert tuple(bought(session, noon)[0] for noon in noons) == year


def test_a_closed_source_stays_as_long_as_something_of_its_year_was_awarded(session: Session) -> None:
    cast.rich(session)
    funding.source(session)
    funding.donations(session)
    funding.choose(session)
    for source_id in (funding.GRANT, funding.DONATIONS):
        funding.terms(session, source_id, is_closed=True)
    assert [use.line.id for use in money_page(session, cast.miriam, cast.NOW).sources] == [funding.GRANT]


def test_the_list_of_a_tax_year_has_every_source_and_merged_record(session: Session) -> None:
    cast.rich(session)
    cast.visit(session, 0, enrollment_id=cast.BEA, actor=cast.anna)
    adjusted(session)
    funding.source(session)
    funding.choose(session, from_on=date(2026, 3, 5))
    page = tax_lines(session, cast.grace, TaxFilter(2026, 0))
    assert [(line.code, line.site_name, line.cents) for line in page.lines] == [
        ("HS-1", "Harbor Street", 2_250), ("MR-1", "Mill Road", 250),
    ]  # fmt: skip
    assert page.lines[0].by_source == (("State opioid response grant", 1_625), (None, 625))
    assert page.lines[0].cents == received_in_year(session, cast.AMIR, 2026)
    assert [line.code for line in tax_lines(session, cast.grace, TaxFilter(2026, 251)).lines] == ["HS-1"]
    assert [line.code for line in tax_lines(session, cast.miriam, TaxFilter(2026, 0)).lines] == ["HS-1"]
    assert tax_lines(session, cast.grace, TaxFilter(2026, 0, cast.MILL)).lines == page.lines[1:]
    assert tax_lines(session, cast.grace, TaxFilter(2026, 0, client_code=page.lines[1].code)).lines == page.lines[1:]
    assert tax_lines(session, cast.grace, TaxFilter(2026, 0, client_code="HS-99")).lines == ()
    assert tax_lines(session, cast.grace, TaxFilter(2025, 0)).lines == ()


def test_the_list_of_a_tax_year_has_pages(session: Session) -> None:
    cast.rich(session)
    cast.visit(session, 0, enrollment_id=cast.BEA, actor=cast.anna)
    first = tax_lines(session, cast.grace, TaxFilter(2026, 0), size=1)
    assert ([line.code for line in first.lines], first.older) == (["HS-1"], 1)
    second = tax_lines(session, cast.grace, TaxFilter(2026, 0), before=first.older, size=1)
    assert ([line.code for line in second.lines], second.older) == (["MR-1"], None)
