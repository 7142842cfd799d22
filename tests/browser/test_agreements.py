"""The agreement in the browser: a client reads it, types a wrong PIN and then the right one, and it prints as it should."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser
Given = Callable[..., Any]


def test_a_client_reads_the_agreement_and_signs_it_with_their_pin(visitor: Visitor, given: Given) -> None:
    visitor.sign_in("rosa")
    visitor.go("/enrollments/1/agreement")
    visitor.sees("Our agreement", "Your goal: Cocaine-negative urine test", "You do not meet it.", "Ask a tax adviser.")
    visitor.page.get_by_label("Your PIN").fill("9999")
    visitor.click("I sign this")
    visitor.sees("That PIN is not right. Try again, or ask a member of staff.")
    visitor.page.get_by_label("Your PIN").fill("7304")
    visitor.click("I sign this")
    visitor.sees("The agreement is signed.", "Rosa signed for the clinic.")
    visitor.page.emulate_media(media="print")
    seen = visitor.page.locator("body").inner_text()
    assert "Our agreement" in seen and "Printed by Rosa" in seen
    assert "Sign out" not in seen and "To the client" not in seen


def test_on_paper_it_has_two_lines_to_sign_and_no_form(visitor: Visitor, given: Given) -> None:
    visitor.sign_in("rosa")
    visitor.go("/enrollments/1/agreement")
    visitor.page.get_by_text("Signed on paper").click()
    visitor.look()
    visitor.page.emulate_media(media="print")
    seen = visitor.page.locator("body").inner_text()
    assert "Client: name and day" in seen and "For the clinic: name and day" in seen and "Printed by Rosa" in seen
    assert "Your PIN" not in seen and "Signed on paper" not in seen
    for paper in ("A4", "Letter"):
        assert visitor.page.pdf(format=paper)[:5] == b"%PDF-"
    visitor.page.emulate_media(media="screen")
    visitor.click("The client has signed the paper")
    visitor.sees("Signed on paper on")
