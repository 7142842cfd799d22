"""What the audit trail says of signing in and out, passwords and one-time codes."""

from cm_tracker.audit_sentences.words import Sentence, followed, of, told, whole
from cm_tracker.i18n import gettext, marked, number
from cm_tracker.labels.staff import browser, source
from cm_tracker.queries.audit.trail import AuditLine


def code_issued(line: AuditLine) -> str:
    if line.detail.get("had_password") is True:
        return gettext("%(who)s made a one-time code for %(account)s; the old password is void.", **of(line))
    return gettext("%(who)s made a one-time code for %(account)s.", **of(line))


def code_used(line: AuditLine) -> str:
    name, address = line.detail.get("browser"), line.detail.get("address")
    maker = whole(line, "made_by")
    if maker is None:
        sentence = gettext("%(who)s set a password with the one-time code of the command line.", **of(line))
    else:
        sentence = gettext(
            "%(who)s set a password with the one-time code that account %(number)s made.",
            **of(line),
            number=number(maker),
        )
    if not name or not address:
        return sentence
    where = gettext("in %(browser)s at %(source)s", browser=browser(str(name)), source=source(f"address:{address}"))
    return followed(sentence, [where], after=", ")


def _of_account(message: str, without: str) -> Sentence:
    """Return the sentence for what was typed for an account, and the one where nobody has that user name."""
    return lambda line: gettext(without) if line.number is None else gettext(message, **of(line))


code_refused = _of_account(
    marked("Somebody typed a wrong one-time code for %(account)s."),
    marked("Somebody typed a one-time code for a user name that nobody has."),
)
sign_in_refused = _of_account(
    marked("Somebody could not sign in to %(account)s."),
    marked("Somebody could not sign in: there is no such user name."),
)
session_ended = told(marked("%(who)s ended sessions of their own in other places."))
sessions_ended = told(marked("%(who)s signed %(name)s out everywhere."))
password_changed = told(marked("%(who)s chose a new password."))
signed_in = told(marked("%(who)s signed in."))
signed_out = told(marked("%(who)s signed out."))
password_refused = told(marked("%(who)s typed a wrong current password, so it was not changed."))
wait_ended = told(marked("%(who)s ended the wait of %(account)s after wrong passwords."))


def source_stopped(line: AuditLine) -> str:
    return gettext(
        "Nobody new can sign in from %(source)s for a while: too many different accounts failed there.",
        source=_source(line),
    )


def source_wait_ended(line: AuditLine) -> str:
    return gettext("%(who)s ended the wait of %(source)s after wrong passwords.", **of(line), source=_source(line))


def _source(line: AuditLine) -> str:
    word = line.detail.get("source")
    return source(word) if isinstance(word, str) else gettext("a browser or a network address")
