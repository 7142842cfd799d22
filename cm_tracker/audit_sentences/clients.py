"""The sentences about clients: their visits, prizes and draws, and what they do at the kiosk."""

from cm_tracker.audit_sentences.words import (
    Sentence,
    after_colon,
    amount,
    client,
    client_first,
    count,
    is_at_kiosk,
    on_day,
    screen,
    signed,
    thing,
    who,
    whole,
    without_pin,
    written_day,
)
from cm_tracker.domain.clients.disclosures import BASES
from cm_tracker.domain.clients.events import (
    COMPLETED,
    DIED,
    DISCHARGED,
    END,
    LEFT,
    MISTAKE,
    MOVE,
    MOVED_DOWN,
    MOVED_UP,
    PAUSE,
)
from cm_tracker.domain.visits import corrections
from cm_tracker.i18n import money, number
from cm_tracker.queries.audit.trail import AuditLine

# What somebody did, by the kind of correction.
_CORRECTED = {
    corrections.ANSWERED: "entered the lab result for the visit of",
    corrections.EXCUSED: "excused the absence of",
    corrections.CORRECTED: "corrected the visit of",
    corrections.VOIDED: "voided the visit of",
    corrections.UNDONE: "undid the entry of the visit of",
    corrections.REVERTED: "undid the correction of the visit of",
    corrections.AGAIN: "re-entered the visit of",
    corrections.ANOTHER_SPECIMEN: "entered another specimen for the visit of",
}


# The same for the hours of a week.
_CORRECTED_HOURS = {
    corrections.CORRECTED: "corrected the hours of a week of",
    corrections.VOIDED: "voided the hours of a week of",
    corrections.UNDONE: "undid the entry of the hours of a week of",
    corrections.REVERTED: "undid the correction of the hours of a week of",
    corrections.AGAIN: "re-entered the hours of a week of",
}


def _until(line: AuditLine) -> str:
    """Return the day on which a week of hours ended, for the middle of a sentence, or nothing."""
    return f", which ended{on_day(line)}" if line.day else ""


def visit_recorded(line: AuditLine) -> str:
    paid = whole(line, "paid")
    earned = [amount(paid, line.detail.get("unit"))] if paid else []
    if line.detail.get("what") == "hours":
        return f"{who(line)} entered the hours of a week of {client(line)}{_until(line)}{after_colon(earned)}."
    return f"{who(line)} recorded a visit of {client(line)}{on_day(line)}{after_colon(earned)}."


def visit_corrected(line: AuditLine) -> str:
    action = _CORRECTED.get(str(line.detail.get("how")), "corrected the visit of")
    effects = []
    for unit in ("points", "draws"):
        if to_client := whole(line, f"{unit}_to_client"):
            effects.append(f"{signed(to_client, unit)} for the client")
        if to_program := whole(line, f"{unit}_to_program"):
            bears = "bears" if to_program > 0 else "no longer bears"
            effects.append(f"the program {bears} {amount(abs(to_program), unit)}")
    when = on_day(line)
    if line.detail.get("what") == "hours":
        action = _CORRECTED_HOURS.get(str(line.detail.get("how")), "corrected the hours of a week of")
        when = _until(line)
    return f"{who(line)} {action} {client(line)}{when}{after_colon(effects)}."


def visits_imported(line: AuditLine) -> str:
    visits, points = whole(line, "visits"), whole(line, "points")
    what = "visits" if visits is None else count(visits, "visit")
    return f"{who(line)} added {what} of {client(line)}{after_colon([amount(points, 'points')] if points else [])}."


def downtime_typed(line: AuditLine) -> str:
    day, visits, borne = written_day(line, "on_day"), whole(line, "visits"), whole(line, "borne")
    more = [count(visits, "visit")] if visits else []
    more += [f"the program bears {amount(borne, 'points')} of a prize"] if borne else []
    return f"{who(line)} typed the downtime sheet of {day or 'a day'} for {client(line)}{after_colon(more)}."


