"""Refusals about files that are imported."""

from dataclasses import dataclass

from cm_tracker.domain.errors.base import Refused
from cm_tracker.domain.errors.translator import Translator


@dataclass(eq=False, kw_only=True)
class AnotherRuns(Refused):
    """Raised where a file cannot be run because another one is running. `import_id` is that one's, at the actor's sites."""

    import_id: int | None

    def message(self, translator: Translator) -> str:
        return translator.gettext("Another file is running. Wait until it is done, then start this one.")


@dataclass(eq=False, kw_only=True)
class ImportNotReady(Refused):
    """Raised where a file cannot be run as it is: it was run already, or nobody has checked it as it is read now."""

    def message(self, translator: Translator) -> str:
        return translator.gettext("This file cannot be run now. Open its page and look what it waits for.")
