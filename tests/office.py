"""Find LibreOffice for the tests of files, or install it: `python -m tests.office`.

Where there is none and apt cannot install it, the command prints an error and exits with 1, so that those tests are never
skipped silently.
"""

import shutil
import sys

from tests.debian import install


def find() -> str | None:
    """Return the path of LibreOffice on this machine, or None."""
    return shutil.which("soffice") or shutil.which("soffice", path="/Applications/LibreOffice.app/Contents/MacOS")


def main() -> int:
    """Install LibreOffice's spreadsheet if there is none. Return the exit code."""
    if not find():
        install("libreoffice-calc-nogui")
    if find():
        return 0
    print("The tests of files need LibreOffice: install it and run again.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
