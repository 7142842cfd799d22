"""Where two documents differ, field by field. They may have any mistakes, so that `difference` cannot put it in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """A field of a document by its path (`tracks[0].phases[1].base`), and what it holds in each of two documents."""

    path: str
    before: Any
    after: Any


def fields_that_differ(before: Any, after: Any) -> tuple[FieldDifference, ...]:
    """Return the fields in which two documents differ, in the order of the first.

    What is left out is the same as what is empty. A part that only one of the two has, such as a track, is one field.
    """
    return tuple(_differing("", before, after))


def _differing(path: str, before: Any, after: Any) -> Iterator[FieldDifference]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*before, *after)):
            yield from _differing(f"{path}.{key}".lstrip("."), before.get(key), after.get(key))
    elif _has_parts(before) or _has_parts(after):
        old, new = (one if isinstance(one, list) else [] for one in (before, after))
        for place in range(max(len(old), len(new))):
            items = (one[place] if place < len(one) else None for one in (old, new))
            yield from _differing(f"{path}[{place}]", *items)
    elif _or_none(before) != _or_none(after):
        yield FieldDifference(path, before, after)


def _has_parts(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(one, dict) for one in value)


def _or_none(value: Any) -> Any:
    return None if value is False or value in ("", []) else value
