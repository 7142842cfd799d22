"""The files of `static/`: their names, how long a browser keeps them, and what answers to each kind of request."""

import gzip
import re
import shutil
from pathlib import Path

import brotli
import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from cm_tracker.web.static_files import StaticFiles
from tests.architecture.package import PACKAGE, ROOT

SHEET = "css/kiosk_pages.css"


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def address(app: Flask, source: str = SHEET) -> str:
    with app.test_request_context():
        return url_for("static", filename=source)


def test_the_name_of_a_file_changes_with_its_content_alone(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "static", tmp_path, dirs_exist_ok=True)
    before = StaticFiles(tmp_path)
    time_script = tmp_path / "js" / "kiosk_time.js"
    time_script.touch()
    assert StaticFiles(tmp_path).by_name.keys() == before.by_name.keys()
    time_script.write_text(time_script.read_text(encoding="utf-8") + "// more", encoding="utf-8")
    after = StaticFiles(tmp_path)
    changed = {one for one in before.by_source if before.of(one).name != after.of(one).name}
    # The two others import the first, and name it in their content.
    assert changed == {"js/kiosk_time.js", "js/kiosk.js", "js/kiosk_forget.js"}


def test_a_file_is_kept_for_a_year_with_the_security_headers_and_no_cookie(app: Flask, client: FlaskClient) -> None:
    assert re.fullmatch(r"/static/css/kiosk_pages\.[0-9a-f]{12}\.css", address(app))
    answer = client.get(address(app))
    assert (answer.status_code, answer.mimetype) == (200, "text/css")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("gzip;q=1, br;q=0.5", "gzip"),
        ("deflate", None),
        ("", None),
    ],
)
def test_the_browser_chooses_the_encoding(app: Flask, client: FlaskClient, accepted: str, encoding: str | None) -> None:
    plain = client.get(address(app)).data
    answer = client.get(address(app), headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == encoding
    read = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[encoding]
    assert read(answer.data) == plain
    assert len(plain) > 100_000
    assert encoding is None or len(answer.data) < len(plain) / 4


def test_a_file_that_the_browser_has_is_not_sent_again(app: Flask, client: FlaskClient) -> None:
    def status(**headers: str) -> int:
        return client.get(
            address(app), headers={name.replace("_", "-"): it for name, it in headers.items()}
        ).status_code

    tag = client.get(address(app)).headers["ETag"]
    assert status(If_None_Match=tag) == 304
    assert status(If_None_Match=f"W/{tag}") == 304
    assert status(If_None_Match=f'"other", {tag}') == 304
    assert status(If_None_Match='"other"') == 200
    assert status(If_None_Match=tag, Accept_Encoding="br") == 200, "these are other bytes"
    same = client.get(address(app), headers={"If-None-Match": tag})
    assert same.data == b""
    assert same.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_head_gives_the_headers_alone(app: Flask, client: FlaskClient) -> None:
    answer = client.head(address(app))
    assert (answer.status_code, answer.data) == (200, b"")
    assert int(answer.headers["Content-Length"]) == len(client.get(address(app)).data)


def test_a_part_of_a_file_can_be_asked_for(app: Flask, client: FlaskClient) -> None:
    whole = client.get(address(app)).data
    size = len(whole)

    def part(asked: str, **more: str) -> tuple[int, bytes, str | None]:
        answer = client.get(address(app), headers={"Range": asked, **more})
        return answer.status_code, answer.data, answer.headers.get("Content-Range")

    assert part("bytes=0-0") == (206, whole[:1], f"bytes 0-0/{size}")
    assert part("bytes=10-19") == (206, whole[10:20], f"bytes 10-19/{size}")
    assert part("bytes=-5") == (206, whole[-5:], f"bytes {size - 5}-{size - 1}/{size}")
    assert part("bytes=0-9", **{"If-Range": '"other"'}) == (200, whole, None)
    beyond = client.get(address(app), headers={"Range": f"bytes={size}-"})
    assert (beyond.status_code, beyond.headers["Cache-Control"]) == (416, "no-store")


def test_what_is_no_file_of_the_folder_is_not_found(app: Flask, client: FlaskClient) -> None:
    real = address(app)
    missing = [
        "/static/css/kiosk_pages.css",
        real.replace("kiosk_pages.", "kiosk_pages.0"),
        real.upper().replace("/STATIC", "/static"),
        f"{real}/",
        "/static/",
        "/static/../setup.cfg",
        "/static/%2e%2e/setup.cfg",
        "/static/..%2fsetup.cfg",
        "/static/css/../../setup.cfg",
        "/static//etc/passwd",
        "/static/%00",
    ]
    for path in missing:
        answer = client.get(path)
        assert answer.status_code in (308, 404), path
        assert answer.headers["Cache-Control"] == "no-store", path
        assert client.get(path, follow_redirects=True).status_code == 404, path
    assert client.post(real).status_code == 405


def test_the_worker_may_answer_for_the_kiosk_and_no_other_file_may(app: Flask, client: FlaskClient) -> None:
    worker = client.get(address(app, "js/kiosk_worker.js"))
    assert worker.headers["Service-Worker-Allowed"] == "/kiosk"
    assert "Service-Worker-Allowed" not in client.get(address(app, "js/kiosk.js")).headers


def test_every_file_that_a_page_or_a_script_names_is_there() -> None:
    files = StaticFiles(ROOT / "static")
    texts = [
        path.read_text(encoding="utf-8") for path in [*(ROOT / "templates").rglob("*.html"), *PACKAGE.rglob("*.py")]
    ]
    named = set(re.findall(r"""url_for\(["']static["'], filename=["']([^"']+)["']\)""", "\n".join(texts)))
    assert len(named) > 20
    assert named <= files.by_source.keys()
    imported = {
        f"js/{name}"
        for file in files.by_source.values()
        if file.source.endswith(".js")
        for name in re.findall(r"""(?:from|import)\s*\(?["']\./([^"']+)["']""", file.content.decode())
    }
    assert len(imported) == 2
    assert imported <= files.by_name.keys()
