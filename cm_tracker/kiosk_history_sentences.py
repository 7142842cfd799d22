"""The words of a client's history at the kiosk: what a visit earned and why, and what was put right, in easy words."""

from cm_tracker.domain.schedules import outcomes
from cm_tracker.domain.schedules.ladder import BASELINE, EXTRA, OUTSIDE, PAID, TOO_SOON
from cm_tracker.domain.visits.corrections import ANSWERED
from cm_tracker.domain.visits.corrections import EXCUSED as EXCUSED_AFTERWARDS
from cm_tracker.i18n import gettext, short_day
from cm_tracker.kiosk_sentences import for_your
from cm_tracker.queries.kiosk.history import PUT_RIGHT, Line, PutRightLine, VisitLine
from cm_tracker.sentences import amount, ceiling_name, closed_on

_ = gettext
COUNTED, WAITS, EXCUSED, DID_NOT_COUNT = "counted", "waits", "excused", "did-not-count"


def words() -> tuple[tuple[str, str], ...]:
    """Return the four words with what each means."""
    return (
        (COUNTED, _("You got what you earned.")),
        (WAITS, _("We wait for the laboratory.")),
        (EXCUSED, _("You told us, or we were closed. Your step stays.")),
        (DID_NOT_COUNT, _("It earned nothing that day. All you had stays yours.")),
    )


def word(name: str) -> str:
    """Return one of the four words."""
    return {
        COUNTED: _("Counted"),
        WAITS: _("Not decided yet"),
        EXCUSED: _("Excused"),
        DID_NOT_COUNT: _("Did not count"),
    }[name]


def word_of(line: VisitLine) -> str:
    """Return which of the four words says what became of a visit."""
    if line.result is None:
        return DID_NOT_COUNT
    if line.result.why == PAID:
        return COUNTED
    return {outcomes.PENDING: WAITS, outcomes.DISPUTED: WAITS, outcomes.EXCUSED: EXCUSED}.get(
        line.result.outcome, DID_NOT_COUNT
    )


def heading(line: Line) -> str:
    """Return what a line is about, alike for every visit."""
    if line.kind == PUT_RIGHT or not isinstance(line, VisitLine):
        return _("Put right")
    return {"hours": _("Week"), "activity": _("Goal")}.get(line.track.evidence, _("Visit"))


def parts(line: VisitLine) -> tuple[tuple[int, str], ...]:
    """Return the parts of what a visit earned, each with what it is for. A visit of one part that was paid has none."""
    result = line.result
    if result is None or result.why != PAID:
        return ()
    found = (
        (result.ladder, for_your(line.track)),
        (result.run_bonus, _("extra for the flag")),
        (result.week_bonus, _("extra for the full week")),
        (result.side_bonus, _("extra on top")),
    )
    there = tuple((much, what) for much, what in found if much)
    return there if len(there) > 1 or result.cut_by else ()


def reasons(line: VisitLine) -> tuple[str, ...]:
    """Return why a visit earned what it did, where that needs words, and how it was put right."""
    return tuple(sentence for sentence in (_why(line), _cut(line), _put_right(line), _kept(line)) if sentence)


def put_right(line: PutRightLine) -> str:
    """Return what a lead added or took away."""
    if line.amount < 0:
        return _("%(amount)s less", amount=amount(-line.amount, line.unit))
    return _("%(amount)s more", amount=amount(line.amount, line.unit))


def _why(line: VisitLine) -> str:
    result = line.result
    if result is None:
        return _("This line was a mistake of ours.")
    if result.why == PAID:
        return "" if result.paid else _("It moves you on to your next step.")
    if result.outcome in (outcomes.PENDING, outcomes.DISPUTED):
        return _("When we know, it counts for this day.")
    if result.outcome == outcomes.EXCUSED:
        return closed_on(line.day) if line.visit.excuse == "clinic_closed" else _("Your step stays where it was.")
    if result.why in (OUTSIDE, BASELINE):
        return _("Nothing is paid in these weeks.")
    if result.why == EXTRA:
        return _("You had all that is paid in that week.")
    if result.why == TOO_SOON:
        return _("It was too soon after the one before.")
    if result.outcome == outcomes.UNEXCUSED and line.track.evidence not in ("hours", "activity"):
        return _("We missed you that day. All you had stays yours.")
    return _("All you had stays yours.")


def _cut(line: VisitLine) -> str:
    if line.result is None or line.result.cut_by is None:
        return ""
    limit = ceiling_name(line.result.cut_by)
    return _("You got %(paid)s: %(limit)s left no more.", paid=amount(line.result.paid, line.unit), limit=limit)


def _put_right(line: VisitLine) -> str:
    if line.put_right_on is None or line.result is None:
        return ""
    on = short_day(line.put_right_on)
    if line.put_right == ANSWERED:
        return _("We got the answer on %(day)s.", day=on)
    if line.put_right == EXCUSED_AFTERWARDS:
        return _("We excused it on %(day)s.", day=on)
    return _("We put it right on %(day)s. We are sorry.", day=on)


def _kept(line: VisitLine) -> str:
    return _("You keep %(amount)s that you got for it.", amount=amount(line.kept, line.unit)) if line.kept else ""
