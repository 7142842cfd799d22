"""The sentences about schedules, who approves them, and what a point is worth. None of them names a schedule."""

from cm_tracker.audit_sentences.words import followed, of, told, whole, written_day
from cm_tracker.i18n import gettext, lazy, marked, money, number
from cm_tracker.queries.audit.trail import AuditLine

draft_saved = told(marked("%(who)s saved a draft of a schedule."))
draft_discarded = told(marked("%(who)s discarded a draft of a schedule."))
draft_sent = told(marked("%(who)s sent a draft of a schedule to a second lead."))
draft_taken_back = told(marked("%(who)s took a draft of a schedule back."))


def draft_sent_back(line: AuditLine) -> str:
    if line.name:
        return gettext("%(who)s sent a draft of a schedule back to %(name)s.", **of(line))
    return gettext("%(who)s sent a draft of a schedule back to whoever sent it.", **of(line))


def schedule_published(line: AuditLine) -> str:
    n, starts_on = whole(line, "number"), written_day(line, "starts_on")
    version = (
        gettext("a version of a schedule")
        if n is None
        else gettext("version %(number)s of a schedule", number=number(n))
    )
    if line.detail.get("alone") is True:
        sentence = gettext(
            "%(who)s published %(version)s alone, as the program’s one lead.", **of(line), version=version
        )
    elif whole(line, "sent_by") is not None:
        sentence = gettext(
            "%(who)s approved and published %(version)s that %(lead)s had sent.",
            **of(line),
            version=version,
            lead=line.name or gettext("another lead"),
        )
    else:
        sentence = gettext("%(who)s published %(version)s.", **of(line), version=version)
    return followed(sentence, [gettext("to be used from %(day)s on", day=starts_on)] if starts_on else [], after=", ")


schedule_retired = told(marked("%(who)s retired a schedule: it takes no new enrollment."))
schedule_reopened = told(marked("%(who)s brought a retired schedule back."))
schedule_renamed = told(marked("%(who)s gave a schedule another name. Its versions stay as they were approved."))
schedule_offered = told(marked("%(who)s let a schedule be offered at %(site)s."))
schedule_withdrawn = told(marked("%(who)s took a schedule out of what %(site)s offers at enrolling."))
statement_made = told(marked("%(who)s stated in writing that the program has one lead, who publishes alone."))
statement_revoked = told(marked("%(who)s revoked the statement that the program has one lead."))
_ENDED = {
    "second_lead": lazy("a second lead’s account was opened"),
    "closed": lazy("the lead’s account was closed or changed"),
}


def statement_ended(line: AuditLine) -> str:
    why = _ENDED.get(str(line.detail.get("reason")))
    sentence = gettext("The statement that the program has one lead ended.")
    return followed(sentence, [str(why)] if why else [])


def currency_set(line: AuditLine) -> str:
    code = line.detail.get("currency")
    sentence = gettext("%(who)s set the currency of the program.", **of(line))
    return followed(sentence, [str(code)] if code else [])


def point_value_set(line: AuditLine) -> str:
    cents = whole(line, "point_value_cents")
    sentence = gettext("%(who)s set what a point is worth.", **of(line))
    return followed(sentence, [] if cents is None else [money(cents)])
