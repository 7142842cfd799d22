"""The schedule documents that come with the program, and what is said about each of them.

The words lie beside the documents and not in them: a published version is its document, and these words may be mended.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from cm_tracker.domain.schedules.facts import Facts, facts_of
from cm_tracker.domain.schedules.schedule import parse


@dataclass(frozen=True, slots=True)
class PresetCard:
    """A preset with its facts: its key, its name, its source, and what is said about it in a paragraph.

    `changed` says what differs from the publication; None where nothing does.
    """

    key: str
    name: str
    source: str
    says: str
    changed: str | None
    facts: Facts


def _folder() -> Traversable:
    return files("cm_tracker") / "presets"


@cache
def _texts() -> dict[str, str]:
    return {
        entry.name.removesuffix(".json"): entry.read_text(encoding="utf-8")
        for entry in sorted(_folder().iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".json")
    }


def preset_names() -> tuple[str, ...]:
    """Return the names of the presets in alphabetical order."""
    return tuple(_texts())


def preset(name: str) -> Any | None:
    """Return a copy of a preset's document, or None where there is no preset of that name."""
    text = _texts().get(name)
    return None if text is None else json.loads(text)


def presets() -> dict[str, Any]:
    """Return a copy of every preset's document by name."""
    return {name: json.loads(text) for name, text in _texts().items()}


def preset_called(name: object) -> str | None:
    """Return the preset whose document has a name, or None."""
    return next((key for key, document in presets().items() if document["name"] == name), None)


@cache
def preset_cards() -> dict[str, PresetCard]:
    """Return every preset with its facts, by name. They are worked out once: the documents never change."""
    return {name: _card(name, document) for name, document in presets().items()}


def _card(name: str, document: Any) -> PresetCard:
    about = json.loads((_folder() / "about" / f"{name}.json").read_text(encoding="utf-8"))
    return PresetCard(
        key=name,
        name=document["name"],
        source=document["source"],
        says=about["says"],
        changed=about["changed"],
        facts=facts_of(parse(document), about["tested"]),
    )
