"""A viewing: somebody opened a page with the record of a client, was refused one, or typed a wrong password."""

from dataclasses import dataclass
from datetime import datetime

VIEW = "view"
REFUSED = "refused"
WRONG = "wrong"
KINDS = (VIEW, REFUSED, WRONG)

# A record by its noun and number, such as ("visit", 17).
Subject = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Viewing:
    """One request, as the web layer saw it. Whose record it was is looked up when it is written.

    `page` is the endpoint, `subjects` are the records that its address names; a list of many clients names none.
    `client_code` is what was typed to narrow a list to one client: it is used to find the client, and never stored.
    `username` is that of a wrong password (`WRONG`): it is only used to find the account, and never stored, because people
    type passwords into the wrong field.
    """

    at: datetime
    kind: str
    page: str
    subjects: tuple[Subject, ...]
    staff_id: int | None
    address: str
    browser: str
    username: str = ""
    client_code: str = ""
