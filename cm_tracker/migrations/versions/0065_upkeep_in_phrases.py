"""Keep what came of a task of the upkeep as a phrase, which each reader gets in their language; it was English before."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _change(sa.String(300), sa.Text())


def downgrade() -> None:
    """Back to sentences in English, which are the first thing in each phrase."""
    bind = op.get_bind()
    upkeep = sa.table("upkeep", sa.column("id"), sa.column("says"))
    for row in bind.execute(sa.select(upkeep).where(upkeep.c.says.like("{%"))).all():
        says = json.loads(row.says)["says"]
        bind.execute(sa.update(upkeep).where(upkeep.c.id == row.id).values(says=says[:300]))
    _change(sa.Text(), sa.String(300))


def _change(before: sa.types.TypeEngine[str], after: sa.types.TypeEngine[str]) -> None:
    with op.batch_alter_table("upkeep") as batch:
        batch.alter_column("says", existing_type=before, type_=after, existing_nullable=False)
