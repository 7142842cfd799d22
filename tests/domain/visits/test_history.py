"""An enrollment's visits as they are now, out of the records that were written."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.visits.history import DrawnValue, PaidElsewhere, history_of, known_then, records_by_visit
from tests.domain.visits.histories import MIRIAM, ROSA, a_visit, enrollment

LEO = 2


def row(id: int, corrects_id: int | None = None, **more: Any) -> Any:
    """A row of the visit table."""
    values = {
        "behavior": "goal", "happened_on": date(2026, 3, 2), "day_place": 1, "outcome": "met", "excuse": None,
        "specimen": None, "temperature": None, "specimen_id": None, "collected_at": None, "read_at": None,
        "correction": None, "recorded_at": datetime(2026, 3, 2, tzinfo=UTC), "staff_id": ROSA,
    }  # fmt: skip
    return SimpleNamespace(id=id, corrects_id=corrects_id, **{**values, **more})


def test_a_chain_of_corrections_is_one_visit_with_its_records_in_order() -> None:
    records = records_by_visit(
        [row(1), row(2), row(3, 1, correction="answered", outcome="positive"), row(4, 3, correction="voided")],
        [(3, "cocaine", "positive")],
    )
    assert {first: [record.newest_id for record in of_visit] for first, of_visit in records.items()} == {
        1: [1, 3, 4],
        2: [2],
    }
    assert [record.results for record in records[1]] == [{}, {"cocaine": "positive"}, {}]
    assert [record.is_current for record in records[1]] == [True, True, False]


@pytest.mark.parametrize(
    ("corrections", "makers"),
    [
        ([], {ROSA}),
        ([("answered", LEO)], {ROSA}),
        ([("corrected", MIRIAM)], {ROSA, MIRIAM}),
        ([("corrected", MIRIAM), ("corrected", 4)], {ROSA, 4}),
        ([("voided", MIRIAM), ("again", LEO)], {ROSA, LEO}),
        ([("corrected", MIRIAM), ("voided", 4), ("again", LEO)], {ROSA, LEO}),
    ],
)
def test_a_visit_rests_on_who_entered_it_and_who_corrected_it_last(
    corrections: list[tuple[str, int]], makers: set[int]
) -> None:
    rows = [row(1), *(row(n, n - 1, correction=word, staff_id=who) for n, (word, who) in enumerate(corrections, 2))]
    assert records_by_visit(rows, [])[1][-1].makers == makers


def test_visits_come_by_day_and_then_by_their_first_recording() -> None:
    history = enrollment(a_visit(1, 4), a_visit(2, 0), a_visit(3, 4, day_place=2), a_visit(4, 2, correction="voided"))
    assert [visit.id for visit in history.visits] == [2, 1, 3]
    assert [visit.id for visit in history.voided] == [4]


def test_a_visit_is_found_by_any_of_its_records() -> None:
    history = enrollment(
        records={1: [a_visit(1, 0, "?"), a_visit(1, 0, newest_id=3, correction="answered")], 2: [a_visit(2, 2)]}
    )
    assert (history.visit(1).newest_id, history.visit(3).newest_id, history.visit(2).id) == (3, 3, 2)
    with pytest.raises(NotFound):
        history.visit(4)


def test_one_more_record_takes_the_place_of_the_newest_and_leaves_the_others() -> None:
    history = enrollment(a_visit(1, 0), a_visit(2, 2))
    after = history.with_visits([a_visit(1, 0, newest_id=9, correction="voided"), a_visit(0, 3)])
    assert [visit.id for visit in after.visits] == [2, 0]
    assert [visit.newest_id for visit in after.voided] == [9]
    assert [record.newest_id for record in after.records[1]] == [1, 9]
    assert [visit.id for visit in history.visits] == [1, 2], "the history itself stays as it was"


def test_a_replay_names_visits_by_their_first_record() -> None:
    replay = enrollment(
        records={1: [a_visit(1, 0, "?"), a_visit(1, 0, newest_id=3, correction="answered")], 2: [a_visit(2, 2)]}
    ).replay()
    assert [(result.ref, result.paid) for result in replay.results] == [(1, 10), (2, 15)]


ELSEWHERE = (
    PaidElsewhere(5, date(2026, 3, 1), 100),
    PaidElsewhere(8, date(2026, 2, 1), 30),
    PaidElsewhere(9, date(2026, 3, 9), 7),
    PaidElsewhere(2, date(2025, 3, 1), 1000),
)


@pytest.mark.parametrize(
    ("seq", "month_and_year"), [(5, (0, 0)), (6, (100, 100)), (9, (100, 130)), (10, (107, 137)), (None, (107, 137))]
)
def test_only_what_the_ledger_held_then_counts_against_a_ceiling(
    seq: int | None, month_and_year: tuple[int, int]
) -> None:
    assert known_then(ELSEWHERE, date(2026, 3, 10), seq) == month_and_year


def test_draws_count_against_the_ceiling_of_the_enrollment() -> None:
    plain = enrollment(a_visit(1, 0), ceilings=[{"scope": "enrollment", "cents": 1000}])
    history = history_of(
        id=1, client_id=7, site_id=1, time_zone="America/New_York", settings=plain.settings,
        starts_on=plain.starts_on, version_id=1,
        schedule=plain.schedule, records=plain.records, drawn=[DrawnValue(3, 600), DrawnValue(9, 200)],
        seqs={1: 5},
    )  # fmt: skip
    replay = history.replay()
    # 1000 - 600 leaves 400 cents for 10 points of 25 cents: what was drawn later does not count.
    assert [(result.due, result.paid) for result in replay.results] == [(10, 10)]
    (use,) = history.ceilings(replay, date(2026, 3, 2))
    assert (use.used_cents, use.cents) == (250 + 800, 1000)
