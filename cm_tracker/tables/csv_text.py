"""The rows of a CSV text.

Python's csv module joins lines after an opening quotation mark. A single stray mark therefore swallows every row up
to the next mark, and nothing reports the rows that are lost. This reader takes one line at a time. It reads on into
the next line only for a quoted value that may hold a line break, and never if that would swallow a row.
"""

import re
from collections.abc import Iterator, Sequence

from cm_tracker.domain.phrases import Phrase, phrase
from cm_tracker.tables.sources import MOST_ROWS, BadFile, Head, head_word, names_of

MOST_QUOTED = 10_000  # characters of a quoted value with line breaks
DELIMITERS = {",": phrase("commas"), ";": phrase("semicolons"), "\t": phrase("tabs")}
UTF_8, LATIN_1, UTF_16 = "utf-8", "latin-1", "utf-16"
# Windows writes its own letters where Latin-1 has none: those are what a spreadsheet means.
NAMES = {UTF_8: "UTF-8", LATIN_1: "Latin-1", UTF_16: "UTF-16"}
ENCODINGS = {UTF_8: "utf-8-sig", LATIN_1: "cp1252", UTF_16: "utf-16"}

STRAY_QUOTE = phrase(
    'A quotation mark (") has no partner. Delete it. To keep it, write it twice and put the whole value in quotation '
    "marks."
)

_LINE_END = re.compile(r"\r\n|\n|\r")
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def open_text(name: str, raw: bytes, encoding: str) -> "CsvText":
    """Return the lines of a text in one of `ENCODINGS`. Raise `BadFile` for other bytes, and for too many lines."""
    text = _decoded(name, raw, encoding)
    # Counted before the text is split: millions of short lines need far more memory than the text.
    if text.count("\n") + text.count("\r") - text.count("\r\n") > MOST_ROWS:
        raise BadFile(phrase("%(name)s: the file has more than %(most)s lines. Split it.", name=name, most=MOST_ROWS))
    return CsvText(name, text, encoding, raw.startswith(b"\xef\xbb\xbf"))


def _decoded(name: str, raw: bytes, encoding: str) -> str:
    if encoding == UTF_8 and raw.startswith(_UTF_16_MARKS):
        raise BadFile(
            phrase(
                "%(name)s: the text is in UTF-16. Save it as CSV UTF-8 and try again. Or choose UTF-16 as its encoding.",
                name=name,
            )
        )
    if encoding == UTF_16 and not raw.startswith(_UTF_16_MARKS) and b"\x00" not in raw:
        raise BadFile(phrase("%(name)s: this is not text in UTF-16. Choose another encoding.", name=name))
    try:
        text = raw.decode(ENCODINGS[encoding])
    except UnicodeDecodeError as error:
        line = len(re.findall(rb"\r\n|\n|\r", raw[: error.start])) + 1
        raise BadFile(
            phrase(
                "%(name)s, line %(line)s: this is not text in %(encoding)s. Save it as CSV UTF-8 and try again. Or choose "
                "the encoding that it has.",
                name=name,
                line=line,
                encoding=NAMES[encoding],
            )
        ) from None
    if (nul := text.find("\x00")) >= 0:
        line = len(_LINE_END.findall(text, 0, nul)) + 1
        raise BadFile(
            phrase(
                "%(name)s, line %(line)s: this is not a CSV file. Save it as CSV UTF-8 and try again.",
                name=name,
                line=line,
            )
        )
    return text


class CsvText:
    """A text of which each line is a row, or the begin of one with a quoted line break."""

    def __init__(self, name: str, text: str, encoding: str, has_bom: bool) -> None:
        self.name = name
        self.has_bom = has_bom
        self._lines = _LINE_END.split(text)
        self._encoding = encoding

    def heads(self) -> Iterator[Head]:
        """Yield each line with a value as a head, from the first one on, once for each separator."""
        at, above = 0, False
        while at < len(self._lines):
            if not self._lines[at].strip():
                at += 1
                continue
            found = [head for delimiter in DELIMITERS if (head := self._head(at, delimiter, above))]
            yield from found or [Head(at + 1, names_of([self._lines[at]]), ",", at + 1, above)]
            at, above = max((head.after for head in found), default=at + 1), True

    def _head(self, at: int, delimiter: str, above: bool) -> Head | None:
        try:
            cells, after = _cells_of(self._lines, at, delimiter)
        except _StrayQuote:
            return None
        return Head(at + 1, names_of(cells), delimiter, after, above)

    def rows(self, head: Head, known: frozenset[int]) -> Iterator[tuple[int, Sequence[str], Phrase | None]]:
        """Yield the rows below a head: the number of the line, its values, and what is wrong with it."""
        at = head.after
        while at < len(self._lines):
            line = at + 1
            if not self._lines[at]:
                at += 1
                continue
            try:
                cells, after = _cells_of(self._lines, at, head.delimiter)
                self._refuse_swallowed(cells, at, after, head, known)
            except _StrayQuote:
                yield line, self._lines[at].split(head.delimiter), STRAY_QUOTE
                at += 1
                continue
            yield line, cells, None
            at = after

    def notes(self) -> tuple[Phrase, ...]:
        """Return a sentence for everything that was assumed about the file."""
        if self._encoding == UTF_8:
            return ()
        return (phrase("The text was read as %(encoding)s.", encoding=NAMES[self._encoding]),)

    def line_word(self, head: Head) -> Phrase:
        """Return how a sentence calls the head."""
        return head_word(head)

    def _refuse_swallowed(self, cells: Sequence[str], at: int, after: int, head: Head, known: frozenset[int]) -> None:
        """Raise `_StrayQuote` if a quoted value has swallowed other rows.

        A value of a known column never holds a line break. A value of another column may, but then none of its lines
        has as many values as a row.
        """
        if after == at + 1:
            return
        if any(n < len(cells) and "\n" in cells[n] for n in known) or any(
            line.count(head.delimiter) + 1 >= len(head.names) for line in self._lines[at + 1 : after]
        ):
            raise _StrayQuote


class _StrayQuote(Exception):
    """Raised if a quotation mark neither opens nor closes a value."""


def _cells_of(lines: Sequence[str], at: int, delimiter: str) -> tuple[list[str], int]:
    """Return the values of the row that begins at a line, and the line after the row. Raise `_StrayQuote`."""
    line = lines[at]
    if '"' not in line:
        return line.split(delimiter), at + 1
    cells: list[str] = []
    position = 0
    while True:
        if line.startswith('"', position):
            cell, at, position = _quoted(lines, at, position + 1)
            line = lines[at]
            if position < len(line) and line[position] != delimiter:
                raise _StrayQuote
        else:
            end = line.find(delimiter, position)
            end = len(line) if end < 0 else end
            cell, position = line[position:end], end
            if '"' in cell:
                raise _StrayQuote
        cells.append(cell)
        if position >= len(line):
            return cells, at + 1
        position += 1


def _quoted(lines: Sequence[str], at: int, position: int) -> tuple[str, int, int]:
    """Return a value after its opening mark, and the line and position after its closing one."""
    parts: list[str] = []
    length = 0
    while True:
        line = lines[at]
        mark = line.find('"', position)
        if mark < 0:
            parts.append(line[position:] + "\n")
            length += len(parts[-1])
            at, position = at + 1, 0
            if at == len(lines) or length > MOST_QUOTED:
                raise _StrayQuote
        elif line.startswith('""', mark):
            parts.append(line[position : mark + 1])
            position = mark + 2
        else:
            parts.append(line[position:mark])
            return "".join(parts), at, mark + 1
