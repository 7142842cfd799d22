"""When two records of one person may be merged, and what moves."""

from typing import Any

import pytest

from cm_tracker.domain.clients.merging import MergeSide, check_merge, check_reason, merge_entries
from cm_tracker.domain.errors import AtTwoSites, BadInput, BothEnrolled, NotReadyToMerge, Refused, SeveralRefused


def side(id: int, **more: Any) -> MergeSide:
    values: dict[str, Any] = {"code": f"HS-{id}", "site_id": 1, "is_enrolled": False, "unfinished": ()}
    return MergeSide(id=id, **{**values, **more})


@pytest.mark.parametrize(
    ("from_", "into"),
    [
        (side(2), side(1)),
        (side(2, is_enrolled=True), side(1)),
        (side(2), side(1, is_enrolled=True)),
        # What is unfinished about the record that stays goes on as it is.
        (side(2), side(1, unfinished=("offer", "draws", "set aside", "adjustment"))),
    ],
)
def test_two_records_of_one_site_may_be_merged(from_: MergeSide, into: MergeSide) -> None:
    check_merge(from_, into)


@pytest.mark.parametrize(
    ("from_", "into", "refusals"),
    [
        (side(1), side(1), [BadInput]),
        (side(2, site_id=2), side(1), [AtTwoSites]),
        (side(2, is_enrolled=True), side(1, is_enrolled=True), [BothEnrolled]),
        (side(2, unfinished=("offer",)), side(1), [NotReadyToMerge]),
        (
            side(2, site_id=2, is_enrolled=True, unfinished=("draws", "set aside")),
            side(1, is_enrolled=True),
            [AtTwoSites, BothEnrolled, NotReadyToMerge, NotReadyToMerge],
        ),
    ],
)
def test_everything_that_stands_against_a_merge_is_said_at_once(
    from_: MergeSide, into: MergeSide, refusals: list[type[Refused]]
) -> None:
    with pytest.raises(Refused) as refused:
        check_merge(from_, into)
    raised = refused.value.refusals if isinstance(refused.value, SeveralRefused) else (refused.value,)
    assert [type(one) for one in raised] == refusals


@pytest.mark.parametrize("reason", ["", "same", "         x"])
def test_a_merge_needs_a_reason(reason: str) -> None:
    with pytest.raises(BadInput, match="how you know"):
        check_reason(reason)
    check_reason("Same birth day")


def test_each_unit_moves_whole_and_what_is_zero_does_not_move() -> None:
    moved = [
        [(entry.account.key, entry.amount) for entry in entries]
        for entries in merge_entries(2, 1, {"points": 25, "draws": 0, "tier/small": 2})
    ]
    assert moved == [
        [("client:2:points", -25), ("client:1:points", 25)],
        [("client:2:tier/small", -2), ("client:1:tier/small", 2)],
    ]
