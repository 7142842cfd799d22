"""The registry of what a lead may set for a site: bounds, defaults, and what is stored. Typed by hand."""

from dataclasses import dataclass, fields
from datetime import date

import pytest

from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.staff.setting_kinds import Choice, Line, Money, Number, NumberOrOff, Value, yes_or_no
from cm_tracker.domain.staff.site_settings import (
    SETTINGS,
    SettingChange,
    SiteSettings,
    change_settings,
    read_settings,
    setting,
    settings_in,
)

TODAY = date(2026, 3, 16)

# name, default, what is refused (just below, just above, and of another kind), what is taken (at the two ends)
TABLE: list[tuple[str, Value, tuple[Value, ...], tuple[Value, ...]]] = [
    ("undo_minutes", 15, (-1, 61, None, True), (0, 60)),
    ("offer_minutes", 10, (0, 61, None, True), (1, 60)),
    ("confirmation_minutes", 15, (-1, 61, None, True), (0, 60)),
    ("trade_days", None, (0, 61, True), (1, 60, None)),
    ("count_loss_cents", 5000, (-1, 1_000_001, None, True), (0, 1_000_000)),
    ("most_cards", None, (0, 501, True), (1, 500, None)),
    ("needs_purchase", False, (0, 1, "no", None), (True, False)),
    ("expiry_weeks", None, (3, 105, True), (4, 104, None)),
    ("card_title", "member", ("clinic", "", None, True), ("member", "visitor", "appointments", "none")),
    ("card_shows_name", False, (0, 1, "no", None), (True, False)),
    ("least_pin_digits", 4, (3, 9, None, True), (4, 8)),
    ("kiosk_words_en", "", ("w" * 61, "two\nlines", None, 6, True), ("", "w" * 60)),
    ("kiosk_words_es", "", ("w" * 61, "two\nlines", None, 6, True), ("", "Aquí cada paso cuenta.")),
    ("factor_grace_days", 14, (-1, 61, None, True), (0, 60)),
    ("core_months", None, (0, 61, True), (1, 60, None)),
    ("tests_months", None, (0, 61, True), (1, 60, None)),
    ("incentives_months", None, (0, 61, True), (1, 60, None)),
    ("documentation_months", None, (0, 61, True), (1, 60, None)),
    ("supervision_months", None, (0, 61, True), (1, 60, None)),
    ("corrects_own_entries", False, (0, 1, "no", None), (True, False)),
    ("counts_own_purchases", False, (0, 1, "no", None), (True, False)),
    ("confirms_with_own_pin", False, (0, 1, "no", None), (True, False)),
]


@pytest.mark.parametrize(("name", "default", "refused", "taken"), TABLE)
def test_defaults_and_bounds(name: str, default: Value, refused: tuple[Value, ...], taken: tuple[Value, ...]) -> None:
    assert getattr(SiteSettings(), name) == default
    for value in taken:
        text, _ = change_settings("{}", {name: value}, TODAY)
        assert getattr(read_settings(text), name) == value
    for value in (*refused, *(() if default == "" else ("6",)), 6.5):
        with pytest.raises(BadInput) as error:
            change_settings("{}", {name: value}, TODAY)  # type: ignore[dict-item]  (6.5 is no value)
        assert error.value.field == name


def test_the_table_is_whole() -> None:
    assert [row[0] for row in TABLE] == [entry.name for entry in SETTINGS]


def test_every_attribute_is_an_entry_with_words_and_a_default_that_may_stand() -> None:
    assert [one.name for one in fields(SiteSettings)] == [*(entry.name for entry in SETTINGS), "since"]
    for entry in SETTINGS:
        assert entry.label and entry.group and entry.means.endswith(".")
        assert entry.kind.problem(entry.default, entry.name) is None


def test_settings_of_one_heading_stand_together() -> None:
    groups = [entry.group for entry in SETTINGS]
    assert groups == sorted(groups, key=groups.index)


def test_a_site_at_which_nothing_was_set_has_the_defaults() -> None:
    held = read_settings("{}")
    assert held == SiteSettings()
    assert held.since == {}


def test_a_change_is_stored_with_its_day() -> None:
    text, changes = change_settings("{}", {"undo_minutes": 5, "expiry_weeks": 6, "trade_days": None}, TODAY)
    assert changes == (SettingChange("undo_minutes", 15, 5), SettingChange("expiry_weeks", None, 6))
    assert text == '{"expiry_weeks":{"since":"2026-03-16","value":6},"undo_minutes":{"since":"2026-03-16","value":5}}'
    held = read_settings(text)
    assert (held.undo_minutes, held.expiry_weeks, held.offer_minutes) == (5, 6, 10)
    assert held.since == {"expiry_weeks": TODAY, "undo_minutes": TODAY}


def test_a_value_that_holds_already_keeps_its_day() -> None:
    text, _ = change_settings("{}", {"expiry_weeks": 6}, TODAY)
    later = date(2026, 9, 1)
    assert change_settings(text, {"expiry_weeks": 6}, later) == (text, ())
    text, changes = change_settings(text, {"expiry_weeks": None, "undo_minutes": 15}, later)
    assert changes == (SettingChange("expiry_weeks", 6, None),)
    assert read_settings(text).since == {"expiry_weeks": later}


