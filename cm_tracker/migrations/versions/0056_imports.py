"""Files that are imported in the browser, and columns that were chosen for them under a name."""

import sqlalchemy as sa
from alembic import op

from cm_tracker.db import UtcDateTime
from cm_tracker.migrations.sealing import ID, grant

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

STATES = "'new', 'checking', 'checked', 'running', 'done', 'stopped', 'failed', 'removed'"


def upgrade() -> None:
    op.create_table(
        "import_file",
        sa.Column("id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("schedule_id", ID, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("busy", sa.Integer(), nullable=True),
        sa.Column("rows_total", sa.Integer(), nullable=False),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.Column("found", sa.LargeBinary(), nullable=True),
        sa.Column("follows_id", ID, nullable=True),
        sa.Column("started_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("beat_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_import_file_state_is_known")),
        sa.CheckConstraint("busy = 1", name=op.f("ck_import_file_busy_is_one")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_import_file_site_id")),
        sa.ForeignKeyConstraint(["schedule_id"], ["schedule.id"], name=op.f("fk_import_file_schedule_id")),
        sa.ForeignKeyConstraint(["follows_id"], ["import_file.id"], name=op.f("fk_import_file_follows_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_import_file_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_file")),
        sa.UniqueConstraint("busy", name=op.f("uq_import_file_busy")),
    )
    op.create_index(op.f("ix_import_file_site_id"), "import_file", ["site_id"])
    op.create_table(
        "import_layout",
        sa.Column("id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_import_layout_site_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_import_layout_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_layout")),
        sa.UniqueConstraint("site_id", "kind", "name", name=op.f("uq_import_layout_site_id")),
    )
    for table in ("import_file", "import_layout"):
        grant("SELECT, INSERT, UPDATE", table)


def downgrade() -> None:
    """Back to imports on the command line. What was imported stays; the files that wait are lost."""
    op.drop_table("import_layout")
    op.drop_index(op.f("ix_import_file_site_id"), "import_file")
    op.drop_table("import_file")
