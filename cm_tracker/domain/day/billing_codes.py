"""The codes with which a service is billed. None is set unless a lead sets it: the code of a result tells the result."""

import re
from dataclasses import dataclass

from cm_tracker.domain.errors import AllRefusals, BadInput

MOST_CODE = 20
_PROCEDURE = re.compile(r"[A-Z0-9]{4,7}(:[A-Z0-9]{2}){0,4}|")
_DIAGNOSIS = re.compile(r"[A-Z][0-9][A-Z0-9](\.[A-Z0-9]{1,4})?|")


@dataclass(frozen=True, slots=True)
class BillingCodes:
    """The procedure code of a service, and the diagnosis codes of its tests by their result; empty where none is set."""

    procedure: str = ""
    negative: str = ""
    positive: str = ""

    @property
    def is_set(self) -> bool:
        """Return whether a code is set."""
        return bool(self.procedure or self.negative or self.positive)


NO_CODES = BillingCodes()


def codes_from(procedure: str, negative: str, positive: str, *, is_test: bool) -> BillingCodes:
    """Return codes as they are stored: in capitals, without spaces.

    Raise `BadInput` for a text that is no such code, and for the code of a result where the service takes no test.
    """
    codes = BillingCodes(*("".join(text.split()).upper() for text in (procedure, negative, positive)))
    refusals = AllRefusals()
    with refusals:
        if not _PROCEDURE.fullmatch(codes.procedure):
            raise BadInput("Write the code as H0050, with modifiers after a colon, such as H0050:HF.", "procedure")
    for field, code in (("negative", codes.negative), ("positive", codes.positive)):
        with refusals:
            if code and not is_test:
                raise BadInput("Only a test has a result. Leave this empty.", field)
            if not _DIAGNOSIS.fullmatch(code):
                raise BadInput("Write the code with its point, such as Z71.51.", field)
    refusals.raise_any()
    return codes
