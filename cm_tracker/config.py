"""What whoever runs the installation may set, where it is read from, and what it is when nobody sets it.

The environment comes first, then `settings.env` in the instance folder (lines of KEY=VALUE, made by
`cm-tracker init`). Each setting is one entry of `SETTINGS`; the table in `docs/operator.md` shows the same
names, defaults and sentences. What a lead sets for a site is in `domain.staff.site_settings`.
"""

import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

Value = str | int | bool


class BadSettings(Exception):
    """A setting cannot be used; the message says which and what it must be."""


class InstallationSetting(NamedTuple):
    """A setting of the installation. Its type is that of its default; a whole number has bounds, both included.

    A text that has `choices` is one of them.
    """

    name: str
    default: Value
    sentence: str
    least: int = 0
    most: int = 0
    choices: tuple[str, ...] = ()

    def read(self, text: str) -> Value:
        """Return the value that a text holds. Raise `BadSettings` for one of the wrong type or beyond the bounds."""
        if isinstance(self.default, bool):
            if text in ("0", "1"):
                return text == "1"
            raise BadSettings(f"{self.name} is {text!r}; it must be 0 or 1.")
        if isinstance(self.default, int):
            # More than twelve digits are beyond every bound.
            if text.isascii() and text.isdecimal() and len(text) <= 12 and self.least <= int(text) <= self.most:
                return int(text)
            raise BadSettings(f"{self.name} is {text!r}; it must be a whole number from {self.least} to {self.most}.")
        if self.choices and text not in self.choices:
            raise BadSettings(f"{self.name} is {text!r}; it must be {' or '.join(self.choices)}.")
        return text


SETTINGS = (
    InstallationSetting("DATABASE_URL", "", "such as `postgresql://user@host/cm`"),  # "": SQLite in the instance folder
    InstallationSetting("OWNER_DATABASE_URL", "", "PostgreSQL: the owner of the tables, for migrations"),
    InstallationSetting(
        "READ_DATABASE_URL", "", "PostgreSQL: a server that follows the first one, for reports and lists as files"
    ),
    InstallationSetting("SECRET_KEY", "", "signs the cookies. Whoever changes it signs everybody out"),
    InstallationSetting(
        "PEPPER",
        "",
        "mixed into every password and PIN before it is hashed, so that a stolen database allows no guesses. Whoever loses "
        "it loses all of them",
    ),
    InstallationSetting(
        "FORMER_PEPPERS",
        "",
        "peppers of before, with commas between them, until every password and PIN has been used again",
    ),
    InstallationSetting(
        "DATA_KEY_FILE",
        "",
        "the keys of the names and notes in the database; `data.key` in the instance folder unless you say otherwise",
    ),
    InstallationSetting(
        "CHECKPOINT_KEY_FILE",
        "",
        "the key that signs checkpoints; `checkpoint.key` in the instance folder unless you say otherwise",
    ),
    InstallationSetting("BACKUP_FOLDER", "", "where `cm-tracker nightly` puts backups, such as /backup"),
    InstallationSetting(
        "BACKUP_KEYS",
        "",
        "public keys of age, with commas between them, to which backups are encrypted: `cm-tracker backup-key` makes one",
    ),
    InstallationSetting(
        "PROGRAM_NAME",
        "Contingency Management",
        "stands at the head of every page of staff. It says nothing about substances, and neither should yours",
    ),
    InstallationSetting("HOST", "127.0.0.1", "where `cm-tracker serve` listens"),
    InstallationSetting("PORT", 8000, "the port at which `cm-tracker serve` listens", 1, 65535),
    InstallationSetting(
        "HTTPS_ONLY", False, "1: cookies are sent over https only, and browsers are told to use nothing else"
    ),
    InstallationSetting(
        "TRUSTED_PROXIES",
        0,
        "how many proxies stand in front of the program, each of which adds the address that it sees to "
        "X-Forwarded-For. With 0 the header is not read: a visitor could write anything there",
        0,
        10,
    ),
    InstallationSetting(
        "IDLE_MINUTES",
        20,
        "staff are signed out after this long without a page; leads, auditors and admins after 15 minutes at the latest",
        1,
        1440,
    ),
    InstallationSetting("KIOSK_SECONDS", 60, "the kiosk's page clears itself after this long without a touch", 5, 3600),
    InstallationSetting(
        "PASSWORD_TRIES",
        5,
        "failed tries before an account has to wait at one address or browser, or a client at one tablet; all that do not "
        "know the account or the client allow four times as many together",
        1,
        100,
    ),
    InstallationSetting(
        "PASSWORD_WAIT_MINUTES",
        10,
        "how long a client waits, and the longest wait of an account: its waits begin with one minute and double",
        1,
        1440,
    ),
    InstallationSetting("HASH_MEMORY_KIB", 65536, "argon2id: memory for each password and PIN", 64, 4194304),
    InstallationSetting("HASH_PASSES", 3, "argon2id: passes", 1, 100),
    InstallationSetting(
        "HASHES_WAITING",
        2,
        "one password or PIN is looked at at a time in each process, and so many may wait; others are asked to try again "
        "a little later. Fewer than the threads of a process: what waits holds a thread",
        0,
        100,
    ),
    InstallationSetting(
        "LOG_FORMAT",
        "json",
        "`json` is one JSON object on each line of the log, for programs; `text` is for people",
        choices=("json", "text"),
    ),
    InstallationSetting(
        "LOG_FILE",
        "",
        "the file of the log, a path that counts from the instance folder. It is kept in ten files of 10 MB, which only "
        "their owner may read. Without it the log goes to standard error",
    ),
    InstallationSetting(
        "METRICS_TOKEN",
        "",
        "who sends it reads `/metrics`: at least 20 characters. Without it there is no such page",
    ),
    InstallationSetting("DEMONSTRATION", False, "set by `cm-tracker demo` in its own instance folder"),
)
# Those that name a database.
ADDRESSES = ("DATABASE_URL", "OWNER_DATABASE_URL", "READ_DATABASE_URL")
_NAMES = tuple(setting.name for setting in SETTINGS)
FILE = "settings.env"
DATABASE = "cm_tracker.db"
LEAST_TOKEN = 20


