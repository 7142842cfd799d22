"""What a run over a file found: counts, notes, and what became of each row.

Its sentences are phrases, so that each lead reads them in their own language, whoever started the run.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import NamedTuple

from cm_tracker.domain import stored_phrases

ADDED, ALREADY, REPEATS, REFUSED = "added", "already", "repeats", "refused"
ENROLLED, PLANNED, EXPECTED = "enrolled", "planned", "expected"
"""What a row of a roster, of a plan and of an appointment is once it was added. A visit has its outcome."""
BECAME = (ADDED, ALREADY, REPEATS, REFUSED)


class RowFound(NamedTuple):
    """What became of a row: one of `BECAME`, and why. A row that was added says what it is now, such as its outcome.

    `note` is a sentence about a row that took the place of another record, or the reason of a refused one.
    """

    line: int
    code: str
    became: str
    what: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What a run found. `problem` is why nothing of the file could be imported; `notes` are what was assumed.

    `rejects` are the refused rows as a file that can be corrected, and `waiting` are visits that have no result yet.
    """

    rows: tuple[RowFound, ...] = ()
    clients: int = 0
    points: int = 0
    draws: int = 0
    waiting: int = 0
    notes: tuple[str, ...] = ()
    problem: str = ""
    rejects: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    refused_by: Mapping[str, int] = field(default_factory=dict)

    def as_bytes(self) -> bytes:
        """Return the JSON bytes that are stored."""
        values = asdict(replace(self, rows=(), notes=(), problem=""))
        values["rows"] = [[*row[:-1], stored_phrases.stored(row.note)] for row in self.rows]
        values["notes"] = [stored_phrases.stored(note) for note in self.notes]
        values["problem"] = stored_phrases.stored(self.problem)
        return json.dumps(values).encode()

    def chosen(self, became: str | None) -> Sequence[RowFound]:
        """Return the rows of which this became, or all of them."""
        return self.rows if became is None else [row for row in self.rows if row.became == became]


def found_in(content: bytes) -> Found:
    """Return what `Found.as_bytes` wrote. Sentences that were stored as plain texts, as in older versions, stay texts."""
    values = json.loads(content)
    values["rows"] = tuple(
        RowFound(line, code, became, what, stored_phrases.read(note))
        for line, code, became, what, note in values["rows"]
    )
    values["notes"] = tuple(stored_phrases.read(note) for note in values["notes"])
    values["problem"] = stored_phrases.read(values["problem"])
    return Found(**values)
