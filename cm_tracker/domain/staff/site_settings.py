"""The settings that a lead can change for a site. Each setting is one entry of `SiteSettings` and nothing else.

An entry is an attribute with a name and a type, a kind with bounds (`domain.staff.setting_kinds`), a
default, and the words for the page. The form, the page and the audit trail are made from it. A new
setting needs no migration, because a site stores only what its lead has set: JSON text with the name,
the value, and the day on which it took effect. If nothing is stored, or the kind refuses the stored
value, the default applies.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, NamedTuple, TypeVar

from cm_tracker.domain.clients.id_cards import APPOINTMENTS, MEMBER, NO_TITLE, VISITOR
from cm_tracker.domain.staff.setting_kinds import Choice, Kind, Line, Money, Number, NumberOrOff, Value, yes_or_no

T = TypeVar("T", bound=Value)

MINUTES = ("minute", "minutes")

# The headings of the page, in order.
ENTRIES, PRIZES, POINTS, CARDS, KIOSK = "Mistakes", "Prizes", "Points", "ID cards", "The kiosk"
TRAINING, DUTIES = "Training", "Duties of one person"
SIGN_IN = "Signing in"


class SiteSetting(NamedTuple):
    """An entry of the registry. `group` is a heading of the page, `means` says what the setting does."""

    name: str
    kind: Kind
    default: Value
    group: str
    label: str
    means: str


def _due_again(what: str) -> int | None:
    """Declare after how many months a subject of training is due again."""
    return setting(
        NumberOrOff(
            Number(1, 60, ("month", "months")),
            off="Once is enough",
            on="It is due again",
            ask="Months after the training",
        ),
        None,
        group=TRAINING,
        label=f"Training again: {what}",
        means="From that day on it is open on the site’s checklist and on the desk of its leads. Nobody is kept from work.",
    )


def setting(kind: Kind, default: T, *, group: str, label: str, means: str) -> T:
    """Declare an entry of the registry: the right-hand side of an attribute of a frozen dataclass."""
    return field(default=default, metadata={"setting": (kind, default, group, label, means)})


@dataclass(frozen=True)
class SiteSettings:
    """The settings of a site. `since` has the day on which a value took effect, for each that a lead has set."""

    undo_minutes: int = setting(
        Number(0, 60, MINUTES),
        15,
        group=ENTRIES,
        label="How long people may undo their own entry",
        means="Whoever recorded a visit or handed out a prize may undo it themselves for this long. After that, a lead "
        "puts it right. With 0, nobody undoes their own entry.",
    )
    offer_minutes: int = setting(
        Number(1, 60, MINUTES),
        10,
        group=PRIZES,
        label="How long an offer waits for the client",
        means="Staff choose a prize with the client, and the client has this long to say yes with their PIN, on the "
        "screen or at the kiosk. After that, the prize has to be chosen again.",
    )
    confirmation_minutes: int = setting(
        Number(0, 60, MINUTES),
        15,
        group=PRIZES,
        label="How long a PIN holds for the handover",
        means="A client who has said yes to a prize that is set aside can be given it for this long without typing their "
        "PIN again. With 0, they type it at every handover.",
    )
    trade_days: int | None = setting(
        NumberOrOff(
            Number(1, 60, ("day", "days")),
            off="Not at this site",
            on="It is allowed",
            ask="Days within which all five were drawn; 1 is today alone",
        ),
        None,
        group=PRIZES,
        label="Trading five small prizes up",
        means="A client may hand back five prizes of the smallest tier that they drew, for one of the next tier. What "
        "they gain in value may not be more than the ceilings of the schedule leave.",
    )
    count_loss_cents: int = setting(
        Money(0, 10_000_00),
        50_00,
        group=PRIZES,
        label="How much may be missing in a count before a lead has to decide",
        means="Where a count of the cabinet misses more than this, at retail value, the loss waits for a lead who did "
        "not count, and the leads see it on their first page. Up to this amount, it is enough that one of the two "
        "people is a lead. With 0, every loss waits for a lead.",
    )
    most_cards: int | None = setting(
        NumberOrOff(
            Number(1, 500, ("card", "cards")),
            off="As many as are asked for",
            on="Only a few",
            ask="Gift cards in the cabinet, with those that are on their way",
        ),
        None,
        group=PRIZES,
        label="How many gift cards a purchase may bring into the cabinet",
        means="A gift card is like cash. More are refused when a purchase is asked for, when it is authorized, and when a "
        "delivery is recorded.",
    )
    needs_purchase: bool = setting(
        yes_or_no("Only with an authorized purchase", "With or without one"),
        False,
        group=PRIZES,
        label="How a delivery that cost money is recorded",
        means="A purchase is asked for by one person and authorized by another before anything is bought. Donations need "
        "none.",
    )
    expiry_weeks: int | None = setting(
        NumberOrOff(
            Number(4, 104, ("week", "weeks")),
            off="They never expire",
            on="They expire",
            ask="Weeks after the last day of the client's schedule",
        ),
        None,
        group=POINTS,
        label="What happens to points that nobody spent",
        means="Nothing expires while a client is enrolled, and nobody's points expire before the kiosk has warned them "
        "for four weeks. The four weeks begin anew when you change the number.",
    )

    card_title: str = setting(
        Choice(
            {
                MEMBER: "Member card",
                VISITOR: "Visitor card",
                APPOINTMENTS: "Appointment card",
                NO_TITLE: "Nothing",
            }
        ),
        MEMBER,
        group=CARDS,
        label="What is written on an ID card",
        means="Whoever finds a card must not learn from it where somebody is treated. So no card names the clinic, the "
        "program or a substance.",
    )
    card_shows_name: bool = setting(
        yes_or_no("The preferred name, too", "No name"),
        False,
        group=CARDS,
        label="The client's name on the card",
        means="Without a name, nobody who finds the card knows whose it is. The scanner finds the client in any case.",
    )
    least_pin_digits: int = setting(
        Number(4, 8, ("digit", "digits")),
        4,
        group=KIOSK,
        label="How many digits a new PIN needs at least",
        means="A client chooses this many to 8 digits. A longer PIN is harder to guess, and harder to remember. A PIN that "
        "was chosen before stays valid.",
    )
    kiosk_words_en: str = setting(
        Line(60, "the program's own words"),
        "",
        group=KIOSK,
        label="Words of welcome in English",
        means="They stand under the greeting while nobody uses the kiosk, where everybody can read them: no substance and "
        "no result. If this is empty, the program's own words stand there.",
    )
    kiosk_words_es: str = setting(
        Line(60, "the program's own words"),
        "",
        group=KIOSK,
        label="Words of welcome in Spanish",
        means="The same for the Spanish greeting.",
    )
    factor_grace_days: int = setting(
        Number(0, 60, ("day", "days")),
        14,
        group=SIGN_IN,
        label="How long leads, auditors and admins may put off their second factor",
        means="The days begin when somebody first signs in who must have one. After that, they set it up before anything "
        "else. For somebody with several sites the shortest time counts, and for an admin that of all sites. With 0, they "
        "set it up the first time that they sign in.",
    )

    core_months: int | None = _due_again("core elements and protocol")
    tests_months: int | None = _due_again("tests")
    incentives_months: int | None = _due_again("prizes and how they are handed out")
    documentation_months: int | None = _due_again("writing down")
    supervision_months: int | None = _due_again("supervision")

    corrects_own_entries: bool = setting(
        yes_or_no("The lead who entered it may", "A lead who did not enter it"),
        False,
        group=DUTIES,
        label="Who corrects or voids a visit",
        means="Say that this site cannot keep the two apart only if it has one lead. The audit trail then names each visit "
        "that one person entered and corrected, and auditors read it first.",
    )
    counts_own_purchases: bool = setting(
        yes_or_no("Whoever bought it may", "Nobody who bought or booked a delivery since the last count"),
        False,
        group=DUTIES,
        label="Who counts the cabinet and signs the count",
        means="Who buys prizes could hide what is missing by counting it. Each count by such a person then stands on the "
        "audit trail.",
    )
    confirms_with_own_pin: bool = setting(
        yes_or_no("Whoever set it may", "Nobody who set the client's PIN on that day"),
        False,
        group=DUTIES,
        label="Who hands out a prize that the client's PIN confirms",
        means="Who sets a PIN knows it, and could say yes in the client's place. Without a second person, the reason why "
        "there is no PIN can be entered instead.",
    )

    since: Mapping[str, date] = field(default_factory=dict)

    @property
    def training_months(self) -> Mapping[str, int | None]:
        """Return after how many months each subject of training is due again."""
        return {
            entry.name.removesuffix("_months"): getattr(self, entry.name)
            for entry in SETTINGS
            if entry.group == TRAINING
        }

    @property
    def fingerprint(self) -> str:
        """Return a hash of all values. A form sends it back to say which values its page showed."""
        values = [getattr(self, entry.name) for entry in SETTINGS]
        return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:32]


def settings_in(registry: type) -> tuple[SiteSetting, ...]:
    """Return the entries that a dataclass declares with `setting`, in its order."""
    return tuple(
        SiteSetting(entry.name, *entry.metadata["setting"]) for entry in fields(registry) if "setting" in entry.metadata
    )


SETTINGS = settings_in(SiteSettings)


def read_settings(text: str) -> SiteSettings:
    """Return the settings from the text that a site stores. `{}` means that nothing was set."""
    stored: dict[str, dict[str, Any]] = json.loads(text)
    valid = {
        entry.name: stored[entry.name]
        for entry in SETTINGS
        if entry.name in stored and entry.kind.problem(stored[entry.name]["value"], entry.name) is None
    }
    return SiteSettings(
        **{name: item["value"] for name, item in valid.items()},
        since={name: date.fromisoformat(item["since"]) for name, item in valid.items() if item["since"]},
    )


class SettingChange(NamedTuple):
    """A setting with its value before and after a change."""

    name: str
    before: Value
    after: Value


def change_settings(text: str, values: Mapping[str, Value], today: date) -> tuple[str, tuple[SettingChange, ...]]:
    """Return the text that a site stores with the new `values` (by name), and the changes.

    An unchanged value keeps its day. Stored names that are not in `values`, or that this version does not
    know, stay as they are. Raise `BadInput` for the first value that its kind refuses, and `KeyError` for
    a name that is not a setting.
    """
    stored, before = json.loads(text), read_settings(text)
    kinds = {entry.name: entry.kind for entry in SETTINGS}
    changes = []
    for name, value in values.items():
        if (problem := kinds[name].problem(value, name)) is not None:
            raise problem
        if value != getattr(before, name):
            stored[name] = {"value": value, "since": today.isoformat()}
            changes.append(SettingChange(name, getattr(before, name), value))
    return json.dumps(stored, sort_keys=True, separators=(",", ":")), tuple(changes)