def checkout() -> Path | None:
    """Return the folder of the checkout in which the program lies, or None where it is installed from a wheel."""
    folder = Path(__file__).resolve().parent.parent
    # Beside an installed package lie other packages, and one of them may have a wsgi.py, too.
    return folder if all((folder / name).is_file() for name in ("wsgi.py", "setup.cfg")) else None


def instance_folder(given: Path | None = None) -> Path:
    """Return where the database, the keys and the settings lie: `given`, else `INSTANCE_PATH`, else in the checkout.

    Raise `BadSettings` for an installed program without any of them. In whatever folder somebody stands, there would
    otherwise be another clinic.
    """
    named = given or os.environ.get("INSTANCE_PATH")
    if named:
        folder = Path(named).resolve()
    elif beside := checkout():
        folder = beside / "instance"
    else:
        raise BadSettings(
            "Name the folder of the clinic: cm-tracker --instance FOLDER, or set INSTANCE_PATH in the environment."
        )
    if folder.exists() and not folder.is_dir():
        raise BadSettings(f"{folder} is not a folder. INSTANCE_PATH or --instance names the folder of the clinic.")
    return folder


def read(folder: Path) -> dict[str, Value]:
    """Return the settings in force, by name. Raise `BadSettings` for a value of the wrong type or beyond its bounds."""
    texts = from_file(folder) | {name: os.environ[name] for name in _NAMES if os.environ.get(name)}
    values = {
        setting.name: setting.read(texts[setting.name]) if setting.name in texts else setting.default
        for setting in SETTINGS
    }
    if not values["DATABASE_URL"]:
        values["DATABASE_URL"] = f"sqlite:///{folder / DATABASE}"
    for name in ADDRESSES:
        check_url(name, str(values[name]))
    if values["FORMER_PEPPERS"] and not values["PEPPER"]:
        raise BadSettings("FORMER_PEPPERS is set, and PEPPER is empty. Put the newest pepper into PEPPER.")
    if values["METRICS_TOKEN"] and len(str(values["METRICS_TOKEN"])) < LEAST_TOKEN:
        raise BadSettings(f"METRICS_TOKEN is too short; it must have at least {LEAST_TOKEN} characters.")
    return values


