"""Install Pango, which makes the letters of a PDF, where it is missing: `python -m tests.pango`.

Where there is none and apt cannot install it, the command prints an error and exits with 1, so that the tests of PDFs are
never skipped silently.
"""

import subprocess
import sys

from tests.debian import install

TRIES = (sys.executable, "-c", "import sys; from cm_tracker.pdf import can_make_pdf; sys.exit(not can_make_pdf())")


def works() -> bool:
    """Return whether a new process can make a PDF."""
    return subprocess.run(TRIES, check=False).returncode == 0


def main() -> int:
    """Install Pango if there is none. Return the exit code."""
    if not works():
        install("libpango-1.0-0", "libpangoft2-1.0-0", "fonts-dejavu-core")
    if works():
        return 0
    print("The tests of PDFs need Pango: install libpango-1.0-0 and libpangoft2-1.0-0, and run again.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
