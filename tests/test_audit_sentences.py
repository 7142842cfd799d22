"""The audit trail in words. Every expected sentence is written out, for new lines and for old ones without details."""

import re
from datetime import date
from typing import Any

import pytest

from cm_tracker.audit_sentences import KINDS, kind_name, record_name, sentence
from cm_tracker.audit_sentences.records import NOUNS
from cm_tracker.i18n import using_language
from cm_tracker.models.sealed import SEALED
from cm_tracker.queries.audit.trail import AuditLine
from tests import cast


def line(tag: str, detail: dict[str, Any] | None = None, **more: Any) -> AuditLine:
    """Return an audit line by Rosa about a visit of HS-1 at Harbor Street, with the fields in `more` replaced."""
    fields: dict[str, Any] = {
        "id": 1,
        "at": cast.NOW,
        "tag": tag,
        "staff_name": "Rosa",
        "via": "web",
        "site_name": "Harbor Street",
        "client_id": 1,
        "client_code": "HS-1",
        "kind": "visit",
        "number": 17,
        "detail": detail or {},
        "reason": None,
    }
    return AuditLine(**{**fields, **more})


MARCH_4 = {"day": date(2026, 3, 4)}
AT_KIOSK = {"staff_name": None, "via": "kiosk"}
A_COMMAND = {"staff_name": None, "via": "command"}
MUG = {"name": "Travel mug"}


