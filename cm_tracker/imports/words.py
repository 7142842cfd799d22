"""The mappings that come with the program: what the words of other programs' files mean."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.imports.reading import Reading
from cm_tracker.domain.schedules.json_text import read_json
from cm_tracker.domain.visits.mappings import MappingFile, mapping_from
from cm_tracker.imports.run import Words


@cache
def shipped() -> Mapping[str, str]:
    """Return the texts of the mappings that come with the program, by name."""
    folder = files("cm_tracker") / "presets" / "mappings"
    return {
        Path(entry.name).stem: entry.read_text(encoding="utf-8")
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".json")
    }


def words_of(reading: Reading) -> Words:
    """Return what the words of a file mean. Raise `BadInput` for a text that is no mapping, or an unknown substance."""
    text = reading.own_words or shipped().get(reading.words)
    if text is None:
        raise BadInput("Choose the words from the list.", "words")
    mapping = mapping_from(read_json(text))
    return Words(mapping, stated_in(reading.tested_for, mapping))


def stated_in(tested_for: str, mapping: MappingFile) -> frozenset[str] | None:
    """Return the analytes that every test looked for, or None where that was not said. Raise `BadInput`."""
    words = [word.strip() for word in tested_for.split(";") if word.strip()]
    return mapping.analytes_named(words) if words else None