def check_url(name: str, url: str) -> None:
    """Raise `BadSettings` for a URL of another kind of database, or one that is wrong. What it says holds no password."""
    if url and not re.match(r"sqlite:///|(postgresql(\+psycopg)?|postgres)://", url):
        raise BadSettings(f"{name} must begin with sqlite:/// or postgresql://.")
    try:
        parts = make_url(driver_url(url) or "sqlite://")
        _, options = parts.get_dialect()().create_connect_args(parts)
        if parts.get_backend_name() == "postgresql":
            make_conninfo(**options)
    except (ArgumentError, ValueError, psycopg.ProgrammingError):
        raise BadSettings(f"{name} cannot be read. It looks like postgresql://user:password@host:5432/cm.") from None


def from_file(folder: Path) -> dict[str, str]:
    """Return the texts of the settings in the instance folder's file, by name. Raise `BadSettings` for an unknown name."""
    path = folder / FILE
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise BadSettings(f"{path} cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise BadSettings(f"{path} is not UTF-8 text.") from None
    values = {}
    for number, line in enumerate(text.splitlines(), 1):
        found = setting_in(line)
        if found is None:
            continue
        name, value = found
        if "=" not in line or name not in _NAMES:
            wrong = f"there is no setting {name}" if "=" in line else "expected KEY=VALUE"
            raise BadSettings(f"{path}, line {number}: {wrong}. The keys are {', '.join(_NAMES)}.")
        values[name] = value
    return values


def setting_in(line: str) -> tuple[str, str] | None:
    """Return the name and the text that a line of the file sets, or None for an empty line and a comment."""
    if not line.strip() or line.lstrip().startswith("#"):
        return None
    name, _, value = line.partition("=")
    return name.strip(), value.strip()


def make_file(folder: Path, **more: str) -> None:
    """Put fresh secrets into the instance folder's settings, behind what stands there; only their owner may read them.

    A pepper that stands there already stays: passwords may have been made with it.
    """
    lines = [
        "# Made once for this installation. Keep them secret and keep a copy of them with the backups.",
        f"SECRET_KEY={secrets.token_urlsafe(48)}",
    ]
    if not from_file(folder).get("PEPPER"):
        lines.append(f"PEPPER={secrets.token_urlsafe(48)}")
    _append(folder, lines, more)


def add_to_file(folder: Path, **values: str) -> None:
    """Add settings to the instance folder's file, behind what stands there; only their owner may read them."""
    _append(folder, [], values)


def _append(folder: Path, lines: list[str], values: Mapping[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    lines = [*lines, *(f"{name}={value}" for name, value in values.items())]
    if not lines:
        return
    if path.exists() and not path.read_text(encoding="utf-8").endswith("\n"):
        lines.insert(0, "")
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write("\n".join(lines) + "\n")


_SEVERAL_HOSTS = re.compile(
    r"(?P<head>[^:]+://(?:[^@/]*@)?)(?P<hosts>[^/?@]*,[^/?@]*)(?P<database>/[^?]*)?(?:\?(?P<more>.*))?"
)


def driver_url(url: str) -> str:
    """The URL with the driver that the program installs: `postgresql://` means psycopg 3.

    Several hosts are written as PostgreSQL's own programs take them (`//one:5432,two:5432/cm`); SQLAlchemy takes them as
    parameters.
    """
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            url = "postgresql+psycopg://" + url.removeprefix(prefix)
    several = _SEVERAL_HOSTS.fullmatch(url)
    if several is None:
        return url
    parameters = [f"host={host}" for host in several["hosts"].split(",")]
    if several["more"]:
        parameters.append(several["more"])
    return f"{several['head']}{several['database'] or ''}?{'&'.join(parameters)}"
