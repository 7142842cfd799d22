"""A lead sets up a site's week in the browser: a sample week, a service of their own, closed days and holidays."""

from collections.abc import Callable
from datetime import time
from typing import Any

import pytest

from tests import week
from tests.browser.conftest import DESK, PHONE, Visitor

pytestmark = pytest.mark.browser
Given = Callable[..., Any]


def test_a_lead_sets_up_the_week_of_a_site(visitor: Visitor) -> None:
    label = visitor.page.get_by_label
    visitor.sign_in("miriam")
    visitor.click("Week", "link")
    visitor.sees("No service yet.")
    visitor.click("Begin with a sample week", "link")
    visitor.click("Add these services")
    visitor.sees("5 services added.", "Early recovery group", "Thu at 1:00 PM")
    visitor.click("Add a service", "link")
    label("Name", exact=True).fill("Evening group")
    label("Kind").select_option("Group")
    label("Monday", exact=True).check()
    label("Time on Monday").fill("half past five")
    label("Length").fill("1 h 30 min")
    visitor.click("Add the service")
    visitor.sees("Write the time as 9:30, 1 pm or 13:00.")
    assert label("Time on Monday").input_value() == "half past five"
    label("Time on Monday").fill("5:30 pm")
    visitor.click("Add the service")
    visitor.sees("The service is added.", "Mon at 5:30 PM, 1 h 30 min")
    visitor.click("Change Evening group", "link")
    visitor.click("Retire the service", "link")
    visitor.click("Retire the service")
    visitor.sees("The service meets until", "1 retired service")
    visitor.click("Calendar", "link")
    visitor.click("Holidays", "link")
    visitor.click("Tick all that are to come", "link")
    visitor.go("/sites/1/holidays?year=2199")
    label("Labor Day").check()
    visitor.click("Close the site on these days")
    visitor.sees("1 holiday added to the calendar.", "Sep 2, 2199")
    visitor.click("Somebody is away", "link")
    label("Who is away?").select_option("Rosa")
    visitor.click("Save the days")
    visitor.sees("Enter the first day as a date.")
    label("First day away").fill("2199-09-03")
    label("Who stands in?").select_option("Leo")
    visitor.click("Save the days")
    visitor.sees("Sep 3, 2199", "Leo")
    visitor.click("Close days", "link")
    label("First closed day").fill("2199-09-04")
    label("Why is it closed?").fill("Water damage")
    visitor.click("Close these days")
    visitor.sees("Water damage")
    visitor.click("Past days", "link")
    visitor.sees("There was no closed day.")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_week_fits_a_phone_and_a_desk(visitor: Visitor, given: Given, size: tuple[int, int]) -> None:
    name = "Maximiliano-Bartholomew’s evening group for everybody"
    given(
        week.service, name, "telehealth", week.meetings("0123456", time(18)), place="https://video.example/" + 60 * "a"
    )
    visitor.page.set_viewport_size({"width": size[0], "height": size[1]})
    visitor.sign_in("rosa")
    visitor.go("/sites/1/services?week=2199-09-02")
    visitor.sees(name, "every day at 6:00 PM")
    visitor.go("/sites/1/calendar")
