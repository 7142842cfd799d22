"""Lists without an end are shown in pages: newest first, each page from an id downwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

PAGE = 50


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list; `older` is the mark of the next page, or None at the end."""

    lines: tuple[T, ...]
    older: int | None


def page_of(lines: Sequence[T], ids: Sequence[int], size: int = PAGE) -> Page[T]:
    """The page of up to size + 1 lines that were read: one more than fits tells that there is more."""
    more = len(lines) > size
    return Page(tuple(lines[:size]), ids[size - 1] if more else None)
