"""The agreement about the program: its text as it is shown, printed, signed and kept.

The text is plain, with a mark at the beginning of each line. What is shown is made from it, so what was shown is what
the record holds.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from cm_tracker.domain.errors import BadInput

TITLE, HEADING, ITEM, ROW, PLAIN = "# ", "## ", "- ", "| ", ""
BETWEEN = " | "
# How a client signed: on paper, or with the PIN on a screen.
PAPER, SCREEN = "paper", "screen"
WAYS = (PAPER, SCREEN)
MOST_CHARACTERS = 60_000
LEAST_CHARACTERS = 5  # of a reason


@dataclass(frozen=True, slots=True)
class Part:
    """Lines of one kind that follow each other. Those of a table have their cells, the first one is its head."""

    kind: str
    lines: tuple[str, ...]

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """Return the rows of a table, its head included."""
        return tuple(tuple(line.split(BETWEEN)) for line in self.lines)


def line(mark: str, *cells: str) -> str:
    """Return a line of the text. What people typed is brought onto one line, and breaks no table."""
    return mark + BETWEEN.join(" ".join(cell.replace("|", "/").split(" ")) for cell in map(_on_one_line, cells))


def _on_one_line(text: str) -> str:
    return " ".join(text.splitlines())


def parts_of(text: str) -> tuple[Part, ...]:
    """Return the parts of a text in order."""
    marked = [_marked(line) for line in text.splitlines() if line]
    return tuple(Part(mark, tuple(rest for _, rest in lines)) for mark, lines in _grouped(marked))


def _marked(line: str) -> tuple[str, str]:
    mark = next((mark for mark in (HEADING, TITLE, ITEM, ROW) if line.startswith(mark)), PLAIN)
    return mark, line[len(mark) :]


def _grouped(marked: Sequence[tuple[str, str]]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    for mark, lines in groupby(marked, key=lambda one: one[0]):
        if mark in (ITEM, ROW):
            yield mark, list(lines)
        else:
            yield from ((mark, [one]) for one in lines)


def check_withdrawal(reason: str) -> None:
    """Raise `BadInput` where nobody says why a signature was recorded by mistake."""
    if len(reason.strip()) < LEAST_CHARACTERS:
        raise BadInput("Say what went wrong.", "reason")


def fingerprint(text: str) -> str:
    """Return what a form holds of the text that its page showed."""
    return hashlib.sha256(text.encode()).hexdigest()
