"""The sentences about training, a site's checklist and observed sessions."""

from cm_tracker.audit_sentences.words import site, who, written_day
from cm_tracker.labels.fidelity import ITEM_NAMES, SUBJECTS_IN_SHORT, subjects
from cm_tracker.queries.audit.trail import AuditLine


def _of(line: AuditLine) -> str:
    return f" of {line.name}" if line.name else ""


def _on(line: AuditLine, name: str) -> str:
    return f" on {day}" if (day := written_day(line, name)) else ""


def _subjects(line: AuditLine) -> str:
    names = [name for name in str(line.detail.get("subjects", "")).split() if name in SUBJECTS_IN_SHORT]
    return subjects(names) or "a subject"


def training_recorded(line: AuditLine) -> str:
    return f"{who(line)} recorded a training{_of(line)}{_on(line, 'trained_on')}: {_subjects(line)}."


def training_withdrawn(line: AuditLine) -> str:
    on = _on(line, "trained_on")
    return f"{who(line)} withdrew the record of a training{_of(line)}{on}: {_subjects(line)}."


def readiness_marked(line: AuditLine) -> str:
    did = "confirmed" if line.detail.get("is_done") else "took back"
    item = ITEM_NAMES.get(str(line.detail.get("item")), "a point")
    return f"{who(line)} {did} on the checklist of {site(line)}: {item}."


def session_rated(line: AuditLine) -> str:
    did = "corrected the rating of" if line.detail.get("is_correction") else "rated"
    return f"{who(line)} {did} a session{_of(line)}{_on(line, 'session_on')}."
