"""Make the list of common passwords anew: `python -m tests.common_passwords FILE ...`.

Each FILE holds passwords, one on a line or as a JSON list. Three well-kept lists were used: `passwords.json` of
@zxcvbn-ts/language-common 4.1.3 (MIT), the passwords in `frequency_lists.py` of zxcvbn 4.5.0 (MIT), and
`common-passwords.txt` of Django 5.2 (BSD; the list of Royce Williams). Together they are 55,868 passwords.

Only the first five bytes of each SHA-256 are kept, in order: the lists hold words that nobody wants to read, and a test of
five bytes takes one password of ten million for a common one by chance.
"""

import json
import sys
from pathlib import Path

from cm_tracker.domain.staff.common_passwords import FILE, digest_of


def passwords_in(path: Path) -> list[str]:
    """Return the passwords that a file holds."""
    text = path.read_text(encoding="utf-8")
    return json.loads(text) if path.suffix == ".json" else text.split("\n")


if __name__ == "__main__":
    found = {password.casefold() for name in sys.argv[1:] for password in passwords_in(Path(name)) if password}
    FILE.write_bytes(b"".join(sorted({digest_of(password) for password in found})))
    print(f"{len(found)} passwords, {FILE.stat().st_size} bytes")