def _price(line: AuditLine) -> str:
    points = whole(line, "points")
    if points is None:
        return ""
    return f": {amount(points, 'points')}" if points else ", for a slip that was drawn"


def prize_offered(line: AuditLine) -> str:
    return f"{who(line)} offered {thing(line)} to {client(line)}{_price(line)}."


def offer_withdrawn(line: AuditLine) -> str:
    if is_at_kiosk(line):
        return f"{client_first(line)} said no to an offer at the kiosk."
    return f"{who(line)} withdrew an offer to {client(line)}."


def prize_redeemed(line: AuditLine) -> str:
    if is_at_kiosk(line):
        return f"{client_first(line)} said yes at the kiosk to {thing(line)}{_price(line)}."
    return f"{who(line)} redeemed {thing(line)} for {client(line)}{_price(line)}{without_pin(line)}."


def prize_handed_over(line: AuditLine) -> str:
    return f"{who(line)} handed over to {client(line)} what was set aside: {thing(line)}{without_pin(line)}."


def redemption_undone(line: AuditLine) -> str:
    points, is_back = whole(line, "points"), line.detail.get("is_back")
    parts = []
    if points is not None:
        parts.append(f"{amount(points, 'points')} returned" if points else "the slip returned")
    if isinstance(is_back, bool):
        parts.append("the prize is back on the shelf" if is_back else "the prize did not come back")
    return f"{who(line)} undid the redemption of {thing(line)} by {client(line)}{after_colon(parts)}."


def _which_draw(line: AuditLine) -> str:
    n = whole(line, "number")
    return "a draw" if n is None else f"draw {number(n)}"


def draw_committed(line: AuditLine) -> str:
    if is_at_kiosk(line):
        return f"The kiosk prepared {_which_draw(line)} of {client(line)}: its secret is sealed."
    return f"{who(line)} prepared {_which_draw(line)} of {client(line)}: its secret is sealed."


def draw_drawn(line: AuditLine) -> str:
    cents = whole(line, "cents")
    won = "" if cents is None else f": a prize of {money(cents)}" if cents else ": no prize"
    return f"{client_first(line)} made {_which_draw(line)} {screen(line)}{won}."


def slips_traded(line: AuditLine) -> str:
    back = whole(line, "handed_back")
    parts = [f"{count(back, 'prize')} came back"] if back else []
    return f"{who(line)} traded slips of {client(line)} for a larger one{without_pin(line)}{after_colon(parts)}."


def client_opened(line: AuditLine) -> str:
    kind = "practice client" if line.detail.get("is_practice") else "client"
    return f"{who(line)} added the {kind} {line.client_code}." if line.client_code else f"{who(line)} added a {kind}."


def client_changed(line: AuditLine) -> str:
    return f"{who(line)} changed the name or the language of {client(line)}."


def pin_set(line: AuditLine) -> str:
    if is_at_kiosk(line):
        return f"{client_first(line)} chose a PIN at the kiosk."
    return f"{who(line)} set a new PIN for {client(line)}."


def pin_approved(line: AuditLine) -> str:
    return f"{who(line)} let {client(line)} choose a PIN at the kiosk."


def unlocked(line: AuditLine) -> str:
    return f"{who(line)} let {client(line)} try their PIN again at once."


def client_enrolled(line: AuditLine) -> str:
    return f"{who(line)} enrolled {client(line)} in a schedule."


def client_transferred(line: AuditLine) -> str:
    day = written_day(line, "first_day")
    sites = f"from {line.name}" if line.name else "to another site"
    return f"{who(line)} transferred {client(line)} {sites}{f': first day there {day}' if day else ''}."


def code_corrected(line: AuditLine) -> str:
    return f"{who(line)} corrected the code of {client(line)}."


END_WORDS = {
    COMPLETED: "completed",
    MOVED_UP: "moved to more intensive care",
    MOVED_DOWN: "moved to less intensive care",
    LEFT: "left the program",
    DISCHARGED: "discharged",
    DIED: "died",
    MISTAKE: "entered by mistake",
}


