"""The schedule documents that come with the program."""

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _texts() -> dict[str, str]:
    folder = files("cm_tracker") / "presets"
    return {
        entry.name.removesuffix(".json"): entry.read_text(encoding="utf-8")
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
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
