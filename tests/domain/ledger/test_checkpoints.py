"""Checkpoints in the form of C2SP's tlog-checkpoint."""

from datetime import UTC, datetime

import pytest

from cm_tracker.domain.ledger.checkpoints import (
    Checkpoint,
    SignedCheckpoint,
    key_id,
    parse_checkpoint,
    parse_code,
    parse_saved_checkpoint,
    parse_verifier_key,
    short_code,
    verifier_key,
)
from tests.domain.refused import refused

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
        # A signature that is no Base64, and one that is too short.
        f"{TEXT}\n\u2014 cm-tracker/abc AAAAA\n",
        f"{TEXT}\n\u2014 cm-tracker/abc AAAA\n",
    ],
)
def test_what_is_no_checkpoint(text: str) -> None:
    with refused("This is not a checkpoint: copy all its lines, from the first to the one that begins with a dash."):
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
    "text",
    [
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        # A letter that Base64 does not have, one byte too few, and the byte of another kind of key.
        "PeterNeumann+c74f20a3+AR!pc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10Q=",
        "PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)
def test_what_is_no_key(text: str) -> None:
    with refused("This is not a public key: copy the whole line that begins with the installation's name."):
        parse_verifier_key(text)


def test_a_key_is_read_whatever_blanks_stand_around_it() -> None:
    line = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    assert parse_verifier_key(f"  {line}\n") == parse_verifier_key(line)
    assert len(parse_verifier_key(line)[1]) == 32
    with_plus = verifier_key("clinic", bytes([0, 0, *[0xFB, 0xEF, 0xBE] * 10]))
    assert "++" in with_plus.split("+", 2)[2]
    assert parse_verifier_key(with_plus) == ("clinic", bytes([0, 0, *[0xFB, 0xEF, 0xBE] * 10]))


def test_a_time_that_no_calendar_has_is_named() -> None:
    with refused("The time of this checkpoint cannot be read: copy its lines again, as they were printed."):
        parse_checkpoint(NOTE.note.replace("2026-03-16", "2026-02-30"))


def test_the_signature_begins_with_the_id_of_its_key() -> None:
    read = parse_checkpoint(NOTE.note)
    assert (read.key_id, read.signature, read.key_name) == (b"\x01\x02\x03\x04", bytes(64), "cm-tracker/abc")
    assert read.checkpoint.taken_at.tzinfo is UTC


OTHER_ROOT = bytes(range(10)) + bytes(22)


def test_a_checkpoint_that_was_kept_fits_the_log_with_its_root_and_its_newest_hash() -> None:
    kept = parse_saved_checkpoint(NOTE.note)
    assert (kept.size, kept.code, kept.note) == (1234, "1234-AAAQ-EAYE-AUDA-OCAJ", NOTE)
    assert kept.fits(bytes(range(32)), bytes(32))
    assert not kept.fits(bytes(range(32)), bytes(31) + b"\x01")
    assert not kept.fits(OTHER_ROOT, bytes(32))


def test_a_short_code_that_was_kept_fits_every_root_with_the_same_first_eighty_bits() -> None:
    kept = parse_saved_checkpoint("1234-aaaq-eaye-auda-ocaj")
    assert (kept.size, kept.code, kept.note) == (1234, "1234-AAAQ-EAYE-AUDA-OCAJ", None)
    assert kept.fits(bytes(range(32)), bytes(32)) and kept.fits(OTHER_ROOT, b"any hash")
    assert not kept.fits(bytes(range(9)) + bytes(23), bytes(32))
    assert short_code(1235, OTHER_ROOT) == "1235-AAAQ-EAYE-AUDA-OCAJ"


@pytest.mark.parametrize("text", ["", "1234", "12-AAAQ-EAYE-AUDA", "one line\n"])
def test_a_line_that_was_kept_and_is_no_code(text: str) -> None:
    with refused("This is neither a short code, such as 1234-ABCD-EFGH-IJKL-MNOP, nor a whole checkpoint.", "kept"):
        parse_saved_checkpoint(text)


def test_lines_that_were_kept_and_are_no_checkpoint() -> None:
    with refused("This is not a checkpoint: copy all its lines, from the first to the one that begins with a dash."):
        parse_saved_checkpoint(TEXT)
