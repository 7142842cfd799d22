"""Make a clinic again from a backup, in a place where there is none, and verify it."""

import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from cm_tracker import config
from cm_tracker.backups.age import decrypt, is_encrypted
from cm_tracker.backups.archive import DATABASES, KEYS, SETTINGS, Manifest, check, extract
from cm_tracker.backups.databases import Facts, empty_postgresql, facts_of, kind_of, load_postgresql, tables_in, url_of
from cm_tracker.backups.failure import BackupFailed, why
from cm_tracker.backups.files import new_file
from cm_tracker.db import snapshot
from cm_tracker.domain.errors import DataKeyMissing, KeyMissing
from cm_tracker.encryption import DataKeys, bind_keys
from cm_tracker.queries.clients.encrypted_values import encrypted_samples
from cm_tracker.queries.ledger.checkpoints import checkpoint_keys
from cm_tracker.queries.ledger.findings import Verification
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.revisions import is_newer
from cm_tracker.signing import signer
from cm_tracker.version import newest_migration

LEVEL = 3
# They name places of the old machine; in a restored folder the keys have their own names.
_PLACES = ("DATA_KEY_FILE", "CHECKPOINT_KEY_FILE")


class Opening(NamedTuple):
    """What opens an encrypted backup: the file of a private key, or a passphrase."""

    identity: Path | None = None
    passphrase: str | None = None


class Restored(NamedTuple):
    """A clinic that was restored. `verification` is None where an older version made it, which has to be updated first.

    `has_own_account` says whether its settings name the program's own account of PostgreSQL, `had_copy` whether they named a
    copy of the old database, which was left out.
    """

    manifest: Manifest
    verification: Verification | None
    has_own_account: bool
    had_copy: bool


class Target(NamedTuple):
    """Where a clinic is restored: an instance folder, and the URL of a PostgreSQL database without tables, if it is one.

    `keys` are settings and keys for a backup that does not hold them, by the names that they have in one.
    """

    folder: Path
    database_url: str = ""
    keys: Mapping[str, Path] = {}


def restore_backup(file: Path, target: Target, opening: Opening, *, may_have_findings: bool = False) -> Restored:
    """Restore a backup into an empty place, and verify its ledger at level 3.

    Everything is checked before the first file is written where it stays. Raise `BackupFailed`, and leave the place as it
    was. With `may_have_findings` a ledger that does not verify is restored, too, as it was copied.
    """
    try:
        _check_empty(target)
        with (
            _removed_on_failure(target.folder),
            tempfile.TemporaryDirectory(dir=target.folder, prefix=".restore-") as own,
        ):
            staging = Path(own)
            plain = opened(file, staging, opening)
            manifest = check(plain)
            _check_kind(manifest, target)
            supplied = _supplied(manifest, target.keys)
            extract(plain, manifest, staging)
            for name, path in supplied.items():
                shutil.copyfile(path, staging / name)
            return _put(staging, manifest, target, may_have_findings=may_have_findings)
    except (OSError, sqlite3.Error, subprocess.CalledProcessError) as error:
        raise BackupFailed(why(error)) from error


def opened(file: Path, staging: Path, opening: Opening) -> Path:
    """Return a backup that is not encrypted: the file itself, or a decrypted one in the folder `staging`."""
    if not is_encrypted(file):
        return file
    plain = staging / "plain"
    new_file(plain)
    decrypt(file, plain, opening.identity, opening.passphrase)
    return plain


def things_in(folder: Path) -> list[Path]:
    """Return what is in a folder, but not what every new partition has."""
    return [path for path in folder.iterdir() if path.name != "lost+found"]


def _check_empty(target: Target) -> None:
    if target.folder.exists() and things_in(target.folder):
        raise BackupFailed(f"{target.folder} is not empty; name a folder that is not there yet")
    if target.database_url and kind_of(target.database_url) == "postgresql" and tables_in(target.database_url):
        raise BackupFailed("the database has tables already; make an empty one with createdb")


@contextmanager
def _removed_on_failure(folder: Path) -> Iterator[None]:
    is_new = not folder.exists()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        for path in things_in(folder):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        if is_new:
            folder.rmdir()
        raise
    folder.chmod(0o700)


def _check_kind(manifest: Manifest, target: Target) -> None:
    if is_newer(manifest.migration):
        raise BackupFailed(
            f"it was made by a newer version of the program ({manifest.version}, migration {manifest.migration}); install "
            "that version"
        )
    given = kind_of(target.database_url) if target.database_url else "sqlite"
    if manifest.database == "postgresql" and given != "postgresql":
        raise BackupFailed(
            "it holds a PostgreSQL database; make an empty one with createdb, and name it with --database postgresql://…"
        )
    if manifest.database == "sqlite" and target.database_url:
        raise BackupFailed(
            "it holds an SQLite database, which needs no --database; cm-tracker move-database moves it to PostgreSQL later"
        )


