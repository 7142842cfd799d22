"""The page on which a lead changes the settings of a site."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from werkzeug.test import TestResponse

from cm_tracker.domain.staff.setting_kinds import Choice, yes_or_no
from cm_tracker.domain.staff.site_settings import SiteSetting
from cm_tracker.forms.staff import settings_form
from tests import cast
from tests.web.checklist import check
from tests.web.conftest import Person, hidden, text

People = Callable[..., Person]
Given = Callable[..., object]

PAGE = "/sites/1/settings"


def send(somebody: Person, **fields: str) -> TestResponse:
    """Load the page, change some of its fields, and send all of them, as a browser does."""
    page = somebody.get(PAGE).get_data(as_text=True)
    shown = {}
    for tag in re.findall(r"<input[^>]*>", page):
        attributes = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if attributes.get("type") != "radio" or " checked" in tag:
            shown[attributes["name"]] = unescape(attributes.get("value", ""))
    return somebody.client.post(PAGE, data={**shown, "reason": "County policy", **fields})


def test_the_page_of_settings_passes_the_checklist(person: People) -> None:
    check(person, PAGE, allowed=("miriam",), unknown="/sites/99/settings", writes=True)


def test_a_lead_reaches_only_their_own_sites(miriam: Person) -> None:
    assert miriam.get("/sites/2/settings").status_code == 404
    sites = miriam.get("/sites").get_data(as_text=True)
    assert f'href="{PAGE}"' in sites and "Mill Road" not in sites and "New site" not in sites


def test_people_without_the_permission_see_no_link_to_the_settings(person: People) -> None:
    for username, path in (("sam", "/sites"), ("rosa", "/schedules"), ("rosa", "/prizes"), ("grace", "/prizes")):
        assert "/settings" not in person(username).get(path).get_data(as_text=True)


def test_the_page_says_what_each_setting_does(miriam: Person) -> None:
    content = text(miriam.get(PAGE))
    for words in (
        "Harbor Street: these settings apply to everybody at this site",
        "How long people may undo their own entry, in minutes",
        "With 0, nobody undoes their own entry.",
        "How long an offer waits for the client, in minutes",
        "How long a PIN holds for the handover, in minutes",
        "Trading five small prizes up",
        "Not at this site",
        "What happens to points that nobody spent",
        "They never expire",
    ):
        assert words in content


def test_a_lead_reads_which_languages_no_speaker_has_reviewed(miriam: Person) -> None:
    assert "Languages of the kiosk English Español Português : not yet reviewed by a speaker" in text(miriam.get(PAGE))


def test_a_lead_changes_every_setting_at_once_and_back(miriam: Person) -> None:
    assert "Harbor Street Points never expire." in text(miriam.get("/schedules"))
    assert "Harbor Street (not allowed)" in text(miriam.get("/prizes"))
    other = {
        "undo_minutes": "5", "offer_minutes": "20", "confirmation_minutes": "0", "trade_days_is": "on",
        "trade_days": "14", "count_loss_cents": "12.50", "expiry_weeks_is": "on", "expiry_weeks": "6",
    }  # fmt: skip
    answer = send(miriam, **other)
    assert (answer.status_code, answer.headers["Location"]) == (303, PAGE)
    page = miriam.get(PAGE)
    assert "The settings are saved." in text(page)
    assert "Set on Mar 16, 2026. A new site starts with: 15 minutes." in text(page)
    names = ("undo_minutes", "offer_minutes", "confirmation_minutes", "trade_days", "count_loss_cents", "expiry_weeks")
    for name in names:
        assert re.search(rf'<input[^>]*name="{name}"[^>]*value="{other[name]}"', page.get_data(as_text=True))
    assert (
        "Points expire 6 weeks after the last day of the schedule. This rule has applied since Mar 16, 2026."
        in text(miriam.get("/schedules"))
    )
    assert "Harbor Street (within 14 days)" in text(miriam.get("/prizes"))
    trail = text(miriam.get("/audit"))
    assert "Miriam changed the settings of Harbor Street: " in trail
    assert "“How long people may undo their own entry” 5 minutes (before: 15 minutes)" in trail
    assert "before a lead has to decide” $12.50 (before: $50.00)" in trail
    # The number of a setting that is off is ignored.
    send(miriam, expiry_weeks_is="off", trade_days_is="off", trade_days="many")
    assert "Harbor Street Points never expire." in text(miriam.get("/schedules"))
    assert "Harbor Street (not allowed)" in text(miriam.get("/prizes"))


def test_saving_unchanged_settings_says_that_nothing_has_changed(miriam: Person) -> None:
    send(miriam)
    assert "Nothing has changed: these settings were already saved." in text(miriam.get(PAGE))
    assert "changed the settings" not in text(miriam.get("/audit"))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"undo_minutes": ""}, "Enter a whole number from 0 to 60."),
        ({"undo_minutes": "61"}, "Enter a whole number from 0 to 60."),
        ({"undo_minutes": "-1"}, "Enter a whole number from 0 to 60."),
        ({"undo_minutes": "a quarter"}, "Enter a whole number from 0 to 60."),
        ({"offer_minutes": "0"}, "Enter a whole number from 1 to 60."),
        ({"confirmation_minutes": "9" * 30}, "Enter a whole number from 0 to 60."),
        ({"trade_days_is": "on", "trade_days": ""}, "Enter a whole number from 1 to 60."),
        ({"trade_days_is": "on", "trade_days": "0"}, "Enter a whole number from 1 to 60."),
        ({"count_loss_cents": ""}, "Enter an amount from $0.00 to $10,000.00."),
        ({"count_loss_cents": "-1"}, "Enter an amount from $0.00 to $10,000.00."),
        ({"count_loss_cents": "10000.01"}, "Enter an amount from $0.00 to $10,000.00."),
        ({"count_loss_cents": "0.005"}, "Enter an amount from $0.00 to $10,000.00."),
        ({"count_loss_cents": "much"}, "Enter an amount from $0.00 to $10,000.00."),
        ({"count_loss_cents": "NaN"}, "Enter an amount from $0.00 to $10,000.00."),
        ({"trade_days_is": "always"}, "Choose one from the list"),
        ({"expiry_weeks_is": "on", "expiry_weeks": "3"}, "Enter a whole number from 4 to 104."),
        ({"expiry_weeks_is": "on", "expiry_weeks": "105"}, "Enter a whole number from 4 to 104."),
        ({"reason": " "}, "Say why: the audit trail keeps it."),
    ],
)
def test_an_invalid_value_has_its_message_at_the_field_and_stays_in_the_form(
    miriam: Person, fields: dict[str, str], message: str
) -> None:
    answer = send(miriam, **{"undo_minutes": "7", **fields})
    assert answer.status_code == 422 and message in text(answer)
    page = answer.get_data(as_text=True)
    name = list(fields)[-1]
    assert re.search(rf'id="{name}-problem">[^<]*{re.escape(message)}', page)
    typed = fields.get("undo_minutes", "7")
    assert re.search(rf'<input[^>]*name="undo_minutes"[^>]*value="{typed}"', page)
    assert re.search(r'<input[^>]*name="undo_minutes"[^>]*value="15"', miriam.get(PAGE).get_data(as_text=True))


def test_several_problems_are_listed_together(miriam: Person) -> None:
    page = send(miriam, undo_minutes="61", offer_minutes="0").get_data(as_text=True)
    assert 'href="#undo_minutes"' in page and 'href="#offer_minutes"' in page


def test_a_lead_does_not_overwrite_what_another_lead_has_changed(miriam: Person, given: Given) -> None:
    shown = hidden(miriam.get(PAGE).get_data(as_text=True))["shown"]
    given(cast.set_site, trade_days=14)
    answer = send(miriam, undo_minutes="5", trade_days_is="off", shown=shown)
    assert answer.status_code == 422
    assert "Somebody else has changed this in the meantime." in text(answer)
    assert "Harbor Street (within 14 days)" in text(miriam.get("/prizes"))


def test_other_pages_link_to_the_setting_itself(miriam: Person) -> None:
    page = miriam.get(PAGE).get_data(as_text=True)
    for path, anchor in (("/schedules", "expiry_weeks-setting"), ("/prizes", "trade_days-setting")):
        assert f'href="{PAGE}#{anchor}"' in miriam.get(path).get_data(as_text=True)
        assert f'id="{anchor}"' in page


def test_the_pages_that_this_page_replaced_are_not_found(miriam: Person) -> None:
    for path in ("/sites/1/unspent-points", "/sites/1/trading-up"):
        assert miriam.get(path).status_code == 404


@pytest.mark.parametrize(
    ("fields_sent", "values", "is_valid"),
    [
        ({"greeting": "name", "rings": "True"}, {"greeting": "name", "rings": True}, True),
        ({"greeting": "code", "rings": "False"}, {"greeting": "code", "rings": False}, True),
        ({"greeting": "loud", "rings": "1"}, {}, False),
        ({}, {"greeting": "code", "rings": False}, True),  # a value that was not sent stays unchanged
    ],
)
def test_a_setting_with_a_choice_or_a_yes_or_no_has_a_form_field(
    miriam: Person, fields_sent: dict[str, str], values: dict[str, object], is_valid: bool
) -> None:
    """No site has a setting of these kinds yet, so the form is tested on its own."""
    entries = (
        SiteSetting("greeting", Choice({"name": "By name", "code": "By code"}), "code", "A", "Greeting", "How."),
        SiteSetting("rings", yes_or_no("It rings.", "It is silent."), False, "A", "Bell", "Whether."),
    )
    with miriam.app.test_request_context(method="POST", data={**fields_sent, "reason": "x"}):
        miriam.app.config["WTF_CSRF_ENABLED"] = False
        form = settings_form(entries, {"greeting": "code", "rings": False})
        assert form.validate_on_submit() is is_valid
        if is_valid:
            assert form.values() == values
    with miriam.app.test_request_context():
        form = settings_form(entries, {"greeting": "name", "rings": True})
        assert (form["greeting"].data, form["rings"].data) == ("name", "True")
        assert "It is silent." in str(form["rings"])
