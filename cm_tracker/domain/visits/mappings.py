"""A mapping says what the words of another program's files mean. It is a JSON document of the format `cm-import/1`.

Words are compared without regard to capitals and to the spaces around them, because laboratories write Cocaine and
COCAINE. A word that the mapping does not know is never guessed: its row is refused.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.visits.evidence import EXCUSES, NEGATIVE, POSITIVE, TEMPERATURES

FORMAT = "cm-import/1"
CAME, ABSENT, EXCUSED, REFUSE = "came", "absent", "excused", "refuse"
NOT_TESTED = "not_tested"

_OBJECTS = ("dispositions", "excuses", "temperatures", "analytes")
_OPTIONAL = ("groups", "panel", "disposition_excuse", "weeks_from", "results", "nothing_found", "blank_means")
# What a mapping without the keys `results` and `nothing_found` knows.
_RESULTS = {NEGATIVE: NEGATIVE, POSITIVE: POSITIVE}
_NOTHING_FOUND = ("none",)


def word_of(text: str) -> str:
    """Return a word as words are compared."""
    return " ".join(text.split()).casefold()


@dataclass(frozen=True, slots=True)
class MappingFile:
    """What the words of a file mean; every word is as `word_of` returns it.

    `dispositions` says of each what it is: `came`, `absent` (excused where one of its reasons is in `excuses`),
    `excused`, or `refuse`. An absence without a date falls on the day of the visit `weeks_from` plus seven days for
    each week of its label, or is refused where that is None.

    `analytes` names the analyte of each word of a laboratory. `groups` names the analytes that a schedule takes
    together, as `stimulant`: the group is positive where one of them is, and tested where all of them are. `panel`
    are the analytes that every test of the file looked for, or None where the mapping does not say so.

    `results` says what a word in the column of an analyte means: negative, positive or `NOT_TESTED`. `nothing_found`
    are the words of a test that found nothing. `blank_is_negative` says that an empty value means that, too.
    """

    dispositions: Mapping[str, str]
    excuses: Mapping[str, str]
    unexcused_reasons: frozenset[str]
    disposition_excuse: str
    weeks_from: str | None
    temperatures: Mapping[str, str]
    analytes: Mapping[str, str]
    groups: Mapping[str, frozenset[str]]
    panel: frozenset[str] | None
    results: Mapping[str, str]
    nothing_found: frozenset[str]
    blank_is_negative: bool

    def analyte_of_column(self, name: str) -> str | None:
        """Return the analyte or group whose result stands in a column, by its name. Return None for other columns."""
        word = word_of(name)
        names = {word_of(one): one for one in (*self.analytes.values(), *self.groups)}
        return self.analytes.get(word) or names.get(word)

    def columns(self) -> tuple[str, ...]:
        """Return every name that the column of an analyte or group may have."""
        return tuple(dict.fromkeys([*self.analytes, *map(word_of, (*self.analytes.values(), *self.groups))]))

    def analytes_named(self, words: Iterable[str]) -> frozenset[str]:
        """Return what a panel's words name: a laboratory's words, or analytes and groups by the schedule's own name.

        Raise `BadInput` for a word that is neither.
        """
        return _analytes_named(words, self.analytes, self.groups)


def mapping_from(document: Any) -> MappingFile:
    """Return the mapping of a JSON document. Raise `BadInput` with everything that is wrong with it."""
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise BadInput('The mapping must be an object with "format": "%(format)s".', format=FORMAT)
    problems = _shape_problems(document) or _word_problems(document)
    if problems:
        raise BadInput("The mapping is not right: %(problems)s.", problems=tuple(problems))
    analytes = _by_word(document["analytes"])
    groups = {name: frozenset(members) for name, members in document.get("groups", {}).items()}
    panel = None
    if document.get("panel") is not None:
        panel = _analytes_named(document["panel"], analytes, groups)
    return MappingFile(
        dispositions=_by_word(document["dispositions"]),
        excuses=_by_word(document["excuses"]),
        unexcused_reasons=frozenset(map(word_of, document["unexcused_reasons"])),
        disposition_excuse=document.get("disposition_excuse", "other"),
        weeks_from=document.get("weeks_from"),
        temperatures=_by_word(document["temperatures"]),
        analytes=analytes,
        groups=groups,
        panel=panel,
        results=_by_word(document.get("results", _RESULTS)),
        nothing_found=frozenset(map(word_of, document.get("nothing_found", _NOTHING_FOUND))),
        blank_is_negative=document.get("blank_means") == NEGATIVE,
    )


def _by_word(words: Mapping[str, str]) -> dict[str, str]:
    return {word_of(word): meaning for word, meaning in words.items()}


def _analytes_named(
    words: Iterable[str], analytes: Mapping[str, str], groups: Mapping[str, frozenset[str]]
) -> frozenset[str]:
    by_name = {word_of(name): name for name in (*analytes.values(), *groups)}
    named = set()
    for word in words:
        name = analytes.get(word_of(word)) or by_name.get(word_of(word))
        if name is None:
            raise BadInput("The substance %(word)s is not in the mapping.", word=repr(word))
        named.add(name)
    return frozenset(named)


def _shape_problems(document: Mapping[str, Any]) -> list[BadInput]:
    known = ("format", *_OBJECTS, "unexcused_reasons", *_OPTIONAL)
    problems = [BadInput("%(key)s is not a key of a mapping", key=key) for key in document if key not in known]
    for name in _OBJECTS:
        if not _is_object_of_words(document.get(name)):
            problems.append(BadInput("%(name)s must be an object of words", name=name))
    if not _is_object_of_words(document.get("results", {})):
        problems.append(BadInput("%(name)s must be an object of words", name="results"))
    for name, words in (
        ("unexcused_reasons", document.get("unexcused_reasons")),
        ("nothing_found", document.get("nothing_found", [])),
    ):
        if not _is_list_of_words(words):
            problems.append(BadInput("%(name)s must be a list of words", name=name))
    if document.get("blank_means") not in (None, NEGATIVE):
        problems.append(
            BadInput('%(name)s must be "negative", or null where a blank value means nothing', name="blank_means")
        )
    groups = document.get("groups", {})
    if not isinstance(groups, dict) or not all(map(_is_list_of_words, groups.values())):
        problems.append(BadInput("%(name)s must be an object of lists of analytes", name="groups"))
    if document.get("panel") is not None and not _is_list_of_words(document["panel"]):
        problems.append(
            BadInput("%(name)s must be a list of words, or null where the panel is not known", name="panel")
        )
    first = document.get("weeks_from")
    if first is not None and not (isinstance(first, str) and re.fullmatch(r".*?(?<![0-9])[0-9]{0,3}", first)):
        problems.append(BadInput("%(name)s must be the name of a visit such as WK0, or null", name="weeks_from"))
    return problems


def _word_problems(document: Mapping[str, Any]) -> list[BadInput]:
    return [*_meaning_problems(document), *_twice_problems(document), *_analyte_problems(document)]


def _meaning_problems(document: Mapping[str, Any]) -> Iterator[BadInput]:
    """Yield a problem for each word with a meaning that the program does not know."""
    allowed = {
        "dispositions": (CAME, ABSENT, EXCUSED, REFUSE),
        "excuses": EXCUSES,
        "temperatures": TEMPERATURES,
        "results": (NEGATIVE, POSITIVE, NOT_TESTED),
    }
    for name, meanings in allowed.items():
        for meaning in document.get(name, {}).values():
            if meaning not in meanings:
                known = ", ".join(meanings)
                yield BadInput(
                    "%(name)s: %(word)s must be one of %(known)s", name=name, word=repr(meaning), known=known
                )
    if document.get("disposition_excuse", "other") not in EXCUSES:
        known = ", ".join(EXCUSES)
        yield BadInput("%(name)s must be one of %(known)s", name="disposition_excuse", known=known)


def _twice_problems(document: Mapping[str, Any]) -> Iterator[BadInput]:
    """Yield a problem for each word that stands twice and means two things."""
    for name in (*_OBJECTS, "results"):
        meant: dict[str, str] = {}
        for word, meaning in document.get(name, {}).items():
            if meant.setdefault(word_of(word), meaning) != meaning:
                yield BadInput(
                    "%(name)s: %(word)s is there twice, in other capitals and with another meaning",
                    name=name,
                    word=repr(word),
                )


def _analyte_problems(document: Mapping[str, Any]) -> Iterator[BadInput]:
    """Yield a problem for each member of a group or panel that is not named as an analyte."""
    analytes = set(document["analytes"].values())
    groups = document.get("groups", {})
    for group, members in groups.items():
        for one in members:
            if one not in analytes:
                yield BadInput("%(group)s has %(word)s in it, which is no analyte", group=group, word=repr(one))
    for word in document.get("panel") or ():
        try:
            _analytes_named([word], _by_word(document["analytes"]), groups)
        except BadInput:
            yield BadInput("panel has %(word)s in it, which no other key names", word=repr(word))


def _is_object_of_words(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(meaning, str) for meaning in value.values())


def _is_list_of_words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)
