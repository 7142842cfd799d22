"""Check pages with the validator of the W3C: `python -m tests.html FOLDER`, which `make html` does.

The folder holds pages that tests have kept (`tests.kept_pages`); our own stylesheets are checked with them. The validator
is a Java program from the npm package `vnu-jar`, which is fetched once into a cache folder. Each kind of problem is printed
once, with the pages that have it. The exit code is 1 where there is any, and where the validator cannot run.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from tests.debian import install, run

PACKAGE = "vnu-jar@26.9.27"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cm-tracker"
# What a test typed where a browser lets nobody type it, such as "soon" for a day, is shown again as it was sent.
TYPED = re.compile("bad value .*for attribute “value” on element “input”", re.I | re.S)
# So many places of a problem are printed.
MOST = 8
SHEETS = Path(__file__).parents[1] / "static" / "css"


def jar() -> Path | None:
    """Return the validator in the cache folder, or None."""
    path = CACHE / f"{PACKAGE.replace('@', '-')}.jar"
    return path if path.exists() else None


def fetch() -> None:
    """Install Java and npm where they are missing, and put the validator into the cache folder."""
    missing = {"java": "default-jre-headless", "npm": "npm"}
    install(*(package for command, package in missing.items() if not shutil.which(command)))
    if not shutil.which("npm"):
        return
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        if not run("npm", "pack", "--silent", "--pack-destination", folder, PACKAGE):
            return
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            archive.extract("package/build/dist/vnu.jar", folder, filter="data")
        (Path(folder) / "package/build/dist/vnu.jar").rename(CACHE / f"{PACKAGE.replace('@', '-')}.jar")


def problems(of: Path, paths: Iterable[Path]) -> dict[str, list[str]]:
    """Return each kind of problem, with its first place in the text, and the pages that have it."""
    command = ["java", "-jar", str(of), "--format", "json", "--also-check-css", "--exit-zero-always", *map(str, paths)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, list[str]] = defaultdict(list)
    for message in json.loads(answer.stderr)["messages"]:
        if TYPED.search(message["message"]):
            continue
        text = re.sub("[0-9]+", "0", re.sub("^Bad value “.*?”", "Bad value", message["message"], flags=re.S))
        kind = f"{message.get('subType', message['type'])}: {text}"
        name = Path(message.get("url", "")).name
        if not found[kind]:
            found[kind].append(" ".join(message.get("extract", "").split())[:160])
        if name not in found[kind]:
            found[kind].append(name)
    return found


def main(folder: Path) -> int:
    """Check every page of the folder, print what is wrong, and return the exit code."""
    if not jar() or not shutil.which("java"):
        fetch()
    validator = jar()
    if validator is None or not shutil.which("java"):
        print(
            "The check of pages needs Java, and the npm package vnu-jar: install them and run again.", file=sys.stderr
        )
        return 1
    pages = sorted(folder.glob("*.html"))
    if not pages:
        print(f"{folder} holds no page: run tests with KEEP_PAGES={folder} first.", file=sys.stderr)
        return 1
    found = problems(validator, [*pages, *sorted(SHEETS.glob("*.css"))])
    for kind, places in found.items():
        more = [f"and {len(places) - MOST} more"] if len(places) > MOST else []
        print(kind, *places[:MOST], *more, sep="\n    ")
    print(f"{len(pages)} pages, {len(found)} kinds of problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
