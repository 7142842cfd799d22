"""What a verification looked at, and what it found."""

from dataclasses import dataclass, field

MOST_FINDINGS = 1000


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not hold: the level that saw it, where, and a sentence."""

    level: int
    seq: int | None
    table: str
    says: str


@dataclass(slots=True)
class Verification:
    """What was looked at, and what was found; `findings` stop at a thousand. `leaps` are of the clock."""

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

    def find(self, level: int, seq: int | None, table: str, says: str) -> None:
        """Note a finding."""
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(level, seq, table, says))
