"""At which field of the editor a problem of a document stands.

The check names a problem by its path in the document. Most fields have that path as their name. Some hold a whole list
as one text, and some paths have no field of their own: these stand at the field that a lead would change.
"""

import re
from collections.abc import Iterable

from cm_tracker import i18n
from cm_tracker.domain.errors import Problem
from cm_tracker.domain.phrases import said
from cm_tracker.i18n import gettext, lazy, marked

_PHASE = r"tracks\[\d+\]\.phases\[\d+\]"
_RULE = rf"(?:tracks\[\d+\]|{_PHASE})\.reading"
# The paths of fields and of places on the page that take a problem as it is.
_OWN = re.compile(
    "|".join(
        (
            r"name|source|point_value_cents|currency|corrections|tracks|ceilings|bowl(?:\.name|\.slips)?",
            r"ceilings\[\d+\]\.(?:scope|cents|from|days)",
            r"bowl\.slips\[\d+\]\.(?:tier|count|cents)",
            r"tracks\[\d+\]\.(?:behavior|title|evidence|pays|target|phases|reset_on|on_dilute|restore_week_rises|hours)",
            r"tracks\[\d+\]\.(?:start_level|most_paid|min_hours_between|reset_to\.drop|reading)",
            r"tracks\[\d+\]\.restore\.(?:after|takes_effect|to)",
            r"tracks\[\d+\]\.side_bonus\.(?:amount|also_negative)",
            r"tracks\[\d+\]\.(?:target|side_bonus\.also_negative)\[\d+\]",
            rf"{_PHASE}\.(?:weeks|visits_per_week|base|step|cap|rises|carry_level|run_bonus\.(?:every|amount)|reading)",
            rf"{_PHASE}\.(?:values|period_weeks|week_bonus|most_paid|target|pays_nothing|reset_on)",
            rf"{_RULE}\.(?:unit|at_most|falls_by_percent|scale|percentile\.(?:of_last|rank))",
        )
    )
)
# One field holds a whole list, so a problem of one of its items is shown there.
_IN_A_LIST = re.compile(r"(.*\.(?:target|reset_on|values|scale))\[(\d+)\](?:\.(at_most|amount))?")
# The field in which a lead begins with what has several.
_FIRST_OF = {
    "run_bonus": "every",
    "side_bonus": "amount",
    "restore": "after",
    "reset_to": "drop",
    "percentile": "of_last",
}
_WHAT = {
    "weeks": lazy("This phase"),
    "reading": lazy("The reading"),
    "bowl": lazy("The bowl"),
    "slips": lazy("The list of slips"),
    "tracks": lazy("The list of tracks"),
    "phases": lazy("The list of phases"),
    "ceilings": lazy("The list of ceilings"),
}


def field_of(path: str) -> str | None:
    """Return the path of the field at which a problem stands, or None where only the top of the page can show it.

    That is the format, which saving the form sets right, and a key that no format has, which saving the form drops.
    """
    if _OWN.fullmatch(path):
        return path
    if inside := _IN_A_LIST.fullmatch(path):
        return field_of(inside[1])
    several = path.rpartition(".")[2]
    return field_of(f"{path}.{_FIRST_OF[several]}") if several in _FIRST_OF else None


# What the check says of a document, and what a sentence with fields says of the same.
_IN_SENTENCES: tuple[tuple[str, str], ...] = (
    (
        r"must be the first and the last week, as in \[1, 12\]\.",
        marked("Enter the first and the last week, such as 1 and 12."),
    ),
    (
        r"must run from a week to the same or a later one, from 1 to (?P<most>.*)\.",
        marked("The last week must be the first one or a later one, up to week %(most)s."),
    ),
    (
        r"starts at week .*; the first phase must start at week 1\.",
        marked("The first part must begin in week 1."),
    ),
    (
        r"starts at week (?P<week>.*); no gap and no overlap: this phase must start at week (?P<needed>.*)\.",
        marked(
            "This part begins in week %(week)s. Let it begin in week %(needed)s, so that there is no gap and no overlap."
        ),
    ),
    (
        r"is (?P<cap>.*), below the base of (?P<base>.*); it must be that or more\.",
        marked(
            "The most (%(cap)s) is less than the first one pays (%(base)s). Enter %(base)s or more, or leave it empty for "
            "no limit."
        ),
    ),
    (
        r"is missing: a track pays draws, so say which slips the bowl holds\.",
        marked("Something pays draws, but there is no bowl to draw from. Take the standard bowl, or list its slips."),
    ),
    (
        r"must name at least one analyte that has to be negative\.",
        marked("Choose what the test has to be negative for."),
    ),
    (r"must not be empty\.", marked("Fill this in.")),
)


def sentence_of(problem: Problem) -> str:
    """Return a problem as a sentence at its field. Most begin with a verb, such as "must be a whole number"."""
    for pattern, words in _IN_SENTENCES:
        if found := re.fullmatch(pattern, problem.says):
            return gettext(words, **found.groupdict())
    says = said(problem.says, i18n)
    return says if problem.says[:1].isupper() else f"{_subject(problem)} {says}"


def sentences_by_field(found: Iterable[Problem]) -> dict[str, list[str]]:
    """Return the sentences of each field that has problems, by the field's path."""
    sentences: dict[str, list[str]] = {}
    for problem in found:
        field = field_of(problem.path)
        if field is not None:
            sentences.setdefault(field, []).append(sentence_of(problem))
    return sentences


def _subject(problem: Problem) -> str:
    inside = _IN_A_LIST.fullmatch(problem.path)
    of_list = inside[1].rpartition(".")[2] if inside else ""
    if inside and of_list in ("values", "scale"):
        number = int(inside[2]) + 1
        if of_list == "values":
            return gettext("Value %(number)s", number=number)
        if inside[3] == "at_most":
            return gettext("The reading of step %(number)s", number=number)
        if inside[3] == "amount":
            return gettext("The amount of step %(number)s", number=number)
        return gettext("Step %(number)s", number=number)
    if problem.says.startswith("hold "):
        return gettext("The phases")
    return str(_WHAT.get(problem.path.rpartition(".")[2]) or gettext("This"))