def enrollment_ended(line: AuditLine) -> str:
    day, why = written_day(line, "from_day"), END_WORDS.get(str(line.detail.get("reason")))
    parts = [f"last day {day}"] if day and why != END_WORDS[MISTAKE] else []
    return f"{who(line)} ended the enrollment of {client(line)}{after_colon([*parts, *([why] if why else [])], ', ')}."


def enrollment_paused(line: AuditLine) -> str:
    first, last = written_day(line, "from_day"), written_day(line, "to_day")
    days = f" from {first}" if first else ""
    return f"{who(line)} paused the enrollment of {client(line)}{days}{f' to {last}' if last else ''}."


_NOTED = {
    "arrived": "arrived",
    "later": "comes later on that day",
    "moved": "comes on another day",
    "attended": "attended",
    "excused": "is excused",
    "absent": "did not come",
    "not_coming": "has said that they do not come",
}


def slot_noted(line: AuditLine) -> str:
    day = written_day(line, "on_day")
    noted = _NOTED.get(str(line.detail.get("status")))
    if noted is None:
        return f"{who(line)} took back a note of the day of {client(line)}{f', {day}' if day else ''}."
    return f"{who(line)} noted that {client(line)} {noted}{f', {day}' if day else ''}."


_CALLED = {
    "calling": "is calling",
    "stopped": "does not call",
    "reached": "reached",
    "excused": "called and excused",
    "left_word": "left word for",
    "no_answer": "called without an answer",
}


def call_noted(line: AuditLine) -> str:
    day = written_day(line, "on_day")
    called = _CALLED.get(str(line.detail.get("outcome")), "called")
    return f"{who(line)} {called} {client(line)}{f', who did not come on {day}' if day else ''}."


def card_issued(line: AuditLine) -> str:
    return f"{who(line)} issued an ID card to {client(line)}."


def card_replaced(line: AuditLine) -> str:
    return f"{who(line)} replaced the ID card of {client(line)}: the old one has stopped."


def counselor_set(line: AuditLine) -> str:
    day = written_day(line, "from_on")
    what = "took away" if line.detail.get("counselor", 0) is None else "set"
    return f"{who(line)} {what} the counselor of {client(line)}{f' from {day} on' if day else ''}."


def plan_set(line: AuditLine) -> str:
    day = written_day(line, "from_on")
    return f"{who(line)} set the plan of {client(line)}{f' from {day} on' if day else ''}."


def enrollment_resumed(line: AuditLine) -> str:
    last = written_day(line, "to_day")
    return f"{who(line)} resumed the enrollment of {client(line)}{f': paused until {last}' if last else ''}."


def enrollment_moved(line: AuditLine) -> str:
    day = written_day(line, "from_day")
    return f"{who(line)} moved {client(line)} to another version of a schedule{f' from {day} on' if day else ''}."


def event_withdrawn(line: AuditLine) -> str:
    what = {END: "the end of", PAUSE: "a pause of", MOVE: "a move of"}.get(str(line.detail.get("kind")), "an event of")
    return f"{who(line)} withdrew {what} the enrollment of {client(line)}."


def kiosk_opened(line: AuditLine) -> str:
    return f"{client_first(line)} opened their card at the kiosk."


def language_kept(line: AuditLine) -> str:
    return f"{client_first(line)} chose at the kiosk in which language they read it from now on."


def kiosk_refused(line: AuditLine) -> str:
    return "Somebody at the kiosk typed a code or a PIN that is not right."


def pin_refused(line: AuditLine) -> str:
    return f"A wrong PIN was typed for {client(line)} {screen(line)}."


def consent_done(verb: str) -> Sentence:
    """Return the sentence for what staff recorded of a client's consents."""
    return lambda line: f"{who(line)} recorded {verb} {client(line)}."


def disclosure_recorded(line: AuditLine) -> str:
    basis = BASES.get(str(line.detail.get("basis")))
    rests = f": {basis.source}" if basis else ""
    return f"{who(line)} recorded that something about {client(line)} is told outside the clinic{rests}."
