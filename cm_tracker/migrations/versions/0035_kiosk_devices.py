"""Paired tablets: devices and the codes that pair them, whom a tablet knows, approvals of a first PIN, counts by time.

The sessions of the kiosk last a minute and the counts of failed tries ten. Both tables are created again without their
rows: a card that is open closes, and a wait ends.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from cm_tracker.db import UtcDateTime
from cm_tracker.migrations.sealing import ID, grant

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

INSTANT = UtcDateTime(timezone=True)


def _id(name: str, *, may_be_empty: bool = False) -> sa.Column[object]:
    return sa.Column(name, ID, nullable=may_be_empty)


def _at(name: str, *, may_be_empty: bool = False) -> sa.Column[object]:
    return sa.Column(name, INSTANT, nullable=may_be_empty)


def _table(
    name: str,
    *columns: sa.Column[object],
    refers: dict[str, str],
    key: Sequence[str] = ("id",),
    once: str | None = None,
) -> None:
    unique = [sa.UniqueConstraint(once, name=op.f(f"uq_{name}_{once}"))] if once else []
    op.create_table(
        name,
        *columns,
        *(
            sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{name}_{column}"))
            for column, to in refers.items()
        ),
        sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{name}")),
        *unique,
    )


def upgrade() -> None:
    _table(
        "kiosk_device",
        _id("id"),
        _id("site_id"),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        _at("paired_at"),
        _id("paired_by_id", may_be_empty=True),
        _at("last_seen_at"),
        _at("stopped_at", may_be_empty=True),
        _at("revoked_at", may_be_empty=True),
        _id("revoked_by_id", may_be_empty=True),
        refers={"site_id": "site", "paired_by_id": "staff", "revoked_by_id": "staff"},
        once="token_hash",
    )
    op.create_index(op.f("ix_kiosk_device_site_id"), "kiosk_device", ["site_id"])
    grant("SELECT, INSERT, UPDATE (last_seen_at, stopped_at, revoked_at, revoked_by_id)", "kiosk_device")
    _table(
        "kiosk_pairing",
        _id("id"),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        _id("site_id"),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        _id("staff_id", may_be_empty=True),
        _at("ends_at"),
        refers={"site_id": "site", "staff_id": "staff"},
        once="code_hash",
    )
    grant("SELECT, INSERT, DELETE", "kiosk_pairing")
    _table(
        "kiosk_use",
        _id("client_id"),
        _id("device_id"),
        _at("opened_at"),
        refers={"client_id": "client", "device_id": "kiosk_device"},
        key=("client_id", "device_id"),
    )
    grant("SELECT, INSERT, UPDATE (opened_at)", "kiosk_use", has_id=False)
    _table(
        "pin_approval",
        _id("id"),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        _id("client_id"),
        _id("device_id"),
        _id("staff_id"),
        _at("ends_at"),
        refers={"client_id": "client", "device_id": "kiosk_device", "staff_id": "staff"},
        once="token_hash",
    )
    op.create_index(op.f("ix_pin_approval_client_id"), "pin_approval", ["client_id"])
    grant("SELECT, INSERT, DELETE", "pin_approval")
    op.drop_table("kiosk_session")
    _sessions(_id("device_id"), refers={"client_id": "client", "device_id": "kiosk_device"})
    op.create_index(op.f("ix_kiosk_session_device_id"), "kiosk_session", ["device_id"])
    op.drop_table("throttle")
    _throttle(_at("began_at"))


def downgrade() -> None:
    """Back to a kiosk that opens in any browser. Nothing of a client is lost: a tablet is paired anew in a minute."""
    op.drop_table("throttle")
    _throttle()
    op.drop_table("kiosk_session")
    _sessions(refers={"client_id": "client"})
    for table in ("pin_approval", "kiosk_use", "kiosk_pairing", "kiosk_device"):
        op.drop_table(table)


def _sessions(*more: sa.Column[object], refers: dict[str, str]) -> None:
    _table(
        "kiosk_session",
        _id("id"),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        _id("client_id"),
        *more,
        _at("started_at"),
        _at("ends_at"),
        refers=refers,
        once="token_hash",
    )
    op.create_index(op.f("ix_kiosk_session_client_id"), "kiosk_session", ["client_id"])
    grant("SELECT, INSERT, UPDATE, DELETE", "kiosk_session")


def _throttle(*more: sa.Column[object]) -> None:
    op.create_table(
        "throttle",
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        *more,
        _at("last_failed_at"),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_throttle")),
    )
    grant("SELECT, INSERT, UPDATE, DELETE", "throttle", has_id=False)
