"""Visits: what happened on a day, the evidence, and the outcome that follows from it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, Integer, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from cm_tracker.db import Base, Id
from cm_tracker.models.records import SealedRecord

# The condition of the index of visits whose result is not known yet.
WAITS = "outcome IN ('pending', 'disputed')"


class VisitRow(Base):
    """One record of a visit. Sealed. A correction is a new row, and `corrects_id` names the row that it replaces."""

    __tablename__ = "visit"
    __table_args__ = (
        CheckConstraint(
            "outcome IN ('met', 'positive', 'unexcused', 'refused', 'tampered', 'excused', 'dilute', "
            "'pending', 'disputed')",
            name="outcome_is_known",
        ),
        CheckConstraint("day_place BETWEEN 1 AND 3", name="day_place_is_one_of_three"),
        CheckConstraint("observed IN ('yes', 'no')", name="observed_is_known"),
        CheckConstraint("reading >= 0", name="reading_is_a_number"),
        CheckConstraint(
            "correction IN ('answered', 'excused', 'corrected', 'voided', 'undone', 'reverted', 'again', 'specimen')",
            name="correction_is_known",
        ),
        CheckConstraint("minutes_attended BETWEEN 0 AND 10080", name="minutes_attended_fit_a_week"),
        CheckConstraint("minutes_excused BETWEEN 0 AND 10080", name="minutes_excused_fit_a_week"),
        CheckConstraint("minutes_expected BETWEEN 0 AND 10080", name="minutes_expected_fit_a_week"),
        # Pages of a day and reports read the visits of a site on some days.
        Index("ix_visit_site_day", "site_id", "happened_on"),
        Index("ix_visit_waits", "happened_on", sqlite_where=text(WAITS), postgresql_where=text(WAITS)),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    behavior: Mapped[str] = mapped_column(String(60))
    happened_on: Mapped[date]
    day_place: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(20))
    specimen: Mapped[str | None] = mapped_column(String(20))
    specimen_id: Mapped[str | None] = mapped_column(String(40))
    temperature: Mapped[str | None] = mapped_column(String(20))
    collected_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    excuse: Mapped[str | None] = mapped_column(String(40))
    note_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"), unique=True)
    # Why this record replaces the one that it corrects, see domain.visits.corrections.
    correction: Mapped[str | None] = mapped_column(String(20))
    # Every specimen of the visit in order, where there are several: JSON, see domain.visits.specimens. The columns
    # above are those of the specimen that decides.
    specimens: Mapped[str | None] = mapped_column(Text)
    # The first of several records that were saved together, as one recalculation; NULL for that one itself.
    saved_with_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"))
    # How a specimen was collected and read, see domain.visits.evidence.Collection.
    panel_id: Mapped[int | None] = mapped_column(ForeignKey("panel.id"))
    kit_lot_id: Mapped[int | None] = mapped_column(ForeignKey("kit_lot.id"))
    collected_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    observed: Mapped[str | None] = mapped_column(String(3))
    second_reader_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    # The number that a test of the breath, the skin or a cup shows, in the unit of the track's rule.
    reading: Mapped[int | None] = mapped_column(Integer)
    # The result of a program week on a track of hours, see domain.visits.evidence.Hours.
    minutes_attended: Mapped[int | None]
    minutes_excused: Mapped[int | None]
    minutes_expected: Mapped[int | None]
    recorded_at: Mapped[datetime] = mapped_column(index=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    via: Mapped[str] = mapped_column(String(20))
    record: Mapped[str] = mapped_column(
        String(60),
        Computed("'visit:' || CAST(id AS TEXT)", persisted=True),
        ForeignKey("log.record", deferrable=True, initially="DEFERRED"),
        unique=True,
    )


class CeilingCut(SealedRecord, Base):
    """What a ceiling cuts from a visit, as it stands from this record on. Sealed.

    The schedule's own replay cuts a visit by the enrollment's own visits. `points` is what is cut beyond that because of
    everything else that the client received; `scope` names the ceiling. With 0 points, nothing is cut any more.
    `visit_id` is the visit's first record, and `because` names the record that was settled.
    """

    __tablename__ = "ceiling_cut"

    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    points: Mapped[int]
    scope: Mapped[str] = mapped_column(String(20))
    because: Mapped[str] = mapped_column(String(60))


class VisitClaim(Base):
    """A claim that only one visit may have, and that visit: `event:...` or `specimen:site:id`.

    The database maintains the claims as visits are written. A correction takes over the claims of the
    record that it replaces, and a void deletes them.
    """

    __tablename__ = "visit_claim"

    claim: Mapped[str] = mapped_column(String(160), primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), index=True)


class VisitResult(Base):
    """The result of a test for one analyte: negative, positive, or pending at the laboratory."""

    __tablename__ = "visit_result"
    __table_args__ = (CheckConstraint("result IN ('negative', 'positive', 'pending')", name="result_is_known"),)

    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    analyte: Mapped[str] = mapped_column(String(60), primary_key=True)
    result: Mapped[str] = mapped_column(String(20))


class PanelRow(Base):
    """A panel of a site: the strips of a cup. Its strips never change; a lead retires it and adds another."""

    __tablename__ = "panel"
    __table_args__ = (Index("ix_panel_site_id", "site_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    name: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class PanelStrip(Base):
    """A strip of a panel: its analyte and its cut-off."""

    __tablename__ = "panel_strip"
    __table_args__ = (
        CheckConstraint("cutoff >= 1", name="cutoff_is_positive"),
        CheckConstraint("unit IN ('ng/mL', 'mg/dL')", name="unit_is_known"),
    )

    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), primary_key=True)
    analyte: Mapped[str] = mapped_column(String(60), primary_key=True)
    place: Mapped[int]
    cutoff: Mapped[int]
    unit: Mapped[str] = mapped_column(String(10))


class KitLotRow(Base):
    """A lot of a panel's kit. The newest one whose first day has come is in use; a mistake is entered again."""

    __tablename__ = "kit_lot"
    __table_args__ = (CheckConstraint("used_from <= expires_on", name="days_are_in_order"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), index=True)
    number: Mapped[str] = mapped_column(String(40))
    expires_on: Mapped[date]
    used_from: Mapped[date]
    recorded_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
