"""The contract of schedules, read a second time: slowly, in plain steps, and by nobody who wrote the engine.

Nothing here comes from the program. A schedule is the JSON document as it stands, and whatever can be found by looking
back through the earlier visits is looked for there, again for every visit. Tests compare this reading with the engine:
where the two differ, one of them is wrong, or a sentence can be read in two ways.

1. The calendar gives each day its program week and the version of the schedule that is in force (`days_until`).
2. Each behavior is walked alone, day after day, from the first day to its last visit (`walk`). A ladder is known by its
   history, a list of `Event`; its level is where the last event left it.
3. What each visit is due is then cut by the ceilings, which all behaviors share (`pay`). No ceiling moves a ladder.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

Json = dict[str, Any]
Pause = tuple[date, date]  # the first and the last day of it
Move = tuple[date, Json]  # the day from which a version is in force, and that version

MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True)
class Day:
    """A day of the enrollment."""

    date: date
    week: int
    is_paused: bool
    opens_week: bool
    closes_week: bool
    document: Json


@dataclass(frozen=True)
class Event:
    """Something that happened to a ladder: a visit, or (without a `why`) something between two visits."""

    level: int  # where the event left the ladder
    week: int
    why: str = ""
    outcome: str = ""
    paid_at: int = 0  # the level at which a paid visit was paid
    starts_anew: bool = False  # here the ladder began, or a phase that does not carry
    remembers: int | None = None  # what a reset keeps for restoring
    ends_row: bool = False  # the visit with which the row is complete, so that nothing is remembered any more
    lifts: bool = False  # and what was remembered stood above the level


@dataclass(frozen=True)
class Line:
    """A visit as it was recorded, and what came of it. `has_ladder` says whether the version of its day has the behavior."""

    visit: Json
    result: Json
    has_ladder: bool

    @property
    def is_paid(self) -> bool:
        return bool(self.result["why"] == "paid")


def read_plainly(
    document: Json,
    starts_on: date,
    visits: Sequence[Json],
    *,
    prior_cents: int = 0,
    pauses: Sequence[Pause] = (),
    moves: Sequence[Move] = (),
) -> list[Json]:
    """Say what each visit of an enrollment earns: one result for each, by day and then in the order of the list."""
    in_order = sorted(visits, key=lambda visit: visit["date"])
    behaviors = {visit["behavior"] for visit in in_order}
    days = days_until(document, starts_on, in_order, pauses, moves) if in_order else []
    versions = [document, *(version for _, version in moves)]
    waiting = {behavior: walk(behavior, versions, days, in_order) for behavior in behaviors}
    lines = [waiting[visit["behavior"]].pop(0) for visit in in_order]
    return pay(lines, {day.date: day.document for day in days}, starts_on, prior_cents)


# -- the calendar ---------------------------------------------------------------------------------


def days_until(
    document: Json, starts_on: date, in_order: Sequence[Json], pauses: Sequence[Pause], moves: Sequence[Move]
) -> list[Day]:
    """Return every day from the first one to that of the last visit."""
    first, last = min(starts_on, in_order[0]["date"]), in_order[-1]["date"]
    paused = {day for begins, ends in pauses for day in each_day(begins, ends)}
    assert not paused & {visit["date"] for visit in in_order}, "no visit falls on a day of a pause"

    days = []
    counted = (first - starts_on).days  # days of the program that lie before this one, without those of a pause
    for day in each_day(first, last):
        is_paused = day in paused
        days.append(
            Day(
                date=day,
                week=counted // 7 + 1,
                is_paused=is_paused,
                opens_week=not is_paused and counted % 7 == 0,
                closes_week=not is_paused and counted % 7 == 6,
                document=version_on(day, document, moves),
            )
        )
        counted += 0 if is_paused and day >= starts_on else 1
    return days


def each_day(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def version_on(day: date, document: Json, moves: Sequence[Move]) -> Json:
    """Return the version in force on a day: of two moves to one day the one that was recorded later."""
    begun = [move for move in sorted(moves, key=lambda move: move[0]) if move[0] <= day]
    return begun[-1][1] if begun else document


def track_in(document: Json, behavior: str) -> Json | None:
    return next((track for track in document["tracks"] if track["behavior"] == behavior), None)


def phase_in(track: Json, week: int) -> Json | None:
    return next((phase for phase in track["phases"] if week in weeks_of(phase)), None)


def weeks_of(phase: Json) -> range:
    return range(phase["weeks"][0], phase["weeks"][1] + 1)


def period_of(phase: Json, week: int) -> range:
    """Return the weeks that are counted together with this one; a phase's last period may be shorter."""
    weeks, length = weeks_of(phase), phase.get("period_weeks", 1)
    begins = week - (week - weeks[0]) % length
    return range(begins, min(begins + length, weeks[-1] + 1))