@pytest.mark.parametrize(
    ("audit_line", "expected"),
    [
        (
            line("call:noted", {"outcome": "left_word", "on_day": "2026-03-13"}),
            "Rosa left word for HS-1, who did not come on Mar 13, 2026.",
        ),
        (
            line("closure:excused", {"on_day": "2026-03-11"}),
            "Rosa recorded the excused visits of Mar 11, 2026 at Harbor Street.",
        ),
        (
            line("key:added", kind="key", number=None, **A_COMMAND),
            "A command on the clinic’s machine made a new key of names and notes, and began to encrypt everything again "
            "with it.",
        ),
        (line("import:added", {"file": "roster"}), "Rosa uploaded a file to import into Harbor Street."),
        (line("import:set"), "Rosa chose how a file is read that goes into Harbor Street."),
        (line("import:started"), "Rosa began to import a file into Harbor Street."),
        (line("import:stopped"), "Rosa stopped the import of a file into Harbor Street."),
        (line("import:removed"), "Rosa removed an uploaded file of Harbor Street."),
        (
            line("import:ended", {"added": 1200, "refused": 3}),
            "The import of a file by Rosa into Harbor Street ended: 1,200 rows added, 3 refused.",
        ),
        (line("key:dropped", kind="key", number=None), "Rosa dropped the older key of names and notes."),
        (line("note:erased", {"digest": "ab"}, kind="note", number=None), "Rosa erased the text of a note."),
        (line("form:answered", kind="form", number=None), "Rosa sent a form that changed nothing."),
        (
            line("state:adopted", {"rows": 12}, kind="adjustment_request", number=None, **A_COMMAND),
            "An update began to watch 12 rows of adjustment request.",
        ),
        (
            line("state:adopted", kind="prize", number=None, **A_COMMAND),
            "An update began to watch the rows of prize.",
        ),
        # The kiosk
        (line("wish:set", {"prize": 1}, **AT_KIOSK), "HS-1 chose a prize to save for at the kiosk."),
        (line("prize:requested", {"prize": 1}, **AT_KIOSK), "HS-1 asked for a prize at the kiosk."),
        (line("request:withdrawn", **AT_KIOSK), "HS-1 took back what they had asked for at the kiosk."),
        (line("request:declined"), "Rosa declined a prize that HS-1 had asked for at the kiosk."),
        (line("question:asked", {"topic": "talk"}, **AT_KIOSK), "HS-1 asked staff a question at the kiosk."),
        (line("question:answered", {"topic": "talk"}), "Rosa answered a question of HS-1."),
        (line("answer:acknowledged", **AT_KIOSK), "HS-1 read the answer of staff at the kiosk."),
        (line("moment:noted", **AT_KIOSK), "HS-1 saw a moment to be glad about at the kiosk."),
        # Visits
        (
            line("visit:recorded", {"paid": 10, "unit": "points"}, **MARCH_4),
            "Rosa recorded a visit of HS-1 on Mar 4, 2026: 10 points.",
        ),
        (
            line("visit:recorded", {"paid": 1, "unit": "draws"}, **MARCH_4),
            "Rosa recorded a visit of HS-1 on Mar 4, 2026: 1 draw.",
        ),
        (line("visit:recorded", {"paid": 0, "unit": "points"}), "Rosa recorded a visit of HS-1."),
        (
            line("visits:imported", {"visits": 1200, "points": 85}, staff_name=None, via="import"),
            "An import added 1,200 visits of HS-1: 85 points.",
        ),
        (
            line("visit:corrected", {"how": "voided"}, staff_name="Miriam", **MARCH_4),
            "Miriam voided the visit of HS-1 on Mar 4, 2026.",
        ),
        (
            line("visit:corrected", {"how": "voided", "points_to_client": -10, "points_to_program": 15}, **MARCH_4),
            "Rosa voided the visit of HS-1 on Mar 4, 2026: −10 points for the client; the program bears 15 points.",
        ),
        (
            line("visit:corrected", {"how": "corrected", "draws_to_client": 1, "draws_to_program": -1}),
            "Rosa corrected the visit of HS-1: +1 draw for the client; the program no longer bears 1 draw.",
        ),
        (
            line("visit:corrected", {"how": "answered", "points_to_client": 1000}),
            "Rosa entered the lab result for the visit of HS-1: +1,000 points for the client.",
        ),
        (line("visit:corrected", {"how": "excused"}), "Rosa excused the absence of HS-1."),
        (line("visit:corrected", {"how": "undone"}), "Rosa undid the entry of the visit of HS-1."),
        (line("visit:corrected", {"how": "reverted"}), "Rosa undid the correction of the visit of HS-1."),
        (line("visit:corrected", {"how": "again"}), "Rosa re-entered the visit of HS-1."),
        (
            line("visit:recorded", {"paid": 10, "unit": "points", "what": "hours"}, **MARCH_4),
            "Rosa entered the hours of a week of HS-1, which ended on Mar 4, 2026: 10 points.",
        ),
        (
            line("visit:recorded", {"paid": 0, "unit": "points", "what": "hours"}),
            "Rosa entered the hours of a week of HS-1.",
        ),
        (
            line("visit:corrected", {"how": "corrected", "points_to_client": 5, "what": "hours"}, **MARCH_4),
            "Rosa corrected the hours of a week of HS-1, which ended on Mar 4, 2026: +5 points for the client.",
        ),
        (
            line("visit:corrected", {"how": "voided", "what": "hours"}),
            "Rosa voided the hours of a week of HS-1.",
        ),
        # Goals, reviews and slips of meetings
        (line("goal:set", {"on_day": "2026-03-23", "steps": 2}), "Rosa set a goal of HS-1, due on Mar 23, 2026."),
        (line("goal:moved", {"on_day": "2026-04-01"}), "Rosa moved a goal of HS-1 to Apr 1, 2026."),
        (line("goal:dropped"), "Rosa dropped a goal of HS-1."),
        (
            line("goal:reached", {"on_day": "2026-03-16", "is_paid": True}),
            "Rosa recorded that a goal of HS-1 was met on Mar 16, 2026.",
        ),
        (
            line("goal:reached", {"on_day": "2026-03-16", "is_paid": False}),
            "Rosa recorded that a goal of HS-1 was met on Mar 16, 2026, without pay.",
        ),
        (line("step:added"), "Rosa added a step to a goal of HS-1."),
        (line("step:ticked"), "Rosa ticked a step of a goal of HS-1."),
        (line("step:unticked"), "Rosa took away the tick of a step of a goal of HS-1."),
        (
            line("review:set", {"on_day": "2026-03-16", "kind": "check_in"}),
            "Rosa set a check-in of HS-1, due on Mar 16, 2026.",
        ),
        (line("review:finished", {"on_day": "2026-03-16"}), "Rosa finished a review of HS-1 on Mar 16, 2026."),
        (line("review:moved", {"on_day": "2026-03-20"}), "Rosa moved a review of HS-1 to Mar 20, 2026."),
        (line("review:dropped"), "Rosa dropped a review of HS-1."),
        (line("review:repeated"), "Rosa began to repeat the weekly review of HS-1."),
        (line("review:limited"), "Rosa ended the repetition of the weekly review of HS-1."),
        (
            line("slip:handed-in", {"on_day": "2026-03-13"}),
            "Rosa took a slip of a community meeting of HS-1, held on Mar 13, 2026.",
        ),
        (
            line("slip:accepted", {"on_day": "2026-03-13"}),
            "Rosa accepted the slip of a community meeting of HS-1, held on Mar 13, 2026.",
        ),
        (
            line("slip:declined", {"on_day": "2026-03-13"}),
            "Rosa did not accept the slip of a community meeting of HS-1, held on Mar 13, 2026.",
        ),
        (line("goal:listed", staff_name="Miriam"), "Miriam added a goal to the list of goals at Harbor Street."),
        (line("goal:renamed", staff_name="Miriam"), "Miriam renamed a goal of the list of goals at Harbor Street."),
        (line("goal:retired", staff_name="Miriam"), "Miriam took a goal out of the list of goals at Harbor Street."),
        # Prizes for clients
        (
            line("prize:offered", {"points": 40, "quantity": 2}, **MUG),
            "Rosa offered 2 × Travel mug to HS-1: 40 points.",
        ),
        (line("offer:withdrawn"), "Rosa withdrew an offer to HS-1."),
        (line("offer:withdrawn", **AT_KIOSK), "HS-1 said no to an offer at the kiosk."),
        (
            line("prize:redeemed", {"points": 20, "quantity": 1, "confirmed": "screen"}, **MUG),
            "Rosa redeemed Travel mug for HS-1: 20 points.",
        ),
        (
            line("prize:redeemed", {"points": 20, "quantity": 1, "confirmed": "nobody"}, **MUG),
            "Rosa redeemed Travel mug for HS-1: 20 points, without the client’s PIN.",
        ),
        (
            line("prize:redeemed", {"points": 0, "quantity": 1, "confirmed": "screen"}, **MUG),
            "Rosa redeemed Travel mug for HS-1, for a slip that was drawn.",
        ),
        (
            line("prize:redeemed", {"points": 40, "quantity": 2, "confirmed": "kiosk"}, **AT_KIOSK, **MUG),
            "HS-1 said yes at the kiosk to 2 × Travel mug: 40 points.",
        ),
        (
            line("prize:handed-over", {"confirmed": "nobody"}, **MUG),
            "Rosa handed over to HS-1 what was set aside: Travel mug, without the client’s PIN.",
        ),
        (
            line("redemption:undone", {"points": 20, "is_back": True}, **MUG),
            "Rosa undid the redemption of Travel mug by HS-1: 20 points returned; the prize is back on the shelf.",
        ),
        (
            line("redemption:undone", {"points": 0, "is_back": False}, **MUG),
            "Rosa undid the redemption of Travel mug by HS-1: the slip returned; the prize did not come back.",
        ),
        # Draws and trades
        (line("draw:committed", {"number": 3}), "Rosa prepared draw 3 of HS-1: its secret is sealed."),
        (line("draw:committed", {"number": 3}, **AT_KIOSK), "The kiosk prepared draw 3 of HS-1: its secret is sealed."),
        (
            line("draw:drawn", {"number": 3, "cents": 2000}, **AT_KIOSK),
            "HS-1 made draw 3 at the kiosk: a prize of $20.00.",
        ),
        (line("draw:drawn", {"number": 3, "cents": 0}), "HS-1 made draw 3 on the screen of Rosa: no prize."),
        (
            line("slips:traded", {"handed_back": 2, "cents": 500, "confirmed": "nobody"}),
            "Rosa traded slips of HS-1 for a larger one, without the client’s PIN: 2 prizes came back.",
        ),
        (
            line("slips:traded", {"handed_back": 0, "cents": 500, "confirmed": "screen"}),
            "Rosa traded slips of HS-1 for a larger one.",
        ),
        # Adjustments
        (
            line("adjustment:requested", {"amount": 20, "unit": "points"}),
            "Rosa asked for an adjustment for HS-1: +20 points.",
        ),
        (
            line("adjustment:decided", {"decision": "approved", "amount": -1, "unit": "points"}),
            "Rosa approved the adjustment for HS-1: −1 point.",
        ),
        (
            line("adjustment:decided", {"decision": "declined", "amount": 2, "unit": "draws"}),
            "Rosa declined the adjustment for HS-1: +2 draws.",
        ),
        (
            line("adjustment:decided", {"decision": "withdrawn", "amount": 2, "unit": "points"}),
            "Rosa withdrew the adjustment for HS-1: +2 points.",
        ),
        # Merges
        (line("merge:requested", {"from_code": "HS-2"}), "Rosa asked to merge HS-2 into HS-1."),
        (line("merge:requested"), "Rosa asked to merge another record into HS-1."),
        (
            line("merge:decided", {"decision": "approved", "from_code": "HS-2"}),
            "Rosa approved the merge of HS-2 into HS-1.",
        ),
        (
            line("merge:decided", {"decision": "declined", "from_code": "HS-2"}),
            "Rosa declined the merge of HS-2 into HS-1.",
        ),
        (
            line("merge:decided", {"decision": "withdrawn", "from_code": "HS-2"}),
            "Rosa withdrew the merge of HS-2 into HS-1.",
        ),
        # Consents and disclosures
        (line("consent:recorded", kind="consent"), "Rosa recorded a consent of HS-1."),
        (line("consent:revoked", kind="consent"), "Rosa recorded that a consent was taken back by HS-1."),
        (line("agreement:signed", kind="agreement"), "Rosa recorded the signed agreement of HS-1."),
        (
            line("disclosure:recorded", {"basis": "audit"}, kind="disclosure"),
            "Rosa recorded that something about HS-1 is told outside the clinic: 42 CFR 2.53.",
        ),
        (
            line("disclosure:recorded", kind="disclosure"),
            "Rosa recorded that something about HS-1 is told outside the clinic.",
        ),
        # Viewings
        (line("identity:opened", kind="identity_opening"), "Rosa opened who HS-1 is, for an hour."),
        (
            line("view:dropped", {"n": 1200}, staff_name=None),
            "1,200 looks at records could not be written down: the disk was full, or the database was not there.",
        ),
        (
            line("view:dropped", staff_name=None),
            "Looks at records could not be written down: the disk was full, or the database was not there.",
        ),
        # Clients and the kiosk
        (line("client:opened"), "Rosa added the client HS-1."),
        (line("client:changed", {"language": "es"}), "Rosa changed the name or the language of HS-1."),
        (line("client:pin-set"), "Rosa set a new PIN for HS-1."),
        (line("client:enrolled", {"version": 1}), "Rosa enrolled HS-1 in a schedule."),
        (
            line("client:transferred", {"first_day": "2026-03-16"}, name="Harbor Street to Mill Road"),
            "Rosa transferred HS-1 from Harbor Street to Mill Road: first day there Mar 16, 2026.",
        ),
        (line("client:code-corrected"), "Rosa corrected the code of HS-1."),
        (
            line("enrollment:ended", {"kind": "end", "from_day": "2026-03-02", "reason": "moved_down"}),
            "Rosa ended the enrollment of HS-1: last day Mar 2, 2026, moved to less intensive care.",
        ),
        (
            line("enrollment:ended", {"kind": "end", "from_day": "2026-03-02", "reason": "mistake"}),
            "Rosa ended the enrollment of HS-1: entered by mistake.",
        ),
        (
            line("enrollment:paused", {"kind": "pause", "from_day": "2026-03-02"}),
            "Rosa paused the enrollment of HS-1 from Mar 2, 2026.",
        ),
        (
            line("enrollment:paused", {"kind": "pause", "from_day": "2026-03-02", "to_day": "2026-03-05"}),
            "Rosa paused the enrollment of HS-1 from Mar 2, 2026 to Mar 5, 2026.",
        ),
        (
            line("enrollment:resumed", {"kind": "pause", "from_day": "2026-03-02", "to_day": "2026-03-05"}),
            "Rosa resumed the enrollment of HS-1: paused until Mar 5, 2026.",
        ),
        (
            line("enrollment:moved", {"kind": "move", "from_day": "2026-03-02"}),
            "Rosa moved HS-1 to another version of a schedule from Mar 2, 2026 on.",
        ),
        (line("event:withdrawn", {"kind": "end"}), "Rosa withdrew the end of the enrollment of HS-1."),
        (line("event:withdrawn", {"kind": "pause"}), "Rosa withdrew a pause of the enrollment of HS-1."),
        (line("event:withdrawn", {"kind": "move"}), "Rosa withdrew a move of the enrollment of HS-1."),
        (line("kiosk:opened", **AT_KIOSK), "HS-1 opened their card at the kiosk."),
        (line("language:kept", **AT_KIOSK), "HS-1 chose at the kiosk in which language they read it from now on."),
        (line("kiosk:refused", **AT_KIOSK), "Somebody at the kiosk typed a code or a PIN that is not right."),
        (line("pin:refused"), "A wrong PIN was typed for HS-1 on the screen of Rosa."),
        (line("pin:refused", **AT_KIOSK), "A wrong PIN was typed for HS-1 at the kiosk."),
        (line("client:pin-set", **AT_KIOSK), "HS-1 chose a PIN at the kiosk."),
        (line("pin:approved", via="kiosk"), "Rosa let HS-1 choose a PIN at the kiosk."),
        (line("client:unlocked"), "Rosa let HS-1 try their PIN again at once."),
        (line("pairing:started"), "Rosa made a code to pair a tablet with Harbor Street."),
        (line("device:paired", {"device": 3}, **AT_KIOSK), "Tablet 3 of Harbor Street was paired with its code."),
        (
            line("device:paired", {"device": 3}, staff_name=None, via="demonstration"),
            "The demonstration paired tablet 3 of Harbor Street.",
        ),
        (line("device:revoked", {"device": 3}), "Rosa revoked tablet 3 of Harbor Street."),
        (
            line("device:stopped", {"device": 3}, **AT_KIOSK),
            "Tablet 3 of Harbor Street stopped: too many wrong codes were typed there.",
        ),
        (
            line("device:released", {"device": 3}),
            "Rosa looked into the wrong codes at tablet 3 of Harbor Street, and let it go on.",
        ),
        (line("device:revoked"), "Rosa revoked a tablet of Harbor Street."),
        (line("program:currency-set", {"currency": "GBP"}), "Rosa set the currency of the program: GBP."),
        (line("program:point-value-set", {"point_value_cents": 50}), "Rosa set what a point is worth: $0.50."),
        # Cabinet and catalog
        (
            line("prize:added", {"price_points": 20, "retail_cents": 500}, **MUG),
            "Rosa added the prize Travel mug: 20 points, retail value $5.00.",
        ),
        (
            line("prize:added", {"price_cents": 480, "retail_cents": 500}, **MUG),
            "Rosa added the prize Travel mug: price $4.80, retail value $5.00.",
        ),
        (
            line("prize:changed", {"price_points": 1, "retail_cents": 0}, **MUG),
            "Rosa changed the prize Travel mug: 1 point, retail value $0.00.",
        ),
        (
            line("stock:delivered", {"prize": 1, "quantity": 5}, **MUG),
            "Rosa recorded a delivery at Harbor Street: 5 × Travel mug.",
        ),
        (
            line("stock:counted", {"missing": 2, "surplus": 0}),
            "Rosa counted the cabinet of Harbor Street: 2 missing, 0 extra.",
        ),
        (
            line("stock:counted", {"missing": 0, "surplus": 0}),
            "Rosa counted the cabinet of Harbor Street: everything is there.",
        ),
        (line("stock:counted"), "Rosa counted the cabinet of Harbor Street."),
        (line("count:started"), "Rosa began to count the cabinet of Harbor Street."),
        (line("count:stopped"), "Rosa stopped the count of the cabinet of Harbor Street."),
        (
            line("stock:checked", {"missing": 2, "surplus": 1}),
            "Rosa checked a count of the cabinet of Harbor Street: 2 missing, 1 extra.",
        ),
        (
            line("stock:checked", {"missing": 0, "surplus": 0}),
            "Rosa checked a count of the cabinet of Harbor Street: everything is there.",
        ),
        (line("count:repeated"), "Rosa ordered another count of the cabinet of Harbor Street."),
        (
            line("stock:signed", {"lines": 2, "lost_cents": 1050}),
            "Rosa signed a count of the cabinet of Harbor Street: 2 differences booked; $10.50 lost.",
        ),
        (
            line("stock:signed", {"lines": 1}),
            "Rosa signed a count of the cabinet of Harbor Street: 1 difference booked.",
        ),
        (line("stock:signed", {"lines": 0}), "Rosa signed a count of the cabinet of Harbor Street: no difference."),
        # The ledger
        (
            line("ledger:verified", {"level": 4, "size": 1073, "findings": 0}, **A_COMMAND),
            "A command on the clinic’s machine verified the ledger: levels 1 to 4, 1,073 records, no findings.",
        ),
        (
            line("ledger:verified", {"level": 2, "size": 1, "findings": 2}),
            "Rosa verified the ledger: levels 1 to 2, 1 record, 2 findings.",
        ),
        (line("ledger:released", {"checks": 1}), "Rosa looked at the findings and unlocked recording."),
        (line("checkpoint:signed", {"size": 1073}), "Rosa signed a checkpoint of the ledger: 1,073 records."),
        (
            line("points:expired", {"points": 85, "due_on": "2026-03-02"}, **A_COMMAND),
            "85 points of HS-1 expired, due on Mar 2, 2026.",
        ),
        (
            line("enrollment:recalculated", {"points": 6}, **A_COMMAND),
            "What the new rules owe HS-1 was paid: +6 points for the client.",
        ),
        # Schedules, sites and accounts
        (line("draft:saved"), "Rosa saved a draft of a schedule."),
        (line("draft:discarded"), "Rosa discarded a draft of a schedule."),
        (line("draft:submitted"), "Rosa sent a draft of a schedule to a second lead."),
        (line("draft:withdrawn"), "Rosa took a draft of a schedule back."),
        (line("draft:returned", {"sent_by": 3}, name="Miriam"), "Rosa sent a draft of a schedule back to Miriam."),
        (line("schedule:published", {"number": 2}), "Rosa published version 2 of a schedule."),
        (
            line("schedule:published", {"number": 2, "sent_by": 3, "starts_on": "2026-03-23"}, name="Miriam"),
            "Rosa approved and published version 2 of a schedule that Miriam had sent, to be used from Mar 23, 2026 on.",
        ),
        (
            line("schedule:published", {"number": 1, "alone": True}),
            "Rosa published version 1 of a schedule alone, as the program’s one lead.",
        ),
        (line("statement:signed"), "Rosa stated in writing that the program has one lead, who publishes alone."),
        (line("statement:revoked"), "Rosa revoked the statement that the program has one lead."),
        (
            line("statement:ended", {"reason": "second_lead"}),
            "The statement that the program has one lead ended: a second lead’s account was opened.",
        ),
        (line("schedule:retired"), "Rosa retired a schedule: it takes no new enrollment."),
        (
            line("schedule:renamed"),
            "Rosa gave a schedule another name. Its versions stay as they were approved.",
        ),
        (line("schedule:reopened"), "Rosa brought a retired schedule back."),
        (line("schedule:offered"), "Rosa let a schedule be offered at Harbor Street."),
        (
            line("schedule:withdrawn"),
            "Rosa took a schedule out of what Harbor Street offers at enrolling.",
        ),
        (line("site:added"), "Rosa added the site Harbor Street."),
        (
            line("expiry:set", {"weeks": 26, "weeks_before": None}),
            "Rosa let unspent points expire after 26 weeks at Harbor Street (before: no rule).",
        ),
        (
            line("expiry:set", {"weeks": None, "weeks_before": 1}),
            "Rosa turned off the expiry of points at Harbor Street (before: 1 week).",
        ),
        (
            line(
                "settings:changed",
                {"trade_days": 30, "trade_days_before": None, "undo_minutes": 1, "undo_minutes_before": 15},
            ),
            "Rosa changed the settings of Harbor Street: “Trading five small prizes up” 30 days (before: off); “How long "
            "people may undo their own entry” 1 minute (before: 15 minutes).",
        ),
        (
            line(
                "settings:changed",
                {"moon_phase": "full", "moon_phase_before": None, "undo_minutes": 9999, "undo_minutes_before": True},
            ),
            "Rosa changed the settings of Harbor Street: moon phase full (before: off); “How long people may undo their "
            "own entry” 9,999 (before: yes).",
        ),
        (line("site:picture-chosen", {}), "Rosa chose a picture for the kiosk of Harbor Street."),
        (line("site:picture-removed", {}), "Rosa removed the picture of the kiosk of Harbor Street."),
        (
            line("trading:set", {"days": 30, "days_before": 14}),
            "Rosa allowed trading up within 30 days at Harbor Street (before: 14 days).",
        ),
        (
            line("trading:set", {"days": None, "days_before": 14}),
            "Rosa turned off trading up at Harbor Street (before: 14 days).",
        ),
        (
            line("staff:added", {"role": "auditor", "sites": [1], "active": True}, staff_name="Sam", name="Grace"),
            "Sam added the account of Grace as an auditor.",
        ),
        (
            line(
                "staff:changed",
                {"role": "lead", "active": False, "password_changed": True},
                staff_name="Sam",
                name="Miriam",
            ),
            "Sam changed the account of Miriam: the role is lead, it is closed, it has a new password.",
        ),
        (line("staff:password-changed"), "Rosa chose a new password."),
        (line("staff:language-set", {"language": "es"}), "Rosa chose the language of their pages."),
        (line("staff:app-added"), "Rosa set up an authenticator app."),
        (line("staff:app-removed"), "Rosa removed their authenticator app."),
        (line("staff:passkey-added"), "Rosa added a passkey."),
        (line("staff:passkey-renamed"), "Rosa renamed a passkey."),
        (line("staff:passkey-removed"), "Rosa removed a passkey."),
        (line("staff:recovery-codes-renewed"), "Rosa made new recovery codes."),
        (line("staff:recovery-code-used"), "Rosa used a recovery code."),
        (line("staff:proof-refused"), "Rosa could not prove to be the one who is signed in."),
        (
            line("staff:factor-removed", staff_name="Miriam", name="Leo", number=2),
            "Miriam took away the second factor of the account of Leo, which somebody had lost.",
        ),
        (line("staff:signed-in"), "Rosa signed in."),
        (line("staff:signed-out"), "Rosa signed out."),
        (
            line("staff:sign-in-refused", staff_name=None, name="Leo", number=2),
            "Somebody could not sign in to the account of Leo.",
        ),
        (
            line("staff:sign-in-refused", staff_name=None, number=None),
            "Somebody could not sign in: there is no such user name.",
        ),
        (line("staff:password-refused"), "Rosa typed a wrong current password, so it was not changed."),
        (
            line("staff:wait-ended", staff_name="Miriam", name="Leo", number=2),
            "Miriam ended the wait of the account of Leo after wrong passwords.",
        ),
        (
            line("source:stopped", {"source": "address:203.0.113.7"}, staff_name=None),
            "Nobody new can sign in from network address 203.0.113.7 for a while: too many different accounts failed there.",
        ),
        (
            line("source:wait-ended", {"source": "browser:12"}, staff_name="Miriam"),
            "Miriam ended the wait of browser 12 after wrong passwords.",
        ),
        (line("list:downloaded", {"list": "audit"}), "Rosa downloaded the audit trail as a CSV file."),
        (
            line("list:downloaded", {"list": "ledger", "since": "2026-03-01", "until": "2026-03-31"}),
            "Rosa downloaded the ledger as a CSV file, from Mar 1, 2026, to Mar 31, 2026.",
        ),
        # A tag that has no sentence
        (line("moon:landed-on"), "Rosa: moon landed on."),
    ],
    ids=lambda value: value.tag if isinstance(value, AuditLine) else None,
)
def test_an_audit_line_reads_as_a_sentence(audit_line: AuditLine, expected: str) -> None:
    assert sentence(audit_line) == expected


