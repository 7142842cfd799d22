"""Read drug tests from the rows of a laboratory's file.

A substance is negative only if the file says so: the test looked for it, and the result is there. What the test looked
for is said by the column `tested_for` of the row, by a column for each analyte, or for the whole file by an option of
the command or the mapping's panel. An empty result is rejected, because it may be a result that is still to come. Only
a mapping with `"blank_means": "negative"` makes it negative.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.phrases import Phrase, in_phrases, joined, phrase
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.visits.evidence import NEGATIVE, OUT_OF_RANGE, POSITIVE, Test
from cm_tracker.domain.visits.import_columns import TESTS, columns_of
from cm_tracker.domain.visits.import_doubts import all_of
from cm_tracker.domain.visits.importing import (
    Candidate,
    Reason,
    Row,
    RowRefused,
    VisitsRead,
    day_of,
    one_a_day,
)
from cm_tracker.domain.visits.mappings import NOT_TESTED, MappingFile, word_of

_FIXED = frozenset(columns_of(TESTS))


def read_tests(
    rows: Sequence[Row], mapping: MappingFile, track: Track, stated: frozenset[str] | None = None
) -> VisitsRead:
    """Return the tests of one client. `stated` is what every test looked for; it goes before the mapping's panel."""
    panel = mapping.panel if stated is None else stated
    return one_a_day(rows, lambda row: _read_test(row, mapping, track, panel))


def _read_test(row: Row, mapping: MappingFile, track: Track, panel: frozenset[str] | None) -> Candidate:
    day = day_of(row.values["date"])
    word = row.values["temperature_ok"]
    temperature = mapping.temperatures.get(word_of(word))
    if temperature is None:
        says = phrase("The temperature %(word)s is not in the mapping.", word=repr(word))
        raise RowRefused(Reason.UNKNOWN_WORD, says, day)
    said = _results_by_column(row, mapping, day)
    found = _found(row, mapping, day)
    tested = _tested(row, mapping, panel, day)
    if contradicted := [analyte for analyte in sorted(found or ()) if said.get(analyte) == NEGATIVE]:
        says = phrase(
            "positive_for names %(analyte)s, and its own column says that it is negative.", analyte=contradicted[0]
        )
        raise RowRefused(Reason.SELF_CONTRADICTION, says, day)
    results = dict.fromkeys(tested or (), NEGATIVE) if found is not None else {}
    results |= said | dict.fromkeys(found or (), POSITIVE)
    _add_groups(results, said, mapping.groups, track, day)
    missing = [target for target in track.target if target not in results]
    # A tampered specimen has no result that counts.
    if missing and temperature != OUT_OF_RANGE:
        if empty := _empty_column(row, mapping, missing, said, found):
            raise RowRefused(Reason.EMPTY_RESULT, _is_empty(empty), day)
        raise RowRefused(Reason.NO_RESULT, _no_result(missing, tested, mapping))
    return Candidate(row.line, day, Test(results=results, temperature=temperature))


def _results_by_column(row: Row, mapping: MappingFile, day: date) -> dict[str, str]:
    """Return the results that stand in columns of their own, by analyte."""
    said: dict[str, str] = {}
    for column, text in row.values.items():
        analyte = None if column in _FIXED else mapping.analyte_of_column(column)
        if analyte is None:
            continue
        if text:
            result = mapping.results.get(word_of(text))
            if result is None:
                says = phrase("%(column)s: the result %(word)s is not in the mapping.", column=column, word=repr(text))
                raise RowRefused(Reason.UNKNOWN_WORD, says, day)
        else:
            result = NEGATIVE if mapping.blank_is_negative else NOT_TESTED
        if result != NOT_TESTED and said.setdefault(analyte, result) != result:
            says = phrase("Two columns give different results for %(analyte)s.", analyte=analyte)
            raise RowRefused(Reason.SELF_CONTRADICTION, says, day)
    return said


