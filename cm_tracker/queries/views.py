"""Filling a frozen view from a row, by name."""

from typing import Any, TypeVar

View = TypeVar("View")


def view_of(view: type[View], row: Any, **more: Any) -> View:
    """Return a view filled from a row of a query, whose columns are labelled as the view's fields.

    `more` are fields that are not a column, or replace one. Raise `TypeError` for a column without a field and for a
    field without a column: so a column that is added in between cannot land in another field.
    """
    return view(**{**row._mapping, **more})
