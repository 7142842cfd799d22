"""Units of 15 minutes, by the midpoint rule: the table of the Medicare Claims Processing Manual, chapter 5, 20.2."""

import pytest

from cm_tracker.domain.measures.units import units_of


@pytest.mark.parametrize(
    ("first", "last", "units"),
    [(0, 7, 0), (8, 22, 1), (23, 37, 2), (38, 52, 3), (53, 67, 4), (68, 82, 5), (113, 127, 8)],
)
def test_a_unit_counts_from_its_eighth_minute_on(first: int, last: int, units: int) -> None:
    assert {units_of(minutes) for minutes in range(first, last + 1)} == {units}
