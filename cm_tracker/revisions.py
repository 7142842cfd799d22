"""Which migration a database has, and whether it is the one of this program."""

from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

from cm_tracker.version import newest_migration

OLDER = (
    "The database was made by an older version of the program (migration {found}, this one needs {newest}). "
    "Run cm-tracker upgrade."
)
NEWER = (
    "The database was made by a newer version of the program (migration {found}, this one knows {newest}). "
    "Install that version."
)


class AnotherVersion(Exception):
    """The database has the tables of another version of the program; the message says what to do."""


def revision_in(engine: Engine) -> str:
    """Return the number of the migration that a database with tables has; empty where it has none.

    It is empty, too, for an account that may not read it: the first version gave rights to the owner alone.
    """
    with engine.connect() as connection:
        try:
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""
        except ProgrammingError:
            return ""


def check_revision(engine: Engine) -> None:
    """Raise `AnotherVersion` where a database with tables is not of the program's own version."""
    check_newer(engine)
    if (found := revision_in(engine)) != newest_migration():
        raise AnotherVersion(OLDER.format(found=found or "none", newest=newest_migration()))


def check_newer(engine: Engine) -> None:
    """Raise `AnotherVersion` where a database with tables is of a newer version."""
    if is_newer(found := revision_in(engine)):
        raise AnotherVersion(NEWER.format(found=found, newest=newest_migration()))


def is_newer(revision: str) -> bool:
    """Return whether a migration is unknown to this program, because it was made later."""
    return revision > newest_migration()
