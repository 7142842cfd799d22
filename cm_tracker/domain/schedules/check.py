"""Check a schedule document, and list everything that is wrong with it.

A lead who corrects a document should see the whole list, so the check does not stop at the first
problem. Each problem has the path of the wrong value, such as `tracks[0].phases[1].weeks`, and a
sentence that says what the value must be.
"""

import unicodedata
from collections.abc import Callable, Iterable
from typing import Any

from cm_tracker.domain.errors import Problem
from cm_tracker.domain.money import dollars
from cm_tracker.domain.schedules.outcomes import NOT_MET

# Drawn slips are counted in a unit whose name ends with the tier, and a unit's name has at most 30 characters.
MOST_TIER = 24

EVIDENCE = ("drug_test", "breath_test", "attendance", "activity")
PAYS = ("points", "draws")
RISES = ("visit", "week")
ON_DILUTE = ("hold", "reset", "reset_if_repeated")
TAKES_EFFECT = ("next", "same")
RESTORE_TO = ("last_paid", "next_due")
SCOPES = ("award", "month", "calendar_year", "enrollment")
CORRECTIONS = ("keep", "replay")

# No published schedule comes near these limits; a larger number is a typing mistake.
MOST = 1_000_000
MOST_WEEKS = 520
MOST_PHASES = 60
MOST_TRACKS = 10
MOST_VISITS = 2_000


def problems(document: object) -> tuple[Problem, ...]:
    """Return every problem of a schedule document, in the order of the document; empty if it is correct."""
    check = _Check()
    check.document(document)
    return tuple(check.problems)


def _words(choices: Iterable[str]) -> str:
    return ", ".join(choices)


