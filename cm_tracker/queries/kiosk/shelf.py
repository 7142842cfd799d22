"""The prizes that a client can have: those on their site's shelf, without any of which they have had enough."""

from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from cm_tracker.domain.languages import in_language
from cm_tracker.domain.prizes.catalog import PrizeLimit
from cm_tracker.domain.schedules.point_value import points_for
from cm_tracker.models import AccountRow, Prize
from cm_tracker.queries.kiosk.opened import Opened
from cm_tracker.queries.prizes.catalog import MOST, had_of, of_site


@dataclass(frozen=True, slots=True)
class ShelfPrize:
    """A prize on the shelf, with its price in points. `picture` is the digest of its picture in hex."""

    id: int
    name: str
    name_es: str | None
    category: str
    price_points: int
    picture: str | None

    def name_in(self, language: str) -> str:
        """Return the name in a language, or in English where it has none."""
        return in_language(language, self.name, es=self.name_es)


def shelf_of(session: Session, opened: Opened) -> tuple[ShelfPrize, ...]:
    """Return the prizes that the client can have now or later, the cheapest first; at most 500."""
    rows = session.execute(
        select(
            Prize.id, Prize.name, Prize.name_es, Prize.category, Prize.price_cents, Prize.picture, Prize.limit_count,
            Prize.limit_days,
        )
        .where(
            Prize.is_active.is_(True),
            of_site(opened.site_id),
            exists().where(
                AccountRow.kind == "cabinet",
                AccountRow.prize_id == Prize.id,
                AccountRow.site_id == opened.site_id,
                AccountRow.balance > 0,
            ),
        )
        .order_by(Prize.price_cents, Prize.name)
        .limit(MOST)
    ).all()  # fmt: skip
    limits = {row.id: PrizeLimit(row.limit_count, row.limit_days) for row in rows if row.limit_count is not None}
    had = had_of(session, opened.client_id, opened.time_zone) if limits else {}
    return tuple(
        ShelfPrize(
            row.id,
            row.name,
            row.name_es,
            row.category,
            points_for(row.price_cents, opened.point_value_cents),
            bytes(row.picture).hex() if row.picture else None,
        )
        for row in rows
        if row.id not in limits or limits[row.id].left(had.get(row.id, []), opened.today)
    )
