"""The number of an ID card."""

import math

import pytest

from cm_tracker.domain.clients.id_cards import is_card_number, new_number

ONE = "012345678901234567890123456789012345678"


def test_a_number_has_128_bits_or_more_and_no_two_are_alike() -> None:
    assert math.log2(10**39) > 129
    numbers = {new_number() for _ in range(500)}
    assert len(numbers) == 500
    assert all(len(number) == 39 and is_card_number(number) for number in numbers)


@pytest.mark.parametrize(
    "typed, is_one",
    [(ONE, True), (f"  {ONE}\n", True), (ONE[:-1], False), (f"{ONE}0", False), ("HS-101", False), ("", False),
     (f"{ONE[:-1]}A", False), ("٣" * 39, False)],
)  # fmt: skip
def test_only_39_digits_are_a_number(typed: str, is_one: bool) -> None:
    assert is_card_number(typed) == is_one
