"""The audit trail in words: one sentence for each tag.

Auditors work with client codes. A sentence names staff, prizes, points and days, but never a client's name, a
substance, a result or a schedule (its name often includes the substance). A line of an older version may lack a number
or a name. Its sentence then leaves that part out.

`KINDS` lists the tags. Each function in the modules of this package returns one sentence, from the parts in `words`.
"""

from collections.abc import Mapping
from typing import NamedTuple

from cm_tracker.audit_sentences import (
    accounts,
    cabinet,
    clients,
    devices,
    enrollments,
    fidelity,
    funding,
    goals,
    program,
    rewards,
    schedules,
    sign_ins,
    sites,
    visits,
)
from cm_tracker.audit_sentences.records import record_name
from cm_tracker.audit_sentences.words import Sentence, told, who
from cm_tracker.i18n import gettext, lazy, marked
from cm_tracker.queries.audit.trail import AuditLine

__all__ = ["KINDS", "Kind", "kind_name", "record_name", "sentence"]


class Kind(NamedTuple):
    """A group of tags for the filter: its name, and the function that returns the sentence of each tag."""

    name: str
    sentences: Mapping[str, Sentence]


# The filter lists the kinds in this order. A test checks that every tag of an operation is here.
KINDS: Mapping[str, Kind] = {
    "visits": Kind(
        lazy("Visits"),
        {
            "visit:recorded": visits.visit_recorded,
            "visits:imported": visits.visits_imported,
            "downtime:typed": visits.downtime_typed,
        },
    ),
    "corrections": Kind(lazy("Corrections of visits"), {"visit:corrected": visits.visit_corrected}),
    "prizes": Kind(
        lazy("Prizes for clients"),
        {
            "prize:offered": rewards.prize_offered,
            "offer:withdrawn": rewards.offer_withdrawn,
            "prize:redeemed": rewards.prize_redeemed,
            "prize:handed-over": rewards.prize_handed_over,
            "redemption:undone": rewards.redemption_undone,
        },
    ),
    "draws": Kind(
        lazy("Draws and trades"),
        {
            "draw:committed": rewards.draw_committed,
            "draw:drawn": rewards.draw_drawn,
            "slips:traded": rewards.slips_traded,
        },
    ),
    "adjustments": Kind(
        lazy("Adjustments"),
        {"adjustment:requested": program.adjustment_requested, "adjustment:decided": program.adjustment_decided},
    ),
    "clients": Kind(
        lazy("Clients and enrollments"),
        {
            "client:opened": clients.client_opened,
            "client:changed": clients.client_changed,
            "merge:requested": program.merge_requested,
            "merge:decided": program.merge_decided,
            "client:pin-set": clients.pin_set,
            "client:enrolled": enrollments.client_enrolled,
            "client:transferred": enrollments.client_transferred,
            "client:code-corrected": clients.code_corrected,
            "enrollment:ended": enrollments.enrollment_ended,
            "enrollment:paused": enrollments.enrollment_paused,
            "enrollment:resumed": enrollments.enrollment_resumed,
            "enrollment:moved": enrollments.enrollment_moved,
            "event:withdrawn": enrollments.event_withdrawn,
            "card:issued": clients.card_issued,
            "card:replaced": clients.card_replaced,
            "counselor:set": clients.counselor_set,
            "funding:set": funding.chosen,
            "consent:recorded": clients.consent_recorded,
            "consent:revoked": clients.consent_revoked,
            "agreement:signed": clients.agreement_signed,
            "agreement:withdrawn": clients.agreement_withdrawn,
            "disclosure:recorded": clients.disclosure_recorded,
            "plan:set": clients.plan_set,
            "slot:noted": clients.slot_noted,
            "call:noted": clients.call_noted,
        },
    ),
    "goals": Kind(
        lazy("Goals, reviews and slips of meetings"),
        {
            "goal:set": goals.on_day(
                marked("%(who)s set a goal of %(client)s, due on %(day)s."),
                marked("%(who)s set a goal of %(client)s."),
            ),
            "goal:moved": goals.on_day(
                marked("%(who)s moved a goal of %(client)s to %(day)s."),
                marked("%(who)s moved a goal of %(client)s."),
            ),
            "goal:dropped": told(marked("%(who)s dropped a goal of %(client)s.")),
            "goal:reached": goals.reached,
            "step:added": told(marked("%(who)s added a step to a goal of %(client)s.")),
            "step:ticked": told(marked("%(who)s ticked a step of a goal of %(client)s.")),
            "step:unticked": told(marked("%(who)s took away the tick of a step of a goal of %(client)s.")),
            "review:set": goals.review_set,
            "review:finished": goals.on_day(
                marked("%(who)s finished a review of %(client)s on %(day)s."),
                marked("%(who)s finished a review of %(client)s."),
            ),
            "review:moved": goals.on_day(
                marked("%(who)s moved a review of %(client)s to %(day)s."),
                marked("%(who)s moved a review of %(client)s."),
            ),
            "review:dropped": told(marked("%(who)s dropped a review of %(client)s.")),
            "review:repeated": told(marked("%(who)s began to repeat the weekly review of %(client)s.")),
            "review:limited": told(marked("%(who)s ended the repetition of the weekly review of %(client)s.")),
            "slip:handed-in": goals.on_day(
                marked("%(who)s took a slip of a community meeting of %(client)s, held on %(day)s."),
                marked("%(who)s took a slip of a community meeting of %(client)s."),
            ),
            "slip:accepted": goals.on_day(
                marked("%(who)s accepted the slip of a community meeting of %(client)s, held on %(day)s."),
                marked("%(who)s accepted the slip of a community meeting of %(client)s."),
            ),
            "slip:declined": goals.on_day(
                marked("%(who)s did not accept the slip of a community meeting of %(client)s, held on %(day)s."),
                marked("%(who)s did not accept the slip of a community meeting of %(client)s."),
            ),
            "goal:listed": told(marked("%(who)s added a goal to the list of goals at %(site)s.")),
            "goal:renamed": told(marked("%(who)s renamed a goal of the list of goals at %(site)s.")),
            "goal:retired": told(marked("%(who)s took a goal out of the list of goals at %(site)s.")),
        },
    ),
    "kiosk": Kind(
        lazy("Kiosk and PINs"),
        {
            "kiosk:opened": clients.kiosk_opened,
            "kiosk:refused": clients.kiosk_refused,
            "language:kept": clients.language_kept,
            "wish:set": rewards.prize_wished,
            "prize:requested": rewards.prize_requested,
            "request:withdrawn": rewards.request_withdrawn,
            "request:declined": rewards.request_declined,
            "question:asked": rewards.question_asked,
            "question:answered": rewards.question_answered,
            "answer:acknowledged": rewards.answer_acknowledged,
            "moment:noted": rewards.moment_noted,
            "pin:refused": clients.pin_refused,
            "pin:approved": clients.pin_approved,
            "client:unlocked": clients.unlocked,
            "pairing:started": devices.pairing_started,
            "device:paired": devices.paired,
            "device:revoked": devices.revoked,
            "device:stopped": devices.stopped,
            "device:released": devices.released,
        },
    ),
    "cabinet": Kind(
        lazy("Cabinet and catalog"),
        {
            "prize:added": cabinet.prize_added,
            "prize:changed": cabinet.prize_changed,
            "key:handed-over": accounts.key_given,
            "key:returned": accounts.key_returned,
            "purchase:requested": cabinet.purchase_requested,
            "purchase:decided": cabinet.purchase_decided,
            "purchase:ended": cabinet.purchase_ended,
            "stock:delivered": cabinet.stock_delivered,
            "stock:counted": cabinet.stock_counted,
            "count:started": cabinet.count_started,
            "count:stopped": cabinet.count_stopped,
            "stock:checked": cabinet.stock_checked,
            "stock:signed": cabinet.stock_signed,
            "count:repeated": cabinet.count_repeated,
        },
    ),
    "money": Kind(
        lazy("Sources of money"),
        {"funding:added": funding.added, "funding:changed": funding.changed},
    ),
    "ledger": Kind(
        lazy("Ledger: verified, signed, expired, recalculated"),
        {
            "ledger:verified": program.ledger_verified,
            "ledger:released": program.ledger_released,
            "checkpoint:signed": program.checkpoint_signed,
            "points:expired": program.points_expired,
            "enrollment:recalculated": program.enrollment_recalculated,
            "note:erased": program.note_erased,
            "key:added": program.key_added,
            "key:dropped": program.key_dropped,
            "form:answered": program.form_answered,
            "state:adopted": program.state_adopted,
        },
    ),
    "schedules": Kind(
        lazy("Schedules"),
        {
            "draft:saved": schedules.draft_saved,
            "draft:discarded": schedules.draft_discarded,
            "draft:submitted": schedules.draft_sent,
            "draft:withdrawn": schedules.draft_taken_back,
            "draft:returned": schedules.draft_sent_back,
            "schedule:published": schedules.schedule_published,
            "schedule:retired": schedules.schedule_retired,
            "schedule:reopened": schedules.schedule_reopened,
            "schedule:renamed": schedules.schedule_renamed,
            "schedule:offered": schedules.schedule_offered,
            "schedule:withdrawn": schedules.schedule_withdrawn,
            "statement:signed": schedules.statement_made,
            "statement:revoked": schedules.statement_revoked,
            "statement:ended": schedules.statement_ended,
            "program:point-value-set": schedules.point_value_set,
            "program:currency-set": schedules.currency_set,
        },
    ),
    "sites": Kind(
        lazy("Sites and their rules"),
        {
            "site:added": sites.site_added,
            "settings:changed": sites.settings_changed,
            "site:picture-chosen": sites.picture_chosen,
            "site:picture-removed": sites.picture_removed,
            "panel:added": sites.panel_added,
            "panel:retired": sites.panel_retired,
            "panel:reopened": sites.panel_reopened,
            "lot:added": sites.lot_added,
            "service:added": sites.week_done(marked("%(who)s added a service at %(site)s.")),
            "service:changed": sites.week_done(marked("%(who)s changed a service at %(site)s.")),
            "service:retired": sites.week_done(marked("%(who)s retired a service at %(site)s.")),
            "service:coded": sites.week_done(marked("%(who)s set the billing codes of a service at %(site)s.")),
            "day:closed": sites.day_done(marked("%(who)s closed %(day)s at %(site)s.")),
            "day:reopened": sites.day_done(marked("%(who)s opened again %(day)s at %(site)s.")),
            "downtime:signed": sites.downtime_signed,
            "closure:added": sites.week_done(marked("%(who)s entered closed days at %(site)s.")),
            "closure:excused": sites.day_done(marked("%(who)s recorded the excused visits of %(day)s at %(site)s.")),
            "closure:withdrawn": sites.week_done(marked("%(who)s took closed days out of the calendar at %(site)s.")),
            "away:added": sites.week_done(marked("%(who)s entered that a member of staff is away at %(site)s.")),
            "away:withdrawn": sites.week_done(
                marked("%(who)s took an absence of staff out of the calendar at %(site)s.")
            ),
            "expiry:set": sites.expiry_set,
            "trading:set": sites.trading_set,
        },
    ),
    "accounts": Kind(
        lazy("Accounts of staff"),
        {
            "duty:combined": accounts.duty_combined,
            "staff:added": accounts.account_added,
            "staff:changed": accounts.account_changed,
            "staff:password-changed": sign_ins.password_changed,
            "staff:language-set": told(marked("%(who)s chose the language of their pages.")),
            "staff:code-issued": sign_ins.code_issued,
            "staff:code-used": sign_ins.code_used,
            "staff:app-added": told(marked("%(who)s set up an authenticator app.")),
            "staff:app-removed": told(marked("%(who)s removed their authenticator app.")),
            "staff:passkey-added": told(marked("%(who)s added a passkey.")),
            "staff:passkey-renamed": told(marked("%(who)s renamed a passkey.")),
            "staff:passkey-removed": told(marked("%(who)s removed a passkey.")),
            "staff:recovery-codes-renewed": told(marked("%(who)s made new recovery codes.")),
            "staff:factor-removed": accounts.factor_taken_away,
        },
    ),
    "fidelity": Kind(
        lazy("Training, checklists and rated sessions"),
        {
            "training:recorded": fidelity.training_recorded,
            "training:withdrawn": fidelity.training_withdrawn,
            "readiness:marked": fidelity.readiness_marked,
            "session:rated": fidelity.session_rated,
        },
    ),
    "sign-ins": Kind(
        lazy("Signing in and out"),
        {
            "staff:signed-in": sign_ins.signed_in,
            "staff:signed-out": sign_ins.signed_out,
            "staff:sign-in-refused": sign_ins.sign_in_refused,
            "staff:password-refused": sign_ins.password_refused,
            "staff:code-refused": sign_ins.code_refused,
            "session:ended": sign_ins.session_ended,
            "staff:sessions-ended": sign_ins.sessions_ended,
            "staff:wait-ended": sign_ins.wait_ended,
            "source:stopped": sign_ins.source_stopped,
            "source:wait-ended": sign_ins.source_wait_ended,
            "staff:proof-refused": told(marked("%(who)s could not prove to be the one who is signed in.")),
            "staff:recovery-code-used": told(marked("%(who)s used a recovery code.")),
        },
    ),
    "downloads": Kind(lazy("Downloads"), {"list:downloaded": program.list_downloaded}),
    "imports": Kind(
        lazy("Imports of files"),
        {
            "import:added": told(marked("%(who)s uploaded a file to import into %(site)s.")),
            "import:set": told(marked("%(who)s chose how a file is read that goes into %(site)s.")),
            "import:started": told(marked("%(who)s began to import a file into %(site)s.")),
            "import:stopped": told(marked("%(who)s stopped the import of a file into %(site)s.")),
            "import:ended": program.import_ended,
            "import:removed": told(marked("%(who)s removed an uploaded file of %(site)s.")),
        },
    ),
    "reports": Kind(
        lazy("Saved reports"),
        {
            "report:saved": program.report_done(marked("%(who)s saved the report %(report)s.")),
            "report:changed": program.report_done(marked("%(who)s changed the saved form of the report %(report)s.")),
            "report:removed": program.report_done(marked("%(who)s removed the saved form of the report %(report)s.")),
        },
    ),
    "viewings": Kind(
        lazy("Names that were opened, and looks that are missing"),
        {"identity:opened": clients.identity_opened, "view:dropped": program.views_dropped},
    ),
}
_SENTENCES = {tag: say for kind in KINDS.values() for tag, say in kind.sentences.items()}
_KIND_NAMES = {tag: kind.name for kind in KINDS.values() for tag in kind.sentences}


def sentence(line: AuditLine) -> str:
    """Return what happened as a sentence. A tag without a sentence is shown by the words of the tag itself."""
    say = _SENTENCES.get(line.tag)
    return say(line) if say else f"{who(line)}: {line.tag.replace(':', ' ').replace('-', ' ')}."


def kind_name(tag: str) -> str:
    """Return the name of a tag's kind."""
    return str(_KIND_NAMES.get(tag) or gettext("Other"))
