"""What a clinic may set, where it is read from, and what it is when nobody sets it.

The environment comes first, then `settings.env` in the instance folder (lines of KEY=VALUE, made by
`flask init`). The README lists every setting; `SETTINGS` below is that list.
"""

import os
import secrets
from pathlib import Path

SETTINGS: dict[str, str] = {
    "DATABASE_URL": "",  # SQLite in the instance folder
    "OWNER_DATABASE_URL": "",  # PostgreSQL: the owner of the tables, for migrations; else DATABASE_URL's account
    "SECRET_KEY": "",  # made by flask init; without one the app does not serve
    "PROGRAM_NAME": "Contingency Management",
    "HOST": "127.0.0.1",
    "PORT": "8000",
    "HTTPS_ONLY": "0",  # 1 behind a server that speaks https: cookies are sent over https only
    "IDLE_MINUTES": "20",  # staff are signed out after this long without a page
    "KIOSK_SECONDS": "60",  # the kiosk's card clears itself after this long
    "PASSWORD_TRIES": "5",  # failed tries before an account, a code or a device has to wait
    "PASSWORD_WAIT_MINUTES": "10",
    "HASH_MEMORY_KIB": "65536",  # argon2id: memory and passes for each password and PIN
    "HASH_PASSES": "3",
    "DEMONSTRATION": "0",  # set by flask demo in its own instance folder
}
_WHOLE = (
    "PORT",
    "IDLE_MINUTES",
    "KIOSK_SECONDS",
    "PASSWORD_TRIES",
    "PASSWORD_WAIT_MINUTES",
    "HASH_MEMORY_KIB",
    "HASH_PASSES",
)
_TRUTH = ("HTTPS_ONLY", "DEMONSTRATION")
FILE = "settings.env"


class BadSettings(Exception):
    """A setting cannot be used; the message says which and what it must be."""


def instance_folder() -> Path:
    """Where the database, the keys and the settings lie: `INSTANCE_PATH`, else beside the program."""
    if given := os.environ.get("INSTANCE_PATH"):
        return Path(given).resolve()
    checkout = Path(__file__).resolve().parent.parent
    return checkout / "instance" if (checkout / "wsgi.py").exists() else Path.cwd() / "instance"


def read(folder: Path) -> dict[str, object]:
    """The settings in force. Raises `BadSettings` for a value of the wrong kind."""
    values: dict[str, object] = dict(SETTINGS)
    values.update(from_file(folder))
    values.update({name: os.environ[name] for name in SETTINGS if os.environ.get(name)})
    for name in _WHOLE:
        text = str(values[name])
        if not text.isdecimal():
            raise BadSettings(f"{name} is {text!r}; it must be a whole number.")
        values[name] = int(text)
    for name in _TRUTH:
        if values[name] not in ("0", "1"):
            raise BadSettings(f"{name} is {values[name]!r}; it must be 0 or 1.")
        values[name] = values[name] == "1"
    if not values["DATABASE_URL"]:
        values["DATABASE_URL"] = f"sqlite:///{folder / 'cm_tracker.db'}"
    return values


def from_file(folder: Path) -> dict[str, str]:
    """The settings that the instance folder's file holds, unchecked."""
    path = folder / FILE
    if not path.exists():
        return {}
    values = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if not equals or name.strip() not in SETTINGS:
            raise BadSettings(f"{path}, line {number}: expected KEY=VALUE with a known key, as the README lists them.")
        values[name.strip()] = value.strip()
    return values


def make_file(folder: Path, **more: str) -> None:
    """Put a fresh secret into the instance folder's settings, behind what stands there; only their owner may read them."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    lines = [
        "# Made once for this installation. Keep it secret and keep a copy of it with the backups.",
        f"SECRET_KEY={secrets.token_urlsafe(48)}",
        *(f"{name}={value}" for name, value in more.items()),
    ]
    if path.exists() and not path.read_text(encoding="utf-8").endswith("\n"):
        lines.insert(0, "")
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write("\n".join(lines) + "\n")


def driver_url(url: str) -> str:
    """The URL with the driver that the program installs: `postgresql://` means psycopg 3."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url
