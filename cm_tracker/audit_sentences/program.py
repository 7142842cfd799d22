"""The sentences about the program: its cabinet, ledger, schedules, sites and accounts."""

from typing import Any

from cm_tracker.audit_sentences.words import (
    Sentence,
    after_colon,
    amount,
    client,
    count,
    signed,
    site,
    thing,
    who,
    whole,
    written_day,
)
from cm_tracker.domain.audit.downloads import DOWNLOADS, PRINT, XLSX
from cm_tracker.domain.ledger.adjustments import APPROVED, DECLINED, WITHDRAWN
from cm_tracker.domain.staff.site_settings import SETTINGS
from cm_tracker.i18n import currency, money, number
from cm_tracker.queries.audit.trail import AuditLine


def prize_saved(verb: str) -> Sentence:
    """Return the sentence for a prize that somebody added or changed."""

    def say(line: AuditLine) -> str:
        points, price, cents = (whole(line, name) for name in ("price_points", "price_cents", "retail_cents"))
        # Prizes of older lines had their price in points.
        parts = [] if points is None else [amount(points, "points")]
        if price is not None:
            parts.append(f"price {money(price)}")
        if cents is not None:
            parts.append(f"retail value {money(cents)}")
        prize = f"the prize {line.name}" if line.name else "a prize"
        return f"{who(line)} {verb} {prize}{after_colon(parts, ', ')}."

    return say


def purchase_requested(line: AuditLine) -> str:
    each = whole(line, "unit_cents")
    cost = f" at {money(each)} each" if each is not None else ""
    return f"{who(line)} asked for a purchase at {site(line)}: {thing(line)}{cost}."


def purchase_decided(line: AuditLine) -> str:
    verb = str(line.detail.get("decision") or "decided about")
    return f"{who(line)} {verb} a purchase at {site(line)}: {thing(line)}."


def stock_delivered(line: AuditLine) -> str:
    return f"{who(line)} recorded a delivery at {site(line)}: {thing(line)}."


def _found(line: AuditLine) -> str:
    """Return what a count missed and what it found more, if the line says so."""
    missing, surplus = whole(line, "missing"), whole(line, "surplus")
    if missing is None or surplus is None:
        return ""
    return after_colon(
        [f"{number(missing)} missing, {number(surplus)} extra" if missing or surplus else "everything is there"]
    )


def stock_counted(line: AuditLine) -> str:
    # Lines from before there were rounds say what was missing; now nobody sees it before the check.
    return f"{who(line)} counted the cabinet of {site(line)}{_found(line)}."


def stock_checked(line: AuditLine) -> str:
    return f"{who(line)} checked a count of the cabinet of {site(line)}{_found(line)}."


def count_done(verb: str) -> Sentence:
    """Return the sentence for what somebody did with a round of counts."""
    return lambda line: f"{who(line)} {verb} the cabinet of {site(line)}."


def stock_signed(line: AuditLine) -> str:
    lines, lost = whole(line, "lines"), whole(line, "lost_cents")
    parts = [] if lines is None else [f"{count(lines, 'difference')} booked" if lines else "no difference"]
    parts += [f"{money(lost)} lost"] if lost else []
    return f"{who(line)} signed a count of the cabinet of {site(line)}{after_colon(parts)}."


def _adjusted(line: AuditLine) -> str:
    moved = whole(line, "amount")
    return after_colon([signed(moved, line.detail.get("unit"))] if moved else [])


def adjustment_requested(line: AuditLine) -> str:
    return f"{who(line)} asked for an adjustment for {client(line)}{_adjusted(line)}."


def adjustment_decided(line: AuditLine) -> str:
    verbs = {APPROVED: "approved", DECLINED: "declined", WITHDRAWN: "withdrew"}
    verb = verbs.get(str(line.detail.get("decision")), "decided about")
    return f"{who(line)} {verb} the adjustment for {client(line)}{_adjusted(line)}."


def _merged(line: AuditLine) -> str:
    return f"{line.detail.get('from_code') or 'another record'} into {client(line)}"


def merge_requested(line: AuditLine) -> str:
    return f"{who(line)} asked to merge {_merged(line)}."


def merge_decided(line: AuditLine) -> str:
    verbs = {APPROVED: "approved", DECLINED: "declined", WITHDRAWN: "withdrew"}
    verb = verbs.get(str(line.detail.get("decision")), "decided about")
    return f"{who(line)} {verb} the merge of {_merged(line)}."


def points_expired(line: AuditLine) -> str:
    points, due = whole(line, "points"), written_day(line, "due_on")
    many = "Points" if points is None else amount(points, "points")
    return f"{many} of {client(line)} expired{f', due on {due}' if due else ''}."


def enrollment_recalculated(line: AuditLine) -> str:
    points = whole(line, "points")
    got = "" if points is None else f": {signed(points, 'points')} for the client"
    return f"What the new rules owe {client(line)} was paid{got}."


