"""The sentences about the tablets of the kiosk."""

from cm_tracker.audit_sentences.words import is_at_kiosk, site, who, whole
from cm_tracker.i18n import number
from cm_tracker.queries.audit.trail import AuditLine


def _tablet(line: AuditLine) -> str:
    of = whole(line, "device")
    return f"tablet {number(of)} of {site(line)}" if of is not None else f"a tablet of {site(line)}"


def pairing_started(line: AuditLine) -> str:
    return f"{who(line)} made a code to pair a tablet with {site(line)}."


def paired(line: AuditLine) -> str:
    if is_at_kiosk(line):
        tablet = _tablet(line)
        return f"{tablet[0].upper()}{tablet[1:]} was paired with its code."
    return f"{who(line)} paired {_tablet(line)}."


def revoked(line: AuditLine) -> str:
    return f"{who(line)} revoked {_tablet(line)}."


def stopped(line: AuditLine) -> str:
    tablet = _tablet(line)
    return f"{tablet[0].upper()}{tablet[1:]} stopped: too many wrong codes were typed there."


def released(line: AuditLine) -> str:
    return f"{who(line)} looked into the wrong codes at {_tablet(line)}, and let it go on."
