"""Who may make which correction, and when: a truth table typed by hand."""

from datetime import date, timedelta

import pytest

from cm_tracker.domain.errors import (
    AlreadyUndone,
    BookedSince,
    HandedOutByYou,
    NoOtherSpecimen,
    NotAllowed,
    NothingToAnswer,
    NothingToExcuse,
    OwnEntry,
    Refused,
    SomebodyElses,
    TooLateToUndo,
    UndoIsOff,
    VisitIsVoid,
)
from cm_tracker.domain.ledger.accounts import Entry, client_account, site_account
from cm_tracker.domain.schedules.engine import Replay
from cm_tracker.domain.staff.site_settings import SiteSettings
from cm_tracker.domain.visits.corrections import (
    Change,
    CorrectionTarget,
    changes,
    check_redemption_undo,
    check_way,
    is_own_entry,
    ways,
)
from tests import cast
from tests.domain.schedules.documents import document, run

SOON, LATE = cast.NOW + timedelta(minutes=15), cast.NOW + timedelta(minutes=15, seconds=1)


def entered(
    outcome: str = "met", *, undo_minutes: int = 15, corrects_own_entries: bool = False, **more: object
) -> CorrectionTarget:
    facts = {
        "is_test": True,
        "correction": None,
        "recorded_at": cast.NOW,
        "staff_id": cast.ROSA,
        "makers": {cast.ROSA},
        "settings": SiteSettings(undo_minutes=undo_minutes, corrects_own_entries=corrects_own_entries),
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


def test_nobody_books_a_prize_as_lost_that_they_had_in_their_hands() -> None:
    check_redemption_undo(cast.ROSA, cast.NOW, cast.miriam, SOON, 15, handed_over_by_id=cast.LEO, is_back=False)
    for handed_over_by_id, who in ((None, cast.rosa), (cast.LEO, cast.rosa), (cast.MIRIAM, cast.miriam)):
        with pytest.raises(HandedOutByYou):
            check_redemption_undo(
                cast.ROSA, cast.NOW, who, SOON, 15, handed_over_by_id=handed_over_by_id, is_back=False
            )
    # A lead who handed over what somebody else redeemed takes it back as little.
    with pytest.raises(HandedOutByYou):
        check_redemption_undo(cast.ROSA, cast.NOW, cast.miriam, LATE, 15, handed_over_by_id=cast.MIRIAM)


def test_where_nobody_undoes_an_entry_only_a_lead_takes_a_prize_back() -> None:
    with pytest.raises(UndoIsOff):
        check_redemption_undo(cast.ROSA, cast.NOW, cast.rosa, cast.NOW, 0)
    check_redemption_undo(cast.ROSA, cast.NOW, cast.miriam, cast.NOW, 0)


@pytest.mark.parametrize(
    ("way", "facts", "who", "refusal"),
    [
        ("undo", {}, cast.grace, NotAllowed(roles=frozenset({"auditor"}))),
        ("void", {}, cast.leo, NotAllowed(roles=frozenset({"coordinator"}))),
        ("correct", {}, cast.rosa, NotAllowed(roles=frozenset({"coordinator"}))),
        ("answer", {"outcome": "pending"}, cast.sam, NotAllowed(roles=frozenset({"admin"}))),
        ("undo", {}, cast.leo, SomebodyElses(minutes=15)),
        ("undo", {"staff_id": None}, cast.rosa, SomebodyElses(minutes=15)),
        ("undo", {"undo_minutes": 14}, cast.rosa, TooLateToUndo(minutes=14)),
        ("undo", {"undo_minutes": 0}, cast.rosa, UndoIsOff()),
        ("undo", {"correction": "undone"}, cast.rosa, AlreadyUndone()),
        ("undo", {"correction": "reverted"}, cast.rosa, AlreadyUndone()),
        # Something else was booked for the client after it.
        ("undo", {"is_newest": False}, cast.rosa, BookedSince()),
        ("undo", {"is_newest": False, "undo_minutes": 14}, cast.rosa, TooLateToUndo(minutes=14)),
        ("void", {"correction": "voided"}, cast.miriam, VisitIsVoid()),
        ("correct", {"correction": "undone"}, cast.miriam, VisitIsVoid()),
        ("answer", {"outcome": "pending", "correction": "voided"}, cast.leo, VisitIsVoid()),
        ("specimen", {"correction": "voided", "may_have_another": True}, cast.rosa, VisitIsVoid()),
        ("specimen", {}, cast.rosa, NoOtherSpecimen()),
        ("answer", {"outcome": "positive"}, cast.leo, NothingToAnswer()),
        ("answer", {"outcome": "pending", "is_test": False}, cast.leo, NothingToAnswer()),
        ("excuse", {"outcome": "excused"}, cast.leo, NothingToExcuse()),
        ("void", {"staff_id": cast.MIRIAM, "makers": set()}, cast.miriam, OwnEntry()),
        ("correct", {"makers": {cast.ROSA, cast.MIRIAM}}, cast.miriam, OwnEntry()),
    ],
)
def test_a_correction_that_is_not_open_says_why(
    way: str, facts: dict[str, object], who: object, refusal: Refused
) -> None:
    with pytest.raises(type(refusal)) as caught:
        check_way(way, entered(**facts), who, SOON)  # type: ignore[arg-type]
    assert str(caught.value) == str(refusal)


@pytest.mark.parametrize(
    ("facts", "who", "open_ways"),
    [
        ({"outcome": "dilute", "may_have_another": True}, cast.leo, "specimen"),
        ({"outcome": "dilute", "may_have_another": True}, cast.rosa, "specimen undo"),
        ({"outcome": "dilute", "may_have_another": True, "correction": "voided"}, cast.leo, ""),
        ({"is_newest": False}, cast.rosa, ""),
    ],
)
def test_another_specimen_is_no_correction_of_anybodys_mistake(
    facts: dict[str, object], who: object, open_ways: str
) -> None:
    assert " ".join(ways(entered(**facts), who, SOON)) == open_ways  # type: ignore[arg-type]


def test_an_unknown_way_is_an_error() -> None:
    with pytest.raises(KeyError):
        check_way("delete", entered(), cast.miriam, SOON)


# -- what a correction changes ----------------------------------------------------------------------------------

DAYS = {0: date(2024, 1, 3), 1: date(2024, 1, 1), 2: date(2024, 1, 2), 3: date(2024, 1, 3), 9: date(2024, 1, 2)}
CLIENT = client_account(7, "points")
ISSUED, LOSS = (site_account(kind, 1, "points") for kind in ("issued", "program_loss"))


def results(letters: str, *refs: int) -> Replay:
    """The replay of one week whose visits have these ids."""
    found = run(document(), letters)
    return found._replace(results=[r._replace(ref=ref) for r, ref in zip(found.results, refs, strict=True)])


def test_a_visit_whose_result_differs_is_a_change_and_one_that_is_only_counted_anew_is_none() -> None:
    before, after = results("NN", 1, 2), results("ENN", 9, 1, 2)
    found = changes(before, after, DAYS, {})
    # The visits 1 and 2 earn the same; they are only the second and the third one now.
    assert [(c.visit_id, c.before and c.before.paid, c.after and c.after.paid) for c in found] == [(9, None, 0)]
    assert changes(before, before, DAYS, {}) == ()


def test_changes_are_listed_by_day_and_a_visit_that_is_not_recorded_yet_comes_last_in_its_day() -> None:
    found = changes(results("NNN", 1, 3, 2), results("PPP", 2, 0, 1), {**DAYS, 2: DAYS[3]}, {})
    assert [(change.visit_id, change.day.day) for change in found] == [(1, 1), (2, 3), (3, 3), (0, 3)]
    gone = next(change for change in found if change.visit_id == 3)
    assert (gone.before is not None, gone.after, gone.unit) == (True, None, "points")


def test_what_is_posted_for_a_visit_is_part_of_its_change() -> None:
    entries = {
        "points": [
            Entry(ISSUED, 15, 2), Entry(CLIENT, -8, 2), Entry(LOSS, -7, 2), Entry(ISSUED, -5, 3), Entry(CLIENT, 5, 3),
            Entry(CLIENT, 3, 3), Entry(ISSUED, -3, 3),
        ],
        "draws": [
            Entry(client_account(7, "draws"), 2, 9), Entry(site_account("issued", 1, "draws"), -2, 9),
            # An entry that is about no visit.
            Entry(client_account(7, "draws"), 4), Entry(site_account("issued", 1, "draws"), -4),
        ],
    }  # fmt: skip
    found = changes(results("NN", 1, 2), results("NP", 1, 2), DAYS, entries)
    assert [(c.visit_id, c.unit, c.to_client, c.to_program) for c in found] == [
        (2, "points", -8, 7),
        (9, "draws", 2, 0),
        (3, "points", 8, 0),
        (0, "draws", 4, 0),
    ]


def test_a_change_is_quiet_where_only_level_or_run_differ() -> None:
    (paid,), (other,) = results("N", 1).results, results("N", 1).results
    quiet = Change(1, DAYS[1], paid, other._replace(level=4, run=7, next_due=9), "points", 0, 0)
    assert quiet.is_quiet
    for louder in (
        quiet._replace(before=None),
        quiet._replace(after=None),
        quiet._replace(to_client=1),
        quiet._replace(to_program=-1),
        quiet._replace(after=other._replace(paid=11)),
        quiet._replace(after=other._replace(outcome="pending")),
    ):
        assert not louder.is_quiet


def test_where_a_site_has_one_lead_its_lead_may_correct_what_they_entered() -> None:
    own = {"staff_id": cast.MIRIAM, "makers": {cast.MIRIAM}}
    kept, not_kept = entered(**own), entered(corrects_own_entries=True, **own)
    with pytest.raises(OwnEntry):
        is_own_entry(kept, cast.miriam)
    assert is_own_entry(not_kept, cast.miriam)
    assert not is_own_entry(entered(corrects_own_entries=True), cast.miriam)
    assert ways(not_kept, cast.miriam, cast.NOW) == ("undo", "correct", "void")
