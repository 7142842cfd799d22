"""Codes that people read and type."""

import re

from cm_tracker.domain.typed_codes import bare_code, new_code, shown_code


def test_a_code_has_no_letter_that_is_taken_for_another_one() -> None:
    codes = [new_code(12) for _ in range(200)]
    assert all(re.fullmatch("[ACDEFGHJKMNPQRTWXY34679]{12}", code) for code in codes)
    assert len(set(codes)) == 200


def test_a_code_is_shown_in_groups_of_four_and_typed_in_any_way() -> None:
    assert shown_code("ACDEFGHJKMNP") == "ACDE-FGHJ-KMNP"
    assert bare_code(" acde fghj-KMNP\t") == "ACDEFGHJKMNP"
    assert bare_code("x" * 500) == "X" * 40