def _found(row: Row, mapping: MappingFile, day: date) -> frozenset[str] | None:
    """Return the analytes that `positive_for` names, empty if it says that nothing was found. Return None if it is
    empty and the mapping does not say what that means."""
    if "positive_for" not in row.values:
        return None
    words = _words(row.values["positive_for"])
    nothing = [word for word in words if word_of(word) in mapping.nothing_found]
    if nothing and len(words) > 1:
        says = phrase("positive_for says %(word)s, and more.", word=repr(nothing[0]))
        raise RowRefused(Reason.SELF_CONTRADICTION, says, day)
    if nothing:
        return frozenset()
    found = set()
    for word in words:
        analyte = mapping.analytes.get(word_of(word))
        if analyte is None:
            says = phrase("The substance %(word)s is not in the mapping.", word=repr(word))
            raise RowRefused(Reason.UNKNOWN_WORD, says, day)
        found.add(analyte)
    return frozenset(found) if found or mapping.blank_is_negative else None


def _empty_column(
    row: Row, mapping: MappingFile, missing: Sequence[str], said: Mapping[str, str], found: frozenset[str] | None
) -> str | None:
    """Return the name of the empty column that has the missing result, or None if no column would have it."""
    for column, text in row.values.items():
        if not text and column not in _FIXED and mapping.analyte_of_column(column) in missing:
            return column
    return "positive_for" if "positive_for" in row.values and found is None and not said else None


def _tested(row: Row, mapping: MappingFile, panel: frozenset[str] | None, day: date) -> frozenset[str] | None:
    """Return what the test of a row looked for, or None if nothing says it."""
    if words := _words(row.values.get("tested_for", "")):
        try:
            return mapping.analytes_named(words)
        except BadInput as error:
            says = joined(("tested_for:", in_phrases(error)), " ")
            raise RowRefused(Reason.UNKNOWN_WORD, says, day) from None
    return panel


def _add_groups(
    results: dict[str, str], said: Mapping[str, str], groups: Mapping[str, frozenset[str]], track: Track, day: date
) -> None:
    """Add the result of each group that the schedule or the panel names: positive if one of it is, negative if all are."""
    for group, members in groups.items():
        if group not in results and group not in track.analytes:
            continue
        if any(results.get(member) == POSITIVE for member in members):
            if said.get(group) == NEGATIVE:
                says = phrase(
                    "The column of %(group)s says that it is negative, and one of its substances is positive.",
                    group=group,
                )
                raise RowRefused(Reason.SELF_CONTRADICTION, says, day)
            results[group] = POSITIVE
        elif all(results.get(member) == NEGATIVE for member in members):
            results.setdefault(group, NEGATIVE)


def _is_empty(column: str) -> Phrase:
    if column == "positive_for":
        return phrase(
            'positive_for is empty. If the test found nothing, write none. Only a mapping with "blank_means": "negative" '
            "takes an empty result."
        )
    return phrase(
        '%(column)s is empty. Write what it was. Only a mapping with "blank_means": "negative" takes an empty result.',
        column=column,
    )


def _no_result(missing: Sequence[str], tested: frozenset[str] | None, mapping: MappingFile) -> Phrase:
    names = all_of(missing)
    known = {*mapping.analytes.values(), *mapping.groups}
    if unknown := [name for name in missing if name not in known]:
        return phrase(
            "There is no result for %(names)s: the mapping has no word for %(unknown)s.",
            names=names,
            unknown=unknown[0],
        )
    option = f"--tested-for {';'.join(missing)}"
    advice = phrase(
        "Where the test looked for it, say so in a column tested_for, in a column for each substance, with %(option)s, or "
        "in the mapping's panel.",
        option=option,
    )
    return joined((_why_no_result(names, missing, tested, mapping), advice), " ")


def _why_no_result(names: str, missing: Sequence[str], tested: frozenset[str] | None, mapping: MappingFile) -> Phrase:
    if tested is None:
        return phrase("There is no result for %(names)s, and nothing says that the test looked for it.", names=names)
    panel = ", ".join(sorted(tested))
    for name in missing:
        if lacking := sorted(mapping.groups.get(name, frozenset()) - tested):
            return phrase(
                "There is no result for %(names)s: the panel tests %(panel)s, and not %(lacking)s.",
                names=names,
                panel=panel,
                lacking=", ".join(lacking),
            )
    return phrase("There is no result for %(names)s: the panel tests %(panel)s.", names=names, panel=panel)


def _words(text: str) -> list[str]:
    return [word for word in (part.strip() for part in text.split(";")) if word]