OLD_SENTENCES = {
    "enrollment:ended": "Somebody ended the enrollment of a client.",
    "enrollment:paused": "Somebody paused the enrollment of a client.",
    "enrollment:resumed": "Somebody resumed the enrollment of a client.",
    "client:transferred": "Somebody transferred a client to another site.",
    "client:code-corrected": "Somebody corrected the code of a client.",
    "enrollment:moved": "Somebody moved a client to another version of a schedule.",
    "event:withdrawn": "Somebody withdrew an event of the enrollment of a client.",
    "visit:recorded": "Somebody recorded a visit of a client.",
    "visit:corrected": "Somebody corrected the visit of a client.",
    "prize:redeemed": "Somebody redeemed a prize for a client.",
    "draw:drawn": "A client made a draw on the screen of somebody.",
    "points:expired": "Points of a client expired.",
    "enrollment:recalculated": "What the new rules owe a client was paid.",
    "ledger:verified": "Somebody verified the ledger.",
    "expiry:set": "Somebody changed a rule of a site.",
    "staff:changed": "Somebody changed an account.",
}


@pytest.mark.parametrize("tag", [tag for kind in KINDS.values() for tag in kind.sentences])
def test_an_old_line_without_details_still_reads_as_a_sentence(tag: str) -> None:
    bare = line(tag, staff_name=None, site_name=None, client_id=None, client_code=None, number=None, kind="unknown")
    expected = sentence(bare)
    assert expected[0].isupper() and expected.endswith(".")
    assert "None" not in expected and not re.search(r"[:,;] ?\.|  ", expected), expected
    assert expected == OLD_SENTENCES.get(tag, expected)


