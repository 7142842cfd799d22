"""Find a Chromium for the browser tests, or install one: `python -m tests.chromium`.

The one that is there; else Debian's through apt; else Playwright's own download. If none can be had
it says so and fails: the browser tests are never skipped in silence.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """The path of a Chromium on this machine, or None."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _run(*command: str) -> bool:
    print("+", " ".join(command), flush=True)
    return subprocess.run(command, check=False, stdin=subprocess.DEVNULL).returncode == 0


def main() -> int:
    """Make sure that there is one."""
    if find():
        return 0
    if shutil.which("apt-get"):
        sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
        if _run(*sudo, "apt-get", "update", "-qq"):
            _run(*sudo, "apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-dejavu-core")
    if not find():
        _run(sys.executable, "-m", "playwright", "install", "chromium")
    if find():
        return 0
    print("The browser tests need Chromium: install it (chromium or google-chrome) and run again.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
