"""When two records of one person may be merged, and what moves."""

from typing import Any

import pytest

from cm_tracker.domain.clients.merging import MergeSide, check_merge, check_reason, merge_entries
from tests.domain.refused import all_refused, refused


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


TWO_SITES = "HS-2 and HS-1 belong to two sites. Only records of one site can be merged."
BOTH = "HS-2 and HS-1 are both enrolled. End one of the two enrollments first."
DRAWS = "HS-2 has begun to draw. Let the client make the draws that are left first."
ASIDE = "A prize is set aside for HS-2. Hand it over first, or undo the redemption."


@pytest.mark.parametrize(
    ("from_", "into", "said"),
    [
        (side(2, site_id=2), side(1), [TWO_SITES]),
        (side(2, is_enrolled=True), side(1, is_enrolled=True), [BOTH]),
        (side(2, unfinished=("draws",)), side(1), [DRAWS]),
        (
            side(2, site_id=2, is_enrolled=True, unfinished=("draws", "set aside")),
            side(1, is_enrolled=True),
            [TWO_SITES, BOTH, DRAWS, ASIDE],
        ),
    ],
)
def test_everything_that_stands_against_a_merge_is_said_at_once(
    from_: MergeSide, into: MergeSide, said: list[str]
) -> None:
    with all_refused(*((sentence, None) for sentence in said)):
        check_merge(from_, into)


def test_a_record_is_not_merged_with_itself() -> None:
    with refused("This is the same client. Enter the code of the other record.", "code"):
        check_merge(side(1, unfinished=("offer",)), side(1))


@pytest.mark.parametrize("reason", ["", "same", "         x", "Same name"])
def test_a_merge_needs_a_reason(reason: str) -> None:
    with refused("Write how you know that it is one person, so that the other lead can check it.", "reason"):
        check_reason(reason)
    check_reason("Same name.")


def test_each_unit_moves_whole_and_what_is_zero_does_not_move() -> None:
    moved = [
        [(entry.account.key, entry.amount) for entry in entries]
        for entries in merge_entries(2, 1, {"points": 25, "draws": 0, "tier/small": 2})
    ]
    assert moved == [
        [("client:2:points", -25), ("client:1:points", 25)],
        [("client:2:tier/small", -2), ("client:1:tier/small", 2)],
    ]