def test_every_tag_belongs_to_exactly_one_kind() -> None:
    tags = [tag for kind in KINDS.values() for tag in kind.sentences]
    assert len(tags) == len(set(tags)) > 38
    assert kind_name("visit:recorded") == "Visits"
    assert kind_name("moon:landed-on") == "Other"


@pytest.mark.parametrize(
    ("kind", "number", "more", "expected"),
    [
        ("visit", 1017, {}, "visit no. 1,017"),
        ("redemption", 3, {}, "receipt no. 3"),
        ("handover", 9, {"redemption_id": 3}, "receipt no. 3"),
        ("adjustment_request", 2, {}, "adjustment no. 2"),
        ("schedule_version", 1, {}, "schedule version no. 1"),
        ("client", 1, {}, ""),
        ("client", None, {}, ""),
        ("list", None, {}, ""),
    ],
)
def test_a_record_has_the_name_that_staff_know(
    kind: str, number: int | None, more: dict[str, int], expected: str
) -> None:
    assert record_name(line("visit:recorded", kind=kind, number=number, **more)) == expected


def test_a_sign_in_does_not_name_the_account_a_second_time() -> None:
    assert record_name(line("staff:signed-in", kind="staff", number=7)) == ""
    assert record_name(line("staff:changed", kind="staff", number=7)) == "account no. 7"


