"""How a client sees the kiosk, as columns of a query about their open card."""

from typing import Any

from sqlalchemy import ColumnElement, func
from sqlalchemy.sql.selectable import Select

from cm_tracker.domain.kiosk.looks import USUAL, Look
from cm_tracker.models import Client, KioskPreference, KioskSession


def look_columns() -> tuple[ColumnElement[Any], ...]:
    """Return the columns of a look. The query joins `KioskSession` and its client's main record, and `with_look`."""
    return (
        func.coalesce(KioskSession.language, Client.language).label("language"),
        Client.language.label("kept_language"),
        func.coalesce(KioskPreference.hides_amounts, False).label("hides_amounts"),
        func.coalesce(KioskSession.text_size, KioskPreference.text_size, USUAL).label("text_size"),
        func.coalesce(KioskSession.colors, KioskPreference.colors, USUAL).label("colors"),
    )


def with_look(query: Select[Any]) -> Select[Any]:
    """Return the query joined with what the client keeps, which many clients have not."""
    return query.outerjoin(KioskPreference, KioskPreference.client_id == Client.id)


def look_of(row: Any) -> Look:
    """Return the look in a row that has `look_columns`."""
    return Look(
        language=row.language,
        kept_language=row.kept_language,
        hides_amounts=bool(row.hides_amounts),
        text_size=row.text_size,
        colors=row.colors,
    )
