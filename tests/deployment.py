"""Find nginx, Caddy and systemd-analyze for the tests of the deployment, or install them: `python -m tests.deployment`.

Where one is missing and apt cannot install it, the command prints an error and exits with 1, so that those tests are never
skipped silently.
"""

import shutil
import sys

from tests.debian import install

PACKAGES = {"nginx": "nginx-light", "caddy": "caddy", "systemd-analyze": "systemd"}
"""Each program, and Debian's package of it."""


def find(name: str) -> str | None:
    """Return the path of a program on this machine, or None."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin:/opt/homebrew/bin")


def main() -> int:
    """Install what is missing. Return the exit code."""
    if missing := [PACKAGES[name] for name in PACKAGES if not find(name)]:
        install(*missing)
    for name in PACKAGES:
        if not find(name):
            print(f"The tests of the deployment need {name}: install it and run again.", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