# -- one behavior, day after day ------------------------------------------------------------------


def walk(behavior: str, versions: Sequence[Json], days: Sequence[Day], in_order: Sequence[Json]) -> list[Line]:
    """Work out the visits of one behavior, before any ceiling."""
    lines: list[Line] = []
    life: list[Event] = []  # what happened since the behavior last began
    known = next(track for version in versions if (track := track_in(version, behavior)))
    is_running = False
    for day in days:
        track = track_in(day.document, behavior)
        if track and not is_running:
            life = [beginning(track, day.week)]
        elif track:
            life = opened(life, track, day.week) if day.opens_week else lowered(life, track, day.week)
        is_running = track is not None
        known = track or known

        for visit in in_order:
            if visit["date"] == day.date and visit["behavior"] == behavior:
                line, life = worked_out(visit, day.week, known, life, lines, is_running)
                lines.append(line)

        if track and day.closes_week:
            life = closed(life, track, day.week, lines)
    return lines


def worked_out(
    visit: Json, week: int, track: Json, life: list[Event], lines: list[Line], is_running: bool
) -> tuple[Line, list[Event]]:
    """Work out one visit. Return its line, and the history of the ladder that ends with it."""
    phase = phase_in(track, week) if is_running else None
    outcome: str = visit["outcome"] or decided(visit["reading"], rule_in(track, phase), lines)
    why = why_of(visit, outcome, week, track, phase, life, lines)
    rule = rule_in(track, phase)

    result = {
        "n": 0, "week": week, "behavior": visit["behavior"], "outcome": outcome, "level": level(life),
        "run": run(life), "ladder": 0, "run_bonus": 0, "week_bonus": 0, "side_bonus": 0, "due": 0, "paid": 0,
        "unit": track["pays"], "cents": 0, "cut_by": None, "next_due": 0, "why": why,
        "limit": limit_of(rule, lines) if rule and visit["reading"] is not None else None,
    }  # fmt: skip
    event = Event(level(life), week, why, outcome)
    if phase and why == "paid":
        event = met(event, track, phase, life)
        bonus = track.get("side_bonus")
        result |= {
            "level": event.paid_at,
            "ladder": ladder(event.paid_at, visit["reading"], track, phase),
            "run_bonus": run_bonus(phase, life),
            "week_bonus": week_bonus(phase, week, lines),
            "side_bonus": bonus["amount"] if bonus and visit["also_negative"] else 0,
        }
        result["due"] = sum(result[part] for part in ("ladder", "run_bonus", "week_bonus", "side_bonus"))
    elif phase and why == "reset":
        event = reset(event, track, phase, life, lines)

    after = [*life, event]
    result["run"] = run(after)
    line = Line(visit, result, is_running)
    if is_running:
        result["next_due"] = next_due(track, week, after, [*lines, line])
    return line, after


def why_of(
    visit: Json, outcome: str, week: int, track: Json, phase: Json | None, life: list[Event], lines: list[Line]
) -> str:
    """Say in one word what a visit does to the ladder."""
    if phase is None:
        return "outside"
    if phase.get("pays_nothing"):
        return "baseline"
    if outcome != "met":
        return "reset" if resets(outcome, track, phase, life) else "held"
    if len(paid(lines, period_of(phase, week))) >= phase["visits_per_week"] or is_used_up(track, phase, lines):
        return "extra"
    return "too_soon" if is_too_soon(visit, track, lines) else "paid"


def resets(outcome: str, track: Json, phase: Json, life: list[Event]) -> bool:
    """Say whether an outcome other than met resets the ladder."""
    reset_on: list[str] = phase["reset_on"] if "reset_on" in phase else track["reset_on"]
    if outcome == "dilute":
        rule = track["on_dilute"]
        return bool(rule == "reset" or (rule == "reset_if_repeated" and is_second_dilute(life)))
    return outcome in reset_on


def is_second_dilute(life: list[Event]) -> bool:
    """Say whether there is an earlier dilute, with no met visit, paid or not, and no reset since."""
    for event in reversed(life):
        if event.why in ("", "outside", "baseline"):
            continue
        if event.why == "reset" or event.outcome == "met":
            return False
        if event.outcome == "dilute":
            return True
    return False


