"""Check a schedule document, and list everything that is wrong with it.

A lead who corrects a document should see the whole list, so the check does not stop at the first
problem. Each problem has the path of the wrong value, such as `tracks[0].phases[1].weeks`, and a
sentence that says what the value must be. Documents of `cm-schedule/1` and `cm-schedule/2` are checked alike;
the second format has more keys.
"""

from typing import Any

from cm_tracker.domain.errors import Problem
from cm_tracker.domain.phrases import phrase
from cm_tracker.domain.schedules.currencies import CODES
from cm_tracker.domain.schedules.outcomes import NOT_MET
from cm_tracker.domain.schedules.reading_check import check_rule
from cm_tracker.domain.schedules.value_check import MOST, ValueCheck, other_start, words

# Drawn slips are counted in a unit whose name ends with the tier, and a unit's name has at most 30 characters.
MOST_TIER = 24

FIRST_FORMAT, SECOND_FORMAT = "cm-schedule/1", "cm-schedule/2"
EVIDENCE = ("drug_test", "breath_test", "attendance", "activity")
MORE_EVIDENCE = (*EVIDENCE, "reading", "hours")
PAYS = ("points", "draws")
RISES = ("visit", "week")
ON_DILUTE = ("hold", "reset", "reset_if_repeated")
TAKES_EFFECT = ("next", "same")
RESTORE_TO = ("last_paid", "next_due")
SCOPES = ("award", "month", "calendar_year", "enrollment")
MORE_SCOPES = (*SCOPES, "year_from", "rolling", "lifetime")
CORRECTIONS = ("keep", "replay")

# No published schedule comes near these limits; a larger number is a typing mistake.
MOST_WEEKS = 520
MOST_TRACKS = 10
MOST_VISITS = 2_000
MOST_LEVEL = 2_000
MOST_PERIOD = 4
MOST_DAYS = 3_660
MOST_HOURS = 168
NO_TARGET = phrase("must name at least one analyte that has to be negative.")


def problems(document: object) -> tuple[Problem, ...]:
    """Return every problem of a schedule document, in the order of the document; empty if it is correct."""
    check = _Check()
    check.document(document)
    return tuple(check.problems)


