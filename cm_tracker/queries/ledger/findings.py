"""What a verification looked at, and what it found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MOST_FINDINGS = 1000


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
        """Return the finding as `flask ledger verify --json` prints it and as a report keeps it."""
        return {"level": self.level, "seq": self.seq, "table": self.table, "record": self.record, "says": self.says}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Finding":
        """Return the finding that a report keeps. Reports from before version 0.2 name no record."""
        record = kept.get("record")
        problem = kept["says"].removeprefix(f"{record} ") if record else kept["says"]
        return cls(kept["level"], kept["table"], problem, seq=kept["seq"], record=record)


@dataclass(slots=True)
class Verification:
    """What was looked at and what was found.

    `level` is the highest level that was run. `size` counts the records of the log; `transactions` and
    `entries` stay 0 where the verification started from a checkpoint. `findings` are at most a thousand.
    `leaps` are sentences about the machine's clock; they are no findings, because the order is that of the log.
    """

    level: int = 0
    size: int = 0
    transactions: int = 0
    entries: int = 0
    checkpoints: int = 0
    findings: list[Finding] = field(default_factory=list)
    leaps: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return not self.findings

    @property
    def is_full(self) -> bool:
        """Whether no more findings are kept."""
        return len(self.findings) >= MOST_FINDINGS
