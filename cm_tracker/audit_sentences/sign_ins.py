"""What the audit trail says of signing in and out, passwords and one-time codes."""

from cm_tracker.audit_sentences.words import account, who, whole
from cm_tracker.i18n import number
from cm_tracker.labels.staff import source
from cm_tracker.queries.audit.trail import AuditLine


def code_issued(line: AuditLine) -> str:
    void = "; the old password is void" if line.detail.get("had_password") is True else ""
    return f"{who(line)} made a one-time code for {account(line)}{void}."


def code_used(line: AuditLine) -> str:
    browser, address = line.detail.get("browser"), line.detail.get("address")
    where = f", in {browser} at {source(f'address:{address}')}" if browser and address else ""
    maker = whole(line, "made_by")
    made = "of the command line" if maker is None else f"that account {number(maker)} made"
    return f"{who(line)} set a password with the one-time code {made}{where}."


def code_refused(line: AuditLine) -> str:
    if line.number is None:
        return "Somebody typed a one-time code for a user name that nobody has."
    return f"Somebody typed a wrong one-time code for {account(line)}."


def session_ended(line: AuditLine) -> str:
    return f"{who(line)} ended sessions of their own in other places."


def sessions_ended(line: AuditLine) -> str:
    return f"{who(line)} signed {line.name or 'somebody'} out everywhere."


def password_changed(line: AuditLine) -> str:
    return f"{who(line)} chose a new password."


def signed_in(line: AuditLine) -> str:
    return f"{who(line)} signed in."


def signed_out(line: AuditLine) -> str:
    return f"{who(line)} signed out."


def sign_in_refused(line: AuditLine) -> str:
    if line.number is None:
        return "Somebody could not sign in: there is no such user name."
    return f"Somebody could not sign in to {account(line)}."


def password_refused(line: AuditLine) -> str:
    return f"{who(line)} typed a wrong current password, so it was not changed."


def wait_ended(line: AuditLine) -> str:
    return f"{who(line)} ended the wait of {account(line)} after wrong passwords."


def source_stopped(line: AuditLine) -> str:
    return f"Nobody new can sign in from {_source(line)} for a while: too many different accounts failed there."


def source_wait_ended(line: AuditLine) -> str:
    return f"{who(line)} ended the wait of {_source(line)} after wrong passwords."


def _source(line: AuditLine) -> str:
    word = line.detail.get("source")
    return source(word) if isinstance(word, str) else "a browser or a network address"