class _Check(ValueCheck):
    """One check of a document, part by part."""

    def document(self, value: object) -> None:
        self.is_second = isinstance(value, dict) and value.get("format") == SECOND_FORMAT
        doc = self.keys(
            value, "", "format name source point_value_cents tracks corrections", "bowl ceilings", second="currency"
        )
        if doc is None:
            return
        if "format" in doc and doc["format"] not in (FIRST_FORMAT, SECOND_FORMAT):
            self.add("format", phrase("must be %(first)s or %(second)s.", first=FIRST_FORMAT, second=SECOND_FORMAT))
        if self.is_second and "currency" in doc:
            if isinstance(doc["currency"], str) and doc["currency"] in CODES:
                self.currency = doc["currency"]
            else:
                self.add("currency", phrase("must be the code of a currency in three capital letters, as in USD."))
        if "name" in doc:
            self.text(doc["name"], "name", 120)
        if "source" in doc:
            self.text(doc["source"], "source", 400)
        if "point_value_cents" in doc:
            self.whole(doc["point_value_cents"], "point_value_cents", least=1)
        if "tracks" in doc:
            self.each(doc["tracks"], "tracks", self.track, least=1, most=MOST_TRACKS)
            self.different(
                doc["tracks"], "tracks", "behavior", phrase("%(value)s is the behavior of another track, too.")
            )
        self.bowl(doc)
        if doc.get("ceilings") is not None:
            self.each(doc["ceilings"], "ceilings", self.ceiling)
            self.different(
                doc["ceilings"], "ceilings", "scope", phrase("%(value)s has a ceiling already."), "from", "days"
            )
        if "corrections" in doc:
            self.choice(doc["corrections"], "corrections", CORRECTIONS)

    def track(self, value: object, path: str) -> None:
        track = self.keys(
            value,
            path,
            "behavior title evidence pays phases reset_on restore_week_rises on_dilute",
            "target restore side_bonus min_hours_between",
            second="start_level reset_to most_paid reading hours",
        )
        if track is None:
            return
        self.names(track, path)
        self.evidence(track, path)
        if "pays" in track:
            self.choice(track["pays"], f"{path}.pays", PAYS)
        if "phases" in track:
            self.phases(track, path)
        if "reset_on" in track:
            self.reset_on(track["reset_on"], f"{path}.reset_on")
        if track.get("restore") is not None:
            self.restore(track["restore"], f"{path}.restore")
        if "restore_week_rises" in track:
            self.truth(track["restore_week_rises"], f"{path}.restore_week_rises")
        if "on_dilute" in track:
            self.choice(track["on_dilute"], f"{path}.on_dilute", ON_DILUTE)
        if track.get("side_bonus") is not None:
            if track.get("evidence") != "drug_test":
                self.add(f"{path}.side_bonus", phrase("belongs to a drug test only."))
            self.side_bonus(track["side_bonus"], f"{path}.side_bonus")
        if track.get("min_hours_between") is not None:
            self.whole(track["min_hours_between"], f"{path}.min_hours_between", least=1, most=24 * 31)
            if track.get("evidence") == "hours":
                self.add(f"{path}.min_hours_between", phrase("does not go with hours: they are counted by the week."))
        if self.is_second:
            self.more_of_track(track, path)

    def names(self, track: dict[str, Any], path: str) -> None:
        if "behavior" in track:
            behavior = track["behavior"]
            if self.text(behavior, f"{path}.behavior", 60) and behavior != behavior.strip():
                self.add(f"{path}.behavior", phrase("must not begin or end with a space."))
        if "title" in track:
            self.text(track["title"], f"{path}.title", 120)

    def evidence(self, track: dict[str, Any], path: str) -> None:
        if "evidence" in track:
            self.choice(track["evidence"], f"{path}.evidence", MORE_EVIDENCE if self.is_second else EVIDENCE)
        target = track.get("target")
        if track.get("evidence") == "drug_test":
            self.words(target or [], f"{path}.target", NO_TARGET)
        elif target:
            self.add(f"{path}.target", phrase("belongs to a drug test only; leave it empty here."))

    def phases(self, track: dict[str, Any], path: str) -> None:
        self.each(track["phases"], f"{path}.phases", self.phase, least=1)
        for n, phase in enumerate(track["phases"] if isinstance(track["phases"], list) else []):
            if isinstance(phase, dict):
                self.phase_of(track, phase, f"{path}.phases[{n}]")
        self.weeks_follow(track["phases"], f"{path}.phases")
        self.visits_in_all(track["phases"], f"{path}.phases")

    def reset_on(self, value: object, path: str) -> None:
        self.words(value, path, None)
        for n, word in enumerate(value if isinstance(value, list) else []):
            if isinstance(word, str) and word.strip() and word not in NOT_MET:
                self.add(f"{path}[{n}]", phrase("must be one of: %(choices)s.", choices=words(NOT_MET)))

    def more_of_track(self, track: dict[str, Any], path: str) -> None:
        """Check the keys that only the second format has."""
        if "start_level" in track:
            self.whole(track["start_level"], f"{path}.start_level", most=MOST_LEVEL)
        if track.get("reset_to", "zero") != "zero":
            reset_to = track["reset_to"]
            if isinstance(reset_to, dict):
                self.keys(reset_to, f"{path}.reset_to", "drop")
                if "drop" in reset_to:
                    self.whole(reset_to["drop"], f"{path}.reset_to.drop", 1, MOST_LEVEL)
            else:
                self.add(f"{path}.reset_to", phrase('must be "zero", or {"drop": n} to lower the level by n.'))
        if track.get("most_paid") is not None:
            self.whole(track["most_paid"], f"{path}.most_paid", 1, MOST_VISITS)
        reading = track.get("reading")
        if track.get("evidence") == "reading":
            if reading is None:
                self.add(f"{path}.reading", phrase("is missing: say which readings meet the target."))
            else:
                check_rule(self, reading, f"{path}.reading")
        elif reading is not None:
            self.add(f"{path}.reading", phrase("belongs to the evidence reading only."))
        if track.get("evidence") == "hours":
            if track.get("hours") is None:
                self.add(f"{path}.hours", phrase("is missing: say how many attended hours meet a week."))
            else:
                self.whole(track["hours"], f"{path}.hours", 1, MOST_HOURS)
        elif track.get("hours") is not None:
            self.add(f"{path}.hours", phrase("belongs to the evidence hours only."))

    def phase(self, value: object, path: str) -> None:
        has_values = self.is_second and isinstance(value, dict) and value.get("values") is not None
        phase = self.keys(
            value,
            path,
            "weeks visits_per_week rises carry_level" + ("" if has_values else " base step"),
            "run_bonus" if has_values else "cap run_bonus",
            second="values period_weeks week_bonus most_paid reset_on target reading pays_nothing",
        )
        if phase is None:
            return
        if "weeks" in phase:
            self.weeks(phase["weeks"], f"{path}.weeks")
        if "visits_per_week" in phase:
            self.whole(phase["visits_per_week"], f"{path}.visits_per_week", 1, 21)
        if not has_values:
            base_is_good = "base" in phase and self.whole(phase["base"], f"{path}.base")
            if "step" in phase:
                self.whole(phase["step"], f"{path}.step")
            cap = phase.get("cap")
            if cap is not None and self.whole(cap, f"{path}.cap") and base_is_good and cap < phase["base"]:
                self.add(
                    f"{path}.cap",
                    phrase(
                        "is %(cap)s, below the base of %(base)s; it must be that or more.", cap=cap, base=phase["base"]
                    ),
                )
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
        if self.is_second:
            self.more_of_phase(phase, path)

    def more_of_phase(self, phase: dict[str, Any], path: str) -> None:
        """Check the keys that only the second format has."""
        if phase.get("values") is not None:
            self.each(phase["values"], f"{path}.values", self.amount, least=1, most=MOST_VISITS)
        if "period_weeks" in phase:
            self.whole(phase["period_weeks"], f"{path}.period_weeks", 1, MOST_PERIOD)
        if phase.get("week_bonus") is not None:
            self.whole(phase["week_bonus"], f"{path}.week_bonus")
        if phase.get("most_paid") is not None:
            self.whole(phase["most_paid"], f"{path}.most_paid", 1, MOST_VISITS)
        if phase.get("reset_on") is not None:
            self.reset_on(phase["reset_on"], f"{path}.reset_on")
        if phase.get("pays_nothing") is not None:
            if phase["pays_nothing"] is not True:
                self.add(f"{path}.pays_nothing", phrase("must be true, or be left out."))
            for key in ("base", "step", "cap", "values", "run_bonus", "week_bonus"):
                if phase.get(key):
                    self.add(f"{path}.{key}", phrase("must be empty or 0: this phase pays nothing."))

    def amount(self, value: object, path: str) -> None:
        self.whole(value, path)

    def phase_of(self, track: dict[str, Any], phase: dict[str, Any], path: str) -> None:
        """Check what a phase may say only in some tracks. Wrong kinds of values are reported elsewhere."""
        if not self.is_second:
            return
        evidence, target, reading = track.get("evidence"), phase.get("target"), phase.get("reading")
        if target is not None:
            if evidence == "drug_test":
                self.words(target, f"{path}.target", NO_TARGET)
            else:
                self.add(f"{path}.target", phrase("belongs to a drug test only; leave it out here."))
            side = track.get("side_bonus")
            also = side.get("also_negative") if isinstance(side, dict) else None
            if isinstance(target, list) and isinstance(also, list):
                for analyte in target:
                    if isinstance(analyte, str) and analyte in also:
                        self.add(
                            f"{path}.target",
                            phrase("names %(analyte)s, for which the track pays a side bonus.", analyte=analyte),
                        )
        if reading is not None:
            if evidence == "reading":
                check_rule(self, reading, f"{path}.reading")
                rule = track.get("reading")
                if isinstance(rule, dict) and isinstance(reading, dict) and rule.get("unit") != reading.get("unit"):
                    self.add(f"{path}.reading.unit", phrase("must be the unit of the track: earlier readings go on."))
            else:
                self.add(f"{path}.reading", phrase("belongs to the evidence reading only."))
        places, period = phase.get("visits_per_week"), phase.get("period_weeks", 1)
        if evidence == "hours" and type(places) is int and type(period) is int and places > period:
            self.add(
                f"{path}.visits_per_week",
                phrase(
                    "is %(number)s; hours have one result a week, so at most %(most)s.",
                    number=str(places),
                    most=str(period),
                ),
            )
        self.values_rise(track, phase, path)

    def values_rise(self, track: dict[str, Any], phase: dict[str, Any], path: str) -> None:
        """Check that a lapse cannot raise the pay: listed values may fall only where nothing resets."""
        values, own_resets = phase.get("values"), phase.get("reset_on")
        resets = track.get("reset_on") if own_resets is None else own_resets
        if not isinstance(values, list) or not all(type(value) is int for value in values):
            return
        if (resets or track.get("on_dilute") in ("reset", "reset_if_repeated")) and values != sorted(values):
            self.add(
                f"{path}.values", phrase("fall, so a lapse would raise the pay; let them rise, or let nothing reset.")
            )

    def weeks(self, value: object, path: str) -> None:
        if not (isinstance(value, list) and len(value) == 2 and all(type(week) is int for week in value)):
            self.add(path, phrase("must be the first and the last week, as in [1, 12]."))
        elif not 1 <= value[0] <= value[1] <= MOST_WEEKS:
            self.add(
                path, phrase("must run from a week to the same or a later one, from 1 to %(most)s.", most=MOST_WEEKS)
            )

    def weeks_follow(self, phases: object, path: str) -> None:
        """Check that the first phase starts at week 1, and each other one in the week after the one before it."""
        next_week: int | None = 1
        for n, phase in enumerate(phases if isinstance(phases, list) else []):
            weeks = phase.get("weeks") if isinstance(phase, dict) else None
            if not (isinstance(weeks, list) and len(weeks) == 2 and all(type(week) is int for week in weeks)):
                next_week = None
                continue
            if next_week is not None and weeks[0] != next_week:
                self.add(f"{path}[{n}].weeks", other_start(weeks[0], next_week, is_first=n == 0))
            next_week = weeks[1] + 1

    def visits_in_all(self, phases: object, path: str) -> None:
        """Limit the number of visits, because charts and tables show each of them."""
        visits = 0
        for phase in phases if isinstance(phases, list) else []:
            weeks = phase.get("weeks") if isinstance(phase, dict) else None
            if isinstance(weeks, list) and len(weeks) == 2 and all(type(week) is int for week in weeks):
                places, period = phase.get("visits_per_week"), phase.get("period_weeks", 1)
                length = period if type(period) is int and period > 0 else 1
                periods = -(-max(weeks[1] - weeks[0] + 1, 0) // length)
                visits += periods * (places if type(places) is int else 0)
        if visits > MOST_VISITS:
            self.add(path, phrase("hold more than %(most)s visits in all; shorten them.", most=MOST_VISITS))

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
            self.words(side["also_negative"], f"{path}.also_negative", phrase("must name at least one analyte."))
        if "amount" in side:
            self.whole(side["amount"], f"{path}.amount")

    def bowl(self, doc: dict[str, Any]) -> None:
        tracks = doc.get("tracks")
        listed = tracks if isinstance(tracks, list) else []
        pays_draws = any(isinstance(track, dict) and track.get("pays") == "draws" for track in listed)
        if doc.get("bowl") is None:
            if pays_draws:
                self.add("bowl", phrase("is missing: a track pays draws, so say which slips the bowl holds."))
            return
        bowl = self.keys(doc["bowl"], "bowl", "name slips")
        if bowl is None:
            return
        if "name" in bowl:
            self.text(bowl["name"], "bowl.name", 120)
        if "slips" in bowl:
            self.each(bowl["slips"], "bowl.slips", self.slip, least=1)
            self.different(bowl["slips"], "bowl.slips", "tier", phrase("%(value)s is a tier of the bowl already."))

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
        ceiling = self.keys(value, path, "scope cents", second="from days")
        if ceiling is None:
            return
        scope = ceiling.get("scope")
        if "scope" in ceiling:
            self.choice(scope, f"{path}.scope", MORE_SCOPES if self.is_second else SCOPES)
        if "cents" in ceiling:
            self.money(ceiling["cents"], f"{path}.cents", 100_000_000)
        if not self.is_second:
            return
        if scope == "year_from":
            self.month_and_day(ceiling.get("from"), f"{path}.from")
        elif "from" in ceiling:
            self.add(f"{path}.from", phrase("belongs to the scope year_from only."))
        if scope == "rolling":
            self.whole(ceiling.get("days"), f"{path}.days", 1, MOST_DAYS)
        elif "days" in ceiling:
            self.add(f"{path}.days", phrase("belongs to the scope rolling only."))
