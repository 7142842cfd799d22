"""The settings of a site, as a typed value."""

from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.site_settings import SiteSettings, read_settings
from cm_tracker.models import Site


@lru_cache(maxsize=500)
def settings_from(text: str) -> SiteSettings:
    """Return what holds at a site by its `Site.settings`, for a query that reads the site's row anyway."""
    return read_settings(text)


def settings_of(session: Session, site_id: int) -> SiteSettings:
    """Return what holds at a site. Scope is the caller's to check."""
    return settings_from(session.execute(select(Site.settings).where(Site.id == site_id)).scalar_one())
