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
    """The names of the presets, in the order of the alphabet."""
    return tuple(_texts())


def preset(name: str) -> Any | None:
    """A preset's document, or None when there is none of that name. The caller may change it."""
    text = _texts().get(name)
    return None if text is None else json.loads(text)


def presets() -> dict[str, Any]:
    """Every preset's document by name."""
    return {name: json.loads(text) for name, text in _texts().items()}