def ledger_verified(line: AuditLine) -> str:
    level, size, findings = (whole(line, name) for name in ("level", "size", "findings"))
    parts = [] if level is None else [f"levels 1 to {level}"]
    if size is not None:
        parts.append(count(size, "record"))
    if findings is not None:
        parts.append(count(findings, "finding") if findings else "no findings")
    return f"{who(line)} verified the ledger{after_colon(parts, ', ')}."


def done(words: str) -> Sentence:
    """Return a sentence about something of which there is no more to say."""
    return lambda line: f"{who(line)} {words}."


def form_answered(line: AuditLine) -> str:
    return f"{who(line)} sent a form that changed nothing."


def state_adopted(line: AuditLine) -> str:
    rows = whole(line, "rows")
    found = "the rows" if rows is None else count(rows, "row")
    return f"An update began to watch {found} of {line.kind.replace('_', ' ')}."


def ledger_released(line: AuditLine) -> str:
    return f"{who(line)} looked at the findings and unlocked recording."


def checkpoint_signed(line: AuditLine) -> str:
    size = whole(line, "size")
    return (
        f"{who(line)} signed a checkpoint of the ledger{after_colon([] if size is None else [count(size, 'record')])}."
    )


def draft_saved(line: AuditLine) -> str:
    return f"{who(line)} saved a draft of a schedule."


def draft_discarded(line: AuditLine) -> str:
    return f"{who(line)} discarded a draft of a schedule."


def currency_set(line: AuditLine) -> str:
    code = line.detail.get("currency")
    return f"{who(line)} set the currency of the program{f': {code}' if code else ''}."


def point_value_set(line: AuditLine) -> str:
    cents = whole(line, "point_value_cents")
    return f"{who(line)} set what a point is worth{'' if cents is None else f': {money(cents)}'}."


def draft_sent(line: AuditLine) -> str:
    return f"{who(line)} sent a draft of a schedule to a second lead."


def draft_taken_back(line: AuditLine) -> str:
    return f"{who(line)} took a draft of a schedule back."


def draft_sent_back(line: AuditLine) -> str:
    return f"{who(line)} sent a draft of a schedule back to {line.name or 'whoever sent it'}."


def schedule_published(line: AuditLine) -> str:
    n, starts_on = whole(line, "number"), written_day(line, "starts_on")
    version = f"{'a version' if n is None else f'version {number(n)}'} of a schedule"
    since = f", to be used from {starts_on} on" if starts_on else ""
    if line.detail.get("alone") is True:
        return f"{who(line)} published {version} alone, as the program’s one lead{since}."
    if whole(line, "sent_by") is not None:
        return f"{who(line)} approved and published {version} that {line.name or 'another lead'} had sent{since}."
    return f"{who(line)} published {version}{since}."


def statement_made(line: AuditLine) -> str:
    return f"{who(line)} stated in writing that the program has one lead, who publishes alone."


def statement_revoked(line: AuditLine) -> str:
    return f"{who(line)} revoked the statement that the program has one lead."


def statement_ended(line: AuditLine) -> str:
    reasons = {
        "second_lead": "a second lead’s account was opened",
        "closed": "the lead’s account was closed or changed",
    }
    why = reasons.get(str(line.detail.get("reason")))
    return f"The statement that the program has one lead ended{f': {why}' if why else ''}."


def schedule_retired(line: AuditLine) -> str:
    return f"{who(line)} retired a schedule: it takes no new enrollment."


def schedule_reopened(line: AuditLine) -> str:
    return f"{who(line)} brought a retired schedule back."


def schedule_renamed(line: AuditLine) -> str:
    return f"{who(line)} gave a schedule another name. Its versions stay as they were approved."


def schedule_offered(line: AuditLine) -> str:
    return f"{who(line)} let a schedule be offered at {line.site_name or 'a site'}."


def schedule_withdrawn(line: AuditLine) -> str:
    return f"{who(line)} took a schedule out of what {line.site_name or 'a site'} offers at enrolling."


def site_added(line: AuditLine) -> str:
    return f"{who(line)} added the site {line.site_name}." if line.site_name else f"{who(line)} added a site."


def panel_done(verb: str) -> Sentence:
    """Return the sentence for what was done with a panel. The panel's name may say what it tests for, so it is left out."""

    def say(line: AuditLine) -> str:
        return f"{who(line)} {verb} a panel of test strips at {site(line)}."

    return say


def week_done(what: str) -> Sentence:
    """Return the sentence for a change of a site's week: "added a service". Names are left out."""

    def say(line: AuditLine) -> str:
        first, last = written_day(line, "first_day"), written_day(line, "last_day")
        days = f", {first}" if first and first == last else f", {first} to {last}" if first and last else ""
        return f"{who(line)} {what} at {site(line)}{days}."

    return say


