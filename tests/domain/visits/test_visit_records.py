"""From the rows of visits to their records: every column has its place, and minutes come together or not at all."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from cm_tracker.domain.visits.evidence import Collection, Hours
from cm_tracker.domain.visits.history import CurrentVisit, VisitSite
from cm_tracker.domain.visits.visit_records import records_by_visit

AT = datetime(2026, 3, 2, 15, tzinfo=UTC)


def row(**more: Any) -> Any:
    """A row of a test, with a value of its own in every column that can be told apart."""
    columns = {
        "id": 11, "corrects_id": None, "behavior": "goal", "happened_on": date(2026, 3, 2), "day_place": 2,
        "outcome": "met", "excuse": None, "specimen": "given", "temperature": "in_range", "specimen_id": "U1",
        "collected_at": AT, "read_at": AT.replace(minute=5), "correction": None, "recorded_at": AT.replace(minute=9),
        "staff_id": 3, "saved_with_id": 8, "site_id": 4, "time_zone": "America/New_York", "specimens": None,
        "panel_id": 21, "kit_lot_id": 22, "collected_by_id": 23, "observed": "yes", "second_reader_id": 24,
        "reading": 9, "minutes_attended": None, "minutes_excused": None, "minutes_expected": None,
    }  # fmt: skip
    return SimpleNamespace(**{**columns, **more})


def test_every_column_has_its_place() -> None:
    assert records_by_visit([row()], [(11, "cocaine", "negative"), (12, "thc", "positive")]) == {
        11: [
            CurrentVisit(
                id=11,
                newest_id=11,
                behavior="goal",
                happened_on=date(2026, 3, 2),
                day_place=2,
                outcome="met",
                excuse=None,
                specimen="given",
                temperature="in_range",
                specimen_id="U1",
                collected_at=AT,
                read_at=AT.replace(minute=5),
                correction=None,
                recorded_at=AT.replace(minute=9),
                staff_id=3,
                makers=frozenset({3}),
                results={"cocaine": "negative"},
                saved_with_id=8,
                site=VisitSite(4, "America/New_York"),
                collection=Collection(21, 22, 23, "yes", 24),
                reading=9,
            )
        ]
    }


def test_the_minutes_of_a_week_keep_their_order() -> None:
    (record,) = records_by_visit([row(minutes_attended=500, minutes_excused=40, minutes_expected=600)], [])[11]
    assert record.hours == Hours(500, 40, 600)


@pytest.mark.parametrize("missing", ["minutes_attended", "minutes_excused", "minutes_expected"])
def test_a_record_has_all_of_its_minutes_or_none(missing: str) -> None:
    minutes = {"minutes_attended": 500, "minutes_excused": 40, "minutes_expected": 600, missing: None}
    with pytest.raises(ValueError, match=r"^A record has some of its minutes only\.$"):
        records_by_visit([row(**minutes)], [])
    with pytest.raises(ValueError, match="some of its minutes"):
        records_by_visit([row(**{missing: 1})], [])
