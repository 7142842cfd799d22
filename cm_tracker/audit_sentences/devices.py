"""The sentences about the tablets of the kiosk."""

from cm_tracker.audit_sentences.words import is_at_kiosk, of, told, whole
from cm_tracker.i18n import gettext, marked, number
from cm_tracker.queries.audit.trail import AuditLine


def _tablet(line: AuditLine) -> dict[str, str]:
    """Return the values of a sentence: also `tablet`, for its middle, and `first`, the same for its beginning."""
    values, n = of(line), whole(line, "device")
    if n is None:
        return {
            **values,
            "tablet": gettext("a tablet of %(site)s", **values),
            "first": gettext("A tablet of %(site)s", **values),
        }
    values["n"] = number(n)
    return {
        **values,
        "tablet": gettext("tablet %(n)s of %(site)s", **values),
        "first": gettext("Tablet %(n)s of %(site)s", **values),
    }


pairing_started = told(marked("%(who)s made a code to pair a tablet with %(site)s."))


def paired(line: AuditLine) -> str:
    if is_at_kiosk(line):
        return gettext("%(first)s was paired with its code.", **_tablet(line))
    return gettext("%(who)s paired %(tablet)s.", **_tablet(line))


def revoked(line: AuditLine) -> str:
    return gettext("%(who)s revoked %(tablet)s.", **_tablet(line))


def stopped(line: AuditLine) -> str:
    return gettext("%(first)s stopped: too many wrong codes were typed there.", **_tablet(line))


def released(line: AuditLine) -> str:
    return gettext("%(who)s looked into the wrong codes at %(tablet)s, and let it go on.", **_tablet(line))
