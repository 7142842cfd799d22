"""One-time codes: with one, a member of staff sets a password that nobody else knows.

Whoever opens an account, or lets somebody set a new password, gets the code and gives it to the person. It works once,
and for a day: long enough for somebody who begins the next morning.
"""

from collections.abc import Collection
from datetime import timedelta

# Twelve of 23 letters and digits are one of 2 * 10**16, and they are hashed as a password is.
LENGTH = 12
LIVES = timedelta(hours=24)


def is_makers_browser(maker_id: int | None, signed_in_there: Collection[int]) -> bool:
    """Return whether a code is used where only its maker signs in, by those who signed in in that browser lately.

    Whoever makes a code knows it, and so could take the account before its person does. The maker's own browser is the
    place where this is easiest, and the only one that tells the maker from the person before the person has a password:
    both type the same user name and code. So the code is refused there. Where others sign in as well, it is the computer
    of a whole front desk, and a new nurse has no other one: refusing there would keep out the honest ones alone.

    A browser without its cookies gets around this. So the audit trail keeps who made a code, and at which address and in
    which browser it was used; and the leads of the site read on their first page who has set a password with a code.
    A code of the command line has no maker: whoever can run commands there can do more than that.
    """
    return maker_id is not None and set(signed_in_there) == {maker_id}
