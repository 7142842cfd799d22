"""Find nginx for the tests of the deployment, or install it: `python -m tests.nginx`.

Where there is none and apt cannot install it, the command prints an error and exits with 1, so that those tests are never
skipped silently.
"""

import shutil
import sys

from tests.debian import install


def find() -> str | None:
    """Return the path of nginx on this machine, or None."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/opt/homebrew/bin")


def main() -> int:
    """Install nginx if there is none. Return the exit code."""
    if not find():
        install("nginx-light")
    if find():
        return 0
    print("The tests of the deployment need nginx: install it and run again.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
