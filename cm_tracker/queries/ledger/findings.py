"""What a verification looked at, and what it found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MOST_FINDINGS = 1000
# What no level covers. docs/ledger.md says more about each.
OUTSIDE = (
    "whether what staff recorded is true",
    "passwords, PINs, sign-ins that are open, and the paired tablets",
    "pictures, drafts of schedules, plans, services, closed days, goals, reviews, wishes and questions",
    "the texts of notes that were erased",
    "a change of a row that is watched, once the program itself has changed the same row again",
    "an administrator who rewrites the log, the audit trail and all checkpoints to match, unless a checkpoint was kept "
    "elsewhere",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not hold.

    `level` is the level of verification that found it, `table` the table that it is about, and `seq` the
    number of the log where that is known. `record` is the name of the one record that is wrong, such as
    `visit:17`, or None. `problem` says what is wrong: where there is a record, it goes on after its name.
    """

    level: int
    table: str
    problem: str
    seq: int | None = None
    record: str | None = None

    @property
    def says(self) -> str:
        """The whole sentence, such as `visit:17 differs from its sealed body in: outcome`."""
        return f"{self.record} {self.problem}" if self.record else self.problem

    def as_json(self) -> dict[str, Any]:
        """Return the finding as `cm-tracker ledger verify --json` prints it and as a report keeps it."""
        return {"level": self.level, "seq": self.seq, "table": self.table, "record": self.record, "says": self.says}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Finding":
        """Return the finding that a report keeps. Reports from before version 0.2 name no record."""
        record = kept.get("record")
        problem = kept["says"].removeprefix(f"{record} ") if record else kept["says"]
        return cls(kept["level"], kept["table"], problem, seq=kept["seq"], record=record)


@dataclass(frozen=True, slots=True)
class LookedAt:
    """How many of something a level looked at, such as 12 "rows of prize, by the audit trail"."""

    level: int
    what: str
    count: int


@dataclass(frozen=True, slots=True)
class Erased:
    """A note whose text was erased: the first digits of its digest, and the line of the trail that says by whom and why."""

    note: str
    line: int
    staff_id: int | None
    at: str

    @property
    def says(self) -> str:
        """The sentence in a report."""
        who = "a command" if self.staff_id is None else f"staff {self.staff_id}"
        return f"note {self.note} was erased by {who} on {self.at[:10]}; line {self.line} of the audit trail says why"


@dataclass(slots=True)
class Verification:
    """What was looked at and what was found.

    `level` is the highest level that was run. `size` counts the records of the log; `transactions` and
    `entries` stay 0 where the verification started from a checkpoint. `findings` are at most a thousand.
    `leaps` are sentences about the machine's clock; they are no findings, because the order is that of the log.
    `looked_at` says for each level what it covered and how much of it; `OUTSIDE` is what no level covers. `erased` are
    texts that were erased on the record.
    """

    level: int = 0
    size: int = 0
    transactions: int = 0
    entries: int = 0
    checkpoints: int = 0
    findings: list[Finding] = field(default_factory=list)
    leaps: list[str] = field(default_factory=list)
    looked_at: list[LookedAt] = field(default_factory=list)
    erased: list[Erased] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return not self.findings

    @property
    def is_full(self) -> bool:
        """Whether no more findings are kept."""
        return len(self.findings) >= MOST_FINDINGS