@pytest.mark.parametrize(
    ("audit_line", "expected"),
    [
        (
            line("visit:recorded", {"paid": 10, "unit": "points"}, **MARCH_4),
            "Rosa registró una visita de HS-1 del 4 mar 2026: 10 puntos.",
        ),
        (
            line("visit:corrected", {"how": "voided", "points_to_client": -10, "points_to_program": 1}),
            "Rosa anuló la visita de HS-1: −10 puntos para el cliente; el programa asume 1 punto.",
        ),
        (
            line("device:paired", {"device": 3}, **AT_KIOSK),
            "La tableta 3 de Harbor Street se vinculó con su código.",
        ),
        (
            line("prize:redeemed", {"points": 20, "quantity": 2, "confirmed": "nobody"}, **MUG),
            "Rosa canjeó 2 × Travel mug para HS-1: 20 puntos, sin el PIN del cliente.",
        ),
        (line("visits:imported", staff_name=None, via="import"), "Una importación agregó visitas de HS-1."),
        (
            line("settings:changed", {"undo_minutes": 1, "undo_minutes_before": 15}),
            "Rosa cambió los ajustes de Harbor Street: «Cuánto tiempo pueden las personas deshacer lo que introdujeron»: "
            "1 minuto (antes: 15 minutos).",
        ),
        (
            line("staff:added", {"roles": "lead purchaser"}, staff_name="Sam", name="Grace"),
            "Sam agregó la cuenta de Grace con la función de responsable y compras.",
        ),
        (
            line("client:transferred", name="Harbor Street to Mill Road"),
            "Rosa trasladó a HS-1 de Harbor Street a Mill Road.",
        ),
        (
            line("list:downloaded", {"list": "ledger", "since": "2026-03-01"}),
            "Rosa descargó el libro como archivo CSV, desde el 1 mar 2026.",
        ),
    ],
    ids=lambda value: value.tag if isinstance(value, AuditLine) else None,
)
def test_it_reads_as_a_sentence_in_spanish_too(audit_line: AuditLine, expected: str) -> None:
    with using_language("es"):
        assert sentence(audit_line) == expected


def test_a_record_and_a_kind_have_their_spanish_names() -> None:
    with using_language("es"):
        assert record_name(line("visit:recorded", number=1017)) == "visita n.º 1,017"
        assert kind_name("visit:recorded") == "Visitas"
        assert kind_name("moon:landed-on") == "Otro"


def test_every_sealed_record_has_a_name_that_can_be_translated() -> None:
    assert [kind for kind in SEALED if kind not in NOUNS] == []