def keys_in(folder: Path) -> dict[str, Path]:
    """Return the settings and keys of a folder, by their names."""
    return {name: folder / name for name in (SETTINGS, *KEYS) if (folder / name).exists()}


def _supplied(manifest: Manifest, keys: Mapping[str, Path]) -> dict[str, Path]:
    """Return those of `keys` that the backup does not hold. Raise `BackupFailed` where one is nowhere."""
    there = {entry.name for entry in manifest.files}
    missing = [name for name in manifest.needed if name not in there and name not in keys]
    if missing:
        raise BackupFailed(
            f"the clinic had {', '.join(missing)}, and the backup does not hold "
            f"{'it' if len(missing) == 1 else 'them'}; name the folder that does with --keys"
        )
    return {name: path for name, path in keys.items() if name not in there}


def _put(staging: Path, manifest: Manifest, target: Target, *, may_have_findings: bool) -> Restored:
    """Move what was checked into its place, and verify it there."""
    copy = staging / DATABASES[manifest.database]
    is_sqlite = manifest.database == "sqlite"
    for name in KEYS:
        if (staging / name).exists():
            _move(staging / name, target.folder / name)
    url = f"sqlite:///{target.folder / config.DATABASE}" if is_sqlite else target.database_url
    lines = _lines(staging / SETTINGS)
    old = dict(found for line in lines if (found := config.setting_in(line)))
    new = addresses(old, "" if is_sqlite else target.database_url)
    _write_settings(lines, new, target.folder / SETTINGS)
    if is_sqlite:
        _move(copy, target.folder / config.DATABASE)
    else:
        load_postgresql(url, copy)
    try:
        if facts_of(url) != Facts(manifest.migration, manifest.records, manifest.head):
            raise BackupFailed("the database in it is not the one that its manifest describes")
        verification = _verified(url, target.folder, manifest)
        if verification is not None and not (verification.ok or may_have_findings):
            first = verification.findings[0]
            raise BackupFailed(
                f"its ledger does not verify; the first of {len(verification.findings)} in {first.table}: {first.says}; "
                "cm-tracker restore takes it as it is with --with-findings"
            )
    except BaseException:
        if not is_sqlite:
            empty_postgresql(url)
        raise
    return Restored(
        manifest,
        verification,
        has_own_account=bool(new["OWNER_DATABASE_URL"]),
        had_copy=bool(old.get("READ_DATABASE_URL")),
    )


def _move(source: Path, target: Path) -> None:
    source.chmod(0o600)
    source.rename(target)


def _lines(settings: Path) -> list[str]:
    try:
        return settings.read_text(encoding="utf-8").splitlines() if settings.exists() else []
    except UnicodeDecodeError:
        raise BackupFailed(f"its {settings.name} is not UTF-8 text") from None


def _write_settings(lines: Sequence[str], changed: Mapping[str, str], target: Path) -> None:
    """Write the settings of the backup, with the addresses of the restored database in place of the old ones."""
    dropped = {*changed, *_PLACES}
    kept = [line for line in lines if (found := config.setting_in(line)) is None or found[0] not in dropped]
    new_file(target)
    target.write_text("\n".join([*kept, *(f"{name}={value}" for name, value in changed.items() if value), ""]), "utf-8")


def addresses(old: Mapping[str, str], database_url: str) -> dict[str, str]:
    """Return the settings that name a database, for one at another place; "" leaves one out.

    `database_url` is that of the owner of its tables, "" for SQLite in the instance folder. Where the settings name the
    program's own account beside the owner, it keeps it. A copy of the old database is left out.
    """
    own, owner = database_url or f"sqlite:///{config.DATABASE}", ""
    account = url_of(old.get("DATABASE_URL") or "sqlite://")
    if database_url and old.get("OWNER_DATABASE_URL") and account.get_backend_name() == "postgresql":
        there = url_of(database_url).set(drivername="postgresql", username=account.username, password=account.password)
        own, owner = there.render_as_string(hide_password=False), database_url
    return {"DATABASE_URL": own, "OWNER_DATABASE_URL": owner, "READ_DATABASE_URL": ""}


def _verified(url: str, folder: Path, manifest: Manifest) -> Verification | None:
    """Return what a verification of a restored database says, None where its tables are of an older version.

    Raise `BackupFailed` where its keys are missing or others.
    """
    if manifest.migration != newest_migration():
        return None
    keys = DataKeys(folder / KEYS[0])
    engine = create_engine(config.driver_url(url), poolclass=NullPool, hide_parameters=True)
    bind_keys(engine, keys)
    try:
        with snapshot(engine) as session:
            keys.check(encrypted_samples(session))
            verifier = signer(folder, checkpoint_keys(session))
            verification = verify_ledger(session, verifier=verifier, level=LEVEL)
    except (DataKeyMissing, KeyMissing) as error:
        raise BackupFailed(
            f"its keys do not belong to it: {Path(error.file).name} is missing or another one"
        ) from error
    finally:
        engine.dispose()
    return verification
