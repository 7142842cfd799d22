"""Two people, or two windows, have changed the same draft: what the page says to whoever saves second."""

from dataclasses import dataclass
from typing import Any

from cm_tracker.domain.money import ProgramMoney
from cm_tracker.domain.schedules.difference_lines import Difference
from cm_tracker.domain.schedules.draft_difference import FieldDifference, fields_that_differ
from cm_tracker.domain.schedules.json_text import fingerprint
from cm_tracker.domain.schedules.point_value import draft_problems, in_program
from cm_tracker.domain.schedules.schedule import parse
from cm_tracker.labels.differences import line
from cm_tracker.queries.schedules.comparisons import between
from cm_tracker.queries.schedules.schedules import DraftLine


@dataclass(frozen=True, slots=True)
class Conflict:
    """The draft as somebody else saved it, its fingerprint, and what differs in what was typed.

    That is in words where both documents have no problems, and else by their fields.
    """

    theirs: DraftLine
    shown: str
    found: tuple[Difference, ...]
    fields: tuple[FieldDifference, ...]


def conflict_with(theirs: DraftLine, mine: Any, program: ProgramMoney) -> Conflict:
    """Return what differs between a saved draft and a document that was typed."""
    mine = in_program(mine, program)
    is_whole = not draft_problems(theirs.document, program) and not draft_problems(mine, program)
    found = between(parse(theirs.document), parse(mine)).found if is_whole else ()
    fields = () if found else fields_that_differ(theirs.document, mine)
    return Conflict(theirs, fingerprint(theirs.document), tuple(map(line, found)), fields)
