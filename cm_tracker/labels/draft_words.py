"""The words of the editor of schedules: what its sentences say around their fields, its help, and its picture."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from markupsafe import Markup, escape

from cm_tracker import i18n
from cm_tracker.domain import phrases
from cm_tracker.domain.schedules.invented import ABSENT, LAPSE, PERFECT, Invented
from cm_tracker.i18n import gettext, lazy, money, ngettext, number
from cm_tracker.labels.counting import unit_name

Pairs = tuple[tuple[str, str], ...]
OWN_RESETS: Pairs = (("false", lazy("the same as in all weeks")), ("true", lazy("what is ticked here")))
HELP: Mapping[str, str] = {
    "verified": lazy(
        "What staff look at, and what has to be true of it. A group of drugs is negative when all in it are."
    ),
    "weeks": lazy(
        "How long it lasts and how often it is tested. Add a part where the rules change after some weeks. The "
        "parts follow one another without a gap."
    ),
    "ladder": lazy(
        "What the first success pays, and how the value rises with every success in a row. Leave the most empty "
        "for a ladder without a limit."
    ),
    "bonuses": lazy("More for every few successes in a row, or for a full week. A bonus does not change the ladder."),
    "lapse": lazy("What sends the value back, how far, and how a client wins it back. An excused absence never does."),
    "ceilings": lazy("The most that a client may get in a time. A ceiling cuts what is paid and not the ladder."),
    "bowl": lazy("A draw takes a slip and puts it back, so the chances stay the same. Only draws need a bowl."),
}
# Sentences with many fields in them.
LADDER = lazy(
    "The first %(met)s pays %(first)s %(unit)s%(first_worth)s. Every further one in a row pays %(more)s more%(more_worth)s, "
    "at most %(most)s%(most_worth)s [[empty: no limit]]. It rises after %(rises)s."
)
WAY_BACK = lazy(
    "After %(after)s %(many)s in a row the value returns to %(to)s, from %(since)s "
    "[[empty: it is climbed again step by step]]."
)
BY_READING = lazy(
    "Or the reading decides what is paid: %(scale)s [[such as 3 = 40, 6 = 20. Then nothing stands in “at or below”.]]"
)


# What a field is called where two drafts are compared, by the last word of its path.
FIELDS: Mapping[str, str] = {
    "name": lazy("Name"),
    "source": lazy("Source"),
    "behavior": lazy("Short name"),
    "title": lazy("Title"),
    "evidence": lazy("What staff record"),
    "target": lazy("Negative for"),
    "also_negative": lazy("Negative for, as well"),
    "pays": lazy("It pays"),
    "weeks": lazy("From week, to week"),
    "visits_per_week": lazy("Visits a week"),
    "pays_nothing": lazy("Visits that pay nothing"),
    "period_weeks": lazy("Weeks of a period"),
    "base": lazy("The first one pays"),
    "step": lazy("Every further one"),
    "cap": lazy("At most"),
    "rises": lazy("It rises after"),
    "values": lazy("Values one by one"),
    "carry_level": lazy("Goes on from the part before"),
    "start_level": lazy("Begins at level"),
    "most_paid": lazy("Most visits that are paid"),
    "week_bonus": lazy("Bonus for a full week"),
    "every": lazy("A bonus after every"),
    "amount": lazy("Amount"),
    "run_bonus": lazy("Bonus for a run"),
    "side_bonus": lazy("Bonus beside it"),
    "reset_on": lazy("What resets"),
    "reset_to": lazy("Where it falls to"),
    "drop": lazy("Levels down"),
    "restore": lazy("The way back"),
    "after": lazy("The way back after"),
    "takes_effect": lazy("It takes effect"),
    "to": lazy("Back to"),
    "restore_week_rises": lazy("The week rises"),
    "on_dilute": lazy("A dilute test"),
    "hours": lazy("Hours of a week"),
    "min_hours_between": lazy("Hours between two"),
    "unit": lazy("Unit"),
    "at_most": lazy("A reading at or below"),
    "falls_by_percent": lazy("Lower than the last by percent"),
    "of_last": lazy("Among the last"),
    "rank": lazy("The lowest of them"),
    "scale": lazy("Pays by the reading"),
    "scope": lazy("Ceiling for"),
    "cents": lazy("Money"),
    "from": lazy("From the day"),
    "days": lazy("Days"),
    "tier": lazy("Tier"),
    "count": lazy("Slips"),
    "corrections": lazy("Paid by mistake"),
    "currency": lazy("Currency"),
    "point_value_cents": lazy("One point"),
    "bowl": lazy("The bowl"),
    "tracks": lazy("Behavior"),
    "phases": lazy("Part of the weeks"),
    "ceilings": lazy("Ceiling"),
    "slips": lazy("Slip"),
}


class EvidenceWords(NamedTuple):
    """How sentences speak of an evidence: when it counts, one of them that does, many of those, and many at all.

    `counts` is a sentence with the choice of the evidence in it.
    """

    counts: str
    one_met: str
    many_met: str
    many: str


_WORDS = {
    "drug_test": EvidenceWords(
        lazy("A %(what)s counts when it is negative for"), lazy("negative test"), lazy("negative tests"), lazy("tests")
    ),
    "breath_test": EvidenceWords(
        lazy("A %(what)s counts when it is negative."), lazy("negative test"), lazy("negative tests"), lazy("tests")
    ),
    "reading": EvidenceWords(
        lazy("A %(what)s counts when it is low enough."),
        lazy("test that counts"),
        lazy("tests that count"),
        lazy("tests"),
    ),
    "attendance": EvidenceWords(
        lazy("A %(what)s counts when the client is there."),
        lazy("attended visit"),
        lazy("attended visits"),
        lazy("visits"),
    ),
    "activity": EvidenceWords(
        lazy("A %(what)s counts when it is done."),
        lazy("finished activity"),
        lazy("finished activities"),
        lazy("activities"),
    ),
    "hours": EvidenceWords(
        lazy("A %(what)s count by the week."), lazy("full week"), lazy("full weeks"), lazy("results")
    ),
}


def of_evidence(evidence: object) -> EvidenceWords:
    """Return the words of an evidence; those of attendance where a document names none that is known."""
    return _WORDS.get(evidence, _WORDS["attendance"]) if isinstance(evidence, str) else _WORDS["attendance"]


def rises(evidence: object) -> Pairs:
    """Return after what the ladder rises, to choose."""
    return (("visit", gettext("each %(one)s", one=of_evidence(evidence).one_met)), ("week", gettext("each full week")))


def said(text: str) -> str:
    """Return what the check of a document says in the current language."""
    return phrases.said(text, i18n)


def put(sentence: str, fields: Mapping[str, object]) -> Markup:
    """Return a sentence as HTML with its fields in it. What stands in [[two brackets]] is a word of help."""
    begins, ends = Markup('<span class="help">'), Markup("</span>")
    return escape(sentence).replace("[[", begins).replace("]]", ends) % dict(fields)


def unit(pays: object) -> str:
    """Return what a track pays: points, or draws."""
    return unit_name("draws" if pays == "draws" else "points", 2)


def part(is_first: bool, period_weeks: object) -> str:
    """Return the sentence of a part of the weeks, with its fields."""
    if not period_weeks or period_weeks == 1:
        if is_first:
            return gettext("From week %(first)s to week %(last)s, %(visits)s %(many)s a week, %(paid)s.")
        return gettext("Then from week %(first)s to week %(last)s, %(visits)s %(many)s a week, %(paid)s.")
    if is_first:
        return gettext("From week %(first)s to week %(last)s, %(visits)s %(many)s a period, %(paid)s.")
    return gettext("Then from week %(first)s to week %(last)s, %(visits)s %(many)s a period, %(paid)s.")


def weeks(phase: Mapping[str, Any]) -> str:
    """Return the weeks of a part of a document, as far as they are filled in."""
    first, last = phase["weeks"]
    if first == last:
        return gettext("Week %(n)s", n=first)
    return gettext("Weeks %(first)s to %(last)s", first=first, last=last)


def bowl_paths(bowl: Mapping[str, Any]) -> list[str]:
    """Return the paths of the fields of a bowl and of its slips."""
    of_slips = [
        f"bowl.slips[{n}].{key}" for n in range(len(bowl.get("slips") or [])) for key in ("tier", "count", "cents")
    ]
    return ["bowl.name", *of_slips]


def behavior(track: Mapping[str, Any], place: int) -> str:
    """Return what the rail calls a behavior."""
    title = str(track.get("title") or track.get("behavior") or "").strip()
    return title or gettext("Behavior %(n)s", n=place)


def field(path: str) -> str:
    """Return what a field of a document is called, with its number where it is one of several."""
    part = path.rpartition(".")[2]
    key, _, place = part.rstrip("]").partition("[")
    words = str(FIELDS.get(key, key.replace("_", " ")))
    return f"{words} {int(place) + 1}" if place else words


def value(path: str, held: object) -> str:
    """Return what a field of a document holds, in a few words. A part that is only in one of two is there or not."""
    if held is None or held == "" or held == []:
        return "–"
    if isinstance(held, bool):
        return gettext("yes") if held else gettext("no")
    if isinstance(held, int) and path.endswith("cents"):
        return money(held)
    if isinstance(held, list):
        return ", ".join(value("", one) for one in held)
    if isinstance(held, dict):
        return gettext("is there")
    return str(held).replace("_", " ") if path.rpartition(".")[2] not in ("name", "source", "title") else str(held)


def behaviors(n: int) -> str:
    """Return how many behaviors a draft has."""
    return ngettext("One behavior:", "%(n)s behaviors:", n)


def to_settle(n: int) -> str:
    """Return how many things have to be settled before a draft can be tried."""
    return ngettext(
        "%(n)s thing to settle before this can be tried.", "%(n)s things to settle before this can be tried.", n
    )


def while_typing() -> dict[str, str]:
    """Return the attributes of the form with what its script says."""
    return {
        "data-choose": gettext("Not saved yet: choose above which one is right."),
        "data-refused": gettext("Not saved since your last change. Press Save: it says why."),
        "data-unreachable": gettext(
            "Not saved since your last change: the program does not answer. It is tried again."
        ),
        "data-saving": gettext("Still saving…"),
        "data-old": gettext(
            "This is the last complete draft, of %(time)s. It follows again when everything is settled.", time="{time}"
        ),
    }


def name_of(client: Invented) -> str:
    """Return what the picture calls an invented client."""
    return {PERFECT: gettext("All met"), LAPSE: gettext("One lapse"), ABSENT: gettext("Often absent")}[client.kind]


def about(client: Invented) -> str:
    """Return what happens to an invented client, in a few words."""
    if client.kind == LAPSE:
        return gettext("in week %(n)s", n=client.week_of_lapse)
    if client.kind == ABSENT:
        return ngettext("%(n)s missed", "%(n)s missed", client.missed)
    if client.ceiling_week:
        return gettext("reaches the ceiling in week %(n)s", n=client.ceiling_week)
    return gettext("never lapses")


def worth_a_look(perfect: Invented, bonus: int | None, unit: str) -> str:
    """Return what a ceiling does to a client who meets every target, or an empty text where it does nothing."""
    if not perfect.cut:
        return ""
    says = ngettext(
        "Who never lapses reaches the ceiling in week %(week)s: %(n)s visit is paid less or nothing.",
        "Who never lapses reaches the ceiling in week %(week)s: %(n)s visits are paid less or nothing.",
        perfect.cut,
        week=perfect.ceiling_week,
    )
    if bonus is None:
        return says
    fits = gettext("A bonus of %(n)s %(unit)s would fit under the ceiling.", n=number(bonus), unit=unit_name(unit, 2))
    return f"{says} {fits}"