def day_done(verb: str) -> Sentence:
    """Return the sentence for a day that was closed, or opened again."""

    def say(line: AuditLine) -> str:
        day = written_day(line, "on_day")
        return f"{who(line)} {verb} {day or 'a day'} at {site(line)}."

    return say


def downtime_signed(line: AuditLine) -> str:
    day, lines = written_day(line, "on_day"), whole(line, "lines")
    what = "lines" if lines is None else count(lines, "line")
    return f"{who(line)} signed {what} of the downtime sheet of {day or 'a day'} at {site(line)}."


def import_done(verb: str, to: str) -> Sentence:
    """Return the sentence for what somebody did with a file that is imported."""

    def say(line: AuditLine) -> str:
        return f"{who(line)} {verb}{to} {site(line)}."

    return say


def import_ended(line: AuditLine) -> str:
    added, refused = whole(line, "added"), whole(line, "refused")
    counts = [f"{number(added)} rows added"] if added is not None else []
    counts += [f"{number(refused)} refused"] if refused is not None else []
    return (
        f"The import of a file by {line.staff_name or 'somebody'} into {site(line)} ended{after_colon(counts, ', ')}."
    )


def lot_added(line: AuditLine) -> str:
    since = written_day(line, "used_from")
    return f"{who(line)} entered a lot of test kits at {site(line)}{f', in use from {since}' if since else ''}."


def rule_set(turned_on: str, turned_off: str, unit: str) -> Sentence:
    """Return the sentence for a rule of a site that has a number of `unit`s, or is off (None in the detail).

    `turned_on` has a placeholder for the number, and `turned_off` is used when the rule is off.
    """
    now, before = f"{unit}s", f"{unit}s_before"

    def say(line: AuditLine) -> str:
        if now not in line.detail:
            return f"{who(line)} changed a rule of {site(line)}."
        new_value, old_value = whole(line, now), whole(line, before)
        rule = turned_off if new_value is None else turned_on.format(count(new_value, unit))
        old = (
            f" (before: {'no rule' if old_value is None else count(old_value, unit)})" if before in line.detail else ""
        )
        return f"{who(line)} {rule} at {site(line)}{old}."

    return say


def settings_changed(line: AuditLine) -> str:
    """Return the sentence with each changed setting, its new value and the old one (`undo_minutes_before`)."""
    parts = [
        f"{_label(name)} {_setting_value(name, value)} (before: {_setting_value(name, line.detail[f'{name}_before'])})"
        for name, value in line.detail.items()
        if f"{name}_before" in line.detail
    ]
    return f"{who(line)} changed the settings of {site(line)}{after_colon(parts)}."


def picture_done(done: str) -> Sentence:
    """Return the function for the sentence of what was done with the picture of a site's kiosk."""

    def say(line: AuditLine) -> str:
        return f"{who(line)} {done} the kiosk of {site(line)}."

    return say


_ENTRIES = {entry.name: entry for entry in SETTINGS}


def _label(name: str) -> str:
    """Return the label of a setting in quotation marks, or the name of one that this version does not know."""
    return f"“{_ENTRIES[name].label}”" if name in _ENTRIES else name.replace("_", " ")


def _setting_value(name: str, value: Any) -> str:
    entry = _ENTRIES.get(name)
    # Another version of the program may have allowed other values.
    if entry is None or entry.kind.problem(value, name) is not None:
        return _value(value)
    return entry.kind.words(value, currency())


def _value(value: object) -> str:
    if value is None:
        return "off"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return number(value) if isinstance(value, int) else str(value)


def list_downloaded(line: AuditLine) -> str:
    known = DOWNLOADS.get(str(line.detail.get("list")))
    report = line.detail.get("report")
    what = f"the report {report}" if report else known.words if known else "a list"
    way = line.detail.get("file")
    since, until = written_day(line, "since"), written_day(line, "until")
    days = f"{f', from {since}' if since else ''}{f', to {until}' if until else ''}"
    if way == PRINT:
        return f"{who(line)} printed {what}{days}."
    file = "an XLSX file" if way == XLSX else "a CSV file"
    return f"{who(line)} downloaded {what} as {file}{days}."


def report_done(did: str) -> Sentence:
    """Return the sentence for a saved report, by the report that was saved: its own name is a text that somebody typed."""

    def say(line: AuditLine) -> str:
        return f"{who(line)} {did} the report {line.detail.get('report') or ''}".strip() + "."

    return say


def views_dropped(line: AuditLine) -> str:
    n = whole(line, "n")
    looks = "Looks" if n is None else f"{number(n)} looks"
    return f"{looks} at records could not be written down: the disk was full, or the database was not there."


def identity_opened(line: AuditLine) -> str:
    return f"{who(line)} opened who {client(line)} is, for an hour."
