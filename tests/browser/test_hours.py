"""The hours of a week, in the browser: looked at before they are saved, refused where they are no time, and corrected."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import Visitor
from tests.program_hours import program

pytestmark = pytest.mark.browser
Given = Callable[..., Any]


def test_staff_enter_the_hours_of_a_week_and_a_lead_corrects_them(visitor: Visitor, given: Given) -> None:
    """The eight weeks of the program are over, so the newest one is the eighth: April 20 to 26."""
    given(program)
    visitor.sign_in("rosa")
    visitor.go("/clients/3")
    visitor.click("Enter the hours of a week", "link")
    visitor.sees("From 9 hours on, attended or excused: It earns 10 points.")
    label = visitor.page.get_by_label
    label("Attended").fill("seven")
    label("Expected").fill("10")
    visitor.click("Save the hours")
    visitor.sees("Write hours and minutes as 7:30, or hours as 7.5.")
    label("Attended").fill("7:30")
    visitor.click("Show what it earns")
    visitor.sees("7 h 30 min of 9 h: it counts from 9 h on.", "Too few hours")
    visitor.page.get_by_text("Change it").click()
    label("Excused").fill("1.5")
    visitor.click("Show what it earns")
    visitor.click("Save the hours and pay 10 points")
    visitor.sees("10 points for coming to your hours of the week.", "Week 8: Apr 20 to Apr 26")
    visitor.click("Go to the client’s page", "link")
    visitor.sees("9 h of 9 h", "The hours of weeks 7, 6, 5, 4, 3, 2 and 1 are not entered yet.")
    visitor.click("Sign out")
    visitor.sign_in("miriam")
    visitor.go("/visits/1")
    visitor.click("Correct these hours", "link")
    label("Attended").fill("5")
    label("Why is it corrected?").fill("Two groups did not take place")
    visitor.click("Show what it changes")
    visitor.sees("Met 10 points", "Too few hours 0 points")
    visitor.click("Save the correction")
    visitor.sees("Every record of these hours", "Too few hours")
