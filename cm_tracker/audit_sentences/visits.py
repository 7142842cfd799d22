"""The sentences about visits: recorded, corrected, imported, and typed from paper."""

from collections.abc import Mapping

from cm_tracker.audit_sentences.words import amount, followed, of, signed, whole, written_day
from cm_tracker.domain.visits import corrections
from cm_tracker.i18n import day, gettext, marked, ngettext
from cm_tracker.queries.audit.trail import AuditLine

# What somebody did, by the kind of correction: on a day, and where the line has no day.
_CORRECTED: Mapping[str, tuple[str, str]] = {
    corrections.ANSWERED: (
        marked("%(who)s entered the lab result for the visit of %(client)s on %(day)s."),
        marked("%(who)s entered the lab result for the visit of %(client)s."),
    ),
    corrections.EXCUSED: (
        marked("%(who)s excused the absence of %(client)s on %(day)s."),
        marked("%(who)s excused the absence of %(client)s."),
    ),
    corrections.CORRECTED: (
        marked("%(who)s corrected the visit of %(client)s on %(day)s."),
        marked("%(who)s corrected the visit of %(client)s."),
    ),
    corrections.VOIDED: (
        marked("%(who)s voided the visit of %(client)s on %(day)s."),
        marked("%(who)s voided the visit of %(client)s."),
    ),
    corrections.UNDONE: (
        marked("%(who)s undid the entry of the visit of %(client)s on %(day)s."),
        marked("%(who)s undid the entry of the visit of %(client)s."),
    ),
    corrections.REVERTED: (
        marked("%(who)s undid the correction of the visit of %(client)s on %(day)s."),
        marked("%(who)s undid the correction of the visit of %(client)s."),
    ),
    corrections.AGAIN: (
        marked("%(who)s re-entered the visit of %(client)s on %(day)s."),
        marked("%(who)s re-entered the visit of %(client)s."),
    ),
    corrections.ANOTHER_SPECIMEN: (
        marked("%(who)s entered another specimen for the visit of %(client)s on %(day)s."),
        marked("%(who)s entered another specimen for the visit of %(client)s."),
    ),
}
# The same for the hours of a week. The day is the last of the week.
_CORRECTED_HOURS: Mapping[str, tuple[str, str]] = {
    corrections.CORRECTED: (
        marked("%(who)s corrected the hours of a week of %(client)s, which ended on %(day)s."),
        marked("%(who)s corrected the hours of a week of %(client)s."),
    ),
    corrections.VOIDED: (
        marked("%(who)s voided the hours of a week of %(client)s, which ended on %(day)s."),
        marked("%(who)s voided the hours of a week of %(client)s."),
    ),
    corrections.UNDONE: (
        marked("%(who)s undid the entry of the hours of a week of %(client)s, which ended on %(day)s."),
        marked("%(who)s undid the entry of the hours of a week of %(client)s."),
    ),
    corrections.REVERTED: (
        marked("%(who)s undid the correction of the hours of a week of %(client)s, which ended on %(day)s."),
        marked("%(who)s undid the correction of the hours of a week of %(client)s."),
    ),
    corrections.AGAIN: (
        marked("%(who)s re-entered the hours of a week of %(client)s, which ended on %(day)s."),
        marked("%(who)s re-entered the hours of a week of %(client)s."),
    ),
}
_RECORDED = (
    marked("%(who)s recorded a visit of %(client)s on %(day)s."),
    marked("%(who)s recorded a visit of %(client)s."),
)
_HOURS = (
    marked("%(who)s entered the hours of a week of %(client)s, which ended on %(day)s."),
    marked("%(who)s entered the hours of a week of %(client)s."),
)


def _of_visit(line: AuditLine, sentences: tuple[str, str]) -> str:
    """Return the sentence with the day of the visit, or the one without where the line has none."""
    with_day, without = sentences
    return gettext(with_day, **of(line), day=day(line.day)) if line.day else gettext(without, **of(line))


def visit_recorded(line: AuditLine) -> str:
    paid = whole(line, "paid")
    earned = [amount(paid, line.detail.get("unit"))] if paid else []
    return followed(_of_visit(line, _HOURS if line.detail.get("what") == "hours" else _RECORDED), earned)


def visit_corrected(line: AuditLine) -> str:
    effects = []
    for unit in ("points", "draws"):
        if to_client := whole(line, f"{unit}_to_client"):
            effects.append(gettext("%(amount)s for the client", amount=signed(to_client, unit)))
        if to_program := whole(line, f"{unit}_to_program"):
            borne = amount(abs(to_program), unit)
            effects.append(
                gettext("the program bears %(amount)s", amount=borne)
                if to_program > 0
                else gettext("the program no longer bears %(amount)s", amount=borne)
            )
    sentences = _CORRECTED_HOURS if line.detail.get("what") == "hours" else _CORRECTED
    said = sentences.get(str(line.detail.get("how")), sentences[corrections.CORRECTED])
    return followed(_of_visit(line, said), effects)


def visits_imported(line: AuditLine) -> str:
    visits, points = whole(line, "visits"), whole(line, "points")
    sentence = (
        gettext("%(who)s added visits of %(client)s.", **of(line))
        if visits is None
        else ngettext(
            "%(who)s added %(n)s visit of %(client)s.", "%(who)s added %(n)s visits of %(client)s.", visits, **of(line)
        )
    )
    return followed(sentence, [amount(points, "points")] if points else [])


def downtime_typed(line: AuditLine) -> str:
    on, visits, borne = written_day(line, "on_day"), whole(line, "visits"), whole(line, "borne")
    more = [ngettext("%(n)s visit", "%(n)s visits", visits)] if visits else []
    more += [gettext("the program bears %(amount)s of a prize", amount=amount(borne, "points"))] if borne else []
    sentence = (
        gettext("%(who)s typed the downtime sheet of %(day)s for %(client)s.", **of(line), day=on)
        if on
        else gettext("%(who)s typed the downtime sheet of a day for %(client)s.", **of(line))
    )
    return followed(sentence, more)
