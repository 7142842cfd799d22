"""Read drug tests from the rows of a laboratory's file, and work out which analytes each test covered.

A row names only positive results (`positive_for`). A substance that it does not name is negative only if the test
covered it, so something has to say what was tested: the column `tested_for` for each row, an option of the command
for the whole file, or the mapping. The mapping that comes with the program knows the words of many laboratories but
no clinic's panel. With it alone, a test counts as a test for what the schedule asks. There is one exception: a file
that names substances, but never one of the schedule's target, comes from another panel.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.visits.evidence import NEGATIVE, POSITIVE, Test
from cm_tracker.domain.visits.importing import Candidate, Reason, Row, RowRefused, VisitsRead, day_of, one_a_day
from cm_tracker.domain.visits.mappings import MappingFile, word_of


@dataclass(frozen=True, slots=True)
class FilePanel:
    """What the tests of a file covered, for rows that do not say so.

    `stated` are the analytes that an option or the mapping states, or None. `named` are all substances that the file
    reports as positive, in its own words. `is_doubtful` means that none of them belongs to the schedule's target.
    """

    stated: frozenset[str] | None
    named: tuple[str, ...]
    is_doubtful: bool


def file_panel(
    rows: Iterable[Row], mapping: MappingFile, track: Track, stated: frozenset[str] | None = None
) -> FilePanel:
    """Return what the tests of a file covered. `stated` takes precedence over the mapping's panel."""
    words: dict[str, str] = {}
    for row in rows:
        for word in _words(row.values["positive_for"]):
            words.setdefault(word_of(word), word)
    wanted = set(track.target).union(*(mapping.groups.get(target, ()) for target in track.target))
    names_target = any(mapping.analytes.get(word) in wanted for word in words)
    return FilePanel(
        stated=mapping.panel if stated is None else stated,
        named=tuple(words.values()),
        is_doubtful=bool(words) and not names_target,
    )


def read_tests(rows: Sequence[Row], mapping: MappingFile, track: Track, panel: FilePanel) -> VisitsRead:
    """Return the tests of one client from a laboratory's file."""
    return one_a_day(rows, lambda row: _read_test(row, mapping, track, panel))


def taken_as_tested(mapping: MappingFile, track: Track) -> frozenset[str]:
    """Return what a test is assumed to cover if nothing states it and the file is not doubtful."""
    known = {*mapping.analytes.values(), *mapping.groups}
    return frozenset(analyte for analyte in track.analytes if analyte in known)


def _read_test(row: Row, mapping: MappingFile, track: Track, panel: FilePanel) -> Candidate:
    day = day_of(row.values["date"])
    word = row.values["temperature_ok"]
    temperature = mapping.temperatures.get(word_of(word))
    if temperature is None:
        raise RowRefused(Reason.UNKNOWN_WORD, f"The temperature {word!r} is not in the mapping.", day)
    positive = set()
    for substance in _words(row.values["positive_for"]):
        analyte = mapping.analytes.get(word_of(substance))
        if analyte is None:
            raise RowRefused(Reason.UNKNOWN_WORD, f"The substance {substance!r} is not in the mapping.", day)
        positive.add(analyte)
    try:
        tested = _tested(row, mapping, panel)
    except BadInput as error:
        raise RowRefused(Reason.UNKNOWN_WORD, f"tested_for: {error}", day) from None
    if tested is None and not panel.is_doubtful:
        tested = taken_as_tested(mapping, track)
    results = _results(tested or frozenset(), frozenset(positive), mapping.groups, track)
    missing = [target for target in track.target if target not in results]
    if missing:
        raise RowRefused(Reason.NO_RESULT, _no_result(missing, tested, mapping, panel))
    return Candidate(row.line, day, Test(results=results, temperature=temperature))


def _tested(row: Row, mapping: MappingFile, panel: FilePanel) -> frozenset[str] | None:
    """Return what the test of a row covered, or None if nothing states it."""
    if words := _words(row.values.get("tested_for", "")):
        return mapping.analytes_named(words)
    if panel.stated is None and "tested_for" in row.values:
        return frozenset()
    return panel.stated


def _results(
    tested: frozenset[str], positive: frozenset[str], groups: Mapping[str, frozenset[str]], track: Track
) -> dict[str, str]:
    """Return a result for each tested or positive analyte, and for each group that the schedule or the panel names."""
    results = dict.fromkeys(tested, NEGATIVE) | dict.fromkeys(positive, POSITIVE)
    for group, members in groups.items():
        if group in results or group in track.analytes:
            if members & positive:
                results[group] = POSITIVE
            elif members <= tested:
                results.setdefault(group, NEGATIVE)
    return results


def _no_result(missing: Sequence[str], tested: frozenset[str] | None, mapping: MappingFile, panel: FilePanel) -> str:
    says = f"There is no result for {' and '.join(missing)}"
    known = {*mapping.analytes.values(), *mapping.groups}
    if unknown := [name for name in missing if name not in known]:
        return f"{says}: the mapping has no word for {unknown[0]}."
    advice = f"Where the test looked for it, say so in a column tested_for, or with --tested-for {';'.join(missing)}."
    if tested is None:
        return f"{says}: the file names {', '.join(panel.named[:5])} and never {' or '.join(missing)}. {advice}"
    if not tested:
        return f"{says}: tested_for is empty. {advice}"
    for name in missing:
        if lacking := sorted(mapping.groups.get(name, frozenset()) - tested):
            return f"{says}: the panel tests {', '.join(sorted(tested))}, and not {', '.join(lacking)}. {advice}"
    return f"{says}: the panel tests {', '.join(sorted(tested))}. {advice}"


def _words(text: str) -> list[str]:
    return [word for word in (part.strip() for part in text.split(";")) if word]
