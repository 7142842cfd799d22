"""The page of components in a browser: every component is accessible, fits a phone, and works without script."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from tests import cast
from tests.browser.conftest import DESK, PHONE, Visitor

pytestmark = pytest.mark.browser
RING = "rgb(242, 194, 122)"


@pytest.fixture
def components(live: tuple[Flask, str], visitor: Visitor) -> Visitor:
    """Return a visitor who looks at the components of a demonstration."""
    live[0].config["DEMONSTRATION"] = True
    visitor.sign_in("rosa")
    visitor.go("/styleguide")
    return visitor


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["360", "1280"])
def test_every_component_is_accessible(components: Visitor, size: tuple[int, int]) -> None:
    components.page.set_viewport_size({"width": size[0], "height": size[1]})
    components.look()
    if size == PHONE:
        components.page.get_by_text("Filters: Rosa Delgado").click()
        components.look()
    choices = components.page.locator("details.choice")
    for n in range(choices.count()):
        choices.nth(n).locator("summary").click()
        components.look()
    assert components.page.locator("details.choice[open]").count() == 1, "one list of a filter is open"
    components.page.locator("details.rest").evaluate_all("all => all.forEach(one => { one.open = true; })")
    components.look()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["360", "1280"])
def test_the_actions_of_all_rows_stand_at_the_same_place(components: Visitor, size: tuple[int, int]) -> None:
    components.page.set_viewport_size({"width": size[0], "height": size[1]})
    if size == PHONE:
        # Folded, the two likeliest and More stand in one line, beside the time of who is here.
        lines = components.page.locator(".cells.of-5").evaluate_all(
            "all => all.map(cells => [...cells.children].map(cell => cell.getBoundingClientRect())"
            ".filter(box => box.width).map(box => Math.round(box.top)))"
        )
        assert [(len(line), len(set(line))) for line in lines] == [(4, 1), (4, 1), (3, 1), (3, 1), (3, 1)]
        components.page.locator("details.unfolds").evaluate_all("all => all.forEach(one => { one.open = true; })")
        components.look()
    places = components.page.locator(".cells.of-5").evaluate_all(
        "all => all.map(cells => [...cells.children].map(cell => {"
        " const box = cell.getBoundingClientRect(); return [Math.round(box.left), Math.round(box.width)]; }))"
    )
    assert len(places) == 5
    assert all(place == places[0] for place in places)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_state_has_its_word_where_only_the_icon_is_seen(components: Visitor) -> None:
    saved = components.page.get_by_role("region", name="What was saved").get_by_role("listitem")
    expect(saved.nth(0)).to_contain_text("Recorded")
    expect(saved.nth(1)).to_contain_text("Excused")
    expect(components.page.get_by_role("button", name=re.compile("Arrived ?: HS-113"))).to_be_visible()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_the_foot_stays_in_sight_and_covers_no_field_that_has_the_focus(components: Visitor) -> None:
    components.page.emulate_media(reduced_motion="reduce")  # else the page still scrolls when it is measured
    foot = components.page.get_by_role("button", name="Save 11 people")
    expect(foot).to_be_in_viewport()
    reached = 0
    for _ in range(80):
        components.page.keyboard.press("Tab")
        bottom, top = components.page.evaluate(
            "[document.activeElement.getBoundingClientRect().bottom,"
            " document.querySelector('.foot').getBoundingClientRect().top]"
        )
        is_inside = components.page.evaluate("!!document.activeElement.closest('.foot, header, body > a')")
        if not is_inside:
            reached += 1
            assert bottom <= top + 1, components.page.evaluate("document.activeElement.outerHTML")
    assert reached > 40


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_the_search_of_the_header_has_a_ring_that_is_seen_on_the_dark_header(visitor: Visitor) -> None:
    visitor.sign_in("rosa")
    search = visitor.page.get_by_label("Client code or name")
    expect(search).to_be_focused()
    expect(search).to_have_css("outline-color", RING)
    box, width = search.bounding_box(), visitor.page.evaluate("innerWidth")
    assert box is not None and width == 360
    assert box["width"] > 300, "on a phone the search has a line of its own"


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_the_search_and_the_filters_work_without_script(
    browser: Browser, live: tuple[Flask, str], given: Callable[..., Any]
) -> None:
    live[0].config["DEMONSTRATION"] = True
    context = browser.new_context(java_script_enabled=False, base_url=live[1])
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_label("User name").fill("rosa")
    page.get_by_label("Password").fill(cast.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Client code or name").fill("HS-1")
    page.get_by_role("button", name="Find").click()
    page.wait_for_url("**/clients/1")
    page.goto("/styleguide")
    page.get_by_text("Service", exact=True).click()
    expect(page.get_by_role("link", name="Individual session")).to_be_visible()
    context.close()