def is_too_soon(visit: Json, track: Json, lines: list[Line]) -> bool:
    """Say whether the last paid visit lies fewer hours back than the schedule asks for."""
    hours, earlier = track.get("min_hours_between"), paid(lines)
    if not hours or not earlier or track["evidence"] == "hours":
        return False
    last = earlier[-1].visit
    minutes = (visit["date"] - last["date"]).days * MINUTES_A_DAY
    if visit["minute"] is not None and last["minute"] is not None:
        minutes = abs(minutes + visit["minute"] - last["minute"])
    return bool(minutes < hours * 60)


# -- looking back through the earlier visits ------------------------------------------------------


def paid(lines: Iterable[Line], weeks: range | None = None) -> list[Line]:
    return [line for line in lines if line.is_paid and (weeks is None or line.result["week"] in weeks)]


def has_reset(lines: Iterable[Line], weeks: range) -> bool:
    return any(line.result["why"] == "reset" and line.result["week"] in weeks for line in lines)


def is_used_up(track: Json, phase: Json, lines: list[Line]) -> bool:
    """Say whether as many visits as can be were paid, in the enrollment or in the phase."""
    most, most_in_phase = track.get("most_paid"), phase.get("most_paid")
    return (most is not None and len(paid(lines)) >= most) or (
        most_in_phase is not None and len(paid(lines, weeks_of(phase))) >= most_in_phase
    )


def has_free_place(phase: Json, week: int, lines: list[Line]) -> bool:
    """Say whether the period has a place that no visit, whatever came of it, has used."""
    period = period_of(phase, week)
    used = [line for line in lines if line.result["week"] in period]
    used = [line for line in used if line.result["why"] not in ("outside", "baseline")]
    return bool(len(used) < phase["visits_per_week"])


def level(life: list[Event]) -> int:
    return life[-1].level if life else 0


def run(life: list[Event]) -> int:
    """Count the paid visits since the last reset; a phase does not end a run."""
    resets = [n for n, event in enumerate(life) if event.why == "reset"]
    return sum(event.why == "paid" for event in life[resets[-1] if resets else 0 :])


def since_new(life: list[Event]) -> list[Event]:
    """Return what came after the last reset, or after the start of a phase that does not carry."""
    starts = [n for n, event in enumerate(life) if event.starts_anew or event.why == "reset"]
    return life[starts[-1] + 1 :]


def row(life: list[Event]) -> int:
    return sum(event.why == "paid" for event in since_new(life))


def last_paid(life: list[Event]) -> int:
    return ([0] + [event.paid_at for event in since_new(life) if event.why == "paid"])[-1]


def remembered(life: list[Event]) -> int | None:
    """Return the level that waits to be restored: the highest of several resets."""
    waiting: int | None = None
    for event in life:
        if event.starts_anew or event.ends_row:
            waiting = None
        if event.remembers is not None:
            waiting = max(event.remembers, waiting or 0)
    return waiting


# -- how the level moves --------------------------------------------------------------------------


