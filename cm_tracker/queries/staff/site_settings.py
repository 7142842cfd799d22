"""The settings of a site, as a typed value."""

from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.site_settings import SiteSettings, read_settings
from cm_tracker.models import KioskDevice, Site


@lru_cache(maxsize=500)
def settings_from(text: str) -> SiteSettings:
    """Return the settings of a site from the text in `Site.settings`, for a query that reads this column anyway."""
    return read_settings(text)


def settings_of(session: Session, site_id: int) -> SiteSettings:
    """Return the settings of a site. The caller checks whether the actor may see the site."""
    return settings_from(session.execute(select(Site.settings).where(Site.id == site_id)).scalar_one())


def settings_of_device(session: Session, device_id: int) -> SiteSettings:
    """Return the settings of the site of a tablet of the kiosk."""
    settings = (
        select(Site.settings).join(KioskDevice, KioskDevice.site_id == Site.id).where(KioskDevice.id == device_id)
    )
    return settings_from(session.execute(settings).scalar_one())
