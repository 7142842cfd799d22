"""From the rows of a laboratory's file to drug tests, and what those tests looked for.

A row names only what was found (`positive_for`). A substance that it does not name is negative only where the test
looked for it, so a file has to say what was tested: row by row in the column `tested_for`, for the whole file in an
option of the command, or in the mapping. The mapping that comes with the program knows the words of many laboratories
and no clinic's panel. With it alone a test is taken to have looked for what the schedule asks, unless the file speaks
against that: a file that names substances, and never one of the schedule's target, comes from another panel.
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
    """What the tests of a file looked for, where a row does not say so itself.

    `stated` are the analytes that somebody stated, or None. `named` are the words of substances that the file finds
    at least once, as it writes them. `is_doubtful` says that they speak against this schedule's panel.
    """

    stated: frozenset[str] | None
    named: tuple[str, ...]
    is_doubtful: bool


def file_panel(
    rows: Iterable[Row], mapping: MappingFile, track: Track, stated: frozenset[str] | None = None
) -> FilePanel:
    """Return what the tests of a whole file looked for; `stated` goes before the mapping's own panel."""
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
    """Return the tests of one client as a laboratory's file tells them."""
    return one_a_day(rows, lambda row: _read_test(row, mapping, track, panel))


def taken_as_tested(mapping: MappingFile, track: Track) -> frozenset[str]:
    """Return what a test is taken to have looked for where nobody stated it and nothing speaks against it."""
    known = {*mapping.analytes.values(), *mapping.groups}
    return frozenset(analyte for analyte in track.analytes if analyte in known)


def _read_test(row: Row, mapping: MappingFile, track: Track, panel: FilePanel) -> Candidate:
    day = day_of(row.values["date"])
    word = row.values["temperature_ok"]
    temperature = mapping.temperatures.get(word_of(word))
    if temperature is None:
        raise RowRefused(Reason.UNKNOWN_WORD, f"The temperature {word!r} is not in the mapping.", day)
    found = set()
    for substance in _words(row.values["positive_for"]):
        analyte = mapping.analytes.get(word_of(substance))
        if analyte is None:
            raise RowRefused(Reason.UNKNOWN_WORD, f"The substance {substance!r} is not in the mapping.", day)
        found.add(analyte)
    try:
        tested = _tested(row, mapping, panel)
    except BadInput as error:
        raise RowRefused(Reason.UNKNOWN_WORD, f"tested_for: {error}", day) from None
    if tested is None and not panel.is_doubtful:
        tested = taken_as_tested(mapping, track)
    results = _results(tested or frozenset(), frozenset(found), mapping.groups, track)
    missing = [target for target in track.target if target not in results]
    if missing:
        raise RowRefused(Reason.NO_RESULT, _no_result(missing, tested, mapping, panel))
    return Candidate(row.line, day, Test(results=results, temperature=temperature))


def _tested(row: Row, mapping: MappingFile, panel: FilePanel) -> frozenset[str] | None:
    """Return what the test of a row looked for, or None where nobody has said so."""
    if words := _words(row.values.get("tested_for", "")):
        return mapping.analytes_named(words)
    if panel.stated is None and "tested_for" in row.values:
        return frozenset()
    return panel.stated


def _results(
    tested: frozenset[str], found: frozenset[str], groups: Mapping[str, frozenset[str]], track: Track
) -> dict[str, str]:
    """Return a result for each analyte that was tested or found, and for each group that the schedule or the panel names."""
    results = dict.fromkeys(tested, NEGATIVE) | dict.fromkeys(found, POSITIVE)
    for group, members in groups.items():
        if group in results or group in track.analytes:
            if members & found:
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
