"""Several refusals at once, so that a form can show everything that is wrong with it."""

from dataclasses import dataclass
from types import TracebackType

from cm_tracker.domain.errors.base import NotAllowed, NotFound, Refused
from cm_tracker.domain.errors.translator import Translator


@dataclass(eq=False, kw_only=True)
class SeveralRefused(Refused):
    """Raised where more than one thing is wrong; `refusals` are all of them, in the order of the checks."""

    status = 422
    refusals: tuple[Refused, ...]

    def message(self, translator: Translator) -> str:
        return translator.joined((refusal.message(translator) for refusal in self.refusals), " ")


class AllRefusals:
    """Collect what several checks raise, and raise all of it at the end:

        refusals = AllRefusals()
        with refusals:
            check_name(name)
        with refusals:
            check_price(price)
        refusals.raise_any()

    `NotFound` and `NotAllowed` are raised at once, because they concern the whole page.
    """

    def __init__(self, found: tuple[Refused, ...] = ()) -> None:
        self.found = found

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, traceback: TracebackType | None) -> bool:
        if not isinstance(error, Refused) or isinstance(error, NotFound | NotAllowed):
            return False
        self.found += error.refusals if isinstance(error, SeveralRefused) else (error,)
        return True

    def raise_any(self) -> None:
        """Raise what was collected: a single refusal as it is, several as `SeveralRefused`."""
        if len(self.found) == 1:
            raise self.found[0]
        if self.found:
            raise SeveralRefused(refusals=self.found)
