"""The first tables."""

import sqlalchemy as sa
from alembic import op

from cm_tracker.db import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "idempotency_key",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("operation", sa.String(length=60), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.Integer(), nullable=False),
        sa.Column("made_at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_idempotency_key")),
    )
    op.create_table(
        "log",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("record", sa.String(length=60), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_log")),
        sa.UniqueConstraint("record", name=op.f("uq_log_record")),
    )
    op.create_table(
        "log_head",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_log_head_is_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_head")),
    )
    op.create_table(
        "note",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_note")),
    )
    op.create_table(
        "prize",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_es", sa.String(length=120), nullable=True),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("price_points", sa.Integer(), nullable=False),
        sa.Column("retail_cents", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("price_points >= 1", name=op.f("ck_prize_price_is_positive")),
        sa.CheckConstraint("retail_cents >= 0", name=op.f("ck_prize_retail_is_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prize")),
        sa.UniqueConstraint("name", name=op.f("uq_prize_name")),
    )
    op.create_table(
        "schedule",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule")),
        sa.UniqueConstraint("name", name=op.f("uq_schedule_name")),
    )
    op.create_table(
        "site",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("name", name=op.f("uq_site_name")),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("username", sa.String(length=60), nullable=False),
        sa.Column("display_name", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('staff', 'lead', 'auditor', 'admin')", name=op.f("ck_staff_role_is_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("username", name=op.f("uq_staff_username")),
    )
    op.create_table(
        "throttle",
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_failed_at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_throttle")),
    )
    op.create_table(
        "client",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("preferred_name", sa.String(length=120), nullable=False),
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("pin_hash", sa.String(length=200), nullable=True),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_client_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client")),
        sa.UniqueConstraint("code", name=op.f("uq_client_code")),
    )
    op.create_index(op.f("ix_client_site_id"), "client", ["site_id"], unique=False)
    op.create_table(
        "schedule_draft",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("updated_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_schedule_draft_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_draft")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "schedule_version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("schedule_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("via", sa.String(length=20), nullable=False),
        sa.Column(
            "record",
            sa.String(length=60),
            sa.Computed("'schedule_version:' || CAST(id AS TEXT)", persisted=True),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["record"], ["log.record"], name=op.f("fk_schedule_version_record"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["schedule_id"], ["schedule.id"], name=op.f("fk_schedule_version_schedule_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_schedule_version_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_version")),
        sa.UniqueConstraint("record", name=op.f("uq_schedule_version_record")),
        sa.UniqueConstraint("schedule_id", "number", name=op.f("uq_schedule_version_schedule_id")),
    )
    op.create_index(op.f("ix_schedule_version_schedule_id"), "schedule_version", ["schedule_id"], unique=False)
    op.create_table(
        "staff_session",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("started_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("seen_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_session_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_staff_session_token_hash")),
    )
    op.create_index(op.f("ix_staff_session_staff_id"), "staff_session", ["staff_id"], unique=False)
    op.create_table(
        "staff_site",
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_staff_site_site_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_site_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", "site_id", name=op.f("pk_staff_site")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("unit", sa.String(length=30), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("prize_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("balance", sa.BigInteger(), nullable=True),
        sa.Column("last_entry_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(kind IN ('client', 'held', 'cabinet')) = (balance IS NOT NULL)",
            name=op.f("ck_account_only_guarded_keep_a_balance"),
        ),
        sa.CheckConstraint("balance >= 0", name=op.f("ck_account_balance_is_not_negative")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_account_client_id")),
        sa.ForeignKeyConstraint(["prize_id"], ["prize.id"], name=op.f("fk_account_prize_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_account_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("key", name=op.f("uq_account_key")),
    )
    op.create_index(op.f("ix_account_client_id"), "account", ["client_id"], unique=False)
    op.create_index(op.f("ix_account_prize_id"), "account", ["prize_id"], unique=False)
    op.create_index(op.f("ix_account_site_id"), "account", ["site_id"], unique=False)
    op.create_table(
        "audit_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("tag", sa.String(length=60), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("via", sa.String(length=20), nullable=False),
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("note_digest", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_audit_event_client_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_audit_event_site_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_audit_event_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    op.create_index(op.f("ix_audit_event_at"), "audit_event", ["at"], unique=False)
    op.create_index(op.f("ix_audit_event_client_id"), "audit_event", ["client_id"], unique=False)
    op.create_index(op.f("ix_audit_event_site_id"), "audit_event", ["site_id"], unique=False)
    op.create_index(op.f("ix_audit_event_staff_id"), "audit_event", ["staff_id"], unique=False)
    op.create_index(op.f("ix_audit_event_tag"), "audit_event", ["tag"], unique=False)
    op.create_table(
        "enrollment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("schedule_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("via", sa.String(length=20), nullable=False),
        sa.Column(
            "record",
            sa.String(length=60),
            sa.Computed("'enrollment:' || CAST(id AS TEXT)", persisted=True),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_enrollment_client_id")),
        sa.ForeignKeyConstraint(
            ["record"], ["log.record"], name=op.f("fk_enrollment_record"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["schedule_version_id"], ["schedule_version.id"], name=op.f("fk_enrollment_schedule_version_id")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_enrollment_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrollment")),
        sa.UniqueConstraint("record", name=op.f("uq_enrollment_record")),
    )
    op.create_index(op.f("ix_enrollment_client_id"), "enrollment", ["client_id"], unique=False)
    op.create_index(op.f("ix_enrollment_schedule_version_id"), "enrollment", ["schedule_version_id"], unique=False)
    op.create_table(
        "kiosk_session",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("started_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_kiosk_session_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kiosk_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_kiosk_session_token_hash")),
    )
    op.create_index(op.f("ix_kiosk_session_client_id"), "kiosk_session", ["client_id"], unique=False)
    op.create_table(
        "ledger_transaction",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("undoes_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("note_digest", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("via", sa.String(length=20), nullable=False),
        sa.Column(
            "record",
            sa.String(length=60),
            sa.Computed("'transaction:' || CAST(id AS TEXT)", persisted=True),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_ledger_transaction_client_id")),
        sa.ForeignKeyConstraint(
            ["record"], ["log.record"], name=op.f("fk_ledger_transaction_record"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_ledger_transaction_site_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_ledger_transaction_staff_id")),
        sa.ForeignKeyConstraint(["undoes_id"], ["ledger_transaction.id"], name=op.f("fk_ledger_transaction_undoes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_transaction")),
        sa.UniqueConstraint("record", name=op.f("uq_ledger_transaction_record")),
        sa.UniqueConstraint("undoes_id", name=op.f("uq_ledger_transaction_undoes_id")),
    )
    op.create_index(op.f("ix_ledger_transaction_client_id"), "ledger_transaction", ["client_id"], unique=False)
    op.create_index(op.f("ix_ledger_transaction_recorded_at"), "ledger_transaction", ["recorded_at"], unique=False)
    op.create_index(op.f("ix_ledger_transaction_site_id"), "ledger_transaction", ["site_id"], unique=False)
    op.create_table(
        "redemption",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("prize_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("prize_name", sa.String(length=120), nullable=False),
        sa.Column("price_points", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("transaction_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("via", sa.String(length=20), nullable=False),
        sa.Column(
            "record",
            sa.String(length=60),
            sa.Computed("'redemption:' || CAST(id AS TEXT)", persisted=True),
            nullable=False,
        ),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_redemption_quantity_is_positive")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_redemption_client_id")),
        sa.ForeignKeyConstraint(["prize_id"], ["prize.id"], name=op.f("fk_redemption_prize_id")),
        sa.ForeignKeyConstraint(
            ["record"], ["log.record"], name=op.f("fk_redemption_record"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_redemption_site_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_redemption_staff_id")),
        sa.ForeignKeyConstraint(
            ["transaction_id"], ["ledger_transaction.id"], name=op.f("fk_redemption_transaction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redemption")),
        sa.UniqueConstraint("record", name=op.f("uq_redemption_record")),
        sa.UniqueConstraint("transaction_id", name=op.f("uq_redemption_transaction_id")),
    )
    op.create_index(op.f("ix_redemption_client_id"), "redemption", ["client_id"], unique=False)
    op.create_table(
        "visit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("enrollment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("behavior", sa.String(length=60), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("day_place", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("specimen", sa.String(length=20), nullable=True),
        sa.Column("specimen_id", sa.String(length=40), nullable=True),
        sa.Column("temperature", sa.String(length=20), nullable=True),
        sa.Column("collected_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("read_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("excuse", sa.String(length=40), nullable=True),
        sa.Column("note_digest", sa.LargeBinary(), nullable=True),
        sa.Column("corrects_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("via", sa.String(length=20), nullable=False),
        sa.Column(
            "record", sa.String(length=60), sa.Computed("'visit:' || CAST(id AS TEXT)", persisted=True), nullable=False
        ),
        sa.CheckConstraint(
            "outcome IN ('met', 'positive', 'unexcused', 'refused', 'tampered', 'excused', 'dilute', 'pending', 'disputed')",
            name=op.f("ck_visit_outcome_is_known"),
        ),
        sa.CheckConstraint("day_place BETWEEN 1 AND 3", name=op.f("ck_visit_day_place_is_one_of_three")),
        sa.ForeignKeyConstraint(["corrects_id"], ["visit.id"], name=op.f("fk_visit_corrects_id")),
        sa.ForeignKeyConstraint(["enrollment_id"], ["enrollment.id"], name=op.f("fk_visit_enrollment_id")),
        sa.ForeignKeyConstraint(
            ["record"], ["log.record"], name=op.f("fk_visit_record"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_visit_site_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_visit_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_visit_corrects_id")),
        sa.UniqueConstraint("record", name=op.f("uq_visit_record")),
    )
    op.create_index(op.f("ix_visit_enrollment_id"), "visit", ["enrollment_id"], unique=False)
    op.create_index(op.f("ix_visit_recorded_at"), "visit", ["recorded_at"], unique=False)
    op.create_index(
        "uq_visit_event",
        "visit",
        ["enrollment_id", "behavior", "happened_on", "day_place"],
        unique=True,
        sqlite_where=sa.text("corrects_id IS NULL"),
        postgresql_where=sa.text("corrects_id IS NULL"),
    )
    op.create_index(
        "uq_visit_specimen",
        "visit",
        ["site_id", "specimen_id"],
        unique=True,
        sqlite_where=sa.text("specimen_id IS NOT NULL AND corrects_id IS NULL"),
        postgresql_where=sa.text("specimen_id IS NOT NULL AND corrects_id IS NULL"),
    )
    op.create_table(
        "entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("transaction_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit", sa.String(length=30), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("visit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_entry_amount_is_not_zero")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_entry_account_id")),
        sa.ForeignKeyConstraint(["transaction_id"], ["ledger_transaction.id"], name=op.f("fk_entry_transaction_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_entry_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sa.UniqueConstraint("transaction_id", "position", name=op.f("uq_entry_transaction_id")),
    )
    op.create_index(op.f("ix_entry_account_id"), "entry", ["account_id"], unique=False)
    op.create_index(op.f("ix_entry_visit_id"), "entry", ["visit_id"], unique=False)
    op.create_table(
        "visit_result",
        sa.Column("visit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("analyte", sa.String(length=60), nullable=False),
        sa.Column("result", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "result IN ('negative', 'positive', 'pending')", name=op.f("ck_visit_result_result_is_known")
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_visit_result_visit_id")),
        sa.PrimaryKeyConstraint("visit_id", "analyte", name=op.f("pk_visit_result")),
    )


def downgrade() -> None:
    op.drop_table("visit_result")
    op.drop_index(op.f("ix_entry_visit_id"), table_name="entry")
    op.drop_index(op.f("ix_entry_account_id"), table_name="entry")
    op.drop_table("entry")
    op.drop_index(
        "uq_visit_specimen",
        table_name="visit",
        sqlite_where=sa.text("specimen_id IS NOT NULL AND corrects_id IS NULL"),
        postgresql_where=sa.text("specimen_id IS NOT NULL AND corrects_id IS NULL"),
    )
    op.drop_index(
        "uq_visit_event",
        table_name="visit",
        sqlite_where=sa.text("corrects_id IS NULL"),
        postgresql_where=sa.text("corrects_id IS NULL"),
    )
    op.drop_index(op.f("ix_visit_recorded_at"), table_name="visit")
    op.drop_index(op.f("ix_visit_enrollment_id"), table_name="visit")
    op.drop_table("visit")
    op.drop_index(op.f("ix_redemption_client_id"), table_name="redemption")
    op.drop_table("redemption")
    op.drop_index(op.f("ix_ledger_transaction_site_id"), table_name="ledger_transaction")
    op.drop_index(op.f("ix_ledger_transaction_recorded_at"), table_name="ledger_transaction")
    op.drop_index(op.f("ix_ledger_transaction_client_id"), table_name="ledger_transaction")
    op.drop_table("ledger_transaction")
    op.drop_index(op.f("ix_kiosk_session_client_id"), table_name="kiosk_session")
    op.drop_table("kiosk_session")
    op.drop_index(op.f("ix_enrollment_schedule_version_id"), table_name="enrollment")
    op.drop_index(op.f("ix_enrollment_client_id"), table_name="enrollment")
    op.drop_table("enrollment")
    op.drop_index(op.f("ix_audit_event_tag"), table_name="audit_event")
    op.drop_index(op.f("ix_audit_event_staff_id"), table_name="audit_event")
    op.drop_index(op.f("ix_audit_event_site_id"), table_name="audit_event")
    op.drop_index(op.f("ix_audit_event_client_id"), table_name="audit_event")
    op.drop_index(op.f("ix_audit_event_at"), table_name="audit_event")
    op.drop_table("audit_event")
    op.drop_index(op.f("ix_account_site_id"), table_name="account")
    op.drop_index(op.f("ix_account_prize_id"), table_name="account")
    op.drop_index(op.f("ix_account_client_id"), table_name="account")
    op.drop_table("account")
    op.drop_table("staff_site")
    op.drop_index(op.f("ix_staff_session_staff_id"), table_name="staff_session")
    op.drop_table("staff_session")
    op.drop_index(op.f("ix_schedule_version_schedule_id"), table_name="schedule_version")
    op.drop_table("schedule_version")
    op.drop_table("schedule_draft")
    op.drop_index(op.f("ix_client_site_id"), table_name="client")
    op.drop_table("client")
    op.drop_table("throttle")
    op.drop_table("staff")
    op.drop_table("site")
    op.drop_table("schedule")
    op.drop_table("prize")
    op.drop_table("note")
    op.drop_table("log_head")
    op.drop_table("log")
    op.drop_table("idempotency_key")
