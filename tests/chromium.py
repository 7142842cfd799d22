"""Find a Chromium for the browser tests, or install one: `python -m tests.chromium`.

A Chromium or Chrome that is installed is used. Otherwise apt installs Debian's Chromium, or else Playwright downloads
its own. If that fails too, the command prints an error and exits with 1, so browser tests are never skipped silently.
"""

import shutil
import sys
from pathlib import Path

from tests.debian import install, run

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """Return the path of a Chromium on this machine, or None."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def main() -> int:
    """Install a Chromium if there is none. Return the exit code."""
    if find():
        return 0
    install("chromium", "fonts-dejavu-core")
    if not find():
        run(sys.executable, "-m", "playwright", "install", "chromium")
    if find():
        return 0
    print("The browser tests need Chromium: install it (chromium or google-chrome) and run again.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
