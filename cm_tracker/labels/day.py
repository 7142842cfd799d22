"""Words of the clinic's week on pages of staff: kinds of services, levels of care, reasons, weekdays."""

from cm_tracker.domain.day.plans import LEVELS, REASONS
from cm_tracker.domain.day.services import KINDS

KIND_NAMES = {
    "group": "Group",
    "individual": "Individual session",
    "family": "Family session",
    "psychoeducation": "Psychoeducation",
    "skills": "Skills group",
    "recovery_support": "Recovery support",
    "medication": "Medication",
    "telehealth": "Telehealth",
    "community_meeting": "Community meeting",
    "recovery_activity": "Recovery activity",
    "test_visit": "Test visit",
}
LEVEL_NAMES = {
    "detox_referral": "Detox referral",
    "residential": "Residential",
    "partial_hospital": "Partial hospital",
    "intensive_outpatient": "Intensive outpatient",
    "outpatient": "Outpatient",
    "aftercare": "Aftercare",
}
REASON_NAMES = {
    "first": "First plan",
    "step_up": "Step up: more care",
    "step_down": "Step down: less care",
    "services": "Other services",
    "times": "Other days or times",
}
WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

KIND_CHOICES = [(kind, KIND_NAMES[kind]) for kind in KINDS]
LEVEL_CHOICES = [(level, LEVEL_NAMES[level]) for level in LEVELS]
REASON_CHOICES = [(reason, REASON_NAMES[reason]) for reason in REASONS]
