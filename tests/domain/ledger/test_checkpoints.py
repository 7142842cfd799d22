"""Checkpoints in the form of C2SP's tlog-checkpoint."""

from datetime import UTC, datetime

import pytest

from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.ledger.checkpoints import (
    Checkpoint,
    SignedCheckpoint,
    key_id,
    parse_checkpoint,
    parse_code,
    parse_verifier_key,
    verifier_key,
)

AT = datetime(2026, 3, 16, 15, 0, 0, 250000, tzinfo=UTC)
CHECKPOINT = Checkpoint("cm-tracker/abc", 1234, bytes(range(32)), bytes(32), AT)
TEXT = (
    "cm-tracker/abc\n1234\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
    "time 2026-03-16T15:00:00.250000Z\nhead AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
)
NOTE = SignedCheckpoint(CHECKPOINT, "cm-tracker/abc", b"\x01\x02\x03\x04", bytes(64))


def test_what_is_signed_to_the_byte() -> None:
    assert CHECKPOINT.text == TEXT


def test_a_note_is_the_text_an_empty_line_and_the_signature() -> None:
    assert NOTE.note == f"{TEXT}\n\u2014 cm-tracker/abc AQIDBA{'A' * 85}=\n"


def test_what_is_written_is_read_back() -> None:
    assert parse_checkpoint(NOTE.note) == NOTE
    assert parse_checkpoint("  " + NOTE.note.replace("\n", "\r\n") + "\n\n") == NOTE


def test_a_short_code_is_size_and_eighty_bits_of_the_root() -> None:
    # RFC 4648 base32 of the bytes 00 01 .. 09
    assert CHECKPOINT.code == "1234-AAAQ-EAYE-AUDA-OCAJ"
    assert parse_code(" 1234-aaaq-eaye-auda-ocaj ") == (1234, "1234-AAAQ-EAYE-AUDA-OCAJ")


@pytest.mark.parametrize("text", ["", "1234", "0-AAAQ-EAYE-AUDA-OCAJ", "12-AAAQ-EAYE-AUDA", "12-AAA1-EAYE-AUDA-OCAJ"])
def test_what_is_no_short_code(text: str) -> None:
    assert parse_code(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        TEXT,
        NOTE.note.replace("1234", "01234"),
        NOTE.note.replace("time ", ""),
        NOTE.note.replace("\u2014 ", "- "),
        NOTE.note.replace("AAECAw", "AAEC"),
        NOTE.note + "more",
    ],
)
def test_what_is_no_checkpoint(text: str) -> None:
    with pytest.raises(BadInput, match="not a checkpoint"):
        parse_checkpoint(text)


def test_a_key_is_written_with_its_name_and_id() -> None:
    """The id is the first four bytes of SHA-256(name, newline, 0x01, key): https://c2sp.org/signed-note."""
    # The example of golang.org/x/mod/sumdb/note, known to every reader of signed notes.
    name, rest = "PeterNeumann", "c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    assert parse_verifier_key(f"{name}+{rest}")[0] == name
    public = parse_verifier_key(f"{name}+{rest}")[1]
    assert key_id(name, public).hex() == "c74f20a3"
    assert verifier_key(name, public) == f"{name}+{rest}"


@pytest.mark.parametrize(
    "text", ["", "PeterNeumann", "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"]
)
def test_what_is_no_key(text: str) -> None:
    with pytest.raises(BadInput):
        parse_verifier_key(text)
