"""Take every picture of the docs again: `make screenshots`, or `python -m tests.screenshots`.

A fresh demonstration clinic is made in its own folder, always for the same date and time, and served from this
process. Chromium then follows the steps that the docs describe and takes each picture at its own size. Draws are
random in a demonstration too, so the picture of a draw shows the first one that wins a prize.
"""

import io
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import time_machine
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from cm_tracker import create_app
from cm_tracker.cli.demo.clinic import PASSWORD, PIN
from tests.chromium import find
from tests.serving import served

FOLDER = Path(__file__).parents[1] / "docs" / "images"
# A Monday afternoon at the demonstration's clinics.
NOW = datetime(2026, 11, 23, 20, 30, tzinfo=UTC)
# The most that a PNG palette holds: enough for flat colors and the edges of letters, at a third of the file size.
COLORS = 256


class Size(NamedTuple):
    """The size of the browser window, in pixels."""

    width: int
    height: int


DESK, TABLET = Size(1280, 860), Size(820, 1080)


@contextmanager
def demonstration() -> Iterator[str]:
    """Serve a demonstration clinic from its own folder, and yield its address."""
    with tempfile.TemporaryDirectory() as folder, time_machine.travel(NOW, tick=True):
        os.environ["INSTANCE_PATH"] = folder
        result = create_app().test_cli_runner().invoke(args=["demo"])
        if result.exit_code:
            raise SystemExit(result.output)
        with served(create_app(), threads=8) as port:
            yield f"http://127.0.0.1:{port}"


def sign_in(page: Page, username: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def open_client(page: Page, code: str) -> None:
    page.get_by_label("Client code or name").fill(code)
    page.get_by_role("button", name="Find").click()
    page.get_by_role("heading", name=code, level=1).wait_for()


def open_kiosk(page: Page, code: str) -> None:
    page.goto("/kiosk/demonstration/1")
    page.goto("/kiosk/sign-in")
    page.get_by_label("Your code").fill(code)
    page.get_by_label("Your PIN").fill(PIN)
    page.get_by_role("button", name="Show my points").click()
    page.wait_for_url("**/kiosk/card*")


def capture(page: Page) -> bytes:
    """Return a picture of the window after all its images are loaded."""
    page.wait_for_load_state("networkidle")
    return page.screenshot(animations="disabled")


def today(page: Page) -> bytes:
    """Show the first page of staff: the day at a site, with who is here, missing, comes later and is done."""
    sign_in(page, "rosa")
    page.get_by_role("link", name="Close the day").wait_for()
    return capture(page)


def sheet(page: Page) -> bytes:
    """Show the sheet of a group: who is expected, who is here, and what each earns."""
    sign_in(page, "rosa")
    page.get_by_role("link", name="Open the sheet").first.click()
    page.get_by_role("button", name="Save").first.wait_for()
    return capture(page)


def close(page: Page) -> bytes:
    """Show the closing of a day: each open slot with what will be recorded, and what follows from it."""
    sign_in(page, "rosa")
    page.get_by_role("link", name="Close the day").click()
    page.get_by_role("heading", level=1).wait_for()
    return capture(page)


def client(page: Page) -> bytes:
    """Show a client's page: today's one thing, the path of what was earned and is to come, and the balance."""
    sign_in(page, "rosa")
    open_client(page, "HS-109")
    return capture(page)


def kiosk(page: Page) -> bytes:
    """Show the kiosk: what a client has, their path, when the next visit is, the nearest prizes, and no name."""
    open_kiosk(page, "HS-103")
    return capture(page)


def confirm(page: Page) -> bytes:
    """Show the staff screen, turned to the client: the prize, its price, the points left, and the field for the PIN."""
    sign_in(page, "rosa")
    open_client(page, "HS-101")
    page.get_by_role("link", name="Redeem a prize").click()
    page.get_by_label("Travel mug").check()
    page.get_by_role("button", name="Next: the client confirms").click()
    page.get_by_role("heading", name="Let HS-101 confirm").wait_for()
    return capture(page)


def changes(page: Page) -> bytes:
    """Show what a correction would change before it is saved: balance, next visit, and other visits."""
    sign_in(page, "miriam")
    open_client(page, "HS-109")
    page.get_by_text("Visits", exact=True).click()
    page.get_by_role("table").first.locator("tbody tr").nth(2).get_by_role("link").click()
    page.get_by_role("link", name="Void this visit").click()
    return page.locator("#what-changes").screenshot()


def draw(page: Page) -> bytes:
    """Show a slip that won at the kiosk, and the prizes to choose from."""
    open_kiosk(page, "HS-119")
    page.get_by_role("button", name="Draw now").click()
    words = ["garden", "river", "lamp", "bread", "north", "silver", "window"]
    while words and not page.locator(".slip-choice").count():
        if page.locator(".drawn-now").count():
            page.get_by_role("link", name="Draw again").click()
        page.get_by_role("button", name=words.pop(), exact=True).click()
        page.locator(".drawn-now").wait_for()
    return capture(page)


PICTURES: dict[str, tuple[Callable[[Page], bytes], Size]] = {
    "today": (today, DESK),
    "sheet": (sheet, DESK),
    "close": (close, DESK),
    "client": (client, DESK),
    "kiosk": (kiosk, TABLET),
    "confirm": (confirm, Size(820, 700)),
    "changes": (changes, DESK),
    "draw": (draw, Size(820, 770)),
}


def take(browser: Browser, address: str, name: str) -> bytes:
    """Take one picture in a new browser context, so nobody is signed in, and return it as a PNG of 256 colors."""
    action, size = PICTURES[name]
    context = browser.new_context(
        base_url=address, viewport={"width": size.width, "height": size.height}, locale="en-US", reduced_motion="reduce"
    )
    try:
        image = Image.open(io.BytesIO(action(context.new_page()))).convert("RGB")
    finally:
        context.close()
    reduced = image.quantize(COLORS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    file = io.BytesIO()
    reduced.save(file, "PNG", optimize=True)
    return file.getvalue()


def main() -> int:
    """Take all pictures, and write them only if every one succeeded. Return the exit code."""
    flags = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    with demonstration() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=flags)
        pictures = {name: take(browser, address, name) for name in PICTURES}
        browser.close()
    for name, picture in pictures.items():
        path = FOLDER / f"{name}.png"
        path.write_bytes(picture)
        print(f"{path.relative_to(FOLDER.parents[1])}: {len(picture) // 1024} KB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
