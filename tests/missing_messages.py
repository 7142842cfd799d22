"""Print what a language lacks, as entries of a .po file to fill in.

    .venv/bin/python -m tests.missing_messages es templates/day cm_tracker/labels/day.py

Without places it prints everything that is missing.
"""

import sys

from cm_tracker.i18n import catalogs_of
from tests.architecture.test_translations import IN, ids_in, messages, used


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def main(language: str, *places: str) -> None:
    assert catalogs_of(language), f"There is no catalog of {language} yet."
    there = set(ids_in(messages(language)))
    for message in sorted(used(of=places), key=str):
        one, many = (message, "") if isinstance(message, str) else message
        if one not in there:
            plural = f'msgid_plural {quoted(many)}\nmsgstr[0] ""\nmsgstr[1] ""\n' if many else 'msgstr ""\n'
            context, _, one = one.rpartition(IN)
            if context:
                print(f"msgctxt {quoted(context)}")
            print(f"msgid {quoted(one)}\n{plural}")


if __name__ == "__main__":
    main(*sys.argv[1:])
