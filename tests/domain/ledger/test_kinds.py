"""The list of the kinds of transactions."""

from cm_tracker.domain.ledger.kinds import KINDS, label_of


def test_the_kinds_and_the_words_that_people_read() -> None:
    assert {kind.name: kind.label for kind in KINDS.values()} == {
        "award": "Award",
        "correction": "Correction",
        "redemption": "Redemption",
        "undo": "Undo",
        "adjustment": "Adjustment",
        "delivery": "Delivery",
        "shrinkage": "Shrinkage",
        "expiry": "Expiry",
        "draw": "Draw",
        "handover": "Handover",
        "merge": "Merge",
        "trade": "Trade",
    }


def test_a_list_marks_what_is_no_routine() -> None:
    assert [kind.name for kind in KINDS.values() if kind.tag] == [
        "correction",
        "undo",
        "adjustment",
        "shrinkage",
        "expiry",
        "merge",
    ]


def test_an_unknown_kind_is_shown_as_it_is_stored() -> None:
    assert label_of("award") == "Award"
    assert label_of("gift") == "gift"
