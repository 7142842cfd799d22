"""The picture that the kiosk of a site shows while nobody uses it, among the pictures of the prizes."""

from alembic import op

from cm_tracker.migrations.sealing import grant, run

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

BYTES = {"sqlite": "BLOB", "postgresql": "BYTEA"}


def upgrade() -> None:
    # Both databases know this form; a table that others refer to is not made anew for it.
    dialect = op.get_bind().dialect.name
    run(
        f"ALTER TABLE site ADD COLUMN picture {BYTES[dialect]} "
        "CONSTRAINT fk_site_picture REFERENCES prize_picture (digest)"
    )
    grant("UPDATE (picture)", "site", has_id=False)


def downgrade() -> None:
    """Back to the program's own picture: refused where a lead has chosen one."""
    if op.get_bind().exec_driver_sql("SELECT 1 FROM site WHERE picture IS NOT NULL LIMIT 1").first():
        raise RuntimeError("A site has a picture of its own, which 0038 has no place for. Restore a backup instead.")
    run("ALTER TABLE site DROP COLUMN picture")
