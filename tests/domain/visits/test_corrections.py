"""Who may make which correction, and when: a truth table typed by hand."""

from datetime import timedelta

import pytest

from cm_tracker.domain.errors import SomebodyElses, TooLateToUndo, UndoIsOff
from cm_tracker.domain.visits.corrections import CorrectionTarget, check_redemption_undo, ways
from tests import cast

SOON, LATE = cast.NOW + timedelta(minutes=15), cast.NOW + timedelta(minutes=15, seconds=1)


def entered(outcome: str = "met", **more: object) -> CorrectionTarget:
    facts = {
        "is_test": True,
        "correction": None,
        "recorded_at": cast.NOW,
        "staff_id": cast.ROSA,
        "makers": {cast.ROSA},
        "undo_minutes": 15,
        **more,
    }
    return CorrectionTarget(outcome, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("outcome", "who", "when", "open_ways"),
    [
        ("met", cast.rosa, SOON, "undo"),
        ("met", cast.rosa, LATE, ""),
        ("met", cast.leo, SOON, ""),
        ("met", cast.miriam, SOON, "correct void"),
        ("met", cast.grace, SOON, ""),
        ("met", cast.sam, SOON, ""),
        ("pending", cast.leo, LATE, "answer"),
        ("pending", cast.miriam, LATE, "answer correct void"),
        ("disputed", cast.leo, LATE, "answer"),
        ("positive", cast.leo, LATE, ""),
        ("positive", cast.miriam, LATE, "correct void"),
        ("unexcused", cast.leo, LATE, "excuse"),
        ("unexcused", cast.miriam, LATE, "excuse correct void"),
        ("excused", cast.leo, LATE, ""),
        ("refused", cast.rosa, SOON, "undo"),
        ("dilute", cast.miriam, LATE, "correct void"),
    ],
)
def test_ways_for_a_record_that_rosa_entered(outcome: str, who: object, when: object, open_ways: str) -> None:
    assert " ".join(ways(entered(outcome), who, when)) == open_ways  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "who", "open_ways"),
    [
        ({"outcome": "pending", "is_test": False}, cast.leo, ""),
        ({"correction": "undone"}, cast.rosa, ""),
        ({"correction": "voided", "staff_id": cast.MIRIAM}, cast.miriam, "undo"),
        ({"correction": "voided", "staff_id": cast.MIRIAM}, cast.rosa, ""),
        ({"correction": "reverted", "outcome": "pending"}, cast.rosa, "answer"),
        ({"correction": "answered", "staff_id": cast.LEO}, cast.leo, "undo"),
        ({"correction": "corrected", "staff_id": cast.MIRIAM}, cast.miriam, "undo"),
        ({"staff_id": None, "makers": {None}}, cast.miriam, "correct void"),
        ({"staff_id": cast.ROSA, "makers": {cast.MIRIAM}}, cast.miriam, ""),
        ({"undo_minutes": 14}, cast.rosa, ""),
        ({"undo_minutes": 0}, cast.rosa, ""),
    ],
)
def test_ways_for_other_records(facts: dict[str, object], who: object, open_ways: str) -> None:
    assert " ".join(ways(entered(**facts), who, SOON)) == open_ways  # type: ignore[arg-type]


def test_a_redemption_is_undone_by_who_handed_it_out_or_by_a_lead_who_did_not() -> None:
    check_redemption_undo(cast.ROSA, cast.NOW, cast.rosa, SOON, 15)
    check_redemption_undo(cast.ROSA, cast.NOW, cast.miriam, LATE, 15)
    check_redemption_undo(cast.MIRIAM, cast.NOW, cast.miriam, SOON, 15)
    with pytest.raises(TooLateToUndo):
        check_redemption_undo(cast.ROSA, cast.NOW, cast.rosa, LATE, 15)
    with pytest.raises(TooLateToUndo):
        check_redemption_undo(cast.MIRIAM, cast.NOW, cast.miriam, LATE, 15)
    with pytest.raises(SomebodyElses):
        check_redemption_undo(cast.ROSA, cast.NOW, cast.leo, SOON, 15)


def test_where_nobody_undoes_an_entry_only_a_lead_takes_a_prize_back() -> None:
    with pytest.raises(UndoIsOff):
        check_redemption_undo(cast.ROSA, cast.NOW, cast.rosa, cast.NOW, 0)
    check_redemption_undo(cast.ROSA, cast.NOW, cast.miriam, cast.NOW, 0)