class _Check:
    """One check of a document. Its methods add to `problems`; those of a value say whether it is correct."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(self, path: str, sentence: str) -> None:
        self.problems.append(Problem(path, sentence))

    # -- types -------------------------------------------------------------------------------

    def keys(self, value: object, path: str, required: str, optional: str = "") -> dict[str, Any] | None:
        """Return the value if it is an object, after a check of its keys; else add a problem and return None."""
        if not isinstance(value, dict):
            self.add(path, "must be an object with named values ({...}).")
            return None
        must, may = required.split(), optional.split()
        dot = f"{path}." if path else ""
        for key in value:
            if key not in must and key not in may:
                self.add(f"{dot}{key}", f"{key!r} is not a key of this format; known here: {_words(must + may)}.")
        for key in must:
            if key not in value:
                self.add(f"{dot}{key}", "is missing.")
        return value

    def whole(self, value: object, path: str, least: int = 0, most: int = MOST) -> bool:
        if type(value) is not int:
            self.add(path, f"must be a whole number from {least:,} to {most:,}.")
            return False
        if not least <= value <= most:
            self.add(path, f"is {value:,}; it must be a whole number from {least:,} to {most:,}.")
            return False
        return True

    def money(self, value: object, path: str, most: int) -> None:
        """Check cents. Whoever uses the form types dollars, so the sentence names both."""
        if type(value) is not int or not 0 <= value <= most:
            self.add(path, f"must be money from {dollars(0)} to {dollars(most)}, in whole cents.")

    def text(self, value: object, path: str, most: int = 200) -> bool:
        if not isinstance(value, str) or not value.strip():
            self.add(path, "must be text and not empty.")
            return False
        if len(value) > most:
            self.add(path, f"has {len(value)} characters; at most {most} are allowed.")
            return False
        if any(unicodedata.category(character) in ("Cc", "Cs") for character in value):
            self.add(path, "must be plain text on one line.")
            return False
        return True

    def choice(self, value: object, path: str, choices: tuple[str, ...]) -> bool:
        if value not in choices:
            self.add(path, f"must be one of: {_words(choices)}.")
            return False
        return True

    def truth(self, value: object, path: str) -> None:
        if type(value) is not bool:
            self.add(path, "must be true or false.")

    def words(self, value: object, path: str, if_empty: str | None) -> None:
        """Check a list of different texts. `if_empty` is the sentence for an empty list; None allows it."""
        if not isinstance(value, list):
            self.add(path, "must be a list ([...]).")
            return
        if not value and if_empty:
            self.add(path, if_empty)
        for n, item in enumerate(value):
            if self.text(item, f"{path}[{n}]", 60) and item in value[:n]:
                self.add(f"{path}[{n}]", f"names {item} a second time.")

    def each(
        self, value: object, path: str, check: Callable[[object, str], None], least: int = 0, most: int = MOST_PHASES
    ) -> None:
        if not isinstance(value, list):
            self.add(path, "must be a list ([...]).")
            return
        if len(value) < least:
            self.add(path, f"must have at least {least}.")
        if len(value) > most:
            self.add(path, f"has {len(value)}; at most {most} are allowed.")
        for n, item in enumerate(value[:most]):
            check(item, f"{path}[{n}]")

    # -- the document --------------------------------------------------------------------------

    def document(self, value: object) -> None:
        doc = self.keys(value, "", "format name source point_value_cents tracks corrections", "bowl ceilings")
        if doc is None:
            return
        if "format" in doc and doc["format"] != "cm-schedule/1":
            self.add("format", "must be cm-schedule/1.")
        if "name" in doc:
            self.text(doc["name"], "name", 120)
        if "source" in doc:
            self.text(doc["source"], "source", 400)
        if "point_value_cents" in doc:
            self.whole(doc["point_value_cents"], "point_value_cents", least=1)
        if "tracks" in doc:
            self.each(doc["tracks"], "tracks", self.track, least=1, most=MOST_TRACKS)
            self.different(doc["tracks"], "tracks", "behavior", "is the behavior of another track, too")
        self.bowl(doc)
        if doc.get("ceilings") is not None:
            self.each(doc["ceilings"], "ceilings", self.ceiling)
            self.different(doc["ceilings"], "ceilings", "scope", "has a ceiling already")
        if "corrections" in doc:
            self.choice(doc["corrections"], "corrections", CORRECTIONS)

    def different(self, items: object, path: str, key: str, says: str) -> None:
        if not isinstance(items, list):
            return
        seen: list[object] = []
        for n, item in enumerate(items):
            value = item.get(key) if isinstance(item, dict) else None
            if isinstance(value, str):
                if value in seen:
                    self.add(f"{path}[{n}].{key}", f"{value} {says}.")
                seen.append(value)

    def track(self, value: object, path: str) -> None:
        track = self.keys(
            value,
            path,
            "behavior title evidence pays phases reset_on restore_week_rises on_dilute",
            "target restore side_bonus min_hours_between",
        )
        if track is None:
            return
        if "behavior" in track:
            behavior = track["behavior"]
            if self.text(behavior, f"{path}.behavior", 60) and behavior != behavior.strip():
                self.add(f"{path}.behavior", "must not begin or end with a space.")
        if "title" in track:
            self.text(track["title"], f"{path}.title", 120)
        if "evidence" in track:
            self.choice(track["evidence"], f"{path}.evidence", EVIDENCE)
        is_drug_test = track.get("evidence") == "drug_test"
        target = track.get("target")
        if is_drug_test:
            self.words(target or [], f"{path}.target", "must name at least one analyte that has to be negative.")
        elif target:
            self.add(f"{path}.target", "belongs to a drug test only; leave it empty here.")
        if "pays" in track:
            self.choice(track["pays"], f"{path}.pays", PAYS)
        if "phases" in track:
            self.each(track["phases"], f"{path}.phases", self.phase, least=1)
            self.weeks_follow(track["phases"], f"{path}.phases")
            self.visits_in_all(track["phases"], f"{path}.phases")
        if "reset_on" in track:
            self.words(track["reset_on"], f"{path}.reset_on", None)
            for n, word in enumerate(track["reset_on"] if isinstance(track["reset_on"], list) else []):
                if isinstance(word, str) and word.strip() and word not in NOT_MET:
                    self.add(f"{path}.reset_on[{n}]", f"must be one of: {_words(NOT_MET)}.")
        if track.get("restore") is not None:
            self.restore(track["restore"], f"{path}.restore")
        if "restore_week_rises" in track:
            self.truth(track["restore_week_rises"], f"{path}.restore_week_rises")
        if "on_dilute" in track:
            self.choice(track["on_dilute"], f"{path}.on_dilute", ON_DILUTE)
        if track.get("side_bonus") is not None:
            if not is_drug_test:
                self.add(f"{path}.side_bonus", "belongs to a drug test only.")
            self.side_bonus(track["side_bonus"], f"{path}.side_bonus")
        if track.get("min_hours_between") is not None:
            self.whole(track["min_hours_between"], f"{path}.min_hours_between", least=1, most=24 * 31)

    def phase(self, value: object, path: str) -> None:
        phase = self.keys(value, path, "weeks visits_per_week base step rises carry_level", "cap run_bonus")
        if phase is None:
            return
        if "weeks" in phase:
            self.weeks(phase["weeks"], f"{path}.weeks")
        if "visits_per_week" in phase:
            self.whole(phase["visits_per_week"], f"{path}.visits_per_week", 1, 21)
        base_is_good = "base" in phase and self.whole(phase["base"], f"{path}.base")
        if "step" in phase:
            self.whole(phase["step"], f"{path}.step")
        cap = phase.get("cap")
        if cap is not None and self.whole(cap, f"{path}.cap") and base_is_good and cap < phase["base"]:
            self.add(f"{path}.cap", f"is {cap:,}, below the base of {phase['base']:,}; it must be that or more.")
        if "rises" in phase:
            self.choice(phase["rises"], f"{path}.rises", RISES)
        if phase.get("run_bonus") is not None:
            bonus = self.keys(phase["run_bonus"], f"{path}.run_bonus", "every amount")
            if bonus is not None:
                if "every" in bonus:
                    self.whole(bonus["every"], f"{path}.run_bonus.every", 1, 1000)
                if "amount" in bonus:
                    self.whole(bonus["amount"], f"{path}.run_bonus.amount")
        if "carry_level" in phase:
            self.truth(phase["carry_level"], f"{path}.carry_level")

    def weeks(self, value: object, path: str) -> None:
        if not (isinstance(value, list) and len(value) == 2 and all(type(week) is int for week in value)):
            self.add(path, "must be the first and the last week, as in [1, 12].")
        elif not 1 <= value[0] <= value[1] <= MOST_WEEKS:
            self.add(path, f"must run from a week to the same or a later one, from 1 to {MOST_WEEKS}.")

    def weeks_follow(self, phases: object, path: str) -> None:
        """Check that the first phase starts at week 1, and each other one in the week after the one before it."""
        next_week: int | None = 1
        for n, phase in enumerate(phases if isinstance(phases, list) else []):
            weeks = phase.get("weeks") if isinstance(phase, dict) else None
            if not (isinstance(weeks, list) and len(weeks) == 2 and all(type(week) is int for week in weeks)):
                next_week = None
                continue
            if next_week is not None and weeks[0] != next_week:
                says = "the first phase must start" if n == 0 else "no gap and no overlap: this phase must start"
                self.add(f"{path}[{n}].weeks", f"starts at week {weeks[0]}; {says} at week {next_week}.")
            next_week = weeks[1] + 1

    def visits_in_all(self, phases: object, path: str) -> None:
        """Limit the number of visits, because charts and tables show each of them."""
        visits = 0
        for phase in phases if isinstance(phases, list) else []:
            weeks = phase.get("weeks") if isinstance(phase, dict) else None
            if isinstance(weeks, list) and len(weeks) == 2 and all(type(week) is int for week in weeks):
                per_week = phase.get("visits_per_week")
                visits += max(weeks[1] - weeks[0] + 1, 0) * (per_week if type(per_week) is int else 0)
        if visits > MOST_VISITS:
            self.add(path, f"hold more than {MOST_VISITS:,} visits in all; shorten them.")

    def restore(self, value: object, path: str) -> None:
        restore = self.keys(value, path, "after takes_effect to")
        if restore is None:
            return
        if "after" in restore:
            self.whole(restore["after"], f"{path}.after", 1, 1000)
        if "takes_effect" in restore:
            self.choice(restore["takes_effect"], f"{path}.takes_effect", TAKES_EFFECT)
        if "to" in restore:
            self.choice(restore["to"], f"{path}.to", RESTORE_TO)

    def side_bonus(self, value: object, path: str) -> None:
        side = self.keys(value, path, "also_negative amount")
        if side is None:
            return
        if "also_negative" in side:
            self.words(side["also_negative"], f"{path}.also_negative", "must name at least one analyte.")
        if "amount" in side:
            self.whole(side["amount"], f"{path}.amount")

    def bowl(self, doc: dict[str, Any]) -> None:
        tracks = doc.get("tracks")
        listed = tracks if isinstance(tracks, list) else []
        pays_draws = any(isinstance(track, dict) and track.get("pays") == "draws" for track in listed)
        if doc.get("bowl") is None:
            if pays_draws:
                self.add("bowl", "is missing: a track pays draws, so say which slips the bowl holds.")
            return
        bowl = self.keys(doc["bowl"], "bowl", "name slips")
        if bowl is None:
            return
        if "name" in bowl:
            self.text(bowl["name"], "bowl.name", 120)
        if "slips" in bowl:
            self.each(bowl["slips"], "bowl.slips", self.slip, least=1)
            self.different(bowl["slips"], "bowl.slips", "tier", "is a tier of the bowl already")

    def slip(self, value: object, path: str) -> None:
        slip = self.keys(value, path, "tier count cents")
        if slip is None:
            return
        if "tier" in slip:
            self.text(slip["tier"], f"{path}.tier", MOST_TIER)
        if "count" in slip:
            self.whole(slip["count"], f"{path}.count", 1, 100_000)
        if "cents" in slip:
            self.money(slip["cents"], f"{path}.cents", MOST)

    def ceiling(self, value: object, path: str) -> None:
        ceiling = self.keys(value, path, "scope cents")
        if ceiling is None:
            return
        if "scope" in ceiling:
            self.choice(ceiling["scope"], f"{path}.scope", SCOPES)
        if "cents" in ceiling:
            self.money(ceiling["cents"], f"{path}.cents", 100_000_000)
