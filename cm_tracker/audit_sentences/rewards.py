"""The sentences about prizes for clients, draws, and what clients and staff say about them at the kiosk."""

from cm_tracker.audit_sentences.words import amount, followed, is_at_kiosk, of, told, whole, without_pin
from cm_tracker.i18n import gettext, marked, money, ngettext, number
from cm_tracker.queries.audit.trail import AuditLine


def _priced(line: AuditLine, with_points: str, for_slip: str) -> str:
    """Return the sentence with its price in points, or the one for a prize that a slip pays for."""
    points = whole(line, "points")
    sentence = gettext(for_slip if points == 0 else with_points, **of(line))
    return followed(sentence, [amount(points, "points")] if points else [])


def prize_offered(line: AuditLine) -> str:
    return _priced(
        line,
        marked("%(who)s offered %(thing)s to %(client)s."),
        marked("%(who)s offered %(thing)s to %(client)s, for a slip that was drawn."),
    )


def offer_withdrawn(line: AuditLine) -> str:
    if is_at_kiosk(line):
        return gettext("%(code)s said no to an offer at the kiosk.", **of(line))
    return gettext("%(who)s withdrew an offer to %(client)s.", **of(line))


def prize_redeemed(line: AuditLine) -> str:
    if is_at_kiosk(line):
        return _priced(
            line,
            marked("%(code)s said yes at the kiosk to %(thing)s."),
            marked("%(code)s said yes at the kiosk to %(thing)s, for a slip that was drawn."),
        )
    sentence = _priced(
        line,
        marked("%(who)s redeemed %(thing)s for %(client)s."),
        marked("%(who)s redeemed %(thing)s for %(client)s, for a slip that was drawn."),
    )
    return followed(sentence, without_pin(line), after=", ")


def prize_handed_over(line: AuditLine) -> str:
    sentence = gettext("%(who)s handed over to %(client)s what was set aside: %(thing)s.", **of(line))
    return followed(sentence, without_pin(line), after=", ")


def redemption_undone(line: AuditLine) -> str:
    points, is_back = whole(line, "points"), line.detail.get("is_back")
    parts = []
    if points is not None:
        parts.append(
            ngettext("%(n)s point returned", "%(n)s points returned", points)
            if points
            else gettext("the slip returned")
        )
    if isinstance(is_back, bool):
        parts.append(gettext("the prize is back on the shelf") if is_back else gettext("the prize did not come back"))
    return followed(gettext("%(who)s undid the redemption of %(thing)s by %(client)s.", **of(line)), parts)


def _draw(line: AuditLine) -> str:
    n = whole(line, "number")
    return gettext("a draw") if n is None else gettext("draw %(number)s", number=number(n))


def draw_committed(line: AuditLine) -> str:
    if is_at_kiosk(line):
        return gettext("The kiosk prepared %(draw)s of %(client)s: its secret is sealed.", **of(line), draw=_draw(line))
    return gettext("%(who)s prepared %(draw)s of %(client)s: its secret is sealed.", **of(line), draw=_draw(line))


def draw_drawn(line: AuditLine) -> str:
    cents = whole(line, "cents")
    won = (
        []
        if cents is None
        else [gettext("a prize of %(amount)s", amount=money(cents)) if cents else gettext("no prize")]
    )
    if is_at_kiosk(line):
        sentence = gettext("%(code)s made %(draw)s at the kiosk.", **of(line), draw=_draw(line))
    else:
        sentence = gettext(
            "%(code)s made %(draw)s on the screen of %(staff)s.",
            **of(line),
            draw=_draw(line),
            staff=line.staff_name or gettext("somebody"),
        )
    return followed(sentence, won)


def slips_traded(line: AuditLine) -> str:
    back = whole(line, "handed_back")
    parts = [ngettext("%(n)s prize came back", "%(n)s prizes came back", back)] if back else []
    sentence = gettext("%(who)s traded slips of %(client)s for a larger one.", **of(line))
    return followed(followed(sentence, without_pin(line), after=", "), parts)


# What clients say at the kiosk, and what staff answer. None tells what was asked or answered.
prize_wished = told(marked("%(code)s chose a prize to save for at the kiosk."))
prize_requested = told(marked("%(code)s asked for a prize at the kiosk."))
request_withdrawn = told(marked("%(code)s took back what they had asked for at the kiosk."))
request_declined = told(marked("%(who)s declined a prize that %(client)s had asked for at the kiosk."))
question_asked = told(marked("%(code)s asked staff a question at the kiosk."))
question_answered = told(marked("%(who)s answered a question of %(client)s."))
answer_acknowledged = told(marked("%(code)s read the answer of staff at the kiosk."))
moment_noted = told(marked("%(code)s saw a moment to be glad about at the kiosk."))
