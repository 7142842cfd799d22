"""What people call the record that a line of the audit trail is about."""

from cm_tracker.i18n import gettext, lazy, number
from cm_tracker.queries.audit.trail import AuditLine

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
# An empty name shows no record: a client is shown by code, and the sentence names a list.
NOUNS = {
    "adjustment": lazy("adjustment"),
    "adjustment_request": lazy("adjustment"),
    "agreement": lazy("agreement"),
    "approval": lazy("approval"),
    "audit_anchor": lazy("audit anchor"),
    "away": lazy("away"),
    "ceiling_cut": lazy("ceiling cut"),
    "checkpoint": lazy("checkpoint"),
    "client": "",
    "client_merge": lazy("client merge"),
    "client_transfer": lazy("client transfer"),
    "closure": lazy("closure"),
    "code_change": lazy("code change"),
    "commitment": lazy("prepared draw"),
    "consent": lazy("consent"),
    "count_check": lazy("count check"),
    "count_round": "",
    "count_signature": lazy("count signature"),
    "delivery": lazy("delivery"),
    "device": lazy("device"),
    "disclosure": lazy("disclosure"),
    "downtime_line": lazy("downtime line"),
    "draft": lazy("draft"),
    "draw": lazy("draw"),
    "enrollment": lazy("enrollment"),
    "enrollment_event": lazy("enrollment event"),
    "form": "",
    "funding_source": "",
    "gift_card": lazy("gift card"),
    "goal": lazy("goal"),
    "handover": lazy("handover"),
    "identity_opening": "",
    "import": lazy("import"),
    "kit_lot": lazy("kit lot"),
    "lead_statement": lazy("statement"),
    "ledger_check": lazy("verification"),
    "list": "",
    "listed_goal": lazy("goal of the list"),
    "meeting_slip": lazy("meeting slip"),
    "merge_request": lazy("merge"),
    "note": "",
    "offer": lazy("offer"),
    "pairing": lazy("pairing"),
    "panel": lazy("panel"),
    "plan": lazy("plan"),
    "prize": lazy("prize"),
    "program": lazy("program"),
    "purchase": lazy("purchase"),
    "question": lazy("question"),
    "redemption": lazy("receipt"),
    "request": lazy("request"),
    "review": lazy("review"),
    "saved_report": lazy("saved report"),
    "schedule": lazy("schedule"),
    "schedule_version": lazy("schedule version"),
    "service": lazy("service"),
    "signed_agreement": lazy("signed agreement"),
    "site": lazy("site"),
    "staff": lazy("account"),
    "stock_count": lazy("count"),
    "trade": lazy("trade"),
    "transaction": lazy("transaction"),
    "visit": lazy("visit"),
}


def record_name(line: AuditLine) -> str:
    """Return the name of the record that a line is about, such as `visit no. 17`. It may be empty."""
    if line.tag in _ABOUT_ONESELF:
        return ""
    if line.redemption_id is not None:
        return gettext("receipt no. %(number)s", number=number(line.redemption_id))
    noun = NOUNS.get(line.kind, line.kind.replace("_", " "))
    if not noun or line.number is None:
        return ""
    return gettext("%(record)s no. %(number)s", record=noun, number=number(line.number))