def test_a_day_that_nobody_knows_is_not_told() -> None:
    held = read_settings('{"trade_days":{"since":null,"value":14}}')
    assert held.trade_days == 14 and held.since == {}


def test_what_is_stored_and_may_not_stand_is_the_default() -> None:
    text = '{"undo_minutes":{"since":"2026-03-16","value":600},"offer_minutes":{"since":null,"value":"ten"}}'
    assert read_settings(text) == SiteSettings()


def test_what_another_version_stored_stays() -> None:
    text, _ = change_settings('{"later":{"since":null,"value":1}}', {"undo_minutes": 5}, TODAY)
    assert '"later":{"since":null,"value":1}' in text


def test_a_name_that_is_no_setting_is_a_fault_of_the_program() -> None:
    with pytest.raises(KeyError):
        change_settings("{}", {"undo_hours": 1}, TODAY)


def test_a_line_says_what_stands_there_where_it_is_empty() -> None:
    kind = Line(5, "nothing")
    assert (kind.words("", "USD"), kind.words("Hello", "USD")) == ("nothing", "“Hello”")
    assert str(kind.problem("Hello!", "words")) == "Enter one line of up to 5 characters."


def test_the_fingerprint_names_the_values_alone() -> None:
    same, _ = change_settings("{}", {"undo_minutes": 15}, TODAY)
    other, _ = change_settings("{}", {"undo_minutes": 5}, TODAY)
    assert read_settings(same).fingerprint == SiteSettings().fingerprint
    assert read_settings(other).fingerprint != SiteSettings().fingerprint


def test_an_amount_of_money_is_told_in_the_programs_currency() -> None:
    kind = Money(100, 1_250_00)
    assert (kind.words(5000, "USD"), kind.words(125000, "GBP")) == ("$50.00", "£1,250.00")
    assert str(kind.problem(99, "limit")) == "Enter an amount from $1.00 to $1,250.00."
    assert kind.problem(100, "limit") is None and kind.problem(125_000, "limit") is None


@dataclass(frozen=True)
class OfAnotherDay:
    """A registry with a choice and a yes or no, which no site has yet."""

    greeting: str = setting(
        Choice({"name": "By name", "code": "By code"}), "code", group="A", label="Greeting", means="How it greets."
    )
    rings: bool = setting(yes_or_no("It rings.", "It is silent."), False, group="A", label="Bell", means="It may ring.")


def test_an_entry_is_read_off_the_dataclass() -> None:
    greeting, rings = settings_in(OfAnotherDay)
    assert (greeting.name, greeting.default, rings.name, rings.label, rings.means) == (
        "greeting", "code", "rings", "Bell", "It may ring.",
    )  # fmt: skip
    assert OfAnotherDay() == OfAnotherDay("code", rings=False)


@pytest.mark.parametrize(
    ("value", "taken_by_greeting", "taken_by_rings"),
    [
        ("name", True, False), ("code", True, False), (True, False, True), (False, False, True),
        (1, False, False), (0, False, False), ("", False, False), (None, False, False),
    ],
)  # fmt: skip
def test_a_choice_takes_its_options_alone(value: Value, taken_by_greeting: bool, taken_by_rings: bool) -> None:
    greeting, rings = settings_in(OfAnotherDay)
    assert (greeting.kind.problem(value, "greeting") is None) == taken_by_greeting
    assert (rings.kind.problem(value, "rings") is None) == taken_by_rings


@pytest.mark.parametrize(
    ("number", "is_off_allowed", "said"), [(1, False, "1 day"), (2, False, "2 days"), (2, True, "2 days")]
)
def test_a_number_is_said_with_its_unit(number: int, is_off_allowed: bool, said: str) -> None:
    days = Number(1, 60, ("day", "days"))
    kind = NumberOrOff(days, off="No", on="Yes", ask="Days") if is_off_allowed else days
    assert kind.words(number, "USD") == said


def test_off_and_a_choice_are_said_in_words() -> None:
    assert NumberOrOff(Number(1, 60, ("day", "days")), off="No", on="Yes", ask="Days").words(None, "USD") == "off"
    assert yes_or_no("It rings.", "It is silent.").words(False, "USD") == "It is silent."


def test_an_option_that_is_not_there_is_refused_at_its_field() -> None:
    kind = yes_or_no("It rings", "It is quiet")
    problem = kind.problem(1, "rings")
    assert problem is not None and (str(problem), problem.field) == ("Choose one of these.", "rings")
    assert [(kind.problem(value, "rings"), kind.words(value, "USD")) for value in (True, False)] == [
        (None, "It rings"),
        (None, "It is quiet"),
    ]


def test_no_money_is_zero_dollars() -> None:
    assert Money(0, 100).words(None, "USD") == "$0.00"


def test_a_number_out_of_its_bounds_is_refused_with_them_at_its_field() -> None:
    days = Number(1, 1500, ("day", "days"))
    for kind in (days, NumberOrOff(days, off="No", on="Yes", ask="Days")):
        for value in (0, 1501, "3", True):
            problem = kind.problem(value, "days")
            assert problem is not None
            assert (str(problem), problem.field) == ("Enter a whole number from 1 to 1,500.", "days")
