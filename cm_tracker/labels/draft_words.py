"""The words of the editor of schedules: what its sentences say around their fields, its help, and its picture."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from cm_tracker.domain.schedules.invented import ABSENT, LAPSE, PERFECT, Invented
from cm_tracker.i18n import money, number
from cm_tracker.labels.counting import counted, plural

Pairs = tuple[tuple[str, str], ...]
OWN_RESETS: Pairs = (("false", "the same as in all weeks"), ("true", "what is ticked here"))
HELP: Mapping[str, str] = {
    "verified": "What staff look at, and what has to be true of it. A group of drugs is negative when all in it are.",
    "weeks": "How long it lasts and how often it is tested. Add a part where the rules change after some weeks. The "
    "parts follow one another without a gap.",
    "ladder": "What the first success pays, and how the value rises with every success in a row. Leave the most empty "
    "for a ladder without a limit.",
    "bonuses": "More for every few successes in a row, or for a full week. A bonus does not change the ladder.",
    "lapse": "What sends the value back, how far, and how a client wins it back. An excused absence never does.",
    "ceilings": "The most that a client may get in a time. A ceiling cuts what is paid and not the ladder.",
    "bowl": "A draw takes a slip and puts it back, so the chances stay the same. Only draws need a bowl.",
}


# What a field is called where two drafts are compared, by the last word of its path.
FIELDS: Mapping[str, str] = {
    "name": "Name",
    "source": "Source",
    "behavior": "Short name",
    "title": "Title",
    "evidence": "What staff record",
    "target": "Negative for",
    "also_negative": "Negative for, as well",
    "pays": "It pays",
    "weeks": "From week, to week",
    "visits_per_week": "Visits a week",
    "pays_nothing": "Visits that pay nothing",
    "period_weeks": "Weeks of a period",
    "base": "The first one pays",
    "step": "Every further one",
    "cap": "At most",
    "rises": "It rises after",
    "values": "Values one by one",
    "carry_level": "Goes on from the part before",
    "start_level": "Begins at level",
    "most_paid": "Most visits that are paid",
    "week_bonus": "Bonus for a full week",
    "every": "A bonus after every",
    "amount": "Amount",
    "run_bonus": "Bonus for a run",
    "side_bonus": "Bonus beside it",
    "reset_on": "What resets",
    "reset_to": "Where it falls to",
    "drop": "Levels down",
    "restore": "The way back",
    "after": "The way back after",
    "takes_effect": "It takes effect",
    "to": "Back to",
    "restore_week_rises": "The week rises",
    "on_dilute": "A dilute test",
    "hours": "Hours of a week",
    "min_hours_between": "Hours between two",
    "unit": "Unit",
    "at_most": "A reading at or below",
    "falls_by_percent": "Lower than the last by percent",
    "of_last": "Among the last",
    "rank": "The lowest of them",
    "scale": "Pays by the reading",
    "scope": "Ceiling for",
    "cents": "Money",
    "from": "From the day",
    "days": "Days",
    "tier": "Tier",
    "count": "Slips",
    "corrections": "Paid by mistake",
    "currency": "Currency",
    "point_value_cents": "One point",
    "bowl": "The bowl",
    "tracks": "Behavior",
    "phases": "Part of the weeks",
    "ceilings": "Ceiling",
    "slips": "Slip",
}


class EvidenceWords(NamedTuple):
    """How sentences speak of an evidence: when it counts, one of them that does, many of those, and many at all."""

    counts: str
    one_met: str
    many_met: str
    many: str


_WORDS = {
    "drug_test": EvidenceWords("counts when it is negative for", "negative test", "negative tests", "tests"),
    "breath_test": EvidenceWords("counts when it is negative.", "negative test", "negative tests", "tests"),
    "reading": EvidenceWords("counts when it is low enough.", "test that counts", "tests that count", "tests"),
    "attendance": EvidenceWords("counts when the client is there.", "attended visit", "attended visits", "visits"),
    "activity": EvidenceWords("counts when it is done.", "finished activity", "finished activities", "activities"),
    "hours": EvidenceWords("count by the week.", "full week", "full weeks", "results"),
}


def of_evidence(evidence: object) -> EvidenceWords:
    """Return the words of an evidence; those of attendance where a document names none that is known."""
    return _WORDS.get(evidence, _WORDS["attendance"]) if isinstance(evidence, str) else _WORDS["attendance"]


def rises(evidence: object) -> Pairs:
    """Return after what the ladder rises, to choose."""
    return (("visit", f"each {of_evidence(evidence).one_met}"), ("week", "each full week"))


def weeks(phase: Mapping[str, Any]) -> str:
    """Return the weeks of a part of a document, as far as they are filled in."""
    first, last = phase["weeks"]
    return f"Week {first}" if first == last else f"Weeks {first} to {last}"


def bowl_paths(bowl: Mapping[str, Any]) -> list[str]:
    """Return the paths of the fields of a bowl and of its slips."""
    of_slips = [
        f"bowl.slips[{n}].{key}" for n in range(len(bowl.get("slips") or [])) for key in ("tier", "count", "cents")
    ]
    return ["bowl.name", *of_slips]


def behavior(track: Mapping[str, Any], place: int) -> str:
    """Return what the rail calls a behavior."""
    title = str(track.get("title") or track.get("behavior") or "").strip()
    return title or f"Behavior {place}"


def field(path: str) -> str:
    """Return what a field of a document is called, with its number where it is one of several."""
    part = path.rpartition(".")[2]
    key, _, place = part.rstrip("]").partition("[")
    words = FIELDS.get(key, key.replace("_", " "))
    return f"{words} {int(place) + 1}" if place else words


def value(path: str, held: object) -> str:
    """Return what a field of a document holds, in a few words. A part that is only in one of two is there or not."""
    if held is None or held == "" or held == []:
        return "–"
    if isinstance(held, bool):
        return "yes" if held else "no"
    if isinstance(held, int) and path.endswith("cents"):
        return money(held)
    if isinstance(held, list):
        return ", ".join(value("", one) for one in held)
    if isinstance(held, dict):
        return "is there"
    return str(held).replace("_", " ") if path.rpartition(".")[2] not in ("name", "source", "title") else str(held)


def behaviors(n: int) -> str:
    """Return how many behaviors a draft has."""
    return plural(n, "One behavior:", f"{number(n)} behaviors:")


def to_settle(n: int) -> str:
    """Return how many things have to be settled before a draft can be tried."""
    return f"{counted(n, 'thing')} to settle before this can be tried."


def name_of(client: Invented) -> str:
    """Return what the picture calls an invented client."""
    return {PERFECT: "All met", LAPSE: "One lapse", ABSENT: "Often absent"}[client.kind]


def about(client: Invented) -> str:
    """Return what happens to an invented client, in a few words."""
    if client.kind == LAPSE:
        return f"in week {client.week_of_lapse}"
    if client.kind == ABSENT:
        return f"{number(client.missed)} missed"
    return f"reaches the ceiling in week {client.ceiling_week}" if client.ceiling_week else "never lapses"


def worth_a_look(perfect: Invented, bonus: int | None, unit: str) -> str:
    """Return what a ceiling does to a client who meets every target, or an empty text where it does nothing."""
    if not perfect.cut:
        return ""
    are = plural(perfect.cut, "visit is", "visits are")
    says = (
        f"Who never lapses reaches the ceiling in week {perfect.ceiling_week}: {number(perfect.cut)} {are} paid less or "
        "nothing."
    )
    return says if bonus is None else f"{says} A bonus of {number(bonus)} {unit} would fit under the ceiling."
