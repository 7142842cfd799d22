"""Hours that were probably typed wrong: 90 where 9.0 was meant. They are asked about, and never refused for good."""

import pytest

from cm_tracker.domain.errors import HoursInDoubt, SeveralRefused
from cm_tracker.domain.visits.evidence import Hours
from cm_tracker.domain.visits.hours import check_plausible


def doubt(attended: int, expected: int, excused: int = 0) -> tuple[str | None, int | None, int | None] | None:
    """Return the field that is in doubt, what was expected if that is why, and what was probably meant, in minutes."""
    try:
        check_plausible(Hours(attended, excused, expected))
    except HoursInDoubt as refused:
        return refused.field, refused.expected, refused.meant
    return None


@pytest.mark.parametrize(
    ("attended", "expected", "found"),
    [
        (540, 600, None),
        (1200, 600, None),  # twice as many are still taken
        (1260, 600, ("attended", 600, None)),  # 21 h of 10 h; 2.1 h would be far too few
        (1201, 600, ("attended", 600, None)),  # 20:01
        (3600, 3600, None),  # 60 h
        (5400, 600, ("attended", None, 540)),  # 90 is 9.0
        (5430, 600, ("attended", None, None)),  # 90:30 has no forgotten point
        (2700, 300, ("attended", 300, 270)),  # 45 h of 5 h is 4.5
        (600, 0, None),  # nothing was expected, so nothing is earned
        (5400, 0, ("attended", None, 540)),
        (540, 5400, ("expected", None, 540)),  # 90 expected
        (10081, 600, None),  # more than a week has: refused, and not asked about
        (0, 10081, None),
    ],
)
def test_a_time_is_in_doubt_beyond_sixty_hours_or_twice_what_was_expected(
    attended: int, expected: int, found: tuple[str | None, int | None, int | None] | None
) -> None:
    assert doubt(attended, expected) == found


def test_both_times_are_in_doubt_at_once() -> None:
    with pytest.raises(SeveralRefused) as refused:
        check_plausible(Hours(5400, 0, 6000))
    assert [one.field for one in refused.value.refusals] == ["attended", "expected"]


def test_excused_hours_are_bound_by_those_expected_and_not_asked_about() -> None:
    assert doubt(0, 600, excused=600) is None
