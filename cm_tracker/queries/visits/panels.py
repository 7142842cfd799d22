"""The panels of a site with the lot in use, and the lots that expire soon."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.panels import MOST_STRIPS, WARN_DAYS, KitLot, Panel, Strip
from cm_tracker.models import KitLotRow, PanelRow, PanelStrip, Site
from cm_tracker.queries.staff.sites import at_sites

MOST = 200
"""So many panels a page lists, with the retired ones."""
MOST_WARNED = 50


@dataclass(frozen=True, slots=True)
class PanelLine:
    """A panel in the list of a site's panels."""

    panel: Panel
    is_retired: bool


@dataclass(frozen=True, slots=True)
class PanelPlace:
    """A panel and its site, for the form of a lot."""

    id: int
    name: str
    site_id: int
    site_name: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class LotWarning:
    """A lot in use that expires soon or has expired."""

    site_id: int
    site_name: str
    panel_name: str
    lot: KitLot


def panels_in_use(session: Session, site_id: int, today: date) -> tuple[Panel, ...]:
    """Return the panels of a site that are not retired, each with the lot in use on a day.

    The panel whose lot was taken into use last comes first: it is the one that the site works with.
    """
    lines = _lines(session, site_id, today, PanelRow.retired_at.is_(None))
    newest = date.min
    return tuple(
        sorted(
            (line.panel for line in lines),
            key=lambda panel: (panel.lot.used_from if panel.lot else newest, panel.lot.id if panel.lot else -panel.id),
            reverse=True,
        )
    )


def panel_lines(session: Session, actor: Actor, site_id: int, today: date) -> tuple[PanelLine, ...]:
    """Return all panels of one of the actor's sites: first those in use, by name, then the retired ones."""
    lines = _lines(session, site_id, today, at_sites(PanelRow.site_id, actor))
    return tuple(sorted(lines, key=lambda line: (line.is_retired, line.panel.name.casefold(), line.panel.id)))


def strips_of(session: Session, panel_id: int | None) -> tuple[str, ...]:
    """Return the analytes of a panel's strips in the order of the cup, also of a retired one; none without a panel."""
    if panel_id is None:
        return ()
    rows = session.execute(
        select(PanelStrip.analyte).where(PanelStrip.panel_id == panel_id).order_by(PanelStrip.place).limit(MOST_STRIPS)
    )
    return tuple(rows.scalars())


def panel_place(session: Session, actor: Actor, panel_id: int) -> PanelPlace:
    """Return a panel of the actor's sites. Raise `NotFound`."""
    row = session.execute(
        select(PanelRow.id, PanelRow.name, PanelRow.site_id, Site.name.label("site_name"), Site.time_zone)
        .join(Site, Site.id == PanelRow.site_id)
        .where(PanelRow.id == panel_id, at_sites(PanelRow.site_id, actor))
    ).one_or_none()
    if row is None:
        raise NotFound(what="panel")
    return PanelPlace(row.id, row.name, row.site_id, row.site_name, row.time_zone)


def expiring_lots(session: Session, actor: Actor, today: date) -> tuple[LotWarning, ...]:
    """Return the lots in use at the actor's sites that expire within `WARN_DAYS` days or have expired, oldest first."""
    lots = _lots(today).subquery()
    rows = session.execute(
        select(Site.id.label("site_id"), Site.name.label("site_name"), PanelRow.name.label("panel_name"), lots)
        .join(PanelRow, PanelRow.id == lots.c.panel_id)
        .join(Site, Site.id == PanelRow.site_id)
        .where(
            lots.c.newest == 1,
            lots.c.expires_on <= today + timedelta(days=WARN_DAYS),
            PanelRow.retired_at.is_(None),
            at_sites(PanelRow.site_id, actor),
        )
        .order_by(lots.c.expires_on, lots.c.id)
        .limit(MOST_WARNED)
    )
    return tuple(LotWarning(row.site_id, row.site_name, row.panel_name, _lot(row)) for row in rows)


def _lines(session: Session, site_id: int, today: date, condition: ColumnElement[bool]) -> list[PanelLine]:
    rows = session.execute(
        select(PanelRow.id, PanelRow.name, PanelRow.retired_at, PanelStrip.analyte, PanelStrip.cutoff, PanelStrip.unit)
        .join(PanelStrip, PanelStrip.panel_id == PanelRow.id)
        .where(PanelRow.site_id == site_id, condition)
        .order_by(PanelRow.retired_at.is_not(None), PanelRow.id.desc(), PanelStrip.place)
        .limit(MOST * MOST_STRIPS)
    ).all()
    if not rows:
        return []
    lots = _lots(today).where(PanelRow.site_id == site_id).subquery()
    in_use = {
        row.panel_id: _lot(row)
        for row in session.execute(select(lots).where(lots.c.newest == 1, lots.c.panel_id.in_(_ids(rows))))
    }
    strips: dict[int, list[Strip]] = {}
    for row in rows:
        strips.setdefault(row.id, []).append(Strip(row.analyte, row.cutoff, row.unit))
    return [
        PanelLine(Panel(row.id, row.name, tuple(strips[row.id]), in_use.get(row.id)), row.retired_at is not None)
        for row in {row.id: row for row in rows}.values()
    ]


def _ids(rows: Iterable[Any]) -> set[int]:
    return {row.id for row in rows}


def _lots(today: date) -> Select[Any]:
    """Return the lots that are or were in use by a day; `newest` is 1 for the one of each panel that is in use."""
    newest = func.row_number().over(
        partition_by=KitLotRow.panel_id, order_by=(KitLotRow.used_from.desc(), KitLotRow.id.desc())
    )
    return (
        select(
            KitLotRow.id,
            KitLotRow.panel_id,
            KitLotRow.number,
            KitLotRow.expires_on,
            KitLotRow.used_from,
            newest.label("newest"),
        )
        .join(PanelRow, PanelRow.id == KitLotRow.panel_id)
        .where(KitLotRow.used_from <= today)
    )


def _lot(row: Any) -> KitLot:
    return KitLot(row.id, row.number, row.expires_on, row.used_from)
