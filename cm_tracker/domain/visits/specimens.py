"""The specimens of one visit, in the order in which they were given, and which of them decides.

A cup that is dilute, leaks, is out of temperature or cannot be read is no proof of anything, so the client is asked
for another one at the same visit. The last valid specimen decides. A specimen that was altered or swapped is not
forgiven by the next one, unless somebody watched that one being given.
"""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.visits.evidence import (
    GIVEN,
    OUT_OF_RANGE,
    REFUSED,
    TAMPERED,
    WITHOUT_TEMPERATURE,
    NewVisit,
    Specimen,
    Test,
    outcome_of,
)

# How many specimens one visit may have.
MOST_SPECIMENS = 3


def is_readable(test: Test) -> bool:
    """Return whether a specimen was given, is in temperature and can be read."""
    return test.specimen == GIVEN and test.temperature != OUT_OF_RANGE


def is_cold(test: Test) -> bool:
    """Return whether a specimen was given, and its temperature was out of range."""
    return test.specimen == GIVEN and test.temperature == OUT_OF_RANGE


def is_tampered(test: Test) -> bool:
    """Return whether a specimen counts as tampered with if no other one decides."""
    return test.specimen == TAMPERED or (test.temperature == OUT_OF_RANGE and test.specimen not in WITHOUT_TEMPERATURE)


def valid_ones(specimens: Sequence[Specimen]) -> list[int]:
    """Return the places of the valid specimens, from 0 on.

    After one that was altered or swapped, only a later one is valid that somebody watched being given.
    """
    altered = max((n for n, one in enumerate(specimens) if one.test.specimen == TAMPERED), default=-1)
    return [
        n
        for n, one in enumerate(specimens)
        if is_readable(one.test) and n > altered and (altered < 0 or one.test.is_observed)
    ]


def deciding(specimens: Sequence[Specimen]) -> int:
    """Return the place of the specimen that decides, from 0 on: the last valid one.

    If none is valid, the last one that counts as tampered with decides, or else the last one.
    """
    if valid := valid_ones(specimens):
        return valid[-1]
    tampered = [n for n, one in enumerate(specimens) if is_tampered(one.test)]
    return tampered[-1] if tampered else len(specimens) - 1


def outcome_of_all(track: Track, specimens: Sequence[Specimen]) -> str:
    """Return the outcome of a visit with these specimens. Raise what `outcome_of` raises for any of them."""
    return [outcome_of(track, one.test) for one in specimens][deciding(specimens)]


def may_have_another(specimens: Sequence[Specimen]) -> bool:
    """Return whether another specimen can be entered: some were given, and none of them is valid."""
    return 0 < len(specimens) < MOST_SPECIMENS and specimens[-1].test.specimen != REFUSED and not valid_ones(specimens)


def needs_observation(specimens: Sequence[Specimen]) -> bool:
    """Return whether the next specimen is valid only if somebody watches it being given."""
    return any(one.test.specimen == TAMPERED for one in specimens)


def specimens_of(visit: NewVisit) -> tuple[Specimen, ...]:
    """Return the specimens of a visit as it was entered; none where no test was taken."""
    if not isinstance(visit.evidence, Test):
        return ()
    last = Specimen(
        visit.evidence, visit.specimen_id, visit.collected_at, visit.read_at, asked=visit.asked, unread=visit.unread
    )
    return (*visit.earlier, last)


def new_visit(behavior: str, day: date, specimens: Sequence[Specimen]) -> NewVisit:
    """Return a visit with these specimens as it would be entered."""
    *earlier, last = specimens
    return NewVisit(
        behavior,
        day,
        last.test,
        last.specimen_id,
        last.collected_at,
        last.read_at,
        earlier=tuple(earlier),
        asked=last.asked,
        unread=last.unread,
    )


def with_specimen(specimens: Sequence[Specimen], place: int, specimen: Specimen) -> tuple[Specimen, ...]:
    """Return the specimens with another one at a place."""
    return (*specimens[:place], specimen, *specimens[place + 1 :])


def specimens_text(specimens: Sequence[Specimen]) -> str | None:
    """Return the specimens of a visit as its record holds them: JSON with sorted keys. None for fewer than two."""
    if len(specimens) < 2:
        return None
    return json.dumps([_plain(one) for one in specimens], sort_keys=True, separators=(",", ":"))


def specimens_from(text: str | None) -> tuple[Specimen, ...]:
    """Return the specimens of a record. Raise `ValueError`, `KeyError` or `TypeError` for a text that holds none."""
    return tuple(_specimen(one) for one in json.loads(text)) if text else ()


def _plain(one: Specimen) -> dict[str, Any]:
    reading = {} if one.test.reading is None else {"reading": one.test.reading}
    return reading | {
        "collected_at": _instant(one.collected_at),
        "is_disputed": one.test.is_disputed,
        "is_observed": one.test.is_observed,
        "read_at": _instant(one.read_at),
        "results": dict(one.test.results),
        "specimen": one.test.specimen,
        "specimen_id": one.specimen_id,
        "temperature": one.test.temperature,
    }


def _specimen(one: dict[str, Any]) -> Specimen:
    test = Test(
        dict(one["results"]),
        one["specimen"],
        one["temperature"],
        bool(one["is_disputed"]),
        bool(one["is_observed"]),
        one.get("reading"),
    )
    return Specimen(test, one["specimen_id"], _at(one["collected_at"]), _at(one["read_at"]))


def _instant(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _at(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
