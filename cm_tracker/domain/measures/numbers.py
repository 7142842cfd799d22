"""Shares, averages and medians of whole numbers, as whole numbers. The half is always rounded up."""

from collections.abc import Iterable, Sequence
from fractions import Fraction


def per_mille(part: int, whole: int) -> int | None:
    """Return a share in thousandths; None of nothing. Percentages are shown with one decimal."""
    return (2000 * part + whole) // (2 * whole) if whole else None


def mean(total: int, count: int) -> int | None:
    """Return a whole average, such as of cents; None of nothing."""
    return rounded(Fraction(total, count)) if count else None


def tenths(value: Fraction | int | None) -> int | None:
    """Return a number in tenths."""
    return None if value is None else rounded(Fraction(value) * 10)


def rounded(value: Fraction) -> int:
    """Return the nearest whole number."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def median(values: Iterable[int | Fraction]) -> Fraction | None:
    """Return the middle one of some values, or the mean of the two middle ones; None of nothing."""
    found: Sequence[int | Fraction] = sorted(values)
    if not found:
        return None
    return Fraction(found[(len(found) - 1) // 2] + found[len(found) // 2]) / 2
