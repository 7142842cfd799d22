"""What counts for which source, worked by hand, and compared with a plain recomputation over random programs."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cm_tracker.domain.funding.counting import Award, SourceFrom, count, source_on
from cm_tracker.domain.funding.sources import year_of
from cm_tracker.domain.funding.taxes import at_least, calendar_year, threshold_of, totals_of_year

GRANT, MEDICAID = 1, 2
TODAY = date(2026, 3, 16)
YEARS = {GRANT: year_of((9, 30), TODAY), MEDICAID: year_of((1, 1), TODAY), None: year_of((1, 1), TODAY)}


def test_an_award_counts_for_the_source_of_its_day() -> None:
    entered = [SourceFrom(1, date(2026, 1, 5), GRANT), SourceFrom(2, date(2026, 2, 1), MEDICAID)]
    assert source_on(entered, date(2026, 1, 4)) is None
    assert source_on(entered, date(2026, 1, 31)) == GRANT
    assert source_on(entered, date(2026, 2, 1)) == MEDICAID
    assert source_on([*entered, SourceFrom(3, date(2026, 2, 1), None)], TODAY) is None, "the later entry of a day"


def test_a_client_is_counted_across_enrollments_and_only_in_the_year_of_the_source() -> None:
    entered = {
        10: [SourceFrom(1, date(2025, 9, 1), GRANT)],
        11: [SourceFrom(2, date(2026, 1, 1), GRANT), SourceFrom(3, date(2026, 3, 1), MEDICAID)],
    }
    awards = [
        Award(7, 10, date(2025, 9, 29), 1_000),  # the last day of the year before
        Award(7, 10, date(2025, 9, 30), 250),
        Award(7, 11, date(2026, 2, 28), 500),  # another enrollment of the same client
        Award(7, 11, date(2026, 3, 1), 375),  # Medicaid pays from here on
        Award(8, 11, date(2026, 3, 2), 125),
        Award(8, 12, date(2026, 3, 2), 2_000),  # nobody has said who pays
        Award(8, None, date(2026, 3, 3), -100),
    ]
    counted = count(awards, entered, YEARS)
    assert counted[GRANT].total_cents == 750
    assert counted[GRANT].by_client == {7: 750}
    assert counted[GRANT].by_day == {
        date(2025, 9, 29): 1_000, date(2025, 9, 30): 250, date(2026, 2, 28): 500,
    }, "the days before its year are there, too"  # fmt: skip
    assert counted[MEDICAID].by_client == {7: 375, 8: 125}
    assert counted[None].by_client == {8: 1_900}


def test_a_tax_year_is_a_calendar_year_over_all_sources() -> None:
    awards = [
        Award(7, 10, date(2025, 12, 31), 150_000),
        Award(7, 10, date(2026, 1, 1), 120_000),
        Award(7, 11, date(2026, 12, 31), 80_000),
        Award(8, 12, date(2026, 5, 1), 199_999),
        Award(9, 13, date(2026, 5, 1), 200_000),
    ]
    totals = totals_of_year(awards, 2026)
    assert totals == {7: 200_000, 8: 199_999, 9: 200_000}
    assert list(at_least(totals, 200_000).items()) == [(7, 200_000), (9, 200_000)]
    assert calendar_year(2026) == (date(2026, 1, 1), date(2026, 12, 31))


def test_the_reporting_threshold_is_600_dollars_until_2025_and_2000_from_2026() -> None:
    assert threshold_of(2024, "USD") == (60_000, False)
    assert threshold_of(2025, "USD") == (60_000, False)
    assert threshold_of(2026, "USD") == (200_000, False)
    assert threshold_of(2027, "USD") == (200_000, True)
    assert threshold_of(2026, "GBP") is None, "nobody has told the program the rule of another country"


DAYS = st.dates(date(2025, 1, 1), date(2026, 12, 31))
AWARDS = st.lists(
    st.builds(Award, st.integers(1, 4), st.none() | st.integers(1, 5), DAYS, st.integers(-500, 5_000)), max_size=40
)
ENTERED = st.dictionaries(
    st.integers(1, 5),
    st.lists(st.tuples(DAYS, st.sampled_from([None, GRANT, MEDICAID])), max_size=4),
    max_size=5,
)


@given(AWARDS, ENTERED)
def test_every_award_is_counted_once(awards: list[Award], entries: dict[int, list[tuple[date, int | None]]]) -> None:
    entered = {
        enrollment_id: [SourceFrom(n, day, source) for n, (day, source) in enumerate(of, 1)]
        for enrollment_id, of in entries.items()
    }
    counted = count(awards, entered, YEARS)
    for source_id, year in YEARS.items():
        expected = 0
        for award in awards:
            # Day by day, as somebody with a calendar would do it.
            paying, day = None, date(2025, 1, 1)
            while award.enrollment_id is not None and day <= award.day:
                for at, source in entries.get(award.enrollment_id, []):
                    if at == day:
                        paying = source
                day += timedelta(days=1)
            if paying == source_id and year.first <= award.day <= year.last:
                expected += award.cents
        assert counted[source_id].total_cents == expected
        assert sum(counted[source_id].by_client.values()) == expected
        of_year = (cents for day, cents in counted[source_id].by_day.items() if year.has(day))
        assert sum(of_year) == expected
