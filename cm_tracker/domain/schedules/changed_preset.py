"""A preset that was changed says so: its name ends with (changed), and its source says from what it was changed.

Somebody who reads "Higgins et al. 1993" must be able to trust that it is their schedule. So a draft that was
made from a preset gets these words as soon as a rule differs, and loses them when it is the preset again.
A lead may give it another name; words that a lead adds to the source stay behind the program's. The source of a preset
may name the most that it pays, so a changed one says what it pays itself.
"""

import json
import re
from typing import Any

from cm_tracker.domain.money import money_in
from cm_tracker.domain.schedules.check import problems
from cm_tracker.domain.schedules.difference import rules_that_differ
from cm_tracker.domain.schedules.difference_lines import Difference, counted
from cm_tracker.domain.schedules.point_value import in_points
from cm_tracker.domain.schedules.rehearsal import most_earned
from cm_tracker.domain.schedules.schedule import Schedule, parse

MARK = " (changed)"
MOST_NAME = 120
# The point in an amount of money ends no sentence.
_WITH_MOST = r"(?:, at most (?:[^.]|\.(?=[0-9]))*)?"


def named(document: Any, preset: Any, program_cents: int) -> Any:
    """Return a document that was made from a preset with the name and the source that it must have.

    A document with problems is returned unchanged: what differs cannot be said yet.
    """
    found = changes_of(document, preset, program_cents)
    if found is None:
        return document
    marked_name = preset["name"][: MOST_NAME - len(MARK)] + MARK
    own_words = _own_words(document["source"], preset["source"])
    document = json.loads(json.dumps(document))
    if not found:
        if document["name"] == marked_name:
            document["name"] = preset["name"]
        if document["source"] != own_words:
            document["source"] = own_words or preset["source"]
        return document
    if document["name"] == preset["name"]:
        document["name"] = marked_name
    says = f"Changed from {preset['source']}: {_counted(len(found))}{_most(document, preset, program_cents)}."
    document["source"] = f"{says} {own_words}" if own_words else says
    return document


def changes_of(document: Any, preset: Any, program_cents: int) -> tuple[Difference, ...] | None:
    """Return the rules in which a document differs from a preset, or None where the document has problems.

    The preset is taken in the program's value of a point, where its amounts are whole in it, and in its own currency:
    a draft in another one differs from it.
    """
    if problems(document):
        return None
    return rules_that_differ(_as_drafted(preset, program_cents), parse(document))


def _as_drafted(preset: Any, program_cents: int) -> Schedule:
    converted = in_points(preset, program_cents)
    return parse(preset if problems(converted) else converted)


def _most(document: Any, preset: Any, program_cents: int) -> str:
    """Return the most that a client can earn by a changed document and by its preset, where these differ."""
    before, after = _as_drafted(preset, program_cents), parse(document)
    old, new = most_earned(before), most_earned(after)
    if (old["cents"], old["draws"]) == (new["cents"], new["draws"]):
        return ""
    return f", at most {_amounts(new, after.currency)} instead of {_amounts(old, after.currency)}"


def _amounts(most: dict[str, int], currency: str) -> str:
    money = [money_in(most["cents"], currency)] if most["points"] else []
    draws = [counted(most["draws"], "draw")] if most["draws"] else []
    return " and ".join([*money, *draws]) or "nothing"


def _own_words(source: str, preset_source: str) -> str:
    """Return what a lead wrote into the source, without the program's words and without the preset's source."""
    ours = re.match(rf"Changed from {re.escape(preset_source)}: [0-9,]+ rules? differs?{_WITH_MOST}\.\s*", source)
    rest = source[ours.end() :] if ours else source
    return "" if rest.strip() == preset_source else rest.strip()


def _counted(number: int) -> str:
    return "1 rule differs" if number == 1 else f"{number:,} rules differ"
