"""A lead changes what holds at a site."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BadInput, ChangedMeanwhile
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.staff.setting_kinds import Value
from cm_tracker.domain.staff.site_settings import SettingChange, change_settings, read_settings
from cm_tracker.models import Site
from cm_tracker.operations.steps.lock_site import lock_site
from cm_tracker.operations.steps.note_audit import keep_states, note_audit
from cm_tracker.operations.steps.save_note import save_note


@one_transaction
def change_site_settings(
    session: Session,
    *,
    site_id: int,
    values: Mapping[str, Value],
    reason: str,
    actor: Actor,
    now: datetime,
    shown: str | None = None,
) -> tuple[SettingChange, ...]:
    """Set `values` of `domain.staff.site_settings`, by name, for a site from today on. Return what is different now.

    Settings that are not named stay. A value that holds already keeps the day since which it holds, and
    where nothing is different, nothing is written. `shown` is the fingerprint of the settings that the page
    showed; other ones by now are `ChangedMeanwhile`. Raises `BadInput` without a reason and for a
    value that may not stand (`field` is its name), `NotFound`, and `NotAllowed`.
    """
    site = lock_site(session, site_id, "site:settings", actor)
    if shown is not None and read_settings(site.settings).fingerprint != shown:
        raise ChangedMeanwhile
    text, changes = change_settings(site.settings, values, day_at(now, site.time_zone))
    if not reason.strip():
        raise BadInput("Say why: the audit trail keeps it.", "reason")
    if changes:
        detail: dict[str, Any] = {change.name: change.after for change in changes}
        detail |= {f"{change.name}_before": change.before for change in changes}
        session.execute(update(Site).where(Site.id == site_id).values(settings=text))
        keep_states(session, f"site:{site_id}")
        note_audit(
            session,
            "settings:changed",
            f"site:{site_id}",
            actor=actor,
            now=now,
            site_id=site_id,
            note_digest=save_note(session, reason),
            **detail,
        )
    return changes
