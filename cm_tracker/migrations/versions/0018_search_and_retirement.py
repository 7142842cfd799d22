"""What a search compares, stored with each client; and schedules that take no new enrollment.

Until now a search compared code and name as they are written, so "ines" did not find Inés.
"""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

from cm_tracker.db import UtcDateTime
from cm_tracker.migrations.sealing import ID, grant, holds, run

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

CLIENT = sa.table(
    "client",
    sa.column("id", ID),
    sa.column("code", sa.String()),
    sa.column("preferred_name", sa.String()),
    sa.column("search_key", sa.String()),
)
# The rule of this version. A later one that compares differently needs a migration of its own.
PLAIN = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
DROPPED = re.compile(r"[\s\-\u2010-\u2015\u2212'\u2018\u2019\u02bc]")


def plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text).casefold().translate(PLAIN)
    letters = unicodedata.normalize("NFKD", letters)
    return DROPPED.sub("", "".join(letter for letter in letters if not unicodedata.combining(letter)))


def upgrade() -> None:
    # Both databases know this form; a table that others refer to is not made anew for it.
    run("ALTER TABLE client ADD COLUMN search_key VARCHAR(300) DEFAULT '' NOT NULL")
    bind = op.get_bind()
    keys = [
        {"of": row.id, "made": f"{plain(row.code)} {plain(row.preferred_name)}"[:300]}
        for row in bind.execute(sa.select(CLIENT.c.id, CLIENT.c.code, CLIENT.c.preferred_name))
    ]
    if keys:
        change = sa.update(CLIENT).where(CLIENT.c.id == sa.bindparam("of")).values(search_key=sa.bindparam("made"))
        bind.execute(change, keys)
    op.create_index("ix_client_search", "client", ["site_id", "search_key"], unique=False)
    grant("UPDATE (search_key)", "client", has_id=False)
    op.add_column("schedule", sa.Column("retired_at", UtcDateTime(timezone=True), nullable=True))
    grant("UPDATE (retired_at)", "schedule", has_id=False)


def downgrade() -> None:
    """Back to schedules that all take enrollments: refused where one is retired."""
    if holds("schedule WHERE retired_at IS NOT NULL"):
        raise RuntimeError(
            "schedule holds what 0017 has no place for (retired_at): going back would lose it. "
            "Restore a backup instead."
        )
    run("ALTER TABLE schedule DROP COLUMN retired_at")
    op.drop_index("ix_client_search", table_name="client")
    run("ALTER TABLE client DROP COLUMN search_key")
