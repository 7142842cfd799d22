"""The sentences about the program: its ledger, adjustments and merges, files that come in, and lists that go out."""

from cm_tracker.audit_sentences.words import Sentence, followed, of, signed, told, whole, written_day
from cm_tracker.domain.audit.downloads import DOWNLOADS, PRINT, XLSX
from cm_tracker.domain.ledger.adjustments import APPROVED, DECLINED, WITHDRAWN
from cm_tracker.i18n import gettext, marked, ngettext, number
from cm_tracker.labels.downloads import words
from cm_tracker.queries.audit.trail import AuditLine


def _adjusted(line: AuditLine) -> list[str]:
    moved = whole(line, "amount")
    return [signed(moved, line.detail.get("unit"))] if moved else []


def adjustment_requested(line: AuditLine) -> str:
    return followed(gettext("%(who)s asked for an adjustment for %(client)s.", **of(line)), _adjusted(line))


_ADJUSTMENTS = {
    APPROVED: marked("%(who)s approved the adjustment for %(client)s."),
    DECLINED: marked("%(who)s declined the adjustment for %(client)s."),
    WITHDRAWN: marked("%(who)s withdrew the adjustment for %(client)s."),
}
_ADJUSTMENT = marked("%(who)s decided about the adjustment for %(client)s.")
_MERGES = {
    APPROVED: marked("%(who)s approved the merge of %(record)s into %(client)s."),
    DECLINED: marked("%(who)s declined the merge of %(record)s into %(client)s."),
    WITHDRAWN: marked("%(who)s withdrew the merge of %(record)s into %(client)s."),
}
_MERGE = marked("%(who)s decided about the merge of %(record)s into %(client)s.")


def adjustment_decided(line: AuditLine) -> str:
    said = _ADJUSTMENTS.get(str(line.detail.get("decision")), _ADJUSTMENT)
    return followed(gettext(said, **of(line)), _adjusted(line))


def _merged(line: AuditLine, message: str) -> str:
    return gettext(message, **of(line), record=line.detail.get("from_code") or gettext("another record"))


def merge_requested(line: AuditLine) -> str:
    return _merged(line, marked("%(who)s asked to merge %(record)s into %(client)s."))


def merge_decided(line: AuditLine) -> str:
    return _merged(line, _MERGES.get(str(line.detail.get("decision")), _MERGE))


def points_expired(line: AuditLine) -> str:
    points, due = whole(line, "points"), written_day(line, "due_on")
    sentence = (
        gettext("Points of %(client)s expired.", **of(line))
        if points is None
        else ngettext("%(n)s point of %(client)s expired.", "%(n)s points of %(client)s expired.", points, **of(line))
    )
    return followed(sentence, [gettext("due on %(day)s", day=due)] if due else [], after=", ")


def enrollment_recalculated(line: AuditLine) -> str:
    points = whole(line, "points")
    got = [] if points is None else [gettext("%(amount)s for the client", amount=signed(points, "points"))]
    return followed(gettext("What the new rules owe %(client)s was paid.", **of(line)), got)


def _records(size: int | None) -> list[str]:
    return [] if size is None else [ngettext("%(n)s record", "%(n)s records", size)]


def ledger_verified(line: AuditLine) -> str:
    level, size, findings = (whole(line, name) for name in ("level", "size", "findings"))
    parts = [] if level is None else [gettext("levels 1 to %(level)s", level=level)]
    parts += _records(size)
    if findings is not None:
        parts.append(ngettext("%(n)s finding", "%(n)s findings", findings) if findings else gettext("no findings"))
    return followed(gettext("%(who)s verified the ledger.", **of(line)), parts, ", ")


ledger_released = told(marked("%(who)s looked at the findings and unlocked recording."))


def checkpoint_signed(line: AuditLine) -> str:
    return followed(gettext("%(who)s signed a checkpoint of the ledger.", **of(line)), _records(whole(line, "size")))


note_erased = told(marked("%(who)s erased the text of a note."))
key_added = told(marked("%(who)s made a new key of names and notes, and began to encrypt everything again with it."))
key_dropped = told(marked("%(who)s dropped the older key of names and notes."))
form_answered = told(marked("%(who)s sent a form that changed nothing."))


def state_adopted(line: AuditLine) -> str:
    rows, table = whole(line, "rows"), line.kind.replace("_", " ")
    if rows is None:
        return gettext("An update began to watch the rows of %(table)s.", table=table)
    return ngettext(
        "An update began to watch %(n)s row of %(table)s.",
        "An update began to watch %(n)s rows of %(table)s.",
        rows,
        table=table,
    )


def import_ended(line: AuditLine) -> str:
    added, refused = whole(line, "added"), whole(line, "refused")
    counts = [gettext("%(number)s rows added", number=number(added))] if added is not None else []
    counts += [gettext("%(number)s refused", number=number(refused))] if refused is not None else []
    sentence = gettext(
        "The import of a file by %(staff)s into %(site)s ended.",
        **of(line),
        staff=line.staff_name or gettext("somebody"),
    )
    return followed(sentence, counts, ", ")


def list_downloaded(line: AuditLine) -> str:
    report, way = line.detail.get("report"), line.detail.get("file")
    known = str(line.detail.get("list"))
    if report:
        what = gettext("the report %(report)s", report=report)
    else:
        what = words(known) if known in DOWNLOADS else gettext("a list")
    if way == PRINT:
        sentence = gettext("%(who)s printed %(what)s.", **of(line), what=what)
    elif way == XLSX:
        sentence = gettext("%(who)s downloaded %(what)s as an XLSX file.", **of(line), what=what)
    else:
        sentence = gettext("%(who)s downloaded %(what)s as a CSV file.", **of(line), what=what)
    since, until = written_day(line, "since"), written_day(line, "until")
    days = [gettext("from %(day)s", day=since)] if since else []
    days += [gettext("to %(day)s", day=until)] if until else []
    return followed(sentence, days, ", ", after=", ")


def report_done(message: str) -> Sentence:
    """Return the sentence for a saved report, by the report that was saved: its own name is a text that somebody typed."""
    return lambda line: gettext(message, **of(line), report=line.detail.get("report") or "").replace(" .", ".")


def views_dropped(line: AuditLine) -> str:
    n = whole(line, "n")
    if n is None:
        return gettext("Looks at records could not be written down: the disk was full, or the database was not there.")
    return gettext(
        "%(number)s looks at records could not be written down: the disk was full, or the database was not there.",
        number=number(n),
    )
