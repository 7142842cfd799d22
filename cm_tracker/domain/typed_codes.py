"""Random codes that somebody reads from one screen, or from paper, and types on another one."""

import secrets

# No letter or digit that is easily taken for another one: 0 and O, 1, I and L, 2 and Z, 5 and S, 8 and B, U and V.
LETTERS = "ACDEFGHJKMNPQRTWXY34679"
GROUP = 4


def new_code(length: int) -> str:
    """Return a random code of letters and digits."""
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def shown_code(code: str) -> str:
    """Return a code as it is read aloud: in groups of four."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def bare_code(typed: str) -> str:
    """Return what was typed as the code is stored: in capitals, without hyphens and spaces."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())[:40]
