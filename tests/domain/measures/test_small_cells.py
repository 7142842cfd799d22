"""Groups of fewer than five clients are hidden, and a second one where the sum would give the first away."""

from hypothesis import given
from hypothesis import strategies as st

from cm_tracker.domain.measures.small_cells import hide_small
from cm_tracker.domain.measures.tables import Cell


def rows(*counts: int) -> list[tuple[Cell, ...]]:
    return [(f"Group {number}", count, 100 * count, "x") for number, count in enumerate(counts)]


def test_a_small_group_and_the_next_smallest_are_hidden() -> None:
    assert hide_small(rows(20, 3, 7), 1) == (
        ("Group 0", 20, 2000, "x"),
        ("Group 1", "under 5", "hidden", "hidden"),
        ("Group 2", "hidden", "hidden", "hidden"),
    )


def test_two_small_groups_hide_each_other() -> None:
    assert hide_small(rows(20, 3, 4), 1)[0] == ("Group 0", 20, 2000, "x")
    assert [row[1] for row in hide_small(rows(20, 3, 4), 1)] == [20, "under 5", "under 5"]


def test_nothing_is_hidden_where_nothing_is_small_or_there_is_one_group() -> None:
    assert hide_small(rows(5, 9), 1) == tuple(rows(5, 9))
    assert hide_small(rows(3), 1) == tuple(rows(3))
    assert hide_small([], 1) == ()


@given(st.lists(st.integers(1, 12), min_size=2, max_size=6))
def test_no_hidden_number_follows_from_the_sum(counts: list[int]) -> None:
    shown = hide_small(rows(*counts), 1)
    hidden = [count for count, row in zip(counts, shown, strict=True) if not isinstance(row[1], int)]
    assert len(hidden) != 1
    assert all(isinstance(row[1], int) for count, row in zip(counts, shown, strict=True) if count >= 5) or hidden
    assert all(not isinstance(row[1], int) for count, row in zip(counts, shown, strict=True) if count < 5)
