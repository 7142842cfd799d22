"""The editor of a schedule: the form for a document, and the document from the sent form.

Every field has the name of its path in the document (`tracks[0].phases[1].base`). The check of a document names its
problems by the same paths, so each problem is shown at its field. Text that is not a number is put into the document
unchanged where a number is expected, and the check reports it. Money is typed and shown as amounts of the currency
(12.50); the document holds cents.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from wtforms import HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length

from cm_tracker.domain.money import DOLLARS, ProgramMoney, cents_of
from cm_tracker.domain.schedules.approval import APPROVED, SENT_BACK
from cm_tracker.domain.schedules.changed_preset import MOST_NAME
from cm_tracker.domain.schedules.check import SECOND_FORMAT, problems
from cm_tracker.domain.schedules.outcomes import NOT_MET
from cm_tracker.domain.schedules.schedule import parse
from cm_tracker.domain.schedules.standard_bowl import STANDARD_BOWL
from cm_tracker.forms.base import DayField, Form, OnceForm, radio
from cm_tracker.forms.schedules import second_format
from cm_tracker.forms.schedules.second_format import number as _number
from cm_tracker.i18n import lazy

PHASE: dict[str, Any] = {
    "weeks": [1, 12],
    "visits_per_week": 2,
    "base": 10,
    "step": 5,
    "rises": "visit",
    "cap": None,
    "run_bonus": None,
    "carry_level": False,
}
TRACK: dict[str, Any] = {
    "behavior": "",
    "title": "",
    "evidence": "drug_test",
    "target": [],
    "pays": "points",
    "phases": [PHASE],
    "reset_on": list(NOT_MET),
    "restore": None,
    "restore_week_rises": False,
    "on_dilute": "hold",
    "side_bonus": None,
    "min_hours_between": None,
}
BLANK: dict[str, Any] = {
    "format": "cm-schedule/1",
    "name": "",
    "source": "",
    "point_value_cents": 25,
    "tracks": [TRACK],
    "bowl": None,
    "ceilings": [],
    "corrections": "keep",
}


def blank(program: ProgramMoney) -> dict[str, Any]:
    """Return a blank document of a program."""
    document = {**BLANK, "point_value_cents": program.point_value_cents}
    if program.currency != DOLLARS:
        document |= {"format": SECOND_FORMAT, "currency": program.currency}
    return document


class DraftActionForm(Form):
    """The CSRF token and the fingerprint of the shown document. `document_from` reads the other fields."""

    shown = HiddenField()


class DocumentForm(Form):
    """A whole document as JSON text."""

    shown = HiddenField()
    document = TextAreaField(
        lazy("Document"),
        validators=[InputRequired(lazy("Paste a schedule document.")), Length(max=200_000)],
        render_kw={"rows": 18, "spellcheck": "false", "class": "code"},
    )


NEW_SCHEDULE = "new"


class PublishForm(OnceForm):
    """What a draft becomes, from when on, and why: for a second lead, or for the only lead who publishes alone.

    The view sets the choices of `becomes`; it takes the field away where a draft can only become a new schedule.
    """

    shown = HiddenField()
    becomes = radio(
        lazy("What it becomes"),
        [],
        validators=[InputRequired(lazy("Choose whether it is a new schedule or the next version of this one."))],
    )
    starts_on = DayField(
        lazy("From which day it may be used for enrolling"),
        validators=[InputRequired(lazy("Choose a day, today or later."))],
        description=lazy("Clients who are enrolled already keep their version."),
    )
    note = TextAreaField(
        lazy("What it is for"),
        validators=[InputRequired(lazy("Say in a few words what changes and why.")), Length(max=1900)],
        render_kw={"rows": 3},
        description=lazy("It is kept in the audit trail. Nothing about a client."),
    )


class DecisionForm(OnceForm):
    """The decision of the second lead about a draft."""

    shown = HiddenField()
    number = HiddenField()
    decision = radio(
        lazy("Your decision"),
        [(APPROVED, lazy("Approve")), (SENT_BACK, lazy("Send back with the note"))],
        validators=[InputRequired(lazy("Press one of the two buttons."))],
    )
    starts_on = DayField(
        lazy("From which day it may be used for enrolling"),
        validators=[InputRequired(lazy("Choose a day, today or later."))],
        description=lazy("You can choose a later day than was proposed."),
    )
    note = TextAreaField(
        lazy("Note to whoever sent it"),
        validators=[Length(max=1900)],
        render_kw={"rows": 3},
        description=lazy("Needed to send it back. It is kept in the audit trail."),
    )

    @property
    def number_shown(self) -> int:
        """Return the number that the page said the version gets. A number that cannot be read fits no version."""
        text = self.number.data or ""
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0


def is_formable(document: Any) -> bool:
    """Return whether the form can show a document. If not, it is shown as JSON text."""
    return (
        isinstance(document, dict)
        and isinstance(document.get("tracks"), list)
        and all(
            isinstance(track, dict)
            and isinstance(track.get("phases"), list)
            and all(
                isinstance(phase, dict)
                and isinstance(phase.get("weeks"), list)
                and len(phase["weeks"]) == 2
                and isinstance(phase.get("run_bonus"), dict | None)
                and all(isinstance(phase.get(key), list | None) for key in ("values", "target", "reset_on"))
                and _is_rule(phase.get("reading"))
                for phase in track["phases"]
            )
            and isinstance(track.get("restore"), dict | None)
            and isinstance(track.get("side_bonus"), dict | None)
            and isinstance(track.get("reset_to"), dict | str | None)
            and _is_rule(track.get("reading"))
            and isinstance((track.get("side_bonus") or {}).get("also_negative", []), list | None)
            and all(isinstance(track.get(key), list | None) for key in ("target", "reset_on"))
            for track in document["tracks"]
        )
        and isinstance(document.get("bowl"), dict | None)
        and isinstance((document.get("bowl") or {}).get("slips", []), list)
        and isinstance(document.get("ceilings"), list | None)
        and all(
            isinstance(item, dict)
            for item in [*(document.get("ceilings") or []), *(document.get("bowl") or {}).get("slips", [])]
        )
    )


def _is_rule(rule: Any) -> bool:
    """Return whether the form can show a rule of readings. A document that names two ways to decide is one, too."""
    return rule is None or (
        isinstance(rule, dict)
        and isinstance(rule.get("percentile"), dict | None)
        and isinstance(rule.get("scale"), list | None)
    )


def document_from(sent: Mapping[str, str], lists: Mapping[str, list[str]]) -> dict[str, Any]:
    """Return the document from the fields of a sent form. `lists` holds all values of each field."""
    get = sent.get
    currency = get("currency", "").strip().upper() or DOLLARS
    document: dict[str, Any] = {
        "format": "cm-schedule/1",
        "name": get("name", "").strip(),
        "source": get("source", "").strip(),
        "point_value_cents": _number(get("point_value_cents", "")),
        "tracks": [_track(sent, lists, f"tracks[{n}]") for n in range(_count(sent, "tracks"))],
        "bowl": None,
        "ceilings": [_ceiling(sent, f"ceilings[{n}]", currency) for n in range(_count(sent, "ceilings"))],
        "corrections": get("corrections", ""),
    }
    if currency != DOLLARS:
        document["currency"] = currency
    document["format"] = second_format.format_of(document)
    slips = _count(sent, "bowl.slips")
    if slips or get("bowl.name", "").strip():
        document["bowl"] = {
            "name": get("bowl.name", "").strip(),
            "slips": [
                {
                    "tier": get(f"bowl.slips[{n}].tier", "").strip(),
                    "count": _number(get(f"bowl.slips[{n}].count", "")),
                    "cents": _cents(get(f"bowl.slips[{n}].cents", ""), currency),
                }
                for n in range(slips)
            ],
        }
    return document


COPY = " (copy)"


def with_name_of_copy(document: Any) -> Any:
    """Return a document with a name that says that it is a copy."""
    if not isinstance(document, dict) or not isinstance(document.get("name"), str):
        return document
    return {**document, "name": document["name"][: MOST_NAME - len(COPY)] + COPY}


def as_it_was_written(document: dict[str, Any], before: object) -> Any:
    """Return the document of a form or, where it says the same as the one before, that one as it was written.

    A document may say the same in other words, such as with a key that is left out. Saving must not change them.
    """
    if not problems(document) and not problems(before) and parse(document) == parse(before):
        return before
    return document


def _ceiling(sent: Mapping[str, str], path: str, currency: str) -> dict[str, Any]:
    ceiling: dict[str, Any] = {
        "scope": sent.get(f"{path}.scope", ""),
        "cents": _cents(sent.get(f"{path}.cents", ""), currency),
    }
    if first_day := sent.get(f"{path}.from", "").strip():
        ceiling["from"] = first_day
    if days := sent.get(f"{path}.days", "").strip():
        ceiling["days"] = _number(days)
    return ceiling


def _track(sent: Mapping[str, str], lists: Mapping[str, list[str]], path: str) -> dict[str, Any]:
    def get(key: str) -> str:
        return sent.get(f"{path}.{key}", "").strip()

    restore = side = None
    if get("restore.after"):
        restore = {
            "after": _number(get("restore.after")),
            "takes_effect": get("restore.takes_effect"),
            "to": get("restore.to"),
        }
    also_negative = second_format.analytes(lists.get(f"{path}.side_bonus.also_negative", ()))
    if get("side_bonus.amount") or also_negative:
        side = {"also_negative": also_negative, "amount": _number(get("side_bonus.amount"))}
    return {
        "behavior": get("behavior"),
        "title": get("title"),
        "evidence": get("evidence"),
        "target": second_format.analytes(lists.get(f"{path}.target", ())),
        "pays": get("pays"),
        "phases": [_phase(sent, lists, f"{path}.phases[{n}]") for n in range(_count(sent, f"{path}.phases"))],
        "reset_on": lists.get(f"{path}.reset_on", []),
        "restore": restore,
        "restore_week_rises": get("restore_week_rises") == "true",
        "on_dilute": get("on_dilute"),
        "side_bonus": side,
        "min_hours_between": _number(get("min_hours_between")) if get("min_hours_between") else None,
        **second_format.more_of_track(get),
    }


def _phase(sent: Mapping[str, str], lists: Mapping[str, list[str]], path: str) -> dict[str, Any]:
    def get(key: str) -> str:
        return sent.get(f"{path}.{key}", "").strip()

    bonus = None
    if get("run_bonus.every") or get("run_bonus.amount"):
        bonus = {"every": _number(get("run_bonus.every")), "amount": _number(get("run_bonus.amount"))}
    more = second_format.more_of_phase(get, lists.get(f"{path}.reset_on", []))
    ladder = {
        "base": _number(get("base")),
        "step": _number(get("step")),
        "cap": _number(get("cap")) if get("cap") else None,
    }
    if "values" in more:
        # Listed values take the place of the three. `kinds` takes out those that were typed beside them.
        ladder = {key: value for key, value in ladder.items() if value not in ("", None)}
    return {
        "weeks": [_number(get("first_week")), _number(get("last_week"))],
        "visits_per_week": _number(get("visits_per_week")),
        **ladder,
        "rises": get("rises"),
        "run_bonus": bonus,
        "carry_level": get("carry_level") == "true",
        **more,
    }


MOST_ITEMS = 60


def _count(sent: Mapping[str, str], path: str) -> int:
    """Return how many items of a list the form showed, at most `MOST_ITEMS`."""
    text = sent.get(f"{path}.count", "0")
    return min(int(text), MOST_ITEMS) if text.isdecimal() and text.isascii() and len(text) < 4 else 0


def _cents(text: str, currency: str) -> int | str:
    """Return the cents of money that somebody typed (599 is $599.00), or the text itself if it is not money."""
    cents = cents_of(text, currency)
    return text if cents is None else cents


# The button that puts the standard bowl into the document.
STANDARD = "bowl:standard"
LISTS = ("tracks", "phases", "ceilings", "slips")


def apply_action(document: dict[str, Any], action: str) -> dict[str, Any]:
    """Return the document after a button: `add:tracks[0].phases` adds an item, `remove:ceilings[1]` removes one."""
    verb, _, path = action.partition(":")
    parts = path.replace("[", ".").replace("]", "").split(".")
    if action == STANDARD:
        document["bowl"] = deepcopy(dict(STANDARD_BOWL))
        return document
    if next((part for part in reversed(parts) if not part.isdecimal()), "") not in LISTS:
        return document
    place: Any = document
    try:
        if verb == "add":
            if parts == ["bowl", "slips"] and document["bowl"] is None:
                document["bowl"] = {"name": "", "slips": []}
            for part in parts:
                place = place[int(part)] if part.isdecimal() else place[part]
            place.append(_new(parts[-1], place))
        elif verb == "remove":
            for part in parts[:-1]:
                place = place[int(part)] if part.isdecimal() else place[part]
            del place[int(parts[-1])]
            if path.startswith("bowl.slips") and not place:
                document["bowl"] = None
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        pass  # the button is from an old page, and its path no longer exists: change nothing
    return document


def _new(part: str, siblings: list[dict[str, Any]]) -> dict[str, Any]:
    if part == "phases":
        return _next_phase(siblings)
    return {
        "tracks": {**TRACK, "phases": [dict(PHASE)]},
        "ceilings": {"scope": "calendar_year", "cents": 59900},
        "slips": {"tier": "", "count": 1, "cents": 0},
    }[part]


def _next_phase(phases: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a phase of four weeks after the last one, with the same rules."""
    if not phases:
        return dict(PHASE)
    last = phases[-1]
    after = last["weeks"][1]
    weeks = [after + 1, after + 4] if isinstance(after, int) else ["", ""]
    return {**last, "weeks": weeks}
