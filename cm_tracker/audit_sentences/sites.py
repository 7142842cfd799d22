"""The sentences about sites: their rules, week, calendar and test panels."""

from typing import Any

from cm_tracker.audit_sentences.words import Sentence, dated, followed, of, told, whole, written_day
from cm_tracker.domain.staff.site_settings import SETTINGS
from cm_tracker.i18n import gettext, marked, ngettext, number
from cm_tracker.labels.site_settings import label, value_words
from cm_tracker.queries.audit.trail import AuditLine


def site_added(line: AuditLine) -> str:
    if line.site_name:
        return gettext("%(who)s added the site %(site)s.", **of(line))
    return gettext("%(who)s added a site.", **of(line))


picture_chosen = told(marked("%(who)s chose a picture for the kiosk of %(site)s."))
picture_removed = told(marked("%(who)s removed the picture of the kiosk of %(site)s."))
# A panel's name may say what it tests for, so it is left out.
panel_added = told(marked("%(who)s added a panel of test strips at %(site)s."))
panel_retired = told(marked("%(who)s retired a panel of test strips at %(site)s."))
panel_reopened = told(marked("%(who)s brought back a panel of test strips at %(site)s."))
lot_added = dated(
    "used_from",
    marked("%(who)s entered a lot of test kits at %(site)s, in use from %(day)s."),
    marked("%(who)s entered a lot of test kits at %(site)s."),
)


def week_done(message: str) -> Sentence:
    """Return the sentence for a change of a site's week, with its days. Names are left out."""

    def say(line: AuditLine) -> str:
        first, last = written_day(line, "first_day"), written_day(line, "last_day")
        days = []
        if first and last:
            days = [first if first == last else gettext("%(first)s to %(last)s", first=first, last=last)]
        return followed(gettext(message, **of(line)), days, after=", ")

    return say


def day_done(message: str) -> Sentence:
    """Return the sentence for something that was done with a day of a site (`%(day)s`)."""
    return lambda line: gettext(message, **of(line), day=written_day(line, "on_day") or gettext("a day"))


def downtime_signed(line: AuditLine) -> str:
    day, lines = written_day(line, "on_day") or gettext("a day"), whole(line, "lines")
    if lines is None:
        return gettext("%(who)s signed lines of the downtime sheet of %(day)s at %(site)s.", **of(line), day=day)
    return ngettext(
        "%(who)s signed %(n)s line of the downtime sheet of %(day)s at %(site)s.",
        "%(who)s signed %(n)s lines of the downtime sheet of %(day)s at %(site)s.",
        lines,
        **of(line),
        day=day,
    )


def _weeks(n: int) -> str:
    return ngettext("%(n)s week", "%(n)s weeks", n)


def _days(n: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", n)


def expiry_set(line: AuditLine) -> str:
    if "weeks" not in line.detail:
        return gettext("%(who)s changed a rule of %(site)s.", **of(line))
    if (weeks := whole(line, "weeks")) is None:
        sentence = gettext("%(who)s turned off the expiry of points at %(site)s.", **of(line))
    else:
        sentence = gettext(
            "%(who)s let unspent points expire after %(weeks)s at %(site)s.", **of(line), weeks=_weeks(weeks)
        )
    before = whole(line, "weeks_before")
    return _with_before(sentence, line, "weeks", None if before is None else _weeks(before))


def trading_set(line: AuditLine) -> str:
    if "days" not in line.detail:
        return gettext("%(who)s changed a rule of %(site)s.", **of(line))
    if (days := whole(line, "days")) is None:
        sentence = gettext("%(who)s turned off trading up at %(site)s.", **of(line))
    else:
        sentence = gettext("%(who)s allowed trading up within %(days)s at %(site)s.", **of(line), days=_days(days))
    before = whole(line, "days_before")
    return _with_before(sentence, line, "days", None if before is None else _days(before))


def _with_before(sentence: str, line: AuditLine, name: str, before: str | None) -> str:
    """Return the sentence with what the rule said before, where the line knows it."""
    if f"{name}_before" not in line.detail:
        return sentence
    return followed(sentence, [gettext("(before: %(value)s)", value=before or gettext("no rule"))], after=" ")


_ENTRIES = {entry.name: entry for entry in SETTINGS}


def settings_changed(line: AuditLine) -> str:
    """Return the sentence with each changed setting, its new value and the old one (`undo_minutes_before`)."""
    parts = [_change(name, value, line) for name, value in line.detail.items() if f"{name}_before" in line.detail]
    return followed(gettext("%(who)s changed the settings of %(site)s.", **of(line)), parts)


def _change(name: str, value: Any, line: AuditLine) -> str:
    values = {"value": _setting_value(name, value), "before": _setting_value(name, line.detail[f"{name}_before"])}
    if name in _ENTRIES:
        return gettext("“%(setting)s” %(value)s (before: %(before)s)", setting=label(_ENTRIES[name]), **values)
    # A setting that this version does not know.
    return gettext("%(setting)s %(value)s (before: %(before)s)", setting=name.replace("_", " "), **values)


def _setting_value(name: str, value: Any) -> str:
    entry = _ENTRIES.get(name)
    # Another version of the program may have allowed other values.
    if entry is None or entry.kind.problem(value, name) is not None:
        return _value(value)
    return value_words(entry.kind, value)


def _value(value: object) -> str:
    if value is None:
        return gettext("off")
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return number(value) if isinstance(value, int) else str(value)
