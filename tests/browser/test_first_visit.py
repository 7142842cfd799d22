"""What a browser that has nothing yet fetches for a page: all bytes of all answers, with their headers."""

import pytest
from playwright.sync_api import Browser, Page, Request

from tests.browser.conftest import pair
from tests.browser.test_every_page import sign_in

MOST = 60 * 1024
# Each stylesheet of the page, and how many bytes came from the server for it.
STYLESHEETS = """performance.getEntriesByType("resource").filter(one => one.name.endsWith(".css"))
    .map(one => ({ name: one.name, weighed: one.transferSize }))"""


def weigh(page: Page, address: str) -> dict[str, int]:
    """Open a page, and return what each of its answers weighed, by its path."""
    asked: list[Request] = []
    page.on("requestfinished", lambda request: asked.append(request))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    sizes = {request.url: request.sizes() for request in asked if not request.url.startswith("data:")}
    return {url: size["responseBodySize"] + size["responseHeadersSize"] for url, size in sizes.items()}


@pytest.mark.parametrize("path", ["/sign-in", "/kiosk", "/kiosk/sign-in"])
@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_first_visit_weighs_less_than_60_kib(browser: Browser, at: str, path: str) -> None:
    with browser.new_context(service_workers="block") as context:
        page = context.new_page()
        pair(page, at)
        answers = weigh(page, at + path)
        assert any(".css" in url for url in answers)
        assert 20_000 < sum(answers.values()) < MOST, answers


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_whoever_signs_in_fetches_the_stylesheet_once(browser: Browser, at: str) -> None:
    with browser.new_context(base_url=at) as context:
        page = context.new_page()
        page.goto("/sign-in")
        [before] = page.evaluate(STYLESHEETS)
        sign_in(page, "rosa")
        [after] = page.evaluate(STYLESHEETS)
        assert before["name"] == after["name"]
        assert (before["weighed"] > 10_000, after["weighed"]) == (True, 0)
