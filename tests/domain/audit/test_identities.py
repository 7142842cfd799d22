"""A reason for opening a name says something."""

import pytest

from cm_tracker.domain.audit.identities import check_reason
from cm_tracker.domain.errors import BadInput


@pytest.mark.parametrize("reason", ["", "   ", "audit", "   audit     "])
def test_a_reason_that_says_nothing_is_refused(reason: str) -> None:
    with pytest.raises(BadInput) as refused:
        check_reason(reason)
    assert refused.value.field == "reason"
    assert str(refused.value) == "Say why you need to know who this is, in at least 10 characters. A lead reads it."


def test_a_reason_is_kept_without_the_spaces_around_it() -> None:
    assert check_reason("  paper chart  ") == "paper chart"
