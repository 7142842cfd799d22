"""The settings of a site in one column, so that a new setting needs no migration.

What a lead had set for expiry and for trading up is taken over. Until now the other settings were
constants of the program.
"""

import json
from datetime import date

import sqlalchemy as sa
from alembic import op

from cm_tracker.migrations.sealing import ID, grant, run

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# What version 0014 has no place for, and what it does in all sites alike.
CONSTANTS = {"undo_minutes": 15, "offer_minutes": 10, "confirmation_minutes": 15}

SITE = sa.table(
    "site",
    sa.column("id", ID),
    sa.column("settings", sa.Text()),
    sa.column("expiry_weeks", sa.Integer()),
    sa.column("expiry_since", sa.Date()),
    sa.column("trade_days", sa.Integer()),
)


def upgrade() -> None:
    # Both databases know this form; a table that others refer to is not made anew for it.
    run("ALTER TABLE site ADD COLUMN settings TEXT DEFAULT '{}' NOT NULL")
    bind = op.get_bind()
    for site in bind.execute(sa.select(SITE)).all():
        settings = {}
        if site.expiry_weeks is not None:
            settings["expiry_weeks"] = {"value": site.expiry_weeks, "since": site.expiry_since.isoformat()}
        if site.trade_days is not None:
            settings["trade_days"] = {"value": site.trade_days, "since": None}
        if settings:
            text = json.dumps(settings, sort_keys=True, separators=(",", ":"))
            bind.execute(sa.update(SITE).where(SITE.c.id == site.id).values(settings=text))
    run("ALTER TABLE site DROP COLUMN expiry_since")
    run("ALTER TABLE site DROP COLUMN expiry_weeks")
    run("ALTER TABLE site DROP COLUMN trade_days")
    grant("UPDATE (settings)", "site", has_id=False)


def downgrade() -> None:
    """Back to constants: refused where a lead has set something that version 0014 has no place for."""
    bind = op.get_bind()
    stored = {
        site.id: {name: (one["value"], one["since"]) for name, one in json.loads(site.settings).items()}
        for site in bind.execute(sa.select(SITE.c.id, SITE.c.settings)).all()
    }
    for settings in stored.values():
        for name, (value, _) in settings.items():
            if name not in ("expiry_weeks", "trade_days") and CONSTANTS.get(name) != value:
                raise RuntimeError(
                    f"site holds what 0014 has no place for ({name}): going back would lose it. "
                    "Restore a backup instead."
                )
    # As 0008 and 0012 made them.
    run("ALTER TABLE site ADD COLUMN expiry_weeks INTEGER")
    run(
        "ALTER TABLE site ADD COLUMN expiry_since DATE "
        "CONSTRAINT ck_site_expiry_is_whole CHECK ((expiry_weeks IS NULL) = (expiry_since IS NULL))"
    )
    run(
        "ALTER TABLE site ADD COLUMN trade_days INTEGER CONSTRAINT ck_site_trade_days_are_positive CHECK (trade_days >= 1)"
    )
    grant("UPDATE (expiry_weeks, expiry_since, trade_days)", "site", has_id=False)
    for site_id, settings in stored.items():
        weeks, since = settings.get("expiry_weeks", (None, None))
        days, _ = settings.get("trade_days", (None, None))
        values = {
            "expiry_weeks": weeks,
            "expiry_since": date.fromisoformat(since) if weeks is not None else None,
            "trade_days": days,
        }
        bind.execute(sa.update(SITE).where(SITE.c.id == site_id).values(**values))
    run("ALTER TABLE site DROP COLUMN settings")
