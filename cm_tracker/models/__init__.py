"""The tables as SQLAlchemy models: typed columns and constraints, no decisions.

`sealed` says how a row of each sealed table becomes the body in the chain. Triggers and deferred keys,
by which the database itself refuses changes, are written by hand in the migrations.
"""

from cm_tracker.models.audit import AuditEvent, AuditHead, IdentityOpening, StateSalt, ViewingRow
from cm_tracker.models.clients import (
    Agreement,
    Client,
    ClientAlias,
    ClientCounselor,
    ClientMerge,
    ClientToken,
    ClientTransfer,
    CodeChange,
    Consent,
    ConsentRevocation,
    Disclosure,
    Enrollment,
    EnrollmentEventRow,
    IdCard,
    MergeRequest,
    SignedAgreement,
)
from cm_tracker.models.day import (
    AwayRow,
    CallRow,
    ClosedDayRow,
    ClosureRow,
    DayClosing,
    DowntimeLine,
    DowntimeVisit,
    DrawnDay,
    MeetingRow,
    PlanItemRow,
    PlanRow,
    ServiceCodes,
    ServiceRow,
    SlotNote,
)
from cm_tracker.models.fidelity import ReadinessMark, SessionRating, TrainingRow, TrainingWithdrawal
from cm_tracker.models.funding import EnrollmentFunding, FundingSource, FundingTerms
from cm_tracker.models.goals import (
    GoalChange,
    GoalRow,
    GoalStep,
    ListedGoalRow,
    MeetingSlip,
    ReviewChange,
    ReviewRow,
    SlipDecision,
)
from cm_tracker.models.idempotency import IdempotencyKey, Throttle
from cm_tracker.models.imports import ImportLayout, ImportRow
from cm_tracker.models.kiosk.devices import KioskDevice, KioskPairing, KioskUse, PinApproval
from cm_tracker.models.kiosk.questions import QuestionRow
from cm_tracker.models.kiosk.sessions import KioskPreference, KioskSession
from cm_tracker.models.kiosk.wishes import MomentShown, PrizeRequest, Wish
from cm_tracker.models.ledger.adjustments import Adjustment, AdjustmentRequest
from cm_tracker.models.ledger.checkpoints import AuditAnchor, CheckpointRow, LedgerCheck
from cm_tracker.models.ledger.ledger import AccountRow, EntryRow, LogHead, LogRow, Note, Transaction
from cm_tracker.models.prizes.catalog import Delivery, GiftCard, Prize, PrizePicture
from cm_tracker.models.prizes.counts import CountCheck, CountRound, CountSignature, StockCount
from cm_tracker.models.prizes.draws import Commitment, Draw, DrawSecret
from cm_tracker.models.prizes.keys import KeyHolding, KeyReturn
from cm_tracker.models.prizes.purchases import PurchaseDecision, PurchaseEnd, PurchaseReceipt, PurchaseRow
from cm_tracker.models.prizes.redemptions import Handover, Offer, Redemption, UsePromise
from cm_tracker.models.prizes.trades import Trade
from cm_tracker.models.reports import SavedReport, SavedReportSite
from cm_tracker.models.schedules import (
    LeadStatement,
    Program,
    ScheduleDraft,
    ScheduleOffer,
    ScheduleRow,
    ScheduleVersion,
)
from cm_tracker.models.staff.second_factor import PasskeyRow, RecoveryCode, SecondFactor
from cm_tracker.models.staff.sites import Site
from cm_tracker.models.staff.staff import Browser, BrowserUse, OneTimeCode, Staff, StaffSession, StaffSite
from cm_tracker.models.upkeep import Upkeep
from cm_tracker.models.visits import CeilingCut, KitLotRow, PanelRow, PanelStrip, VisitClaim, VisitResult, VisitRow

__all__ = [
    "AccountRow",
    "Adjustment",
    "AdjustmentRequest",
    "Agreement",
    "AuditAnchor",
    "AuditEvent",
    "AuditHead",
    "AwayRow",
    "Browser",
    "BrowserUse",
    "CallRow",
    "CeilingCut",
    "CheckpointRow",
    "Client",
    "ClientAlias",
    "ClientCounselor",
    "ClientMerge",
    "ClientToken",
    "ClientTransfer",
    "ClosedDayRow",
    "ClosureRow",
    "CodeChange",
    "Commitment",
    "Consent",
    "ConsentRevocation",
    "CountCheck",
    "CountRound",
    "CountSignature",
    "DayClosing",
    "Delivery",
    "Disclosure",
    "DowntimeLine",
    "DowntimeVisit",
    "Draw",
    "DrawSecret",
    "DrawnDay",
    "Enrollment",
    "EnrollmentEventRow",
    "EnrollmentFunding",
    "EntryRow",
    "FundingSource",
    "FundingTerms",
    "GiftCard",
    "GoalChange",
    "GoalRow",
    "GoalStep",
    "Handover",
    "IdCard",
    "IdempotencyKey",
    "IdentityOpening",
    "ImportLayout",
    "ImportRow",
    "KeyHolding",
    "KeyReturn",
    "KioskDevice",
    "KioskPairing",
    "KioskPreference",
    "KioskSession",
    "KioskUse",
    "KitLotRow",
    "LeadStatement",
    "LedgerCheck",
    "ListedGoalRow",
    "LogHead",
    "LogRow",
    "MeetingRow",
    "MeetingSlip",
    "MergeRequest",
    "MomentShown",
    "Note",
    "Offer",
    "OneTimeCode",
    "PanelRow",
    "PanelStrip",
    "PasskeyRow",
    "PinApproval",
    "PlanItemRow",
    "PlanRow",
    "Prize",
    "PrizePicture",
    "PrizeRequest",
    "Program",
    "PurchaseDecision",
    "PurchaseEnd",
    "PurchaseReceipt",
    "PurchaseRow",
    "QuestionRow",
    "ReadinessMark",
    "RecoveryCode",
    "Redemption",
    "ReviewChange",
    "ReviewRow",
    "SavedReport",
    "SavedReportSite",
    "ScheduleDraft",
    "ScheduleOffer",
    "ScheduleRow",
    "ScheduleVersion",
    "SecondFactor",
    "ServiceCodes",
    "ServiceRow",
    "SessionRating",
    "SignedAgreement",
    "Site",
    "SlipDecision",
    "SlotNote",
    "Staff",
    "StaffSession",
    "StaffSite",
    "StateSalt",
    "StockCount",
    "Throttle",
    "Trade",
    "TrainingRow",
    "TrainingWithdrawal",
    "Transaction",
    "Upkeep",
    "UsePromise",
    "ViewingRow",
    "VisitClaim",
    "VisitResult",
    "VisitRow",
    "Wish",
]
