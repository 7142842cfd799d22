"""Chance that repeats itself: the same seed gives the same answer on every machine and with every version of Python."""

from random import Random


def chance(of: str, seed: int) -> Random:
    """Return the source of chance of one thing. Nothing secret and no real draw depends on it."""
    return Random(f"{of} {seed}")  # noqa: S311  # it must be possible to repeat
