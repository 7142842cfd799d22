"""Where a one-time code may be used, as a table."""

import pytest

from cm_tracker.domain.staff.one_time_codes import is_makers_browser

MAKER, PERSON, ANOTHER = 5, 1, 2


@pytest.mark.parametrize(
    ("maker_id", "signed_in_there", "is_refused"),
    [
        (MAKER, (), False),  # a browser that nobody knows: the person's own phone, or a private window
        (MAKER, (MAKER,), True),
        (MAKER, (PERSON,), False),
        (MAKER, (MAKER, PERSON), False),  # a reset, at the computer that both use
        (MAKER, (MAKER, ANOTHER), False),  # the computer of a front desk
        (None, (MAKER,), False),  # the command line made it
        (None, (), False),
    ],
)
def test_a_code_is_refused_where_only_its_maker_signs_in(
    maker_id: int | None, signed_in_there: tuple[int, ...], is_refused: bool
) -> None:
    assert is_makers_browser(maker_id, signed_in_there) is is_refused
