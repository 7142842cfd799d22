"""The keys of what is encrypted: their file, several at a time, and the columns."""

import os
import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, insert, select

from cm_tracker.db import Base, make_database
from cm_tracker.domain.errors import DataKeyMissing
from cm_tracker.encryption import UNREADABLE, DataKeys, Encrypted, EncryptedBytes, KeysBusy, Unreadable, bind_keys
from cm_tracker.models import Client, Note

SECRETS = Table(
    "secret",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("text", Encrypted),
    Column("salt", EncryptedBytes),
)


@pytest.fixture
def keys(tmp_path: Path) -> DataKeys:
    made = DataKeys(tmp_path / "keys" / "data.key")
    made.make_if_missing()
    return made


def test_the_file_is_its_owners_alone_and_is_never_replaced(keys: DataKeys) -> None:
    assert stat.S_IMODE(keys.path.stat().st_mode) == 0o600
    first = keys.path.read_bytes()
    DataKeys(keys.path).make_if_missing()
    assert keys.path.read_bytes() == first
    assert [path.name for path in keys.path.parent.iterdir()] == ["data.key"]


def test_a_text_has_another_token_each_time(keys: DataKeys) -> None:
    one, other = keys.encrypt("Inés"), keys.encrypt("Inés")
    assert one != other and "In" not in one
    assert keys.decrypt(one) == keys.decrypt(other) == "Inés"


def test_a_key_of_another_process_is_used_at_once(keys: DataKeys) -> None:
    """`cm-tracker keys rotate` runs beside the server."""
    old = keys.encrypt("old")
    server, command = DataKeys(keys.path), DataKeys(keys.path)
    assert server.decrypt(old) == "old"
    command.add()
    new = command.encrypt("new")
    assert (len(command), command.is_newest(new), command.is_newest(old)) == (2, True, False)
    assert server.decrypt(new) == "new"
    assert command.is_newest(server.encrypt("of the server"))
    command.add()
    assert len(command) == 2, "one key is replaced at a time"
    with pytest.raises(KeysBusy):
        command.keep_only(Fernet.generate_key())
    command.keep_only(command.newest)
    assert command.decrypt(new) == "new"
    with pytest.raises(Unreadable):
        DataKeys(keys.path).decrypt(old)
    assert stat.S_IMODE(keys.path.stat().st_mode) == 0o600


def test_who_may_read_the_keys_stays_while_one_is_replaced(keys: DataKeys) -> None:
    """Root runs the command, and the program goes on as another account, or as a group. Only root can change an owner."""
    owner = group = 65534
    if os.geteuid() == 0:
        os.chown(keys.path, owner, group)
    else:
        owner, group = os.geteuid(), keys.path.stat().st_gid
    keys.path.chmod(0o640)
    for change in (keys.add, lambda: keys.keep_only(keys.newest)):
        change()
        now = keys.path.stat()
        assert (now.st_uid, now.st_gid, stat.S_IMODE(now.st_mode)) == (owner, group, 0o640)


@pytest.mark.parametrize("token", ["Somebody else", "", "gAAAAA==", "ä"])
def test_what_is_no_token_is_unreadable(keys: DataKeys, token: str) -> None:
    with pytest.raises(Unreadable):
        keys.decrypt(token)


def test_without_the_file_nothing_is_encrypted(keys: DataKeys) -> None:
    keys.path.unlink()
    with pytest.raises(DataKeyMissing, match=r"data.key is missing"):
        DataKeys(keys.path).encrypt("Inés")
    keys.path.write_text("no key\n")
    with pytest.raises(DataKeyMissing, match="does not open"):
        DataKeys(keys.path).encrypt("Inés")


def test_a_hash_depends_on_key_label_and_text(keys: DataKeys, tmp_path: Path) -> None:
    first = keys.hashes("names", "mar")
    assert first == keys.hashes("names", "mar") and len(first.newest) == 32 and first.all == (first.newest,)
    assert first.newest != keys.hashes("names", "mas").newest
    assert first.newest != keys.hashes("forms", "mar").newest
    keys.add()
    second = keys.hashes("names", "mar")
    assert second.newest != first.newest and second.all == (second.newest, first.newest)
    assert (
        keys.newest_tokens("names", ["mar"]) < keys.tokens_of("names", "mar")
        or len(keys.tokens_of("names", "mar")) == 1
    )


def test_each_engine_of_a_process_has_its_own_keys(tmp_path: Path) -> None:
    read = []
    for name in ("one", "other"):
        keys = DataKeys(tmp_path / f"{name}.key")
        keys.make_if_missing()
        engine = create_engine(f"sqlite:///{tmp_path / name}.db")
        make_database(engine)
        bind_keys(engine, keys)
        SECRETS.metadata.create_all(engine)
        with engine.begin() as connection:
            connection.execute(
                insert(SECRETS),
                [{"text": name, "salt": b"salt"}, {"text": "", "salt": b""}, {"text": None, "salt": None}],
            )
            read.append(connection.execute(select(SECRETS.c.text, SECRETS.c.salt)).all())
            stored = connection.exec_driver_sql("SELECT text, salt FROM secret").all()
            assert keys.decrypt(stored[0][0]) == name and keys.decrypt_bytes(stored[0][1]) == b"salt"
            # Nothing is written as nothing.
            assert stored[1:] == [("", b""), (None, None)]
            assert connection.execute(select(SECRETS.c.id).where(SECRETS.c.text != "")).scalars().all() == [1]
            assert connection.execute(select(SECRETS.c.id).where(SECRETS.c.text.is_(None))).scalars().all() == [3]
        engine.dispose()
    assert read == [[("one", b"salt"), ("", b""), (None, None)], [("other", b"salt"), ("", b""), (None, None)]]


def test_what_cannot_be_read_breaks_no_page_and_is_never_written_back(keys: DataKeys, tmp_path: Path) -> None:
    engine = create_engine("sqlite://")
    bind_keys(engine, keys)
    SECRETS.metadata.create_all(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("INSERT INTO secret (text, salt) VALUES ('Somebody else', x'00')")
        assert connection.execute(select(SECRETS.c.text, SECRETS.c.salt)).one() == (UNREADABLE, b"")
        with pytest.raises(Exception, match="what could not be read is not written"):
            connection.execute(insert(SECRETS).values(text=UNREADABLE))
    engine.dispose()


@pytest.mark.parametrize(
    "compare",
    [
        lambda: Client.preferred_name == "Amir",
        lambda: Client.preferred_name.contains("mi"),
        lambda: Client.preferred_name.in_(["Amir"]),
        lambda: Client.preferred_name.desc(),
        lambda: Note.text == "late",
        lambda: Note.salt == b"salt",
    ],
)
def test_a_statement_that_compares_an_encrypted_column_is_refused(compare: object) -> None:
    with pytest.raises(TypeError, match="cannot be compared"):
        compare()  # type: ignore[operator]


def test_these_columns_are_encrypted() -> None:
    """Typed by hand; docs/security.md lists them."""
    assert {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, (Encrypted, EncryptedBytes))
    } == {
        "client.preferred_name",
        "consent.recipient",
        "consent.what",
        "consent.purpose",
        "disclosure.recipient",
        "import_file.content",
        "import_file.found",
        "import_file.name",
        "disclosure.what",
        "disclosure.purpose",
        "note.text",
        "note.salt",
        "state_salt.salt",
    }


def test_a_key_is_one_of_fernet(keys: DataKeys) -> None:
    """So that a text can be read without this program, should it ever be gone."""
    assert Fernet(keys.path.read_bytes().strip()).decrypt(keys.encrypt("Inés")) == "Inés".encode()
