"""The sentences about clients: their record, their PIN, their days, consents and cards."""

from cm_tracker.audit_sentences.words import dated, followed, is_at_kiosk, of, told, written_day
from cm_tracker.domain.clients.disclosures import BASES
from cm_tracker.i18n import gettext, marked
from cm_tracker.queries.audit.trail import AuditLine


def client_opened(line: AuditLine) -> str:
    is_practice = line.detail.get("is_practice")
    if line.client_code:
        return (
            gettext("%(who)s added the practice client %(client)s.", **of(line))
            if is_practice
            else gettext("%(who)s added the client %(client)s.", **of(line))
        )
    return (
        gettext("%(who)s added a practice client.", **of(line))
        if is_practice
        else gettext("%(who)s added a client.", **of(line))
    )


client_changed = told(marked("%(who)s changed the name or the language of %(client)s."))
code_corrected = told(marked("%(who)s corrected the code of %(client)s."))


def pin_set(line: AuditLine) -> str:
    if is_at_kiosk(line):
        return gettext("%(code)s chose a PIN at the kiosk.", **of(line))
    return gettext("%(who)s set a new PIN for %(client)s.", **of(line))


pin_approved = told(marked("%(who)s let %(client)s choose a PIN at the kiosk."))
unlocked = told(marked("%(who)s let %(client)s try their PIN again at once."))


def pin_refused(line: AuditLine) -> str:
    if is_at_kiosk(line):
        return gettext("A wrong PIN was typed for %(client)s at the kiosk.", **of(line))
    return gettext(
        "A wrong PIN was typed for %(client)s on the screen of %(staff)s.",
        **of(line),
        staff=line.staff_name or gettext("somebody"),
    )


kiosk_opened = told(marked("%(code)s opened their card at the kiosk."))
language_kept = told(marked("%(code)s chose at the kiosk in which language they read it from now on."))
kiosk_refused = told(marked("Somebody at the kiosk typed a code or a PIN that is not right."))

# What was noted of a client's day, by the word of the note: with the day, and without.
_NOTED = {
    "arrived": (
        marked("%(who)s noted that %(client)s arrived, %(day)s."),
        marked("%(who)s noted that %(client)s arrived."),
    ),
    "later": (
        marked("%(who)s noted that %(client)s comes later on that day, %(day)s."),
        marked("%(who)s noted that %(client)s comes later on that day."),
    ),
    "moved": (
        marked("%(who)s noted that %(client)s comes on another day, %(day)s."),
        marked("%(who)s noted that %(client)s comes on another day."),
    ),
    "attended": (
        marked("%(who)s noted that %(client)s attended, %(day)s."),
        marked("%(who)s noted that %(client)s attended."),
    ),
    "excused": (
        marked("%(who)s noted that %(client)s is excused, %(day)s."),
        marked("%(who)s noted that %(client)s is excused."),
    ),
    "absent": (
        marked("%(who)s noted that %(client)s did not come, %(day)s."),
        marked("%(who)s noted that %(client)s did not come."),
    ),
    "not_coming": (
        marked("%(who)s noted that %(client)s has said that they do not come, %(day)s."),
        marked("%(who)s noted that %(client)s has said that they do not come."),
    ),
}
_NOTE_TAKEN_BACK = (
    marked("%(who)s took back a note of the day of %(client)s, %(day)s."),
    marked("%(who)s took back a note of the day of %(client)s."),
)


def slot_noted(line: AuditLine) -> str:
    return dated("on_day", *_NOTED.get(str(line.detail.get("status")), _NOTE_TAKEN_BACK))(line)


# A call to somebody who did not come, by its outcome: with the day on which they were expected, and without.
_CALLED = {
    "calling": (
        marked("%(who)s is calling %(client)s, who did not come on %(day)s."),
        marked("%(who)s is calling %(client)s."),
    ),
    "stopped": (
        marked("%(who)s does not call %(client)s, who did not come on %(day)s."),
        marked("%(who)s does not call %(client)s."),
    ),
    "reached": (
        marked("%(who)s reached %(client)s, who did not come on %(day)s."),
        marked("%(who)s reached %(client)s."),
    ),
    "excused": (
        marked("%(who)s called and excused %(client)s, who did not come on %(day)s."),
        marked("%(who)s called and excused %(client)s."),
    ),
    "left_word": (
        marked("%(who)s left word for %(client)s, who did not come on %(day)s."),
        marked("%(who)s left word for %(client)s."),
    ),
    "no_answer": (
        marked("%(who)s called without an answer %(client)s, who did not come on %(day)s."),
        marked("%(who)s called without an answer %(client)s."),
    ),
}
_CALLED_ANYHOW = (
    marked("%(who)s called %(client)s, who did not come on %(day)s."),
    marked("%(who)s called %(client)s."),
)


def call_noted(line: AuditLine) -> str:
    return dated("on_day", *_CALLED.get(str(line.detail.get("outcome")), _CALLED_ANYHOW))(line)


card_issued = told(marked("%(who)s issued an ID card to %(client)s."))
card_replaced = told(marked("%(who)s replaced the ID card of %(client)s: the old one has stopped."))


def counselor_set(line: AuditLine) -> str:
    day = written_day(line, "from_on")
    if line.detail.get("counselor", 0) is None:
        if day:
            return gettext("%(who)s took away the counselor of %(client)s from %(day)s on.", **of(line), day=day)
        return gettext("%(who)s took away the counselor of %(client)s.", **of(line))
    if day:
        return gettext("%(who)s set the counselor of %(client)s from %(day)s on.", **of(line), day=day)
    return gettext("%(who)s set the counselor of %(client)s.", **of(line))


plan_set = dated(
    "from_on",
    marked("%(who)s set the plan of %(client)s from %(day)s on."),
    marked("%(who)s set the plan of %(client)s."),
)
consent_recorded = told(marked("%(who)s recorded a consent of %(client)s."))
consent_revoked = told(marked("%(who)s recorded that a consent was taken back by %(client)s."))
agreement_withdrawn = told(marked("%(who)s withdrew a signature of %(client)s that was recorded by mistake."))
agreement_signed = told(marked("%(who)s recorded the signed agreement of %(client)s."))


def disclosure_recorded(line: AuditLine) -> str:
    basis = BASES.get(str(line.detail.get("basis")))
    sentence = gettext("%(who)s recorded that something about %(client)s is told outside the clinic.", **of(line))
    return followed(sentence, [basis.source] if basis else [])


identity_opened = told(marked("%(who)s opened who %(client)s is, for an hour."))
