"""A client chooses how they see the kiosk."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.kiosk.looks import USUAL
from cm_tracker.models import KioskPreference, KioskSession
from cm_tracker.operations.steps.open_visitor import open_visitor


@one_transaction
def choose_look(
    session: Session,
    *,
    token: str,
    now: datetime,
    hides_amounts: bool | None = None,
    text_size: str | None = None,
    colors: str | None = None,
) -> None:
    """Keep with the client whose card is open whatever is not None: it holds now and whenever they come.

    It takes the place of what was chosen for this session alone. Where no card is open, nothing changes.
    """
    chosen: dict[str, bool | str] = {
        name: value
        for name, value in (("hides_amounts", hides_amounts), ("text_size", text_size), ("colors", colors))
        if value is not None
    }
    visitor = open_visitor(session, token, now)
    if visitor is None or not chosen:
        return
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(
        dialect.insert(KioskPreference)
        .values({"client_id": visitor.client_id, "hides_amounts": False, "text_size": USUAL, "colors": USUAL, **chosen})
        .on_conflict_do_update(index_elements=["client_id"], set_=chosen)
    )
    ends = {name: None for name in ("text_size", "colors") if name in chosen}
    if ends:
        session.execute(update(KioskSession).where(KioskSession.id == visitor.session_id).values(ends))