def top_of(phase: Json) -> int | None:
    """Return the highest level of a phase: where its value reaches the cap, or the last of its values."""
    if "values" in phase:
        return len(phase["values"]) - 1
    if phase["cap"] is None:
        return None
    if phase["base"] >= phase["cap"]:
        return 0
    if phase["step"] == 0:
        return None
    return int(-(-(phase["cap"] - phase["base"]) // phase["step"]))


def under_top(height: int, phase: Json | None) -> int:
    top = top_of(phase) if phase else None
    return height if top is None else min(height, top)


def beginning(track: Json, week: int) -> Event:
    """Begin a ladder with its start level, in whatever phase that is."""
    return Event(under_top(track.get("start_level", 0), phase_in(track, week)), week, starts_anew=True)


def opened(life: list[Event], track: Json, week: int) -> list[Event]:
    """Begin a program week: where it is the first one of a phase that does not carry, the ladder starts at 0."""
    phase = phase_in(track, week)
    if phase and week > 1 and week == phase["weeks"][0] and not phase["carry_level"]:
        life = [*life, Event(0, week, starts_anew=True)]
    return lowered(life, track, week)


def lowered(life: list[Event], track: Json, week: int) -> list[Event]:
    """Lower a level that was brought from another phase or version to the top of this one."""
    height = under_top(level(life), phase_in(track, week))
    return life if height == level(life) else [*life, Event(height, week)]


def closed(life: list[Event], track: Json, week: int, lines: list[Line]) -> list[Event]:
    """End a program week: where it ends a full period, and full periods raise the level, it goes up by one."""
    phase = phase_in(track, week)
    if phase is None or phase.get("pays_nothing") or phase["rises"] != "week":
        return life
    period = period_of(phase, week)
    if week != period[-1] or not is_full(phase, period, lines) or is_restoring(track, period, life):
        return life
    return [*life, Event(under_top(level(life) + 1, phase), week)]


def is_full(phase: Json, period: range, lines: list[Line]) -> bool:
    return len(paid(lines, period)) >= phase["visits_per_week"] and not has_reset(lines, period)


def is_restoring(track: Json, period: range, life: list[Event]) -> bool:
    """Say whether the level was restored in the period, so that the period itself does not raise it."""
    has_lifted = any(event.lifts and event.week in period for event in life)
    return has_lifted and not track["restore_week_rises"]


def reset(event: Event, track: Json, phase: Json, life: list[Event], lines: list[Line]) -> Event:
    """Lower the level, and remember where it stood."""
    rule = track.get("reset_to", "zero")
    height = 0 if rule == "zero" else max(0, level(life) - rule["drop"])
    if track["restore"] is None:
        return replace(event, level=height)
    to_last = track["restore"]["to"] == "last_paid"
    keeps = last_paid(life) if to_last else level_to_come(track, phase, event.week, life, lines)
    return replace(event, level=height, remembers=keeps)


def level_to_come(track: Json, phase: Json, week: int, life: list[Event], lines: list[Line]) -> int:
    """Return the level that the next met visit would have been paid at.

    Where the period has no place left that visit would have come in the next one, and a full period would have
    raised the level before it.
    """
    period = period_of(phase, week)
    if len(paid(lines, period)) < phase["visits_per_week"]:
        return level(life)
    return level(closed(life, track, period[-1], lines))


def will_end_row(track: Json, life: list[Event]) -> bool:
    """Say whether one more met visit makes the row complete."""
    rule = track["restore"]
    return bool(rule and remembered(life) is not None and row(life) + 1 >= rule["after"])


def level_paid_at(track: Json, phase: Json, life: list[Event]) -> int:
    """Return the level at which a met visit is paid: restored already, if the same visit has it."""
    if will_end_row(track, life) and track["restore"]["takes_effect"] == "same":
        return max(level(life), under_top(remembered(life) or 0, phase))
    return level(life)


def met(event: Event, track: Json, phase: Json, life: list[Event]) -> Event:
    """Raise and restore the level by a met visit."""
    paid_at = level_paid_at(track, phase, life)
    height = under_top(paid_at + (1 if phase["rises"] == "visit" else 0), phase)
    if not will_end_row(track, life):
        return replace(event, level=height, paid_at=paid_at)
    back = under_top(remembered(life) or 0, phase)
    return replace(event, level=max(height, back), paid_at=paid_at, ends_row=True, lifts=back > level(life))


# -- what a met visit earns -----------------------------------------------------------------------


def ladder(height: int, reading: int | None, track: Json, phase: Json) -> int:
    """Return the amount of a level, or that of a reading on its scale (of the first step where none is given)."""
    scale = (rule_in(track, phase) or {}).get("scale")
    if scale:
        return int(next(step["amount"] for step in scale if reading is None or reading <= step["at_most"]))
    if "values" in phase:
        return int(phase["values"][min(height, len(phase["values"]) - 1)])
    amount = int(phase["base"] + phase["step"] * height)
    return amount if phase["cap"] is None else min(amount, phase["cap"])


def run_bonus(phase: Json, life: list[Event]) -> int:
    bonus = phase["run_bonus"]
    return int(bonus["amount"]) if bonus and (run(life) + 1) % bonus["every"] == 0 else 0


def week_bonus(phase: Json, week: int, lines: list[Line]) -> int:
    """Return the bonus of the visit that makes the period full."""
    period = period_of(phase, week)
    is_last = len(paid(lines, period)) + 1 == phase["visits_per_week"]
    return (phase.get("week_bonus") or 0) if is_last and not has_reset(lines, period) else 0


def next_due(track: Json, week: int, life: list[Event], lines: list[Line]) -> int:
    """Return what the next met visit would earn: in this period while it has a free place, else after it."""
    phase = phase_in(track, week)
    if phase and not phase.get("pays_nothing"):
        if has_free_place(phase, week, lines):
            return would_earn(track, phase, week, life, lines)
        week = period_of(phase, week)[-1]
        life = closed(life, track, week, lines)
    week += 1
    phase = phase_in(track, week)
    return would_earn(track, phase, week, opened(life, track, week), lines) if phase else 0


def would_earn(track: Json, phase: Json, week: int, life: list[Event], lines: list[Line]) -> int:
    if phase.get("pays_nothing") or is_used_up(track, phase, lines):
        return 0
    amount = ladder(level_paid_at(track, phase, life), None, track, phase)
    return amount + run_bonus(phase, life) + week_bonus(phase, week, lines)


# -- what a reading decides -----------------------------------------------------------------------


def rule_in(track: Json, phase: Json | None) -> Json | None:
    rule: Json | None = (phase or {}).get("reading") or track.get("reading")
    return rule


def decided(reading: int, rule: Json | None, lines: list[Line]) -> str:
    """Decide the outcome of a reading; one that no rule is there for (in a later version) waits."""
    if rule is None:
        return "pending"
    return "met" if is_met(reading, rule, readings_in(lines)) else "positive"


def readings_in(lines: list[Line]) -> list[int]:
    """Return the earlier readings. One of a day whose version lacks the behavior is no reading of it."""
    return [line.visit["reading"] for line in lines if line.has_ladder and line.visit["reading"] is not None]


def limit_of(rule: Json, lines: list[Line]) -> int:
    """Return the highest number that the rule takes, by trying every one."""
    earlier = readings_in(lines)
    highest = max([rule["scale"][-1]["at_most"] if "scale" in rule else rule["at_most"], *earlier])
    return max(reading for reading in range(highest + 1) if is_met(reading, rule, earlier))


def is_met(reading: int, rule: Json, earlier: list[int]) -> bool:
    if "scale" in rule:
        return bool(reading <= rule["scale"][-1]["at_most"])
    if reading <= rule["at_most"]:
        return True
    if "percentile" in rule:
        of_last, rank = rule["percentile"]["of_last"], rule["percentile"]["rank"]
        return bool(len(earlier) >= of_last and reading <= sorted(earlier[-of_last:])[rank - 1])
    if "falls_by_percent" in rule and earlier and earlier[-1] > 0:
        return bool((earlier[-1] - reading) * 100 >= rule["falls_by_percent"] * earlier[-1])
    return False


# -- ceilings -------------------------------------------------------------------------------------


def pay(lines: list[Line], documents: dict[date, Json], starts_on: date, prior_cents: int) -> list[Json]:
    """Number the visits, and cut what each is due by the ceilings of its day. Draws are cut when they are drawn."""
    done: list[Line] = []
    for n, line in enumerate(lines, start=1):
        day, due = line.visit["date"], line.result["due"]
        document = documents[day]
        result = {**line.result, "n": n, "paid": due}
        if result["unit"] == "points":
            value = document["point_value_cents"]
            for ceiling in document["ceilings"]:
                used = 0 if ceiling["scope"] == "award" else received(ceiling, day, done, starts_on, prior_cents)
                fits = max(0, ceiling["cents"] - used) // value
                if fits < result["paid"]:
                    result |= {"paid": fits, "cut_by": ceiling["scope"]}
            result["cents"] = result["paid"] * value
        done.append(Line(line.visit, result, line.has_ladder))
    return [line.result for line in done]


def received(ceiling: Json, day: date, done: list[Line], starts_on: date, prior_cents: int) -> int:
    """Return the cents that a ceiling counts on a day: those of earlier visits, and of before the enrollment."""
    scope = ceiling["scope"]
    cents = sum(line.result["cents"] for line in done if counts(ceiling, line.visit["date"], day))
    if scope == "lifetime" or (scope == "calendar_year" and day.year == starts_on.year):
        cents += prior_cents
    return int(cents)


def counts(ceiling: Json, earlier: date, day: date) -> bool:
    """Say whether a ceiling takes the two days together."""
    match ceiling["scope"]:
        case "month":
            return (earlier.year, earlier.month) == (day.year, day.month)
        case "calendar_year":
            return earlier.year == day.year
        case "year_from":
            return year_from(earlier, ceiling["from"]) == year_from(day, ceiling["from"])
        case "rolling":
            return bool((day - earlier).days < ceiling["days"])
        case _:
            return True


def year_from(day: date, begins: str) -> int:
    """Return the year in which the year of this day began."""
    return day.year if day.strftime("%m-%d") >= begins else day.year - 1
