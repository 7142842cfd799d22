"""The rows of the visit table as visits: each with all of its records, from the first entry to the newest correction."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Protocol

from cm_tracker.domain.visits.corrections import AGAIN, ANOTHER_SPECIMEN, CORRECTED
from cm_tracker.domain.visits.evidence import NOT_SAID, Collection, Hours
from cm_tracker.domain.visits.history import CurrentVisit, VisitSite
from cm_tracker.domain.visits.specimens import specimens_from


class VisitRecord(Protocol):
    """One row of the visit table, as a query returns it."""

    @property
    def id(self) -> int: ...
    @property
    def corrects_id(self) -> int | None: ...
    @property
    def behavior(self) -> str: ...
    @property
    def happened_on(self) -> date: ...
    @property
    def day_place(self) -> int: ...
    @property
    def outcome(self) -> str: ...
    @property
    def excuse(self) -> str | None: ...
    @property
    def specimen(self) -> str | None: ...
    @property
    def temperature(self) -> str | None: ...
    @property
    def specimen_id(self) -> str | None: ...
    @property
    def collected_at(self) -> datetime | None: ...
    @property
    def read_at(self) -> datetime | None: ...
    @property
    def correction(self) -> str | None: ...
    @property
    def recorded_at(self) -> datetime: ...
    @property
    def staff_id(self) -> int | None: ...
    @property
    def saved_with_id(self) -> int | None: ...
    @property
    def site_id(self) -> int: ...
    @property
    def time_zone(self) -> str: ...
    @property
    def specimens(self) -> str | None: ...
    @property
    def panel_id(self) -> int | None: ...
    @property
    def kit_lot_id(self) -> int | None: ...
    @property
    def collected_by_id(self) -> int | None: ...
    @property
    def observed(self) -> str | None: ...
    @property
    def second_reader_id(self) -> int | None: ...
    @property
    def reading(self) -> int | None: ...
    @property
    def minutes_attended(self) -> int | None: ...
    @property
    def minutes_excused(self) -> int | None: ...
    @property
    def minutes_expected(self) -> int | None: ...


def records_by_visit(
    rows: Iterable[VisitRecord], results: Iterable[tuple[int, str, str]]
) -> dict[int, list[CurrentVisit]]:
    """Return every record of an enrollment's visits, oldest first, by the id of each visit's first record.

    `rows` are in the order of their ids, so that a record comes before its correction; `results` are
    (record id, analyte, result).
    """
    results_of: dict[int, dict[str, str]] = {}
    for record_id, analyte, result in results:
        results_of.setdefault(record_id, {})[analyte] = result
    first_of: dict[int, int] = {}
    entered_by: dict[int, frozenset[int | None]] = {}
    makers: dict[int, frozenset[int | None]] = {}
    records: dict[int, list[CurrentVisit]] = {}
    for row in rows:
        first = first_of[row.id] = row.id if row.corrects_id is None else first_of[row.corrects_id]
        if row.correction in (None, AGAIN):
            entered_by[first] = makers[first] = entered_by.get(first, frozenset()) | {row.staff_id}
        elif row.correction == ANOTHER_SPECIMEN:
            entered_by[first] |= {row.staff_id}
            makers[first] |= {row.staff_id}
        elif row.correction == CORRECTED:
            makers[first] = entered_by[first] | {row.staff_id}
        records.setdefault(first, []).append(_visit_of(row, first, makers[first], results_of.get(row.id, {})))
    return records


def _visit_of(row: VisitRecord, first: int, makers: frozenset[int | None], results: Mapping[str, str]) -> CurrentVisit:
    return CurrentVisit(
        id=first,
        newest_id=row.id,
        behavior=row.behavior,
        happened_on=row.happened_on,
        day_place=row.day_place,
        outcome=row.outcome,
        excuse=row.excuse,
        specimen=row.specimen,
        temperature=row.temperature,
        specimen_id=row.specimen_id,
        collected_at=row.collected_at,
        read_at=row.read_at,
        correction=row.correction,
        recorded_at=row.recorded_at,
        staff_id=row.staff_id,
        makers=makers,
        results=results,
        saved_with_id=row.saved_with_id,
        site=VisitSite(row.site_id, row.time_zone),
        specimens=specimens_from(row.specimens),
        collection=_collection_of(row),
        reading=row.reading,
        hours=_hours_of(row),
    )


def _collection_of(row: VisitRecord) -> Collection:
    said = (row.panel_id, row.kit_lot_id, row.collected_by_id, row.observed, row.second_reader_id)
    return Collection(*said) if any(one is not None for one in said) else NOT_SAID


def _hours_of(row: VisitRecord) -> Hours | None:
    """Return the minutes of a record, or None. Raise `ValueError` where it has some of them only."""
    if row.minutes_attended is None and row.minutes_excused is None and row.minutes_expected is None:
        return None
    if row.minutes_attended is None or row.minutes_excused is None or row.minutes_expected is None:
        raise ValueError("A record has some of its minutes only.")
    return Hours(row.minutes_attended, row.minutes_excused, row.minutes_expected)
