"""How a file that is imported is read: its encoding, its head, its columns, and what its words mean."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.unseen import check_seen
from cm_tracker.domain.visits.import_columns import KINDS

DEFAULT_WORDS = "default"
MOST_LAYOUT_NAME = 60
MOST_FILE_NAME = 120


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is read. `columns` names the file's column for each of the program's.

    `words` names a mapping that comes with the program; `own_words` is the text of another one, in place of it.
    `tested_for` are the words of the analytes that every test of the file looked for, with a semicolon between them.
    """

    encoding: str = "utf-8"
    sheet: str | None = None
    head_line: int | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    words: str = DEFAULT_WORDS
    own_words: str = ""
    tested_for: str = ""

    def as_text(self) -> str:
        """Return the JSON text that is stored."""
        return json.dumps(asdict(self), sort_keys=True)


def reading_of(text: str) -> Reading:
    """Return what `Reading.as_text` wrote."""
    return Reading(**json.loads(text))


def check_kind(kind: str) -> None:
    """Raise `BadInput` for a kind of file that there is not."""
    if kind not in KINDS:
        raise BadInput("Choose what the file has from the list.", "kind")


def layout_name(name: str) -> str:
    """Return a name for chosen columns without spaces around it. Raise `BadInput` for one that is too long or unseen."""
    name = name.strip()
    if len(name) > MOST_LAYOUT_NAME:
        raise BadInput("The name may have up to %(most)s characters.", "layout_name", most=MOST_LAYOUT_NAME)
    check_seen(name, "layout_name")
    return name
