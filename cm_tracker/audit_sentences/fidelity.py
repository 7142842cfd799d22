"""The sentences about training, a site's checklist and observed sessions."""

from cm_tracker.audit_sentences.words import Sentence, dated, followed, of
from cm_tracker.i18n import gettext, marked
from cm_tracker.labels.fidelity import ITEM_NAMES, SUBJECTS_IN_SHORT, subjects
from cm_tracker.queries.audit.trail import AuditLine


def _subjects(line: AuditLine) -> str:
    names = [name for name in str(line.detail.get("subjects", "")).split() if name in SUBJECTS_IN_SHORT]
    return subjects(names) or gettext("a subject")


def _with_subjects(sentence: Sentence) -> Sentence:
    return lambda line: followed(sentence(line), [_subjects(line)])


training_recorded = _with_subjects(
    dated(
        "trained_on",
        marked("%(who)s recorded a training of %(name)s on %(day)s."),
        marked("%(who)s recorded a training of %(name)s."),
    )
)
training_withdrawn = _with_subjects(
    dated(
        "trained_on",
        marked("%(who)s withdrew the record of a training of %(name)s on %(day)s."),
        marked("%(who)s withdrew the record of a training of %(name)s."),
    )
)
_RATED = dated(
    "session_on",
    marked("%(who)s rated a session of %(name)s on %(day)s."),
    marked("%(who)s rated a session of %(name)s."),
)
_RATED_AGAIN = dated(
    "session_on",
    marked("%(who)s corrected the rating of a session of %(name)s on %(day)s."),
    marked("%(who)s corrected the rating of a session of %(name)s."),
)


def readiness_marked(line: AuditLine) -> str:
    item = ITEM_NAMES.get(str(line.detail.get("item"))) or gettext("a point")
    if line.detail.get("is_done"):
        return gettext("%(who)s confirmed on the checklist of %(site)s: %(item)s.", **of(line), item=item)
    return gettext("%(who)s took back on the checklist of %(site)s: %(item)s.", **of(line), item=item)


def session_rated(line: AuditLine) -> str:
    return (_RATED_AGAIN if line.detail.get("is_correction") else _RATED)(line)
