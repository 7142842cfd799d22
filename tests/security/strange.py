"""What strange or hostile browsers send: values, files, and where they stand in an address, a query and a form."""

import io
import json
import re
import zlib
from typing import Any, NamedTuple

from hypothesis import strategies as st
from PIL import Image

from tests import cast

# What is right somewhere, so that a request gets past the first check.
PLAUSIBLE = (
    "1", "2", "3", "12", "y", "on", "5.00", "2026-03-02", "2026-03-13", "2026-03-16", "2026-03-31", "09:30", "Found a coat", "HS-1",
    "HS-77", "save", "1-1", "1-2", "another", "all", cast.PASSWORD, cast.PIN, "negative", "positive", "rosa",
)  # fmt: skip
# Long texts have short names: Hypothesis writes down what it draws.
LONG = {
    "<digits>": 5000 * "9", "<letters>": 3000 * "é", "<lines>": 300 * "line\n", "<100 kB>": 100_000 * "x", "<deep>": 3000 * "[", "<deeper>": 50_000 * "[",
    "<lists>": 200 * "[" + 200 * "]", "<objects>": 200 * '{"a":' + "1" + 200 * "}", "<commas>": 20_000 * ",", "<numbers>": 5000 * "1-",
}  # fmt: skip
STRANGE = (
    "", " ", "0", "-1", "+1", "1_000", "0x10", "1" + 30 * "0", "-1" + 30 * "0", 18 * "9", str(2**31), str(2**63), "NaN",
    "-Infinity", "1e309", "1e-309", "12345678901.99", "999999999999", "0001-01-01", "9999-12-31", "2026-02-30", "0000-00", "9999-12",
    "2026-W54", "25:61", "23:59:60", "٣", "²", "½", "２０２６-０３-１６", "٢٠٢٦-٠٣-١٦", "\0", "a\0b", "a\x1b[31mb", "a\x85\u2028b",
    "a\r\nSet-Cookie: b=c", "\ud800", "\udfff\ud800", "\ufeff", "\u202egnp.exe", "\u2066\u200b", "e\u0301" * 50, "İı", "ß" * 60,
    "\U0001f9ea" * 60, "null", "true", "[]", "{}", '"', "[1e309]", "[NaN]", '{"a": 1, "a": 2}',
    "1-1-1-1", "--", "a-b", "absent-1-1", "later-9-9", "part-1-2",
    "//evil.example", "https://evil.example", "javascript:alert(1)", "../../etc/passwd", "%00", "%ED%A0%80", "{{ 7*7 }}", "%(n)s", "{0}",
    *LONG, "'; DROP TABLE client; --", "<script>alert(1)</script>", "555-12-3456", "void", "es", "xx", "\\",
)  # fmt: skip


def _picture(kind: str, size: tuple[int, int]) -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", size).save(kept, kind)
    return kept.getvalue()


def _bomb() -> bytes:
    """Return a PNG of a few kilobytes whose head promises 60,000 x 60,000 points."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    head = (60_000).to_bytes(4, "big") * 2 + b"\x08\x00\x00\x00\x00"
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(2**22))) + chunk(b"IEND", b"")
    )


FILES = (
    b"", b"x", "Ünïcode".encode("utf-16"), b"a,b\r\n\xff\xfe\x00", _picture("PNG", (2, 2)), _picture("PNG", (2, 2))[:40],
    _picture("GIF", (2, 2)), _picture("WEBP", (1, 5000)), _picture("JPEG", (8, 8))[:-20], _bomb(), b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    b"PK\x03\x04" + zlib.compress(bytes(2**22)), b"\x89PNG\r\n\x1a\n" + bytes(5000),
)  # fmt: skip
FILE_NAMES = ("photo.png", "", "../../x.png", "\u202egnp.exe", "a\0b.webp", "x" * 3000 + ".jpg")

values = st.one_of(
    st.sampled_from(PLAUSIBLE),
    st.sampled_from(STRANGE),
    st.sampled_from(STRANGE),
    st.integers(-(2**70), 2**70).map(str),
    st.dates().map(str),
    st.text(max_size=30),
)
places = st.integers(0, 999)


class Change(NamedTuple):
    """One thing that is wrong with a query or a form: where, and what. The page decides which field it meets."""

    how: str
    where: int
    named: str

    @property
    def value(self) -> str:
        """Return what stands there instead."""
        return LONG.get(self.named, self.named)

    def apply(self, pairs: list[tuple[str, str]], names: list[str]) -> list[tuple[str, str]]:
        """Return the pairs of name and value with this change in them. `names` are others that the page knows."""
        known = [*pairs, *((name, "") for name in names)]
        if not known:
            return [*pairs, (self.value[:20], self.value)]
        n = self.where % len(known)
        name, old = known[n]
        new = in_document(old, self.where, self.value) if self.how == "set" else self.value
        if self.how == "drop":
            return pairs[:n] + pairs[n + 1 :]
        if self.how == "index":
            return [*pairs, (f"{name}[0]", new), (f"{name}-0", new)]
        if self.how == "twice":
            return [*pairs, (name, new)]
        return [*pairs[:n], (name, new), *pairs[n + 1 :]]


changes = st.builds(Change, st.sampled_from(("set", "set", "set", "drop", "index", "twice")), places, values)


class Attempt(NamedTuple):
    """Everything that is wrong with one visit to a page: in its address, query, headers and cookies, and in one of its forms.

    A cookie has a number in place of its name: the program says which ones it knows.
    The form with something wrong in it comes after some `steps` with nothing wrong, such as one that asks "Is that right?".
    """

    address: Change | None
    query: list[Change]
    headers: list[tuple[str, str]]
    cookies: list[tuple[int, str]]
    pick: int
    steps: int
    fields: list[Change]


HEADERS = ("X-Seen", "X-Known", "X-Stay", "X-Poll", "User-Agent", "Referer", "Accept-Language", "Sec-Fetch-Site")


def as_header(name: Any, value: str) -> list[tuple[Any, str]]:
    """Return a header or a cookie with the bytes of a value. A server lets no line break and no NUL into one."""
    in_bytes = re.sub(r"[\r\n\0]", " ", LONG.get(value, value)).encode(errors="surrogatepass")[:4000]
    return [(name, in_bytes.decode("latin-1"))]


ids = st.builds(Change, st.just("set"), places, st.integers(1, 9).map(str))
attempts = st.builds(
    Attempt,
    st.one_of(st.none(), st.none(), ids, changes),
    st.lists(changes, max_size=3),
    st.one_of(st.just([]), st.just([]), st.builds(as_header, st.sampled_from(HEADERS), values)),
    st.one_of(*[st.just([])] * 7, st.builds(as_header, places, values)),
    places,
    st.integers(0, 2),
    st.one_of(st.just([]), st.lists(changes, max_size=1), st.lists(changes, max_size=6)),
)


def in_document(text: str, where: int, value: str) -> str:
    """Return a JSON document with a value in one place of it, or for any other text the value."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return value
    spots = list(_spots(document))
    if not spots or where % 5 == 0:
        return value
    part, key = spots[where % len(spots)]
    try:
        part[key] = json.loads(value)
    except (ValueError, RecursionError):
        part[key] = value
    return json.dumps(document)


def _spots(part: Any) -> Any:
    if isinstance(part, dict | list):
        for key in part if isinstance(part, dict) else range(len(part)):
            yield part, key
            yield from _spots(part[key])
