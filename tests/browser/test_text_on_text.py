"""What the check of every page takes for text on text, and what it does not."""

import pytest
from playwright.sync_api import Page

from tests.browser.text_on_text import TEXT_ON_TEXT

pytestmark = pytest.mark.browser
ON_IT = "position: absolute; left: 0; top: 0; margin: 0; line-height: 20px;"


@pytest.mark.parametrize(
    ("second", "found"),
    [
        (f'<p style="{ON_IT}">over</p>', [["under", "over"]]),
        (f'<p style="{ON_IT} position: fixed">over</p>', [["under", "over"]]),
        (f'<p style="{ON_IT} top: 20px">over</p>', []),
        (f'<p style="{ON_IT} background: white">over</p>', []),
        (f'<p style="{ON_IT} visibility: hidden">over</p>', []),
        (f'<div style="{ON_IT} height: 0; overflow: hidden">over</div>', []),
    ],
)
def test_a_text_on_another_one_is_found_and_nothing_else(page: Page, second: str, found: list[list[str]]) -> None:
    page.set_content(f'<body style="margin: 0"><p style="{ON_IT}">under</p>{second}</body>')
    assert page.evaluate(TEXT_ON_TEXT) == found
