"""The audit trail in words: one sentence for each tag.

Auditors work with client codes. A sentence names staff, prizes, points and days, but never a client's name, a
substance, a result or a schedule (its name often includes the substance). A line of an older version may lack a number
or a name. Its sentence then leaves that part out.

`KINDS` lists the tags. Each function in `clients`, `devices`, `goals` and `program` returns one sentence, from the parts in `words`.
"""

from collections.abc import Mapping
from typing import NamedTuple

from cm_tracker.audit_sentences import accounts, clients, devices, fidelity, funding, goals, kiosk, program, sign_ins
from cm_tracker.audit_sentences.words import Sentence, own, who
from cm_tracker.i18n import number
from cm_tracker.queries.audit.trail import AuditLine


class Kind(NamedTuple):
    """A group of tags for the filter: its name, and the function that returns the sentence of each tag."""

    name: str
    sentences: Mapping[str, Sentence]


# The filter lists the kinds in this order. A test checks that every tag of an operation is here.
KINDS: Mapping[str, Kind] = {
    "visits": Kind(
        "Visits",
        {
            "visit:recorded": clients.visit_recorded,
            "visits:imported": clients.visits_imported,
            "downtime:typed": clients.downtime_typed,
        },
    ),
    "corrections": Kind("Corrections of visits", {"visit:corrected": clients.visit_corrected}),
    "prizes": Kind(
        "Prizes for clients",
        {
            "prize:offered": clients.prize_offered,
            "offer:withdrawn": clients.offer_withdrawn,
            "prize:redeemed": clients.prize_redeemed,
            "prize:handed-over": clients.prize_handed_over,
            "redemption:undone": clients.redemption_undone,
        },
    ),
    "draws": Kind(
        "Draws and trades",
        {
            "draw:committed": clients.draw_committed,
            "draw:drawn": clients.draw_drawn,
            "slips:traded": clients.slips_traded,
        },
    ),
    "adjustments": Kind(
        "Adjustments",
        {"adjustment:requested": program.adjustment_requested, "adjustment:decided": program.adjustment_decided},
    ),
    "clients": Kind(
        "Clients and enrollments",
        {
            "client:opened": clients.client_opened,
            "client:changed": clients.client_changed,
            "merge:requested": program.merge_requested,
            "merge:decided": program.merge_decided,
            "client:pin-set": clients.pin_set,
            "client:enrolled": clients.client_enrolled,
            "client:transferred": clients.client_transferred,
            "client:code-corrected": clients.code_corrected,
            "enrollment:ended": clients.enrollment_ended,
            "enrollment:paused": clients.enrollment_paused,
            "enrollment:resumed": clients.enrollment_resumed,
            "enrollment:moved": clients.enrollment_moved,
            "event:withdrawn": clients.event_withdrawn,
            "card:issued": clients.card_issued,
            "card:replaced": clients.card_replaced,
            "counselor:set": clients.counselor_set,
            "funding:set": funding.chosen,
            "consent:recorded": clients.consent_done("a consent of"),
            "consent:revoked": clients.consent_done("that a consent was taken back by"),
            "agreement:signed": clients.consent_done("the signed agreement of"),
            "disclosure:recorded": clients.disclosure_recorded,
            "plan:set": clients.plan_set,
            "slot:noted": clients.slot_noted,
            "call:noted": clients.call_noted,
        },
    ),
    "goals": Kind(
        "Goals, reviews and slips of meetings",
        {
            "goal:set": goals.done("set a goal", ", due on "),
            "goal:moved": goals.done("moved a goal", " to "),
            "goal:dropped": goals.done("dropped a goal"),
            "goal:reached": goals.reached,
            "step:added": goals.done("added a step to a goal"),
            "step:ticked": goals.done("ticked a step of a goal"),
            "step:unticked": goals.done("took away the tick of a step of a goal"),
            "review:set": goals.review_set,
            "review:finished": goals.done("finished a review", " on "),
            "review:moved": goals.done("moved a review", " to "),
            "review:dropped": goals.done("dropped a review"),
            "review:repeated": goals.done("began to repeat the weekly review"),
            "review:limited": goals.done("ended the repetition of the weekly review"),
            "slip:handed-in": goals.done("took a slip of a community meeting", ", held on "),
            "slip:accepted": goals.done("accepted the slip of a community meeting", ", held on "),
            "slip:declined": goals.done("did not accept the slip of a community meeting", ", held on "),
            "goal:listed": goals.listed("added a goal to"),
            "goal:renamed": goals.listed("renamed a goal of"),
            "goal:retired": goals.listed("took a goal out of"),
        },
    ),
    "kiosk": Kind(
        "Kiosk and PINs",
        {
            "kiosk:opened": clients.kiosk_opened,
            "kiosk:refused": clients.kiosk_refused,
            "language:kept": clients.language_kept,
            "wish:set": kiosk.by_client("chose a prize to save for"),
            "prize:requested": kiosk.by_client("asked for a prize"),
            "request:withdrawn": kiosk.by_client("took back what they had asked for"),
            "request:declined": kiosk.by_staff("declined a prize that", "had asked for at the kiosk"),
            "question:asked": kiosk.by_client("asked staff a question"),
            "question:answered": kiosk.by_staff("answered a question of"),
            "answer:acknowledged": kiosk.by_client("read the answer of staff"),
            "moment:noted": kiosk.by_client("saw a moment to be glad about"),
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
        "Cabinet and catalog",
        {
            "prize:added": program.prize_saved("added"),
            "prize:changed": program.prize_saved("changed"),
            "key:handed-over": accounts.key_given,
            "key:returned": accounts.key_returned,
            "purchase:requested": program.purchase_requested,
            "purchase:decided": program.purchase_decided,
            "stock:delivered": program.stock_delivered,
            "stock:counted": program.stock_counted,
            "count:started": program.count_done("began to count"),
            "count:stopped": program.count_done("stopped the count of"),
            "stock:checked": program.stock_checked,
            "stock:signed": program.stock_signed,
            "count:repeated": program.count_done("ordered another count of"),
        },
    ),
    "money": Kind(
        "Sources of money",
        {"funding:added": funding.added, "funding:changed": funding.changed},
    ),
    "ledger": Kind(
        "Ledger: verified, signed, expired, recalculated",
        {
            "ledger:verified": program.ledger_verified,
            "ledger:released": program.ledger_released,
            "checkpoint:signed": program.checkpoint_signed,
            "points:expired": program.points_expired,
            "enrollment:recalculated": program.enrollment_recalculated,
            "note:erased": program.done("erased the text of a note"),
            "key:added": program.done(
                "made a new key of names and notes, and began to encrypt everything again with it"
            ),
            "key:dropped": program.done("dropped the older key of names and notes"),
            "form:answered": program.form_answered,
            "state:adopted": program.state_adopted,
        },
    ),
    "schedules": Kind(
        "Schedules",
        {
            "draft:saved": program.draft_saved,
            "draft:discarded": program.draft_discarded,
            "draft:submitted": program.draft_sent,
            "draft:withdrawn": program.draft_taken_back,
            "draft:returned": program.draft_sent_back,
            "schedule:published": program.schedule_published,
            "schedule:retired": program.schedule_retired,
            "schedule:reopened": program.schedule_reopened,
            "schedule:renamed": program.schedule_renamed,
            "schedule:offered": program.schedule_offered,
            "schedule:withdrawn": program.schedule_withdrawn,
            "statement:signed": program.statement_made,
            "statement:revoked": program.statement_revoked,
            "statement:ended": program.statement_ended,
            "program:point-value-set": program.point_value_set,
            "program:currency-set": program.currency_set,
        },
    ),
    "sites": Kind(
        "Sites and their rules",
        {
            "site:added": program.site_added,
            "settings:changed": program.settings_changed,
            "site:picture-chosen": program.picture_done("chose a picture for"),
            "site:picture-removed": program.picture_done("removed the picture of"),
            "panel:added": program.panel_done("added"),
            "panel:retired": program.panel_done("retired"),
            "panel:reopened": program.panel_done("brought back"),
            "lot:added": program.lot_added,
            "service:added": program.week_done("added a service"),
            "service:changed": program.week_done("changed a service"),
            "service:retired": program.week_done("retired a service"),
            "service:coded": program.week_done("set the billing codes of a service"),
            "day:closed": program.day_done("closed"),
            "day:reopened": program.day_done("opened again"),
            "downtime:signed": program.downtime_signed,
            "closure:added": program.week_done("entered closed days"),
            "closure:excused": program.day_done("recorded the excused visits of"),
            "closure:withdrawn": program.week_done("took closed days out of the calendar"),
            "away:added": program.week_done("entered that a member of staff is away"),
            "away:withdrawn": program.week_done("took an absence of staff out of the calendar"),
            "expiry:set": program.rule_set(
                "let unspent points expire after {}", "turned off the expiry of points", "week"
            ),
            "trading:set": program.rule_set("allowed trading up within {}", "turned off trading up", "day"),
        },
    ),
    "accounts": Kind(
        "Accounts of staff",
        {
            "duty:combined": accounts.duty_combined,
            "staff:added": accounts.account_added,
            "staff:changed": accounts.account_changed,
            "staff:password-changed": sign_ins.password_changed,
            "staff:language-set": own("chose the language of their pages"),
            "staff:code-issued": sign_ins.code_issued,
            "staff:code-used": sign_ins.code_used,
            "staff:app-added": own("set up an authenticator app"),
            "staff:app-removed": own("removed their authenticator app"),
            "staff:passkey-added": own("added a passkey"),
            "staff:passkey-renamed": own("renamed a passkey"),
            "staff:passkey-removed": own("removed a passkey"),
            "staff:recovery-codes-renewed": own("made new recovery codes"),
            "staff:factor-removed": accounts.factor_taken_away,
        },
    ),
    "fidelity": Kind(
        "Training, checklists and rated sessions",
        {
            "training:recorded": fidelity.training_recorded,
            "training:withdrawn": fidelity.training_withdrawn,
            "readiness:marked": fidelity.readiness_marked,
            "session:rated": fidelity.session_rated,
        },
    ),
    "sign-ins": Kind(
        "Signing in and out",
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
            "staff:proof-refused": own("could not prove to be the one who is signed in"),
            "staff:recovery-code-used": own("used a recovery code"),
        },
    ),
    "downloads": Kind("Downloads", {"list:downloaded": program.list_downloaded}),
    "imports": Kind(
        "Imports of files",
        {
            "import:added": program.import_done("uploaded a file to import", " into"),
            "import:set": program.import_done("chose how a file is read that goes", " into"),
            "import:started": program.import_done("began to import a file", " into"),
            "import:stopped": program.import_done("stopped the import of a file", " into"),
            "import:ended": program.import_ended,
            "import:removed": program.import_done("removed an uploaded file", " of"),
        },
    ),
    "reports": Kind(
        "Saved reports",
        {
            "report:saved": program.report_done("saved"),
            "report:changed": program.report_done("changed the saved form of"),
            "report:removed": program.report_done("removed the saved form of"),
        },
    ),
    "viewings": Kind(
        "Names that were opened, and looks that are missing",
        {"identity:opened": program.identity_opened, "view:dropped": program.views_dropped},
    ),
}
_SENTENCES = {tag: say for kind in KINDS.values() for tag, say in kind.sentences.items()}
_KIND_NAMES = {tag: kind.name for kind in KINDS.values() for tag in kind.sentences}
# In these lines the account is that of the person who acts, so the sentence already names it.
_ABOUT_ONESELF = (
    "staff:signed-in",
    "staff:signed-out",
    "staff:password-changed",
    "staff:language-set",
    "staff:password-refused",
    "staff:code-used",
    "staff:signed-out-elsewhere",
    "staff:proof-refused",
    "staff:recovery-code-used",
    "staff:app-added",
    "staff:app-removed",
    "staff:passkey-added",
    "staff:passkey-renamed",
    "staff:passkey-removed",
    "staff:recovery-codes-renewed",
)
# What people call a kind of record, if it is not the name of the table. An empty name shows no record:
# a client is shown by code, and the sentence names a list.
_NOUNS = {
    "adjustment_request": "adjustment",
    "client": "",
    "identity_opening": "",
    "commitment": "prepared draw",
    "count_round": "",
    "kit_lot": "kit lot",
    "lead_statement": "statement",
    "ledger_check": "verification",
    "form": "",
    "funding_source": "",
    "listed_goal": "goal of the list",
    "meeting_slip": "slip",
    "merge_request": "merge",
    "list": "",
    "note": "",
    "redemption": "receipt",
    "schedule_version": "schedule version",
    "staff": "account",
    "stock_count": "count",
}


def sentence(line: AuditLine) -> str:
    """Return what happened as a sentence. A tag without a sentence is shown by the words of the tag itself."""
    say = _SENTENCES.get(line.tag)
    return say(line) if say else f"{who(line)}: {line.tag.replace(':', ' ').replace('-', ' ')}."


def kind_name(tag: str) -> str:
    """Return the name of a tag's kind."""
    return _KIND_NAMES.get(tag, "Other")


def record_name(line: AuditLine) -> str:
    """Return the name of the record that a line is about, such as `visit no. 17`. It may be empty."""
    if line.tag in _ABOUT_ONESELF:
        return ""
    if line.redemption_id is not None:
        return f"receipt no. {number(line.redemption_id)}"
    noun = _NOUNS.get(line.kind, line.kind.replace("_", " "))
    return f"{noun} no. {number(line.number)}" if noun and line.number is not None else ""
